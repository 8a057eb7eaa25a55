#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

Test(check, a_sound_model_is_sound)
{
    test_write("m.onnxtxt", TWICE);
    finnc_run("transform m.onnxtxt -o m.onnx -p InferShapes,GiveUniqueNodeNames", NULL);
    const outcome *o = finnc_run("check m.onnx --strict", NULL);
    cr_assert_eq(o->status, 0, "%s%s", o->out, o->err);
    cr_assert_str_eq(o->out, "m.onnx: sound\n");
}

Test(check, every_problem_is_listed)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,4] x) => (float[1,4] y, float[1,4] z)\n"
                            "{\n"
                            "    y = Concat(x, x)\n"             /* no axis */
                            "    z = Transpose<perm = [0]>(x)\n" /* of two axes */
                            "}\n");
    const outcome *o = finnc_run("check m.onnxtxt", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->out, "Concat"), "%s", o->out);
    cr_assert(strstr(o->out, "Transpose"), "%s", o->out);
    cr_assert(strstr(o->out, "m.onnxtxt: 2 errors, "), "%s", o->out);
    cr_assert_str_empty(o->err);
}

Test(check, what_finn_relies_on_is_a_warning_unless_strict)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("check m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0);
    cr_assert(strstr(o->out, "warning: 2 nodes have no name"), "%s", o->out);
    o = finnc_run("check m.onnxtxt --strict --json", NULL);
    cr_assert_eq(o->status, 1);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_geq(json_integer_value(json_object_get(root, "errors")), 1);
    cr_assert_eq(json_array_size(json_object_get(root, "findings")),
                 (size_t)json_integer_value(json_object_get(root, "errors")));
    json_decref(root);
}

Test(check, json_answers_upstreams_questions)
{
    test_write("m.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 13]>\n"
               "g (float[1,4] x) => (float[1,4] y, float[1,4] z) <float[4] two = {2, 2, 2, 2}>\n"
               "{ y = Relu(x) z = Mul(two, x) }\n");
    const outcome *o = finnc_run("check m.onnxtxt --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL), *topology = json_object_get(root, "topology");
    cr_expect(json_is_false(json_object_get(topology, "is_linear")));
    cr_expect(json_is_true(json_object_get(topology, "all_tensors_f32")));
    cr_expect(json_is_false(json_object_get(topology, "node_inputs_in_expected_order")));
    cr_expect(json_is_true(json_object_get(topology, "nodes_topologically_sorted")));
    json_decref(root);
}

#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define PER_CHANNEL                                                                                \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "g (float[1,2,3,3] x) => (float[1,1,2,2] y) <float[1,2,1,1] s = {0.5,3}, "                     \
    "float[1,2,2,2] w = {1,2,3,4,5,6,7,8}>\n"                                                      \
    "{\n    [scale] a = Mul(x, s)\n    [conv] y = Conv(a, w)\n}\n"

Test(explain, tells_why_not)
{
    test_write("m.onnxtxt", PER_CHANNEL);
    const outcome *o = finnc_run("explain m.onnxtxt scale -p MoveScalarMulPastConv", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "step 1\n  - MoveScalarMulPastConv: "), "%s", o->out);
    cr_assert(strstr(o->out, "the factor is not one number: 2 values, 0.5 to 3\n"), "%s", o->out);
}

Test(explain, tells_what_becomes_of_it)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run("explain m.onnxtxt same -p RemoveIdentityOps", NULL);
    cr_assert(strstr(o->out, "  + RemoveIdentityOps: Identity: Identity(x) became x "
                             "(rewrite 1)\n  = gone\n"),
              "%s", o->out);
    o = finnc_run("explain m.onnxtxt y -p RemoveIdentityOps", NULL);
    cr_assert(strstr(o->out, "the maker of y (Relu)"), "%s", o->out);
}

Test(explain, answers_programs)
{
    test_write("m.onnxtxt", PER_CHANNEL);
    const outcome *o = finnc_run("explain m.onnxtxt conv -p MoveScalarMulPastConv --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    const json_t *event = json_array_get(json_object_get(root, "events"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(event, "kind")), "declined");
    const json_t *s = json_object_get(json_object_get(event, "values"), "s");
    cr_assert_str_eq(json_string_value(json_object_get(s, "text")), "2 values, 0.5 to 3");
    cr_assert_str_eq(json_string_value(json_object_get(s, "tensor")), "s");
    json_decref(root);
}

Test(explain, an_unknown_node_is_an_error)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("explain m.onnxtxt nobody -p SortGraph", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "there is no node nobody"), "%s", o->err);
}

#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

/* A weight that fixed-point numbers of three bits do not hold. */
#define THIRD                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,4] x) => (float[1,4] y) <float[1] third = {0.3}>\n"                                \
    "{\n    same = Identity(x)\n    [scale] y = Mul(same, third)\n}\n"
#define FIXING                                                                                     \
    "-p 'RemoveIdentityOps,FixedPointQuantizeParamsFromDict{fixedpt_dict={\"third\":\"FIXED<3,1>\"}}'"

Test(bisect, says_that_nothing_changes_a_result)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run("bisect m.onnxtxt -p RemoveIdentityOps,SortGraph", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_eq(o->out, "equal: none of 1 rewrites changes a result\n");
}

Test(bisect, names_the_rewrite)
{
    test_write("m.onnxtxt", THIRD);
    const outcome *o =
        finnc_run("bisect m.onnxtxt " FIXING " --before b.onnx --after a.onnx", NULL);
    cr_assert_eq(o->status, 1, "%s", o->err);
    cr_assert(strstr(o->out, "rewrite 2 of 2 changes a result, on purpose\n  step 2, pass "
                             "FixedPointQuantizeParamsFromDict\n  at scale (Mul)\n  third is "),
              "%s", o->out);
    cr_assert(strstr(o->out, "output y: "), "%s", o->out);
    cr_assert_eq(finnc_run("compare m.onnxtxt b.onnx", NULL)->status, 0);
    cr_assert_eq(finnc_run("compare b.onnx a.onnx", NULL)->status, 1);
}

Test(bisect, answers_programs)
{
    test_write("m.onnxtxt", THIRD);
    const outcome *o = finnc_run("bisect m.onnxtxt " FIXING " --json", NULL);
    cr_assert_eq(o->status, 1, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert(json_is_false(json_object_get(root, "equal")), "%s", o->out);
    const json_t *rewrite = json_object_get(root, "rewrite");
    cr_assert_eq(json_integer_value(json_object_get(rewrite, "number")), 2);
    cr_assert_str_eq(json_string_value(json_object_get(rewrite, "node")), "scale");
    cr_assert_str_eq(json_string_value(json_object_get(json_object_get(root, "output"), "value")),
                     "y");
    json_decref(root);
}

Test(bisect, takes_inputs)
{
    test_write("m.onnxtxt", THIRD);
    test_write("x.raw", "short");
    const outcome *o = finnc_run("bisect m.onnxtxt " FIXING " --input x.raw", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "x.raw"), "%s", o->err);
}

Test(bisect, wants_passes)
{
    test_write("m.onnxtxt", TWICE);
    cr_assert_eq(finnc_run("bisect m.onnxtxt", NULL)->status, 2);
}

Test(bisect, needs_something_to_compare_by)
{
    test_write("m.onnxtxt", THIRD);
    const outcome *o = finnc_run("bisect m.onnxtxt " FIXING " --samples 0", NULL);
    cr_expect(o->status == 2 && strstr(o->err, "--samples: '0' is not"), "%d %s", o->status,
              o->err);
    o = finnc_run("bisect m.onnxtxt " FIXING " --rtol nan", NULL);
    cr_expect(o->status == 2 && strstr(o->err, "--rtol: 0 or more"), "%d %s", o->status, o->err);
}

#include "support/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define STUCK                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,3] x {UINT4}) => (float[1,3] y)"                                                   \
    " <float[3] m = {1, 0, 0}, float[3] a = {0, 0, 3}>"                                            \
    " { t = Mul(x, m) y = Add(t, a) }"

Test(cmd_stats, a_table_has_a_line_per_tensor)
{
    test_write("m.onnxtxt", STUCK);
    const outcome *o = finnc_run("stats m.onnxtxt -n 20", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "of 16"), "%s", o->out);
    cr_expect(strstr(o->out, "\ny "), "%s", o->out);
}

Test(cmd_stats, json_has_upstreams_keys)
{
    test_write("m.onnxtxt", STUCK);
    const outcome *o = finnc_run("stats m.onnxtxt -n 20 --outputs-only --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL), *tensors = json_object_get(root, "tensors");
    const json_t *y = json_object_get(tensors, "y");
    cr_expect_eq(json_object_size(tensors), 1);
    cr_expect_eq(json_integer_value(json_array_get(json_object_get(y, "shape"), 1)), 3);
    json_t *axis = json_object_get(y, "axis1");
    cr_expect_eq(json_number_value(json_array_get(json_object_get(axis, "min"), 2)), 3);
    cr_expect_eq(json_number_value(json_array_get(json_object_get(axis, "max"), 1)), 0);
    json_decref(root);
}

Test(cmd_stats, stuck_channels_are_listed)
{
    test_write("m.onnxtxt", STUCK);
    const outcome *o = finnc_run("stats m.onnxtxt -n 20 --report-mode stuck_channel", NULL);
    cr_expect_str_eq(o->out, "t axis 1: 1 at 0, 2 at 0\ny axis 1: 1 at 0, 2 at 3\n");
    o = finnc_run("stats m.onnxtxt -n 20 --report-mode zerostuck_channel --key-filter y", NULL);
    cr_expect_str_eq(o->out, "y axis 1: 1\n");
    o = finnc_run("stats m.onnxtxt -n 20 --report-mode stuck_channel --json --key-filter y", NULL);
    json_t *root = json_loads(o->out, 0, NULL), *pairs;
    pairs = json_object_get(json_object_get(root, "tensors"), "y");
    cr_expect_eq(json_array_size(pairs), 2);
    cr_expect_eq(json_integer_value(json_array_get(json_array_get(pairs, 1), 0)), 2);
    cr_expect_eq(json_number_value(json_array_get(json_array_get(pairs, 1), 1)), 3);
    json_decref(root);
}

#define NANS                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,2] x) => (float[1,2] y, float[1,2] h) <float[1,2] z = {-1, -4},"                   \
    " float[1,2] k = {1, -1}> { y = Sqrt(z) h = Sqrt(k) u = Neg(x) }"

Test(cmd_stats, what_no_number_is_of_is_blank)
{
    test_write("m.onnxtxt", NANS);
    const outcome *o = finnc_run("stats m.onnxtxt -n 1 --key-filter y", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_eq(o->out, "tensor  shape  type     min  max  mean  std  % zeros  used  needs\n"
                             "y       1x2    float32                                      "
                             "FLOAT32  2 NaN\n");
    o = finnc_run("stats m.onnxtxt -n 1 --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL);
    const json_t *y = json_object_get(json_object_get(root, "tensors"), "y");
    static const char *const keys[] = {"min", "max", "mean", "std"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect(json_is_null(json_object_get(y, keys[i])), "%s", keys[i]);
    cr_expect_str_eq(json_string_value(json_object_get(y, "needs")), "FLOAT32");
    json_decref(root);
    o = finnc_run("stats m.onnxtxt -n 2 --report-mode stuck_channel --key-filter h", NULL);
    cr_assert_str_eq(o->out, "h axis 1: 0 at 1\n");
}

Test(cmd_stats, an_axis_is_one_that_a_tensor_has)
{
    test_write("m.onnxtxt", STUCK);
    const outcome *o = finnc_run("stats m.onnxtxt --axis 0 --axis 7", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "m.onnxtxt: channels along axis 7, and the largest rank is 2"), "%s",
              o->err);
    test_write("v.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[3] x) => (float[3] y) { y = Neg(x) }");
    o = finnc_run("stats v.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
}

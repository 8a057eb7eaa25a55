#include "support/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define NET                                                                                        \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "g (float[1,3] x {UINT4}) => (float[1,3] y)"                                                   \
    " <float[3] m = {1, 0, 0}, float[3] a = {0, 0, 3}>"                                            \
    " { t = Mul(x, m) y = Add(t, a) }"

Test(cmd_ranges, a_table_says_why)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt --scaled", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "its data type"), "%s", o->out);
    cr_expect(strstr(o->out, "UINT4"), "%s", o->out);
}

Test(cmd_ranges, a_range_is_for_an_input)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt --input-range z=(0,1)", NULL);
    cr_assert_eq(o->status, 1);
    cr_expect(strstr(o->err, "'z', which is no input"), "%s", o->err);
}

Test(cmd_ranges, sizes_taken_as_1_are_warned_of)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt", NULL);
    cr_expect_null(strstr(o->err, "taken as 1"), "%s", o->err);
    test_write("n.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[N,3] x {UINT4}) => (float[3] y) <int64[1] a = {0}>"
                            " { y = ReduceSum<keepdims = 0>(x, a) }");
    o = finnc_run("ranges n.onnxtxt --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "sizes that the model leaves open are taken as 1"), "%s", o->err);
}

Test(cmd_ranges, json_has_pairs_or_lists)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt --json --scaled", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL), *tensors = json_object_get(root, "tensors");
    json_t *x = json_object_get(json_object_get(tensors, "x"), "range");
    json_t *y = json_object_get(json_object_get(tensors, "y"), "range");
    cr_expect_eq(json_number_value(json_array_get(x, 1)), 15);
    cr_expect_eq(json_number_value(json_array_get(json_array_get(y, 1), 2)), 3);
    cr_expect_str_eq(json_string_value(json_object_get(json_object_get(tensors, "y"), "datatype")),
                     "UINT4");
    json_decref(root);
}

Test(cmd_ranges, stuck_channels_are_listed_as_upstream)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt --report-mode stuck_channel", NULL);
    cr_expect_str_eq(o->out, "t: 1 at 0, 2 at 0\ny: 1 at 0, 2 at 3\n");
    o = finnc_run("ranges m.onnxtxt --report-mode zerostuck_channel --key-filter y --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL), *tensors = json_object_get(root, "tensors");
    const json_t *list = json_object_get(tensors, "y");
    cr_expect_eq(json_array_size(list), 1);
    cr_expect_eq(json_integer_value(json_array_get(list, 0)), 1);
    json_decref(root);
}

Test(cmd_ranges, ranges_are_read_as_upstream_writes_them)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt --irange ([1,2,3],[4,5,6]) --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL), *tensors = json_object_get(root, "tensors");
    json_t *x = json_object_get(json_object_get(tensors, "x"), "range");
    cr_expect_eq(json_number_value(json_array_get(json_array_get(x, 1), 1)), 5);
    json_decref(root);
    o = finnc_run("ranges m.onnxtxt --input-range x=(0,1) --key-filter x", NULL);
    cr_expect(strstr(o->out, "given"), "%s", o->out);
    cr_expect_eq(finnc_run("ranges m.onnxtxt --irange 7", NULL)->status, 2);
    cr_expect_eq(finnc_run("ranges m.onnxtxt --irange ([],[])", NULL)->status, 2);
    cr_expect_eq(finnc_run("ranges m.onnxtxt --input-range (0,1)", NULL)->status, 2);
    o = finnc_run("ranges m.onnxtxt --input-range x=(0,1) --input-range x=(0,2)", NULL);
    cr_expect(strstr(o->err, "two ranges for 'x'"), "%s", o->err);
    cr_expect_eq(finnc_run("ranges m.onnxtxt --irange (0,[1,2])", NULL)->status, 2);
    o = finnc_run("ranges m.onnxtxt --irange (2,1)", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "m.onnxtxt: input x: a range from 2 to 1"), "%s", o->err);
}

Test(cmd_ranges, axis_0_is_an_axis_and_so_are_those_from_the_end)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (float[3] x {UINT4}) => (float[3] y) <float[3] m = {1, 0, 0}>"
                            " { y = Mul(x, m) }");
    const outcome *o = finnc_run("ranges m.onnxtxt --axis 0 --report-mode stuck_channel", NULL);
    cr_expect_str_eq(o->out, "y: 1 at 0, 2 at 0\n");
    o = finnc_run("ranges m.onnxtxt --axis -1 --report-mode stuck_channel", NULL);
    cr_expect_str_eq(o->out, "y: 1 at 0, 2 at 0\n");
    o = finnc_run("ranges m.onnxtxt --axis -1 --input-range x=([1,0,3],[1,5,3]) --json", NULL);
    cr_expect(o->status == 0, "%s", o->err);
    o = finnc_run("ranges m.onnxtxt --axis -2", NULL);
    cr_expect(strstr(o->err, "channels along axis -2, and the largest rank is 1"), "%s", o->err);
    o = finnc_run("ranges m.onnxtxt --report-mode stuck_channel", NULL);
    cr_expect_str_eq(o->out, "");
    o = finnc_run("ranges m.onnxtxt --axis 99", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "channels along axis 99, and the largest rank is 1"), "%s", o->err);
}

Test(cmd_ranges, what_cannot_be_written_is_not_the_models_fault)
{
    test_write("m.onnxtxt", NET);
    const outcome *o = finnc_run("ranges m.onnxtxt -o nowhere/out.json", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "nowhere/out.json"), "%s", o->err);
    cr_expect_not(strstr(o->err, "m.onnxtxt"), "%s", o->err);
}

/* The largest integers of 64 bits are no doubles, which made a float of their type. */
Test(cmd_ranges, integers_are_of_no_float)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g (int64[1] a, uint64[1] b {UINT64}, int64[1] c {INT8},"
                            " float[1] d {INT64}, float[1] e)"
                            " => (int64[1] p, uint64[1] q, int64[1] r, float[1] s, float[1] t)"
                            " { p = Identity(a) q = Identity(b) r = Identity(c) s = Identity(d)"
                            " t = Round(e) }");
    static const char *const types[] = {"INT64", "UINT64", "INT8", "INT64", "FLOAT32", NULL};
    static const char *const names[] = {"a", "b", "c", "d", "e", "t"};
    const outcome *o = finnc_run("ranges m.onnxtxt --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL), *tensors = json_object_get(root, "tensors");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const json_t *range = json_object_get(tensors, names[i]);
        const char *type = json_string_value(json_object_get(range, "datatype"));
        cr_expect_eq(json_is_true(json_object_get(range, "integer")), i != 4, "%s", names[i]);
        cr_expect(type && types[i] ? !strcmp(type, types[i]) : type == types[i], "%s is %s",
                  names[i], type ? type : "null");
    }
    json_decref(root);
    o = finnc_run("ranges m.onnxtxt --key-filter t", NULL);
    cr_expect(strstr(o->out, "beyond 64 bits"), "%s", o->out);
}

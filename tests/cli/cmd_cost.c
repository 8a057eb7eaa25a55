#include "support/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Weights behind a quantiser: INT4 once they are folded. */
#define QUANTISED                                                                                  \
    "<ir_version: 8, opset_import: [\"\" : 11, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (float[1,3] y)"                                                           \
    " <float[2,3] w = {1,2,0,4,5,6}, float one = {1}, float zero = {0}, float four = {4}>\n"       \
    "{ v = qonnx.custom_op.general.Quant<signed = 1, narrow = 0, rounding_mode = \"ROUND\">"       \
    "(w, one, zero, four) y = MatMul(x, v) }"

static double number(const json_t *root, const char *a, const char *b)
{
    return json_number_value(json_object_get(json_object_get(root, a), b));
}

Test(cmd_cost, weights_are_folded_and_counted)
{
    test_write("m.onnxtxt", QUANTISED);
    const outcome *o = finnc_run("cost m.onnxtxt --save counted.onnx", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "FLOAT32 x INT4"), "%s", o->out);
    cr_assert(test_exists("counted.onnx"));
}

Test(cmd_cost, json_has_upstreams_keys)
{
    test_write("m.onnxtxt", QUANTISED);
    const outcome *o = finnc_run("cost m.onnxtxt --json --dense", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_not_null(root, "%s", o->out);
    cr_expect_eq(number(root, "total_cost", "op_mac_FLOAT32_INT4"), 6);
    cr_expect_eq(number(root, "total_cost", "mem_w_INT4"), 6);
    cr_expect_eq(number(root, "total_cost", "mem_o_FLOAT32"), 3);
    cr_expect_eq(number(root, "total_cost", "total_mem_w_bits"), 24);
    cr_expect_eq(number(root, "total_cost", "total_mem_w_elems"), 6);
    cr_expect_eq(number(root, "total_cost", "total_mem_o_bits"), 96);
    cr_expect_eq(number(root, "total_cost", "total_mem_o_elems"), 3);
    cr_expect_eq(number(root, "total_cost", "total_bops"), 6 * 32 * 4);
    cr_expect_eq(number(root, "total_cost", "total_macs"), 6);
    const json_t *total = json_object_get(root, "total_cost");
    cr_expect_eq(json_array_size(json_object_get(total, "unsupported")), 0);
    cr_expect(json_is_false(json_object_get(total, "discount_sparsity")));
    cr_expect_not_null(json_object_get(json_object_get(root, "optype_cost"), "MatMul"));
    cr_expect_not_null(json_object_get(json_object_get(root, "node_cost"), "MatMul_0"));
    json_decref(root);
}

Test(cmd_cost, zeros_are_left_out_by_default)
{
    test_write("m.onnxtxt", QUANTISED);
    json_t *root = json_loads(finnc_run("cost m.onnxtxt --json", NULL)->out, 0, NULL);
    cr_expect_eq(number(root, "total_cost", "total_macs"), 5);
    json_decref(root);
}

Test(cmd_cost, a_model_may_be_counted_as_it_is)
{
    test_write("m.onnxtxt", QUANTISED);
    const outcome *o = finnc_run("cost m.onnxtxt --as-is --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_expect_eq(number(root, "total_cost", "op_mac_FLOAT32_FLOAT32"), 6, "%s", o->out);
    json_decref(root);
}

/* Most files leave shapes to be inferred, and have nodes with names of their own, or none. */
Test(cmd_cost, shapes_are_inferred_and_names_kept_as_it_is)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {1,2,0,4}>\n"
                            "{ [first] a = MatMul(x, w) b = MatMul(a, w) c = MatMul(b, w)"
                            " [first] d = MatMul(c, w) y = Frob(d) }");
    const outcome *o = finnc_run("cost m.onnxtxt --as-is --save counted.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "\nfirst  MatMul  float32 x float32") ||
                  strstr(o->out, "\nfirst  MatMul  FLOAT32 x FLOAT32"),
              "%s", o->out);
    cr_assert(strstr(test_read("counted.onnxtxt"), "[first] a = MatMul"), "%s",
              test_read("counted.onnxtxt"));
    json_t *root = json_loads(finnc_run("cost m.onnxtxt --as-is --json", NULL)->out, 0, NULL);
    const json_t *nodes = json_object_get(root, "node_cost");
    cr_expect_eq(json_object_size(nodes), 4);
    static const char *const keys[] = {"first", "MatMul_1", "MatMul_2", "first_3"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        cr_expect_not_null(json_object_get(nodes, keys[i]), "%s", keys[i]);
    cr_expect_eq(number(root, "total_cost", "total_macs"), 12);
    json_decref(root);
}

/* A partition is a model of its own, whose quantisers of weights are folded as the whole's. */
Test(cmd_cost, partitions_are_counted)
{
    test_write("m.onnxtxt", QUANTISED);
    const outcome *o = finnc_run(
        "transform m.onnxtxt -o parent.onnx -p 'PartitionFromDict{partitioning={\"0\":[0,1]}}'",
        NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    o = finnc_run("cost parent.onnx", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect_str_empty(o->err);
    cr_expect(strstr(o->out, "GenericPartition_0/MatMul_0  MatMul  FLOAT32 x INT4"), "%s", o->out);
    json_t *root = json_loads(finnc_run("cost parent.onnx --json --dense", NULL)->out, 0, NULL);
    cr_expect_eq(number(root, "total_cost", "op_mac_FLOAT32_INT4"), 6);
    json_decref(root);
    o = finnc_run("cost parent.onnx --as-is --json", NULL);
    cr_expect(strstr(o->out, "\"GenericPartition_0/MatMul_0\": {"), "%s", o->out);
}

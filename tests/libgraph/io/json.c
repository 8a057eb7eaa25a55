#include "support/poor.h"
#include "support/sink.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

FNC_SUITE(json);

static json_t *dump(const char *source, unsigned flags)
{
    finnc_model *model;
    cr_assert_eq(finnc_model_read_text(cx, source, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    test_sink t = {0};
    cr_assert_eq(finnc_json_write(cx, model, flags, test_sink_add, &t), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
    json_error_t error;
    json_t *root = json_loads(t.data, 0, &error);
    cr_assert(root, "%s in %s", error.text, t.data);
    free(t.data);
    return root;
}

static json_t *at(json_t *value, const char *path)
{
    char copy[128];
    snprintf(copy, sizeof copy, "%s", path);
    for (char *part = strtok(copy, "/"); part && value; part = strtok(NULL, "/"))
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(part))
                                     : json_object_get(value, part);
    cr_assert(value, "%s", path);
    return value;
}

#define check_int(root, path, x)  cr_expect_eq(json_integer_value(at(root, path)), (x), "%s", path)
#define check_real(root, path, x) cr_expect_eq(json_number_value(at(root, path)), (x), "%s", path)
#define check_text(root, path, x)                                                                  \
    do {                                                                                           \
        cr_assert(json_is_string(at(root, path)), "%s", path);                                     \
        cr_expect_str_eq(json_string_value(at(root, path)), (x), "%s", path);                      \
    } while (0)

static const char model[] =
    "<ir_version: 8, opset_import: [\"\": 17, \"qonnx.custom_op.general\": 1],\n"
    " producer_name: \"someone\", metadata_props: [\"k\": \"v\"]>\n"
    "net (bool c, float[1,N,?] x {UINT8}) => (float[1,2,4] y {INT8, NCW})\n"
    "<float[2,2] w {BIPOLAR, tensor_sparsity: \"{}\"} = {1, -1, 1, nan}, float b = {0.5},\n"
    " int64[2] s = {1, -1}, string[1] t = {\"a\"}> {\n"
    "  [m] h = MatMul <f = 0.1, i = -3, l = [1, 2], s = \"text\", n = -inf, t = int8[1] {7}>"
    " (x, w, , b)\n"
    "  [if] y = If (c) <then_branch = body () => (float z) <float[3] v = {1, 2, 3}>"
    " { [neg] z = Neg (h) }>\n"
    "}\n"
    "<domain: \"d\"> F (p) => (q) { q = Op <a: float = @alpha> (p) }";

Test(json, tells_what_is_in_a_model)
{
    json_t *root = dump(model, 0);
    check_int(root, "finnc/schema", 1);
    check_int(root, "ir_version", 8);
    check_text(root, "producer/name", "someone");
    check_text(root, "opset_imports/1/domain", "qonnx.custom_op.general");
    check_int(root, "opset_imports/0/version", 17);
    check_text(root, "metadata/k", "v");
    check_text(root, "name", "net");
    check_text(root, "inputs/1", "x");
    check_text(root, "outputs/0", "y");
    check_text(root, "nodes/0/op", "MatMul");
    check_text(root, "nodes/0/domain", "");
    check_text(root, "nodes/0/name", "m");
    check_text(root, "nodes/0/inputs/2", "");
    check_text(root, "nodes/0/inputs/3", "b");
    check_text(root, "nodes/0/outputs/0", "h");
    check_real(root, "nodes/0/attrs/f", (double)0.1f);
    check_int(root, "nodes/0/attrs/i", -3);
    check_int(root, "nodes/0/attrs/l/1", 2);
    check_text(root, "nodes/0/attrs/s", "text");
    check_text(root, "nodes/0/attrs/n", "-inf");
    check_int(root, "nodes/0/attrs/t/shape/0", 1);
    check_text(root, "nodes/1/attrs/then_branch/name", "body");
    check_text(root, "nodes/1/attrs/then_branch/nodes/0/inputs/0", "h");
    check_int(root, "tensors/x/shape/0", 1);
    check_text(root, "tensors/x/shape/1", "N");
    cr_expect(json_is_null(at(root, "tensors/x/shape/2")));
    check_text(root, "tensors/x/datatype", "UINT8");
    check_text(root, "tensors/x/type", "FLOAT");
    cr_expect(json_is_null(at(root, "tensors/x/elements")));
    cr_expect(json_is_null(at(root, "tensors/x/layout")));
    check_text(root, "tensors/y/layout/2", "W");
    check_int(root, "tensors/y/elements", 8);
    cr_expect(json_is_false(at(root, "tensors/y/initializer")));
    cr_expect(json_is_true(at(root, "tensors/w/initializer")));
    check_text(root, "tensors/w/sparsity", "{}");
    cr_expect_null(json_object_get(at(root, "tensors/w"), "data"));
    cr_expect(json_is_null(at(root, "tensors/h/shape")));
    check_text(root, "tensors/h/datatype", "FLOAT32");
    check_text(root, "functions/0/domain", "d");
    check_text(root, "functions/0/nodes/0/attrs/a/ref", "alpha");
    json_decref(root);
}

Test(json, names_that_are_repaired_alike_have_numbers)
{
    json_t *root = dump("<ir_version: 8, opset_import: [\"\": 17]>"
                        " g (float[2] \"a\xff\") => (float[2] \"a\xfe\")"
                        " { \"a\xfe\" = Neg(\"a\xff\") }",
                        0);
    cr_expect_eq(json_object_size(at(root, "tensors")), 2);
    check_text(root, "tensors/a\xef\xbf\xbd (2)/datatype", "FLOAT32");
    json_decref(root);
}

Test(json, totals_count_nodes_and_parameters_of_all_graphs)
{
    json_t *root = dump(model, 0);
    check_int(root, "totals/nodes", 3);
    check_int(root, "totals/parameters", 4 + 1 + 2 + 1 + 3);
    check_int(root, "totals/parameter_bits/BIPOLAR", 4);
    check_int(root, "totals/parameter_bits/FLOAT32", 32 * (1 + 3));
    check_int(root, "totals/parameter_bits/INT64", 64 * 2);
    json_decref(root);
}

Test(json, macs_are_those_of_the_ops)
{
    json_t *root = dump("g (float[1,8] x) => (float[1,4] y)\n"
                        "<float[8,4] w = {1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}>\n"
                        "{ y = MatMul(x, w) }",
                        0);
    check_real(root, "nodes/0/cost/macs", 32);
    check_real(root, "totals/macs", 32);
    check_text(root, "nodes/0/kind", "standard");
    json_decref(root);
}

Test(json, kinds_tell_quantisers_custom_and_unknown_ops)
{
    json_t *root = dump("g (float[1,8] x, float s) => (y) {\n"
                        "  a = qonnx.custom_op.general.Quant(x, s, s, s)\n"
                        "  b = finn.custom_op.fpgadataflow.MVAU(a)\n"
                        "  c = qonnx.custom_op.general.XnorPopcountMatMul(b, b)\n"
                        "  y = no.such.Op(c)\n"
                        "}",
                        0);
    check_text(root, "nodes/0/kind", "quantiser");
    check_text(root, "nodes/1/kind", "hardware");
    check_text(root, "nodes/2/kind", "custom");
    check_text(root, "nodes/3/kind", "unknown");
    json_decref(root);
}

Test(json, weights_come_when_they_are_asked_for)
{
    json_t *root = dump(model, FINNC_TEXT_WEIGHTS);
    check_real(root, "tensors/w/data/1", -1);
    check_text(root, "tensors/w/data/3", "nan");
    check_int(root, "tensors/s/data/1", -1);
    check_text(root, "tensors/t/data/0", "a");
    check_int(root, "nodes/0/attrs/t/data/0", 7);
    json_decref(root);
}

Test(json, bytes_that_are_no_utf8_are_replaced)
{
    json_t *root = dump("\"a\xff\" () => () { = Op <s = \"\xe2\x82\xac\xc0z\"> () }", 0);
    check_text(root, "name", "a\xef\xbf\xbd");
    check_text(root, "nodes/0/attrs/s", "\xe2\x82\xac\xef\xbf\xbdz");
    json_decref(root);
}

static finnc_status refuse(void *user, finnc_ctx *ctx, const char *data, size_t length)
{
    (void)user, (void)data, (void)length;
    return finnc_fail(ctx, FINNC_BAD_FILE, "the disk is full");
}

Test(json, a_failing_sink_ends_the_writing)
{
    finnc_model *m;
    cr_assert_eq(finnc_model_read_text(cx, model, &m), FINNC_OK);
    cr_expect_eq(finnc_json_write(cx, m, 0, refuse, NULL), FINNC_BAD_FILE);
    cr_expect_str_eq(finnc_ctx_message(cx), "the disk is full");
    finnc_model_destroy(m);
}

static finnc_status ignore(void *user, finnc_ctx *ctx, const char *data, size_t length)
{
    (void)user, (void)ctx, (void)data, (void)length;
    return FINNC_OK;
}

static finnc_status write_model(finnc_ctx *poor, void *user)
{
    finnc_model *m = NULL;
    finnc_status status = finnc_model_read_text(poor, user, &m);
    if (status == FINNC_OK)
        status = finnc_json_write(poor, m, FINNC_TEXT_WEIGHTS, ignore, NULL);
    finnc_model_destroy(m);
    return status;
}

Test(json, running_out_of_memory_anywhere_is_an_error)
{
    check_poor(write_model, (void *)model);
}

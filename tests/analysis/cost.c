#include <finnc/cost.h>
#include <finnc/pass.h>

#include <support/poor.h>
#include <support/run_text.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static double amount(const finnc_cost_sum *sum, const char *key)
{
    for (size_t i = 0; i < sum->nkeys; i++)
        if (!strcmp(sum->keys[i], key))
            return sum->amounts[i];
    return -1;
}

#define HEAD "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.channels_last\" : 1]>\n"

/* Two products, a convolution, and what costs nothing. */
#define NET                                                                                        \
    HEAD "g (float[1,2,4,4] x) => (float[1,2] y)"                                                  \
         " <float[3,2,3,3] w = {1,2,3,4,5,6,7,8,9, 1,2,3,4,5,6,7,8,9, 1,2,3,4,5,6,7,8,9,"          \
         " 1,2,3,4,5,6,7,8,9, 1,2,3,4,5,6,7,8,9, 0,0,0,0,0,0,0,0,0},"                              \
         " float[12,2] v = {1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6},"                     \
         " float[2,2] u = {0,0,0,1}>\n"                                                            \
         "{ c = Conv<kernel_shape = [3, 3]>(x, w) r = Relu(c) f = Flatten(r)"                      \
         " m = MatMul(f, v) n = MatMul(m, u) y = Softmax(n) }"

static finnc_status count(finnc_ctx *cx, const finnc_model *model, bool counts_zeros,
                          finnc_cost_report **report)
{
    finnc_cost_options options = {.counts_zeros = counts_zeros};
    finnc_graph *graph = finnc_model_graph(model);
    FINNC_TRY(finnc_graph_infer_shapes(cx, graph));
    return finnc_cost_report_create(cx, graph, &options, report);
}

Test(cost, nodes_op_types_and_all_are_summed)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, NET);
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, true, &report), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_cost_sum *all = finnc_cost_report_total(report);
    cr_expect_eq(all->macs, 2 * 9 * 12 + 24 + 4);
    cr_expect_eq(all->bops, all->macs * 32 * 32);
    cr_expect_eq(all->weights, 54 + 24 + 4);
    cr_expect_eq(all->outputs, 12 + 2 + 2);
    cr_expect_eq(all->output_bits, 16 * 32);
    cr_expect_eq(amount(all, "op_mac_FLOAT32_FLOAT32"), all->macs);
    cr_expect_not(all->assumes_ones);
    cr_expect_str_eq(finnc_cost_report_op_type(report, 0)->of, "Conv");
    cr_expect_eq(finnc_cost_report_op_type(report, 1)->macs, 28);
    cr_expect_null(finnc_cost_report_op_type(report, 2));
    cr_expect_eq(finnc_cost_report_node(report, 2)->weights, 4);
    cr_expect_null(finnc_cost_report_node(report, 3));
    cr_expect_str_eq(finnc_cost_report_unsupported(report, 0), "Softmax");
    cr_expect_null(finnc_cost_report_unsupported(report, 1));
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(cost, zeros_are_free_unless_asked_for)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, NET);
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, false, &report), FINNC_OK);
    cr_expect_float_eq(finnc_cost_report_node(report, 0)->macs, 2 * 9 * 12 * 5.0 / 6, 1e-9);
    cr_expect_float_eq(finnc_cost_report_node(report, 0)->weights, 45, 1e-9);
    cr_expect_float_eq(finnc_cost_report_node(report, 2)->macs, 1, 1e-9);
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(cost, an_open_batch_counts_as_one_sample)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, HEAD "g (float[N,3] x) => (float[N,2] y)"
                                            " <float[3,2] w = {1,2,3,4,5,6}> { y = MatMul(x, w) }");
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, false, &report), FINNC_OK);
    cr_expect_eq(finnc_cost_report_total(report)->macs, 6);
    cr_expect(finnc_cost_report_total(report)->assumes_ones);
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(cost, an_upsample_costs_by_the_axes_that_grow)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(
        cx, "<ir_version: 8, opset_import: [\"\" : 9]>\n"
            "g (float[1,2,4,4] x) => (float[1,2,8,4] y, float[1,2,8,4] z)"
            " <float[4] s = {1, 1, 2, 1}>"
            " { y = Upsample<mode = \"linear\">(x, s) z = Upsample<mode = \"nearest\">(x, s) }");
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, false, &report), FINNC_OK);
    cr_expect_eq(finnc_cost_report_node(report, 0)->macs, 2 * 64);
    cr_expect_eq(finnc_cost_report_node(report, 1)->macs, 0);
    cr_expect_eq(amount(finnc_cost_report_total(report), "mem_o_FLOAT32"), 128);
    cr_expect_eq(amount(finnc_cost_report_total(report), "mem_w_FLOAT32"), -1);
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(cost, channels_last_convolutions_cost_as_others)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        read_text(cx, HEAD "g (float[1,4,4,2] x) => (float[1,3,3,3] y)"
                           " <float[3,2,2,2] w = {1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8,1,2,3,4,5,6,7,8}>"
                           " { y = qonnx.custom_op.channels_last.Conv<kernel_shape = [2, 2],"
                           " strides = [1, 1], pads = [0, 0, 0, 0], group = 1>(x, w) }");
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, false, &report), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_cost_report_total(report)->macs, 9 * 3 * 8);
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

#define HW "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow\" : 1]>\n"
#define MVAU                                                                                       \
    "finn.custom_op.fpgadataflow.MVAU<MW = 2, MH = 3, SIMD = 1, PE = 1, inputDataType = "          \
    "\"INT4\", weightDataType = \"INT4\", outputDataType = \"INT8\", noActivation = 1>"

/* Weights that come in as a stream have no zeros that anybody could count. */
Test(cost, weights_of_layers_may_be_computed)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        read_text(cx, HW "g (float[1,2] x, float[2,3] v, float[1,4,4,2] z, float[2,1,1,1] u)"
                         " => (float[1,3] y, float[1,3] c, float[1,4,4,2] d)"
                         " <float[2,3] w = {1, 0, 0, 0, 0, 0}>"
                         " { y = " MVAU "(x, v) c = " MVAU "(x, w)"
                         "   d = finn.custom_op.fpgadataflow.VVAU<Dim = [4, 4], Channels = 2,"
                         " Kernel = [1, 1], PE = 1, inputDataType = \"INT4\", weightDataType ="
                         " \"INT4\", outputDataType = \"INT8\", noActivation = 1>(z, u) }");
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, false, &report), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(finnc_cost_report_node(report, 0)->macs, 6);
    cr_expect_eq(finnc_cost_report_node(report, 1)->macs, 1);
    cr_expect_eq(finnc_cost_report_node(report, 2)->macs, 32);
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

static finnc_status convert_to_bits(finnc_ctx *cx, finnc_model *model)
{
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_pipeline_parse(cx, "ConvertBipolarMatMulToXnorPopcount", &pipeline));
    finnc_status status = finnc_transform(cx, model, pipeline, NULL);
    finnc_pipeline_destroy(pipeline);
    return status;
}

/* Bits are not sparse: a 0 among them was a -1 before, and costs as much. */
Test(cost, products_of_bits_cost_as_the_signs_that_they_were)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(
        cx, "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"
            "g (float[1,4] x {BIPOLAR}) => (float[1,2] y)"
            " <float[4,2] w {BIPOLAR} = {-1, 1, -1, 1, -1, 1, -1, -1}>"
            " { y = MatMul(x, w) }");
    for (int i = 0; i < 2; i++) {
        finnc_cost_report *report;
        cr_assert_eq(count(cx, model, false, &report), FINNC_OK, "%s", finnc_ctx_message(cx));
        const finnc_cost_sum *all = finnc_cost_report_total(report);
        cr_expect_str_eq(finnc_cost_report_op_type(report, 0)->of,
                         i ? "XnorPopcountMatMul" : "MatMul");
        cr_expect_eq(all->macs, 8, "%g", all->macs);
        cr_expect_eq(all->weights, 8, "%g", all->weights);
        cr_expect_eq(all->weight_bits, 8, "%g", all->weight_bits);
        finnc_cost_report_destroy(report);
        cr_assert_eq(i ? FINNC_OK : convert_to_bits(cx, model), FINNC_OK, "%s",
                     finnc_ctx_message(cx));
    }
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(cost, layers_that_count_bits_have_no_free_zeros)
{
    for (int is_xnor = 0; is_xnor < 2; is_xnor++) {
        char text[1200];
        snprintf(text, sizeof text,
                 HW "g (float[1,2] x {BINARY}, float[1,2,2,2] z {BINARY})"
                    " => (float[1,3] y, float[1,2,2,2] d)"
                    " <float[2,3] w = {1, 0, 0, 0, 0, 0}, float[2,1,1,1] u = {0, 1}>"
                    " { y = finn.custom_op.fpgadataflow.MVAU<MW = 2, MH = 3, SIMD = 1, PE = 1,"
                    " inputDataType = \"BINARY\", weightDataType = \"BINARY\", outputDataType ="
                    " \"UINT2\", noActivation = 1, binaryXnorMode = %d>(x, w)"
                    "   d = finn.custom_op.fpgadataflow.VVAU<Dim = [2, 2], Channels = 2,"
                    " Kernel = [1, 1], PE = 1, inputDataType = \"BINARY\", weightDataType ="
                    " \"BINARY\", outputDataType = \"UINT1\", noActivation = 1,"
                    " binaryXnorMode = %d>(z, u) }",
                 is_xnor, is_xnor);
        finnc_ctx *cx = finnc_ctx_create(NULL);
        finnc_model *model = read_text(cx, text);
        finnc_cost_report *report;
        cr_assert_eq(count(cx, model, false, &report), FINNC_OK, "%s", finnc_ctx_message(cx));
        cr_expect_eq(finnc_cost_report_node(report, 0)->macs, is_xnor ? 6 : 1);
        cr_expect_eq(finnc_cost_report_node(report, 0)->weights, is_xnor ? 6 : 1);
        cr_expect_eq(finnc_cost_report_node(report, 1)->macs, is_xnor ? 8 : 4);
        cr_expect_eq(finnc_cost_report_node(report, 1)->weights, is_xnor ? 2 : 1);
        finnc_cost_report_destroy(report);
        finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
}

Test(cost, a_missing_factor_is_an_error_with_the_node)
{
    static const char *const inputs[] = {"x", "", ", w"};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 HW "g (float[1,2] x) => (float[1,3] y) <float[2,3] w = {1, 2, 3, 4, 5, 6}>"
                    " { y = " MVAU "(%s) }",
                 inputs[i]);
        finnc_ctx *cx = finnc_ctx_create(NULL);
        finnc_model *model = read_text(cx, text);
        finnc_cost_report *report;
        cr_expect_eq(finnc_cost_report_create(cx, finnc_model_graph(model), NULL, &report),
                     FINNC_BAD_VALUE);
        cr_expect(strstr(finnc_ctx_message(cx), "MVAU"), "%s", finnc_ctx_message(cx));
        cr_expect(strstr(finnc_ctx_message(cx), i ? "input 0 (x) is missing" : "input 1 (W) is"),
                  "%s", finnc_ctx_message(cx));
        finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
}

Test(cost, an_unknown_rank_is_an_error_with_the_node)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        read_text(cx, HEAD "g (float[2,2] x) => (y) { z = Frob(x) y = MatMul(z, x) }");
    finnc_cost_report *report;
    cr_assert_eq(finnc_cost_report_create(cx, finnc_model_graph(model), NULL, &report),
                 FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "MatMul"), "%s", finnc_ctx_message(cx));
    cr_expect(strstr(finnc_ctx_message(cx), "shape of z"), "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* ---- partitions ---- */

#define PART                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (y) <float[2,2] w = {1, 2, 0, 4}> {"                                      \
    " m = MatMul(x, w) [P] n = qonnx.custom_op.general.GenericPartition <model = \"p.onnx\">(m)"   \
    " y = Softmax(n) }"

static finnc_model *read_nested(finnc_ctx *cx)
{
    finnc_model *part = put_inside(cx, read_text(cx, PART), read_text(cx, NET));
    return put_inside(cx, read_text(cx, PART), part);
}

Test(cost, partitions_are_counted)
{
    static const char *const names[] = {"", "P/", "P/P/", "P/P/", "P/P/", NULL};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_nested(cx);
    finnc_cost_report *report;
    cr_assert_eq(count(cx, model, true, &report), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_cost_sum *all = finnc_cost_report_total(report);
    cr_expect_eq(all->macs, 4 + 4 + (2 * 9 * 12 + 24 + 4));
    cr_expect_eq(all->weights, 4 + 4 + (54 + 24 + 4));
    for (size_t i = 0; names[i]; i++)
        cr_expect_str_eq(finnc_cost_report_node(report, i)->of, names[i]);
    cr_expect_null(finnc_cost_report_node(report, 5));
    cr_expect_str_eq(finnc_cost_report_op_type(report, 0)->of, "MatMul");
    cr_expect_eq(finnc_cost_report_op_type(report, 0)->macs, 4 + 4 + 28);
    cr_expect_str_eq(finnc_cost_report_unsupported(report, 0), "Softmax");
    cr_expect_null(finnc_cost_report_unsupported(report, 1));
    finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

static finnc_status name_nodes(void *user, finnc_ctx *cx, finnc_model *part)
{
    ++*(int *)user;
    FINNC_TRY(finnc_graph_infer_shapes(cx, finnc_model_graph(part)));
    return finnc_node_rename(cx, finnc_graph_first_node(finnc_model_graph(part)), "first");
}

Test(cost, what_is_counted_of_a_partition_is_a_copy_made_ready)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_nested(cx);
    finnc_cost_report *report;
    int calls = 0;
    const finnc_cost_options options = {.prepare = name_nodes, .user = &calls};
    cr_assert_eq(finnc_graph_infer_shapes(cx, finnc_model_graph(model)), FINNC_OK);
    cr_assert_eq(finnc_cost_report_create(cx, finnc_model_graph(model), &options, &report),
                 FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(calls, 2);
    cr_expect_str_eq(finnc_cost_report_node(report, 0)->of, "");
    cr_expect_str_eq(finnc_cost_report_node(report, 1)->of, "P/first");
    cr_expect_str_eq(finnc_cost_report_node(report, 2)->of, "P/P/first");
    finnc_cost_report_destroy(report);
    finnc_foreach_node (node, finnc_model_graph(model))
        if (finnc_node_partition(node))
            cr_expect_str_empty(finnc_node_name(
                finnc_graph_first_node(finnc_model_graph(finnc_node_partition(node)))));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* A total without them would be none. */
Test(cost, a_partition_that_cannot_be_read_is_an_error_with_the_node)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, PART);
    finnc_cost_report *report;
    cr_expect_neq(count(cx, model, true, &report), FINNC_OK);
    cr_expect(strstr(finnc_ctx_message(cx), "P (GenericPartition): "), "%s", finnc_ctx_message(cx));
    put_inside(cx, model, read_text(cx, HEAD "g (float[2] x) => (y) { y = MatMul(x) }"));
    cr_expect_eq(count(cx, model, true, &report), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "p.onnx: "), "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* ---- memory ---- */

static finnc_status read_and_count(finnc_ctx *cx, void *user)
{
    finnc_model *model;
    finnc_cost_report *report;
    FINNC_TRY(finnc_model_read_text(cx, user, &model));
    finnc_status status = count(cx, model, false, &report);
    if (status == FINNC_OK)
        finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    return status;
}

Test(cost, memory_may_run_out)
{
    check_poor(read_and_count, NET);
}

static finnc_status count_nested(finnc_ctx *cx, void *user)
{
    finnc_model *model, *part;
    finnc_cost_report *report;
    FINNC_TRY(finnc_model_read_text(cx, user, &model));
    finnc_node *node = finnc_node_next(finnc_graph_first_node(finnc_model_graph(model)));
    finnc_status status = finnc_model_read_text(cx, NET, &part);
    if (status == FINNC_OK) {
        status = finnc_node_set_partition(cx, node, "p.onnx", part);
        if (status != FINNC_OK)
            finnc_model_destroy(part);
    }
    if (status == FINNC_OK)
        status = count(cx, model, false, &report);
    if (status == FINNC_OK)
        finnc_cost_report_destroy(report);
    finnc_model_destroy(model);
    return status;
}

Test(cost, memory_may_run_out_in_a_partition)
{
    check_poor(count_nested, PART);
}

#include "../partition/partition.h"

#include <finnc/model.h>

TestSuite(annotate_resources, .init = enter_folder, .fini = leave_folder);

#define HW       "finn.custom_op.fpgadataflow."
#define ESTIMATE "AnnotateResources{mode=\"estimate\", fpgapart=\"xc7z020clg400-1\"}"

/* The first two layers of TFC's kind. */
#define QUANTISE(more)                                                                             \
    HW "rtl.Thresholding_rtl<backend=\"fpgadataflow\", NumChannels=784, PE=1, numSteps=1,"         \
       "    inputDataType=\"UINT8\", weightDataType=\"UINT8\", outputDataType=\"BINARY\"" more ">"
#define MULTIPLY(more)                                                                             \
    HW "hls.MVAU_hls<backend=\"fpgadataflow\", MW=784, MH=64, PE=1, SIMD=56, binaryXnorMode=1,"    \
       "    inputDataType=\"BINARY\", weightDataType=\"BINARY\", outputDataType=\"BINARY\","       \
       "    accDataType=\"INT10\"" more ">"
#define LAYERS(first, second)                                                                      \
    "g (float[1,784] x, float[784,1] t, float[784,64] w) => (float[1,64] y) <float[1,784] a,"      \
    "    float[1,64] b> { [q] a = " QUANTISE(first) "(x, t) [m] b = " MULTIPLY(                    \
        second) "(a, w)"                                                                           \
                "    y = Identity(b) }"

#define QUANTISED                                                                                  \
    "{'BRAM_18K': 0, 'BRAM_efficiency': 1, 'LUT': 104.0, 'URAM': 0, 'URAM_efficiency': 1, 'DSP': " \
    "0}"
#define MULTIPLIED                                                                                 \
    "{'BRAM_18K': 4, 'BRAM_efficiency': 0.6805555555555556, 'LUT': 678, 'URAM': 0, "               \
    "'URAM_efficiency': 1, 'DSP': 0}"
/* Three nodes, of which one has no efficiency. */
#define TOTAL                                                                                      \
    "{'BRAM_18K': 4.0, 'BRAM_efficiency': 0.5601851851851852, 'LUT': 782.0, 'URAM': 0.0, "         \
    "'URAM_efficiency': 0.6666666666666666, 'DSP': 0.0}"

static void check_total(const finnc_model *model, const char *expected)
{
    const char *key;
    cr_assert_eq(finnc_model_nmetadata(model), 1);
    cr_expect_str_eq(finnc_model_metadata(model, 0, &key), expected);
    cr_expect_str_eq(key, "res_total_estimate");
}

static finnc_model *transformed(finnc_ctx *cx, const char *text)
{
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, ESTIMATE, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_pipeline_destroy(pipeline);
    return model;
}

Test(annotate_resources, of_layers_and_in_total)
{
    check_pass_unrun(
        ESTIMATE, LAYERS("", ""),
        LAYERS(", res_estimate=\"" QUANTISED "\"", ", res_estimate=\"" MULTIPLIED "\""));
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = transformed(cx, LAYERS("", ""));
    check_total(model, TOTAL);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(annotate_resources, without_layers_the_total_is_empty)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = transformed(cx, CHAIN);
    check_total(model, "{}");
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* Upstream finds nothing in partitions. */
Test(annotate_resources, goes_into_partitions)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *child = test_read_text(cx, LAYERS("", ""));
    cr_assert_eq(finnc_model_write(cx, child, "child.onnx", FINNC_EXTERNAL_INLINE), FINNC_OK);
    finnc_model_destroy(child);
    finnc_model *parent = transformed(
        cx, "g (float[1,784] x, float[784,1] t, float[784,64] w) => (float[1,64] y) {"
            "    y = " HW "StreamingDataflowPartition<model=\"child.onnx\">(x, t, w) }");
    check_total(parent, TOTAL);
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(parent));
    cr_expect_str_eq(finnc_node_string(node, "res_estimate", ""), TOTAL);
    cr_assert_eq(finnc_model_write(cx, parent, "parent.onnx", FINNC_EXTERNAL_KEEP), FINNC_OK);
    cr_assert_eq(finnc_model_read(cx, "child.onnx", &child), FINNC_OK);
    check_total(child, TOTAL);
    node = finnc_graph_first_node(finnc_model_graph(child));
    cr_expect_str_eq(finnc_node_string(node, "res_estimate", ""), QUANTISED);
    finnc_model_destroy(child);
    finnc_model_destroy(parent);
    finnc_ctx_destroy(cx);
}

Test(annotate_resources, what_cannot_be_known)
{
    check_refused("AnnotateResources{mode=\"hls\", fpgapart=\"xc7z020clg400-1\"}", LAYERS("", ""),
                  "reports of the vendor's tools");
    check_refused("AnnotateResources{mode=\"guess\", fpgapart=\"xc7z020clg400-1\"}", LAYERS("", ""),
                  "mode is guess");
    check_refused("AnnotateResources{mode=\"estimate\", fpgapart=\"zx81\"}", LAYERS("", ""),
                  "zx81");
}

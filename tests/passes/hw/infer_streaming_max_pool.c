#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS        "InferStreamingMaxPool"
#define POOL(attrs) "qonnx.custom_op.general.MaxPoolNHWC <" attrs ">"
#define STREAM(attrs)                                                                              \
    "finn.custom_op.fpgadataflow.StreamingMaxPool <backend = \"fpgadataflow\", PE = 1, " attrs ">"

Test(infer_streaming_max_pool, converts_windows_side_by_side)
{
    check_pass(PASS,
               "g (float[1,4,6,3] x {BIPOLAR}) => (float[1,2,2,3] y {BIPOLAR}) { y = " POOL(
                   "kernel_shape = [2, 3], strides = [2, 3], pads = [0, 0, 0, 0]") "(x) }",
               "g (float[1,4,6,3] x {BIPOLAR}) => (float[1,2,2,3] y {BIPOLAR}) { y = " STREAM(
                   "PoolDim = [2, 3], NumChannels = 3, ImgDim = [4, 6], dataType = \"BIPOLAR\","
                   "CeilMode = 0") "(x) }");
}

Test(infer_streaming_max_pool, a_line_may_end_within_a_window)
{
    check_pass(PASS,
               "g (float[1,10,1,3] x {INT4}) => (float[1,3,1,3] y {INT4}) { y = " POOL(
                   "kernel_shape = [4, 1], strides = [4, 1], ceil_mode = 1") "(x) }",
               "g (float[1,10,1,3] x {INT4}) => (float[1,3,1,3] y {INT4}) { y = " STREAM(
                   "PoolDim = [4, 1], NumChannels = 3, ImgDim = [10, 1], dataType = \"INT4\","
                   "CeilMode = 1") "(x) }");
    check_pass(PASS,
               "g (float[1,1,10,3] x {INT4}) => (float[1,1,2,3] y {INT4}) { y = " POOL(
                   "kernel_shape = [1, 4], strides = [1, 4]") "(x) }",
               "g (float[1,1,10,3] x {INT4}) => (float[1,1,2,3] y {INT4}) { y = " STREAM(
                   "PoolDim = [1, 4], NumChannels = 3, ImgDim = [1, 10], dataType = \"INT4\","
                   "CeilMode = 0") "(x) }");
}

Test(infer_streaming_max_pool, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,4,4,1] x) => (float[1,2,2,1] y) {"
         "    [p] y = " POOL("kernel_shape = [2, 2], strides = [2, 2]") "(x) }",
         "p (MaxPoolNHWC): x is FLOAT32: layers take integers"},
        {"g (float[1,5,5,1] x {INT4}) => (float[1,2,2,1] y) {"
         "    y = " POOL("kernel_shape = [3, 3], strides = [2, 2]") "(x) }",
         "windows of 3 by 3 lie 2 by 2 apart, not side by side"},
        {"g (float[1,4,4,1] x {INT4}) => (float[1,3,3,1] y) {"
         "    y = " POOL("kernel_shape = [2, 2], strides = [2, 2], pads = [1, 1, 1, 1]") "(x) }",
         "it pads 1, 1, 1, 1: the layer does not"},
        {"g (float[1,4,4,1] x {INT4}) => (float[1,1,1,1] y) {"
         "    y = " POOL("kernel_shape = [2, 2], strides = [2, 2], dilations = [2, 2]") "(x) }",
         "it is dilated: the layer is not"},
        /* Fills one axis: upstream converts it. */
        {"g (float[1,4,5,1] x {INT4}) => (float[1,2,2,1] y) {"
         "    y = " POOL("kernel_shape = [2, 2], strides = [2, 2]") "(x) }",
         "windows of 2 by 2 do not fill 4 by 5 pixels"},
        {"g (float[1,1,4,1] x {BIPOLAR}) => (float[1,1,2,1] y) {"
         "    y = " POOL("kernel_shape = [1, 2], strides = [1, 2]") "(x) }",
         "the layer does not pool lines of BIPOLAR"},
        {"g (float[2,4,4,1] x {INT4}) => (float[2,2,2,1] y) {"
         "    y = " POOL("kernel_shape = [2, 2], strides = [2, 2]") "(x) }",
         "x is a batch of 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged(PASS, cases[i].text);
    }
}

Test(infer_streaming_max_pool, the_layer_is_named_after_the_pool)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        test_read_text(cx, "g (float[1,4,4,1] x {INT4}) => (float[1,2,2,1] y {INT4}) {"
                           "    [p] y = " POOL("kernel_shape = [2, 2], strides = [2, 2]") "(x) }");
    finnc_pipeline *pipeline = test_pipeline(cx, PASS, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK);
    cr_expect(finnc_graph_find_node(finnc_model_graph(model), "StreamingMaxPool_p"));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

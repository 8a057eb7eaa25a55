#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferConvInpGen"
#define HW   "finn.custom_op.fpgadataflow."
#define IM2COL(attrs)                                                                              \
    "qonnx.custom_op.general.Im2Col <input_shape = \"\", dilations = [1, 1], " attrs ">"
#define SWG(attrs)                                                                                 \
    HW "ConvolutionInputGenerator <backend = \"fpgadataflow\", inputDataType = \"INT4\","          \
       "    outputDataType = \"INT4\", IFMChannels = 2, SIMD = 2, " attrs ">"

Test(infer_conv_inp_gen, pads_and_lays_out_windows)
{
    check_pass(
        PASS,
        "g (float[1,4,5,2] x {INT4}) => (float[1,5,3,12] y {INT4}) { y = " IM2COL(
            "kernel_size = [3, 2], stride = [1, 2], pad_amount = [1, 0, 2, 1],"
            "depthwise = 1") "(x) }",
        "g (float[1,4,5,2] x {INT4}) => (float[1,5,3,12] y {INT4}) <float[1,7,6,2] p {INT4}> {"
        "    p = " HW
        "FMPadding <backend = \"fpgadataflow\", ImgDim = [4, 5], Padding = [1, 0, 2, 1],"
        "        NumChannels = 2, SIMD = 2, inputDataType = \"INT4\"> (x) y = " SWG(
            "ConvKernelDim = [3, 2], IFMDim = [7, 6], OFMDim = [5, 3], Stride = [1, 2],"
            "Dilation = [1, 1], depthwise = 1, is1D = 0") "(p) }");
}

Test(infer_conv_inp_gen, needs_no_padding_layer_without_padding)
{
    check_pass(PASS,
               "g (float[1,1,5,2] x {INT4}) => (float[1,1,3,4] y {INT4}) {"
               "    y = qonnx.custom_op.general.Im2Col <input_shape = \"\", dilations = [1, 2],"
               "        kernel_size = [1, 2], stride = [1, 1]> (x) }",
               "g (float[1,1,5,2] x {INT4}) => (float[1,1,3,4] y {INT4}) { y = " SWG(
                   "ConvKernelDim = [1, 2], IFMDim = [1, 5], OFMDim = [1, 3], Stride = [1, 1],"
                   "Dilation = [1, 2], depthwise = 0, is1D = 1") "(x) }");
}

#define SAMPLER(attrs)                                                                             \
    HW "DownSampler <backend = \"fpgadataflow\", inputDataType = \"BIPOLAR\", NumChannels = 3,"    \
       "    SIMD = 3, " attrs ">"

Test(infer_conv_inp_gen, single_pixels_apart_are_sampled)
{
    check_pass(PASS,
               "g (float[1,5,5,3] x {BIPOLAR}) => (float[1,3,3,3] y {BIPOLAR}) { y = " IM2COL(
                   "kernel_size = [1, 1], stride = [2, 2]") "(x) }",
               "g (float[1,5,5,3] x {BIPOLAR}) => (float[1,3,3,3] y {BIPOLAR}) { y = " SAMPLER(
                   "ImgDim = 5, Stride = 2, is1D = 0, is1D_unitx = 0") "(x) }");
}

/* Upstream takes the larger stride, 3, and so every third pixel. */
Test(infer_conv_inp_gen, along_a_line_its_own_stride_counts)
{
    check_pass(PASS,
               "g (float[1,1,5,3] x {BIPOLAR}) => (float[1,1,3,3] y {BIPOLAR}) { y = " IM2COL(
                   "kernel_size = [1, 1], stride = [3, 2]") "(x) }",
               "g (float[1,1,5,3] x {BIPOLAR}) => (float[1,1,3,3] y {BIPOLAR}) { y = " SAMPLER(
                   "ImgDim = 5, Stride = 2, is1D = 1, is1D_unitx = 0") "(x) }");
    check_pass(PASS,
               "g (float[1,5,1,3] x {BIPOLAR}) => (float[1,3,1,3] y {BIPOLAR}) { y = " IM2COL(
                   "kernel_size = [1, 1], stride = [2, 1]") "(x) }",
               "g (float[1,5,1,3] x {BIPOLAR}) => (float[1,3,1,3] y {BIPOLAR}) { y = " SAMPLER(
                   "ImgDim = 5, Stride = 2, is1D = 1, is1D_unitx = 1") "(x) }");
}

/* Upstream goes by the row that was there before, and thins 3 by 5 pixels as if they were 5 by 5.
 */
Test(infer_conv_inp_gen, a_padded_row_is_a_picture)
{
    const char *text = "g (float[1,1,5,3] x {INT4}) => (float[1,2,3,3] y {INT4}) { [i] y = " IM2COL(
        "kernel_size = [1, 1], stride = [2, 2], pad_amount = [1, 0, 1, 0]") "(x) }";
    check_remark(PASS, text,
                 "i (Im2Col): it takes one pixel in 2 by 2 of 3 by 5: DownSampler takes");
    check_unchanged(PASS, text);
}

Test(infer_conv_inp_gen, says_why_not)
{
    check_remark(PASS,
                 "g (float[1,4,4,1] x) => (float[1,3,3,4] y) { [i] y = " IM2COL(
                     "kernel_size = [2, 2], stride = [1, 1]") "(x) }",
                 "i (Im2Col): x is FLOAT32: layers take integers");
    check_remark(PASS,
                 "g (float[2,4,4,1] x {INT4}) => (float[2,3,3,4] y) { y = " IM2COL(
                     "kernel_size = [2, 2], stride = [1, 1]") "(x) }",
                 "x is a batch of 2: the layer takes one at a time");
    check_remark(PASS,
                 "g (float[1,4,4,1] x {BIPOLAR}) => (float[1,5,5,4] y) { y = " IM2COL(
                     "kernel_size = [2, 2], stride = [1, 1], pad_amount = [1, 1, 1, 1]") "(x) }",
                 "it pads with 0, which BIPOLAR does not hold");
    check_remark(PASS,
                 "g (float[1,H,4,1] x {INT4}) => (float[1,H2,3,4] y) { y = " IM2COL(
                     "kernel_size = [2, 2], stride = [1, 1]") "(x) }",
                 "the shape of x is not known");
    check_remark(PASS,
                 "g (float[1,4,4,1] x {INT4}) => (float[1,4,4,4] y) { y = " IM2COL(
                     "kernel_size = [2, 2], stride = [1, 1]") "(x) }",
                 "its input makes y 3 by 3, the model says 4 by 4");
    check_remark(PASS,
                 "g (float[1,4,4,1] x {INT4}) => (float[1,4,4,1] y) { y = " IM2COL(
                     "stride = [1, 1]") "(x) }",
                 "attribute kernel_size is missing");
}

Test(infer_conv_inp_gen, other_padding_than_zero_is_an_error)
{
    const char *text = "g (float[1,4,4,1] x {INT4}) => (float[1,5,5,4] y {INT4}) { [i] y = " IM2COL(
        "kernel_size = [2, 2], stride = [1, 1], pad_amount = [1, 1, 1, 1], pad_value = -8") "(x) }";
    check_refused(PASS, text, "i (Im2Col): it pads with -8 (pad_value), and FMPadding with 0 only");
}

Test(infer_conv_inp_gen, layers_are_named_after_what_they_were)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx, "g (float[1,4,4,1] x {INT4}) => (float[1,5,5,4] y {INT4}) { [i] y = " IM2COL(
                "kernel_size = [2, 2], stride = [1, 1], pad_amount = [1, 1, 1, 1]") "(x) }");
    finnc_pipeline *pipeline = test_pipeline(cx, PASS, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK);
    const finnc_graph *graph = finnc_model_graph(model);
    cr_expect(finnc_graph_find_node(graph, "FMPadding_Batch_i"));
    cr_expect(finnc_graph_find_node(graph, "ConvolutionInputGenerator_i"));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

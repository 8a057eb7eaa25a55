#include <finnc/layer.h>

#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HW  "finn.custom_op.fpgadataflow."
#define HLS HW "hls."
#define RTL HW "rtl."

/* The i-th node of the model's graph. */
static const finnc_node *node_at(const finnc_model *model, size_t i)
{
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    for (; i > 0; i--)
        node = finnc_node_next(node);
    return node;
}

static void check_source(const char *nodes, const char *wanted)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    char text[1024];
    snprintf(text, sizeof text, "g (float[1,2,2,4] x) => (y) { %s }", nodes);
    finnc_model *model = test_read_text(cx, text);
    const finnc_value *y = finnc_graph_output(finnc_model_graph(model), 0);
    const char *is = finnc_value_name(finnc_stream_source(y));
    cr_expect_str_eq(is, wanted, "%s: from %s, wanted %s", nodes, is, wanted);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(order, streams_begin_in_front_of_what_hands_them_on)
{
    check_source("y = " HW "StreamingFIFO(x)", "x");
    check_source("a = Neg(x) b = " RTL "StreamingFIFO_rtl(a) y = " HLS
                 "StreamingDataWidthConverter_hls(b)",
                 "a");
    check_source("a = Neg(x) b = " HLS "IODMA_hls(a) y = " HLS "TLastMarker_hls(b)", "a");
    check_source("b, y = " HLS "DuplicateStreams_hls(x)", "x");
    check_source("y, s = " HLS "CheckSum_hls(x)", "x");
    check_source("s, y = " HLS "CheckSum_hls(x)", "y"); /* the sum */
    check_source("y = Neg(x)", "y");
    check_source("y = Identity(x)", "y");
    check_source("y = " HW "FMPadding(x)", "y");
    check_source("y = " HW "ConvolutionInputGenerator(x)", "y");
    check_source("y = " HW "StreamingFIFO()", "y"); /* which hands nothing on */
}

Test(order, the_walk_to_the_source_ends)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, "g (float[1,4] x) => (float[1,4] y) { a = " HW
                                            "StreamingFIFO(x) b = " HW "StreamingFIFO(a) c = " HW
                                            "StreamingFIFO(b) y = " HW "StreamingFIFO(c) }");
    finnc_node *first = finnc_graph_first_node(finnc_model_graph(model));
    finnc_node *third = finnc_node_next(finnc_node_next(first));
    const finnc_value *y = finnc_graph_output(finnc_model_graph(model), 0);
    cr_assert_eq(finnc_node_set_input(cx, first, 0, finnc_node_output(third, 0)), FINNC_OK);
    cr_expect(finnc_stream_source(y));
    cr_assert_eq(finnc_node_set_input(cx, first, 0, finnc_node_output(first, 0)), FINNC_OK);
    cr_expect(finnc_stream_source(y));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* ---- windows ---- */

#define GENERATOR(op, kernel, simd, depthwise)                                                     \
    HW op " <ConvKernelDim=" kernel ", IFMChannels=4, IFMDim=[2,2], OFMDim=[1,1], SIMD=" #simd     \
          ", Stride=[1,1], Dilation=[1,1], inputDataType=\"UINT4\", outputDataType=\"UINT4\","     \
          " depthwise=" #depthwise ">(x)"
#define ABSTRACT "ConvolutionInputGenerator"
#define BOUND    "rtl.ConvolutionInputGenerator_rtl"
#define POOL(pe)                                                                                   \
    HW "hls.Pool_hls<Channels=4, PE=" #pe ", KernelSize=[2,2], Function=\"MaxPool\","              \
       " OutImgDims=[1,1], InputDataType=\"UINT4\", OutputDataType=\"UINT4\">(m)"
#define VVAU(pe, kernel)                                                                           \
    HW "hls.VVAU_hls<PE=" #pe ", SIMD=1, Dim=[1,1], Channels=4, Kernel=" kernel ","                \
       " inputDataType=\"UINT4\", weightDataType=\"INT2\", outputDataType=\"INT8\","               \
       " noActivation=1>(m, w)"
#define MVAU                                                                                       \
    HW "hls.MVAU_hls<MW=16, MH=4, PE=2, SIMD=2, inputDataType=\"UINT4\","                          \
       " weightDataType=\"INT2\", outputDataType=\"INT8\", noActivation=1>(m, w)"

/* Of `maker`: does it leave the order open? And may `reader` read it (`words` NULL)? */
static void check_order(const char *maker, bool is_open, const char *reader, const char *words)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    char text[2048];
    snprintf(text, sizeof text, "g (x) => (y) <float[4,1,2,2] w> { [g] m = %s [r] y = %s }", maker,
             reader);
    finnc_model *model = test_read_text(cx, text);
    const finnc_node *makes = node_at(model, 0), *reads = node_at(model, 1);
    cr_expect_eq(finnc_node_leaves_order_open(makes), is_open, "%s", maker);
    const finnc_status status = finnc_layer_check_order(cx, makes, reads);
    cr_expect_eq(status, words ? FINNC_BAD_VALUE : FINNC_OK, "%s: %s", text, finnc_ctx_message(cx));
    if (words)
        cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(order, generators_of_windows_and_their_readers)
{
#define DEPTHWISE(op, simd) GENERATOR(op, "[2,2]", simd, 1)
    check_order(DEPTHWISE(BOUND, 2), false, POOL(2), NULL);
    check_order(DEPTHWISE(BOUND, 2), false, VVAU(2, "[2,2]"), NULL);
    check_order(DEPTHWISE(BOUND, 4), false, MVAU, NULL);
    check_order(DEPTHWISE(BOUND, 2), false, POOL(4),
                "r (Pool_hls): takes 4 channels of a tap together (PE), g "
                "(ConvolutionInputGenerator_rtl) gives 2 (SIMD): they have to be equal");
    check_order(DEPTHWISE(BOUND, 2), false, VVAU(1, "[2,2]"), "takes 1 channels");
    check_order(DEPTHWISE(BOUND, 2), false, MVAU,
                "r (MVAU_hls): takes 4 channels of a tap together, g "
                "(ConvolutionInputGenerator_rtl) gives 2 (SIMD)");
    /* Without depthwise all channels stay together. */
    check_order(GENERATOR(BOUND, "[2,2]", 2, 0), false, MVAU, NULL);
    check_order(GENERATOR(BOUND, "[2,2]", 2, 0), false, POOL(2), "gives 4: they");
    /* What it will be once it is bound. */
    check_order(DEPTHWISE(ABSTRACT, 2), true, POOL(2), NULL);
    check_order(DEPTHWISE(ABSTRACT, 2), true, POOL(1), "gives 2 (SIMD)");
    check_order(DEPTHWISE("ConvolutionInputGenerator1D", 2), true, POOL(2), NULL);
}

Test(order, no_matter_to_others)
{
    check_order(GENERATOR(BOUND, "[1,1]", 2, 1), false, VVAU(1, "[1,1]"), NULL);
    check_order(GENERATOR(BOUND, "[1,1]", 2, 1), false, MVAU, NULL);
    check_order(DEPTHWISE(BOUND, 2), false, "Neg(m)", NULL);
    check_order(DEPTHWISE(BOUND, 2), false,
                HW "ChannelwiseOp<Func=\"mul\", NumChannels=16, PE=1, inputDataType=\"UINT4\","
                   " paramDataType=\"UINT1\", outputDataType=\"UINT4\">(m, w)",
                NULL);
    check_order(HW "StreamingFIFO<depth=2>(x)", false, POOL(2), NULL);
}

Test(order, is_not_asked_of_what_is_no_layer)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(
        cx, "g (float[1,2,2,4] x) => (y) { m = qonnx.custom_op.general.Im2Col<kernel_size=[2,2],"
            " stride=[1,1], input_shape=\"(1,2,2,4)\">(x) y = " POOL(2) " }");
    cr_expect(finnc_node_leaves_order_open(node_at(model, 0)));
    cr_expect_not(finnc_node_leaves_order_open(node_at(model, 1)));
    cr_expect_eq(finnc_layer_check_order(cx, node_at(model, 0), node_at(model, 1)),
                 FINNC_UNSUPPORTED);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

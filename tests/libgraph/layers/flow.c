#include <finnc/layer.h>
#include <finnc/model.h>

#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char text[512];

static void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(text + strlen(text), sizeof text - strlen(text), format, args);
    va_end(args);
}

static void say_phase(const finnc_phase *p)
{
    if (*text && text[strlen(text) - 1] != '{')
        say(" ");
    say("%" PRId64 "x%" PRId64, p->repeat, p->cycles);
    if (p->reads)
        say(" r%" PRId64, p->reads);
    if (p->side_reads)
        say(" s%" PRId64, p->side_reads);
    if (p->writes)
        say(" w%" PRId64, p->writes);
}

/* "2x4 r4 w1": two rounds of 4 cycles, that read 4 words and write 1; "3{...}" is a loop, a "*3" at
 * the end how often all of it is done. */
static void check_flow(const char *node, const char *expected, int64_t cycles)
{
    char model_text[1024];
    finnc_flow flow;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    snprintf(model_text, sizeof model_text,
             "n (float x) => (float y) { y = finn.custom_op.fpgadataflow.%s (x) }", node);
    finnc_model *model = test_read_text(cx, model_text);
    const finnc_node *first = finnc_graph_first_node(finnc_model_graph(model));
    cr_assert_eq(finnc_layer_flow(cx, first, &flow), FINNC_OK, "%s", finnc_ctx_message(cx));
    *text = '\0';
    for (size_t i = 0; i < flow.nphases; i++) {
        if (i == flow.loop_begin && flow.loop_end > i)
            say(*text ? " %" PRId64 "{" : "%" PRId64 "{", flow.loop);
        say_phase(&flow.phases[i]);
        if (i + 1 == flow.loop_end)
            say("}");
    }
    if (flow.times > 1)
        say(" *%" PRId64, flow.times);
    cr_expect_str_eq(text, expected);
    cr_expect_eq(flow.cycles, cycles, "%" PRId64 " cycles", flow.cycles);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(flow, elementwise_layers_move_a_word_per_cycle)
{
    check_flow("hls.AddStreams_hls <NumChannels = 8, PE = 2, inputDataType = \"INT4\","
               " numInputVectors = [1, 3, 3]>",
               "36x1 r1 s1 w1", 36);
    check_flow("rtl.Thresholding_rtl <NumChannels = 8, PE = 2, numSteps = 3,"
               " inputDataType = \"INT4\", weightDataType = \"INT4\", outputDataType = \"UINT2\">",
               "4x1 r1 s1 w1", 4);
}

#define PRODUCT(more)                                                                              \
    "hls.MVAU_hls <MW = 12, MH = 6, SIMD = 3, PE = 2, inputDataType = \"UINT2\","                  \
    " weightDataType = \"INT2\", outputDataType = \"INT8\", noActivation = 1,"                     \
    " numInputVectors = [5]" more ">"

/* 12 / 3 steps for the first of 6 / 2 results, and the vector again for the others. */
Test(flow, a_product_keeps_its_vector)
{
    check_flow(PRODUCT(""), "1x4 r4 s4 w1 2x4 s4 w1 *5", 60);
    check_flow("hls.VVAU_hls <PE = 2, SIMD = 3, Dim = [2,2], Channels = 4, Kernel = [3,3],"
               " inputDataType = \"UINT2\", weightDataType = \"INT2\","
               " outputDataType = \"INT8\", noActivation = 1>",
               "2x3 r3 s3 w1 *4", 24);
}

#define SWG(style, dims, more)                                                                     \
    style ".ConvolutionInputGenerator_" style " <inputDataType = \"INT8\","                        \
          " outputDataType = \"INT8\", Dilation = [1,1], " dims more ">"
/* CNV's first one. */
#define FIRST                                                                                      \
    "ConvKernelDim = [3,3], IFMDim = [32,32], OFMDim = [30,30], IFMChannels = 3, Stride = [1,1]"

/* Two lines and three pixels, then 30 lines of 30 windows of 9 words; a line's 32 pixels come in
 * meanwhile, in the last line what is left: 1024 - 67 - 29 * 32 = 29. FINN's 8167 cycles. */
Test(flow, a_buffer_of_lines_fills_and_then_keeps_up)
{
    check_flow(SWG("rtl", FIRST, ", SIMD = 3"),
               "1x67 r67 29{2x9 r2 w9 28x9 r1 w9} 29x9 r1 w9 1x9 w9", 8167);
    /* All words three times as many. */
    check_flow(SWG("rtl", FIRST, ", SIMD = 1"),
               "1x201 r201 29{6x27 r4 w27 24x27 r3 w27} 27x27 r3 w27 3x27 r2 w27", 24501);
    /* Three lines, before and not between: what is left after 29 lines is one. */
    check_flow(SWG("hls", FIRST, ", SIMD = 3"), "1x96 r96 29{2x9 r2 w9 28x9 r1 w9} 30x9 w9",
               96 + 30 * 270);
}

/* A window at once: 2 lines and 2 pixels, then a word each for 30 pixels of 32. */
Test(flow, registers_give_a_window_with_each_pixel)
{
    check_flow(SWG("rtl", FIRST, ", SIMD = 3, parallel_window = 1"),
               "1x66 r66 29{1x1 r1 w1 29x1 r1 w1 1x2 r2} 1x1 r1 w1 29x1 r1 w1 1x2", 1026);
    /* Every second of 5 x 5 pixels, of two words each. */
    check_flow(SWG("rtl",
                   "ConvKernelDim = [1,1], IFMDim = [5,5], OFMDim = [3,3], IFMChannels = 4,"
                   " Stride = [2,2]",
                   ", SIMD = 2"),
               "2{1x2 r2 w2 2x4 r4 w2 1x10 r10} 1x2 r2 w2 2x4 r4 w2 1x2", 52);
}

/* A line of 8 pixels, 3 taps. RTL: 6 * 3 + 2 cycles. */
Test(flow, taps_of_a_line_go_out_as_they_come)
{
    check_flow(SWG("rtl",
                   "ConvKernelDim = [1,3], IFMDim = [1,8], OFMDim = [1,6], IFMChannels = 2,"
                   " Stride = [1,1]",
                   ", SIMD = 2"),
               "1x3 r3 w3 5x3 r1 w3 1x2", 20);
}

Test(flow, pools_take_windows_and_give_a_word)
{
    check_flow("hls.StreamingMaxPool_hls <ImgDim = [4,4], PoolDim = [2,2], NumChannels = 6,"
               " dataType = \"INT4\">",
               "1x8 r8 1x2 w2 *2", 20); /* 16 * (1 + 1 / 4) */
    check_flow("hls.Pool_hls <Channels = 6, PE = 2, KernelSize = [2,2], Function = \"MaxPool\","
               " OutImgDims = [2,2], InputDataType = \"INT4\", OutputDataType = \"INT4\">",
               "1x4 r4 w1 *12", 48);
    check_flow("hls.GlobalAccPool_hls <NumChannels = 8, PE = 4, inputDataType = \"UINT4\","
               " numInputVectors = [1, 3, 3]>",
               "1x18 r18 1x2 w2", 20);
    check_flow("hls.LabelSelect_hls <Labels = 10, PE = 2, K = 1, inputDataType = \"UINT32\","
               " numInputVectors = [1]>",
               "1x5 r5 w1", 5);
}

/* 3 x 2 pixels of two words, in 6 x 5: one line above, two below, one pixel left, two right. */
Test(flow, padding_gives_more_than_it_takes)
{
    check_flow("hls.FMPadding_hls <ImgDim = [3,2], Padding = [1,1,2,2], NumChannels = 4,"
               " SIMD = 2, inputDataType = \"INT4\">",
               "1x12 w12 2{1x4 r4 w4 1x6 w6} 1x4 r4 w4 1x24 w24", 60);
    check_flow("hls.FMPadding_Pixel_hls <ImgDim = [2,3], Stride = [2,3], NumChannels = 2,"
               " SIMD = 2, inputDataType = \"INT4\">",
               "1{2x3 r1 w3 1x1 r1 w1 1x7 w7} 2x3 r1 w3 1x1 r1 w1", 21);
    check_flow("hls.UpsampleNearestNeighbour_hls <OFMDim = 6, IFMDim = 3, NumChannels = 2,"
               " inputDataType = \"INT4\">",
               "3{3x2 r1 w2 1x6 w6}", 36);
}

Test(flow, a_down_sampler_takes_more_than_it_gives)
{
    check_flow("hls.DownSampler_hls <ImgDim = 4, NumChannels = 2, SIMD = 1, Stride = 2,"
               " inputDataType = \"INT4\">",
               "1{1x2 r2 w2 1x4 r4 w2 1x10 r10} 1x2 r2 w2 1x4 r4 w2 1x10 r10", 32);
}

/* 36 bits in, 24 out: two words make three. */
Test(flow, converters_give_what_is_whole)
{
    check_flow("hls.StreamingDataWidthConverter_hls <shape = [1,36], inWidth = 36, outWidth = 24,"
               " dataType = \"INT4\">",
               "2x3 r2 w3", 6);
    check_flow("rtl.StreamingDataWidthConverter_rtl <shape = [1,24], inWidth = 8, outWidth = 24,"
               " dataType = \"INT4\">",
               "4x3 r3 w1", 12);
}

Test(flow, is_that_of_bound_layers)
{
    finnc_flow flow;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        test_read_text(cx, "n (float x) => (float y) { y = finn.custom_op.fpgadataflow.AddStreams"
                           " <NumChannels = 8, PE = 2, inputDataType = \"INT4\"> (x, x) }");
    cr_expect_eq(finnc_layer_flow(cx, finnc_graph_first_node(finnc_model_graph(model)), &flow),
                 FINNC_UNSUPPORTED);
    cr_expect(strstr(finnc_ctx_message(cx), "bound neither to HLS nor to RTL"));
    finnc_model_destroy(model);
    model = test_read_text(
        cx, "n (float x) => (float y) { y = finn.custom_op.fpgadataflow.rtl.StreamingFIFO_rtl"
            " <depth = 40, folded_shape = [1,4,2], normal_shape = [1,8], dataType = \"INT4\"> (x)"
            " }");
    cr_assert_eq(finnc_layer_flow(cx, finnc_graph_first_node(finnc_model_graph(model)), &flow),
                 FINNC_OK);
    cr_expect(flow.is_queue);
    cr_expect_eq(flow.depth, 40);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* Expectations are what upstream's formulas gave when they were run on the same attributes. */
#include <support/layer_text.h>

#include <criterion/criterion.h>

#define NODE(variant, attrs)                                                                       \
    "n (float x) => (float y) { [g] y = finn.custom_op.fpgadataflow." variant                      \
    "<backend = \"fpgadataflow\", " attrs "> (x) }"
#define ABSTRACT "ConvolutionInputGenerator"
#define HLS      "hls.ConvolutionInputGenerator_hls"
#define RTL      "rtl.ConvolutionInputGenerator_rtl"

/* 3 x 3 over 30 x 30 with 64 channels. */
#define IMAGE(simd, dtype, attrs)                                                                  \
    "ConvKernelDim = [3, 3], IFMChannels = 64, IFMDim = [30, 30], OFMDim = [28, 28],"              \
    " Stride = [1, 1], Dilation = [1, 1], SIMD = " simd ", inputDataType = \"" dtype "\","         \
    " outputDataType = \"" dtype "\"" attrs
#define BINARY(attrs) IMAGE("32", "BINARY", attrs)
/* 5 of 100 with 16 channels, standing upright. */
#define LINE(simd, stride, out, attrs)                                                             \
    "ConvKernelDim = [5, 1], IFMChannels = 16, IFMDim = [100, 1], OFMDim = [" out ", 1],"          \
    " Stride = [" stride ", 1], Dilation = [1, 1], SIMD = " simd ", is1D = 1,"                     \
    " inputDataType = \"INT4\", outputDataType = \"INT4\"" attrs

Test(convolution_input_generator, the_golden_numbers)
{
    check_cycles(NODE(RTL, BINARY("")), 14238);
    check_resources(NODE(RTL, BINARY("")), FINNC_DSP48E1, "LUT 428");
    check_cycles(NODE(HLS, BINARY("")), 14292);
    check_resources(NODE(HLS, BINARY("")), FINNC_DSP48E1, "LUT 428");
    check_output(NODE(RTL, BINARY("")), 0,
                 "BINARY[1,28,28,576] [1,28,28,18,32] 32 bits, 14112 words");
}

Test(convolution_input_generator, memories_of_an_image)
{
    check_resources(NODE(HLS, BINARY(", ram_style = \"auto\"")), FINNC_DSP48E1, "BRAM 4, LUT 300");
    check_resources(NODE(HLS, BINARY(", ram_style = \"ultra\"")), FINNC_DSP48E1, "LUT 300, URAM 4");
    check_resources(NODE(RTL, BINARY(", ram_style = \"auto\"")), FINNC_DSP48E1, "BRAM 1, LUT 300");
    check_resources(NODE(RTL, BINARY(", ram_style = \"ultra\"")), FINNC_DSP48E1, "LUT 300, URAM 1");
    /* A buffer deeper than one block is cascaded. */
    check_resources(NODE(RTL, "ConvKernelDim = [3, 3], IFMChannels = 64, IFMDim = [200, 200],"
                              " OFMDim = [198, 198], Stride = [1, 1], Dilation = [1, 1], SIMD = 1,"
                              " inputDataType = \"INT8\", outputDataType = \"INT8\","
                              " ram_style = \"block\""),
                    FINNC_DSP48E1, "BRAM 16, LUT 300");
}

Test(convolution_input_generator, a_whole_window_at_once)
{
#define PARALLEL IMAGE("64", "INT8", ", parallel_window = 1, ram_style = \"block\"")
    check_cycles(NODE(RTL, PARALLEL), 902);
    check_resources(NODE(RTL, PARALLEL), FINNC_DSP48E1, "BRAM 30, LUT 300");
    check_output(NODE(RTL, PARALLEL), 0, "INT8[1,28,28,576] [1,28,28,1,576] 4608 bits, 784 words");
    check_cycles_fail(NODE(RTL, BINARY(", parallel_window = 1")),
                      "g (ConvolutionInputGenerator_rtl): with parallel_window SIMD has to be "
                      "IFMChannels, 64, and is 32");
    /* A kernel of one tap is a window at once. */
    check_cycles(NODE(RTL, "ConvKernelDim = [1, 1], IFMChannels = 64, IFMDim = [30, 30],"
                           " OFMDim = [15, 15], Stride = [2, 2], Dilation = [1, 1], SIMD = 4,"
                           " inputDataType = \"BINARY\", outputDataType = \"BINARY\""),
                 14402);
    check_cycles(NODE(HLS, LINE("16", "1", "96", ", parallel_window = 1")), 101);
    check_resources(NODE(HLS, LINE("16", "1", "96", ", parallel_window = 1")), FINNC_DSP48E1,
                    "LUT 306");
    check_output(NODE(HLS, LINE("16", "1", "96", ", parallel_window = 1")), 0,
                 "INT4[1,96,1,80] [1,96,1,1,80] 320 bits, 96 words");
    /* In HLS it is left out where it cannot be. */
    check_output(NODE(HLS, LINE("4", "1", "96", ", parallel_window = 1")), 0,
                 "INT4[1,96,1,80] [1,96,1,20,4] 16 bits, 1920 words");
}

Test(convolution_input_generator, lines_in_hls)
{
    check_cycles(NODE(HLS, LINE("4", "1", "96", "")), 1921);
    check_resources(NODE(HLS, LINE("4", "1", "96", "")), FINNC_DSP48E1, "LUT 304");
    check_cycles(NODE(HLS, LINE("4", "1", "96", ", depthwise = 1")), 1933);
    check_resources(NODE(HLS, LINE("4", "1", "96", ", depthwise = 1")), FINNC_DSP48E1, "LUT 305");
    check_cycles(NODE(HLS, LINE("4", "2", "48", ", depthwise = 1")), 973);
    check_cycles(NODE(HLS, LINE("4", "3", "32", ", depthwise = 1")), 1040);
    check_resources(NODE(HLS, LINE("4", "3", "32", ", depthwise = 1")), FINNC_DSP48E1, "LUT 400");
    check_resources(NODE(HLS, LINE("4", "3", "32", ", depthwise = 1, ram_style = \"auto\"")),
                    FINNC_DSP48E1, "BRAM 1, LUT 300");
}

Test(convolution_input_generator, lines_and_strides_in_rtl)
{
    check_cycles(NODE(RTL, LINE("4", "1", "96", "")), 1922);
    check_resources(NODE(RTL, LINE("4", "1", "96", "")), FINNC_DSP48E1, "LUT 316");
    check_cycles(NODE(RTL, LINE("4", "1", "96", ", depthwise = 1")), 1918);
    check_cycles(NODE(RTL, LINE("4", "3", "32", ", depthwise = 1")), 670);
    check_cycles(NODE(RTL, "ConvKernelDim = [3, 3], IFMChannels = 64, IFMDim = [30, 30],"
                           " OFMDim = [14, 14], Stride = [2, 2], Dilation = [1, 1], SIMD = 32,"
                           " depthwise = 1, inputDataType = \"BINARY\","
                           " outputDataType = \"BINARY\""),
                 3910);
    check_resources(NODE(RTL, "ConvKernelDim = [3, 3], IFMChannels = 64, IFMDim = [30, 30],"
                              " OFMDim = [14, 14], Stride = [2, 2], Dilation = [1, 1], SIMD = 32,"
                              " depthwise = 1, inputDataType = \"BINARY\","
                              " outputDataType = \"BINARY\""),
                    FINNC_DSP48E1, "LUT 460");
}

Test(convolution_input_generator, what_can_be_folded_depends_on_the_implementation)
{
    check_folds(NODE(ABSTRACT, BINARY("")), "SIMD 32/64, parallel_window 0 only");
    check_folds(NODE(RTL, BINARY("")), "SIMD 32/64, parallel_window 0 or 1");
    check_folds(NODE(RTL, BINARY(", dynamic_mode = 1")), "SIMD 32/64, parallel_window 0 only");
    check_folds(NODE(HLS, BINARY("")), "SIMD 32/64, parallel_window 0 only");
    check_folds(NODE(HLS, LINE("4", "1", "96", "")), "SIMD 4/16, parallel_window 0 or 1");
    check_folds(NODE(HLS, LINE("4", "2", "48", "")), "SIMD 4/16, parallel_window 0 only");
}

Test(convolution_input_generator, the_abstract_layer_has_neither_time_nor_space)
{
    check_cycles(NODE(ABSTRACT, BINARY("")), 0);
    check_resources(NODE(ABSTRACT, BINARY("")), FINNC_DSP48E1, "");
    check_input(NODE(ABSTRACT, BINARY("")), 0,
                "BINARY[1,30,30,64] [1,30,30,2,32] 32 bits, 1800 words");
    check_output(NODE(ABSTRACT, BINARY("")), 0,
                 "BINARY[1,28,28,576] [1,28,28,18,32] 32 bits, 14112 words");
    check_output_fails(NODE(ABSTRACT, BINARY(", parallel_window = 1")), 0,
                       "depends on the implementation");
}

Test(convolution_input_generator, a_kernel_has_to_fit)
{
#define FIT(kernel, stride)                                                                        \
    "ConvKernelDim = [" kernel ", 1], IFMChannels = 1, IFMDim = [4, 4], OFMDim = [1, 4],"          \
    " Stride = [" stride ", 1], Dilation = [2, 1], SIMD = 1, inputDataType = \"INT4\","            \
    " outputDataType = \"INT4\""
    check_cycles_fail(NODE(RTL, FIT("3", "1")),
                      "a kernel of 3 x 1 with dilation 2 x 1 does not fit "
                      "an image of 4 x 4");
    check_cycles_fail(NODE(RTL, FIT("2", "5")), "a stride of 5 x 1 is more than");
    check_output_fails(NODE(HLS, FIT("3", "1")), 0,
                       "a kernel of 3 with dilation 2 does not fit axis 1 of 4 elements");
}

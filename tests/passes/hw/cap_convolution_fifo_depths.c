#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

/* 4 channels by 2, windows of 3 by 3 on 8 by 20 pixels: a row of what comes out of the generator
 * is 18 windows of 9 * 4 / 2 words. */
#define WINDOWS                                                                                    \
    RTL "ConvolutionInputGenerator_rtl<backend=\"fpgadataflow\", ConvKernelDim=[3,3],"             \
        " IFMChannels=4, IFMDim=[8,20], OFMDim=[6,18], SIMD=2, Stride=[1,1], Dilation=[1,1],"      \
        " inputDataType=\"INT2\", outputDataType=\"INT2\">"
#define PRODUCT                                                                                    \
    HLS "MVAU_hls<backend=\"fpgadataflow\", MW=36, MH=2, SIMD=2, PE=1, inputDataType=\"INT2\","    \
        " weightDataType=\"INT2\", outputDataType=\"INT12\", noActivation=1,"                      \
        " numInputVectors=[1,6,18]>"
#define QUEUE(n, folded, style)                                                                    \
    RTL "StreamingFIFO_rtl<backend=\"fpgadataflow\", depth=" #n ", folded_shape=" folded           \
        ", normal_shape=[1,6,18,36], dataType=\"INT2\", impl_style=\"" style                       \
        "\", ram_style=\"auto\">"
#define NET(fifo)                                                                                  \
    "g (float[1,8,20,4] x {INT2}, float[36,2] w {INT2}) => (float[1,6,18,2] y {INT12})"            \
    "<float[1,6,18,36] a {INT2}, float[1,6,18,36] b {INT2}> {"                                     \
    "    a = " WINDOWS "(x) [f] b = " fifo "(a) y = " PRODUCT "(b, w) }"

Test(cap_convolution_fifo_depths, a_row_is_enough)
{
    check_pass_unrun("CapConvolutionFIFODepths", NET(QUEUE(2000, "[1,6,18,18,2]", "vivado")),
                     NET(QUEUE(324, "[1,6,18,18,2]", "vivado")));
}

/* Shift registers hold 32 and more words up to max_qsrl_depth. */
Test(cap_convolution_fifo_depths, small_ones_are_shift_registers)
{
    check_pass_unrun("CapConvolutionFIFODepths{max_qsrl_depth=512}",
                     NET(QUEUE(2000, "[1,6,18,18,2]", "vivado")),
                     NET(QUEUE(324, "[1,6,18,18,2]", "rtl")));
    check_pass_unrun("CapConvolutionFIFODepths", NET(QUEUE(200, "[1,6,18,18,2]", "vivado")),
                     NET(QUEUE(200, "[1,6,18,18,2]", "rtl")));
}

Test(cap_convolution_fifo_depths, only_between_windows_and_products_of_images)
{
    check_unchanged_unrun("CapConvolutionFIFODepths",
                          "g (float[1,6,18,36] x {INT2}, float[36,2] w {INT2}) =>"
                          " (float[1,6,18,2] y {INT12}) <float[1,6,18,36] b {INT2}> {"
                          "    b = " QUEUE(2000, "[1,6,18,18,2]", "vivado") "(x)"
                                                                            "    y = " PRODUCT
                                                                            "(b, w) }");
    check_remark("CapConvolutionFIFODepths", NET(QUEUE(2000, "[108,18,2]", "vivado")),
                 "f (StreamingFIFO_rtl): folded_shape has 3 axes, not those of an image");
}

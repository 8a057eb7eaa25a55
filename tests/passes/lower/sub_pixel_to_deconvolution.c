#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "SubPixelToDeconvolution"
/* Two channels of two by two pixels, by two taps. */
#define NET(mode)                                                                                  \
    "g (float[1,1,2,2] x) => (float[1,2,4,4] y) <float[1,8,2,2] a,"                                \
    "    float[8,1,1,2] w = {1,2, 3,4, 5,6, 7,8, 9,10, 11,12, 13,14, 15,16}> {"                    \
    "    [c] a = Conv<pads=[0,0,0,1]>(x, w) y = DepthToSpace<blocksize=2" mode ">(a) }"
#define AFTER(weights)                                                                             \
    "g (float[1,1,2,2] x) => (float[1,2,4,4] y) <float[1,2,2,4] w = {" weights "}> {"              \
    "    y = ConvTranspose<kernel_shape=[2,4], strides=[2,2], pads=[0,2,0,0], group=1,"            \
    "        dilations=[1,1]>(x, w) }"

Test(sub_pixel_to_deconvolution, puts_filters_beside_one_another)
{
    check_pass(PASS, NET(", mode=\"CRD\""), AFTER("2,4,1,3, 6,8,5,7, 10,12,9,11, 14,16,13,15"));
}

Test(sub_pixel_to_deconvolution, knows_the_other_order_of_channels)
{
    check_pass(PASS, NET(""), AFTER("2,6,1,5, 10,14,9,13, 4,8,3,7, 12,16,11,15"));
}

#define QUANT "qonnx.custom_op.general.Quant<signed=1,narrow=0,rounding_mode=\"ROUND\">"
#define QUANTISED(scales)                                                                          \
    "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[1,4,1,1] a,"                                \
    "    float[4,1,1,1] w = {1,2,3,-4}, " scales ", float z = {0}, float b = {4},"                 \
    "    float[4,1,1,1] q {INT4}> { q = " QUANT "(w, s, z, b) [c] a = Conv(x, q)"                  \
    "    y = DepthToSpace<blocksize=2>(a) }"

Test(sub_pixel_to_deconvolution, keeps_the_grid_of_quantised_weights)
{
    check_pass(PASS, QUANTISED("float s = {0.5}"),
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[1,1,2,2] w = {1,2,3,-4},"
               "    float s = {0.5}, float z = {0}, float b = {4}, float[1,1,2,2] q {INT4}> {"
               "    q = " QUANT "(w, s, z, b)"
               "    y = ConvTranspose<kernel_shape=[2,2], strides=[2,2], pads=[0,0,0,0], group=1,"
               "        dilations=[1,1]>(x, q) }");
}

Test(sub_pixel_to_deconvolution, says_why_not)
{
    check_remark(PASS, QUANTISED("float[4,1,1,1] s = {1,2,3,4}"),
                 "c (Conv): the Quant of its weights has parameters per channel");
    check_remark(PASS,
                 "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4,1,1,1] w = {1,2,3,4},"
                 "    float[4] b = {1,2,3,4}> {"
                 "    [c] a = Conv(x, w, b) y = DepthToSpace<blocksize=2>(a) }",
                 "c (Conv): it has a bias");
    check_remark(PASS,
                 "g (float[1,1,1,1] x) => (float[1,4,1,1] a, float[1,1,2,2] y)"
                 "<float[4,1,1,1] w = {1,2,3,4}> {"
                 "    [c] a = Conv(x, w) y = DepthToSpace<blocksize=2>(a) }",
                 "c (Conv): somebody else uses what it makes");
    /* Nor is what happens in a body, where the value may be read more often than it is made. */
    check_unchanged(PASS, "g (bool c, float[1,1,1,1] x) => (float[1,1,2,2] y)"
                          "<float[4,1,1,1] w = {1,2,3,4}> { a = Conv(x, w) y = If(c) "
                          "<then_branch = t () => (float[1,1,2,2] p) {"
                          "    p = DepthToSpace<blocksize=2>(a) }, "
                          "else_branch = e () => (float[1,1,2,2] q) {"
                          "    q = DepthToSpace<blocksize=2, mode=\"CRD\">(a) }> }");
    /* A Conv that nobody uses is none of its business. */
    check_no_remark(PASS, "g (float[1,1,1,1] x) => (float[1,1,1,1] y)"
                          "<float[1,1,1,1] w = {1}> { y = Conv(x, w) }");
}

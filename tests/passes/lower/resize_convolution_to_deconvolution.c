#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "ResizeConvolutionToDeconvolution"
/* Twice as high and wide, by three taps across. */
#define NET(resize, conv)                                                                          \
    "g (float[1,1,2,3] x) => (float[1,1,4,6] y) <float[4] s = {1,1,2,2}, float[1,1,4,6] a,"        \
    "    float[1,1,1,3] w = {1,2,3}> {"                                                            \
    "    [r] a = Resize<" resize ">(x, , s) [c] y = Conv<" conv ">(a, w) }"
#define AFTER                                                                                      \
    "g (float[1,1,2,3] x) => (float[1,1,4,6] y) <float[1,1,2,4] w = {3,5,3,1, 3,5,3,1}> {"         \
    "    y = ConvTranspose<kernel_shape=[2,4], strides=[2,2], pads=[0,1,0,1], group=1,"            \
    "        dilations=[1,1]>(x, w) }"
#define SAME "pads=[0,1,0,1]"

Test(resize_convolution_to_deconvolution, sums_shifted_kernels)
{
    check_pass(PASS, NET("mode=\"nearest\"", SAME), AFTER);
    check_pass(PASS,
               NET("coordinate_transformation_mode=\"asymmetric\", nearest_mode=\"floor\"", SAME),
               AFTER);
    check_pass(PASS,
               NET("coordinate_transformation_mode=\"asymmetric\"", "auto_pad=\"SAME_UPPER\""),
               AFTER);
}

Test(resize_convolution_to_deconvolution, counts_padding_from_the_other_end)
{
    check_pass(
        PASS,
        "g (float[1,1,1,2] x) => (float[1,2,2,4] y) <float[4] s = {1,1,2,2}, float[1,1,2,4] a,"
        "    float[2,1,1,2] w = {1,2,3,4}, float[2] b = {5,6}> {"
        "    a = Resize(x, , s) y = Conv<pads=[0,1,0,0]>(a, w, b) }",
        "g (float[1,1,1,2] x) => (float[1,2,2,4] y) <float[1,2,2,3] w ="
        "    {2,3,1, 2,3,1, 4,7,3, 4,7,3}, float[2] b = {5,6}> {"
        "    y = ConvTranspose<kernel_shape=[2,3], strides=[2,2], pads=[0,0,0,1], group=1,"
        "        dilations=[1,1]>(x, w, b) }");
}

#define QUANT "qonnx.custom_op.general.Quant<signed=1,narrow=0,rounding_mode=\"ROUND\">"

Test(resize_convolution_to_deconvolution, widens_the_quantiser_to_what_sums_need)
{
    check_pass(
        PASS,
        "g (float[1,1,1,1] x) => (float[1,2,2,2] y) <float[4] s = {1,1,2,2}, float[1,1,2,2] a,"
        "    float[2,1,2,2] w = {0.5,0.6,0.5,0.5, 1,1,-1,1}, float[2,1,1,1] t = {0.5,1},"
        "    float z = {0}, float b = {3}, float[2,1,2,2] q {INT3}> {"
        "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) y = Conv<pads=[0,0,1,1]>(a, q) }",
        "g (float[1,1,1,1] x) => (float[1,2,2,2] y)"
        "   <float[1,2,3,3] w = {0.5,1,0.5, 1,2,1, 0.5,1,0.5, 1,0,-1, 2,2,0, 1,2,1},"
        "    float[1,2,1,1] t = {0.5,1},"
        "    float z = {0}, float b = {4}, float[1,2,3,3] q {INT4}> {"
        "    q = " QUANT "(w, t, z, b)"
        "    y = ConvTranspose<kernel_shape=[3,3], strides=[2,2], pads=[1,1,0,0], group=1,"
        "        dilations=[1,1]>(x, q) }");
}

Test(resize_convolution_to_deconvolution, clips_if_the_quantiser_has_to_stay)
{
    check_pass_unrun(PASS "{maintain_bit_width=true}",
                     "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2},"
                     "    float[1,1,2,2] a, float[1,1,1,1] w = {3}, float t = {1}, float z = {0},"
                     "    float b = {3}, float[1,1,1,1] q> {"
                     "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) y = Conv(a, q) }",
                     "g (float[1,1,1,1] x) => (float[1,1,2,2] y)"
                     "   <float[1,1,2,2] w = {3,3,3,3}, float t = {1}, float z = {0},"
                     "    float b = {3}, float[1,1,2,2] q> {"
                     "    q = " QUANT "(w, t, z, b)"
                     "    y = ConvTranspose<kernel_shape=[2,2], strides=[2,2], pads=[0,0,0,0],"
                     "        group=1, dilations=[1,1]>(x, q) }");
}

Test(resize_convolution_to_deconvolution, a_wider_type_for_wider_sums)
{
    check_pass(PASS,
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2},"
               "    float[1,1,2,2] a, float[1,1,2,1] w {INT2} = {-2,-1}> {"
               "    a = Resize(x, , s) y = Conv<pads=[1,0,0,0]>(a, w) }",
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y)"
               "   <float[1,1,3,2] w {INT3} = {-1,-1,-3,-3,-2,-2}> {"
               "    y = ConvTranspose<kernel_shape=[3,2], strides=[2,2], pads=[0,0,1,0], group=1,"
               "        dilations=[1,1]>(x, w) }");
}

/* {FIXED<4,2>} goes to 1.75. */
Test(resize_convolution_to_deconvolution, no_type_that_the_sums_do_not_fit)
{
    check_pass(PASS,
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2},"
               "    float[1,1,2,2] a, float[1,1,2,1] w {FIXED<4,2>} = {1.5,1}> {"
               "    a = Resize(x, , s) y = Conv<pads=[1,0,0,0]>(a, w) }",
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y)"
               "   <float[1,1,3,2] w {FLOAT32} = {1,1,2.5,2.5,1.5,1.5}> {"
               "    y = ConvTranspose<kernel_shape=[3,2], strides=[2,2], pads=[0,0,1,0], group=1,"
               "        dilations=[1,1]>(x, w) }");
}

/* [2,1,1] lies along the channels, which are the first axis of the new weights. */
Test(resize_convolution_to_deconvolution, parameters_of_fewer_axes_follow_their_channels)
{
    check_pass(PASS,
               "g (float[1,2,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2},"
               "    float[1,2,2,2] a, float[1,2,1,1] w = {1.5,3}, float[2,1,1] t = {0.5,3},"
               "    float z = {0}, float b = {3}, float[1,2,1,1] q {SCALEDINT<3>}> {"
               "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) y = Conv(a, q) }",
               "g (float[1,2,1,1] x) => (float[1,1,2,2] y)"
               "   <float[2,1,2,2] w = {1.5,1.5,1.5,1.5, 3,3,3,3}, float[2,1,1,1] t = {0.5,3},"
               "    float z = {0}, float b = {3}, float[2,1,2,2] q {SCALEDINT<3>}> {"
               "    q = " QUANT "(w, t, z, b)"
               "    y = ConvTranspose<kernel_shape=[2,2], strides=[2,2], pads=[0,0,0,0], group=1,"
               "        dilations=[1,1]>(x, q) }");
}

Test(resize_convolution_to_deconvolution, widens_what_the_quantiser_is_known_to_make)
{
    check_pass(PASS,
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2},"
               "    float[1,1,2,2] a, float[1,1,2,1] w = {1.5,1}, float t = {0.5},"
               "    float z = {0}, float b = {3}, float[1,1,2,1] q {FIXED<3,2>}> {"
               "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) y = Conv<pads=[1,0,0,0]>(a, q) }",
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y)"
               "   <float[1,1,3,2] w = {1,1,2.5,2.5,1.5,1.5}, float t = {0.5},"
               "    float z = {0}, float b = {4}, float[1,1,3,2] q {FIXED<4,3>}> {"
               "    q = " QUANT "(w, t, z, b)"
               "    y = ConvTranspose<kernel_shape=[3,2], strides=[2,2], pads=[0,0,1,0], group=1,"
               "        dilations=[1,1]>(x, q) }");
}

#define PARAMETER(t)                                                                               \
    "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2}, float[1,1,2,2] a,"        \
    "    float[1,1,1,3] w = {1,2,3}, " t ", float z = {0}, float b = {9}, float[1,1,1,3] q> {"     \
    "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) [c] y = Conv<pads=[0,1,0,1]>(a, q) }"

Test(resize_convolution_to_deconvolution, leaves_quantisers_that_differ_within_the_kernel)
{
    check_remark(PASS, PARAMETER("float[3] t = {1,2,4}"),
                 "c (Conv): a parameter of its weights' quantiser differs within the kernel");
    check_remark(PASS, PARAMETER("float[1,1,1,3] t = {1,2,4}"),
                 "c (Conv): a parameter of its weights' quantiser differs within the kernel");
}

/* Numbers are whole and a half: two of them add up to a whole one. */
Test(resize_convolution_to_deconvolution, leaves_quantisers_that_make_something_else_of_a_sum)
{
#define ZERO(is_signed, w, z)                                                                        \
    "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2}, float[1,1,2,2] a,"          \
    "    float[1,1,1,2] w = {" w "}, float t = {1}, float z = {" z "}, float b = {4},"               \
    "    float[1,1,1,2] q> { a = Resize(x, , s) q = qonnx.custom_op.general.Quant<signed=" is_signed \
    ",narrow=0>(w, t, z, b) [c] y = Conv<pads=[0,1,0,0]>(a, q) }"
    check_unchanged(PASS, ZERO("1", "1.5, 2.5", "0.5"));
    check_remark(PASS, ZERO("1", "1.5, 2.5", "0.5"),
                 "c (Conv): the quantiser of its weights makes 3.5 of 4, a sum of them");
    check_unchanged(PASS, ZERO("0", "-1, -1", "1"));
    check_remark(PASS, ZERO("0", "-1, -1", "1"),
                 "c (Conv): the quantiser of its weights makes -1 of -2, a sum of them");
}

/* 0.7 + 1.9 is 26 steps of 0.1 but for a rounding. */
Test(resize_convolution_to_deconvolution, sums_need_not_be_more_exact_than_floats)
{
    check_pass(PASS,
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2},"
               "    float[1,1,2,2] a, float[1,1,1,2] w = {0.7,1.9}, float t = {0.1}, float z = {3},"
               "    float b = {9}, float[1,1,1,2] q> {"
               "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) y = Conv<pads=[0,1,0,0]>(a, q) }",
               "g (float[1,1,1,1] x) => (float[1,1,2,2] y)"
               "   <float[1,1,2,3] w = {1.9,2.6,0.7, 1.9,2.6,0.7}, float t = {0.1}, float z = {3},"
               "    float b = {6}, float[1,1,2,3] q> {"
               "    q = " QUANT "(w, t, z, b)"
               "    y = ConvTranspose<kernel_shape=[2,3], strides=[2,2], pads=[0,0,0,1], group=1,"
               "        dilations=[1,1]>(x, q) }");
}

/* 1 and -1 add up to 0, for which the two bits are enough, but not BIPOLAR. */
Test(resize_convolution_to_deconvolution, sums_of_signs_are_no_signs)
{
#define SIGNS(b, type, w, q)                                                                       \
    "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[1,1,2,3] w = {" w "}, float t = {1},"       \
    "    float z = {0}, float b = {" b "}, float[1,1,2,3] q {" type "}> { q = " q "(w, t, z, b)"   \
    "    y = ConvTranspose<kernel_shape=[2,3], strides=[2,2], pads=[0,0,0,1], group=1,"            \
    "        dilations=[1,1]>(x, q) }"
#define SIGNS_BEFORE(w)                                                                            \
    "g (float[1,1,1,1] x) => (float[1,1,2,2] y) <float[4] s = {1,1,2,2}, float[1,1,2,2] a,"        \
    "    float[1,1,1,2] w = {" w "}, float t = {1}, float z = {0}, float b = {2},"                 \
    "    float[1,1,1,2] q {BIPOLAR}> {"                                                            \
    "    a = Resize(x, , s) q = " QUANT "(w, t, z, b) y = Conv<pads=[0,1,0,0]>(a, q) }"
    check_pass(PASS, SIGNS_BEFORE("1,-1"), SIGNS("2", "INT2", "-1,0,1, -1,0,1", QUANT));
    check_pass(PASS, SIGNS_BEFORE("1,1"), SIGNS("3", "INT3", "1,2,1, 1,2,1", QUANT));
    check_pass_unrun(PASS "{maintain_bit_width=true}", SIGNS_BEFORE("1,-1"),
                     SIGNS("2", "INT2", "-1,0,1, -1,0,1", QUANT));
}

Test(resize_convolution_to_deconvolution, says_why_not)
{
    check_remark(PASS, NET("mode=\"linear\"", SAME), "r (Resize): its mode is not nearest");
    check_remark(PASS, NET("coordinate_transformation_mode=\"align_corners\"", SAME),
                 "r (Resize): some pixels come from other places");
    check_remark(PASS, NET("nearest_mode=\"floor\"", SAME), "some pixels come from other places");
    check_remark(PASS, NET("", "pads=[0,2,0,2], dilations=[1,2]"), "c (Conv): it is dilated");
    check_remark(PASS,
                 "g (float[1,1,2,3] x) => (float[1,1,4,6] a, float[1,1,4,6] y)"
                 "<float[4] s = {1,1,2,2}, float[1,1,1,1] w = {1}> {"
                 "    [r] a = Resize(x, , s) y = Conv(a, w) }",
                 "r (Resize): somebody else uses what it makes");
    check_remark(PASS,
                 "g (float[1,1,2,3] x) => (float[1,1,4,3] y)"
                 "<float[4] s = {1,1,2,1}, float[1,1,4,3] a, float[1,1,1,1] w = {1}> {"
                 "    [r] a = Resize(x, , s) y = Conv(a, w) }",
                 "r (Resize): it scales height and width differently");
    check_remark(PASS,
                 "g (float[1,1,2,2] x) => (float[1,1,3,3] y)"
                 "<float[4] s = {1,1,1.5,1.5}, float[1,1,3,3] a, float[1,1,1,1] w = {1}> {"
                 "    [r] a = Resize(x, , s) y = Conv(a, w) }",
                 "r (Resize): it does not scale by a whole number");
    check_remark(PASS,
                 "g (float[1,1,2,2] x) => (float[1,2,4,4] y)"
                 "<float[4] s = {1,2,2,2}, float[1,2,4,4] a, float[2,2,1,1] w = {1,1,1,1}> {"
                 "    [r] a = Resize(x, , s) y = Conv(a, w) }",
                 "r (Resize): it scales batch or channels");
    check_remark(PASS,
                 "g (float[1,2,1,1] x) => (float[1,2,2,2] y)"
                 "<float[4] s = {1,1,2,2}, float[1,2,2,2] a, float[2,1,1,1] w = {1,2}> {"
                 "    a = Resize(x, , s) [c] y = Conv<group=2>(a, w) }",
                 "c (Conv): it has more than one group");
    check_remark(PASS,
                 "g (float[1,1,2,2] x) => (float[1,1,3,4] y)"
                 "<float[4] s = {1,1,2,2}, float[1,1,4,4] a, float[1,1,2,1] w = {1,2}> {"
                 "    a = Resize(x, , s) [c] y = Conv(a, w) }",
                 "c (Conv): its output is not as large as its input");
    check_remark(PASS,
                 "g (float[1,1,2,2] x, float[1,1,1,1] v) => (float[1,1,4,4] y)"
                 "<float[4] s = {1,1,2,2}, float[1,1,4,4] a> {"
                 "    a = Resize(x, , s) [c] y = Conv(a, v) }",
                 "c (Conv): its weights are neither a constant nor a Quant's output");
}

Test(resize_convolution_to_deconvolution, leaves_bodies_alone)
{
    check_unchanged(PASS,
                    "g (bool c, float[1,1,1,1] x) => (float[1,1,2,2] y)"
                    "<float[4] s = {1,1,2,2}, float[1,1,2,2] a, float[1,1,1,1] w = {2}> {"
                    "    a = Resize(x, , s) y = If(c) <then_branch = t () =>"
                    "    (float[1,1,2,2] p) { p = Conv(a, w) }, else_branch = e () =>"
                    "    (float[1,1,2,2] q) <int64[4] k = {1,1,2,2}> { q = Expand(x, k) }> }");
}

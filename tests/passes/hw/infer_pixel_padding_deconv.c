#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferPixelPaddingDeconv"
#define SPREAD(attrs)                                                                              \
    "finn.custom_op.fpgadataflow.FMPadding_Pixel <backend = \"fpgadataflow\","                     \
    "    inputDataType = \"INT4\", numInputVectors = 1, SIMD = 1, " attrs ">"
#define IM2COL(attrs) "qonnx.custom_op.general.Im2Col <depthwise = 0, stride = [1, 1], " attrs ">"

/* w(channel, filter, row, column) = {1, 2, 3, 4} is one column of rows, turned by half a turn. */
Test(infer_pixel_padding_deconv, puts_zeros_between_pixels)
{
    check_pass(
        PASS,
        "g (float[1,1,3,2] x {INT4}) => (float[1,1,6,4] y {INT32})"
        "    <float[1,1,2,2] w {INT4} = {1, 2, 3, 4}> {"
        "    y = ConvTranspose <strides = [2, 2]> (x, w) }",
        "g (float[1,1,3,2] x {INT4}) => (float[1,1,6,4] y {INT32})"
        "    <float[4,1] w {INT4} = {4, 3, 2, 1}, float[1,3,2,1] a {INT4},"
        "     float[1,5,3,1] s {INT4}, float[1,6,4,4] p {INT4}, float[1,6,4,1] m {INT32}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    s = " SPREAD(
            "ImgDim = [3, 2], Stride = [2, 2], NumChannels = 1") "(a)"
                                                                 "    p = " IM2COL(
                                                                     "input_shape = \"(1,5,3,1)\", kernel_size = [2, 2],"
                                                                     "pad_amount = [1, 1, 1, 1], dilations = [1, 1]") "(s)"
                                                                                                                      "    m = MatMul(p, w) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

/* Rows: reach 1 * 2 = 2, less 1 above and 0 below, and 1 more below. Columns: reach 2, less 0
 * and 1. w'(row, column, channel; filter) = w(channel, filter, 1 - row, 2 - column). Upstream takes
 * the padding above for all four sides. */
Test(infer_pixel_padding_deconv, sides_and_axes_may_differ)
{
    check_pass(
        PASS,
        "g (float[1,2,3,2] x {INT4}) => (float[1,1,7,3] y {INT32})"
        "    <float[2,1,2,3] w {INT4} = {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6}> {"
        "    y = ConvTranspose <strides = [2, 1], pads = [1, 0, 0, 1], dilations = [2, 1],"
        "        output_padding = [1, 0]> (x, w) }",
        "g (float[1,2,3,2] x {INT4}) => (float[1,1,7,3] y {INT32})"
        "    <float[12,1] w {INT4} = {6, -6, 5, -5, 4, -4, 3, -3, 2, -2, 1, -1},"
        "     float[1,3,2,2] a {INT4}, float[1,5,2,2] s {INT4}, float[1,7,3,12] p {INT4},"
        "     float[1,7,3,1] m {INT32}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    s = " SPREAD(
            "ImgDim = [3, 2], Stride = [2, 1], NumChannels = 2") "(a)"
                                                                 "    p = " IM2COL(
                                                                     "input_shape = \"(1,5,2,2)\", kernel_size = [2, 3],"
                                                                     "pad_amount = [1, 2, 3, 1], dilations = [2, 1]") "(s)"
                                                                                                                      "    m = MatMul(p, w) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

/* The whole output has 7 rows and columns, 6 are wanted: SAME_UPPER cuts at the end. */
Test(infer_pixel_padding_deconv, auto_pad_and_output_shape_say_what_is_cut)
{
#define AFTER(pads)                                                                                                   \
    "g (float[1,1,3,3] x {INT4}) => (float[1,1,6,6] y {INT32})"                                                       \
    "    <float[9,1] w {INT4} = {7, 6, 5, 4, 3, 2, 1, 0, -1}, float[1,3,3,1] a {INT4},"                               \
    "     float[1,5,5,1] s {INT4}, float[1,6,6,9] p {INT4}, float[1,6,6,1] m {INT32}> {"                              \
    "    a = Transpose <perm = [0, 2, 3, 1]> (x)"                                                                     \
    "    s = " SPREAD(                                                                                                \
        "ImgDim = [3, 3], Stride = [2, 2], NumChannels = 1") "(a)"                                                    \
                                                             "    p = " IM2COL(                                       \
                                                                 "input_shape = \"(1,5,5,1)\", kernel_size = [3, 3]," \
                                                                 "pad_amount = " pads                                 \
                                                                 ", dilations = [1, 1]") "(s)"                        \
                                                                                         "    m = MatMul(p, w) y = Transpose <perm = [0, 3, 1, 2]> (m) }"
#define BEFORE(attrs)                                                                              \
    "g (float[1,1,3,3] x {INT4}) => (float[1,1,6,6] y {INT32})"                                    \
    "    <float[1,1,3,3] w {INT4} = {-1, 0, 1, 2, 3, 4, 5, 6, 7}> {"                               \
    "    y = ConvTranspose <strides = [2, 2], " attrs "> (x, w) }"
    check_pass(PASS, BEFORE("auto_pad = \"SAME_UPPER\""), AFTER("[2, 2, 1, 1]"));
    check_pass(PASS, BEFORE("auto_pad = \"SAME_LOWER\""), AFTER("[1, 1, 2, 2]"));
    check_pass(PASS, BEFORE("output_shape = [6, 6]"), AFTER("[1, 1, 2, 2]"));
}

Test(infer_pixel_padding_deconv, single_pixels_need_no_windows)
{
    check_pass(
        PASS,
        "g (float[1,2,2,2] x {INT4}) => (float[1,1,2,2] y {INT32}, float[2,1,1,1] v)"
        "    <float[2,1,1,1] w {INT4} = {1, 2}> { y = ConvTranspose(x, w) v = Neg(w) }",
        "g (float[1,2,2,2] x {INT4}) => (float[1,1,2,2] y {INT32}, float[2,1,1,1] v)"
        "    <float[2,1,1,1] w {INT4} = {1, 2}, float[2,1] w2 {INT4} = {1, 2},"
        "     float[1,2,2,2] a {INT4}, float[1,2,2,2] s {INT4}, float[1,2,2,1] m {INT32}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x) v = Neg(w)"
        "    s = " SPREAD(
            "ImgDim = [2, 2], Stride = [1, 1], NumChannels = 2") "(a)"
                                                                 "    m = MatMul(s, w2) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(infer_pixel_padding_deconv, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,1,2,2] x) => (float[1,1,2,2] y) <float[1,1,1,1] w = {1}> {"
         "    [d] y = ConvTranspose(x, w) }",
         "d (ConvTranspose): x is FLOAT32: layers take integers"},
        {"g (float[1,1,2,2] x {BIPOLAR}) => (float[1,1,2,2] y) <float[1,1,1,1] w = {1}> {"
         "    y = ConvTranspose(x, w) }",
         "it pads with 0, which BIPOLAR does not hold"},
        {"g (float[1,2,2,2] x {INT4}) => (float[1,2,2,2] y) <float[2,1,1,1] w = {1, 2}> {"
         "    y = ConvTranspose <group = 2> (x, w) }",
         "it has 2 groups, not one"},
        {"g (float[1,1,2,2] x {INT4}) => (float[1,1,2,2] y) <float[1,1,1,1] w = {1},"
         "    float[1] b = {1}> { y = ConvTranspose(x, w, b) }",
         "it has the bias b, which ExtractBiasFromConv takes out"},
        {"g (float[1,1,2,2] x {INT4}, float[1,1,1,1] w) => (float[1,1,2,2] y) {"
         "    y = ConvTranspose(x, w) }",
         "its weights are no constant"},
        {"g (float[1,1,4,4] x {INT4}) => (float[1,1,2,2] y) <float[1,1,1,1] w = {1}> {"
         "    y = ConvTranspose <pads = [1, 1, 1, 1]> (x, w) }",
         "it cuts 1 and 1 pixels off axis 2, its kernel adds 0"},
        {"g (float[1,1,2,2] x {INT4}) => (float y) <float[1,1,1,1] w = {1}> {"
         "    y = ConvTranspose <output_shape = [2]> (x, w) }",
         "attribute output_shape has 1 entries for 2 spatial axes"},
        {"g (float[1,1,2,2] x {INT4}) => (float[1,1,4,4] y) <float[1,1,2,2] w = {1, 2, 3, 4}> {"
         "    y = ConvTranspose(x, w) }",
         "its input makes y 3 by 3, the model says 4 by 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged_unrun(PASS, cases[i].text);
    }
}

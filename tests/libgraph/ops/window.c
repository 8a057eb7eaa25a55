/* Windows over spatial axes: the sizes of convolutions and pools. */
#include <support/infer_text.h>

#include <criterion/criterion.h>

#define CONV(attrs, x, w)                                                                          \
    "n (float[" x "] x, float[" w "] w) => (y) { y = Conv <" attrs "> (x, w) }"
#define POOL(attrs, x) "n (float[" x "] x) => (y) { y = MaxPool <" attrs "> (x) }"

Test(window, strides_dilations_and_pads)
{
    check_shapes(CONV("group = 1", "1,3,8,9", "4,3,3,2"), "FLOAT[1,4,6,8]");
    check_shapes(CONV("strides = [2, 3]", "1,3,8,9", "4,3,3,3"), "FLOAT[1,4,3,3]");
    check_shapes(CONV("dilations = [2, 1]", "1,3,8,9", "4,3,3,3"), "FLOAT[1,4,4,7]");
    check_shapes(CONV("pads = [1, 0, 2, 1]", "1,3,8,9", "4,3,3,3"), "FLOAT[1,4,9,8]");
    check_shapes(CONV("group = 3", "1,3,8", "6,1,3"), "FLOAT[1,6,6]");
    check_shapes(CONV("group = 1", "N,3,H,W", "4,3,1,1"), "FLOAT[N,4,?,?]");
    check_shapes("n (float[] x, float[4,3,3,3] w) => (y) { y = Conv(x, w) }", "FLOAT[?,4,?,?]");
}

Test(window, automatic_padding)
{
    check_shapes(CONV("auto_pad = \"SAME_UPPER\", strides = [2]", "1,1,7", "1,1,3"),
                 "FLOAT[1,1,4]");
    check_shapes(CONV("auto_pad = \"SAME_LOWER\", dilations = [2]", "1,1,7", "1,1,3"),
                 "FLOAT[1,1,7]");
    check_shapes(CONV("auto_pad = \"VALID\", pads = [9, 9]", "1,1,7", "1,1,3"), "FLOAT[1,1,5]");
}

Test(window, a_last_window_may_hang_over)
{
    check_shapes(POOL("kernel_shape = [2], strides = [2]", "1,1,5"), "FLOAT[1,1,2]");
    check_shapes(POOL("kernel_shape = [2], strides = [2], ceil_mode = 1", "1,1,5"), "FLOAT[1,1,3]");
    /* It would begin in the padding behind the input: left out since version 22; models made before
     * hold either number. */
    check_shapes(POOL("kernel_shape = [2], strides = [2], pads = [1, 1], ceil_mode = 1", "1,1,9"),
                 "FLOAT[1,1,?]");
    check_shapes("<opset_import: [\"\": 22]> " POOL(
                     "kernel_shape = [2], strides = [2], pads = [1, 1], ceil_mode = 1", "1,1,9"),
                 "FLOAT[1,1,5]");
}

Test(window, transposed_convolutions_grow)
{
    check_shapes("n (float[1,3,4] x, float[3,2,3] w) => (y)"
                 " { y = ConvTranspose <strides = [2], pads = [1, 1], output_padding = [1]>"
                 " (x, w) }",
                 "FLOAT[1,2,8]");
    check_shapes("n (float[1,3,4] x, float[3,2,3] w) => (y)"
                 " { y = ConvTranspose <strides = [2], output_shape = [8]> (x, w) }",
                 "FLOAT[1,2,8]");
}

Test(window, what_does_not_fit_is_said)
{
    check_shapes_fail(CONV("group = 1", "1,3,2", "4,3,3"), "Conv: a kernel of 3");
    check_shapes_fail(CONV("group = 1", "1,2,8", "4,3,3"), "channels");
    check_shapes_fail(CONV("kernel_shape = [2]", "1,3,8", "4,3,3"), "kernel_shape");
    check_shapes_fail(CONV("strides = [0]", "1,3,8", "4,3,3"), "strides");
    check_shapes_fail(CONV("pads = [1]", "1,3,8", "4,3,3"), "pads");
    check_shapes_fail(POOL("kernel_shape = [2]", "1,5"), "rank 2");
    check_shapes_fail(CONV("dilations = [9223372036854775807]", "1,3,8", "4,3,3"), "dilations");
    check_shapes_fail(CONV("pads = [9223372036854775807, 1]", "1,3,8", "4,3,3"), "pads");
    check_shapes_fail(
        POOL("kernel_shape = [2], strides = [9223372036854775807], pads = [-9, 0]", "1,1,9"),
        "strides");
    check_shapes_fail(POOL("kernel_shape = [2], pads = [-9, 0]", "1,1,9"), "a kernel of 2");
}

#define LAST(attrs, w)                                                                             \
    "n (float[1,8,8,4] x, float[" w "] w) => (y)"                                                  \
    " { y = qonnx.custom_op.channels_last.Conv <" attrs "> (x, w) }"

/* What runs a node refuses these, too, in the same words. */
Test(window, what_cannot_run_has_no_shape)
{
    check_shapes_fail(CONV("auto_pad = \"SAME_MIDDLE\"", "1,3,8", "4,3,3"),
                      "attribute auto_pad is SAME_MIDDLE");
    check_shapes_fail(CONV("auto_pad = \"NONE\"", "1,3,8", "4,3,3"), "attribute auto_pad is NONE");
    check_shapes_fail(CONV("group = 1", "1,3,8", "4,3,0"), "weights without elements along axis 2");
    check_shapes_fail(CONV("strides = [2147483648]", "1,3,8", "4,3,3"),
                      "attribute strides holds 2147483648");
    check_shapes_fail(LAST("kernel_shape = [3, 2]", "4,3,3,4"),
                      "attribute kernel_shape says 2 along axis 2, the weights have 3");
    check_shapes_fail(LAST("kernel_shape = [3, 3], group = 3", "6,3,3,2"),
                      "weights take 2 channels in 3 group(s), the input has 4");
    check_shapes_fail("n (float[1,3,4] x, float[3,2,3] w) => (y)"
                      " { y = ConvTranspose <group = 2> (x, w) }",
                      "3 channels in 2 groups");
    check_shapes_fail("n (float[1,3,4] x, float[3,2,3] w) => (y)"
                      " { y = ConvTranspose <output_padding = [1, 1]> (x, w) }",
                      "attribute output_padding has 2 entries, should have 1");
    check_shapes_fail("n (float[1,3,4] x, float[3,2,3] w) => (y)"
                      " { y = ConvTranspose <auto_pad = \"SAME\"> (x, w) }",
                      "attribute auto_pad is SAME");
}

/* 0 * 1 + 2 - 2: an output without elements is one. */
Test(window, a_transposed_convolution_may_leave_nothing)
{
    check_shapes("n (float[1,3,1] x, float[3,2,2] w) => (y)"
                 " { y = ConvTranspose <pads = [1, 1]> (x, w) }",
                 "FLOAT[1,2,0]");
}

Test(window, a_transposed_convolution_of_unknown_size_is_of_unknown_size)
{
    check_shapes("n (float[1,3,N,4] x, float[3,2,2,2] w) => (y)"
                 " { y = ConvTranspose <strides = [4, 4], pads = [2, 2, 2, 2]> (x, w) }",
                 "FLOAT[1,2,?,10]");
    check_shapes("n (float[1,3,N,M] x, float[3,2,2,2] w) => (y)"
                 " { y = ConvTranspose <pads = [2, 2, 2, 2], output_shape = [5, 6]> (x, w) }",
                 "FLOAT[1,2,5,6]");
}

Test(window, custom_ops_have_channels_last)
{
    check_shapes("n (float[2,8,9,3] x) => (y) { y = qonnx.custom_op.general.Im2Col"
                 " <stride = [2, 1], kernel_size = [3, 2], input_shape = \"(1,8,9,3)\","
                 " pad_amount = [1, 0, 0, 0]> (x) }",
                 "FLOAT[2,4,8,18]");
    check_shapes("n (float[1,8,9,3] x) => (y) { y = qonnx.custom_op.general.MaxPoolNHWC"
                 " <kernel_shape = [2, 3], strides = [2, 3], pads = [0, 0, 0, 0]> (x) }",
                 "FLOAT[1,4,3,3]");
    check_shapes("n (float[1,3,8,8] x, float[1,8,8,3] z) => (y, v)"
                 " { y = qonnx.custom_op.general.QuantAvgPool2d <stride = 2, kernel = 3, ibits = 4,"
                 " obits = 4, signed = 0> (x)"
                 " v = qonnx.custom_op.general.QuantAvgPool2d <stride = 2, kernel = 3, ibits = 4,"
                 " obits = 4, signed = 0, data_layout = \"NHWC\"> (z) }",
                 "FLOAT[1,3,3,3]; FLOAT[1,3,3,3]");
    check_shapes("n (float[1,8,8,3] x, float[4,3,3,3] w) => (y)"
                 " { y = qonnx.custom_op.channels_last.Conv <kernel_shape = [3, 3],"
                 " strides = [1, 1], dilations = [1, 1]> (x, w) }",
                 "FLOAT[1,6,6,4]");
}

Test(window, a_bias_is_a_vector)
{
    check_shapes_fail("g (float[1,1,3] x) => (y) <float[2,1,1] w, float[2,1,1] b> {"
                      " y = Conv(x, w, b) }",
                      "a bias of rank 3, should be a vector");
    check_shapes_fail("g (float[1,1,3] x) => (y) <float[1,2,1] w, float b> {"
                      " y = ConvTranspose(x, w, b) }",
                      "a bias of rank 0, should be a vector");
}

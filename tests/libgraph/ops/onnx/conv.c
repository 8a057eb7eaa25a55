#include <support/infer_text.h>

#include <criterion/criterion.h>

#define LAST "qonnx.custom_op.channels_last."
#define CONV(op, b)                                                                                \
    "n (float[1,2,3,3] x, float[2,2,1,1] w, float" b " b) => (y) { y = " op "(x, w, b) }"

Test(conv, a_bias_has_a_number_per_filter)
{
    check_shapes(CONV("Conv", "[2]"), "FLOAT[1,2,3,3]");
    check_shapes(CONV("Conv", "[N]"), "FLOAT[1,2,3,3]");
    check_shapes_fail(CONV("Conv", "[1]"), "2 filters and a bias of 1");
    check_shapes_fail(CONV("ConvTranspose", "[1]"), "2 filters and a bias of 1");
    check_shapes_fail(CONV("Conv", "[2,1]"), "a bias of rank 2");
    check_shapes_fail("n (float[1,3,3,2] x, float[2,1,1,2] w, float[1] b) => (y) { y = " LAST
                      "Conv <kernel_shape = [1, 1]> (x, w, b) }",
                      "2 filters and a bias of 1");
}

#include <support/infer_text.h>

#include <criterion/criterion.h>

#define NORM(version, x, n, attrs)                                                                 \
    "<opset_import: [\"\": " version "]> n (float[" x "] x, float[" n "] c) => (y)"                \
    " { y = BatchNormalization" attrs "(x, c, c, c, c) }"

Test(batch_normalization, every_channel_has_its_figures)
{
    check_shapes(NORM("17", "1,2", "2", ""), "FLOAT[1,2]");
    check_shapes(NORM("17", "1,N", "2", ""), "FLOAT[1,N]");
    check_shapes(NORM("17", "4", "1", ""), "FLOAT[4]");
    check_shapes_fail(NORM("17", "1,1", "2", ""), "input 1 (scale) has 2 elements for 1 channels");
    check_shapes_fail(NORM("17", "4", "4", ""), "4 elements for 1 channels");
    check_shapes_fail("n (float x, float[1] c) => (y) { y = BatchNormalization(x, c, c, c, c) }",
                      "no channels");
    check_shapes_fail("n (float[1,2,3] x, float[2] c) => (y) { y = qonnx.custom_op.channels_last."
                      "BatchNormalization(x, c, c, c, c) }",
                      "2 elements for 3 channels");
}

/* Until version 9 each element of an image could be a channel. */
Test(batch_normalization, elements_may_be_channels)
{
    check_shapes(NORM("7", "1,2,3", "2,3", "<spatial = 0>"), "FLOAT[1,2,3]");
    check_shapes_fail(NORM("7", "1,2,3", "2", "<spatial = 0>"), "2 elements for 6 channels");
    check_shapes(NORM("9", "1,2,3", "2", "<spatial = 0>"), "FLOAT[1,2,3]");
}

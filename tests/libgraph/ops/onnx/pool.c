#include <support/infer_text.h>

#include <criterion/criterion.h>

Test(pool, there_is_something_to_pool)
{
#define POOL(op, x) "n (float" x " x) => (y) { y = " op "(x) }"
    check_shapes(POOL("GlobalAveragePool", "[2,3,4,N]"), "FLOAT[2,3,1,1]");
    check_shapes_fail(POOL("GlobalAveragePool", "[2,3]"), "a tensor of rank 2");
    check_shapes_fail(POOL("GlobalMaxPool", "[2]"), "a tensor of rank 1");
    check_shapes_fail(POOL("GlobalLpPool", "[2,3]"), "a tensor of rank 2");
}

Test(pool, nothing_has_no_largest_element)
{
    check_dtypes("n (float[1,2,0,3] x {INT4}) => (y) { y = GlobalMaxPool(x) }", "FLOAT32");
    check_dtypes("n (float[1,2,1,N] x {INT4}) => (y) { y = GlobalMaxPool(x) }", "INT4");
    check_dtypes("n (float[0,2,1,1] x {INT4}) => (y) { y = GlobalMaxPool(x) }", "INT4");
}

/* Which is -infinity, of whatever type the elements are. */
Test(pool, windows_over_padding_alone_have_no_largest_element)
{
#define MAX_POOL(op, x, attrs)                                                                     \
    "n (float[" x "] x {INT4}) => (y) { y = " op "MaxPool <" attrs "> (x) }"
    check_dtypes(MAX_POOL("", "1,2,2,2", "kernel_shape = [2, 2], pads = [1, 1, 1, 1]"), "INT4");
    check_dtypes(MAX_POOL("", "1,2,2,2", "kernel_shape = [1, 1], pads = [1, 1, 1, 1]"), "FLOAT32");
    check_dtypes(MAX_POOL("", "1,2,2,2", "kernel_shape = [3, 1], pads = [0, 0, 1, 1]"), "FLOAT32");
    check_dtypes(MAX_POOL("", "1,2,N,M", "kernel_shape = [2, 2]"), "INT4");
    check_dtypes(MAX_POOL("", "1,2,N,M", "kernel_shape = [3, 3], pads = [1, 1, 1, 1]"), "INT4");
    check_dtypes(MAX_POOL("", "1,2,2,M", "kernel_shape = [2, 1], pads = [1, 1, 1, 1]"), "FLOAT32");
    check_dtypes(MAX_POOL("", "1,2,N", "kernel_shape = [2], pads = [0, 2]"), "FLOAT32");
    check_dtypes(MAX_POOL("", "1,2,N", "kernel_shape = [2], auto_pad = \"SAME_LOWER\""), "INT4");
    /* Of one element each window has both taps beside it. */
    check_dtypes(
        MAX_POOL("", "1,2,N", "kernel_shape = [2], dilations = [2], auto_pad = \"SAME_UPPER\""),
        "FLOAT32");
    check_dtypes("g (float[1,1,N] x) => (y) <float[1,1] t = {0}> {"
                 " q = qonnx.custom_op.general.MultiThreshold <out_dtype = \"INT4\"> (x, t)"
                 " y = MaxPool <kernel_shape = [1], pads = [1, 1]> (q) }",
                 "FLOAT32");
    check_dtypes(MAX_POOL("qonnx.custom_op.channels_last.", "1,2,2,9",
                          "kernel_shape = [1, 1], pads = [0, 1, 0, 0]"),
                 "FLOAT32");
    check_dtypes(MAX_POOL("qonnx.custom_op.channels_last.", "1,2,2,9", "kernel_shape = [1, 1]"),
                 "INT4");
    check_dtypes("n (float[1,2,2,9] x {INT4}) => (y) { y = qonnx.custom_op.general.MaxPoolNHWC"
                 " <kernel_shape = [1, 1], pads = [1, 0, 0, 0]> (x) }",
                 "FLOAT32");
}

#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold"

Test(move_max_pool_past_multi_threshold, quantises_first)
{
    check_pass("MoveMaxPoolPastMultiThreshold",
               "n (float[1,2,4] x) => (float[1,2,3] y {UINT2}) <float[2,3] t = {0, 1, 2, 3, -1, 0}>"
               " { m = MaxPool <kernel_shape = [2]> (x)"
               "   y = " T " <out_dtype = \"UINT2\", data_layout = \"NCW\"> (m, t) }",
               "n (float[1,2,4] x) => (float[1,2,3] y {UINT2}) <float[2,3] t = {0, 1, 2, 3, -1, 0}>"
               " { m = " T " <out_dtype = \"UINT2\", data_layout = \"NCW\"> (x, t)"
               "   y = MaxPool <kernel_shape = [2]> (m) }");
}

Test(move_max_pool_past_multi_threshold, says_why_not)
{
    check_remark("MoveMaxPoolPastMultiThreshold",
                 "n (float[1,2,4,4] x) => (float[1,2,3,4] y {BIPOLAR}) <float[1,1] t = {0}>"
                 " { m = MaxPool <kernel_shape = [2,2], pads = [0,1,0,0]> (x)"
                 "   y = " T
                 " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (m, t) }",
                 "the pool is padded, with zeros in hardware, and BIPOLAR is below them");
    check_remark("MoveMaxPoolPastMultiThreshold",
                 "n (float[1,2,4,4] x) => (float[1,2,4,4] y {BIPOLAR}) <float[1,1] t = {0}>"
                 " { m = MaxPool <kernel_shape = [2,2], auto_pad = \"SAME_UPPER\"> (x)"
                 "   y = " T
                 " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (m, t) }",
                 "the pool is padded, with zeros in hardware, and BIPOLAR is below them");
    check_remark("MoveMaxPoolPastMultiThreshold",
                 "n (float[1,2,4,4] x) => (float[1,2,3,3] y) <float[1,1] t = {0}>"
                 " { m = MaxPool <kernel_shape = [2,2]> (x)"
                 "   y = " T " <out_dtype = \"INT2\", out_scale = -1.0> (m, t) }",
                 "out_scale is -1: the quantiser falls as its input rises");
    check_remark("MoveMaxPoolPastMultiThreshold",
                 "n (float[1,2,4,3] x) => (float[1,2,3,2] y) <float[2,1] t = {0, 1}>"
                 " { m = MaxPool <kernel_shape = [2,2]> (x)"
                 "   y = " T " <out_dtype = \"BINARY\", data_layout = \"NHWC\"> (m, t) }",
                 "the thresholds differ along an axis that is pooled");
}

/* The quantiser counts 0 of -infinity; behind it the pool would give -infinity itself. */
Test(move_max_pool_past_multi_threshold, a_window_over_padding_alone_stays_in_front)
{
#define POOL(attrs, size, made)                                                                    \
    "n (float[1,1," size "] x) => (float[1,1," made "] y {UINT1}) <float[1,1] t = {0}>"            \
    " { m = MaxPool <" attrs "> (x) y = " T " <out_dtype = \"UINT1\"> (m, t) }"
#define MOVED(attrs, size, made)                                                                   \
    "n (float[1,1," size "] x) => (float[1,1," made "] y {UINT1}) <float[1,1] t = {0}>"            \
    " { m = " T " <out_dtype = \"UINT1\"> (x, t) y = MaxPool <" attrs "> (m) }"
#define DILATED "kernel_shape = [2,2], dilations = [3,3], pads = [1,1,1,1]"
    check_remark("MoveMaxPoolPastMultiThreshold", POOL(DILATED, "2,2", "1,1"),
                 "a window may lie over padding alone");
    check_remark("MoveMaxPoolPastMultiThreshold", POOL(DILATED, "H,W", "N,M"),
                 "a window may lie over padding alone");
    check_remark("MoveMaxPoolPastMultiThreshold",
                 POOL("kernel_shape = [2,2], strides = [2,2], pads = [0,2,0,0]", "4,4", "2,3"),
                 "a window may lie over padding alone");
#define SOME "kernel_shape = [2,2], strides = [2,2], pads = [1,1,1,1]"
    check_pass("MoveMaxPoolPastMultiThreshold", POOL(SOME, "4,4", "3,3"),
               MOVED(SOME, "4,4", "3,3"));
    check_pass("MoveMaxPoolPastMultiThreshold", POOL(SOME, "H,W", "N,M"),
               MOVED(SOME, "H,W", "N,M"));
}

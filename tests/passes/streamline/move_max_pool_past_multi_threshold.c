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

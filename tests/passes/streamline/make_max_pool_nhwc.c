#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(make_max_pool_nhwc, brings_the_transpose_behind_it_to_its_front)
{
    check_pass("MakeMaxPoolNHWC",
               "n (float[1,2,4,4] x {INT4}) => (float[1,2,2,2] y) <float[1,2,2,2] m {INT4, NCHW}>"
               " { m = MaxPool <kernel_shape = [2,2], strides = [2,2]> (x)"
               "   y = Transpose <perm = [0,2,3,1]> (m) }",
               "n (float[1,2,4,4] x {INT4}) => (float[1,2,2,2] y) <float[1,4,4,2] m {INT4, NCHW}>"
               " { m = Transpose <perm = [0,2,3,1]> (x)"
               "   y = qonnx.custom_op.general.MaxPoolNHWC"
               " <kernel_shape = [2,2], strides = [2,2], ceil_mode = 0> (m) }");
}

Test(make_max_pool_nhwc, brings_the_transpose_before_it_behind)
{
    check_pass("MakeMaxPoolNHWC",
               "n (float[1,5,5,2] x) => (float[1,2,3,3] y)"
               " { m = Transpose <perm = [0,3,1,2]> (x)"
               "   y = MaxPool <kernel_shape = [2,2], strides = [2,2], ceil_mode = 7> (m) }",
               "n (float[1,5,5,2] x) => (float[1,2,3,3] y) <float[1,3,3,2] m>"
               " { m = qonnx.custom_op.general.MaxPoolNHWC"
               " <kernel_shape = [2,2], strides = [2,2], ceil_mode = 1> (x)"
               "   y = Transpose <perm = [0,3,1,2]> (m) }");
}

Test(make_max_pool_nhwc, prefers_the_transpose_behind_it)
{
    check_pass("MakeMaxPoolNHWC",
               "n (float[1,4,4,2] x) => (float[1,3,3,2] y)"
               " { k = Transpose <perm = [0,3,1,2]> (x) m = MaxPool <kernel_shape = [2,2]> (k)"
               "   y = Transpose <perm = [0,2,3,1]> (m) }",
               "n (float[1,4,4,2] x) => (float[1,3,3,2] y)"
               " { k = Transpose <perm = [0,3,1,2]> (x) m = Transpose <perm = [0,2,3,1]> (k)"
               "   y = qonnx.custom_op.general.MaxPoolNHWC"
               " <kernel_shape = [2,2], ceil_mode = 0> (m) }");
}

Test(make_max_pool_nhwc, says_why_not)
{
    check_remark("MakeMaxPoolNHWC",
                 "n (float[1,2,4,4] x) => (float[1,2,2,2] y)"
                 " { m = MaxPool <kernel_shape = [2,2], dilations = [2,2]> (x)"
                 "   y = Transpose <perm = [0,2,3,1]> (m) }",
                 "the pool is dilated by 2");
    check_remark("MakeMaxPoolNHWC",
                 "n (float[1,2,4,4] x) => (float[1,4,4,2] y)"
                 " { m = MaxPool <kernel_shape = [2,2], auto_pad = \"SAME_UPPER\"> (x)"
                 "   y = Transpose <perm = [0,2,3,1]> (m) }",
                 "auto_pad is SAME_UPPER");
    check_unchanged("MakeMaxPoolNHWC",
                    "n (float[1,2,4,4] x) => (float[1,3,3,2] y, float[1,2,3,3] z)"
                    " { m = MaxPool <kernel_shape = [2,2]> (x)"
                    "   y = Transpose <perm = [0,2,3,1]> (m) z = Relu(m) }");
}

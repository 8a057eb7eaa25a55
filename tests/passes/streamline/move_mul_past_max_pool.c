#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_mul_past_max_pool, moves_one_number)
{
    check_pass("MoveMulPastMaxPool",
               "n (float[1,2,4,4] x) => (float[1,2,2,2] y) <float s = {0.5}>"
               " { m = Mul(x, s) y = MaxPool <kernel_shape = [2,2], strides = [2,2]> (m) }",
               "n (float[1,2,4,4] x) => (float[1,2,2,2] y) <float s = {0.5}, float[1,2,2,2] m>"
               " { m = MaxPool <kernel_shape = [2,2], strides = [2,2]> (x) y = Mul(m, s) }");
}

Test(move_mul_past_max_pool, moves_one_factor_per_channel_over_any_number_of_axes)
{
    check_pass("MoveMulPastMaxPool",
               "n (float[1,2,4] x) => (float[1,2,5] y) <float[1,2,1] s = {0.5, 3}>"
               " { m = Mul(x, s) y = MaxPool <kernel_shape = [2], pads = [1,1]> (m) }",
               "n (float[1,2,4] x) => (float[1,2,5] y) <float[1,2,1] s = {0.5, 3}>"
               " { m = MaxPool <kernel_shape = [2], pads = [1,1]> (x) y = Mul(m, s) }");
    check_pass("MoveMulPastMaxPool",
               "n (float[1,2,2,2,2] x) => (float[1,2,1,1,1] y) <float[2,1,1,1] s = {0.5, 0}>"
               " { m = Mul(s, x) y = MaxPool <kernel_shape = [2,2,2]> (m) }",
               "n (float[1,2,2,2,2] x) => (float[1,2,1,1,1] y) <float[2,1,1,1] s = {0.5, 0}>"
               " { m = MaxPool <kernel_shape = [2,2,2]> (x) y = Mul(m, s) }");
}

Test(move_mul_past_max_pool, keeps_the_type_of_its_input)
{
    check_pass("MoveMulPastMaxPool",
               "n (float[1,1,2] x {INT4}) => (float[1,1,1] y) <float s = {0.5}>"
               " { m = Mul(x, s) y = MaxPool <kernel_shape = [2]> (m) }",
               "n (float[1,1,2] x {INT4}) => (float[1,1,1] y) <float s = {0.5}>"
               " { m = MaxPool <kernel_shape = [2]> (x) y = Mul(m, s) }");
}

Test(move_mul_past_max_pool, says_why_not)
{
    check_remark("MoveMulPastMaxPool",
                 "n (float[1,2,4] x) => (float[1,2,3] y) <float[1,2,1] s = {0.5, -3}>"
                 " { m = Mul(x, s) y = MaxPool <kernel_shape = [2]> (m) }",
                 "the factor has 1 negative elements: 2 values, -3 to 0.5");
    check_remark("MoveMulPastMaxPool",
                 "n (float[1,2,2] x) => (float[1,2,1] y) <float[2] s = {0.5, 3}>"
                 " { m = Mul(x, s) y = MaxPool <kernel_shape = [2]> (m) }",
                 "the factor varies along axis 2, the channels are axis 1");
    check_remark("MoveMulPastMaxPool",
                 "n (float[1,2,2] x) => (float[1,2,1] y, float[1,2,2] m) <float s = {0.5}>"
                 " { m = Mul(x, s) y = MaxPool <kernel_shape = [2]> (m) }",
                 "graph output");
}

Test(move_mul_past_max_pool, integers_that_wrap_around_stay_in_front)
{
    check_remark("MoveMulPastMaxPool",
                 "g (int8[1,1,2,2] x) => (int8[1,1,1,1] y) <int8 s = {2}> "
                 "{ v = Mul(x, s) y = MaxPool<kernel_shape = [2,2]>(v) }",
                 "the factor is INT8, whose products wrap around");
}

Test(move_mul_past_max_pool, zeros_stay_in_front_of_windows_over_padding_alone)
{
    check_remark("MoveMulPastMaxPool",
                 "g (float[1,1,2,2] x) => (float[1,1,4,4] y) <float s = {0}> "
                 "{ v = Mul(x, s) y = MaxPool<kernel_shape = [1,1], pads = [1,1,1,1]>(v) }",
                 "a window over padding alone gives -infinity");
    check_pass("MoveMulPastMaxPool",
               "g (float[1,1,2,2] x) => (float[1,1,2,2] y) <float s = {0}> "
               "{ v = Mul(x, s) y = MaxPool<kernel_shape = [3,3], pads = [1,1,1,1]>(v) }",
               "g (float[1,1,2,2] x) => (float[1,1,2,2] y) <float s = {0}> "
               "{ v = MaxPool<kernel_shape = [3,3], pads = [1,1,1,1]>(x) y = Mul(v, s) }");
}

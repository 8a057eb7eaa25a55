#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_scalar_mul_past_conv, moves_one_number)
{
    check_pass("MoveScalarMulPastConv",
               "n (float[1,1,3,3] x) => (float[1,1,2,2] y) <float s = {3},"
               " float[1,1,2,2] w = {1, 2, 3, 4}>"
               " { m = Mul(x, s) y = Conv <kernel_shape = [2,2]> (m, w) }",
               "n (float[1,1,3,3] x) => (float[1,1,2,2] y) <float s = {3},"
               " float[1,1,2,2] w = {1, 2, 3, 4}, float[1,1,2,2] m>"
               " { m = Conv <kernel_shape = [2,2]> (x, w) y = Mul(m, s) }");
}

Test(move_scalar_mul_past_conv, moves_past_padded_ones_over_any_number_of_axes)
{
    check_pass("MoveScalarMulPastConv",
               "n (float[1,1,3] x) => (float[1,1,4] y) <float[1,1] s = {3},"
               " float[1,1,2] w = {1, 2}> { m = Mul(x, s) y = Conv <pads = [1,1]> (m, w) }",
               "n (float[1,1,3] x) => (float[1,1,4] y) <float[1,1] s = {3},"
               " float[1,1,2] w = {1, 2}> { m = Conv <pads = [1,1]> (x, w) y = Mul(m, s) }");
    check_pass("MoveScalarMulPastConv",
               "n (float[1,1,2,2,2] x) => (float[1,1,1,2,2] y) <float s = {3},"
               " float[1,1,2,1,1] w = {1, 2}> { m = Mul(x, s) y = Conv(m, w) }",
               "n (float[1,1,2,2,2] x) => (float[1,1,1,2,2] y) <float s = {3},"
               " float[1,1,2,1,1] w = {1, 2}> { m = Conv(x, w) y = Mul(m, s) }");
}

Test(move_scalar_mul_past_conv, says_why_not)
{
    check_remark("MoveScalarMulPastConv",
                 "n (float[1,2,3] x) => (float[1,1,3] y) <float[1,2,1] s = {0.011, 0.094},"
                 " float[1,2,1] w = {1, 2}> { m = Mul(x, s) y = Conv(m, w) }",
                 "the factor is not one number: 2 values, 0.011 to 0.094");
    check_remark("MoveScalarMulPastConv",
                 "n (float[1,1,3] x) => (float[1,1,3] y) <float s = {2}, float[1,1,1] w = {1},"
                 " float[1] b = {5}> { m = Mul(x, s) y = Conv(m, w, b) }",
                 "the convolution has a bias, which would be scaled, too");
    check_unchanged("MoveScalarMulPastConv",
                    "n (float[1,1,3] x) => (float[1,1,3] y) <float s = {2}, float[1,1,1] w = {1},"
                    " float[1] b = {5}> { m = Mul(x, s) y = Conv(m, w, b) }");
    check_remark("MoveScalarMulPastConv",
                 "n (float[1,1,3] x, float[1,1,1] w) => (float[1,1,3] y) <float s = {2}>"
                 " { m = Mul(x, s) y = Conv(m, w) }",
                 "not a constant");
}

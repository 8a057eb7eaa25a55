#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_scalar_mul_past_conv_transpose, moves_one_number)
{
    check_pass("MoveScalarMulPastConvTranspose",
               "n (float[1,1,3,3] x) => (float[1,1,6,6] y) <float s = {3},"
               " float[1,1,2,2] w = {1, 2, 3, 4}>"
               " { m = Mul(x, s) y = ConvTranspose <strides = [2,2]> (m, w) }",
               "n (float[1,1,3,3] x) => (float[1,1,6,6] y) <float s = {3},"
               " float[1,1,2,2] w = {1, 2, 3, 4}, float[1,1,6,6] m>"
               " { m = ConvTranspose <strides = [2,2]> (x, w) y = Mul(m, s) }");
}

Test(move_scalar_mul_past_conv_transpose, says_why_not)
{
    check_remark("MoveScalarMulPastConvTranspose",
                 "n (float[1,1,3] x) => (float[1,1,3] y) <float s = {2}, float[1,1,1] w = {1},"
                 " float[1] b = {5}> { m = Mul(x, s) y = ConvTranspose(m, w, b) }",
                 "the convolution has a bias, which would be scaled, too");
}

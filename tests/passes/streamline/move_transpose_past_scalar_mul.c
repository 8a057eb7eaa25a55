#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_transpose_past_scalar_mul, multiplies_first)
{
    check_pass("MoveTransposePastScalarMul",
               "n (float[1,2,3,4] x {NHWC}) => (float[1,4,2,3] y) <float s = {0.5},"
               " float[1,4,2,3] m {NCHW}>"
               " { m = Transpose <perm = [0,3,1,2]> (x) y = Mul(m, s) }",
               "n (float[1,2,3,4] x {NHWC}) => (float[1,4,2,3] y {NCHW}) <float s = {0.5},"
               " float[1,2,3,4] m {NHWC}>"
               " { m = Mul(x, s) y = Transpose <perm = [0,3,1,2]> (m) }");
}

Test(move_transpose_past_scalar_mul, types_the_scaled_value_truly)
{
    check_pass("MoveTransposePastScalarMul",
               "n (float[1,2] x {INT4, NC}) => (float[2,1] y) <float s = {0.5},"
               " float[2,1] m {INT4, CN}>"
               " { m = Transpose <perm = [1,0]> (x) y = Mul(m, s) }",
               "n (float[1,2] x {INT4, NC}) => (float[2,1] y {CN}) <float s = {0.5},"
               " float[1,2] m {NC}> { m = Mul(x, s) y = Transpose <perm = [1,0]> (m) }");
}

Test(move_transpose_past_scalar_mul, says_why_not)
{
    check_remark("MoveTransposePastScalarMul",
                 "n (float[1,2] x) => (float[2,1] y) <float s = {0.5}>"
                 " { m = Transpose <perm = [1,0]> (x) y = Mul(m, s) }",
                 "the layout of x is not known");
    check_remark("MoveTransposePastScalarMul",
                 "n (float[1,2] x {NC}) => (float[2,1] y) <float[2,1] s = {0.5, 1}, m {NC}>"
                 " { m = Transpose <perm = [1,0]> (x) y = Mul(m, s) }",
                 "the factor is not one number: 2 values, 0.5 to 1");
}

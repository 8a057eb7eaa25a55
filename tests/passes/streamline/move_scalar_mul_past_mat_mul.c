#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_scalar_mul_past_mat_mul, moves_one_number)
{
    check_pass("MoveScalarMulPastMatMul",
               "n (float[3,2] x) => (float[3,1] y) <float[1,1] s = {3}, float[2,1] w = {1, 2}>"
               " { m = Mul(x, s) y = MatMul(m, w) }",
               "n (float[3,2] x) => (float[3,1] y) <float[1,1] s = {3}, float[2,1] w = {1, 2},"
               " float[3,1] m> { m = MatMul(x, w) y = Mul(m, s) }");
}

Test(move_scalar_mul_past_mat_mul, moves_past_several)
{
    check_pass("MoveScalarMulPastMatMul",
               "n (float[3,1] x) => (float[3,1] y) <float s = {3}, float[1,2] w = {1, 2},"
               " float[2,1] u = {3, 4}> { m = Mul(s, x) k = MatMul(m, w) y = MatMul(k, u) }",
               "n (float[3,1] x) => (float[3,1] y) <float s = {3}, float[1,2] w = {1, 2},"
               " float[2,1] u = {3, 4}> { m = MatMul(x, w) k = MatMul(m, u) y = Mul(k, s) }");
}

Test(move_scalar_mul_past_mat_mul, says_why_not)
{
    check_remark("MoveScalarMulPastMatMul",
                 "n (float[3,2] x) => (float[3,1] y) <float[2] s = {3, 4}, float[2,1] w = {1, 2}>"
                 " { m = Mul(x, s) y = MatMul(m, w) }",
                 "the factor is not one number: 2 values, 3 to 4");
    check_remark("MoveScalarMulPastMatMul",
                 "n (float[3,2] x) => (float[3] y) <float[1,1] s = {3}, float[2] w = {1, 2}>"
                 " { m = Mul(x, s) y = MatMul(m, w) }",
                 "the factor has 2 axes, more than y with 1");
    check_remark("MoveScalarMulPastMatMul",
                 "n (float[3,2] x, float[2,1] w) => (float[3,1] y) <float s = {3}>"
                 " { m = Mul(x, s) y = MatMul(m, w) }",
                 "not a constant");
}

/* The product of two vectors is a number. */
Test(move_scalar_mul_past_mat_mul, a_list_of_one_may_have_more_axes_than_the_product)
{
    check_remark("MoveScalarMulPastMatMul",
                 "g (float[3] x) => (float y) <float[1] a = {2}, float[3] w = {1,2,3}> "
                 "{ v = Mul(x, a) z = MatMul(v, w) y = Identity(z) }",
                 "the factor has 1 axes and the rank of z is not known");
}

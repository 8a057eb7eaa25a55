#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_mul_past_fork, each_user_gets_its_own)
{
    check_pass("MoveMulPastFork",
               "n (float[2,2] x) => (float[2,2] y, float[2,2] z) <float c = {2}>"
               " { m = Mul(x, c) y = Relu(m) z = Neg(m) }",
               "n (float[2,2] x) => (float[2,2] y, float[2,2] z) <float c = {2}, float d = {2}>"
               " { m = Mul(x, c) y = Relu(m) k = Mul(x, d) z = Neg(k) }");
}

Test(move_mul_past_fork, leaves_other_ops_alone)
{
    check_unchanged("MoveMulPastFork", "n (float[2,2] x) => (float[2,2] y, float[2,2] z)"
                                       " { m = Abs(x) y = Relu(m) z = Neg(m) }");
}

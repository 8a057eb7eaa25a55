#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(collapse_repeated_mul, two_become_one)
{
    check_pass("CollapseRepeatedMul",
               "n (float[2] x) => (float[2] y) <float a = {1}, float b = {2}>"
               " { m = Mul(x, a) y = Mul(b, m) }",
               "n (float[2] x) => (float[2] y) <float a = {2}> { y = Mul(x, a) }");
}

Test(collapse_repeated_mul, many_become_one_as_wide_as_the_widest)
{
    check_pass("CollapseRepeatedMul",
               "n (float[2] x) => (float[2] y)"
               " <float a {UINT2} = {1}, float[2] b = {3, 2}, float[1] c = {1}>"
               " { m = Mul(x, a) k = Mul(m, b) y = Mul(k, c) }",
               "n (float[2] x) => (float[2] y) <float[2] a = {3, 2}> { y = Mul(x, a) }");
}

Test(collapse_repeated_mul, the_second_may_fork_but_not_the_first)
{
    check_pass("CollapseRepeatedMul",
               "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float b = {2}>"
               " { m = Mul(x, a) y = Mul(m, b) z = Relu(y) }",
               "n (float[2] x) => (float[2] y, float[2] z) <float a = {2}>"
               " { y = Mul(x, a) z = Relu(y) }");
    check_unchanged("CollapseRepeatedMul",
                    "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float b = {2}>"
                    " { m = Mul(x, a) y = Mul(m, b) z = Relu(m) }");
    check_remark("CollapseRepeatedMul",
                 "n (float[2] x, float[2] b) => (float[2] y) <float a = {1}>"
                 " { m = Mul(x, a) y = Mul(m, b) }",
                 "not a constant");
}

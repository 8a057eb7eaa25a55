#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_linear_past_eltwise_add, adds_first)
{
    check_pass("MoveLinearPastEltwiseAdd",
               "n (float[2] x, float[2] z) => (float[2] y) <float[1] a = {7}, float[1] b = {8},"
               " float[2] s = {3, 4}, float[2] r = {3, 4}>"
               " { p = Add(x, a) q = Add(z, b) m = Mul(p, s) k = Mul(q, r) y = Add(m, k) }",
               "n (float[2] x, float[2] z) => (float[2] y) <float[1] a = {15}, float[2] s = {3, 4}>"
               " { p = Add(x, z) m = Add(p, a) y = Mul(m, s) }");
}

Test(move_linear_past_eltwise_add, says_why_not)
{
    check_remark("MoveLinearPastEltwiseAdd",
                 "n (float[2] x, float[2] z) => (float[2] y) <float s = {3}, float r = {4}>"
                 " { m = Mul(x, s) k = Mul(z, r) y = Add(m, k) }",
                 "the factors differ: 3; 4");
    check_unchanged("MoveLinearPastEltwiseAdd",
                    "n (float[2] x, float[2] z) => (float[2] y, float[2] m)"
                    " <float s = {3}, float r = {3}>"
                    " { m = Mul(x, s) k = Mul(z, r) y = Add(m, k) }");
}

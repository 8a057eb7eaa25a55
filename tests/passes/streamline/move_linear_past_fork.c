#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_linear_past_fork, adds_and_multiplications_are_copied)
{
    check_pass("MoveLinearPastFork",
               "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float s = {2}>"
               " { k = Add(x, a) m = Mul(k, s) y = Relu(m) z = Neg(m) }",
               "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float s = {2},"
               " float b = {1}, float r = {2}>"
               " { k = Add(x, a) m = Mul(k, s) y = Relu(m)"
               "   j = Add(x, b) l = Mul(j, r) z = Neg(l) }");
}

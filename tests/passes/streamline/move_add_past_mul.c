#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_add_past_mul, scales_what_is_added)
{
    check_pass("MoveAddPastMul",
               "n (float[2,2] x) => (float[2,2] y) <float[2] a = {1, 3}, float s = {2}>"
               " { m = Add(x, a) y = Mul(m, s) }",
               "n (float[2,2] x) => (float[2,2] y) <float[2] a = {2, 6}, float s = {2}>"
               " { m = Mul(x, s) y = Add(m, a) }");
}

Test(move_add_past_mul, widens_the_constant_where_the_factor_is_wider)
{
    check_pass("MoveAddPastMul",
               "n (float[2,2] x) => (float[2,2] y) <float a = {3}, float[2] s = {2, -1}>"
               " { m = Add(a, x) y = Mul(s, m) }",
               "n (float[2,2] x) => (float[2,2] y) <float[2] a = {6, -3}, float[2] s = {2, -1}>"
               " { m = Mul(x, s) y = Add(m, a) }");
}

Test(move_add_past_mul, sorts_a_chain)
{
    check_pass("MoveAddPastMul",
               "n (float[2] x) => (float[2] y) <float[2] a = {1, 3}, float[2] s = {2, 4},"
               " float[2] b = {-1, 3}, float[2] r = {2, -4}>"
               " { p = Add(x, a) q = Mul(p, s) u = Add(q, b) y = Mul(u, r) }",
               "n (float[2] x) => (float[2] y) <float[2] a = {4, -48}, float[2] s = {2, 4},"
               " float[2] b = {-2, -12}, float[2] r = {2, -4}>"
               " { p = Mul(x, s) q = Mul(p, r) u = Add(q, a) y = Add(u, b) }");
}

/* x + 1 is an integer, x / 2 is none. */
Test(move_add_past_mul, keeps_annotations_true)
{
    check_pass("MoveAddPastMul",
               "n (float[2] x {INT4}) => (float[2] y) <float a {UINT2} = {1}, float s = {0.5},"
               " float[2] m {INT8}> { m = Add(x, a) y = Mul(m, s) }",
               "n (float[2] x {INT4}) => (float[2] y) <float a = {0.5}, float s = {0.5},"
               " float[2] m> { m = Mul(x, s) y = Add(m, a) }");
    check_pass("MoveAddPastMul",
               "n (float[2] x {INT4}) => (float[2] y {INT32}) <float a {UINT2} = {2},"
               " float s {UINT2} = {3}, float[2] m {INT8}> { m = Add(x, a) y = Mul(m, s) }",
               "n (float[2] x {INT4}) => (float[2] y {INT32}) <float a {UINT3} = {6},"
               " float s {UINT2} = {3}, float[2] m {INT32}> { m = Mul(x, s) y = Add(m, a) }");
}

Test(move_add_past_mul, leaves_forks_and_outputs_alone)
{
    check_unchanged("MoveAddPastMul",
                    "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float s = {2}>"
                    " { m = Add(x, a) y = Mul(m, s) z = Relu(m) }");
    check_remark("MoveAddPastMul",
                 "n (float[2] x) => (float[2] y, float[2] m) <float a = {1}, float s = {2}>"
                 " { m = Add(x, a) y = Mul(m, s) }",
                 "graph output");
    check_remark("MoveAddPastMul",
                 "n (float[2] x, float[2] z) => (float[2] y) <float a = {1}>"
                 " { m = Add(x, a) y = Mul(m, z) }",
                 "not a constant");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(gemm_to_mat_mul, becomes_a_product_and_a_sum)
{
    check_pass(
        "GemmToMatMul",
        "g (float[2,3] x) => (float[2,2] y)"
        "    <float[3,2] w = {1, 2, 3, 4, 5, 6}, float[2] c = {1, -1}> { y = Gemm(x, w, c) }",
        "g (float[2,3] x) => (float[2,2] y)"
        "    <float[3,2] w = {1, 2, 3, 4, 5, 6}, float[2] c = {1, -1}> {"
        "    m = MatMul(x, w) y = Add(m, c) }");
}

Test(gemm_to_mat_mul, spells_out_all_that_it_is_told)
{
    check_pass("GemmToMatMul",
               "g (float[3,2] x {INT4}) => (float[2,2] y)"
               "    <float[2,3] w = {1, 2, 3, 4, 5, 6}, float[2] c {INT4} = {1, -1}> {"
               "    y = Gemm <alpha = 0.5, beta = 2.0, transA = 1, transB = 1> (x, w, c) }",
               "g (float[3,2] x {INT4}) => (float[2,2] y)"
               "    <float[2,3] w = {1, 2, 3, 4, 5, 6}, float[2] c {INT4} = {1, -1},"
               "     float alpha = {0.5}, float beta = {2}, t {INT4}, d {INT4}> {"
               "    t = Transpose(x) u = Transpose(w) m = MatMul(t, u) a = Mul(m, alpha)"
               "    d = Mul(c, beta) y = Add(a, d) }");
}

Test(gemm_to_mat_mul, does_without_a_third_operand)
{
    check_pass("GemmToMatMul",
               "g (float[2,3] x) => (float[2,2] y) <float[3,2] w = {1, 2, 3, 4, 5, 6}> {"
               "    y = Gemm <alpha = 3.0> (x, w) }",
               "g (float[2,3] x) => (float[2,2] y)"
               "    <float[3,2] w = {1, 2, 3, 4, 5, 6}, float alpha = {3}> {"
               "    m = MatMul(x, w) y = Mul(m, alpha) }");
}

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
               "     float alpha = {0.5}, float beta = {2}, t {INT4}> {"
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

Test(gemm_to_mat_mul, leaves_integers_times_a_fraction)
{
    check_remark("GemmToMatMul",
                 "g (int32[2,3] x) => (int32[2,2] y) <int32[3,2] w = {1,2,3,4,5,6}> "
                 "{ y = Gemm<alpha = 0.5>(x, w) }",
                 "it multiplies integers by a factor that their type does not hold");
    check_unchanged("GemmToMatMul",
                    "g (int32[2,3] x, int32[2] c) => (int32[2,2] y) "
                    "<int32[3,2] w = {1,2,3,4,5,6}> { y = Gemm<beta = 1.5>(x, w, c) }");
    check_unchanged("GemmToMatMul",
                    "g (uint32[2,3] x) => (uint32[2,2] y) <uint32[3,2] w = {1,2,3,4,5,6}> "
                    "{ y = Gemm<alpha = -1.0>(x, w) }");
    check_pass("GemmToMatMul",
               "g (int32[2,3] x) => (int32[2,2] y) <int32[3,2] w = {1,2,3,4,5,6}> "
               "{ y = Gemm<alpha = -2.0>(x, w) }",
               "g (int32[2,3] x) => (int32[2,2] y) <int32[3,2] w = {1,2,3,4,5,6}, "
               "int32 alpha = {-2}> { m = MatMul(x, w) y = Mul(m, alpha) }");
}

/* Twice 3 is no INT2; but minus one is as TERNARY as one. */
Test(gemm_to_mat_mul, keeps_the_type_of_a_factor_of_minus_one_at_most)
{
    check_pass("GemmToMatMul",
               "g (float[2,3] x) => (float[2,2] y) <float[3,2] w = {1,2,3,4,5,6}, "
               "float[2] c {BIPOLAR} = {1,-1}> { y = Gemm<beta = 0.5>(x, w, c) }",
               "g (float[2,3] x) => (float[2,2] y) <float[3,2] w = {1,2,3,4,5,6}, "
               "float[2] c {BIPOLAR} = {1,-1}, float beta = {0.5}> "
               "{ m = MatMul(x, w) d = Mul(c, beta) y = Add(m, d) }");
    check_pass("GemmToMatMul",
               "g (float[2,3] x) => (float[2,2] y) <float[3,2] w = {1,2,3,4,5,6}, "
               "float[2] c {BIPOLAR} = {1,-1}> { y = Gemm<beta = -1.0>(x, w, c) }",
               "g (float[2,3] x) => (float[2,2] y) <float[3,2] w = {1,2,3,4,5,6}, "
               "float[2] c {BIPOLAR} = {1,-1}, float beta = {-1}, d {BIPOLAR}> "
               "{ m = MatMul(x, w) d = Mul(c, beta) y = Add(m, d) }");
}

#define OLD(node, c)                                                                               \
    "<ir_version: 3, opset_import: [\"\" : 6]> g (float[2,3] x) => (float[2,2] y) "                \
    "<float[3,2] w = {1,2,3,4,5,6}, " c "> { y = " node " }"

Test(gemm_to_mat_mul, makes_no_addition_that_does_not_broadcast)
{
    check_remark("GemmToMatMul", OLD("Gemm<broadcast = 1>(x, w, c)", "float[2] c = {1,2}"),
                 "before version 7 of the standard an Add or Mul does not stretch its operands");
    check_unchanged("GemmToMatMul", OLD("Gemm<alpha = 2.0>(x, w, c)", "float[2,2] c = {1,2,3,4}"));
}

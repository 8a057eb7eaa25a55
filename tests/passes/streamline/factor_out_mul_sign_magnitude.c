#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(factor_out_mul_sign_magnitude, splits_a_factor)
{
    check_pass("FactorOutMulSignMagnitude",
               "n (float[1,3] x) => (float[1,3] y) <float[3] s = {2, -0.5, 0}> { y = Mul(x, s) }",
               "n (float[1,3] x) => (float[1,3] y)"
               " <float[3] g {BIPOLAR} = {1, -1, 1}, float[3] s = {2, 0.5, 0}>"
               " { m = Mul(x, g) y = Mul(m, s) }");
}

Test(factor_out_mul_sign_magnitude, splits_on_a_fork_and_on_graph_outputs)
{
    check_pass("FactorOutMulSignMagnitude",
               "n (float[2] x) => (float[2] m, float[2] y, float[2] z) <float s = {-3}>"
               " { m = Mul(x, s) y = Relu(m) z = Neg(m) }",
               "n (float[2] x) => (float[2] m, float[2] y, float[2] z)"
               " <float g {BIPOLAR} = {-1}, float s = {3}>"
               " { k = Mul(x, g) m = Mul(k, s) y = Relu(m) z = Neg(m) }");
}

Test(factor_out_mul_sign_magnitude, leaves_signs_and_magnitudes_alone)
{
    const char *fine = "n (float[2] x) => (float[2] y)"
                       " <float[2] g {BIPOLAR} = {-1, 1}, float s = {3}>"
                       " { m = Mul(x, g) y = Mul(m, s) }";
    check_unchanged("FactorOutMulSignMagnitude", fine);
    check_no_remark("FactorOutMulSignMagnitude", fine);
    check_unchanged("FactorOutMulSignMagnitude",
                    "n (float[2] x, float[2] z) => (float[2] y) { y = Mul(x, z) }");
    check_remark("FactorOutMulSignMagnitude",
                 "n (float[2,2] x) => (float[2,2] y) <float[2,2] s = {1, -2, 3, -4}>"
                 " { y = Mul(x, s) }",
                 "the factor varies along several axes: 4 values, -4 to 3");
}

Test(factor_out_mul_sign_magnitude, gives_magnitudes_a_type_that_holds_them)
{
    check_pass("FactorOutMulSignMagnitude",
               "n (float[1,2] x) => (float[1,2] y) <float[2] s {INT2} = {1, -2}>"
               " { y = Mul(x, s) }",
               "n (float[1,2] x) => (float[1,2] y)"
               " <float[2] g {BIPOLAR} = {1, -1}, float[2] s {UINT2} = {1, 2}>"
               " { m = Mul(x, g) y = Mul(m, s) }");
}

/* -128 stays -128 without its sign, for ever. */
Test(factor_out_mul_sign_magnitude, leaves_the_lowest_integer)
{
    check_remark("FactorOutMulSignMagnitude",
                 "g (int8[1,4] x) => (int8[1,4] y) <int8 a = {-128}> { y = Mul(x, a) }",
                 "-128 has no magnitude in INT8");
    check_unchanged("FactorOutMulSignMagnitude",
                    "g (int8[1,4] x) => (int8[1,4] y) <int8 a = {-128}> { y = Mul(x, a) }");
}

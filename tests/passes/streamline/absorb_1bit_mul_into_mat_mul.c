#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(absorb_1bit_mul_into_mat_mul, turns_the_signs_of_columns)
{
    check_pass("InferShapes, Absorb1BitMulIntoMatMul",
               "n (float[1,2] x) => (float[1,2] y)"
               " <float[2,2] w {BIPOLAR} = {1, -1, 1, 1}, float[1,2] s {BIPOLAR} = {-1, 1}>"
               " { m = MatMul(x, w) y = Mul(m, s) }",
               "n (float[1,2] x) => (float[1,2] y) <float[2,2] w {BIPOLAR} = {-1, -1, -1, 1}>"
               " { y = MatMul(x, w) }");
    check_pass("InferShapes, Absorb1BitMulIntoMatMul",
               "n (float[4,3,2] x) => (float[4,3,1] y)"
               " <float[2,1] w {INT3} = {-3, 2}, float[1,1,1] s {BIPOLAR} = {-1}>"
               " { m = MatMul(x, w) y = Mul(s, m) }",
               "n (float[4,3,2] x) => (float[4,3,1] y) <float[2,1] w {INT3} = {3, -2}>"
               " { y = MatMul(x, w) }");
}

Test(absorb_1bit_mul_into_mat_mul, keeps_other_users_of_the_weights)
{
    check_pass("InferShapes, Absorb1BitMulIntoMatMul",
               "n (float[1,1] x) => (float[1,1] y, float[1,1] z)"
               " <float[1,1] w {BIPOLAR} = {1}, float s {BIPOLAR} = {-1}>"
               " { m = MatMul(x, w) y = Mul(m, s) z = MatMul(x, w) }",
               "n (float[1,1] x) => (float[1,1] y, float[1,1] z)"
               " <float[1,1] v {BIPOLAR} = {-1}, float[1,1] w {BIPOLAR} = {1}>"
               " { y = MatMul(x, v) z = MatMul(x, w) }");
}

Test(absorb_1bit_mul_into_mat_mul, says_why_not)
{
    check_remark("InferShapes, Absorb1BitMulIntoMatMul",
                 "n (float[1,1] x) => (float[1,1] y)"
                 " <float[1,1] w {BIPOLAR} = {1}, float s {INT2} = {-1}>"
                 " { m = MatMul(x, w) y = Mul(m, s) }",
                 "the factor is INT2, not one bit");
    check_remark("InferShapes, Absorb1BitMulIntoMatMul",
                 "n (float[1,1] x) => (float[1,1] y)"
                 " <float[1,1] w {INT2} = {-2}, float s {BIPOLAR} = {-1}>"
                 " { m = MatMul(x, w) y = Mul(m, s) }",
                 "a weight would become 2, which INT2 cannot hold");
    /* Upstream takes these signs, one per row of the result, for one per row of the weights. */
    check_remark("InferShapes, Absorb1BitMulIntoMatMul",
                 "n (float[2,2] x) => (float[2,2] y)"
                 " <float[2,2] w {BIPOLAR} = {1, -1, 1, 1}, float[2,1] s {BIPOLAR} = {-1, 1}>"
                 " { m = MatMul(x, w) y = Mul(m, s) }",
                 "the factor varies along axis 0, the channels are axis 1");
    check_unchanged("InferShapes, Absorb1BitMulIntoMatMul",
                    "n (float[1,1] x) => (float[1,1] y, float[1,1] z)"
                    " <float[1,1] w {BIPOLAR} = {1}, float s {BIPOLAR} = {-1}>"
                    " { m = MatMul(x, w) y = Mul(m, s) z = Relu(m) }");
}

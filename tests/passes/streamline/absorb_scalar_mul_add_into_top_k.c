#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(absorb_scalar_mul_add_into_top_k, drops_scale_and_shift)
{
    check_pass("AbsorbScalarMulAddIntoTopK",
               "n (float[1,10] x {INT8}) => (int64[1,1] i)"
               " <float[1] s = {0.5}, float a = {-3}, int64[1] k = {1}>"
               " { m = Mul(x, s) p = Add(m, a) v, i = TopK(p, k) }",
               "n (float[1,10] x {INT8}) => (int64[1,1] i) <int64[1] k = {1}>"
               " { v, i = TopK(x, k) }");
}

Test(absorb_scalar_mul_add_into_top_k, says_why_not)
{
    check_remark("AbsorbScalarMulAddIntoTopK",
                 "n (float[1,10] x) => (int64[1,1] i) <float s = {-0.5}, int64[1] k = {1}>"
                 " { m = Mul(x, s) v, i = TopK(m, k) }",
                 "the factor -0.5 is not positive");
    check_remark("AbsorbScalarMulAddIntoTopK",
                 "n (float[1,10] x) => (float[1,1] v, int64[1,1] i)"
                 " <float s = {0.5}, int64[1] k = {1}> { m = Mul(x, s) v, i = TopK(m, k) }",
                 "the largest values, v, are used");
    check_remark("AbsorbScalarMulAddIntoTopK",
                 "n (float[1,2] x) => (int64[1,1] i) <float[2] s = {0.5, 1}, int64[1] k = {1}>"
                 " { m = Mul(x, s) v, i = TopK(m, k) }",
                 "the constant is not one number: 2 values, 0.5 to 1");
}

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

/* 120 + 100 is -36 in eight bits; in sixteen, sums beyond 2048 lose their last bits. */
Test(absorb_scalar_mul_add_into_top_k, what_wraps_around_or_ties_stays)
{
    check_remark("AbsorbScalarMulAddIntoTopK",
                 "n (int8[1,6] x) => (int64[1,2] i) <int8 s = {100}, int64[1] k = {2}>"
                 " { m = Add(x, s) v, i = TopK(m, k) }",
                 "the constant is INT8, whose sums and products wrap around");
    check_remark("AbsorbScalarMulAddIntoTopK",
                 "n (float16[1,6] x) => (int64[1,2] i) <float16 s = {25600}, int64[1] k = {2}>"
                 " { m = Mul(x, s) v, i = TopK(m, k) }",
                 "the constant is FLOAT16, whose sums and products are rounded to few bits");
    check_remark("AbsorbScalarMulAddIntoTopK",
                 "n (float[1,3] x) => (int64[1,2] i) <float s = {inf}, int64[1] k = {2}>"
                 " { m = Add(x, s) v, i = TopK(m, k) }",
                 "the constant inf leaves no order");
}

#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\">"

Test(absorb_mul_into_multi_threshold, divides_the_thresholds)
{
    check_pass("AbsorbMulIntoMultiThreshold",
               "n (float[1,3] x) => (float[1,3] y) <float s = {2}, float[1,3] t = {-1, 0.5, 4}>"
               " { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,3] x) => (float[1,3] y) <float[1,3] t = {-0.5, 0.25, 2}>"
               " { y = " T " (x, t) }");
    check_pass("AbsorbMulIntoMultiThreshold",
               "n (float[1,2,3] x) => (float[1,2,3] y)"
               " <float[1,2,1] s = {2, 0.5}, float[1,2] t = {-1, 4}>"
               " { m = Mul(x, s) y = qonnx.custom_op.general.MultiThreshold"
               " <out_dtype = \"UINT2\", data_layout = \"NCW\"> (m, t) }",
               "n (float[1,2,3] x) => (float[1,2,3] y) <float[2,2] t = {-0.5, 2, -2, 8}>"
               " { y = qonnx.custom_op.general.MultiThreshold"
               " <out_dtype = \"UINT2\", data_layout = \"NCW\"> (x, t) }");
}

Test(absorb_mul_into_multi_threshold, keeps_annotations_true)
{
    check_pass("AbsorbMulIntoMultiThreshold",
               "n (float[1,1] x {INT8}) => (float[1,1] y) <float s = {2},"
               " float[1,2] t {INT32} = {2, 63}> { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,1] x {INT8}) => (float[1,1] y) <float[1,2] t = {1, 31.5}>"
               " { y = " T " (x, t) }");
    check_pass("AbsorbMulIntoMultiThreshold",
               "n (float[1,1] x {INT8}) => (float[1,1] y) <float s = {2},"
               " float[1,2] t {INT32} = {2, 62}> { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,1] x {INT8}) => (float[1,1] y) <float[1,2] t {INT32} = {1, 31}>"
               " { y = " T " (x, t) }");
}

Test(absorb_mul_into_multi_threshold, knows_what_zero_times_anything_reaches)
{
    check_pass("AbsorbMulIntoMultiThreshold",
               "n (float[1,1] x) => (float[1,1] y) <float s = {0}, float[1,3] t = {-1, 0, 1}>"
               " { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,1] x) => (float[1,1] y) <float[1,3] t = {-inf, -inf, inf}>"
               " { y = " T " (x, t) }");
}

Test(absorb_mul_into_multi_threshold, keeps_plain_quotients_where_integers_cannot_tell)
{
    check_pass("AbsorbMulIntoMultiThreshold",
               "n (float[1,1] x {UINT4}) => (float[1,1] y) <float s = {0.3}, float[1,1] t = {2}>"
               " { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,1] x {UINT4}) => (float[1,1] y) <float[1,1] t = {6.66666651}>"
               " { y = " T " (x, t) }");
}

/* In float32, 13 * 0.1 is this threshold, and the threshold divided by 0.1 is a little more
 * than 13. And 9 * (1/127) is a little less than 9/127, although the quotient is 9. */
Test(absorb_mul_into_multi_threshold, decides_for_integers_as_the_rounded_products_did)
{
    check_pass("AbsorbMulIntoMultiThreshold, RoundAndClipThresholds",
               "n (float[1,256] x {UINT8}) => (float[1,256] y)"
               " <float s = {0.1}, float[1,1] t = {1.30000007}>"
               " { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,256] x {UINT8}) => (float[1,256] y) <float[1,1] t = {13}>"
               " { y = " T " (x, t) }");
    check_pass("AbsorbMulIntoMultiThreshold, RoundAndClipThresholds",
               "n (float[1,256] x {UINT8}) => (float[1,256] y)"
               " <float s = {0.007874016}, float[1,1] t = {0.070866145}>"
               " { m = Mul(x, s) y = " T " (m, t) }",
               "n (float[1,256] x {UINT8}) => (float[1,256] y) <float[1,1] t = {10}>"
               " { y = " T " (x, t) }");
}

Test(absorb_mul_into_multi_threshold, says_why_not)
{
    check_remark("AbsorbMulIntoMultiThreshold",
                 "n (float[1,2] x) => (float[1,2] y) <float[2] s = {2, -3}, float[1,1] t = {4}>"
                 " { m = Mul(x, s) y = " T " (m, t) }",
                 "the factor has 1 negative elements: 2 values, -3 to 2");
    check_remark("AbsorbMulIntoMultiThreshold",
                 "n (float[1,3] x, float[1,3] z) => (float[1,3] y) <float[1,1] t = {4}>"
                 " { m = Mul(x, z) y = " T " (m, t) }",
                 "not a constant");
    check_remark("AbsorbMulIntoMultiThreshold",
                 "n (float[1,3] x) => (float[1,3] y) <float[3] s = {1, 2, 3},"
                 " float[2,1] t = {4, 5}> { m = Mul(x, s) y = " T " (m, t) }",
                 "the factor has 3 values for 2 channels");
}

Test(absorb_mul_into_multi_threshold, products_that_wrap_around_stay)
{
    check_remark("AbsorbMulIntoMultiThreshold",
                 "g (int8[1,50] x) => (int8[1,50] y) <int8 s = {2}, float[1,1] t = {1}> "
                 "{ v = Mul(x, s) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, t) }",
                 "the factor is INT8, whose sums and products wrap around");
}

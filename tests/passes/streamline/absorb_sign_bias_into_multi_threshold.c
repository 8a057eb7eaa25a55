#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold"

Test(absorb_sign_bias_into_multi_threshold, becomes_an_offset_and_a_signed_type)
{
    check_pass(
        "AbsorbSignBiasIntoMultiThreshold",
        "n (float[1,3] x) => (float[1,3] y) <float[1,3] t = {-0.5, 0.5, 1.5}, float a = {-2},"
        " float[1,3] q {UINT2}> { q = " T " <out_dtype = \"UINT2\"> (x, t) y = Add(q, a) }",
        "n (float[1,3] x) => (float[1,3] y {INT2}) <float[1,3] t = {-0.5, 0.5, 1.5}>"
        " { y = " T " <out_dtype = \"INT2\", out_bias = -2.0> (x, t) }");
}

Test(absorb_sign_bias_into_multi_threshold, adds_to_the_offset_there)
{
    check_pass(
        "AbsorbSignBiasIntoMultiThreshold",
        "n (float[1,3] x) => (float[1,3] y) <float[1,2] t = {-0.5, 0.5}, float[1,1] a = {-2}>"
        " { q = " T " <out_dtype = \"UINT2\", out_bias = 1.0> (x, t) y = Add(a, q) }",
        "n (float[1,3] x) => (float[1,3] y {INT2}) <float[1,2] t = {-0.5, 0.5}>"
        " { y = " T " <out_dtype = \"INT2\", out_bias = -1.0> (x, t) }");
}

/* Where upstream asserts. */
Test(absorb_sign_bias_into_multi_threshold, finds_a_type_that_holds_the_values)
{
    check_pass("AbsorbSignBiasIntoMultiThreshold",
               "n (float[1,3] x) => (float[1,3] y) <float[1,1] t = {0.5}, float a = {-1}>"
               " { q = " T " <out_dtype = \"BINARY\"> (x, t) y = Add(q, a) }",
               "n (float[1,3] x) => (float[1,3] y {INT2}) <float[1,1] t = {0.5}>"
               " { y = " T " <out_dtype = \"INT2\", out_bias = -1.0> (x, t) }");
    check_pass("AbsorbSignBiasIntoMultiThreshold",
               "n (float[1,3] x) => (float[1,3] y) <float[1,3] t = {0.5, 1, 2}, float a = {5}>"
               " { q = " T " <out_dtype = \"UINT2\"> (x, t) y = Add(q, a) }",
               "n (float[1,3] x) => (float[1,3] y {UINT4}) <float[1,3] t = {0.5, 1, 2}>"
               " { y = " T " <out_dtype = \"UINT4\", out_bias = 5.0> (x, t) }");
    check_pass("AbsorbSignBiasIntoMultiThreshold",
               "n (float[1,3] x) => (float[1,3] y) <float[1,1] t = {0.5}, float a = {-3}>"
               " { q = " T " <out_dtype = \"UINT3\", out_scale = 4.0> (x, t) y = Add(q, a) }",
               "n (float[1,3] x) => (float[1,3] y {INT3}) <float[1,1] t = {0.5}>"
               " { y = " T " <out_dtype = \"INT3\", out_scale = 4.0, out_bias = -3.0> (x, t) }");
}

Test(absorb_sign_bias_into_multi_threshold, says_why_not)
{
    check_remark("AbsorbSignBiasIntoMultiThreshold",
                 "n (float[1,3] x) => (float[1,3] y) <float[1,1] t = {0.5}, float a = {-0.5}>"
                 " { q = " T " <out_dtype = \"BINARY\"> (x, t) y = Add(q, a) }",
                 "the bias -0.5 is no integer");
    check_remark("AbsorbSignBiasIntoMultiThreshold",
                 "n (float[1,3] x) => (float[1,3] y) <float[1,1] t = {0.5}, float a = {-1}>"
                 " { q = " T " <out_dtype = \"BINARY\", out_scale = 0.5> (x, t) y = Add(q, a) }",
                 "out_scale 0.5 is no integer");
    check_remark("AbsorbSignBiasIntoMultiThreshold",
                 "n (float[1,2] x) => (float[1,2] y) <float[1,1] t = {0.5}, float[2] a = {1, 2}>"
                 " { q = " T " <out_dtype = \"BINARY\"> (x, t) y = Add(q, a) }",
                 "the bias is not one number: 2 values, 1 to 2");
}

Test(absorb_sign_bias_into_multi_threshold, sums_that_wrap_around_stay)
{
    check_remark("AbsorbSignBiasIntoMultiThreshold",
                 "g (int8[1,50] x) => (int8[1,50] y) <int8 a = {127}, float[1,2] t = {1,2}> "
                 "{ v = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT2\">(x, t) "
                 "y = Add(v, a) }",
                 "the bias is INT8, whose sums and products wrap around");
}

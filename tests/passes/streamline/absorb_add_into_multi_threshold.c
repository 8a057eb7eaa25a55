#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\">"

Test(absorb_add_into_multi_threshold, shifts_the_thresholds)
{
    check_pass("AbsorbAddIntoMultiThreshold",
               "n (float[1,3] x) => (float[1,3] y) <float a = {1}, float[1,3] t = {-0.5, 0.5, 4}>"
               " { m = Add(x, a) y = " T " (m, t) }",
               "n (float[1,3] x) => (float[1,3] y) <float[1,3] t = {-1.5, -0.5, 3}>"
               " { y = " T " (x, t) }");
}

Test(absorb_add_into_multi_threshold, makes_a_row_per_channel)
{
    check_pass("AbsorbAddIntoMultiThreshold",
               "n (float[1,2,2,2] x) => (float[1,2,2,2] y)"
               " <float[1,2,1,1] a = {1, -2}, float[1,3] t = {-0.5, 0.5, 4}>"
               " { m = Add(a, x) y = " T " (m, t) }",
               "n (float[1,2,2,2] x) => (float[1,2,2,2] y)"
               " <float[2,3] t = {-1.5, -0.5, 3, 1.5, 2.5, 6}> { y = " T " (x, t) }");
    check_pass("AbsorbAddIntoMultiThreshold",
               "n (float[1,2] x) => (float[1,2] y)"
               " <float[2] a = {1, -2}, float[2,1] t = {-0.5, 0.5}>"
               " { m = Add(x, a) y = " T " (m, t) }",
               "n (float[1,2] x) => (float[1,2] y) <float[2,1] t = {-1.5, 2.5}>"
               " { y = " T " (x, t) }");
}

Test(absorb_add_into_multi_threshold, finds_the_channels_where_the_layout_says)
{
    check_pass("AbsorbAddIntoMultiThreshold",
               "n (float[1,3,3,2] x) => (float[1,3,3,2] y)"
               " <float[2] a = {1, -2}, float[1,1] t = {0}>"
               " { m = Add(x, a) y = qonnx.custom_op.general.MultiThreshold"
               " <out_dtype = \"BINARY\", data_layout = \"NHWC\"> (m, t) }",
               "n (float[1,3,3,2] x) => (float[1,3,3,2] y) <float[2,1] t = {-1, 2}>"
               " { y = qonnx.custom_op.general.MultiThreshold"
               " <out_dtype = \"BINARY\", data_layout = \"NHWC\"> (x, t) }");
    check_remark("AbsorbAddIntoMultiThreshold",
                 "n (float[1,2,2,2] x) => (float[1,2,2,2] y)"
                 " <float[2] a = {1, -2}, float[1,1] t = {0}>"
                 " { m = Add(x, a) y = " T " (m, t) }",
                 "the constant added varies along axis 3, the channels are axis 1");
}

/* 1 - 2^-25 rounds to 1, so that x = -2^-25 reaches the threshold as x = 0 does. */
Test(absorb_add_into_multi_threshold, decides_as_the_rounded_sum_did)
{
    check_pass("AbsorbAddIntoMultiThreshold",
               "n (float[1,1] x) => (float[1,1] y) <float a = {1}, float[1,1] t = {1}>"
               " { m = Add(x, a) y = " T " (m, t) }",
               "n (float[1,1] x) => (float[1,1] y) <float[1,1] t = {-2.98023224e-8}>"
               " { y = " T " (x, t) }");
}

Test(absorb_add_into_multi_threshold, says_why_not)
{
    check_remark("AbsorbAddIntoMultiThreshold",
                 "n (float[1,3] x, float[1,3] z) => (float[1,3] y) <float[1,1] t = {4}>"
                 " { m = Add(x, z) y = " T " (m, t) }",
                 "not a constant");
    check_remark("AbsorbAddIntoMultiThreshold",
                 "n (float[2,2] x) => (float[2,2] y) <float[2,2] a = {1, 2, 3, 4},"
                 " float[1,1] t = {4}> { m = Add(x, a) y = " T " (m, t) }",
                 "the constant added varies along several axes: 4 values, 1 to 4");
    check_remark("AbsorbAddIntoMultiThreshold",
                 "n (float[1,0] x) => (float[1,0] y) <float[1,0] a = {}, float[1,1] t = {4}>"
                 " { m = Add(x, a) y = " T " (m, t) }",
                 "the constant added is empty");
    check_unchanged("AbsorbAddIntoMultiThreshold",
                    "n (float[1,3] x) => (float[1,3] y, float[1,3] z)"
                    " <float a = {1}, float[1,1] t = {4}>"
                    " { m = Add(x, a) y = " T " (m, t) z = Relu(m) }");
}

Test(absorb_add_into_multi_threshold, sums_that_wrap_around_or_round_to_few_bits_stay)
{
    check_remark("AbsorbAddIntoMultiThreshold",
                 "g (int8[1,50] x) => (int8[1,50] y) <int8 a = {100}, float[1,1] t = {1}> "
                 "{ v = Add(x, a) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, t) }",
                 "the constant added is INT8, whose sums and products wrap around");
    check_remark("AbsorbAddIntoMultiThreshold",
                 "g (float16[1,500] x {INT10}) => (float16[1,500] y) "
                 "<float16 a = {24528}, float16[1,1] t = {15424}> { v = Add(x, a) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, t) }",
                 "the constant added is FLOAT16, whose sums and products are rounded to few bits");
}

Test(absorb_add_into_multi_threshold, a_constant_that_makes_channels_stays)
{
    check_remark("AbsorbAddIntoMultiThreshold",
                 "g (float[1,1] x) => (float[1,3] y) "
                 "<float[3] a = {1,2,3}, float[3,1] t = {1,2,3}> { v = Add(x, a) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, t) }",
                 "the constant added has 3 values for 1 channels of x");
    check_remark("AbsorbAddIntoMultiThreshold",
                 "g (float[1,C] x) => (float[1,3] y) "
                 "<float[3] a = {1,2,3}, float[3,1] t = {1,2,3}> { v = Add(x, a) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, t) }",
                 "the constant added has 3 values and the channels of x are not known");
}

/* Named INT4 with its bias, the first counts from 0 to 15 without: clipped to INT4 the thresholds
 * of the second would be out of reach. */
Test(absorb_add_into_multi_threshold, what_counts_without_its_bias_is_typed_so)
{
    check_pass("InferDataTypes,AbsorbAddIntoMultiThreshold,RoundAndClipThresholds",
               "g (float[1,2] x {INT6}) => (float[1,2] y) <float b = {-2}, "
               "float[1,3] t {INT6} = {-1,0,1}, float[1,1] u = {1}, v, w> "
               "{ v = qonnx.custom_op.general.MultiThreshold<out_dtype = \"INT2\">(x, t) "
               "  w = Add(v, b) "
               "  y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(w, u) }",
               "g (float[1,2] x {INT6}) => (float[1,2] y {BINARY}) "
               "<float[1,3] t {INT6} = {-1,0,1}, float[1,1] u = {3}, v {UINT2}> "
               "{ v = qonnx.custom_op.general.MultiThreshold<out_dtype = \"INT2\">(x, t) "
               "  y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, u) }");
}

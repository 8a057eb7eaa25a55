#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferChannelwiseLinearLayer"
#define LAYER                                                                                      \
    "finn.custom_op.fpgadataflow.ChannelwiseOp <backend = \"fpgadataflow\", NumChannels = 2, PE = 1, "

Test(infer_channelwise_linear_layer, a_number_per_channel_is_added)
{
    /* -8 - 1 to 7 + 20 */
    check_pass(PASS,
               "g (float[3,2] x {INT4, NC}) => (float[3,2] y {NC}) <float[2] c = {-1, 20}> {"
               "    y = Add(x, c) }",
               "g (float[3,2] x {INT4, NC}) => (float[3,2] y {INT6, NC}) <float[2] c = {-1, 20}> {"
               "    y = " LAYER
               "Func = \"add\", inputDataType = \"INT4\", paramDataType = \"INT6\","
               "        outputDataType = \"INT6\", numInputVectors = [3]> (x, c) }");
}

Test(infer_channelwise_linear_layer, one_number_is_spread_over_the_channels)
{
    /* 0 * -1 to 3 * -1; upstream's INT1 holds -1 and 0 */
    check_pass(PASS,
               "g (float[1,2,2,2] x {UINT2, NHWC}) => (float[1,2,2,2] y {NHWC}) <float s = {-1}> {"
               "    y = Mul(x, s) }",
               "g (float[1,2,2,2] x {UINT2, NHWC}) => (float[1,2,2,2] y {INT3, NHWC})"
               " <float[2] s = {-1, -1}> {"
               "    y = " LAYER
               "Func = \"mul\", inputDataType = \"UINT2\", paramDataType = \"INT1\","
               "        outputDataType = \"INT3\", numInputVectors = [1, 2, 2]> (x, s) }");
}

Test(infer_channelwise_linear_layer, pictures_are_turned_to_channels_last)
{
    check_pass(
        PASS,
        "g (float[1,2,3,3] x {UINT2, NCHW}) => (float[1,2,3,3] y)"
        " <float[1,2,1,1] c = {2, 3}> { y = Mul(x, c) }",
        "g (float[1,2,3,3] x {UINT2, NCHW}) => (float[1,2,3,3] y {UINT4, NCHW})"
        " <float[2] c = {2, 3}, float[1,3,3,2] a {UINT2, NHWC}, float[1,3,3,2] b {UINT4, NHWC}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    b = " LAYER "Func = \"mul\", inputDataType = \"UINT2\", paramDataType = \"UINT2\","
        "        outputDataType = \"UINT4\", numInputVectors = [1, 3, 3]> (a, c)"
        "    y = Transpose <perm = [0, 3, 1, 2]> (b) }");
}

Test(infer_channelwise_linear_layer, others_keep_their_constant)
{
    check_pass(PASS,
               "g (float[1,2] x {UINT2, NC}, float[1] v) => (float[1,2] y, float[1] z)"
               " <float[1] s = {3}> { y = Add(x, s) z = Add(v, s) }",
               "g (float[1,2] x {UINT2, NC}, float[1] v) => (float[1,2] y {UINT3}, float[1] z)"
               " <float[1] s = {3}, float[2] c = {3, 3}> {"
               "    y = " LAYER
               "Func = \"add\", inputDataType = \"UINT2\", paramDataType = \"UINT2\","
               "        outputDataType = \"UINT3\", numInputVectors = [1]> (x, c) z = Add(v, s) }");
}

#define ADD(x, c) "g (float[1,2] x {" x "}) => (float[1,2] y) <" c "> { y = Add(x, c) }"

Test(infer_channelwise_linear_layer, says_why_not)
{
    check_remark(PASS, ADD("FLOAT32, NC", "float[2] c = {1, 2}"),
                 "x is FLOAT32: layers take integers");
    check_remark(PASS, ADD("INT4, NC", "float[2] c = {1, 2.5}"), "its constant holds 2.5");
    check_remark(PASS, ADD("INT4, NC", "float[1] c = {4294967296.0}"),
                 "its constant holds 4.29497e+09");
    check_remark(PASS, ADD("INT4", "float[2] c = {1, 2}"), "the layout of x is not known");
    check_remark(PASS, ADD("INT4, NC", "float[1,1,2] c = {1, 2}"), "of 2 elements, is neither one");
    check_remark(PASS,
                 "g (float[2,2] x {INT4, NC}) => (float[2,2] y) <float[2,1] c = {1, 2}> {"
                 "    y = Add(x, c) }",
                 "nor one for each of 2 channels along axis 1");
    check_remark(PASS,
                 "g (float[2,2] x {INT4, NC}) => (float[2,2] y {CN}) <float[2] c = {1, 2}> {"
                 "    y = Add(x, c) }",
                 "x is annotated as NC, y as CN");
}

Test(infer_channelwise_linear_layer, sums_of_two_streams_are_not_its_matter)
{
    const char *before = "g (float[1,2] x {INT4, NC}, float[1,2] v {INT4, NC}) => (float[1,2] y) {"
                         "    y = Add(x, v) }";
    check_unchanged(PASS, before);
    check_no_remark(PASS, before);
}

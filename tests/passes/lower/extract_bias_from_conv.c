#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(extract_bias_from_conv, adds_it_behind)
{
    check_pass("ExtractBiasFromConv",
               "g (float[2,1,3,3] x) => (float[2,2,3,3] y)"
               "    <float[2,1,1,1] w = {1, 2}, float[2] b {INT4} = {3, -4}> { y = Conv(x, w, b) }",
               "g (float[2,1,3,3] x) => (float[2,2,3,3] y) <float[2,1,1,1] w = {1, 2},"
               "    float[1,2,1,1] b {INT4} = {3, -4}, float[2,2,3,3] c> {"
               "    c = Conv(x, w) y = Add(c, b) }");
    check_pass(
        "ExtractBiasFromConv",
        "g (float[1,2,3] x) => (float[1,1,3] y)"
        "    <float[2,1,1] w = {1, 2}, float[1] b = {3}> { y = ConvTranspose(x, w, b) }",
        "g (float[1,2,3] x) => (float[1,1,3] y) <float[2,1,1] w = {1, 2}, float[1] b = {3}> {"
        "    c = ConvTranspose(x, w) y = Add(c, b) }");
}

/* Found by tests/passes/random_graphs.c. */
Test(extract_bias_from_conv, follows_channels_that_are_last)
{
    check_pass(
        "ExtractBiasFromConv",
        "<opset_import: [\"\" : 13, \"qonnx.custom_op.channels_last\" : 13]> "
        "g (float[1,2,2,1] x) => (float[1,2,2,2] y) <float[2,1,1,1] w = {1, 2}, float[2] b = "
        "{3, -4}> { y = qonnx.custom_op.channels_last.Conv<kernel_shape=[1,1]>(x, w, b) }",
        "<opset_import: [\"\" : 13, \"qonnx.custom_op.channels_last\" : 13]> "
        "g (float[1,2,2,1] x) => (float[1,2,2,2] y) <float[2,1,1,1] w = {1, 2}, "
        "float[1,1,1,2] b = {3, -4}> "
        "{ c = qonnx.custom_op.channels_last.Conv<kernel_shape=[1,1]>(x, w) y = Add(c, b) }");
}

Test(extract_bias_from_conv, keeps_a_bias_that_others_read)
{
    check_pass(
        "ExtractBiasFromConv",
        "g (float[1,1,3,2] x) => (float[1,2,3,2] y, float[1,1,3,2] z)"
        "    <float[2,1,1,1] w = {1, 2}, float[2] b = {3, -4}> { y = Conv(x, w, b) z = Add(x, b) }",
        "g (float[1,1,3,2] x) => (float[1,2,3,2] y, float[1,1,3,2] z)"
        "    <float[2,1,1,1] w = {1, 2}, float[2] b = {3, -4}, float[1,2,1,1] d = {3, -4}> {"
        "    c = Conv(x, w) y = Add(c, d) z = Add(x, b) }");
}

Test(extract_bias_from_conv, takes_a_quantiser_along)
{
    check_pass("ExtractBiasFromConv",
               "g (float[1,1,3,3] x) => (float[1,2,3,3] y) <float[2,1,1,1] w = {1, 2},"
               "    float[2] b = {3, -4}, float[2] s = {0.5, 0.25}, float z = {0}, float n = {8}> {"
               "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (b, s, z, n)"
               "    y = Conv(x, w, q) }",
               "g (float[1,1,3,3] x) => (float[1,2,3,3] y) <float[2,1,1,1] w = {1, 2},"
               "    float[1,2,1,1] b = {3, -4}, float[1,2,1,1] s = {0.5, 0.25}, float z = {0},"
               "    float n = {8}, float[1,2,1,1] q> {"
               "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (b, s, z, n)"
               "    c = Conv(x, w) y = Add(c, q) }");
    check_pass("ExtractBiasFromConv",
               "g (float[1,1,3,3] x) => (float[1,2,3,3] y) <float[2,1,1,1] w = {1, 2},"
               "    float[2] b = {3, -4}, float s = {0.5}> {"
               "    q = qonnx.custom_op.general.BipolarQuant(b, s) y = Conv(x, w, q) }",
               "g (float[1,1,3,3] x) => (float[1,2,3,3] y) <float[2,1,1,1] w = {1, 2},"
               "    float[1,2,1,1] b = {3, -4}, float s = {0.5}> {"
               "    q = qonnx.custom_op.general.BipolarQuant(b, s) c = Conv(x, w) y = Add(c, q) }");
}

/* The Add is the first node of the standard in the model. */
Test(extract_bias_from_conv, imports_what_it_adds)
{
    check_pass("ExtractBiasFromConv",
               "<ir_version: 8, opset_import: [\"qonnx.custom_op.channels_last\": 13]>"
               "g (float[1,2,2,1] x) => (float[1,2,2,2] y)"
               "    <float[2,1,1,1] w = {1, 2}, float[2] b = {3, -4}> {"
               "    y = qonnx.custom_op.channels_last.Conv <kernel_shape = [1, 1]> (x, w, b) }",
               "<ir_version: 8, opset_import: [\"qonnx.custom_op.channels_last\": 13, \"\": 17]>"
               "g (float[1,2,2,1] x) => (float[1,2,2,2] y)"
               "    <float[2,1,1,1] w = {1, 2}, float[1,1,1,2] b = {3, -4}> {"
               "    c = qonnx.custom_op.channels_last.Conv <kernel_shape = [1, 1]> (x, w)"
               "    y = Add(c, b) }");
}

Test(extract_bias_from_conv, says_why_a_bias_stays)
{
    check_remark("ExtractBiasFromConv",
                 "g (float[1,1,3,3] x, float[2] b) => (float[1,2,3,3] y)"
                 "    <float[2,1,1,1] w = {1, 2}> { [c] y = Conv(x, w, b) }",
                 "c (Conv)");
}

Test(extract_bias_from_conv, makes_no_addition_that_does_not_broadcast)
{
    check_remark("ExtractBiasFromConv",
                 "<ir_version: 3, opset_import: [\"\": 6]>"
                 "g (float[1,1,3,3] x) => (float[1,2,3,3] y)"
                 "    <float[2,1,1,1] w = {1, 2}, float[2] b = {3, -4}> { y = Conv(x, w, b) }",
                 "before version 7 of the standard an Add does not stretch its operands");
}

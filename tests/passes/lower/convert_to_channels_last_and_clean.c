#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferShapes,ConvertToChannelsLastAndClean"
#define LAST "qonnx.custom_op.channels_last."
#define CONV                                                                                       \
    "Conv <kernel_shape = [1,1], strides = [1,1], pads = [0,0,0,0], dilations = [1,1], group = 1>"

static const char network[] =
    "g (float[1,2,2,2] x) => (float[1,1] y)"
    "    <float[2,2,1,1] w = {1,2,3,4}, float[2,1,1] s = {0.5,2},"
    "     float[8,1] m = {1,2,3,4,5,6,7,8}, float[1,2,2,2] a> {"
    "    a = " CONV " (x, w) b = Relu (a) c = Mul (b, s) d = Flatten (c) y = MatMul (d, m) }";

Test(convert_to_channels_last_and_clean, leaves_a_transpose_at_the_input)
{
    check_pass(PASS, network,
               "g (float[1,2,2,2] x) => (float[1,1] y)"
               "    <float[2,1,1,2] w = {1,2,3,4}, float[1,1,1,2] s = {0.5,2},"
               "     float[8,1] m = {1,5,2,6,3,7,4,8}> {"
               "    t = Transpose <perm = [0,2,3,1]> (x) a = " LAST CONV " (t, w) b = Relu (a)"
               "    c = Mul (b, s) d = Flatten <axis = 1> (c) y = MatMul (d, m) }");
}

/* All sides are as long as each other: only the layout tells that the input is another one. */
Test(convert_to_channels_last_and_clean, turns_the_input_if_asked)
{
    check_pass(PASS "{make_input_channels_last=true}", network,
               "g (float[1,2,2,2] x {NHWC}) => (float[1,1] y)"
               "    <float[2,1,1,2] w = {1,2,3,4}, float[1,1,1,2] s = {0.5,2},"
               "     float[8,1] m = {1,5,2,6,3,7,4,8}> {"
               "    a = " LAST CONV " (x, w) b = Relu (a)"
               "    c = Mul (b, s) d = Flatten <axis = 1> (c) y = MatMul (d, m) }");
}

/* The Transposes around the branch cancel, with the shortcut's. */
Test(convert_to_channels_last_and_clean, goes_through_a_residual_block)
{
    check_pass(PASS,
               "g (float[1,2,3,4] x) => (float[1,2,3,4] y)"
               "    <float[2,2,1,1] w = {1,2,3,4}, float[2,2,1,1] v = {5,6,7,8}> {"
               "    a = " CONV " (x, w) b = " CONV " (a, v) c = Relu (b) y = Add (a, c) }",
               "g (float[1,2,3,4] x) => (float[1,2,3,4] y)"
               "    <float[2,1,1,2] w = {1,2,3,4}, float[2,1,1,2] v = {5,6,7,8}> {"
               "    t = Transpose <perm = [0,2,3,1]> (x) a = " LAST CONV " (t, w)"
               "    b = " LAST CONV " (a, v) c = Relu (b) d = Add (a, c)"
               "    y = Transpose <perm = [0,3,1,2]> (d) }");
}

/* Of three axes a Transpose goes either way, up in one step and down in the next. */
Test(convert_to_channels_last_and_clean, ends_on_sequences)
{
    check_pass(PASS,
               "g (float[1,2,4] x) => (float[1,2,2] y) {"
               "    r = Relu (x) p = MaxPool <kernel_shape = [2], strides = [2], pads = [0,0]> (r)"
               "    q = Relu (p) y = Softmax <axis = 1> (q) }",
               "g (float[1,2,4] x) => (float[1,2,2] y) {"
               "    t = Transpose <perm = [0,2,1]> (x) r = Relu (t)"
               "    p = " LAST "MaxPool <kernel_shape = [2], strides = [2], pads = [0,0]> (r)"
               "    q = Relu (p) u = Transpose <perm = [0,2,1]> (q) y = Softmax <axis = 1> (u) }");
}

Test(convert_to_channels_last_and_clean, says_why_it_does_not)
{
    check_remark(PASS, "g (float[] x) => (float[] y) { y = MaxPool <kernel_shape = [2]> (x) }",
                 "the shapes of its inputs are not known");
}

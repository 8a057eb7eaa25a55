#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_add_past_conv, adds_per_output_channel)
{
    check_pass("MoveAddPastConv",
               "n (float[1,2,3,3] x) => (float[1,2,3,2] y) <float[1,2,1,1] a = {1, 10},"
               " float[2,2,1,2] w = {1, 2, 3, 4, 0, 1, 0, -1}>"
               " { m = Add(x, a) y = Conv <kernel_shape = [1,2], pads = [0,0,0,0]> (m, w) }",
               "n (float[1,2,3,3] x) => (float[1,2,3,2] y) <float[1,2,1,1] a = {73, -9},"
               " float[2,2,1,2] w = {1, 2, 3, 4, 0, 1, 0, -1}>"
               " { m = Conv <kernel_shape = [1,2], pads = [0,0,0,0]> (x, w) y = Add(m, a) }");
}

Test(move_add_past_conv, works_on_lines_and_volumes_with_strides_dilations_groups_and_bias)
{
    check_pass("MoveAddPastConv",
               "n (float[1,2,9] x) => (float[1,2,3] y) <float a = {2},"
               " float[2,1,2] w = {1, 2, 3, -4}, float[2] b = {7, 8}>"
               " { m = Add(x, a) y = Conv <group = 2, strides = [3], dilations = [2]> (m, w, b) }",
               "n (float[1,2,9] x) => (float[1,2,3] y) <float[1,2,1] a = {6, -2},"
               " float[2,1,2] w = {1, 2, 3, -4}, float[2] b = {7, 8}>"
               " { m = Conv <group = 2, strides = [3], dilations = [2]> (x, w, b)"
               "   y = Add(m, a) }");
    check_pass("MoveAddPastConv",
               "n (float[1,1,2,2,2] x) => (float[1,1,1,2,2] y) <float a = {2},"
               " float[1,1,2,1,1] w = {1, 2}> { m = Add(x, a) y = Conv(m, w) }",
               "n (float[1,1,2,2,2] x) => (float[1,1,1,2,2] y) <float[1,1,1,1,1] a = {6},"
               " float[1,1,2,1,1] w = {1, 2}> { m = Conv(x, w) y = Add(m, a) }");
}

/* Two windows of one tap, 2 apart on 3 elements, need no padding, and VALID has none. */
Test(move_add_past_conv, automatic_padding_may_be_none)
{
    check_pass("InferShapes,MoveAddPastConv",
               "n (float[1,1,3] x) => (float[1,1,2] y) <float a = {2}, float[1,1,1] w = {3}>"
               " { m = Add(x, a) y = Conv <auto_pad = \"SAME_LOWER\", strides = [2]> (m, w) }",
               "n (float[1,1,3] x) => (float[1,1,2] y) <float[1,1,1] a = {6},"
               " float[1,1,1] w = {3}, float[1,1,2] m>"
               " { m = Conv <auto_pad = \"SAME_LOWER\", strides = [2]> (x, w) y = Add(m, a) }");
    check_pass("MoveAddPastConv",
               "n (float[1,1,3] x) => (float[1,1,2] y) <float a = {2}, float[1,1,2] w = {1, 2}>"
               " { m = Add(x, a) y = Conv <auto_pad = \"VALID\", pads = [1, 1]> (m, w) }",
               "n (float[1,1,3] x) => (float[1,1,2] y) <float[1,1,1] a = {6},"
               " float[1,1,2] w = {1, 2}>"
               " { m = Conv <auto_pad = \"VALID\", pads = [1, 1]> (x, w) y = Add(m, a) }");
}

Test(move_add_past_conv, says_why_not)
{
    check_remark("MoveAddPastConv",
                 "n (float[1,1,3] x) => (float[1,1,4] y) <float a = {2}, float[1,1,2] w = {1, 2}>"
                 " { m = Add(x, a) y = Conv <pads = [1,1]> (m, w) }",
                 "the convolution is padded");
    static const char same[] =
        "n (float[1,1,3] x) => (float[1,1,3] y) <float a = {2}, float[1,1,2] w = {1, 2}>"
        " { m = Add(x, a) y = Conv <auto_pad = \"SAME_UPPER\"> (m, w) }";
    check_remark("InferShapes,MoveAddPastConv", same, "the convolution is padded");
    check_remark("MoveAddPastConv", same,
                 "auto_pad goes by the size of its input, which is not known");
    check_remark("MoveAddPastConv",
                 "n (float[1,1,3] x) => (y) <float a = {2}, float[1,1,2] w = {1, 2}>"
                 " { m = Add(x, a) y = Conv <kernel_shape = [3]> (m, w) }",
                 "attribute kernel_shape says 3 along axis 2, the weights have 2");
    check_remark("MoveAddPastConv",
                 "n (float[1,1,3] x) => (float[1,1,2] y) <float[3] a = {1, 2, 3},"
                 " float[1,1,2] w = {1, 2}> { m = Add(x, a) y = Conv(m, w) }",
                 "the constant varies along axis 2, the channels are axis 1");
}

Test(move_add_past_conv, channels_have_to_be_there_before_the_addition)
{
    check_remark("MoveAddPastConv",
                 "g (float[1,1,2,2] x) => (float[1,1,2,2] y) "
                 "<float[1,3,1,1] a = {1,2,3}, float[1,3,1,1] w = {1,2,3}> "
                 "{ v = Add(x, a) y = Conv(v, w) }",
                 "the convolution reads 3 channels, x has 1");
    check_remark("MoveAddPastConv",
                 "g (float[1,C,2,2] x) => (float[1,1,2,2] y) "
                 "<float[1,3,1,1] a = {1,2,3}, float[1,3,1,1] w = {1,2,3}> "
                 "{ v = Add(x, a) y = Conv(v, w) }",
                 "the constant has 3 values and the channels of x are not known");
}

Test(move_add_past_conv, groups_that_make_no_sense_are_left_alone)
{
    check_remark("MoveAddPastConv",
                 "g (float[1,4,2,2] x) => (float y) "
                 "<float[1,4,1,1] a = {1,2,3,4}, float[2,2,1,1] w = {1,2,3,4}> "
                 "{ v = Add(x, a) y = Conv<group = 9223372036854775807>(v, w) }",
                 "2 filters for 9223372036854775807 groups");
}

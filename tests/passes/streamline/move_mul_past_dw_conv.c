#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_mul_past_dw_conv, moves_one_factor_per_channel)
{
    check_pass("MoveMulPastDWConv",
               "n (float[1,2,3] x {INT4}) => (float[1,2,4] y) <float[1,2,1] s = {2, -3},"
               " float[2,1,2] w = {1, 2, 3, 4}>"
               " { m = Mul(x, s) y = Conv <group = 2, pads = [1,1]> (m, w) }",
               "n (float[1,2,3] x {INT4}) => (float[1,2,4] y) <float[1,2,1] s = {2, -3},"
               " float[2,1,2] w = {1, 2, 3, 4}, float[1,2,4] m>"
               " { m = Conv <group = 2, pads = [1,1]> (x, w) y = Mul(m, s) }");
}

Test(move_mul_past_dw_conv, repeats_it_for_several_filters_of_a_channel)
{
    check_pass("MoveMulPastDWConv",
               "n (float[1,2,3,1] x) => (float[1,4,3,1] y) <float[1,2,1,1] s = {2, -3},"
               " float[4,1,1,1] w = {1, 2, 3, 4}>"
               " { m = Mul(x, s) y = Conv <group = 2> (m, w) }",
               "n (float[1,2,3,1] x) => (float[1,4,3,1] y) <float[1,4,1,1] s = {2, 2, -3, -3},"
               " float[4,1,1,1] w = {1, 2, 3, 4}, float[1,4,3,1] m>"
               " { m = Conv <group = 2> (x, w) y = Mul(m, s) }");
}

Test(move_mul_past_dw_conv, says_why_not)
{
    check_remark("MoveMulPastDWConv",
                 "n (float[1,2,3] x) => (float[1,1,3] y) <float[1,2,1] s = {2, -3},"
                 " float[1,2,1] w = {1, 2}> { m = Mul(x, s) y = Conv(m, w) }",
                 "not depthwise: a group of 1 has several input channels");
    check_remark("MoveMulPastDWConv",
                 "n (float[1,2,3] x) => (float[1,2,3] y) <float s = {2},"
                 " float[2,1,1] w = {1, 2}> { m = Mul(x, s) y = Conv <group = 2> (m, w) }",
                 "the factor has 1 elements in 0 axes, not one per channel of 2");
    check_remark("MoveMulPastDWConv",
                 "n (float[1,2,3] x) => (float[1,3,3] y) <float[1,2,1] s = {2, 3},"
                 " float[3,1,1] w = {1, 2, 3}> { m = Mul(x, s) y = Conv <group = 2> (m, w) }",
                 "3 filters for 2 channels");
}

Test(move_mul_past_dw_conv, channels_have_to_be_there_before_the_product)
{
    check_remark("MoveMulPastDWConv",
                 "g (float[1,1,2,2] x) => (float[1,3,2,2] y) "
                 "<float[1,3,1,1] a = {1,2,3}, float[3,1,1,1] w = {1,2,3}> "
                 "{ v = Mul(x, a) y = Conv<group = 3>(v, w) }",
                 "the factor has 3 values for 1 channels of x");
}

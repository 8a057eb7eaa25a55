#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(absorb_1bit_mul_into_conv, turns_the_signs_of_filters)
{
    check_pass("Absorb1BitMulIntoConv",
               "n (float[1,1,3,3] x) => (float[1,2,3,2] y) <float[2,1,1,2] w {BIPOLAR} ="
               " {1, -1, 1, 1}, float[1,2,1,1] s {BIPOLAR} = {-1, 1}>"
               " { m = Conv(x, w) y = Mul(m, s) }",
               "n (float[1,1,3,3] x) => (float[1,2,3,2] y)"
               " <float[2,1,1,2] w {BIPOLAR} = {-1, 1, 1, 1}> { y = Conv(x, w) }");
    check_pass("Absorb1BitMulIntoConv",
               "n (float[1,2,3] x) => (float[1,2,2] y) <float[2,1,2] w {INT4} ="
               " {5, -1, 1, 2}, float[2,1] s {BIPOLAR} = {1, -1}>"
               " { m = Conv <group = 2> (x, w) y = Mul(s, m) }",
               "n (float[1,2,3] x) => (float[1,2,2] y)"
               " <float[2,1,2] w {INT4} = {5, -1, -1, -2}> { y = Conv <group = 2> (x, w) }");
    check_pass("Absorb1BitMulIntoConv",
               "n (float[1,1,1,1,2] x) => (float[1,1,1,1,1] y) <float[1,1,1,1,2] w {INT4} ="
               " {5, -1}, float s {BIPOLAR} = {-1}> { m = Conv(x, w) y = Mul(m, s) }",
               "n (float[1,1,1,1,2] x) => (float[1,1,1,1,1] y)"
               " <float[1,1,1,1,2] w {INT4} = {-5, 1}> { y = Conv(x, w) }");
}

Test(absorb_1bit_mul_into_conv, says_why_not)
{
    check_remark("Absorb1BitMulIntoConv",
                 "n (float[1,1,2] x) => (float[1,1,2] y) <float[1,1,1] w {BIPOLAR} = {1},"
                 " float[1] b = {3}, float s {BIPOLAR} = {-1}>"
                 " { m = Conv(x, w, b) y = Mul(m, s) }",
                 "the convolution has a bias");
    check_remark("Absorb1BitMulIntoConv",
                 "n (float[1,1,2] x) => (float[1,1,2] y) <float[1,1,1] w {BIPOLAR} = {1},"
                 " float[2] s {BIPOLAR} = {-1, 1}> { m = Conv(x, w) y = Mul(m, s) }",
                 "the factor varies along axis 2, the channels are axis 1");
    check_remark("Absorb1BitMulIntoConv",
                 "n (float[1,1,2] x) => (float[1,1,2] y) <float[1,1,1] w {UINT4} = {1},"
                 " float s {BIPOLAR} = {-1}> { m = Conv(x, w) y = Mul(m, s) }",
                 "a weight would become -1, which UINT4 cannot hold");
}

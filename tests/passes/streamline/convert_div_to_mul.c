#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(convert_div_to_mul, multiplies_by_the_reciprocal)
{
    check_pass("ConvertDivToMul",
               "n (float[2,3] x) => (float[2,3] y) <float[3] c = {2, -4, 0.5}> { y = Div(x, c) }",
               "n (float[2,3] x) => (float[2,3] y) <float[3] c = {0.5, -0.25, 2}>"
               " { y = Mul(x, c) }");
}

Test(convert_div_to_mul, types_the_reciprocal_truly)
{
    check_pass("ConvertDivToMul",
               "n (float[2] x) => (float[2] y) <float c {UINT8} = {255}> { y = Div(x, c) }",
               "n (float[2] x) => (float[2] y) <float c = {0.003921568859368563}>"
               " { y = Mul(x, c) }");
}

Test(convert_div_to_mul, says_why_not)
{
    check_remark("ConvertDivToMul",
                 "n (int32[2] x) => (int32[2] y) <int32 c = {2}> { y = Div(x, c) }",
                 "the divisor is INT32, and a reciprocal is no integer");
    check_unchanged("ConvertDivToMul",
                    "n (int32[2] x) => (int32[2] y) <int32 c = {2}> { y = Div(x, c) }");
}

#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(convert_sub_to_add, negates_the_constant)
{
    check_pass("ConvertSubToAdd",
               "n (float[2,3] x) => (float[2,3] y) <float[3] c = {1, -2, 0.5}> { y = Sub(x, c) }",
               "n (float[2,3] x) => (float[2,3] y) <float[3] c = {-1, 2, -0.5}> { y = Add(x, c) }");
}

Test(convert_sub_to_add, keeps_other_users_of_the_constant)
{
    check_pass("ConvertSubToAdd",
               "n (float[3] x) => (float[3] y, float[3] z) <float c = {2}>"
               " { y = Sub(x, c) z = Mul(x, c) }",
               "n (float[3] x) => (float[3] y, float[3] z) <float d = {-2}, float c = {2}>"
               " { y = Add(x, d) z = Mul(x, c) }");
}

Test(convert_sub_to_add, types_the_negated_constant_truly)
{
    check_pass("ConvertSubToAdd",
               "n (float[2] x) => (float[2] y) <float[2] c {UINT4} = {3, 9}> { y = Sub(x, c) }",
               "n (float[2] x) => (float[2] y) <float[2] c {INT5} = {-3, -9}> { y = Add(x, c) }");
}

Test(convert_sub_to_add, works_on_signed_integers)
{
    check_pass("ConvertSubToAdd",
               "n (int32[2] x) => (int32[2] y) <int32 c = {7}> { y = Sub(x, c) }",
               "n (int32[2] x) => (int32[2] y) <int32 c = {-7}> { y = Add(x, c) }");
}

Test(convert_sub_to_add, says_why_not)
{
    check_remark("ConvertSubToAdd",
                 "n (uint8[2] x) => (uint8[2] y) <uint8 c = {7}> { y = Sub(x, c) }",
                 "the constant is UINT8, which has no negative numbers");
    check_unchanged("ConvertSubToAdd",
                    "n (float[2] x) => (float[2] y) <float c = {7}> { y = Sub(c, x) }");
    check_remark("ConvertSubToAdd", "n (float[2] x, float[2] z) => (float[2] y) { y = Sub(x, z) }",
                 "not a constant");
}

Test(convert_sub_to_add, a_constant_minus_itself_stays_zero)
{
    check_pass("ConvertSubToAdd",
               "g (float[2] x) => (float[2] y) <float[2] c = {1,2}> "
               "{ d = Sub(c, c) y = Add(x, d) }",
               "g (float[2] x) => (float[2] y) <float[2] c = {1,2}, float[2] n = {-1,-2}> "
               "{ d = Add(c, n) y = Add(x, d) }");
}

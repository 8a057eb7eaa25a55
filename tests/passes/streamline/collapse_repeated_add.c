#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(collapse_repeated_add, two_become_one)
{
    check_pass("CollapseRepeatedAdd",
               "n (float[2] x) => (float[2] y) <float a = {1}, float b = {2}>"
               " { m = Add(x, a) y = Add(b, m) }",
               "n (float[2] x) => (float[2] y) <float a = {3}> { y = Add(x, a) }");
}

Test(collapse_repeated_add, many_become_one_as_wide_as_the_widest)
{
    check_pass("CollapseRepeatedAdd",
               "n (float[2] x) => (float[2] y)"
               " <float a {UINT2} = {1}, float[2] b = {3, 2}, float[1] c = {1}>"
               " { m = Add(x, a) k = Add(m, b) y = Add(k, c) }",
               "n (float[2] x) => (float[2] y) <float[2] a = {5, 4}> { y = Add(x, a) }");
}

Test(collapse_repeated_add, the_second_may_fork_but_not_the_first)
{
    check_pass("CollapseRepeatedAdd",
               "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float b = {2}>"
               " { m = Add(x, a) y = Add(m, b) z = Relu(y) }",
               "n (float[2] x) => (float[2] y, float[2] z) <float a = {3}>"
               " { y = Add(x, a) z = Relu(y) }");
    check_unchanged("CollapseRepeatedAdd",
                    "n (float[2] x) => (float[2] y, float[2] z) <float a = {1}, float b = {2}>"
                    " { m = Add(x, a) y = Add(m, b) z = Relu(m) }");
    check_remark("CollapseRepeatedAdd",
                 "n (float[2] x, float[2] b) => (float[2] y) <float a = {1}>"
                 " { m = Add(x, a) y = Add(m, b) }",
                 "not a constant");
}

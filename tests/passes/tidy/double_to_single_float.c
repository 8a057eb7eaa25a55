#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(double_to_single_float, takes_what_is_computed_along)
{
    check_pass(
        "DoubleToSingleFloat",
        "g () => (double[2] y) <double[2] w = {0.1, 2}, double[2] a> { a = Neg(w) y = Abs(a) }",
        "g () => (float[2] y) <float[2] w = {0.1, 2}, float[2] a> { a = Neg(w) y = Abs(a) }");
}

Test(double_to_single_float, also_behind_what_has_no_stated_type)
{
    check_pass("DoubleToSingleFloat",
               "g () => (double[2] y) <double[2] w = {0.1, 2}> { a = Neg(w) y = Abs(a) }",
               "g () => (float[2] y) <float[2] w = {0.1, 2}> { a = Neg(w) y = Abs(a) }");
}

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

Test(double_to_single_float, leaves_what_is_computed_with_other_doubles)
{
    static const char *const text =
        "g (double[2] x) => (double[2] y) <double[2] c = {1,2}> { n = Neg(c) y = Add(x, n) }";
    check_unchanged("DoubleToSingleFloat", text);
    check_remark("DoubleToSingleFloat", text,
                 "Neg): constant c stays float64, as does what it is computed with");
    check_unchanged("DoubleToSingleFloat", "g (int64[2] x) => (double[2] y) <double[2] c = {1,2}> "
                                           "{ d = Cast<to = 11>(x) y = Mul(d, c) }");
}

/* As exporters write it: float64 numbers beside float32 data. */
Test(double_to_single_float, takes_the_type_of_the_data_at_its_side)
{
    check_pass_unrun("DoubleToSingleFloat",
                     "g (float[2] x, double[2] z) => (float[2] y, double[2] w) "
                     "<double[2] c = {1,2}, double[2] d = {3,4}> { y = Mul(x, c) w = Mul(z, d) }",
                     "g (float[2] x, double[2] z) => (float[2] y, double[2] w) "
                     "<float[2] c = {1,2}, double[2] d = {3,4}> { y = Mul(x, c) w = Mul(z, d) }");
}

Test(double_to_single_float, leaves_what_bodies_read)
{
    check_unchanged("DoubleToSingleFloat",
                    "g (bool b) => (double[2] y) <double[2] c = {1,2}> { y = If(b) "
                    "<then_branch = t () => (double[2] p) <double[2] k = {1,2}> { p = Add(c, k) }, "
                    "else_branch = e () => (double[2] q) { q = Identity(c) }> }");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(sort_commutative_inputs_initializer_last, puts_constants_last)
{
    check_pass("SortCommutativeInputsInitializerLast",
               "g (float[2] x, float[2] z) => (float[2] y, float[2] s)"
               "    <float[2] w = {1, 2}, float[2] v = {3, 4}> {"
               "    y = Add(w, x) s = Sum(w, x, v, z) }",
               "g (float[2] x, float[2] z) => (float[2] y, float[2] s)"
               "    <float[2] w = {1, 2}, float[2] w1 = {1, 2}, float[2] v = {3, 4}> {"
               "    y = Add(x, w) s = Sum(x, z, w1, v) }");
}

Test(sort_commutative_inputs_initializer_last, leaves_ops_whose_operands_are_not_alike)
{
    check_unchanged("SortCommutativeInputsInitializerLast",
                    "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Sub(w, x) }");
}

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

/* x stretches where it is the second operand; w would not fit there. */
Test(sort_commutative_inputs_initializer_last, keeps_the_order_of_operands_that_attributes_stretch)
{
    check_unchanged("SortCommutativeInputsInitializerLast",
                    "<ir_version: 3, opset_import: [\"\": 6]>"
                    "g (float[3] x) => (float[2,3] y) <float[2,3] w = {1,2,3,4,5,6}> {"
                    "    y = Add <broadcast = 1> (w, x) }");
    check_pass("SortCommutativeInputsInitializerLast",
               "<ir_version: 3, opset_import: [\"\": 6]>"
               "g (float[3] x) => (float[3] y) <float[3] w = {1,2,3}> { y = Add(w, x) }",
               "<ir_version: 3, opset_import: [\"\": 6]>"
               "g (float[3] x) => (float[3] y) <float[3] w = {1,2,3}> { y = Add(x, w) }");
}

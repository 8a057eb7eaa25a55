#include "support/check_pass.h"

#include <criterion/criterion.h>

#define GENERAL "qonnx.custom_op.general."

Test(fold_quant_parameters, a_quantised_bias_is_a_number)
{
    check_pass("FoldQuantParameters",
               "g (float[1,2] x) => (float[1,2] y) <float[2] b = {0.6, -3}, float s = {0.5}, "
               "float z = {0}, float n = {3}> { q = " GENERAL
               "Quant <signed = 1, narrow = 0> (b, s, z, n) y = Add(x, q) }",
               "g (float[1,2] x) => (float[1,2] y) <float[2] b = {0.5, -2}> { y = Add(x, b) }");
}

Test(fold_quant_parameters, weights_stay)
{
    check_unchanged("FoldQuantParameters",
                    "g (float[1,2] x) => (float[1,1] y, float[2,1] v) <float[2,1] w = {0.6, -3}, "
                    "float s = {0.5}, float z = {0}, float n = {3}> { q = " GENERAL
                    "Quant <signed = 1, narrow = 0> (w, s, z, n) y = MatMul(x, q) v = Neg(q) }");
}

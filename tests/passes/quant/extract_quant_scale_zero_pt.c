#include "support/check_pass.h"

#include <criterion/criterion.h>

#define QUANT "qonnx.custom_op.general.Quant <signed = 1, narrow = 0>"
#define HEAD                                                                                       \
    "g (float[2,2] x) => (float[2,2] y) <float n = {4}, float one = {1}, float zero = {0}, "

Test(extract_quant_scale_zero_pt, puts_scale_and_zero_point_around)
{
    check_pass(
        "ExtractQuantScaleZeroPt",
        "g (float[2,2] x) => (float[2,2] y) <float n = {4}, float[2] s = {0.5, 0.25}, float z = {1}> {"
        "    y = " QUANT " (x, s, z, n) }",
        HEAD "float[2] s = {0.5, 0.25}, float z = {1}, float[2] s2 = {0.5, 0.25}, float z2 = {1}> {"
             "    a = Div(x, s) b = Add(a, z) c = " QUANT " (b, one, zero, n)"
             "    d = Sub(c, z2) y = Mul(d, s2) }");
    check_pass(
        "ExtractQuantScaleZeroPt",
        "g (float[2,2] x) => (float[2,2] y) <float n = {4}, float s = {0.5}, float z = {0}> {"
        "    y = " QUANT " (x, s, z, n) }",
        HEAD "float s = {0.5}, float s2 = {0.5}> {"
             "    a = Div(x, s) b = " QUANT " (a, one, zero, n) y = Mul(b, s2) }");
    check_pass("ExtractQuantScaleZeroPt",
               "g (float[2,2] x) => (float[2,2] y) <float n = {4}, float s = {1}, float z = {3}> {"
               "    y = " QUANT " (x, s, z, n) }",
               HEAD "float z = {3}, float z2 = {3}> {"
                    "    a = Add(x, z) b = " QUANT " (a, one, zero, n) y = Sub(b, z2) }");
}

Test(extract_quant_scale_zero_pt, leaves_plain_integers)
{
    check_unchanged("ExtractQuantScaleZeroPt",
                    HEAD "float n2 = {4}> { y = " QUANT " (x, one, zero, n) }");
}

Test(extract_quant_scale_zero_pt, says_that_a_scale_is_computed)
{
    check_remark("ExtractQuantScaleZeroPt",
                 "g (float[2,2] x, float s) => (float[2,2] y) <float n = {4}, float z = {0}> {"
                 "    y = " QUANT " (x, s, z, n) }",
                 "s is not a constant");
}

Test(extract_quant_scale_zero_pt, integers_are_not_divided_by_floats)
{
    check_unchanged("ExtractQuantScaleZeroPt",
                    "g (uint32[2,2] x) => (float[2,2] y) <float n = {4}, float s = {0.5}, "
                    "float z = {0}> { y = " QUANT " (x, s, z, n) }");
}

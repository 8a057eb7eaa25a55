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

#define NUMBERS(elem) elem " s = {16384}, " elem " z = {0}, float n = {4}"

/* A Quant makes float32, whatever it is given. */
Test(extract_quant_scale_zero_pt, only_what_is_float32_throughout_is_taken_apart)
{
    check_remark(
        "ExtractQuantScaleZeroPt",
        "g (float16[4] x) => (float16[4] y) <" NUMBERS(
            "float16") "> "
                       "{ y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(x, s, z, n) }",
        "the scale is FLOAT16 and the result FLOAT16: what is left would be FLOAT");
    check_remark("ExtractQuantScaleZeroPt",
                 "g (float[4] x) => (float[4] y) <float s = {2}, double z = {1}, float n = {4}> "
                 "{ y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(x, s, z, n) }",
                 "the zero point is DOUBLE");
}

/* What is behind a scale is added to the quotient. */
Test(extract_quant_scale_zero_pt, a_zero_point_does_not_go_without_the_scale)
{
    const char *text = "g (float[4] x) => (float[4] y) "
                       "<float16 s = {16384}, float z = {1}, float n = {4}> "
                       "{ y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(x, s, z, n) }";
    check_unchanged("ExtractQuantScaleZeroPt", text);
    check_remark("ExtractQuantScaleZeroPt", text, "the input is FLOAT, the scale is FLOAT16");
}

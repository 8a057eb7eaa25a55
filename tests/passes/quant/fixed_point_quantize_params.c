#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(fixed_point_quantize_params, sums_and_products_are_rounded_and_clipped)
{
    check_pass(
        "FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<4,2>\"}",
        "g (float[4] x) => (float[4] y) <float[4] a = {0.3, -0.375, 5, -5}, float b = {0.1}> "
        "{ m = Mul(x, a) y = Div(m, b) }",
        "g (float[4] x) => (float[4] y) "
        "<float[4] a {FIXED<4,2>} = {0.25, -0.5, 1.75, -2}, float b = {0.1}> "
        "{ m = Mul(x, a) y = Div(m, b) }");
}

Test(fixed_point_quantize_params, ops_and_rounding_are_chosen)
{
    check_pass("FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<4,2>\", op_filter=[\"Div\"], "
               "rounding_mode=\"CEIL\"}",
               "g (float[1] x) => (float[1] y) <float[1] a = {0.3}, float b = {0.3}> "
               "{ m = Mul(x, a) y = Div(m, b) }",
               "g (float[1] x) => (float[1] y) <float[1] a = {0.3}, float b {FIXED<4,2>} = {0.5}> "
               "{ m = Mul(x, a) y = Div(m, b) }");
}

Test(fixed_point_quantize_params, refuses_other_types)
{
    check_refused("FixedPointQuantizeParams{fixedpt_dtype=\"INT4\"}",
                  "g (float[1] x) => (float[1] y) <float[1] a = {5}> { y = Mul(x, a) }",
                  "INT4 is no fixed-point type");
}

/* A Quant makes float32 of whatever it gets. */
Test(fixed_point_quantize_params, constants_stay_of_their_element_type)
{
    check_pass("FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<8,3>\"}",
               "g (float16[2] x) => (float16[2] y) <float16[2] c = {1.5, 0.3}> { y = Add(x, c) }",
               "g (float16[2] x) => (float16[2] y) <float16[2] c {FIXED<8,3>} = {1.5, 0.3125}> "
               "{ y = Add(x, c) }");
    check_pass("FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<8,3>\"}",
               "g (double[2] x) => (double[2] y) <double[2] c = {1.5, 0.3}> { y = Add(x, c) }",
               "g (double[2] x) => (double[2] y) <double[2] c {FIXED<8,3>} = {1.5, 0.3125}> "
               "{ y = Add(x, c) }");
    /* The largest one of these is 4 - 2^-13. */
    check_remark("FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<16,3>\"}",
                 "g (float16[2] x) => (float16[2] y) <float16[2] c = {5.0, 0.3}> { y = Add(x, c) }",
                 "c is of FLOAT16, which has fewer digits than FIXED<16,3>");
    check_unchanged("FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<16,3>\"}",
                    "g (float16[1] x) => (float16[1] y) <float16[1] c = {5.0}> { y = Add(x, c) }");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define TEXT                                                                                       \
    "g (float[1] x) => (float[1] y) <float[1] a = {0.3}, float b = {0.3}> { m = Mul(x, a) y = Div(m, b) }"

Test(fixed_point_quantize_params_from_dict, each_has_its_type)
{
    check_pass(
        "FixedPointQuantizeParamsFromDict{fixedpt_dict={\"a\":\"FIXED<4,2>\",\"b\":\"FIXED<5,2>\"}}",
        TEXT,
        "g (float[1] x) => (float[1] y) "
        "<float[1] a {FIXED<4,2>} = {0.25}, float b {FIXED<5,2>} = {0.25}> "
        "{ m = Mul(x, a) y = Div(m, b) }");
}

Test(fixed_point_quantize_params_from_dict, names_of_nothing_are_passed_over)
{
    check_remark("FixedPointQuantizeParamsFromDict{fixedpt_dict={\"x\":\"FIXED<4,2>\"}}", TEXT,
                 "there is no constant x");
    check_refused("FixedPointQuantizeParamsFromDict{fixedpt_dict={\"a\":4}}", TEXT,
                  "its type is not a text");
}

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

Test(fixed_point_quantize_params_from_dict, parameters_of_layers_stay)
{
    static const char layer[] =
        "g (float[1,1] x {INT2}) => (float[1,1] y) <float[1,1] t {INT4} = {1}> {"
        "    y = finn.custom_op.fpgadataflow.Thresholding<backend=\"fpgadataflow\", NumChannels=1,"
        "        PE=1, numSteps=1, inputDataType=\"INT2\", weightDataType=\"INT4\","
        "        outputDataType=\"BINARY\">(x, t) }";
    check_remark("FixedPointQuantizeParamsFromDict{fixedpt_dict={\"t\":\"FIXED<4,0>\"}}", layer,
                 "a layer's attributes say of what type t is");
    check_unchanged("FixedPointQuantizeParams{fixedpt_dtype=\"FIXED<4,0>\",op_filter={}}", layer);
}

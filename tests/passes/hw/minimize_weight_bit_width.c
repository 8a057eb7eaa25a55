#include "support/check_pass.h"

#include <criterion/criterion.h>

/* A layer of three weights, each used by one of three results' sums. */
#define LAYER(input, weight, more)                                                                 \
    "finn.custom_op.fpgadataflow.MVAU<backend=\"fpgadataflow\", MW=3, MH=1, PE=1, SIMD=1,"         \
    "    inputDataType=\"" input "\", weightDataType=\"" weight "\", outputDataType=\"INT32\","    \
    "    noActivation=1" more ">"
#define MODEL(input, weights, weight, more)                                                        \
    "g (float[1,3] x {" input "}) => (float[1,1] y {INT32}) <float[3,1] w = {" weights "}> {"      \
    "    [m] y = " LAYER(input, weight, more) "(x, w) }"
#define check_narrows(input, weights, before, after)                                               \
    check_pass("MinimizeWeightBitWidth", MODEL(input, weights, before, ""),                        \
               MODEL(input, weights, after, ""))

Test(minimize_weight_bit_width, by_the_number_farthest_from_0)
{
    check_narrows("INT4", "-8, 7, 0", "INT8", "INT4");
    check_narrows("INT4", "-2, 2, 0", "INT8", "INT3");
    check_narrows("INT4", "-1, 1, 0", "TERNARY", "INT2");
    check_narrows("INT4", "0, 1, 1", "INT8", "BINARY");
    check_narrows("INT4", "0, 6, 1", "INT8", "UINT3");
}

Test(minimize_weight_bit_width, kernels_of_channels)
{
#define KERNELS(weight)                                                                            \
    "g (float[1,1,1,2] x {INT4}) => (float[1,1,1,2] y {INT32}) <float[2,1,1,1] w = {-8, 3}> {"     \
    "    y = finn.custom_op.fpgadataflow.VVAU<backend=\"fpgadataflow\", Channels=2, PE=1,"         \
    "    Dim=[1,1], Kernel=[1,1], inputDataType=\"INT4\", weightDataType=\"" weight "\","          \
    "    outputDataType=\"INT32\", noActivation=1>(x, w) }"
    check_pass("MinimizeWeightBitWidth", KERNELS("INT8"), KERNELS("INT4"));
}

Test(minimize_weight_bit_width, bipolar_weights_stay_where_it_matters_or_on_demand)
{
    check_unchanged("MinimizeWeightBitWidth", MODEL("BIPOLAR", "-1, 1, 1", "BIPOLAR", ""));
    check_unchanged("MinimizeWeightBitWidth", MODEL("BIPOLAR", "1, 1, 1", "BIPOLAR", ""));
    check_unchanged("MinimizeWeightBitWidth", MODEL("BIPOLAR", "-1, -1, -1", "BIPOLAR", ""));
    check_narrows("INT4", "-1, 1, 1", "BIPOLAR", "INT2");
    check_narrows("INT4", "1, 1, 1", "BIPOLAR", "BINARY");
    check_unchanged("MinimizeWeightBitWidth{keep_bipolar=true}",
                    MODEL("INT4", "-1, 1, 1", "BIPOLAR", ""));
}

/* Upstream makes BIPOLAR of both: of the first, though it has no 0; of the second, though the layer
 * then counts where signs agree. */
Test(minimize_weight_bit_width, weights_become_bipolar_only_where_it_does_not_matter)
{
    check_narrows("INT4", "-1, 0, 0", "INT8", "INT2");
    check_narrows("BIPOLAR", "-1, -1, -1", "INT8", "INT2");
    check_narrows("INT4", "-1, -1, -1", "INT8", "BIPOLAR");
}

Test(minimize_weight_bit_width, says_why_not)
{
    check_remark("MinimizeWeightBitWidth",
                 MODEL("INT4", "0, 1, 2", "INT8", ", runtime_writeable_weights=1"),
                 "m (MVAU): its weights may change while it runs");
    check_remark("MinimizeWeightBitWidth",
                 "g (float[1,3] x, float[3,1] w) => (float[1,1] y) {"
                 "    [m] y = " LAYER("INT4", "INT8", "") "(x, w) }",
                 "m (MVAU): its weights are not constant");
    check_remark("MinimizeWeightBitWidth", MODEL("INT4", "0.5, 1, 2", "FLOAT32", ""),
                 "m (MVAU): its weights, 0.5 to 2, are not integers");
}

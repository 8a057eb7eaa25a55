/* Clip: elements limited to a range. */
#include "elementwise.h"

#include <math.h>

/* Limits that are attributes are no inputs to be asked whether they are integers. */
static finnc_status clip_range(finnc_infer *in, finnc_range_rule *rule)
{
    double min = finnc_node_float(in->node, "min", 0), max = finnc_node_float(in->node, "max", 0);
    FINNC_TRY(fnc_range_rises_whole(in, rule));
    if (min != nearbyint(min) || max != nearbyint(max))
        rule->integers = FINNC_INTEGERS_UNKNOWN;
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_clip = {
    .name = "Clip",
    .summary = "limits elements to a range",
    .since = {1, 6, 11, 12, 13},
    .in = {{"input", "numbers of any shape", 0, "T"},
           {"min", "lower limit, one number", FINNC_OPTIONAL, "T"},
           {"max", "upper limit, one number", FINNC_OPTIONAL, "T"}},
    .out = FNC_ONE_OUT,
    .attrs = {{"min", FINNC_ATTR_FLOAT, NULL, "before version 11: lower limit", 0},
              {"max", FINNC_ATTR_FLOAT, NULL, "before version 11: upper limit", 0},
              FNC_CONSUMED},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_as_first,
    .dtypes = fnc_dtypes_as_first,
    .cost = fnc_cost_nothing,
    .range = clip_range};

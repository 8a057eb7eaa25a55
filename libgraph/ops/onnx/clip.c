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

/* The bound that input `i` is, or an attribute in old versions; `absent` without one, NaN if it is
 * computed. */
static double bound_of(const finnc_infer *in, const char *name, size_t i, double absent)
{
    const finnc_tensor *x = finnc_infer_const(in, i);
    if (!finnc_infer_has(in, i))
        return finnc_node_float(in->node, name, absent);
    return x && finnc_tensor_nelems(x) == 1 ? finnc_tensor_get(x, 0) : NAN;
}

/* A bound comes in if elements can be beyond it, or if it is not known where it is. Of two that
 * cross the upper one counts. */
static finnc_status clip_dtypes(finnc_infer *in)
{
    finnc_dtype t = finnc_infer_dtype(in, 0);
    double least = finnc_dtype_min(t), most = finnc_dtype_max(t);
    const double low = bound_of(in, "min", 1, -INFINITY), high = bound_of(in, "max", 2, INFINITY);
    if (!(low <= least)) {
        t = finnc_infer_has(in, 1) ? fnc_infer_dtype_with(in, t, 1) : fnc_dtype_with(t, low);
        most = isnan(low) ? INFINITY : fmax(most, low);
    }
    if (!(high >= most))
        t = finnc_infer_has(in, 2) ? fnc_infer_dtype_with(in, t, 2) : fnc_dtype_with(t, high);
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_onnx_clip = {
    .name = "Clip",
    .summary = "limits elements to a range",
    .since = {1, 6, 11, 12, 13},
    .in = {{"input", "numbers of any shape", 0, "T"},
           {"min", "lower limit, one number", FINNC_OPTIONAL | FINNC_SINCE(11), "T"},
           {"max", "upper limit, one number", FINNC_OPTIONAL | FINNC_SINCE(11), "T"}},
    .out = FNC_ONE_OUT,
    .attrs = {{"min", FINNC_ATTR_FLOAT, NULL, "lower limit", FINNC_UNTIL(11)},
              {"max", FINNC_ATTR_FLOAT, NULL, "upper limit", FINNC_UNTIL(11)},
              FNC_CONSUMED},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_as_first,
    .dtypes = clip_dtypes,
    .cost = fnc_cost_nothing,
    .range = clip_range};

/* Tensors repeated or padded. */
#include "../infer.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- Pad ---- */

/* What the pads are called where they are an attribute. */
static const char *pads_attr(const finnc_infer *in)
{
    return in->version == 1 ? "paddings" : "pads";
}

static finnc_status pad_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_list pads, axes;
    FINNC_TRY(fnc_infer_list(in, pads_attr(in), 1, &pads));
    FINNC_TRY(fnc_infer_list(in, NULL, 3, &axes));
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    size_t n = axes.present ? axes.count : (size_t)x.rank;
    bool known = pads.known && pads.present && axes.known;
    if (known && pads.count != 2 * n)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu pads for %zu axes", pads.count, n);
    for (int i = 0; !known && i < x.rank; i++)
        x.dims[i] = fnc_unknown_dim();
    const bool repeats = !finnc_node_attr_is(in->node, "mode", "constant");
    uint64_t padded = 0;
    for (size_t i = 0; known && i < n; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes.present ? axes.x[i] : (int64_t)i, x.rank, &axis));
        if (padded >> axis & 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        padded |= UINT64_C(1) << axis;
        int64_t size = x.dims[axis].size;
        if (size < 0)
            x.dims[axis] = pads.x[i] || pads.x[n + i] ? fnc_unknown_dim() : x.dims[axis];
        else if (!fnc_add_i64(size, pads.x[i], &size) || !fnc_add_i64(size, pads.x[n + i], &size) ||
                 size < 0 || (repeats && x.dims[axis].size == 0 && size > 0))
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "axis %d of %" PRId64 " elements cannot be padded by %" PRId64
                              " and %" PRId64,
                              axis, x.dims[axis].size, pads.x[i], pads.x[n + i]);
        else
            x.dims[axis] = fnc_known(size);
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status pad_check(finnc_infer *in)
{
    const finnc_tensor *value = finnc_infer_const(in, 2);
    if (value && finnc_tensor_nelems(value) != 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "constant_value has %" PRId64 " elements, not 1",
                          finnc_tensor_nelems(value));
    return FINNC_OK;
}

/* Is there something to fill with the constant? Yes if the pads are not known. */
static finnc_status has_fill(const finnc_infer *in, bool *fills)
{
    fnc_list pads;
    FINNC_TRY(fnc_infer_list(in, pads_attr(in), 1, &pads));
    *fills = !pads.known;
    for (size_t i = 0; i < pads.count; i++)
        *fills |= pads.x[i] > 0;
    *fills &= finnc_node_attr_is(in->node, "mode", "constant");
    return FINNC_OK;
}

/* The constant comes in beside the elements, which BIPOLAR ones, for one, have no zero among. */
static finnc_status pad_dtypes(finnc_infer *in)
{
    finnc_dtype t = finnc_infer_dtype(in, 0);
    bool fills;
    FINNC_TRY(has_fill(in, &fills));
    if (fills)
        t = finnc_infer_has(in, 2) ? fnc_infer_dtype_with(in, t, 2)
                                   : fnc_dtype_with(t, finnc_node_attr_float(in->node, "value"));
    return finnc_infer_set_dtype(in, 0, t);
}

static finnc_status pad_range(finnc_infer *in, finnc_range_rule *rule)
{
    /* Other modes repeat elements, or put a constant beside them. */
    const char *mode = finnc_node_string(in->node, "mode", "constant");
    const finnc_tensor *value = finnc_infer_const(in, 2);
    double filler = value && finnc_tensor_nelems(value) > 0
                        ? finnc_tensor_get(value, 0)
                        : finnc_node_attr_float(in->node, "value");
    if (strcmp(mode, "constant"))
        return fnc_range_moves(in, rule);
    FINNC_TRY(fnc_range_pads(in, rule));
    rule->pads = filler == 0 && (value || !finnc_infer_has(in, 2));
    if (filler != nearbyint(filler)) /* an attribute is no input to be asked for it */
        rule->integers = FINNC_INTEGERS_UNKNOWN;
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_pad = {
    .name = "Pad",
    .summary = "puts elements around a tensor, or takes some away",
    .since = {1, 2, 11, 13, 18, 19, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"},
           {"pads", "begins, then ends, per axis; may be negative", FINNC_SINCE(11), "INT64"},
           {"constant_value", "one element, 0 if absent", FINNC_OPTIONAL | FINNC_SINCE(11), "T"},
           {"axes", "which; absent: all", FINNC_OPTIONAL | FINNC_SINCE(18), "Tind"}},
    .out = {{"output", "padded", 0, "T"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"constant\"", "constant, reflect, edge or wrap", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "as the input",
               FINNC_REQUIRED | FINNC_SINCE(2) | FINNC_UNTIL(11)},
              {"paddings", FINNC_ATTR_INTS, NULL, "as the input pads",
               FINNC_REQUIRED | FINNC_UNTIL(2)},
              {"value", FINNC_ATTR_FLOAT, "0.0", "elements that are put there", FINNC_UNTIL(11)}},
    .choices = (const finnc_choice[]){{"mode", "constant reflect edge wrap"}, {0}},
    .types = {{"T", FINNC_TYPES_ANY}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_MOVES,
    .shapes = pad_shapes,
    .dtypes = pad_dtypes,
    .check = pad_check,
    .cost = fnc_cost_nothing,
    .range = pad_range};

/* ---- Expand, Tile ---- */

static finnc_status expand_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0), target;
    FINNC_TRY(fnc_shape_listed(in, 1, &target));
    FINNC_TRY(fnc_shape_broadcast(in, &y, &target));
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_expand = {
    .name = "Expand",
    .summary = "repeats elements so that a shape is reached by broadcasting",
    .since = {8, 13},
    .in = {{"input", "anything", 0, "T"}, {"shape", "sizes that it broadcasts with", 0, "INT64"}},
    .out = {{"output", "of the common shape", 0, "T"}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = expand_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

static finnc_status tile_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_list repeats, axis;
    bool is_old = in->version < 6;
    int tiled = -1; /* the only axis that version 1 repeats */
    FINNC_TRY(fnc_infer_list(in, NULL, 1, &repeats));
    FINNC_TRY(fnc_infer_list(in, NULL, 2, &axis));
    bool known = repeats.known && repeats.present && (!is_old || (axis.known && axis.count == 1));
    if (x.rank < 0)
        return fnc_infer_set(in, 0, &x);
    size_t expected = is_old ? 1 : (size_t)x.rank;
    if (known && repeats.count != expected)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu repeats for a tensor of rank %d",
                          repeats.count, x.rank);
    if (known && is_old)
        FINNC_TRY(fnc_infer_axis(in, axis.x[0], x.rank, &tiled));
    for (int i = 0; i < x.rank; i++) {
        int64_t times = !known ? -1 : !is_old ? repeats.x[i] : i == tiled ? repeats.x[0] : 1;
        if (known && times < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "axis %d is to be repeated %" PRId64 " times", i, times);
        x.dims[i] = known ? fnc_dim_mul(x.dims[i], fnc_known(times)) : fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_tile = {
    .name = "Tile",
    .summary = "repeats a tensor along its axes",
    .since = {1, 6, 13},
    .in = {{"input", "anything", 0, "T"},
           {"repeats", "times per axis; before version 6 along `axis`", 0, "T1"},
           {"axis", "which", FINNC_UNTIL(6), "T1"}},
    .out = {{"output", "the repetitions", 0, "T"}},
    .types = {{"T", FINNC_TYPES_CLASSIC},
              {"T1",
               FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_MOVES,
    .shapes = tile_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

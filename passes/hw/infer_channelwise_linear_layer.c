/*      y = Add(x, c)   becomes   y = ChannelwiseOp{Func = "add"}(x, c)
 * and Mul likewise, where x and c are integers and c is one number or one per channel; between two
 * Transposes if the channels come first. */
#include "pass.h"

#include "../support/constants.h"
#include "hw.h"
#include "layout.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct layer {
    finnc_pass_run *run;
    finnc_node *node;
    finnc_value *x, *y, *constant;
    int64_t channels;
    double lo, hi; /* of the constant */
} layer;

/* ---- data types ---- */

/* The first of BINARY, UINT2..UINT64, INT1..INT64 that holds what lies between; the largest where
 * none does. */
static finnc_dtype holding(double lo, double hi)
{
    if (lo < 0 && lo >= -1 && hi <= 0)
        return finnc_dtype_int(1);
    const finnc_dtype dtype = finnc_dtype_holding(lo, hi);
    if (finnc_dtype_is_integer(dtype))
        return dtype;
    return lo < 0 ? finnc_dtype_int(64) : finnc_dtype_uint(64);
}

static finnc_dtype result_dtype(const layer *l, finnc_dtype x)
{
    const double lo = finnc_dtype_min(x), hi = finnc_dtype_max(x);
    if (finnc_node_is(l->node, "Add"))
        return holding(lo + l->lo, hi + l->hi);
    const double corners[] = {lo * l->lo, lo * l->hi, hi * l->lo, hi * l->hi};
    double least = corners[0], most = corners[0];
    for (int i = 1; i < 4; i++) {
        least = fmin(least, corners[i]);
        most = fmax(most, corners[i]);
    }
    return holding(least, most);
}

/* ---- conditions ---- */

/* The axis of the channels of `x`, or -1 if no layout says where they are. */
static int channel_axis(const layer *l)
{
    const char *layout = finnc_value_layout(l->x);
    if (fnc_hw_are_channels_first((finnc_value *const[]){l->x, l->y}, 2))
        return 1;
    const int rank = finnc_value_rank(l->x);
    const size_t length = layout ? strlen(layout) : 0;
    return length > 0 && (int)length == rank && layout[length - 1] == 'C' ? rank - 1 : -1;
}

static bool read_channels(fnc_hw_reason *why, layer *l)
{
    int64_t dims[FINNC_MAX_RANK];
    if (!fnc_hw_layouts_agree(why, (finnc_value *const[]){l->x, l->y}, 2))
        return false;
    const int axis = channel_axis(l), rank = finnc_value_rank(l->x);
    if (axis < 0)
        return fnc_hw_decline(why, "the layout of %s is not known: InferDataLayouts finds it",
                              finnc_value_name(l->x));
    if (!fnc_hw_is_stream(why, l->x, -1, dims))
        return false;
    l->channels = dims[axis];
    const finnc_tensor *c = finnc_value_tensor(l->constant);
    const int along = fnc_tensor_axis(c, rank);
    if (finnc_tensor_rank(c) <= rank && (along == FNC_AXIS_NONE || along == axis) &&
        (finnc_tensor_nelems(c) == 1 || finnc_tensor_nelems(c) == l->channels))
        return true;
    return fnc_hw_decline(why,
                          "its constant, of %" PRId64
                          " elements, is neither one number nor one for each of %" PRId64
                          " channels along axis %d",
                          finnc_tensor_nelems(c), l->channels, axis);
}

static bool read_numbers(fnc_hw_reason *why, layer *l)
{
    const finnc_tensor *c = finnc_value_tensor(l->constant);
    const int64_t n = finnc_tensor_nelems(c);
    if (!fnc_hw_is_integer(why, l->x))
        return false;
    l->lo = INFINITY;
    l->hi = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        const double x = finnc_tensor_get(c, i);
        if (nearbyint(x) != x || fabs(x) > INT32_MAX)
            return fnc_hw_decline(why, "its constant holds %g, no integer of 32 bits", x);
        l->lo = fmin(l->lo, x);
        l->hi = fmax(l->hi, x);
    }
    return true;
}

/* ---- the pass ---- */

/* One number per channel. */
static finnc_status make_parameters(finnc_ctx *cx, const layer *l, finnc_tensor **parameters)
{
    const finnc_tensor *c = finnc_value_tensor(l->constant);
    if (finnc_tensor_nelems(c) == l->channels)
        return finnc_tensor_reshape(cx, c, 1, &l->channels, parameters);
    FINNC_TRY(finnc_tensor_create(cx, finnc_tensor_elem(c), 1, &l->channels, parameters));
    for (int64_t i = 0; i < l->channels; i++)
        finnc_tensor_set(*parameters, i, finnc_tensor_get(c, 0));
    return FINNC_OK;
}

static finnc_status insert_layer(finnc_ctx *cx, const layer *l, const fnc_hw_gap *gap,
                                 finnc_node **made)
{
    const finnc_dtype dtype = finnc_value_dtype(l->x), result = result_dtype(l, dtype);
    int64_t dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(gap->x[0]);
    FINNC_TRY(fnc_hw_insert(cx, finnc_node_graph(l->node), "ChannelwiseOp",
                            (finnc_value *const[]){gap->x[0], l->constant}, 2, gap->y, gap->before,
                            made));
    FINNC_TRY(fnc_hw_name_after(cx, *made, "ChannelwiseOp_", l->node));
    if (!finnc_value_dims(gap->x[0], rank, dims))
        return finnc_fail(cx, FINNC_BAD_VALUE, "no shape");
    FINNC_TRY(
        finnc_node_set_string(cx, *made, "Func", finnc_node_is(l->node, "Add") ? "add" : "mul"));
    FINNC_TRY(finnc_node_set_int(cx, *made, "NumChannels", l->channels));
    FINNC_TRY(finnc_node_set_int(cx, *made, "PE", 1));
    FINNC_TRY(fnc_hw_attr_dtype(cx, *made, "inputDataType", dtype));
    FINNC_TRY(fnc_hw_attr_dtype(cx, *made, "paramDataType", holding(l->lo, l->hi)));
    FINNC_TRY(fnc_hw_attr_dtype(cx, *made, "outputDataType", result));
    /* Those behind it are looked at next. */
    FINNC_TRY(finnc_value_set_dtype(cx, gap->y, result));
    FINNC_TRY(finnc_value_set_dtype(cx, l->y, result));
    return fnc_hw_attr_vectors(cx, *made, dims, rank);
}

static finnc_status replace(layer *l)
{
    finnc_ctx *cx = finnc_pass_ctx(l->run);
    finnc_tensor *parameters;
    fnc_hw_gap gap;
    finnc_node *made;
    FINNC_TRY(fnc_hw_make_gap(cx, l->node, &l->x, 1, l->y, &gap));
    FINNC_TRY(insert_layer(cx, l, &gap, &made));
    FINNC_TRY(make_parameters(cx, l, &parameters));
    return fnc_set_constant(cx, made, 1, parameters);
}

/* Which operand is the constant; neither: nothing to do. */
static bool is_candidate(finnc_node *node, layer *l)
{
    if (!finnc_node_is(node, "Add") && !finnc_node_is(node, "Mul"))
        return false;
    fnc_hw_reason why;
    if (!fnc_hw_has_inputs(&why, node, 2))
        return false;
    finnc_value *a = finnc_node_input(node, 0), *b = finnc_node_input(node, 1);
    if (finnc_value_is_constant(a) == finnc_value_is_constant(b))
        return false;
    const bool is_second = finnc_value_is_constant(b);
    l->node = node;
    l->x = is_second ? a : b;
    l->constant = is_second ? b : a;
    l->y = finnc_node_output(node, 0);
    return true;
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        layer l = {.run = run};
        if (!is_candidate(node, &l) || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        fnc_hw_reason why;
        if (!read_numbers(&why, &l) || !read_channels(&why, &l)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node, "it is a ChannelwiseOp of %" PRId64 " channels now",
                           l.channels);
        FINNC_TRY(replace(&l));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_channelwise_linear_layer = {
    .name = "InferChannelwiseLinearLayer",
    .summary = "an Add or Mul of integers and a constant per channel becomes a ChannelwiseOp layer",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes =
        "The data needs a layout that says where the channels are. The result's type is the "
        "smallest that holds all that can come out, given the types of what goes in. A constant "
        "that others read is copied before it is spread over the channels; upstream changes "
        "theirs, too. Where one of input and output is annotated as NCHW, both are; upstream "
        "turns one of them only.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
    .finish = "InferShapes,InferDataTypes",
};

/* Each pixel several times along both axes of a square picture, or along a column of pixels, is an
 * UpsampleNearestNeighbour. Resizes go and none come back, so it ends. */
#include "hw.h"

#include "../support/resize.h"
#include "stream.h"

#include <inttypes.h>
#include <string.h>

typedef struct scaling {
    int64_t in[4], out[4]; /* N, H, W, C */
    bool is_column;        /* one pixel wide, before and after */
} scaling;

/* ---- what can be converted ---- */

/* How many times as large: by the shapes, and the scales if they are given instead of sizes (one
 * that is no whole number can round to a size that is a multiple). */
static bool read_factors(fnc_hw_reason *why, const finnc_node *node, const scaling *s,
                         int64_t factors[4])
{
    const finnc_tensor *scales = fnc_resize_scales(node);
    const bool has_sizes = finnc_node_input(node, 3) && finnc_node_is(node, "Resize");
    if (finnc_node_find_attr(node, "axes") || (!scales && !has_sizes))
        return fnc_hw_decline(why, "its scales are not four constants");
    for (int i = 0; i < 4; i++) {
        factors[i] = s->out[i] / s->in[i];
        if (s->out[i] % s->in[i] != 0 ||
            (scales && finnc_tensor_get(scales, i) != (double)factors[i]))
            return fnc_hw_decline(why,
                                  "axis %d goes from %" PRId64 " to %" PRId64
                                  " pixels: the layer repeats them a whole number of times",
                                  i, s->in[i], s->out[i]);
    }
    if (factors[0] != 1 || factors[3] != 1)
        return fnc_hw_decline(why, "it repeats images %" PRId64 " and channels %" PRId64 " times",
                              factors[0], factors[3]);
    return true;
}

static bool can_convert(fnc_hw_reason *why, const finnc_node *node, scaling *s)
{
    const finnc_value *x = finnc_node_input(node, 0), *y = finnc_node_output(node, 0);
    int64_t factors[4];
    if (!fnc_hw_has_inputs(why, node, 1) || !fnc_hw_is_stream(why, x, 4, s->in))
        return false;
    const char *layout = finnc_value_layout(x), *mode = finnc_node_string(node, "mode", "nearest");
    if (!layout || strcmp(layout, "NHWC") != 0)
        return fnc_hw_decline(why, "%s is laid out as %s, not NHWC", finnc_value_name(x),
                              layout && *layout ? layout : "nobody knows");
    if (strcmp(mode, "nearest") != 0)
        return fnc_hw_decline(why, "its mode is %s, not nearest", mode);
    if (!finnc_value_dims(y, 4, s->out))
        return fnc_hw_decline(why, "the shape of its output is not known");
    if (!read_factors(why, node, s, factors))
        return false;
    s->is_column = s->in[2] == 1 && factors[2] == 1;
    if (!s->is_column && (s->in[1] != s->in[2] || s->in[2] == 1 || factors[1] != factors[2]))
        return fnc_hw_decline(why,
                              "it repeats %" PRId64 " by %" PRId64 " pixels %" PRId64 " by %" PRId64
                              " times: the layer takes squares, or columns",
                              s->in[1], s->in[2], factors[1], factors[2]);
    if (!fnc_resize_repeats(node, factors[1]))
        return fnc_hw_decline(why, "some pixels come from other places than those that they cover");
    return true;
}

/* ---- the layer ---- */

static finnc_status convert(finnc_ctx *cx, finnc_graph *graph, finnc_node *old, const scaling *s)
{
    finnc_value *x = finnc_node_input(old, 0), *y = finnc_node_output(old, 0);
    finnc_node *after = finnc_node_next(old), *node;
    finnc_graph_erase_node(old);
    FINNC_TRY(fnc_hw_insert(cx, graph, "UpsampleNearestNeighbour", &x, 1, y, after, &node));
    FINNC_TRY(fnc_hw_name_after(cx, node, "UpsampleNearestNeighbour_", old));
    FINNC_TRY(finnc_node_set_int(cx, node, "OFMDim", s->out[1]));
    FINNC_TRY(finnc_node_set_int(cx, node, "IFMDim", s->in[1]));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumChannels", s->in[3]));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType", finnc_value_dtype(x)));
    FINNC_TRY(finnc_node_set_int(cx, node, "numInputVectors", s->in[0]));
    return finnc_node_set_int(cx, node, "DimMode", s->is_column);
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if ((!finnc_node_is(node, "Resize") && !finnc_node_is(node, "Upsample")) ||
            !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        scaling s;
        fnc_hw_reason why;
        if (!can_convert(&why, node, &s)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node, "repeats %" PRId64 " pixels as %" PRId64, s.in[1], s.out[1]);
        FINNC_TRY(convert(cx, graph, node, &s));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_upsample = {
    .name = "InferUpsample",
    .summary = "images enlarged pixel by pixel become UpsampleNearestNeighbours",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes =
        "The input has to be annotated as NHWC. The layer takes squares, enlarged alike both ways, "
        "and columns, enlarged along the column; upstream also takes a square for enlarging along "
        "one axis, and a column for both. It does not look at coordinate_transformation_mode and "
        "nearest_mode; here the Resize has to repeat pixels. Sizes may be given instead of scales.",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
};

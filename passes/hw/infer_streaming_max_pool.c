/* A max-pool whose windows lie side by side is a StreamingMaxPool. Pools go and none come back, so
 * it ends. */
#include "hw.h"

#include "image.h"
#include "stream.h"

#include <inttypes.h>

typedef struct pooling {
    int64_t dims[4]; /* N, H, W, C */
    fnc_windows w;
} pooling;

static bool read_pool(fnc_hw_reason *why, const finnc_node *node, pooling *p)
{
    fnc_window_attrs attrs = fnc_window_attrs_of(node);
    attrs.first_axis = 1;
    if (!fnc_hw_lay_windows(why, &attrs, p->dims + 1, &p->w))
        return false;
    const int64_t *k = p->w.kernel, *s = p->w.stride, *before = p->w.before, *after = p->w.after;
    if (k[0] != s[0] || k[1] != s[1])
        return fnc_hw_decline(why,
                              "windows of %" PRId64 " by %" PRId64 " lie %" PRId64 " by %" PRId64
                              " apart, not side by side",
                              k[0], k[1], s[0], s[1]);
    if (fnc_windows_are_dilated(&p->w))
        return fnc_hw_decline(why, "it is dilated: the layer is not");
    if (fnc_windows_are_padded(&p->w))
        return fnc_hw_decline(
            why, "it pads %" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ": the layer does not",
            before[0], before[1], after[0], after[1]);
    return true;
}

static bool can_convert(fnc_hw_reason *why, const finnc_node *node, pooling *p)
{
    const finnc_value *x = finnc_node_input(node, 0);
    if (!fnc_hw_has_inputs(why, node, 1) || !fnc_hw_is_image(why, x, p->dims) ||
        !read_pool(why, node, p))
        return false;
    if (finnc_value_rank(finnc_node_output(node, 0)) < 0)
        return fnc_hw_decline(why, "the shape of its output is not known");
    const int64_t *k = p->w.kernel, h = p->dims[1], w = p->dims[2];
    const bool is_line = (h == 1 && k[0] == 1) || (w == 1 && k[1] == 1);
    if (is_line && finnc_value_dtype(x).kind == FINNC_DTYPE_BIPOLAR)
        return fnc_hw_decline(why, "the layer does not pool lines of BIPOLAR");
    if (!is_line && (h % k[0] != 0 || w % k[1] != 0))
        return fnc_hw_decline(why,
                              "windows of %" PRId64 " by %" PRId64 " do not fill %" PRId64
                              " by %" PRId64 " pixels",
                              k[0], k[1], h, w);
    return true;
}

static finnc_verdict check(finnc_match *m)
{
    pooling p;
    fnc_hw_reason why;
    return can_convert(&why, finnc_match_node(m, "p"), &p) ? FINNC_APPLY
                                                           : finnc_skip(m, "%s", why.text);
}

static finnc_status set_attrs(finnc_match *m)
{
    static const char *const old[] = {"kernel_shape", "strides",   "pads",
                                      "ceil_mode",    "dilations", "auto_pad"};
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_node *node = finnc_match_node(m, "p");
    pooling p;
    fnc_hw_reason why;
    if (!can_convert(&why, node, &p))
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s", why.text);
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        finnc_node_erase_attr(node, old[i]);
    FINNC_TRY(fnc_hw_name_after(cx, node, "StreamingMaxPool_", node));
    FINNC_TRY(finnc_node_set_ints(cx, node, "PoolDim", p.w.kernel, 2));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumChannels", p.dims[3]));
    FINNC_TRY(finnc_node_set_ints(cx, node, "ImgDim", p.dims + 1, 2));
    FINNC_TRY(
        fnc_hw_attr_dtype(cx, node, "dataType", finnc_value_dtype(finnc_match_value(m, "x"))));
    return finnc_node_set_int(cx, node, "CeilMode", p.w.ceil);
}

const finnc_pass fnc_pass_infer_streaming_max_pool = {
    .name = "InferStreamingMaxPool",
    .summary = "max-pools of windows side by side become StreamingMaxPools",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "On a line (one row or one column) windows may end beyond it, if ceil_mode says so; "
             "in a picture they have to fill both axes. Upstream asks for one axis, and then "
             "cannot infer the shapes of what it made; it drops padding, and converts pools of "
             "floats.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "p:MaxPoolNHWC(x)",
        .want = "p:\"" FNC_HW_DOMAIN "\"StreamingMaxPool{backend=\"fpgadataflow\", PE=1}(x)",
        .when = check,
        .then = set_attrs,
    }},
    .finish = "InferShapes,InferDataTypes",
};

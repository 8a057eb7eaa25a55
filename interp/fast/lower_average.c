/* Averages over windows: sums of codes, of which the model's node makes what it makes. Those sums
 * have no rounding, so that the order in which it adds does not show, nor how many numbers are 0.
 */
#include "product.h"

#include <math.h>
#include <string.h>

/* `attrs` NULL: one window over the whole image. */
static void lay_windows(fnc_axes axes, const fnc_window_attrs *attrs, const fnc_digits *image,
                        fnc_windows *w, const char **why)
{
    *w = (fnc_windows){.rank = 2,
                       .kernel = {image->h, image->w},
                       .stride = {1, 1},
                       .dilation = {1, 1},
                       .out = {1, 1}};
    if (attrs && !fnc_lower_lay(attrs, axes == FNC_AXES_ROW ? 1 : 2, NULL, image, w))
        *why = "its windows are not of a kind that the fast engine has";
    else if (fnc_windows_are_padded(w))
        *why = "its windows reach over the border";
}

/* Sums over windows, of each channel by itself, of input 0: as a product with ones. */
static finnc_status sum_windows(fnc_lowering *l, size_t s, fnc_axes axes,
                                const fnc_window_attrs *attrs, fnc_lowered *sums, const char **why)
{
    fnc_product p = {.s = s, .axes = axes, .alpha = 1};
    FINNC_TRY(fnc_product_input(l, &p, why));
    if (!*why)
        FINNC_TRY(fnc_product_levels(l, &p, why));
    if (!*why && (p.in->is_patches || p.in->axes != axes))
        *why = "its input is no picture with channels where it looks for them";
    if (*why)
        return FINNC_OK;
    fnc_windows w;
    lay_windows(axes, attrs, &p.in->program->digits[p.digits], &w, why);
    if (!*why)
        FINNC_TRY(fnc_lower_windows(l, s, &w, -1, p.in->program, &p.digits, &p.shape, &p.out, why));
    if (*why)
        return FINNC_OK;
    p.out_channels = p.groups = p.out.c;
    p.in_channels = 1;
    p.taps = p.shape.kh * p.shape.kw;
    if (p.taps > (1 << 26) / p.out_channels) {
        *why = "its windows are too large";
        return FINNC_OK;
    }
    p.weights = FNC_NEW_ARRAY(l->arena, int8_t, (size_t)(p.taps * p.out_channels));
    if (!p.weights)
        return finnc_no_memory(l->cx);
    memset(p.weights, 1, (size_t)(p.taps * p.out_channels));
    p.factor = ldexp(1, p.exponent);
    return fnc_product_sums(l, &p, sums, why);
}

/* `attrs` NULL: over the whole image. */
static finnc_status average(fnc_lowering *l, size_t s, fnc_axes axes, fnc_axes out_axes,
                            const fnc_window_attrs *attrs, const char **why)
{
    fnc_lowered sums;
    FINNC_TRY(sum_windows(l, s, axes, attrs, &sums, why));
    if (*why)
        return FINNC_OK;
    const fnc_layer *layer = &sums.program->layers[sums.program->digits[sums.digits].maker];
    const fnc_link link = {.step = s,
                           .out_axes = (int)out_axes,
                           .h = (layer->kh - 1) * layer->dh + 1,
                           .w = (layer->kw - 1) * layer->dw + 1};
    return fnc_lower_through(l, link, true, &sums, why);
}

finnc_status fnc_lower_average_pool(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_window_attrs attrs = fnc_window_attrs_of(l->plan->steps[s].step.node);
    const fnc_axes axes = fnc_lower_rank(l, s) == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST;
    return average(l, s, axes, axes, &attrs, why);
}

finnc_status fnc_lower_global_average_pool(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_axes axes = fnc_lower_rank(l, s) == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST;
    return average(l, s, axes, axes, NULL, why);
}

finnc_status fnc_lower_quant_avg_pool(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    const fnc_window_attrs attrs = fnc_window_attrs_of_quant_avg_pool(node);
    bool is_last = !strcmp(finnc_node_string(node, "data_layout", "NCHW"), "NHWC");
    fnc_axes axes = is_last ? FNC_AXES_LAST : FNC_AXES_FIRST;
    return average(l, s, axes, axes, &attrs, why);
}

/* The axes that a node reduces, of `rank`, as bits; 0: none, or odd ones. */
static finnc_status read_axes(fnc_lowering *l, size_t s, int rank, unsigned *axes)
{
    const int64_t *list;
    size_t n;
    FINNC_TRY(fnc_lower_ints(l, s, "axes", 1, &list, &n));
    *axes = 0;
    for (size_t i = 0; i < n; i++) {
        const int64_t axis = list[i];
        if (axis < -rank || axis >= rank) {
            *axes = 0;
            return FINNC_OK;
        }
        *axes |= 1u << (axis + rank) % rank;
    }
    return FINNC_OK;
}

finnc_status fnc_lower_reduce(fnc_lowering *l, size_t s, const char **why)
{
    static const unsigned pixels[] = {[FNC_AXES_FIRST] = 1 << 2 | 1 << 3,
                                      [FNC_AXES_LAST] = 1 << 1 | 1 << 2,
                                      [FNC_AXES_ROW] = 1 << 2,
                                      [FNC_AXES_FLAT_LAST] = 0};
    const fnc_lowered *in;
    unsigned axes;
    FINNC_TRY(fnc_lower_input(l, s, 0, &in, why));
    if (*why)
        return FINNC_OK;
    FINNC_TRY(read_axes(l, s, fnc_lower_rank(l, s) + 2, &axes));
    if (axes == 0 || axes != pixels[in->axes]) {
        *why = "it reduces something else than the pixels of a picture";
        return FINNC_OK;
    }
    bool keeps = finnc_node_attr_int(l->plan->steps[s].step.node, "keepdims") != 0;
    return average(l, s, in->axes, keeps ? in->axes : FNC_AXES_VECTOR, NULL, why);
}

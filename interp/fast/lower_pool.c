/* The largest of each window. */
#include "lower.h"

static finnc_status max_pool(fnc_lowering *l, size_t s, fnc_axes axes, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    const fnc_lowered *in;
    const float *levels;
    size_t digits;
    fnc_windows w;
    fnc_layer shape;
    fnc_digits out;
    const fnc_window_attrs attrs = fnc_window_attrs_of(node);
    FINNC_TRY(fnc_lower_codes(l, s, 0, &in, &digits, &levels, why));
    if (!*why && in->axes != axes)
        *why = "its input is no picture with channels where it looks for them";
    if (!*why && (!fnc_lower_lay(&attrs, axes == FNC_AXES_ROW ? 1 : 2, NULL,
                                 &in->program->digits[digits], &w) ||
                  finnc_node_int(node, "storage_order", 0) != 0))
        *why = "its windows are not of a kind that the fast engine has";
    for (int i = 0; i < 2 && !*why; i++)
        if (fnc_windows_may_miss(&w, i))
            *why = "a window may lie in the border alone";
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = *in;
    fnc_program *program = in->program;
    /* The least code is never above what it stands beside. */
    FINNC_TRY(fnc_lower_windows(l, s, &w, 0, program, &digits, &shape, &out, why));
    if (*why)
        return FINNC_OK;
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_MAX, s, digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->kh = shape.kh;
    layer->kw = shape.kw;
    layer->sh = shape.sh;
    layer->sw = shape.sw;
    layer->dh = shape.dh;
    layer->dw = shape.dw;
    lowered.digits = layer->out;
    return fnc_lower_output(l, s, lowered, why);
}

finnc_status fnc_lower_max_pool(fnc_lowering *l, size_t s, const char **why)
{
    return max_pool(l, s, fnc_lower_rank(l, s) == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST, why);
}

finnc_status fnc_lower_max_pool_last(fnc_lowering *l, size_t s, const char **why)
{
    return max_pool(l, s, FNC_AXES_LAST, why);
}

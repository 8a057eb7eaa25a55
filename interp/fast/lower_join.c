/* Channels of several images side by side. */
#include "lower.h"

/* The axis that the channels lie along; -1: they share it with the pixels. */
static int channel_axis(const fnc_lowered *in)
{
    switch (in->axes) {
    case FNC_AXES_LAST:
        return 3;
    case FNC_AXES_VECTOR:
    case FNC_AXES_ROW:
    case FNC_AXES_FIRST:
        return 1;
    case FNC_AXES_FLAT_FIRST:
    case FNC_AXES_FLAT_LAST:
        break;
    }
    return -1;
}

static bool is_channel_axis(const fnc_lowered *in, int64_t axis)
{
    int64_t dims[4];
    int rank = fnc_digits_shape(&in->program->digits[in->digits], in->axes, 1, dims);
    return channel_axis(in) >= 0 && (axis < 0 ? axis + rank : axis) == channel_axis(in);
}

static finnc_status join(fnc_lowering *l, size_t s, fnc_program *p, size_t with, int32_t high,
                         size_t *digits, const char **why)
{
    fnc_digits out = p->digits[*digits];
    const fnc_digits *b = &p->digits[with];
    if (out.h != b->h || out.w != b->w) {
        *why = "its inputs are of different sizes";
        return FINNC_OK;
    }
    out.c += b->c;
    out.high = high;
    bool is_multiplied = b->is_multiplied;
    fnc_layer *layer = fnc_lower_layer(l, p, FNC_LAYER_JOIN, s, *digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->in2 = with;
    p->digits[layer->out].is_multiplied |= is_multiplied;
    *digits = layer->out;
    return FINNC_OK;
}

finnc_status fnc_lower_concat(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const size_t n = step->ninputs;
    size_t *digits = FNC_NEW_ARRAY(&l->scratch, size_t, n + 1);
    const finnc_tensor *constant;
    const float *levels;
    int32_t count;
    bool has_two_zeros;
    if (!digits)
        return finnc_no_memory(l->cx);
    for (size_t i = 0; i < n; i++) {
        FINNC_TRY(fnc_lower_constant(l, s, i, &constant));
        if (constant)
            *why = "an input is a constant";
    }
    if (!*why)
        FINNC_TRY(fnc_lower_common_codes(l, s, n, digits, &levels, &count, &has_two_zeros, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered lowered = l->values[step->inputs[0]];
    if (!is_channel_axis(&lowered, finnc_node_attr_int(step->step.node, "axis")))
        *why = "it joins along another axis than the channels'";
    for (size_t i = 1; i < n && !*why; i++)
        FINNC_TRY(join(l, s, lowered.program, digits[i], count - 1, &digits[0], why));
    if (*why)
        return FINNC_OK;
    lowered.digits = digits[0];
    lowered.has_two_zeros = has_two_zeros;
    FINNC_TRY(
        fnc_lower_uniform(l, levels, count, lowered.program->digits[digits[0]].c, &lowered.table));
    return fnc_lower_output(l, s, lowered, why);
}

/* Windows, and convolutions. */
#include "product.h"

#include <math.h>

/* Windows over the input, which gets a border where the node pads it. */
static finnc_status pad(fnc_lowering *l, size_t s, const fnc_window_attrs *a, uint8_t border,
                        fnc_program *program, size_t *digits)
{
    fnc_digits out = program->digits[*digits];
    if (!a->before[0] && !a->before[1] && !a->after[0] && !a->after[1])
        return FINNC_OK;
    out.h += a->before[0] + a->after[0];
    out.w += a->before[1] + a->after[1];
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_PAD, s, *digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->top = a->before[0];
    layer->left = a->before[1];
    layer->border = border;
    *digits = layer->out;
    return FINNC_OK;
}

finnc_status fnc_lower_windows(fnc_lowering *l, size_t s, const fnc_window_attrs *a, int zero,
                               fnc_program *program, size_t *digits, fnc_layer *shape,
                               fnc_digits *out, const char **why)
{
    bool is_padded = a->before[0] || a->before[1] || a->after[0] || a->after[1];
    if (is_padded && (zero < 0 || zero > program->digits[*digits].high)) {
        *why = "it pads with a number that its input does not have";
        return FINNC_OK;
    }
    FINNC_TRY(pad(l, s, a, (uint8_t)zero, program, digits));
    const fnc_digits *in = &program->digits[*digits];
    *shape = (fnc_layer){.kh = a->kernel[0],
                         .kw = a->kernel[1],
                         .sh = a->stride[0],
                         .sw = a->stride[1],
                         .dh = a->dilation[0],
                         .dw = a->dilation[1]};
    int64_t rest_h = in->h - ((a->kernel[0] - 1) * a->dilation[0] + 1);
    int64_t rest_w = in->w - ((a->kernel[1] - 1) * a->dilation[1] + 1);
    if (rest_h < 0 || rest_w < 0) {
        *why = "its windows are larger than its input";
        return FINNC_OK;
    }
    *out = *in;
    out->h = rest_h / a->stride[0] + 1;
    out->w = rest_w / a->stride[1] + 1;
    if (out->h > (1 << 24) / out->w || in->h > (1 << 24) / in->w)
        *why = "its images are too large";
    return FINNC_OK;
}

/* Codes that have one for 0 if there is a border, and which that is. */
static finnc_status need_zero(fnc_lowering *l, fnc_product *p, const fnc_window_attrs *a, int *zero,
                              const char **why)
{
    bool is_padded = fnc_lower_is_padded(a);
    if (is_padded)
        FINNC_TRY(
            fnc_lower_add_level(l, p->s, p->in->program, 0, &p->digits, &p->levels, zero, why));
    if (!*why)
        FINNC_TRY(fnc_product_levels(l, p, why));
    if (is_padded && !*why)
        *zero = -p->low / p->step;
    return FINNC_OK;
}

finnc_status fnc_lower_conv(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    fnc_product p = {.s = s, .groups = finnc_node_int(node, "group", 1)};
    const finnc_tensor *w, *bias;
    const float *wx, *bx;
    fnc_window_attrs a;
    FINNC_TRY(fnc_lower_floats(l, s, 1, &w, &wx));
    FINNC_TRY(fnc_lower_floats(l, s, 2, &bias, &bx));
    const int rank = wx ? finnc_tensor_rank(w) - 2 : 0;
    if (rank != 1 && rank != 2)
        *why = "its weights are no constant for one or two axes";
    else if (l->plan->steps[s].ninputs > 2 && l->plan->steps[s].inputs[2] != SIZE_MAX && !bx)
        *why = "its bias is no constant";
    else if (!fnc_lower_window_attrs(node, rank, finnc_tensor_dims(w) + 2, &a))
        *why = "its windows are not of a kind that the fast engine has";
    if (!*why)
        FINNC_TRY(fnc_product_input(l, &p, why));
    if (*why)
        return FINNC_OK;
    p.axes = rank == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST;
    p.out_channels = finnc_tensor_dim(w, 0);
    p.in_channels = finnc_tensor_dim(w, 1);
    p.taps = a.kernel[0] * a.kernel[1];
    const int64_t channels = p.in->program->digits[p.digits].c;
    if (p.in->is_patches || p.in->axes != p.axes || p.groups < 1 || channels % p.groups != 0 ||
        channels / p.groups != p.in_channels || p.out_channels < 1 ||
        p.out_channels % p.groups != 0 || p.taps < 1 ||
        (bias && finnc_tensor_nelems(bias) != p.out_channels)) {
        *why = "its input and weights do not fit";
        return FINNC_OK;
    }
    FINNC_TRY(fnc_product_weights(l, &p, wx, p.in_channels * p.taps, 1, p.taps, 0, why));
    int zero = -1;
    if (!*why)
        FINNC_TRY(need_zero(l, &p, &a, &zero, why));
    if (!*why)
        FINNC_TRY(
            fnc_lower_windows(l, s, &a, zero, p.in->program, &p.digits, &p.shape, &p.out, why));
    if (*why)
        return FINNC_OK;
    p.bias = bx;
    p.factor = ldexp(1, p.exponent + p.weight_exponent);
    return fnc_product_finish(l, &p, why);
}

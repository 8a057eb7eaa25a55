/* Windows, and convolutions. */
#include "product.h"

#include <math.h>

/* The input gets a border where the node pads it. */
static finnc_status pad(fnc_lowering *l, size_t s, const fnc_windows *w, uint8_t border,
                        fnc_program *program, size_t *digits)
{
    fnc_digits out = program->digits[*digits];
    if (!fnc_windows_are_padded(w))
        return FINNC_OK;
    out.h += w->before[0] + w->after[0];
    out.w += w->before[1] + w->after[1];
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_PAD, s, *digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->top = w->before[0];
    layer->left = w->before[1];
    layer->border = border;
    *digits = layer->out;
    return FINNC_OK;
}

finnc_status fnc_lower_windows(fnc_lowering *l, size_t s, const fnc_windows *w, int zero,
                               fnc_program *program, size_t *digits, fnc_layer *shape,
                               fnc_digits *out, const char **why)
{
    if (fnc_windows_are_padded(w) && (zero < 0 || zero > program->digits[*digits].high)) {
        *why = "it pads with a number that its input does not have";
        return FINNC_OK;
    }
    FINNC_TRY(pad(l, s, w, (uint8_t)zero, program, digits));
    const fnc_digits *in = &program->digits[*digits];
    *shape = (fnc_layer){.kh = w->kernel[0],
                         .kw = w->kernel[1],
                         .sh = w->stride[0],
                         .sw = w->stride[1],
                         .dh = w->dilation[0],
                         .dw = w->dilation[1]};
    *out = *in;
    out->h = w->out[0];
    out->w = w->out[1];
    if (out->h > (1 << 24) / out->w || in->h > (1 << 24) / in->w)
        *why = "its images are too large";
    return FINNC_OK;
}

/* Codes that have one for 0 if there is a border, and which that is. */
static finnc_status need_zero(fnc_lowering *l, fnc_product *p, const fnc_windows *w, int *zero,
                              const char **why)
{
    bool is_padded = fnc_windows_are_padded(w);
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
    fnc_windows windows;
    const fnc_window_attrs attrs = fnc_window_attrs_of(node);
    FINNC_TRY(fnc_lower_floats(l, s, 1, &w, &wx));
    FINNC_TRY(fnc_lower_floats(l, s, 2, &bias, &bx));
    const int rank = wx ? finnc_tensor_rank(w) - 2 : 0;
    if (rank != 1 && rank != 2)
        *why = "its weights are no constant for one or two axes";
    else if (l->plan->steps[s].ninputs > 2 && l->plan->steps[s].inputs[2] != SIZE_MAX && !bx)
        *why = "its bias is no constant";
    if (!*why)
        FINNC_TRY(fnc_product_input(l, &p, why));
    if (*why)
        return FINNC_OK;
    p.axes = rank == 1 ? FNC_AXES_ROW : FNC_AXES_FIRST;
    p.out_channels = finnc_tensor_dim(w, 0);
    p.in_channels = finnc_tensor_dim(w, 1);
    const fnc_digits *image = &p.in->program->digits[p.digits];
    const int64_t channels = image->c;
    if (p.in->is_patches || p.in->axes != p.axes || p.groups < 1 || channels % p.groups != 0 ||
        channels / p.groups != p.in_channels || p.out_channels < 1 ||
        p.out_channels % p.groups != 0 || (bias && finnc_tensor_nelems(bias) != p.out_channels)) {
        *why = "its input and weights do not fit";
        return FINNC_OK;
    }
    if (!fnc_lower_lay(&attrs, rank, finnc_tensor_dims(w) + 2, image, &windows)) {
        *why = "its windows are not of a kind that the fast engine has";
        return FINNC_OK;
    }
    p.taps = windows.kernel[0] * windows.kernel[1];
    FINNC_TRY(fnc_product_weights(l, &p, wx, p.in_channels * p.taps, 1, p.taps, 0, why));
    int zero = -1;
    if (!*why)
        FINNC_TRY(need_zero(l, &p, &windows, &zero, why));
    if (!*why)
        FINNC_TRY(fnc_lower_windows(l, s, &windows, zero, p.in->program, &p.digits, &p.shape,
                                    &p.out, why));
    if (*why)
        return FINNC_OK;
    p.bias = bx;
    p.factor = ldexp(1, p.exponent + p.weight_exponent);
    return fnc_product_finish(l, &p, why);
}

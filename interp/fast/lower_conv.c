/* Convolutions. */
#include "product.h"

#include <math.h>

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
    fnc_product p = {.s = s, .groups = finnc_node_int(node, "group", 1), .alpha = 1};
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
    const bool fits_bias =
        !bias || (finnc_tensor_rank(bias) == 1 && finnc_tensor_nelems(bias) == p.out_channels);
    if (p.in->is_patches || p.in->axes != p.axes || p.groups < 1 || channels % p.groups != 0 ||
        channels / p.groups != p.in_channels || p.out_channels < 1 ||
        p.out_channels % p.groups != 0 || !fits_bias) {
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

/* Windows: how they lie on an image, and the border that they get. */
#include "lower.h"

bool fnc_lower_lay(const fnc_window_attrs *attrs, int rank, const int64_t *kernel,
                   const fnc_digits *image, fnc_windows *w)
{
    const int64_t most = 1 << 15, sizes[] = {image->h, image->w};
    if (fnc_windows_lay(attrs, rank, kernel, sizes + (2 - rank), w) || w->ceil)
        return false;
    for (int i = 0; i < rank; i++)
        if (w->kernel[i] > most || w->stride[i] > most || w->dilation[i] > most ||
            w->before[i] < 0 || w->before[i] > most || w->after[i] < 0 || w->after[i] > most)
            return false;
    if (rank == 1) { /* what is of one axis is of the second */
        fnc_windows row = {.rank = 2, .kernel = {1, w->kernel[0]}, .stride = {1, w->stride[0]}};
        row.dilation[0] = 1;
        row.dilation[1] = w->dilation[0];
        row.before[1] = w->before[0];
        row.after[1] = w->after[0];
        row.in[0] = row.out[0] = image->h;
        row.in[1] = w->in[0];
        row.out[1] = w->out[0];
        *w = row;
    }
    return true;
}

int fnc_lower_rank(const fnc_lowering *l, size_t s)
{
    const size_t v = l->plan->steps[s].inputs[0];
    int rank = v == SIZE_MAX ? 0 : finnc_value_rank(l->plan->values[v].value);
    if (v != SIZE_MAX && l->values[v].program) {
        int64_t dims[4];
        const fnc_lowered *in = &l->values[v];
        rank = fnc_digits_shape(&in->program->digits[in->digits], in->axes, 1, dims);
    }
    return rank == 3 || rank == 4 ? rank - 2 : 0;
}

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

/* Windows whose pixels stand side by side: a product behind them is a convolution. */
finnc_status fnc_lower_im2col(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_node *node = l->plan->steps[s].step.node;
    const fnc_lowered *in;
    const float *levels;
    size_t digits;
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(node);
    FINNC_TRY(fnc_lower_codes(l, s, 0, &in, &digits, &levels, why));
    if (!*why && in->axes != FNC_AXES_LAST)
        *why = "its input is no picture with channels last";
    if (!*why && !fnc_lower_lay(&attrs, 2, NULL, &in->program->digits[digits], &w))
        *why = "its windows are not of a kind that the fast engine has";
    if (*why)
        return FINNC_OK;
    int zero = 0;
    fnc_lowered lowered = *in;
    if (fnc_windows_are_padded(&w))
        FINNC_TRY(fnc_lower_add_level(l, s, in->program,
                                      (float)finnc_node_int(node, "pad_value", 0), &digits, &levels,
                                      &zero, why));
    if (!*why)
        FINNC_TRY(fnc_lower_windows(l, s, &w, zero, in->program, &digits, &lowered.windows,
                                    &lowered.image, why));
    if (*why)
        return FINNC_OK;
    const fnc_digits *d = &in->program->digits[digits];
    FINNC_TRY(fnc_lower_uniform(l, levels, d->high + 1, d->c, &lowered.table));
    lowered.digits = digits;
    lowered.is_patches = true;
    return fnc_lower_output(l, s, lowered, why);
}

/* Sums of two images of codes: residual connections. */
#include "lower.h"

/* Do codes i and j of the two together stand for what code i + j of the sum does, in floats? */
static bool adds_up(const float *a, int32_t na, const float *b, int32_t nb, const float *sum)
{
    for (int32_t i = 0; i <= na; i++)
        for (int32_t j = 0; j <= nb; j++)
            if (a[i] + b[j] != sum[i + j])
                return false;
    return true;
}

static finnc_status add_codes(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_lowered *in[2];
    size_t digits[2];
    const float *levels[2];
    float sums[FNC_MAX_CODES];
    for (size_t i = 0; i < 2 && !*why; i++)
        FINNC_TRY(fnc_lower_codes(l, s, i, &in[i], &digits[i], &levels[i], why));
    if (*why)
        return FINNC_OK;
    fnc_program *p = in[0]->program;
    const fnc_digits *a = &p->digits[digits[0]];
    if (in[1]->program != p || in[1]->axes != in[0]->axes) {
        *why = "its inputs are not of one program and layout";
        return FINNC_OK;
    }
    const fnc_digits *b = &p->digits[digits[1]];
    fnc_digits out = *a;
    out.high = a->high + b->high;
    out.has_two_zeros = a->has_two_zeros || b->has_two_zeros;
    if (a->h != b->h || a->w != b->w || a->c != b->c || out.high >= FNC_MAX_CODES) {
        *why = "its inputs are of different sizes, or have too many values together";
        return FINNC_OK;
    }
    for (int32_t k = 0; k <= out.high; k++)
        sums[k] = k <= a->high ? levels[0][k] + levels[1][0]
                               : levels[0][a->high] + levels[1][k - a->high];
    if (!adds_up(levels[0], a->high, levels[1], b->high, sums)) {
        *why = "its inputs are not in the same steps";
        return FINNC_OK;
    }
    fnc_lowered lowered = *in[0];
    fnc_layer *layer = fnc_lower_layer(l, p, FNC_LAYER_ADD, s, digits[0], out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->in2 = digits[1];
    p->digits[layer->out].is_multiplied |= p->digits[digits[1]].is_multiplied;
    lowered.digits = layer->out;
    FINNC_TRY(fnc_lower_uniform(l, sums, out.high + 1, out.c, &lowered.table));
    fnc_lower_output(l, s, lowered);
    return FINNC_OK;
}

finnc_status fnc_lower_add(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_tensor *constants[2];
    for (size_t i = 0; i < 2; i++)
        FINNC_TRY(fnc_lower_constant(l, s, i, &constants[i]));
    return constants[0] || constants[1] ? fnc_lower_table(l, s, why) : add_codes(l, s, why);
}

#include "product.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what goes in ---- */

/* Codes that stand for integers times a power of two, evenly spaced. */
void fnc_product_levels(fnc_product *p, const char **why)
{
    int32_t q[FNC_MAX_CODES];
    const fnc_digits *d = &p->in->program->digits[p->digits];
    if (!fnc_lower_grid(p->levels, d->high + 1, 1 << 15, &p->exponent, q)) {
        *why = "its input is no integers times a power of two";
        return;
    }
    p->low = q[0];
    p->step = d->high > 0 ? q[1] - q[0] : 1;
    for (int32_t k = 1; k <= d->high; k++)
        if (q[k] - q[k - 1] != p->step)
            *why = "the values of its input are not evenly spaced";
}

finnc_status fnc_product_input(fnc_lowering *l, fnc_product *p, const char **why)
{
    size_t v = l->plan->steps[p->s].inputs[0];
    if (v != SIZE_MAX && l->values[v].is_patches) {
        p->in = &l->values[v];
        p->digits = p->in->digits;
        const fnc_table *t = &p->in->table;
        float *levels = FNC_NEW_ARRAY(&l->scratch, float, (size_t)t->n);
        if (!levels)
            return finnc_no_memory(l->cx);
        for (int64_t k = 0; k < t->n; k++)
            levels[k] = t->y[k * t->channels];
        p->levels = levels;
    } else {
        FINNC_TRY(fnc_lower_codes(l, p->s, 0, &p->in, &p->digits, &p->levels, why));
    }
    if (*why)
        return FINNC_OK;
    fnc_product_levels(p, why);
    return FINNC_OK;
}

finnc_status fnc_product_weights(fnc_lowering *l, fnc_product *p, const float *w, int64_t so,
                                 int64_t st, int64_t sc, const char **why)
{
    int64_t n = p->out_channels * p->taps * p->in_channels, at = 0;
    int32_t *q = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)n);
    p->weights = FNC_NEW_ARRAY(l->arena, int8_t, (size_t)n);
    if (!q || !p->weights)
        return finnc_no_memory(l->cx);
    if (!fnc_lower_grid(w, n, 127, &p->weight_exponent, q)) {
        *why = "its weights are no integers from -127 to 127 times a power of two";
        return FINNC_OK;
    }
    for (int64_t o = 0; o < p->out_channels; o++)
        for (int64_t t = 0; t < p->taps; t++)
            for (int64_t c = 0; c < p->in_channels; c++)
                p->weights[at++] = (int8_t)q[o * so + t * st + c * sc];
    return FINNC_OK;
}

/* ---- what comes out ---- */

typedef struct extent {
    int32_t low, high; /* of the sums */
    double most;       /* of the numbers that they stand for, in steps */
} extent;

static extent measure(const fnc_product *p, int32_t highest)
{
    extent e = {0};
    int64_t terms = p->taps * p->in_channels;
    double largest = fmax(abs(p->low), fabs(p->low + (double)p->step * highest));
    for (int64_t o = 0; o < p->out_channels; o++) {
        int32_t all = 0, above = 0;
        for (int64_t i = 0; i < terms; i++) {
            int32_t w = p->weights[o * terms + i];
            all += w;
            above += w > 0 ? w : 0;
        }
        int64_t below = (int64_t)all - above;
        e.low = below * highest < e.low ? (int32_t)(below * highest) : e.low;
        e.high = (int64_t)above * highest > e.high ? above * highest : e.high;
        e.most = fmax(e.most, (double)(above - below) * largest);
    }
    return e;
}

/* What sums stand for: what the model's node makes of them. Its sums of floats were exact, so the
 * order did not matter. */
static finnc_status make_affine(fnc_lowering *l, const fnc_product *p, const fnc_affine **affine)
{
    int64_t terms = p->taps * p->in_channels;
    double *all = FNC_NEW_ARRAY(&l->tables, double, (size_t)p->out_channels);
    fnc_affine *made = FNC_NEW(&l->tables, fnc_affine);
    if (!all || !made)
        return finnc_no_memory(l->cx);
    for (int64_t o = 0; o < p->out_channels; o++) {
        int32_t sum = 0;
        for (int64_t i = 0; i < terms; i++)
            sum += p->weights[o * terms + i];
        all[o] = p->low * (double)sum;
    }
    *made = (fnc_affine){
        .factor = p->factor, .offset = p->offset, .step = p->step, .all = all, .bias = p->bias};
    *affine = made;
    return FINNC_OK;
}

static bool are_bipolar(const int8_t *w, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (w[i] != 1 && w[i] != -1)
            return false;
    return true;
}

finnc_status fnc_product_sums(fnc_lowering *l, fnc_product *p, fnc_lowered *sums, const char **why)
{
    fnc_program *program = p->in->program;
    if (p->groups == 1)
        p->groups = fnc_lower_groups(p->weights, p->out_channels, p->taps, &p->in_channels);
    if (p->taps * p->in_channels > 1 << 23) {
        *why = "it adds up too many products";
        return FINNC_OK;
    }
    extent e = measure(p, program->digits[p->digits].high);
    fnc_table table = {.n = (int64_t)e.high - e.low + 1, .channels = p->out_channels, .low = e.low};
    const fnc_affine *affine = NULL;
    if (!(e.most < 1 << 24))
        *why = "its sums might pass 2^24, where floats skip integers";
    else if (p->out_channels > (1 << 30) / (p->out.h * p->out.w))
        *why = "its output is too large";
    if (*why)
        return FINNC_OK;
    FINNC_TRY(make_affine(l, p, &affine));
    p->out.c = p->out_channels;
    p->out.is_sum = true;
    p->out.has_two_zeros = false;
    p->out.low = e.low;
    p->out.high = e.high;
    fnc_layer *layer = fnc_lower_layer(l, program, FNC_LAYER_DOT, p->s, p->digits, p->out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->kh = p->shape.kh;
    layer->kw = p->shape.kw;
    layer->sh = p->shape.sh;
    layer->sw = p->shape.sw;
    layer->dh = p->shape.dh;
    layer->dw = p->shape.dw;
    layer->groups = p->groups;
    layer->weights = p->weights;
    layer->is_bipolar = are_bipolar(p->weights, p->out_channels * p->taps * p->in_channels);
    layer->macs = p->out.h * p->out.w * p->out_channels * p->taps * p->in_channels;
    *sums = (fnc_lowered){.program = program,
                          .digits = layer->out,
                          .table = table,
                          .axes = p->axes,
                          .affine = affine};
    return table.n * table.channels <= FNC_FEW_SUMS ? fnc_lower_list(l, sums, why) : FINNC_OK;
}

finnc_status fnc_product_finish(fnc_lowering *l, fnc_product *p, const char **why)
{
    fnc_lowered sums;
    FINNC_TRY(fnc_product_sums(l, p, &sums, why));
    if (!*why)
        fnc_lower_output(l, p->s, sums);
    return FINNC_OK;
}

#include "product.h"

#include "../grid.h"

#include <finnc/op.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what goes in ---- */

finnc_status fnc_product_input(fnc_lowering *l, fnc_product *p, const char **why)
{
    size_t v = l->plan->steps[p->s].inputs[0];
    if (v == SIZE_MAX || !l->values[v].is_patches)
        return fnc_lower_codes(l, p->s, 0, &p->in, &p->digits, &p->levels, why);
    const fnc_table *t = &l->values[v].table;
    float *levels = FNC_NEW_ARRAY(&l->scratch, float, (size_t)t->n);
    if (!levels)
        return finnc_no_memory(l->cx);
    for (int64_t k = 0; k < t->n; k++)
        levels[k] = t->y[k * t->channels];
    p->levels = levels;
    p->in = &l->values[v];
    p->digits = p->in->digits;
    return FINNC_OK;
}

/* Does the reference hold operand `i` against a grid that has a scale (grid.h)? That is one number,
 * or varies along `axis`, if there is one. */
static finnc_status find_grid(fnc_lowering *l, const fnc_product *p, size_t i, int axis,
                              fnc_scales *scale)
{
    const fnc_step *step = &l->plan->steps[p->s].step;
    const fnc_grid *g = &step->grids[i];
    const void *data;
    *scale = (fnc_scales){NULL, 0};
    if (!(step->op->traits & FINNC_OP_LINEAR) || !g->is_known || !g->scale)
        return FINNC_OK;
    int64_t n = finnc_tensor_nelems(g->scale);
    if (g->axis == FNC_NO_AXIS ? n != 1 : g->axis != axis)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_need_data(l->cx, g->scale, &data));
    *scale = (fnc_scales){data, n};
    return FINNC_OK;
}

static bool is_power(double x)
{
    int exponent;
    return x > 0 && frexp(x, &exponent) == 0.5;
}

static int32_t common_divisor(int32_t a, int32_t b)
{
    while (b) {
        int32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Codes that stand for integers with the same distance between any two. */
static finnc_status space_codes(fnc_lowering *l, fnc_product *p, const int32_t *q, const char **why)
{
    fnc_program *program = p->in->program;
    const int32_t high = program->digits[p->digits].high;
    bool is_even = true;
    p->low = q[0];
    p->step = 0;
    for (int32_t k = 1; k <= high; k++) {
        is_even &= q[k] - q[k - 1] == q[1] - q[0];
        if (q[k] < q[k - 1]) {
            *why = "the values of its input are not in order";
            return FINNC_OK;
        }
        p->step = common_divisor(q[k] - q[k - 1], p->step);
    }
    p->step = p->step ? p->step : 1;
    int64_t span = ((int64_t)q[high] - q[0]) / p->step;
    if (is_even && span == high)
        return FINNC_OK;
    if (span < 1 || span >= FNC_MAX_CODES) {
        *why = "the values of its input are not evenly spaced";
        return FINNC_OK;
    }
    uint8_t map[FNC_MAX_CODES];
    for (int32_t k = 0; k <= high; k++)
        map[k] = (uint8_t)((q[k] - q[0]) / p->step);
    return fnc_lower_map(l, p->s, program, map, (int32_t)span, &p->digits);
}

/* Where all levels are on the grid, whatever comes is. */
finnc_status fnc_product_levels(fnc_lowering *l, fnc_product *p, const char **why)
{
    int32_t q[FNC_MAX_CODES] = {0};
    float steps[FNC_MAX_CODES];
    const int64_t n = (int64_t)p->in->program->digits[p->digits].high + 1;
    FINNC_TRY(find_grid(l, p, 0, FNC_NO_AXIS, &p->scale));
    if (p->scale.n && fnc_grid_count(p->levels, n, p->scale.x[0], steps)) {
        for (int64_t k = 0; k < n; k++)
            q[k] = (int32_t)steps[k];
        return space_codes(l, p, q, why);
    }
    if (p->scale.n && !is_power(p->scale.x[0]))
        *why = "some values of its input are no multiples of their scale";
    else if (!fnc_lower_grid(p->levels, n, 1 << 15, &p->exponent, q))
        *why = "its input is no integers times a power of two, nor times a scale that is known";
    p->scale.n = 0;
    return *why ? FINNC_OK : space_codes(l, p, q, why);
}

/* ---- weights ---- */

static bool are_small(const float *steps, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(fabsf(steps[i]) <= 127))
            return false;
    return true;
}

/* Weights by output channel as integers times its scale; `*fits` false: they are not, or large. */
static bool count_weights(const fnc_product *p, const float *w, float *steps, bool *fits)
{
    const int64_t terms = p->taps * p->in_channels, n = p->weight_scale.n;
    if (n != 1 && n != p->out_channels)
        return false;
    for (int64_t o = 0; o < p->out_channels; o++)
        if (!fnc_grid_count(w + o * terms, terms, p->weight_scale.x[o % n], steps + o * terms))
            return false;
    *fits = are_small(steps, p->out_channels * terms);
    return true;
}

finnc_status fnc_product_weights(fnc_lowering *l, fnc_product *p, const float *w, int64_t so,
                                 int64_t st, int64_t sc, int axis, const char **why)
{
    int64_t n = p->out_channels * p->taps * p->in_channels, at = 0;
    float *own = FNC_NEW_ARRAY(&l->scratch, float, (size_t)n);
    float *steps = FNC_NEW_ARRAY(&l->scratch, float, (size_t)n);
    int32_t *q = FNC_NEW_ARRAY(&l->scratch, int32_t, (size_t)n);
    p->weights = FNC_NEW_ARRAY(l->arena, int8_t, (size_t)n);
    if (!own || !steps || !q || !p->weights)
        return finnc_no_memory(l->cx);
    for (int64_t o = 0; o < p->out_channels; o++)
        for (int64_t t = 0; t < p->taps; t++)
            for (int64_t c = 0; c < p->in_channels; c++)
                own[at++] = w[o * so + t * st + c * sc];
    FINNC_TRY(find_grid(l, p, 1, axis, &p->weight_scale));
    bool fits = true;
    bool is_on_grid = p->weight_scale.n && count_weights(p, own, steps, &fits);
    if (!is_on_grid) {
        p->weight_scale.n = 0;
        fits = fnc_lower_grid(own, n, 127, &p->weight_exponent, q);
    }
    if (!fits)
        *why = "its weights are no integers from -127 to 127 times a power of two or a known scale";
    for (int64_t i = 0; i < n && fits; i++)
        p->weights[i] = (int8_t)(is_on_grid ? (int32_t)steps[i] : q[i]);
    return FINNC_OK;
}

/* ---- what comes out ---- */

typedef struct extent {
    int64_t low, high; /* of the sums */
    double most; /* of the numbers that they stand for, in steps: if below 2^24, sums are below
                    twice that */
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
        const int64_t below = (int64_t)all - above, low = below * highest;
        const int64_t high = (int64_t)above * highest;
        e.low = low < e.low ? low : e.low;
        e.high = high > e.high ? high : e.high;
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
    *made = (fnc_affine){.factor = p->factor,
                         .offset = p->offset,
                         .step = p->step,
                         .all = all,
                         .scales = {p->scale, p->weight_scale},
                         .alpha = p->alpha,
                         .bias = p->bias};
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
    const extent e = measure(p, program->digits[p->digits].high);
    const fnc_affine *affine = NULL;
    if (!(e.most < 1 << 24))
        *why = "its sums might pass 2^24, where floats skip integers";
    else if (e.most * fabs(p->factor) > FLT_MAX)
        *why = "its sums might pass the largest float";
    else if (p->out_channels > (1 << 30) / (p->out.h * p->out.w))
        *why = "its output is too large";
    if (*why)
        return FINNC_OK;
    FINNC_TRY(make_affine(l, p, &affine));
    p->out.c = p->out_channels;
    p->out.is_sum = true;
    p->out.low = (int32_t)e.low;
    p->out.high = (int32_t)e.high;
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
    const fnc_table table = {
        .n = e.high - e.low + 1, .channels = p->out_channels, .low = p->out.low};
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
    return *why ? FINNC_OK : fnc_lower_output(l, p->s, sums, why);
}

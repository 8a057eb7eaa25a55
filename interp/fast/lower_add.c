/* Sums of two images of codes: residual connections. */
#include "lower.h"

#include <base/float_bits.h>

/* Do codes i and j of the two together stand for what code i + j of the sum does, in floats? */
static bool adds_up(const float *a, int32_t na, const float *b, int32_t nb, const float *sum)
{
    for (int32_t i = 0; i <= na; i++)
        for (int32_t j = 0; j <= nb; j++)
            if (a[i] + b[j] != sum[i + j])
                return false;
    return true;
}

/* What is added: codes of one program, alike in size, and what they stand for. */
typedef struct terms {
    const fnc_lowered *in[2];
    size_t digits[2];
    const float *levels[2];
} terms;

static finnc_status find_terms(fnc_lowering *l, size_t s, terms *t, const char **why)
{
    for (size_t i = 0; i < 2 && !*why; i++)
        FINNC_TRY(fnc_lower_codes(l, s, i, &t->in[i], &t->digits[i], &t->levels[i], why));
    if (*why)
        return FINNC_OK;
    const fnc_program *p = t->in[0]->program;
    if (t->in[1]->program != p || t->in[1]->axes != t->in[0]->axes) {
        *why = "its inputs are not of one program and layout";
        return FINNC_OK;
    }
    const fnc_digits *a = &p->digits[t->digits[0]], *b = &p->digits[t->digits[1]];
    if (a->h != b->h || a->w != b->w || a->c != b->c)
        *why = "its inputs are of different sizes";
    return FINNC_OK;
}

/* May sums of the same code be zeros of either sign? `by` is how much a code of the first adds to
 * that of the sum. */
static bool has_two_zeros(const terms *t, int32_t nx, int32_t ny, int32_t by, const float *sums)
{
    for (int32_t i = 0; i <= nx; i++)
        for (int32_t j = 0; j <= ny; j++) {
            const float x = t->levels[0][i], y = t->levels[1][j], sum = sums[i * by + j];
            /* if not both are 0, their signs do not matter */
            const float x2 = t->in[0]->has_two_zeros && x == 0 ? -x : x;
            const float y2 = t->in[1]->has_two_zeros && y == 0 ? -y : y;
            if (!fnc_float_is_same(x + y, sum) || !fnc_float_is_same(x2 + y, sum) ||
                !fnc_float_is_same(x + y2, sum) || !fnc_float_is_same(x2 + y2, sum))
                return true;
        }
    return false;
}

/* Codes `count` times as large: behind the sum with codes below `count`, both can be told. */
static finnc_status spread(fnc_lowering *l, size_t s, fnc_program *p, int32_t count, size_t *digits)
{
    const int32_t high = p->digits[*digits].high;
    uint8_t map[FNC_MAX_CODES];
    for (int32_t k = 0; k <= high; k++)
        map[k] = (uint8_t)(k * count);
    return fnc_lower_map(l, s, p, map, high * count, digits);
}

/* The sums of codes, where that is what sums of numbers depend on; of few codes, all pairs. */
static finnc_status add_codes(fnc_lowering *l, size_t s, const char **why)
{
    terms t = {.in = {NULL}};
    float sums[FNC_MAX_CODES] = {0};
    FINNC_TRY(find_terms(l, s, &t, why));
    if (*why)
        return FINNC_OK;
    fnc_program *p = t.in[0]->program;
    const float *x = t.levels[0], *y = t.levels[1];
    const int32_t nx = p->digits[t.digits[0]].high, ny = p->digits[t.digits[1]].high;
    bool is_even = nx + ny < FNC_MAX_CODES;
    for (int32_t k = 0; k <= nx + ny && is_even; k++)
        sums[k] = k <= nx ? x[k] + y[0] : x[nx] + y[k - nx];
    is_even = is_even && adds_up(x, nx, y, ny, sums);
    if (!is_even && (nx + 1) * (ny + 1) > FNC_MAX_CODES) {
        *why = "its inputs are not in the same steps, or have too many values together";
        return FINNC_OK;
    }
    if (!is_even) {
        FINNC_TRY(spread(l, s, p, ny + 1, &t.digits[0]));
        for (int32_t i = 0; i <= nx; i++)
            for (int32_t j = 0; j <= ny; j++)
                sums[i * (ny + 1) + j] = x[i] + y[j];
    }
    fnc_digits out = p->digits[t.digits[0]];
    out.high += ny;
    fnc_layer *layer = fnc_lower_layer(l, p, FNC_LAYER_ADD, s, t.digits[0], out);
    if (!layer)
        return finnc_no_memory(l->cx);
    layer->in2 = t.digits[1];
    p->digits[layer->out].is_multiplied |= p->digits[t.digits[1]].is_multiplied;
    fnc_lowered lowered = *t.in[0];
    lowered.digits = layer->out;
    lowered.has_two_zeros = has_two_zeros(&t, nx, ny, is_even ? 1 : ny + 1, sums);
    FINNC_TRY(fnc_lower_uniform(l, sums, out.high + 1, out.c, &lowered.table));
    return fnc_lower_output(l, s, lowered, why);
}

finnc_status fnc_lower_add(fnc_lowering *l, size_t s, const char **why)
{
    const finnc_tensor *constants[2];
    for (size_t i = 0; i < 2; i++)
        FINNC_TRY(fnc_lower_constant(l, s, i, &constants[i]));
    return constants[0] || constants[1] ? fnc_lower_table(l, s, why) : add_codes(l, s, why);
}

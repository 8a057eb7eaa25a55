/* From tables to thresholds: a layer whose sums come to stand for few numbers is one that compares
 * its sums with integers. */
#include "lower.h"

#include <base/float_bits.h>

#include <math.h>
#include <stdlib.h>

/* The exponent of the lowest bit that is set in `x`; false: it is no number with one, or too small
 * or large for anybody's scale. */
static bool lowest_bit(float x, int *exponent)
{
    const uint32_t bits = fnc_float_bits(x);
    int e = (int)(bits >> 23 & 255);
    *exponent = e - 150 + __builtin_ctz((bits & 0x7fffff) | 0x800000);
    return e > 127 - 60 && e < 127 + 60;
}

/* Most are few bits of the smallest of them, if that is one: then its lowest bit is everybody's. */
static bool is_grid_of_least(const float *x, int64_t n, int32_t limit, int *exponent, int32_t *q)
{
    float least = INFINITY;
    int wrong = 0;
    for (int64_t i = 0; i < n; i++) {
        float size = fabsf(x[i]);
        least = size < least && size > 0 ? size : least;
    }
    if (!lowest_bit(least, exponent))
        return false;
    const float scale = ldexpf(1, -*exponent), most = (float)limit;
    for (int64_t i = 0; i < n; i++) {
        float units = x[i] * scale, cut = units > most ? most : units < -most ? -most : units;
        q[i] = (int32_t)(cut == cut ? cut : 0);
        wrong |= (float)q[i] != units;
    }
    return !wrong;
}

bool fnc_lower_grid(const float *x, int64_t n, int32_t limit, int *exponent, int32_t *q)
{
    int lowest = INT32_MAX, e;
    if (limit < 1 << 24 && is_grid_of_least(x, n, limit, exponent, q))
        return true;
    for (int64_t i = 0; i < n; i++) {
        if (x[i] == 0)
            continue;
        if (!lowest_bit(x[i], &e))
            return false;
        lowest = e < lowest ? e : lowest;
    }
    if (lowest == INT32_MAX)
        lowest = 0;
    const double scale = ldexp(1, -lowest);
    for (int64_t i = 0; i < n; i++) {
        double units = (double)x[i] * scale;
        if (!(fabs(units) <= limit))
            return false;
        q[i] = (int32_t)units;
    }
    *exponent = lowest;
    return true;
}

/* ---- which numbers there are ---- */

typedef struct level_set {
    float y[FNC_MAX_CODES + 1];
    int count;
    bool has_two_zeros;
} level_set;

static int find_level(const level_set *set, float y)
{
    int low = 0, high = set->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (set->y[middle] < y)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* False: there are too many, or it is a NaN. */
static bool add_level(level_set *set, float y)
{
    int at = find_level(set, y);
    if (at < set->count && set->y[at] == y) {
        set->has_two_zeros |= !signbit(set->y[at]) != !signbit(y);
        return true;
    }
    if (isnan(y) || set->count == FNC_MAX_CODES)
        return false;
    memmove(set->y + at + 1, set->y + at, (size_t)(set->count - at) * sizeof *set->y);
    set->y[at] = y;
    set->count++;
    return true;
}

static bool collect_codes(const fnc_table *t, level_set *set)
{
    for (int64_t i = 0; i < t->n * t->channels; i++)
        if (!add_level(set, t->y[i]))
            return false;
    return true;
}

/* The place of 0; -1: it is none of them. */
static int find_zero(const level_set *set)
{
    const int at = find_level(set, 0);
    return at < set->count && set->y[at] == 0 ? at : -1;
}

/* Where sums are not listed, nobody has seen all zeros. */
static bool collect_steps(const fnc_lowered *in, const fnc_steps *steps, level_set *set)
{
    for (int64_t c = 0; c < in->table.channels; c++) {
        if (!add_level(set, steps[c].first))
            return false;
        for (int i = 0; i < steps[c].count; i++)
            if (!add_level(set, steps[c].y[i]))
                return false;
    }
    set->has_two_zeros |= !in->table.y && find_zero(set) >= 0;
    return true;
}

/* Levels that nothing reaches are put in where that makes them evenly spaced, so that layers behind
 * can compute with the codes. A zero keeps its sign. */
static void space_evenly(level_set *set)
{
    int32_t q[FNC_MAX_CODES], step = 0;
    const int at = find_zero(set);
    const float zero = at >= 0 ? set->y[at] : 0;
    int exponent;
    if (set->count == 0 || !fnc_lower_grid(set->y, set->count, 1 << 23, &exponent, q))
        return;
    for (int i = 1; i < set->count; i++) {
        int32_t a = q[i] - q[0];
        while (a) {
            int32_t rest = step % a;
            step = a;
            a = rest;
        }
    }
    int32_t span = q[set->count - 1] - q[0];
    if (step == 0 || span / step >= FNC_MAX_CODES)
        return;
    set->count = span / step + 1;
    for (int i = 0; i < set->count; i++) {
        const double units = q[0] + (double)i * step;
        set->y[i] = units == 0 ? zero : (float)ldexp(units, exponent);
    }
}

/* ---- thresholds ---- */

/* Does a channel rise (1), fall (-1), stay (0), or neither (2)? */
static int direction_of(const fnc_steps *steps)
{
    int direction = 0;
    float before = steps->first;
    for (int i = 0; i < steps->count; i++) {
        const float y = steps->y[i];
        const int now = y > before ? 1 : -1;
        if (y != before)
            direction = direction == 0 || direction == now ? now : 2;
        before = y;
    }
    return direction;
}

/* Of a channel that rises: the first sum of each code. One that falls, rises with the sums of the
 * negated weights: from the last step down, the sum below each is the first of the code before. */
static void find_thresholds(const fnc_steps *steps, int direction, const level_set *set,
                            int32_t *thresholds)
{
    int n = steps->count, code = 0;
    float lowest = direction < 0 ? steps->y[n - 1] : steps->first;
    for (int reached = find_level(set, lowest); code < reached; code++)
        thresholds[code] = INT32_MIN;
    for (int i = 0; i < n; i++) {
        int at = n - 1 - i;
        float y = direction >= 0 ? steps->y[i] : at > 0 ? steps->y[at - 1] : steps->first;
        int32_t sum = direction >= 0 ? steps->sums[i] : 1 - steps->sums[at];
        for (int reached = find_level(set, y); code < reached; code++)
            thresholds[code] = sum;
    }
    for (; code < set->count - 1; code++)
        thresholds[code] = INT32_MAX;
}

static finnc_status negate(fnc_lowering *l, int64_t terms, int64_t channels, int64_t c,
                           fnc_layer *layer, bool *is_own)
{
    size_t nbytes = (size_t)(terms * channels);
    if (!*is_own) {
        layer->weights = fnc_arena_copy(l->arena, layer->weights, nbytes);
        if (!layer->weights)
            return finnc_no_memory(l->cx);
        *is_own = true;
    }
    for (int64_t i = 0; i < terms; i++)
        layer->weights[c * terms + i] = (int8_t)-layer->weights[c * terms + i];
    return FINNC_OK;
}

static finnc_status set_thresholds(fnc_lowering *l, const fnc_program *p, int64_t channels,
                                   const fnc_steps *steps, const level_set *set, fnc_layer *layer,
                                   const char **why)
{
    bool is_own = false;
    layer->nthresholds = set->count - 1;
    layer->thresholds =
        FNC_NEW_ARRAY(l->arena, int32_t, (size_t)(channels * layer->nthresholds) + 1);
    if (!layer->thresholds)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < channels; c++) {
        int direction = direction_of(&steps[c]);
        if (direction == 2) {
            *why = "what it makes of sums neither rises nor falls";
            return FINNC_OK;
        }
        find_thresholds(&steps[c], direction, set, layer->thresholds + c * layer->nthresholds);
        if (direction < 0)
            FINNC_TRY(negate(l, fnc_layer_terms(p, layer), channels, c, layer, &is_own));
    }
    return FINNC_OK;
}

finnc_status fnc_lower_compare(fnc_lowering *l, const fnc_lowered *in, const fnc_steps *steps,
                               fnc_codes *codes, const char **why)
{
    const int64_t channels = in->table.channels;
    level_set set = {.count = 0};
    if (!collect_steps(in, steps, &set))
        *why = "its input has more than 256 different values";
    else if (set.count < 2)
        *why = "its input is always the same";
    if (*why)
        return FINNC_OK;
    space_evenly(&set);
    *codes = (fnc_codes){
        .count = set.count,
        .levels = fnc_arena_copy(l->arena, set.y, (size_t)set.count * sizeof *set.y),
        .has_two_zeros = set.has_two_zeros,
        .thresholds = FNC_NEW_ARRAY(l->arena, int32_t, (size_t)(channels * (set.count - 1))),
        .falls = FNC_NEW_ARRAY(l->arena, bool, (size_t)channels)};
    if (!codes->levels || !codes->thresholds || !codes->falls)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < channels; c++) {
        int direction = direction_of(&steps[c]);
        if (direction == 2)
            *why = "what it makes of sums neither rises nor falls";
        if (*why)
            return FINNC_OK;
        codes->falls[c] = direction < 0;
        find_thresholds(&steps[c], direction, &set, codes->thresholds + c * (set.count - 1));
    }
    return FINNC_OK;
}

/* The layer that made these sums, but comparing them. The one with the sums goes if nobody else
 * needs it. */
static finnc_status compare_sums(fnc_lowering *l, size_t s, const fnc_lowered *in,
                                 const fnc_steps *steps, const level_set *set, size_t *digits,
                                 const char **why)
{
    fnc_program *p = in->program;
    fnc_layer layer = p->layers[p->digits[in->digits].maker];
    FINNC_TRY(set_thresholds(l, p, in->table.channels, steps, set, &layer, why));
    if (*why)
        return FINNC_OK;
    fnc_digits out = p->digits[in->digits];
    out.is_sum = false;
    out.low = 0;
    out.high = set->count - 1;
    fnc_layer *added = fnc_lower_layer(l, p, FNC_LAYER_DOT, s, layer.in, out);
    if (!added)
        return finnc_no_memory(l->cx);
    layer.out = *digits = added->out;
    *added = layer;
    return FINNC_OK;
}

static finnc_status map_codes(fnc_lowering *l, size_t s, const fnc_lowered *in,
                              const level_set *set, size_t *digits)
{
    fnc_program *p = in->program;
    const fnc_table *t = &in->table;
    fnc_digits out = p->digits[in->digits];
    out.high = set->count - 1;
    fnc_layer *layer = fnc_lower_layer(l, p, FNC_LAYER_MAP, s, in->digits, out);
    if (!layer)
        return finnc_no_memory(l->cx);
    *digits = layer->out;
    layer->map = FNC_NEW_ARRAY(l->arena, uint8_t, (size_t)t->channels * FNC_MAX_CODES);
    if (!layer->map)
        return finnc_no_memory(l->cx);
    for (int64_t c = 0; c < t->channels; c++)
        for (int64_t k = 0; k < t->n; k++)
            layer->map[c * FNC_MAX_CODES + k] = (uint8_t)find_level(set, t->y[k * t->channels + c]);
    return FINNC_OK;
}

/* Do the codes of `in` stand for ascending numbers, the same in all channels? */
static bool is_in_order(const fnc_lowered *in)
{
    const fnc_table *t = &in->table;
    for (int64_t k = 0; k < t->n; k++)
        for (int64_t c = 0; c < t->channels; c++)
            if (t->y[k * t->channels + c] != t->y[k * t->channels] ||
                (k > 0 && !(t->y[(k - 1) * t->channels] < t->y[k * t->channels])))
                return false;
    return true;
}

static bool has_both_zeros(const fnc_table *t)
{
    bool has[] = {false, false};
    for (int64_t i = 0; i < t->n * t->channels; i++)
        if (t->y[i] == 0)
            has[signbit(t->y[i]) != 0] = true;
    return has[0] && has[1];
}

/* Codes that become the places of their levels in a set. */
static finnc_status widen(fnc_lowering *l, size_t s, fnc_program *p, const float *levels,
                          const level_set *set, size_t *digits)
{
    const int32_t high = p->digits[*digits].high;
    bool is_same = high == set->count - 1;
    uint8_t map[FNC_MAX_CODES];
    for (int32_t k = 0; k <= high; k++) {
        map[k] = (uint8_t)find_level(set, levels[k]);
        is_same &= map[k] == k;
    }
    return is_same ? FINNC_OK : fnc_lower_map(l, s, p, map, set->count - 1, digits);
}

static finnc_status keep_levels(fnc_lowering *l, const fnc_table *t, const float **levels)
{
    float *kept = FNC_NEW_ARRAY(l->arena, float, (size_t)t->n);
    if (!kept)
        return finnc_no_memory(l->cx);
    for (int64_t k = 0; k < t->n; k++)
        kept[k] = t->y[k * t->channels];
    *levels = kept;
    return FINNC_OK;
}

static finnc_status make_codes(fnc_lowering *l, size_t s, fnc_lowered *in, size_t *digits,
                               const float **levels, const char **why)
{
    bool is_sum = in->program->digits[in->digits].is_sum;
    level_set set = {.count = 0};
    fnc_steps *steps = NULL;
    if (is_sum)
        FINNC_TRY(fnc_lower_steps(l, in, &steps, why));
    if (*why)
        return FINNC_OK;
    if (is_sum ? !collect_steps(in, steps, &set) : !collect_codes(&in->table, &set))
        *why = "its input has more than 256 different values";
    else if (set.count < 2)
        *why = "its input is always the same";
    if (*why)
        return FINNC_OK;
    space_evenly(&set);
    if (is_sum)
        FINNC_TRY(compare_sums(l, s, in, steps, &set, digits, why));
    else
        FINNC_TRY(map_codes(l, s, in, &set, digits));
    if (*why)
        return FINNC_OK;
    float *kept = fnc_arena_copy(l->arena, set.y, (size_t)set.count * sizeof *set.y);
    if (!kept)
        return finnc_no_memory(l->cx);
    *levels = kept;
    /* From here on the value is these codes for everybody. */
    in->digits = *digits;
    in->has_two_zeros |= set.has_two_zeros;
    in->affine = NULL;
    in->chain = NULL;
    return fnc_lower_uniform(l, kept, set.count, in->table.channels, &in->table);
}

finnc_status fnc_lower_codes(fnc_lowering *l, size_t s, size_t i, const fnc_lowered **in,
                             size_t *digits, const float **levels, const char **why)
{
    FINNC_TRY(fnc_lower_input(l, s, i, in, why));
    if (*why)
        return FINNC_OK;
    fnc_lowered *lowered = &l->values[l->plan->steps[s].inputs[i]];
    *digits = lowered->digits;
    if (!lowered->program->digits[lowered->digits].is_sum && is_in_order(lowered)) {
        lowered->has_two_zeros |= has_both_zeros(&lowered->table);
        return keep_levels(l, &lowered->table, levels);
    }
    return make_codes(l, s, lowered, digits, levels, why);
}

finnc_status fnc_lower_add_level(fnc_lowering *l, size_t s, fnc_program *p, float level,
                                 size_t *digits, const float **levels, int *code, const char **why)
{
    level_set set = {.count = 0};
    bool fits = true;
    for (int32_t k = 0; k <= p->digits[*digits].high; k++)
        fits &= add_level(&set, (*levels)[k]);
    if (!fits || !add_level(&set, level)) {
        *why = "it pads with a number that its input does not have, nor room for";
        return FINNC_OK;
    }
    if (set.count > p->digits[*digits].high + 1) {
        space_evenly(&set);
        FINNC_TRY(widen(l, s, p, *levels, &set, digits));
        *levels = fnc_arena_copy(l->arena, set.y, (size_t)set.count * sizeof *set.y);
        if (!*levels)
            return finnc_no_memory(l->cx);
    }
    *code = find_level(&set, level);
    return FINNC_OK;
}

finnc_status fnc_lower_common_codes(fnc_lowering *l, size_t s, size_t n, size_t *digits,
                                    const float **levels, int32_t *count, bool *has_two_zeros,
                                    const char **why)
{
    level_set set = {.count = 0};
    const fnc_lowered *in, *first = NULL;
    const float **own = FNC_NEW_ARRAY(&l->scratch, const float *, n);
    if (!own)
        return finnc_no_memory(l->cx);
    for (size_t i = 0; i < n && !*why; i++) {
        FINNC_TRY(fnc_lower_codes(l, s, i, &in, &digits[i], &own[i], why));
        if (*why)
            return FINNC_OK;
        first = first ? first : in;
        set.has_two_zeros |= in->has_two_zeros;
        if (in->program != first->program || in->axes != first->axes)
            *why = "its inputs are not of one program and layout";
        for (int32_t k = 0; !*why && k <= in->program->digits[digits[i]].high; k++)
            if (!add_level(&set, own[i][k]))
                *why = "its inputs have more than 256 different values together";
    }
    if (*why || !first)
        return FINNC_OK;
    space_evenly(&set);
    for (size_t i = 0; i < n; i++)
        FINNC_TRY(widen(l, s, first->program, own[i], &set, &digits[i]));
    float *kept = fnc_arena_copy(l->arena, set.y, (size_t)set.count * sizeof *set.y);
    if (!kept)
        return finnc_no_memory(l->cx);
    *levels = kept;
    *count = set.count;
    *has_two_zeros = set.has_two_zeros;
    return FINNC_OK;
}

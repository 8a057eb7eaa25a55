/* Where a network quantises floats: a program may begin before that, since whoever asks the model's
 * own nodes at which floats their result changes, can do with comparing.
 *
 * Floats in their order have numbers, so halving finds these as it finds sums. All that is asked
 * for is that the nodes only rise or only fall. Infinities are numbers too, unless a node makes a
 * NaN of them or of what overflowed: where it does not do that to the largest, it does it to none.
 * NaNs met in a run are what was not foreseen. 0 and -0 are one number, as nodes that rise or fall
 * with their data only move and compare these. */
#include "kernels.h"
#include "lower.h"

#include "../sanitise.h"

#include <math.h>
#include <string.h>

/* What chains of nodes begin with. */
typedef struct fnc_floats {
    size_t value; /* of the plan */
    fnc_digits digits;
    fnc_axes axes;
    size_t flattener; /* the step that makes vectors of the images, of one channel, first */
    int64_t batch;    /* that it is right for */
} fnc_floats;

static const fnc_floats nothing = {.flattener = SIZE_MAX, .batch = -1};

enum { NUMBER_OF_INFINITY = 0x7f800000, MAX_LENGTH = 32 };

float fnc_lower_float(int32_t number)
{
    uint32_t bits = number < 0 ? (uint32_t)-number | 0x80000000 : (uint32_t)number;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- the nodes before ---- */

/* Does nobody but the next node read it? */
static bool is_between(const fnc_lowering *l, size_t v)
{
    const fnc_plan_value *value = &l->plan->values[v];
    return l->values[v].floats && !value->is_fetched && finnc_value_nuses(value->value) == 1 &&
           !(l->values[v].chain && l->values[v].chain->length >= MAX_LENGTH);
}

/* What the chain's nodes see: what the flattener makes of it, if there is one. */
static fnc_floats seen_of(const fnc_floats *floats)
{
    fnc_floats seen = *floats;
    if (floats->flattener != SIZE_MAX) {
        seen = nothing;
        seen.digits = (fnc_digits){.h = 1, .w = 1, .c = floats->digits.h * floats->digits.w};
        seen.axes = FNC_AXES_VECTOR;
    }
    return seen;
}

/* The value itself. */
static bool begin_at(const fnc_lowering *l, size_t v, fnc_floats *floats)
{
    const fnc_floats *before = l->values[v].floats;
    const finnc_value *value = l->plan->values[v].value;
    *floats = nothing;
    if (before) /* nodes that work on each element leave the shape */
        *floats = seen_of(before);
    else if (finnc_value_elem(value) != FINNC_ELEM_FLOAT ||
             !fnc_lower_source_shape(value, &floats->digits, &floats->axes))
        return false;
    floats->value = v;
    return true;
}

/* A node that makes vectors of images of one channel, whose elements no node has changed before. */
static finnc_status flatten(fnc_lowering *l, size_t s, fnc_lowered *out)
{
    const char *why = NULL;
    size_t v = l->plan->steps[s].ninputs > 0 ? l->plan->steps[s].inputs[0] : SIZE_MAX;
    if (v == SIZE_MAX || l->values[v].program || l->values[v].floats)
        return FINNC_OK;
    fnc_floats *floats = FNC_NEW(&l->tables, fnc_floats);
    if (!floats)
        return finnc_no_memory(l->cx);
    if (!begin_at(l, v, floats) || floats->digits.c != 1 || floats->axes == FNC_AXES_VECTOR)
        return FINNC_OK;
    FINNC_TRY(fnc_lower_flattens(l, s, &floats->digits, &floats->batch, &why));
    floats->flattener = s;
    if (!why)
        *out = (fnc_lowered){.floats = floats, .axes = FNC_AXES_VECTOR, .numbers_floats = true};
    return FINNC_OK;
}

/* The nodes that floats came through before step `s`, and that step; or none, with `floats` NULL.
 */
static finnc_status find_chain(fnc_lowering *l, size_t s, fnc_lowered *out, const char **why)
{
    const char *reason = NULL;
    size_t data;
    *out = (fnc_lowered){.numbers_floats = true};
    FINNC_TRY(fnc_lower_data(l, s, &data, &reason));
    if (reason || !fnc_lower_is_monotone(l->plan->steps[s].step.node, data))
        return FINNC_OK;
    size_t v = l->plan->steps[s].inputs[data];
    if (l->values[v].program || l->values[v].is_patches)
        return FINNC_OK;
    const fnc_floats *floats = l->values[v].floats;
    const fnc_link *before = l->values[v].chain;
    if (!is_between(l, v)) {
        fnc_floats *begun = FNC_NEW(&l->tables, fnc_floats);
        if (!begun)
            return finnc_no_memory(l->cx);
        if (!begin_at(l, v, begun))
            return FINNC_OK;
        floats = begun;
        before = NULL;
    }
    fnc_link *link = FNC_NEW(&l->tables, fnc_link);
    if (!link)
        return finnc_no_memory(l->cx);
    const fnc_floats seen = seen_of(floats);
    FINNC_TRY(fnc_lower_link(l, s, data, &seen.digits, seen.axes, link, &reason));
    if (reason) {
        *why = reason;
        return FINNC_OK;
    }
    link->length = before ? before->length + 1 : 1;
    link->before = before;
    out->floats = floats;
    out->chain = link;
    out->axes = seen.axes;
    return FINNC_OK;
}

/* Do the nodes treat all channels alike? */
static finnc_status is_for_all(fnc_lowering *l, const fnc_link *link, bool *is_so)
{
    *is_so = true;
    for (; link && *is_so; link = link->before) {
        const fnc_plan_step *step = &l->plan->steps[link->step];
        for (size_t i = 0; i < step->ninputs && *is_so; i++) {
            const finnc_tensor *constant;
            FINNC_TRY(fnc_lower_constant(l, link->step, i, &constant));
            *is_so = !constant || fnc_lower_is_for_all(step->step.node, i, constant);
        }
    }
    return FINNC_OK;
}

/* ---- thresholds ---- */

static float threshold(int32_t number)
{
    return number == INT32_MIN ? -INFINITY : number == INT32_MAX ? NAN : fnc_lower_float(number);
}

/* The guess never falls as floats rise: if it is good at both ends of what lies between two
 * thresholds, it is good in between. */
static bool guesses_right(const fnc_stair *stair)
{
    for (int64_t k = 1; k <= stair->n; k++) {
        float at = stair->steps[k];
        float ends[] = {nextafterf(at, -INFINITY), at};
        uint8_t codes[2];
        if (!(k == stair->n || stair->steps[k + 1] > at) ||
            !fnc_isas[0]->count_steps(ends, 2, 1, stair, codes) || codes[0] != k - 1 ||
            codes[1] != k)
            return false;
    }
    return true;
}

static bool make_stair(fnc_lowering *l, const int32_t *thresholds, int64_t n, bool falls,
                       fnc_stair *stair)
{
    float *steps = FNC_NEW_ARRAY(l->arena, float, (size_t)n + 2);
    *stair = (fnc_stair){.n = n, .steps = steps, .is_negated = falls};
    if (!steps)
        return false;
    steps[0] = -INFINITY;
    for (int64_t k = 0; k < n; k++)
        steps[k + 1] = threshold(thresholds[k]);
    steps[n + 1] = NAN;
    if (n <= FNC_STAIR_FEW)
        return true;
    stair->scale = (float)((double)(n - 1) / ((double)steps[n] - (double)steps[1]));
    stair->first = steps[1] - 1 / stair->scale;
    stair->is_negated = false; /* thresholds are for what has been negated */
    stair->has_guess = isfinite(stair->scale) && isfinite(stair->first) && stair->scale > 0;
    stair->has_guess = stair->has_guess && guesses_right(stair);
    stair->is_negated = falls;
    return true;
}

static bool are_alike(const fnc_codes *codes, int64_t channels)
{
    const size_t n = (size_t)codes->count - 1;
    for (size_t c = 1; c < (size_t)channels; c++)
        if (codes->falls[c] != codes->falls[0] ||
            memcmp(codes->thresholds + c * n, codes->thresholds, n * sizeof *codes->thresholds))
            return false;
    return true;
}

static finnc_status make_stairs(fnc_lowering *l, const fnc_codes *codes, int64_t channels,
                                fnc_program *p)
{
    fnc_stair *stairs = FNC_NEW_ARRAY(l->arena, fnc_stair, (size_t)channels);
    const int64_t n = codes->count - 1;
    if (!stairs)
        return finnc_no_memory(l->cx);
    if (are_alike(codes, channels))
        channels = 1;
    for (int64_t c = 0; c < channels; c++)
        if (!make_stair(l, codes->thresholds + c * n, n, codes->falls[c], &stairs[c]))
            return finnc_no_memory(l->cx);
    p->stairs = stairs;
    p->nstairs = (size_t)channels;
    return FINNC_OK;
}

/* ---- a program ---- */

static finnc_status begin(fnc_lowering *l, size_t s, const fnc_lowered *in, const fnc_codes *codes,
                          fnc_program *p, const char **why)
{
    const fnc_digits *d = &in->floats->digits;
    bool is_flat = in->floats->flattener != SIZE_MAX;
    const int64_t channels = is_flat ? d->h * d->w : d->c;
    fnc_lowered out = {.program = p,
                       .digits = in->digits,
                       .has_two_zeros = codes->has_two_zeros,
                       .axes = in->axes};
    FINNC_TRY(make_stairs(l, codes, in->table.channels, p));
    for (size_t i = 0; i < p->ndigits; i++)
        p->digits[i].high = codes->count - 1;
    p->digits[in->digits].c = channels;
    p->batch = in->floats->batch;
    FINNC_TRY(fnc_lower_uniform(l, codes->levels, codes->count, channels, &out.table));
    FINNC_TRY(fnc_lower_output(l, s, out, why));
    if (*why)
        return FINNC_OK;
    l->programs[l->nprograms++] = p;
    for (const fnc_link *link = in->chain; link; link = link->before) {
        l->of_step[link->step] = p;
        l->why[link->step] = NULL;
    }
    if (is_flat) {
        l->of_step[in->floats->flattener] = p;
        l->why[in->floats->flattener] = NULL;
    }
    return FINNC_OK;
}

static finnc_status try_to_begin(fnc_lowering *l, size_t s, fnc_lowered *in, const char **why)
{
    const char *reason = NULL;
    fnc_program *p;
    fnc_steps *steps;
    fnc_codes codes;
    bool is_one;
    FINNC_TRY(is_for_all(l, in->chain, &is_one));
    FINNC_TRY(fnc_lower_begin(l, in->floats->value, &in->floats->digits, in->floats->axes, &p));
    if (in->floats->flattener != SIZE_MAX)
        FINNC_TRY(fnc_lower_add_flat(l, p));
    in->program = p;
    in->digits = p->ndigits - 1;
    fnc_digits *digits = &p->digits[in->digits];
    if (is_one)
        digits->c = 1;
    in->table = (fnc_table){.n = 2 * (int64_t)NUMBER_OF_INFINITY + 1,
                            .channels = digits->c,
                            .low = -NUMBER_OF_INFINITY};
    for (const fnc_link *link = in->chain; link && !reason; link = link->before)
        FINNC_TRY(fnc_lower_check_zero(l, link, in, &reason));
    if (!reason)
        FINNC_TRY(fnc_lower_steps(l, in, &steps, &reason));
    if (!reason)
        FINNC_TRY(fnc_lower_compare(l, in, steps, &codes, &reason));
    if (reason)
        return FINNC_OK;
    *why = NULL;
    return begin(l, s, in, &codes, p, why);
}

finnc_status fnc_lower_entry(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    fnc_lowered out;
    if (step->nbodies > 0 || step->noutputs != 1 || step->outputs[0] == SIZE_MAX)
        return FINNC_OK;
    FINNC_TRY(find_chain(l, s, &out, why));
    if (!out.floats)
        FINNC_TRY(flatten(l, s, &out));
    if (!out.floats)
        return FINNC_OK;
    if (fnc_lower_has_steps(step->step.node))
        return try_to_begin(l, s, &out, why);
    if (fnc_sanitises(l->runner, l->plan->values[step->outputs[0]].value)) {
        *why = "what it makes of floats may have to be rounded to its output's annotation";
        return FINNC_OK;
    }
    l->values[step->outputs[0]] = out;
    return FINNC_OK;
}

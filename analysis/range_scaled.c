/* The scaled form of values: integers on a grid, value = scale * q + bias. Scale and bias are exact
 * (in double) and tensors of the value's shape, so that whatever moves elements moves them, too. */
#include "ranging.h"

#include <math.h>

/* ---- where it begins ---- */

static bool is_finite(const fnc_bounds *q)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(q->lo); i++)
        if (!isfinite(fnc_range_data(q->lo)[i]) || !isfinite(fnc_range_data(q->hi)[i]))
            return false;
    return true;
}

static finnc_status set_grid(fnc_ranging *r, fnc_fact *fact, const fnc_bounds *q, double scale,
                             double bias)
{
    int rank = finnc_tensor_rank(q->lo);
    const int64_t *dims = finnc_tensor_dims(q->lo);
    fact->scaled.q = (fnc_bounds){finnc_tensor_retain(q->lo), finnc_tensor_retain(q->hi)};
    FINNC_TRY(fnc_range_fill(r, rank, dims, scale, &fact->scaled.scale));
    return fnc_range_fill(r, rank, dims, bias, &fact->scaled.bias);
}

static double step_number(double x, double b, double user)
{
    (void)b;
    return nearbyint(x / user);
}

/* Integers are their own grid; fixed-point numbers have one. */
finnc_status fnc_range_scale_source(fnc_ranging *r, fnc_fact *fact)
{
    fnc_bounds b, q = {NULL, NULL};
    finnc_dtype dtype = finnc_value_dtype(fact->value);
    FINNC_TRY(fnc_range_need(r, fact, &b));
    if (!b.lo || fact->scaled.q.lo)
        return FINNC_OK;
    if (fact->is_integer && is_finite(&b))
        return set_grid(r, fact, &b, 1, 0);
    if (fact->constant || finnc_value_producer(fact->value) || dtype.kind != FINNC_DTYPE_FIXED)
        return FINNC_OK;
    if (!is_finite(&b))
        return FINNC_OK;
    double scale = ldexp(1, dtype.int_bits - dtype.bits);
    finnc_status status = fnc_range_map(r, b.lo, NULL, step_number, scale, &q.lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, b.hi, NULL, step_number, scale, &q.hi);
    if (status == FINNC_OK)
        status = set_grid(r, fact, &q, scale, 0);
    fnc_bounds_clear(&q);
    return status;
}

/* ---- quantisers ---- */

static double whole_quotient(double a, double b, double user)
{
    (void)user;
    return nearbyint(a / b);
}

static double times_negative(double a, double b, double user)
{
    (void)user;
    return -(a * b);
}

static finnc_status steps_of(fnc_ranging *r, const finnc_tensor *x, const fnc_scaled *s,
                             finnc_tensor **q)
{
    finnc_tensor *shifted;
    FINNC_TRY(fnc_range_map(r, x, s->bias, fnc_map_minus, 0, &shifted));
    finnc_status status = fnc_range_map(r, shifted, s->scale, whole_quotient, 0, q);
    finnc_tensor_release(shifted);
    return status;
}

/* Sorted where a negative scale turned them round; false: some are no numbers of steps. */
static finnc_status sort_bounds(fnc_ranging *r, fnc_bounds *q)
{
    fnc_bounds sorted = {NULL, NULL};
    finnc_status status = fnc_range_map(r, q->lo, q->hi, fnc_map_min, 0, &sorted.lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, q->lo, q->hi, fnc_map_max, 0, &sorted.hi);
    fnc_bounds_clear(q);
    *q = sorted;
    return status;
}

static bool has_zero(const finnc_tensor *x)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
        if (fnc_range_data(x)[i] == 0)
            return true;
    return false;
}

static finnc_status stretch_input(fnc_ranged_node *n, int i, const finnc_tensor *like,
                                  finnc_tensor **wide)
{
    *wide = NULL;
    if (!n->in[i] || !n->in[i]->constant)
        return FINNC_OK;
    return fnc_range_stretch(n->r, n->in[i]->constant, finnc_tensor_rank(like),
                             finnc_tensor_dims(like), wide);
}

static finnc_status make_grid(fnc_ranged_node *n, const finnc_tensor *like, fnc_scaled *s)
{
    fnc_ranging *r = n->r;
    int rank = finnc_tensor_rank(like);
    const int64_t *dims = finnc_tensor_dims(like);
    finnc_tensor *zero = NULL;
    if (n->rule.has_grid) {
        FINNC_TRY(fnc_range_fill(r, rank, dims, n->rule.scale, &s->scale));
        return fnc_range_fill(r, rank, dims, n->rule.bias, &s->bias);
    }
    FINNC_TRY(stretch_input(n, n->rule.scale_input, like, &s->scale));
    if (n->rule.zero_input < 0)
        return fnc_range_fill(r, rank, dims, 0, &s->bias);
    FINNC_TRY(stretch_input(n, n->rule.zero_input, like, &zero));
    finnc_status status =
        s->scale && zero ? fnc_range_map(r, s->scale, zero, times_negative, 0, &s->bias) : FINNC_OK;
    finnc_tensor_release(zero);
    return status;
}

static finnc_status scale_quantiser(fnc_ranged_node *n, fnc_scaled *s)
{
    fnc_bounds b;
    FINNC_TRY(fnc_range_need(n->r, n->out[0], &b));
    if (!b.lo)
        return FINNC_OK;
    FINNC_TRY(make_grid(n, b.lo, s));
    if (!s->scale || !s->bias || has_zero(s->scale))
        return FINNC_OK;
    FINNC_TRY(steps_of(n->r, b.lo, s, &s->q.lo));
    FINNC_TRY(steps_of(n->r, b.hi, s, &s->q.hi));
    return sort_bounds(n->r, &s->q);
}

/* ---- nodes ---- */

static size_t count_varying(const fnc_ranged_node *n)
{
    size_t count = 0;
    for (size_t i = 0; i < n->ninputs; i++)
        count += fnc_range_varies(n->in[i]);
    return count;
}

/* Integers that a quantiser makes are themselves the grid: that of BIPOLAR is -1 and 1. */
static finnc_status find_form(fnc_ranged_node *n, size_t o, fnc_scaled *s)
{
    const finnc_range_rule *rule = &n->rule;
    if (rule->moves || rule->pads || (rule->picks && o == 0))
        return fnc_range_carry_moved(n, o, s);
    if (o > 0)
        return FINNC_OK;
    if (rule->has_grid || rule->scale_input >= 0)
        return n->out[0]->is_integer ? FINNC_OK : scale_quantiser(n, s);
    if (rule->kind == FINNC_RANGE_LINEAR)
        return fnc_range_carry_products(n, s);
    if (rule->is_affine && count_varying(n) == 1)
        return fnc_range_carry_affine(n, s);
    if (rule->is_affine && rule->kind == FINNC_RANGE_RISES && count_varying(n) == 2)
        return fnc_range_carry_sum(n, s);
    return FINNC_OK;
}

static bool is_whole_form(const fnc_scaled *s, const finnc_tensor *like)
{
    return s->q.lo && s->q.hi && s->scale && s->bias && fnc_range_has_dims(s->q.lo, like) &&
           fnc_range_has_dims(s->q.hi, like) && fnc_range_has_dims(s->scale, like) &&
           fnc_range_has_dims(s->bias, like) && is_finite(&s->q) && !has_zero(s->scale);
}

/* Integers that wrap around leave their grid's limits. */
static bool may_wrap(const fnc_fact *out, const fnc_bounds *b)
{
    return finnc_elem_is_integer(out->elem) && !is_finite(b);
}

finnc_status fnc_range_scale_node(fnc_ranged_node *n)
{
    for (size_t o = 0; o < n->noutputs; o++) {
        fnc_fact *out = n->out[o];
        fnc_scaled s = {{NULL, NULL}, NULL, NULL};
        fnc_bounds b;
        if (!out)
            continue;
        FINNC_TRY(fnc_range_need(n->r, out, &b));
        if (!b.lo || may_wrap(out, &b))
            continue;
        finnc_status status = out->is_rounded ? FINNC_OK : find_form(n, o, &s);
        if (status == FINNC_OK && is_whole_form(&s, b.lo)) {
            out->scaled = s;
            continue;
        }
        fnc_scaled_clear(&s);
        FINNC_TRY(status);
        FINNC_TRY(fnc_range_scale_source(n->r, out));
    }
    return FINNC_OK;
}

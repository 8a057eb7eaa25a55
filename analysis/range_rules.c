/* Nodes whose extremes lie at extremes of their inputs. */
#include "ranging.h"

#include <math.h>
#include <string.h>

enum { MOST_VARYING = 4 }; /* of a MONOTONE node: 16 runs */

/* ---- what does not depend on the inputs ---- */

finnc_status fnc_range_constant(fnc_ranged_node *n)
{
    const finnc_tensor *inputs[FNC_RANGING_INPUTS] = {0};
    finnc_tensor *outputs[FNC_RANGING_INPUTS];
    const char *why = NULL;
    for (size_t i = 0; i < n->ninputs; i++)
        inputs[i] = n->in[i] ? n->in[i]->constant : NULL;
    FINNC_TRY(fnc_range_run(n, inputs, outputs, &why));
    if (why)
        return fnc_range_give_up(n, why);
    for (size_t o = 0; o < n->noutputs; o++) {
        fnc_fact *out = n->out[o];
        if (!out || !outputs[o]) {
            finnc_tensor_release(outputs[o]);
            continue;
        }
        fnc_range_take(out, outputs[o]);
    }
    return FINNC_OK;
}

/* ---- corners ---- */

typedef struct corners {
    fnc_ranged_node *n;
    size_t varying[FNC_RANGING_INPUTS], nvarying;
    bool wraps;     /* its integers may overflow */
    bool in_double; /* so they are computed in double, where they do not */
    const char *why;
    fnc_bounds found[FNC_RANGING_INPUTS]; /* per output */
    finnc_tensor *first[FNC_RANGING_INPUTS];
    bool is_same[FNC_RANGING_INPUTS]; /* all corners gave `first` */
    size_t nruns;
} corners;

/* Does input i hold numbers of the kind that the varying ones are? Axes and counts do not. */
static bool is_data(const corners *c, size_t i)
{
    const finnc_op *op = finnc_node_find_op(c->n->node);
    const finnc_formal *formal = op ? finnc_op_formal(op->in, i) : NULL;
    const finnc_formal *data = op ? finnc_op_formal(op->in, c->varying[0]) : NULL;
    return c->n->in[i] && formal && data && formal->type && data->type &&
           !strcmp(formal->type, data->type);
}

/* Sums of them in double are exact if all together come to less than 2^53. */
static finnc_status check_exact(corners *c)
{
    fnc_ranged_node *n = c->n;
    double sum = 0;
    for (size_t i = 0; i < n->ninputs; i++) {
        fnc_bounds b;
        if (!is_data(c, i))
            continue;
        FINNC_TRY(fnc_range_need(n->r, n->in[i], &b));
        for (int64_t k = 0; b.lo && k < finnc_tensor_nelems(b.lo); k++)
            sum += fmax(fabs(fnc_range_data(b.lo)[k]), fabs(fnc_range_data(b.hi)[k]));
    }
    if (!(sum < FNC_RANGE_EXACT))
        c->why = isfinite(sum) ? fnc_range_too_large : "it may overflow";
    return FINNC_OK;
}

/* A mean of integers, say, is no integer in double; how it becomes one only the node itself knows,
 * which may be asked as long as none of its sums overflow. */
static bool is_rounded(const finnc_range_rule *rule)
{
    return rule->kind == FINNC_RANGE_RISES && rule->integers == FINNC_INTEGERS_UNKNOWN;
}

static finnc_status prepare(corners *c)
{
    fnc_ranged_node *n = c->n;
    for (size_t i = 0; i < n->ninputs; i++) {
        const fnc_fact *fact = n->in[i];
        if (!fnc_range_varies(fact))
            continue;
        if (!fnc_range_is_real(fact->elem))
            c->why = "an input holds no real numbers";
        else if (!fact->bounds.lo)
            c->why = "the shape of an input is not known";
        else if (i < 64 && !(n->rule.varying >> i & 1))
            c->why = "an input that has to be constant is computed";
        if (n->rule.wraps && !finnc_elem_is_float(fact->elem))
            c->wraps = true;
        c->varying[c->nvarying++] = i;
    }
    if (n->rule.kind == FINNC_RANGE_MONOTONE && c->nvarying > MOST_VARYING)
        c->why = "too many inputs vary";
    if (n->rule.kind == FINNC_RANGE_TURNS && c->nvarying != 1)
        c->why = "more than one input varies";
    if (n->rule.divisor >= 0 && !c->why && n->in[n->rule.divisor]) {
        fnc_bounds d;
        FINNC_TRY(fnc_range_need(n->r, n->in[n->rule.divisor], &d));
        for (int64_t i = 0; d.lo && i < finnc_tensor_nelems(d.lo); i++)
            if (fnc_range_data(d.lo)[i] <= 0 && fnc_range_data(d.hi)[i] >= 0)
                c->why = "it may divide by zero";
    }
    c->in_double = c->wraps && !is_rounded(&n->rule);
    if (c->wraps && !c->why)
        FINNC_TRY(check_exact(c));
    return FINNC_OK;
}

static double clamp(double lo, double hi, double turn)
{
    return turn < lo ? lo : turn > hi ? hi : turn;
}

/* Which end of its interval varying input `k` is at in this run. */
typedef enum end { LOW, HIGH, TURN } end;

static end end_of(const corners *c, size_t run, size_t k)
{
    switch (c->n->rule.kind) {
    case FINNC_RANGE_MONOTONE:
        return run >> k & 1 ? HIGH : LOW;
    case FINNC_RANGE_TURNS:
        return (end)run;
    case FINNC_RANGE_RISES:
    case FINNC_RANGE_UNKNOWN:
    case FINNC_RANGE_LINEAR:
    case FINNC_RANGE_BOUNDED:
        break;
    }
    return run ? HIGH : LOW;
}

static finnc_status place(corners *c, size_t run, size_t k, finnc_tensor **tensor)
{
    fnc_ranging *r = c->n->r;
    const fnc_fact *fact = c->n->in[c->varying[k]];
    end e = end_of(c, run, k);
    finnc_elem elem = c->in_double ? FINNC_ELEM_DOUBLE : fact->elem;
    finnc_tensor *at = NULL;
    if (e == TURN)
        FINNC_TRY(fnc_range_map(r, fact->bounds.lo, fact->bounds.hi, clamp, c->n->rule.turn, &at));
    finnc_status status = fnc_range_cast(r,
                                         e == TURN   ? at
                                         : e == HIGH ? fact->bounds.hi
                                                     : fact->bounds.lo,
                                         elem, e == HIGH, tensor);
    finnc_tensor_release(at);
    if (status == FINNC_OK && !*tensor)
        c->why = "its bounds are no numbers of its element type";
    return status;
}

static bool has_nan(const finnc_tensor *x)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
        if (isnan(fnc_range_data(x)[i]))
            return true;
    return false;
}

static finnc_status add_output(corners *c, size_t o, finnc_tensor *raw)
{
    fnc_ranging *r = c->n->r;
    finnc_tensor *wide, *lo = NULL, *hi = NULL;
    fnc_bounds *found = &c->found[o];
    if (!c->nruns) {
        c->first[o] = finnc_tensor_retain(raw);
        c->is_same[o] = true;
    } else if (c->is_same[o]) {
        c->is_same[o] = finnc_tensor_equal(c->first[o], raw);
    }
    FINNC_TRY(fnc_range_widen(r, raw, &wide));
    if (wide && has_nan(wide)) /* of ends, and nothing says that between them it is one, too */
        c->is_same[o] = false;
    if (!wide || (found->lo && !fnc_range_has_dims(found->lo, wide))) {
        finnc_tensor_release(wide);
        c->why = "it makes no numbers, or now of this shape and now of that";
        return FINNC_OK;
    }
    finnc_status status = fnc_range_map(r, wide, found->lo ? found->lo : wide, fnc_map_min, 0, &lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, wide, found->hi ? found->hi : wide, fnc_map_max, 0, &hi);
    finnc_tensor_release(wide);
    fnc_bounds_clear(found);
    *found = (fnc_bounds){lo, hi};
    return status;
}

static finnc_status add_outputs(corners *c, finnc_tensor *const *outputs)
{
    for (size_t o = 0; o < c->n->noutputs && !c->why; o++)
        if (outputs[o] && c->n->out[o] && o < c->n->rule.noutputs)
            FINNC_TRY(add_output(c, o, outputs[o]));
    c->nruns++;
    return FINNC_OK;
}

static finnc_status run_corner(corners *c, size_t run)
{
    fnc_ranged_node *n = c->n;
    finnc_tensor *inputs[FNC_RANGING_INPUTS] = {0}, *outputs[FNC_RANGING_INPUTS] = {0};
    finnc_status status = FINNC_OK;
    for (size_t k = 0; k < c->nvarying && status == FINNC_OK && !c->why; k++)
        status = place(c, run, k, &inputs[c->varying[k]]);
    for (size_t i = 0; i < n->ninputs && status == FINNC_OK && !c->why; i++) {
        if (!n->in[i] || inputs[i])
            continue;
        if (c->in_double && is_data(c, i))
            status = finnc_tensor_cast(n->r->cx, n->in[i]->constant, FINNC_ELEM_DOUBLE, &inputs[i]);
        else
            inputs[i] = finnc_tensor_retain(n->in[i]->constant);
    }
    if (status == FINNC_OK && !c->why)
        status = fnc_range_run(n, (const finnc_tensor *const *)inputs, outputs, &c->why);
    if (status == FINNC_OK && !c->why)
        status = add_outputs(c, outputs);
    for (size_t i = 0; i < n->ninputs; i++)
        finnc_tensor_release(inputs[i]);
    for (size_t o = 0; o < n->noutputs; o++)
        finnc_tensor_release(outputs[o]);
    return status;
}

static bool makes_integers(const fnc_ranged_node *n)
{
    for (size_t i = 0; i < n->ninputs && n->rule.integers == FINNC_INTEGERS_KEPT; i++)
        if (n->in[i] && !n->in[i]->is_integer)
            return false;
    return n->rule.integers != FINNC_INTEGERS_UNKNOWN;
}

static finnc_status take(corners *c)
{
    fnc_ranged_node *n = c->n;
    const char *reason =
        n->rule.kind == FINNC_RANGE_RISES ? "rises with its inputs" : "extremes of its inputs";
    for (size_t o = 0; o < n->noutputs; o++) {
        fnc_fact *out = n->out[o];
        if (!out || !c->found[o].lo)
            continue;
        if (c->is_same[o] && !c->in_double) {
            fnc_bounds_clear(&out->bounds);
            out->constant = finnc_tensor_retain(c->first[o]);
            out->elem = finnc_tensor_elem(out->constant);
            out->is_integer = fnc_range_are_whole(out->constant);
            out->reason = "whatever the inputs are";
            continue;
        }
        out->elem = c->in_double ? n->in[c->varying[0]]->elem : finnc_tensor_elem(c->first[o]);
        out->is_integer = makes_integers(n);
        FINNC_TRY(fnc_range_set(n, o, &c->found[o], reason));
    }
    return FINNC_OK;
}

finnc_status fnc_range_corners(fnc_ranged_node *n)
{
    corners c = {.n = n};
    FINNC_TRY(prepare(&c));
    size_t nruns = n->rule.kind == FINNC_RANGE_TURNS      ? 3
                   : n->rule.kind == FINNC_RANGE_MONOTONE ? (size_t)1 << c.nvarying
                                                          : 2;
    finnc_status status = FINNC_OK;
    for (size_t run = 0; run < nruns && status == FINNC_OK && !c.why; run++)
        status = run_corner(&c, run);
    if (status == FINNC_OK)
        status = c.why ? fnc_range_give_up(n, c.why) : take(&c);
    for (size_t o = 0; o < n->noutputs; o++) {
        fnc_bounds_clear(&c.found[o]);
        finnc_tensor_release(c.first[o]);
    }
    return status;
}

/* ---- what has bounds of its own ---- */

/* BIPOLAR has no zero, which bounds cannot tell. */
static finnc_status holds_only(fnc_ranging *r, fnc_fact *fact, finnc_dtype type, bool *does)
{
    fnc_bounds b;
    *does = fact && fact->is_integer;
    if (!*does)
        return FINNC_OK;
    FINNC_TRY(fnc_range_need(r, fact, &b));
    *does = b.lo && (fact->constant || finnc_dtype_allows(type, 0) ||
                     finnc_dtype_equal(finnc_value_dtype(fact->value), type));
    for (int64_t i = 0; *does && i < finnc_tensor_nelems(b.lo); i++)
        *does = finnc_dtype_allows(type, fnc_range_data(b.lo)[i]) &&
                finnc_dtype_allows(type, fnc_range_data(b.hi)[i]);
    return FINNC_OK;
}

static finnc_status takes_inputs(fnc_ranged_node *n, bool *does)
{
    *does = true;
    for (size_t i = 0; i < 2 && *does && n->rule.takes.kind != FINNC_DTYPE_FLOAT32; i++)
        FINNC_TRY(holds_only(n->r, i < n->ninputs ? n->in[i] : NULL, n->rule.takes, does));
    return FINNC_OK;
}

finnc_status fnc_range_bounded(fnc_ranged_node *n)
{
    fnc_fact *out = n->out[0];
    finnc_tensor *shape = out ? out->bounds.lo : NULL; /* set by the walk if it is known */
    if (!shape)
        return fnc_range_give_up(n, "its shape is not known");
    bool does_take;
    FINNC_TRY(takes_inputs(n, &does_take));
    if (!does_take)
        return fnc_range_give_up(n, "an input may hold numbers that it does not count");
    fnc_bounds b = {NULL, NULL};
    int rank = finnc_tensor_rank(shape);
    finnc_status status = fnc_range_fill(n->r, rank, finnc_tensor_dims(shape), n->rule.lo, &b.lo);
    if (status == FINNC_OK)
        status = fnc_range_fill(n->r, rank, finnc_tensor_dims(shape), n->rule.hi, &b.hi);
    out->is_integer = n->rule.integers == FINNC_INTEGERS_MADE;
    if (status == FINNC_OK)
        status = fnc_range_set(n, 0, &b, "what the op can give");
    fnc_bounds_clear(&b);
    return status;
}

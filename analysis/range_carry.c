/* The scaled form carried from inputs to outputs: past what moves elements, past affine functions,
 * and through sums of products. */
#include "ranging.h"

#include <math.h>

/* ---- what moves ---- */

/* Constants say how elements move, or what they are scaled by; those that move, too, since they
 * are joined with others, are on no grid of theirs. */
static bool is_aside(const fnc_ranged_node *n, size_t i)
{
    bool may_move = i < 64 && n->rule.varying >> i & 1;
    return n->in[i]->constant && !((n->rule.moves || n->rule.pads) && may_move);
}

/* The only input with a scaled form to follow; NULL: none. */
static fnc_fact *only_scaled(const fnc_ranged_node *n, size_t *at)
{
    fnc_fact *found = NULL;
    for (size_t i = 0; i < n->ninputs; i++) {
        if (!n->in[i] || is_aside(n, i))
            continue;
        if (found || !n->in[i]->scaled.q.lo)
            return NULL;
        found = n->in[i];
        *at = i;
    }
    return found;
}

/* Output `o` of the node on `x` (in double) as input `at`, the others constant. NULL: it cannot be
 * run on that. */
static finnc_status run_on(fnc_ranged_node *n, size_t at, const finnc_tensor *x, bool in_double,
                           size_t o, finnc_tensor **y)
{
    finnc_tensor *inputs[FNC_RANGING_INPUTS] = {0}, *outputs[FNC_RANGING_INPUTS] = {0};
    const char *why = NULL;
    finnc_status status = FINNC_OK;
    *y = NULL;
    for (size_t i = 0; i < n->ninputs && status == FINNC_OK; i++) {
        if (i == at)
            inputs[i] = finnc_tensor_retain(x);
        else if (n->in[i] && in_double)
            status = finnc_tensor_cast(n->r->cx, n->in[i]->constant, FINNC_ELEM_DOUBLE, &inputs[i]);
        else if (n->in[i])
            inputs[i] = finnc_tensor_retain(n->in[i]->constant);
    }
    if (status == FINNC_OK)
        status = fnc_range_run(n, (const finnc_tensor *const *)inputs, outputs, &why);
    if (status == FINNC_OK && !why && outputs[o])
        status = fnc_range_widen(n->r, outputs[o], y);
    for (size_t i = 0; i < n->ninputs; i++)
        finnc_tensor_release(inputs[i]);
    for (size_t k = 0; k < n->noutputs; k++)
        finnc_tensor_release(outputs[k]);
    return status;
}

/* Scale and bias may only be carried through padding, or past a choice, if that cannot mix them. */
finnc_status fnc_range_carry_moved(fnc_ranged_node *n, size_t o, fnc_scaled *s)
{
    size_t at = 0;
    const fnc_fact *x = only_scaled(n, &at);
    if (!x)
        return FINNC_OK;
    bool is_uniform = fnc_range_is_uniform(x->scaled.scale) && fnc_range_is_uniform(x->scaled.bias);
    double scale = finnc_tensor_nelems(x->scaled.scale) ? fnc_range_data(x->scaled.scale)[0] : 1;
    double bias = finnc_tensor_nelems(x->scaled.bias) ? fnc_range_data(x->scaled.bias)[0] : 0;
    if (!n->rule.moves && (!is_uniform || (n->rule.pads ? bias != 0 : scale <= 0)))
        return FINNC_OK;
    FINNC_TRY(run_on(n, at, x->scaled.q.lo, false, o, &s->q.lo));
    FINNC_TRY(run_on(n, at, x->scaled.q.hi, false, o, &s->q.hi));
    if (!s->q.lo || !s->q.hi)
        return FINNC_OK;
    int rank = finnc_tensor_rank(s->q.lo);
    const int64_t *dims = finnc_tensor_dims(s->q.lo);
    if (is_uniform) {
        FINNC_TRY(fnc_range_fill(n->r, rank, dims, scale, &s->scale));
        return fnc_range_fill(n->r, rank, dims, bias, &s->bias);
    }
    FINNC_TRY(run_on(n, at, x->scaled.scale, false, o, &s->scale));
    return run_on(n, at, x->scaled.bias, false, o, &s->bias);
}

/* ---- affine functions of one input ---- */

static double times(double a, double b, double user)
{
    (void)user;
    return a * b;
}

static bool are_close(const finnc_tensor *a, const finnc_tensor *b)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(a); i++) {
        double x = fnc_range_data(a)[i], y = fnc_range_data(b)[i];
        if (!(fabs(x - y) <= 1e-9 * fabs(x)))
            return false;
    }
    return true;
}

/* f(1) - f(0), of f's output's shape; NULL unless f(2) - f(1) is the same: a small slope may be
 * lost in the rounding of a large summand, above all in layers that know nothing but float32. */
static finnc_status find_slope(fnc_ranged_node *n, size_t at, const finnc_tensor *like,
                               finnc_tensor **slope)
{
    finnc_tensor *ends[3] = {NULL, NULL, NULL}, *next = NULL;
    finnc_status status = FINNC_OK;
    *slope = NULL;
    for (int i = 0; i < 3 && status == FINNC_OK; i++) {
        finnc_tensor *number = NULL;
        status = fnc_range_fill(n->r, finnc_tensor_rank(like), finnc_tensor_dims(like), i, &number);
        if (status == FINNC_OK)
            status = run_on(n, at, number, true, 0, &ends[i]);
        finnc_tensor_release(number);
    }
    bool has_ends = ends[0] && ends[1] && ends[2];
    if (status == FINNC_OK && has_ends)
        status = fnc_range_map(n->r, ends[1], ends[0], fnc_map_minus, 0, slope);
    if (status == FINNC_OK && has_ends)
        status = fnc_range_map(n->r, ends[2], ends[1], fnc_map_minus, 0, &next);
    if (status != FINNC_OK || (next && !are_close(*slope, next))) {
        finnc_tensor_release(*slope);
        *slope = NULL;
    }
    for (int i = 0; i < 3; i++)
        finnc_tensor_release(ends[i]);
    finnc_tensor_release(next);
    return status;
}

/* f(scale * q + bias) = slope * scale * q + f(bias). */
finnc_status fnc_range_carry_affine(fnc_ranged_node *n, fnc_scaled *s)
{
    fnc_ranging *r = n->r;
    size_t at = 0;
    const fnc_fact *x = only_scaled(n, &at);
    finnc_tensor *slope, *wide = NULL;
    if (!x)
        return FINNC_OK;
    FINNC_TRY(run_on(n, at, x->scaled.bias, true, 0, &s->bias));
    FINNC_TRY(find_slope(n, at, x->scaled.bias, &slope));
    if (!s->bias || !slope) {
        finnc_tensor_release(slope);
        return FINNC_OK;
    }
    int rank = finnc_tensor_rank(slope);
    const int64_t *dims = finnc_tensor_dims(slope);
    finnc_status status = fnc_range_stretch(r, x->scaled.scale, rank, dims, &wide);
    if (status == FINNC_OK && wide)
        status = fnc_range_map(r, slope, wide, times, 0, &s->scale);
    if (status == FINNC_OK)
        status = fnc_range_stretch(r, x->scaled.q.lo, rank, dims, &s->q.lo);
    if (status == FINNC_OK)
        status = fnc_range_stretch(r, x->scaled.q.hi, rank, dims, &s->q.hi);
    finnc_tensor_release(slope);
    finnc_tensor_release(wide);
    return status;
}

/* ---- sums of two inputs on one grid ---- */

static double plus(double a, double b, double user)
{
    (void)user;
    return a + b;
}

finnc_status fnc_range_carry_sum(fnc_ranged_node *n, fnc_scaled *s)
{
    fnc_ranging *r = n->r;
    if (n->ninputs != 2 || !n->in[0]->scaled.q.lo || !n->in[1]->scaled.q.lo)
        return FINNC_OK;
    const fnc_scaled *a = &n->in[0]->scaled, *b = &n->in[1]->scaled;
    if (!fnc_range_has_dims(a->scale, b->scale))
        return FINNC_OK;
    for (int64_t i = 0; i < finnc_tensor_nelems(a->scale); i++)
        if (fnc_range_data(a->scale)[i] != fnc_range_data(b->scale)[i])
            return FINNC_OK;
    s->scale = finnc_tensor_retain(a->scale);
    FINNC_TRY(fnc_range_map(r, a->bias, b->bias, plus, 0, &s->bias));
    FINNC_TRY(fnc_range_map(r, a->q.lo, b->q.lo, plus, 0, &s->q.lo));
    return fnc_range_map(r, a->q.hi, b->q.hi, plus, 0, &s->q.hi);
}

/* ---- sums of products ---- */

static double square(double a, double b, double user)
{
    (void)b, (void)user;
    return a * a;
}

static finnc_status apply(fnc_ranged_node *n, int w, const finnc_tensor *weights,
                          const finnc_tensor *x, const finnc_tensor *bias, finnc_tensor **y)
{
    const char *why = NULL;
    return fnc_range_apply(n, w ? x : weights, w ? weights : x, bias, y, &why);
}

/* The scale of each sum, if all its weights have the same one: the mean of the scales, whose
 * variance has to be nothing but what rounding in sums of k terms makes. NULL: they differ. */
static finnc_status mean_scale(const fnc_ranging *r, double x_scale, const finnc_tensor *terms,
                               const finnc_tensor *sums, const finnc_tensor *squares,
                               finnc_tensor **scale)
{
    FINNC_TRY(finnc_tensor_create(r->cx, FINNC_ELEM_DOUBLE, finnc_tensor_rank(sums),
                                  finnc_tensor_dims(sums), scale));
    double *y = finnc_tensor_edit(*scale);
    for (int64_t i = 0; i < finnc_tensor_nelems(sums); i++) {
        double k = fnc_range_data(terms)[i], mean = k > 0 ? fnc_range_data(sums)[i] / k : 1;
        double variance = k > 0 ? fnc_range_data(squares)[i] / k - mean * mean : 0;
        y[i] = mean * x_scale;
        if (fabs(variance) > (k + 4) * 0x1p-51 * mean * mean) {
            finnc_tensor_release(*scale);
            *scale = NULL;
            return FINNC_OK;
        }
    }
    return FINNC_OK;
}

static finnc_status scale_of_sums(fnc_ranged_node *n, int w, const finnc_tensor *ones,
                                  double x_scale, finnc_tensor **scale)
{
    const finnc_tensor *w_scale = n->in[w]->scaled.scale;
    finnc_tensor *w_ones = NULL, *w_squares = NULL, *terms = NULL, *sums = NULL, *squares = NULL;
    fnc_ranging *r = n->r;
    *scale = NULL;
    finnc_status status =
        fnc_range_fill(r, finnc_tensor_rank(w_scale), finnc_tensor_dims(w_scale), 1, &w_ones);
    if (status == FINNC_OK)
        status = fnc_range_map(r, w_scale, NULL, square, 0, &w_squares);
    if (status == FINNC_OK)
        status = apply(n, w, w_ones, ones, NULL, &terms);
    if (status == FINNC_OK)
        status = apply(n, w, w_scale, ones, NULL, &sums);
    if (status == FINNC_OK)
        status = apply(n, w, w_squares, ones, NULL, &squares);
    if (status == FINNC_OK && terms && sums && squares) {
        if (fnc_range_is_uniform(w_scale)) /* which keeps it exact */
            status = fnc_range_fill(r, finnc_tensor_rank(terms), finnc_tensor_dims(terms),
                                    x_scale * fnc_range_data(w_scale)[0], scale);
        else
            status = mean_scale(r, x_scale, terms, sums, squares, scale);
    }
    finnc_tensor_release(w_ones);
    finnc_tensor_release(w_squares);
    finnc_tensor_release(terms);
    finnc_tensor_release(sums);
    finnc_tensor_release(squares);
    return status;
}

/* W (sx q + bx) + B, where W = sw qw, is sw sx (qw q) + (W bx + B). */
finnc_status fnc_range_carry_products(fnc_ranged_node *n, fnc_scaled *s)
{
    fnc_ranging *r = n->r;
    bool has_bias = n->ninputs > 2 && n->in[2];
    int w = n->ninputs >= 2 && !fnc_range_varies(n->in[1]) ? 1 : 0;
    if (n->ninputs < 2 || !n->in[0] || !n->in[1] || fnc_range_varies(n->in[w]) ||
        !n->in[0]->scaled.q.lo || !n->in[1]->scaled.q.lo || (has_bias && !n->in[2]->constant) ||
        finnc_node_float(n->node, "alpha", 1) != 1)
        return FINNC_OK;
    const fnc_scaled *x = &n->in[!w]->scaled, *weights = &n->in[w]->scaled;
    if (!fnc_range_is_uniform(x->scale) || !fnc_range_is_uniform(weights->bias) ||
        !finnc_tensor_nelems(x->scale) || !finnc_tensor_nelems(weights->bias) ||
        fnc_range_data(weights->bias)[0] != 0)
        return FINNC_OK;
    const char *why = NULL;
    finnc_tensor *ones = NULL;
    fnc_bounds real, b = {NULL, NULL};
    FINNC_TRY(fnc_range_need(r, n->in[w], &real));
    if (has_bias)
        FINNC_TRY(fnc_range_need(r, n->in[2], &b));
    FINNC_TRY(fnc_range_extremes(n, w, weights->q.lo, &x->q, NULL, &s->q, &why));
    FINNC_TRY(apply(n, w, real.lo, x->bias, b.lo, &s->bias));
    FINNC_TRY(
        fnc_range_fill(r, finnc_tensor_rank(x->scale), finnc_tensor_dims(x->scale), 1, &ones));
    finnc_status status = scale_of_sums(n, w, ones, fnc_range_data(x->scale)[0], &s->scale);
    finnc_tensor_release(ones);
    return status;
}

/* Sums of products with constant weights: where a weight is positive the largest sum takes the
 * largest input, where it is negative the smallest one. So the node itself finds both extremes, run
 * on the positive and on the negative part of the weights. Padding is zeros on the way there, too.
 *
 * Products and summand are looked at one by one, the other being zeros: either may be turned round
 * by a negative factor of its own, such as Gemm's alpha and beta. */
#include "ranging.h"

#include <float.h>
#include <math.h>

static double positive(double w, double b, double user)
{
    (void)b, (void)user;
    return w > 0 ? w : 0;
}

static double negative(double w, double b, double user)
{
    (void)b, (void)user;
    return w < 0 ? w : 0;
}

static double plus(double a, double b, double user)
{
    (void)user;
    return a + b;
}

static double magnitude(double a, double b, double user)
{
    (void)user;
    return fmax(fabs(a), fabs(b));
}

static double magnitudes(double a, double b, double user)
{
    (void)user;
    return fabs(a) + fabs(b);
}

static double always(double a, double b, double user)
{
    (void)a, (void)b;
    return user;
}

finnc_status fnc_range_apply(fnc_ranged_node *n, const finnc_tensor *a, const finnc_tensor *b,
                             const finnc_tensor *bias, finnc_tensor **y, const char **why)
{
    const finnc_tensor *inputs[FNC_RANGING_INPUTS] = {a, b, bias};
    finnc_tensor *outputs[FNC_RANGING_INPUTS], *zeros = NULL;
    bool has_bias = n->ninputs > 2 && n->in[2];
    *y = NULL;
    if (has_bias && !bias) {
        fnc_bounds shape;
        FINNC_TRY(fnc_range_need(n->r, n->in[2], &shape));
        if (!shape.lo) {
            *why = "the shape of an input is not known";
            return FINNC_OK;
        }
        FINNC_TRY(fnc_range_fill(n->r, finnc_tensor_rank(shape.lo), finnc_tensor_dims(shape.lo), 0,
                                 &zeros));
        inputs[2] = zeros;
    }
    finnc_status status = fnc_range_run(n, inputs, outputs, why);
    finnc_tensor_release(zeros);
    if (status != FINNC_OK || *why)
        return status;
    status = fnc_range_widen(n->r, outputs[0], y); /* never a view */
    for (size_t o = 0; o < n->noutputs; o++)
        finnc_tensor_release(outputs[o]);
    return status;
}

/* The node with `weights` as input `w`, and x as the other one. */
static finnc_status apply(fnc_ranged_node *n, int w, const finnc_tensor *weights,
                          const finnc_tensor *x, const finnc_tensor *bias, finnc_tensor **y,
                          const char **why)
{
    return fnc_range_apply(n, w ? x : weights, w ? weights : x, bias, y, why);
}

/* The summand alone. */
static finnc_status apply_summand(fnc_ranged_node *n, const finnc_tensor *like_a,
                                  const finnc_tensor *like_b, const finnc_tensor *bias,
                                  finnc_tensor **y, const char **why)
{
    finnc_tensor *a = NULL, *b = NULL;
    *y = NULL;
    finnc_status status = fnc_range_map(n->r, like_a, NULL, always, 0, &a);
    if (status == FINNC_OK)
        status = fnc_range_map(n->r, like_b, NULL, always, 0, &b);
    if (status == FINNC_OK)
        status = fnc_range_apply(n, a, b, bias, y, why);
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    return status;
}

/* positive * first + negative * second. */
static finnc_status both_parts(fnc_ranged_node *n, int w, finnc_tensor *const parts[2],
                               const finnc_tensor *first, const finnc_tensor *second,
                               finnc_tensor **y, const char **why)
{
    finnc_tensor *a = NULL, *b = NULL;
    *y = NULL;
    FINNC_TRY(apply(n, w, parts[0], first, NULL, &a, why));
    finnc_status status = *why ? FINNC_OK : apply(n, w, parts[1], second, NULL, &b, why);
    if (status == FINNC_OK && !*why)
        status = fnc_range_map(n->r, a, b, plus, 0, y);
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    return status;
}

/* Which one is the smaller is not known before. Takes both over. */
static finnc_status sort(fnc_ranging *r, finnc_tensor *a, finnc_tensor *b, fnc_bounds *y)
{
    finnc_status status = fnc_range_map(r, a, b, fnc_map_min, 0, &y->lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, a, b, fnc_map_max, 0, &y->hi);
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    return status;
}

static finnc_status extremes_of_products(fnc_ranged_node *n, int w, const finnc_tensor *weights,
                                         const fnc_bounds *x, fnc_bounds *y, const char **why)
{
    fnc_ranging *r = n->r;
    finnc_tensor *parts[2] = {NULL, NULL}, *a = NULL, *b = NULL;
    finnc_status status = fnc_range_map(r, weights, NULL, positive, 0, &parts[0]);
    if (status == FINNC_OK)
        status = fnc_range_map(r, weights, NULL, negative, 0, &parts[1]);
    if (status == FINNC_OK)
        status = both_parts(n, w, parts, x->hi, x->lo, &a, why);
    if (status == FINNC_OK && !*why)
        status = both_parts(n, w, parts, x->lo, x->hi, &b, why);
    finnc_tensor_release(parts[0]);
    finnc_tensor_release(parts[1]);
    if (status == FINNC_OK && !*why)
        return sort(r, a, b, y);
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    return status;
}

static finnc_status extremes_of_summand(fnc_ranged_node *n, const fnc_bounds *x,
                                        const finnc_tensor *weights, int w, const fnc_bounds *bias,
                                        fnc_bounds *y, const char **why)
{
    const finnc_tensor *left = w ? x->lo : weights, *right = w ? weights : x->lo;
    finnc_tensor *a = NULL, *b = NULL;
    finnc_status status = apply_summand(n, left, right, bias->lo, &a, why);
    if (status == FINNC_OK && !*why && bias->lo == bias->hi)
        b = finnc_tensor_retain(a);
    else if (status == FINNC_OK && !*why)
        status = apply_summand(n, left, right, bias->hi, &b, why);
    if (status == FINNC_OK && !*why)
        return sort(n->r, a, b, y);
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    return status;
}

finnc_status fnc_range_extremes(fnc_ranged_node *n, int w, const finnc_tensor *weights,
                                const fnc_bounds *x, const fnc_bounds *bias, fnc_bounds *y,
                                const char **why)
{
    fnc_bounds products = {NULL, NULL}, summand = {NULL, NULL};
    *y = (fnc_bounds){NULL, NULL};
    finnc_status status = extremes_of_products(n, w, weights, x, &products, why);
    if (status == FINNC_OK && !*why && !bias) {
        *y = products;
        return FINNC_OK;
    }
    if (status == FINNC_OK && !*why)
        status = extremes_of_summand(n, x, weights, w, bias, &summand, why);
    if (status == FINNC_OK && !*why)
        status = fnc_range_map(n->r, products.lo, summand.lo, plus, 0, &y->lo);
    if (status == FINNC_OK && !*why)
        status = fnc_range_map(n->r, products.hi, summand.hi, plus, 0, &y->hi);
    fnc_bounds_clear(&products);
    fnc_bounds_clear(&summand);
    return status;
}

/* ---- rounding ---- */

/* Half of the distance from 1 to the next number. */
static double rounding_of(finnc_elem elem)
{
    return elem == FINNC_ELEM_DOUBLE ? 0x1p-53 : elem == FINNC_ELEM_FLOAT ? 0x1p-24 : 0x1p-8;
}

static double smallest_normal(finnc_elem elem)
{
    return elem == FINNC_ELEM_DOUBLE    ? DBL_MIN
           : elem == FINNC_ELEM_FLOAT16 ? 0x1p-14
                                        : (double)FLT_MIN; /* BFLOAT16's, too */
}

/* A sum of nothing but zeros is exact. */
static double above_zero(double x, double b, double least)
{
    (void)b;
    return x > 0 ? x + least : x;
}

static double lower(double x, double error, double user)
{
    return x - fabs(error) * user;
}

static double raise(double x, double error, double user)
{
    return x + fabs(error) * user;
}

static double lower_whole(double x, double error, double user)
{
    return floor(lower(x, error, user));
}

static double raise_whole(double x, double error, double user)
{
    return ceil(raise(x, error, user));
}

/* Of what the node made: positive again, whatever the signs of its factors. */
static finnc_status add_magnitudes(fnc_ranging *r, finnc_tensor *const made[2], finnc_tensor **sum)
{
    return fnc_range_map(r, made[0], made[1], magnitudes, 0, sum);
}

/* The node on magnitudes: how much there may be to round. Products and summand each on their own:
 * together they might cancel. */
static finnc_status find_magnitudes(fnc_ranged_node *n, const fnc_bounds x[3], finnc_tensor **sum,
                                    finnc_tensor **terms, const char **why)
{
    fnc_ranging *r = n->r;
    finnc_tensor *m[3] = {0}, *ones[2] = {0}, *made[2] = {0};
    finnc_status status = FINNC_OK;
    for (int i = 0; i < 3 && status == FINNC_OK; i++)
        if (x[i].lo)
            status = fnc_range_map(r, x[i].lo, x[i].hi, magnitude, 0, &m[i]);
    for (int i = 0; i < 2 && status == FINNC_OK; i++)
        status = fnc_range_map(r, x[i].lo, NULL, always, 1, &ones[i]);
    if (status == FINNC_OK)
        status = fnc_range_apply(n, m[0], m[1], NULL, &made[0], why);
    if (status == FINNC_OK && !*why && m[2])
        status = apply_summand(n, m[0], m[1], m[2], &made[1], why);
    if (status == FINNC_OK && !*why)
        status = add_magnitudes(r, made, sum);
    if (status == FINNC_OK && !*why)
        status = fnc_range_apply(n, ones[0], ones[1], NULL, terms, why);
    for (int i = 0; i < 3; i++)
        finnc_tensor_release(m[i]);
    for (int i = 0; i < 2; i++) {
        finnc_tensor_release(ones[i]);
        finnc_tensor_release(made[i]);
    }
    return status;
}

/* How many terms are added up. A factor behind the sum, such as Gemm's alpha, has made it of so
 * many ones; a small one makes no fewer roundings of it, a large one enlarges them. */
static double count_terms(const fnc_ranged_node *n, const finnc_tensor *terms)
{
    double factor = fabs(finnc_node_float(n->node, "alpha", 1));
    return factor > 0 && factor < 1 ? fnc_range_largest(terms) / factor : fnc_range_largest(terms);
}

/* However a sum of k terms is added up, it is off by at most about k roundings of the sum of their
 * magnitudes; each at least that of the smallest normal number, below which steps stay as they are.
 * Integers are exact up to where the element type begins to leave some out. */
static finnc_status widen(fnc_ranged_node *n, const fnc_bounds x[3], bool are_integers,
                          fnc_bounds *y, const char **why)
{
    fnc_ranging *r = n->r;
    finnc_tensor *sum = NULL, *terms = NULL, *raised = NULL, *lo = NULL, *hi = NULL;
    double rounding = rounding_of(n->in[0]->elem);
    finnc_status status = find_magnitudes(n, x, &sum, &terms, why);
    bool is_exact =
        are_integers && !*why && status == FINNC_OK && fnc_range_largest(sum) * rounding <= 1;
    if (status == FINNC_OK && !*why && !is_exact) {
        double share = (count_terms(n, terms) + 4) * rounding * 1.01;
        status = fnc_range_map(r, sum, NULL, above_zero, smallest_normal(n->in[0]->elem), &raised);
        if (status == FINNC_OK)
            status =
                fnc_range_map(r, y->lo, raised, are_integers ? lower_whole : lower, share, &lo);
        if (status == FINNC_OK)
            status =
                fnc_range_map(r, y->hi, raised, are_integers ? raise_whole : raise, share, &hi);
        if (status == FINNC_OK) {
            fnc_bounds_clear(y);
            *y = (fnc_bounds){lo, hi};
            lo = hi = NULL;
        }
    }
    finnc_tensor_release(raised);
    finnc_tensor_release(sum);
    finnc_tensor_release(terms);
    finnc_tensor_release(lo);
    finnc_tensor_release(hi);
    return status;
}

/* Sums of integer types are formed in double, too, and the largest of them are no numbers of it. */
static finnc_status check_exact(fnc_ranged_node *n, const fnc_bounds x[3], const char **why)
{
    finnc_tensor *sum = NULL, *terms = NULL;
    FINNC_TRY(find_magnitudes(n, x, &sum, &terms, why));
    double most = *why ? 0 : fnc_range_largest(sum); /* of what is unbounded, the bounds tell */
    if (isfinite(most) && most >= FNC_RANGE_EXACT)
        *why = fnc_range_too_large;
    finnc_tensor_release(sum);
    finnc_tensor_release(terms);
    return FINNC_OK;
}

/* ---- the rule ---- */

/* Neither factor is constant: no sum is larger than that of the products of magnitudes. */
static finnc_status within_magnitudes(fnc_ranged_node *n, const fnc_bounds x[3], fnc_bounds *y,
                                      const char **why)
{
    finnc_tensor *sum = NULL, *terms = NULL;
    FINNC_TRY(find_magnitudes(n, x, &sum, &terms, why));
    finnc_status status = FINNC_OK;
    if (!*why)
        status = fnc_range_map(n->r, sum, sum, lower, 2, &y->lo); /* s - 2 s */
    if (status == FINNC_OK && !*why)
        status = fnc_range_map(n->r, sum, NULL, magnitude, 0, &y->hi);
    finnc_tensor_release(sum);
    finnc_tensor_release(terms);
    return status;
}

finnc_status fnc_range_products(fnc_ranged_node *n)
{
    fnc_bounds x[3] = {{NULL, NULL}}, y = {NULL, NULL};
    const char *why = NULL;
    bool is_integer = n->rule.integers == FINNC_INTEGERS_KEPT;
    if (n->ninputs < 2 || n->ninputs > 3 || !n->in[0] || !n->in[1] || !n->out[0])
        return fnc_range_give_up(n, "it has other inputs than factors and a summand");
    if (!is_integer && !finnc_elem_is_float(n->in[0]->elem))
        return fnc_range_give_up(n, "it cuts off what a factor makes of integers");
    for (size_t i = 0; i < n->ninputs; i++) {
        if (!n->in[i])
            continue;
        FINNC_TRY(fnc_range_need(n->r, n->in[i], &x[i]));
        if (!x[i].lo)
            return fnc_range_give_up(n, "the shape of an input is not known");
        is_integer &= n->in[i]->is_integer;
    }
    int w = !fnc_range_varies(n->in[1]) ? 1 : !fnc_range_varies(n->in[0]) ? 0 : -1;
    finnc_status status =
        w < 0 ? within_magnitudes(n, x, &y, &why)
              : fnc_range_extremes(n, w, x[w].lo, &x[!w], x[2].lo ? &x[2] : NULL, &y, &why);
    if (status == FINNC_OK && !why)
        status = finnc_elem_is_float(n->in[0]->elem) ? widen(n, x, is_integer, &y, &why)
                                                     : check_exact(n, x, &why);
    if (status == FINNC_OK) {
        n->out[0]->elem = n->in[0]->elem;
        n->out[0]->is_integer = is_integer;
        n->out[0]->seen.is_accumulator = true;
        status =
            why ? fnc_range_give_up(n, why)
                : fnc_range_set(n, 0, &y, w < 0 ? "products of magnitudes" : "sums of products");
    }
    fnc_bounds_clear(&y);
    return status;
}

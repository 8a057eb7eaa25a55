/* Tensors in double for range analysis, and nodes run on them. */
#include "ranging.h"

#include <math.h>
#include <string.h>

/* FINN's layers, which take nothing but float32, get that: their integers are exact in it up to
 * 2^24, and sums beyond are widened. */
static bool wants_float(const fnc_ranged_node *n, size_t i, const finnc_tensor *x)
{
    const finnc_op *op = finnc_node_find_op(n->node);
    finnc_types takes = op ? finnc_op_types(op, op->in, i) : FINNC_TYPES_ANY;
    return x && finnc_tensor_elem(x) == FINNC_ELEM_DOUBLE && !(takes & FINNC_TYPE(DOUBLE)) &&
           takes & FINNC_TYPE(FLOAT);
}

static finnc_status eval(fnc_ranged_node *n, const finnc_tensor *const *inputs,
                         finnc_tensor **outputs)
{
    finnc_ctx *cx = n->r->cx;
    const finnc_tensor *taken[FNC_RANGING_INPUTS];
    finnc_tensor *made[FNC_RANGING_INPUTS] = {0};
    finnc_status status = FINNC_OK;
    for (size_t i = 0; i < n->ninputs; i++) {
        taken[i] = inputs[i];
        if (status == FINNC_OK && wants_float(n, i, inputs[i])) {
            status = finnc_tensor_cast(cx, inputs[i], FINNC_ELEM_FLOAT, &made[i]);
            taken[i] = made[i];
        }
    }
    if (status == FINNC_OK)
        status = finnc_node_eval(cx, n->node, taken, n->ninputs, outputs, n->noutputs);
    for (size_t i = 0; i < n->ninputs; i++)
        finnc_tensor_release(made[i]);
    return status;
}

finnc_status fnc_range_run(fnc_ranged_node *n, const finnc_tensor *const *inputs,
                           finnc_tensor **outputs, const char **why)
{
    finnc_ctx *cx = n->r->cx;
    for (size_t o = 0; o < n->noutputs; o++)
        outputs[o] = NULL;
    finnc_status status = eval(n, inputs, outputs);
    if (status == FINNC_OK || status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
        return status;
    for (size_t o = 0; o < n->noutputs; o++)
        outputs[o] = NULL;
    *why = fnc_arena_strdup(n->r->arena, finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    return *why ? FINNC_OK : finnc_no_memory(cx);
}

const double *fnc_range_data(const finnc_tensor *x)
{
    return finnc_tensor_edit((finnc_tensor *)x); /* made here: never a view */
}

const char fnc_range_too_large[] = "integers beyond 2^53 are not followed";

double fnc_range_largest(const finnc_tensor *x)
{
    double most = 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
        most = fmax(most, fabs(fnc_range_data(x)[i]));
    return most;
}

finnc_status fnc_range_map(fnc_ranging *r, const finnc_tensor *a, const finnc_tensor *b,
                           fnc_map_fn *f, double user, finnc_tensor **result)
{
    *result = NULL;
    FINNC_TRY(finnc_tensor_create(r->cx, FINNC_ELEM_DOUBLE, finnc_tensor_rank(a),
                                  finnc_tensor_dims(a), result));
    double *y = finnc_tensor_edit(*result);
    int64_t n = finnc_tensor_nelems(a);
    for (int64_t i = 0; i < n; i++)
        y[i] = f(finnc_tensor_get(a, i), b ? finnc_tensor_get(b, i) : 0, user);
    return FINNC_OK;
}

double fnc_map_min(double a, double b, double user)
{
    (void)user;
    return isnan(a) || isnan(b) ? -INFINITY : a < b ? a : b;
}

double fnc_map_max(double a, double b, double user)
{
    (void)user;
    return isnan(a) || isnan(b) ? INFINITY : a > b ? a : b;
}

double fnc_map_minus(double a, double b, double user)
{
    (void)user;
    return a - b;
}

/* One number, rounded away from where it must not leave the interval. */
static float to_float(double x, bool up)
{
    float y = (float)x;
    if (up && (double)y < x)
        y = nextafterf(y, INFINITY);
    if (!up && (double)y > x)
        y = nextafterf(y, -INFINITY);
    return y;
}

finnc_status fnc_range_cast(fnc_ranging *r, const finnc_tensor *x, finnc_elem elem, bool up,
                            finnc_tensor **cast)
{
    int64_t n = finnc_tensor_nelems(x);
    *cast = NULL;
    FINNC_TRY(finnc_tensor_create(r->cx, elem, finnc_tensor_rank(x), finnc_tensor_dims(x), cast));
    for (int64_t i = 0; i < n; i++) {
        double v = finnc_tensor_get(x, i);
        if (elem == FINNC_ELEM_FLOAT) {
            ((float *)finnc_tensor_edit(*cast))[i] = to_float(v, up);
            continue;
        }
        finnc_tensor_set(*cast, i, v);
        if (finnc_tensor_get(*cast, i) != v) {
            finnc_tensor_release(*cast);
            *cast = NULL;
            return FINNC_OK;
        }
    }
    return FINNC_OK;
}

bool fnc_range_is_real(finnc_elem elem)
{
    return elem != FINNC_ELEM_STRING && elem != FINNC_ELEM_COMPLEX64 &&
           elem != FINNC_ELEM_COMPLEX128;
}

static bool holds_reals(const finnc_tensor *x)
{
    return finnc_tensor_kind(x) == FINNC_KIND_TENSOR && fnc_range_is_real(finnc_tensor_elem(x));
}

finnc_status fnc_range_widen(fnc_ranging *r, const finnc_tensor *x, finnc_tensor **wide)
{
    *wide = NULL;
    if (!holds_reals(x))
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_create(r->cx, FINNC_ELEM_DOUBLE, finnc_tensor_rank(x),
                                  finnc_tensor_dims(x), wide));
    double *y = finnc_tensor_edit(*wide);
    int64_t n = finnc_tensor_nelems(x);
    for (int64_t i = 0; i < n; i++)
        y[i] = finnc_tensor_get(x, i);
    return FINNC_OK;
}

finnc_status fnc_range_fill(fnc_ranging *r, int rank, const int64_t *dims, double x,
                            finnc_tensor **filled)
{
    *filled = NULL;
    FINNC_TRY(finnc_tensor_create(r->cx, FINNC_ELEM_DOUBLE, rank, dims, filled));
    double *y = finnc_tensor_edit(*filled);
    int64_t n = finnc_tensor_nelems(*filled);
    for (int64_t i = 0; i < n; i++)
        y[i] = x;
    return FINNC_OK;
}

finnc_status fnc_range_stretch(fnc_ranging *r, const finnc_tensor *x, int rank, const int64_t *dims,
                               finnc_tensor **stretched)
{
    int shift = rank - finnc_tensor_rank(x);
    int64_t step[FINNC_MAX_RANK], at[FINNC_MAX_RANK] = {0}, stride = 1, from = 0;
    *stretched = NULL;
    if (shift < 0)
        return FINNC_OK;
    for (int i = rank - 1; i >= 0; i--) {
        int64_t size = i < shift ? 1 : finnc_tensor_dim(x, i - shift);
        if (size != 1 && size != dims[i])
            return FINNC_OK;
        step[i] = size == 1 ? 0 : stride;
        stride *= size;
    }
    FINNC_TRY(finnc_tensor_create(r->cx, FINNC_ELEM_DOUBLE, rank, dims, stretched));
    double *y = finnc_tensor_edit(*stretched);
    int64_t n = finnc_tensor_nelems(*stretched);
    for (int64_t i = 0; i < n; i++) {
        y[i] = finnc_tensor_get(x, from);
        for (int k = rank - 1; k >= 0; k--) {
            from += step[k];
            if (++at[k] < dims[k])
                break;
            from -= step[k] * dims[k];
            at[k] = 0;
        }
    }
    return FINNC_OK;
}

bool fnc_range_is_uniform(const finnc_tensor *x)
{
    for (int64_t i = 1; i < finnc_tensor_nelems(x); i++)
        if (finnc_tensor_get(x, i) != finnc_tensor_get(x, 0))
            return false;
    return true;
}

bool fnc_range_are_whole(const finnc_tensor *x)
{
    if (!holds_reals(x))
        return false;
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++) {
        double v = finnc_tensor_get(x, i);
        if (v != nearbyint(v)) /* NaN, too */
            return false;
    }
    return true;
}

bool fnc_range_has_dims(const finnc_tensor *a, const finnc_tensor *b)
{
    int rank = finnc_tensor_rank(a);
    return rank == finnc_tensor_rank(b) &&
           !memcmp(finnc_tensor_dims(a), finnc_tensor_dims(b), sizeof(int64_t) * (size_t)rank);
}

void fnc_bounds_clear(fnc_bounds *b)
{
    finnc_tensor_release(b->lo);
    finnc_tensor_release(b->hi);
    *b = (fnc_bounds){NULL, NULL};
}

void fnc_scaled_clear(fnc_scaled *s)
{
    fnc_bounds_clear(&s->q);
    finnc_tensor_release(s->scale);
    finnc_tensor_release(s->bias);
    s->scale = s->bias = NULL;
}

/* Reductions over axes. Sums run in double (floats) or int64_t, in the order of the elements. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

typedef struct reduction {
    int kept, gone; /* axes of either kind */
    int64_t kept_dims[FINNC_MAX_RANK], kept_strides[FINNC_MAX_RANK];
    int64_t gone_dims[FINNC_MAX_RANK], gone_strides[FINNC_MAX_RANK];
    int64_t kept_nelems, gone_nelems;
    int out_rank;
    int64_t out_dims[FINNC_MAX_RANK];
} reduction;

static finnc_status init(fnc_call *call, reduction *r)
{
    const int64_t *axes;
    int64_t naxes, stride = 1;
    bool is_gone[FINNC_MAX_RANK] = {false};
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_attr_or_input(call, "axes", 1, &axes, &naxes));
    const fnc_array *x = &call->in[0];
    bool keep = finnc_node_int(call->node, "keepdims", 1) != 0;
    bool all = naxes == 0 && !finnc_node_int(call->node, "noop_with_empty_axes", 0);
    for (int64_t i = 0; i < naxes; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, axes[i], x->rank, &axis));
        is_gone[axis] = true;
    }
    *r = (reduction){.kept_nelems = 1, .gone_nelems = 1};
    for (int i = 0; i < x->rank; i++) {
        bool gone = all || is_gone[i];
        if (!gone || keep)
            r->out_dims[r->out_rank++] = gone ? 1 : x->dims[i];
    }
    int64_t strides[FINNC_MAX_RANK];
    for (int i = x->rank; i-- > 0;) {
        strides[i] = stride;
        stride *= x->dims[i];
    }
    for (int i = 0; i < x->rank; i++) {
        bool gone = all || is_gone[i];
        int *n = gone ? &r->gone : &r->kept;
        (gone ? r->gone_dims : r->kept_dims)[*n] = x->dims[i];
        (gone ? r->gone_strides : r->kept_strides)[*n] = strides[i];
        *(gone ? &r->gone_nelems : &r->kept_nelems) *= x->dims[i];
        (*n)++;
    }
    return FINNC_OK;
}

static int64_t place(int rank, const int64_t *dims, const int64_t *strides, int64_t index)
{
    int64_t at = 0;
    for (int i = rank; i-- > 0;) {
        at += index % dims[i] * strides[i];
        index /= dims[i];
    }
    return at;
}

/* How elements go into the result: one step per element, then an end. */
typedef struct reducer {
    double start;
    double (*step)(double sum, double x);
    double (*end)(double sum, double n);
    int64_t (*int_step)(int64_t sum, int64_t x); /* NULL: integers go through double */
} reducer;

typedef struct job {
    const reduction *r;
    const reducer *how;
    finnc_elem elem;
    const char *x;
    char *y;
    size_t size;
} job;

static void reduce_range(void *user, int64_t begin, int64_t end)
{
    const job *j = user;
    const reduction *r = j->r;
    bool ints = j->how->int_step && !finnc_elem_is_float(j->elem);
    for (int64_t o = begin; o < end; o++) {
        int64_t base = place(r->kept, r->kept_dims, r->kept_strides, o), int_sum = 0;
        double sum = j->how->start;
        for (int64_t i = 0; i < r->gone_nelems; i++) {
            int64_t at = base + place(r->gone, r->gone_dims, r->gone_strides, i);
            const char *from = j->x + (size_t)at * j->size;
            if (ints) {
                int64_t x;
                fnc_convert(j->elem, from, FINNC_ELEM_INT64, &x, 1);
                int_sum = j->how->int_step(int_sum, x);
            } else {
                double x;
                fnc_convert(j->elem, from, FINNC_ELEM_DOUBLE, &x, 1);
                sum = j->how->step(sum, x);
            }
        }
        char *to = j->y + (size_t)o * j->size;
        if (ints) {
            fnc_convert(FINNC_ELEM_INT64, &int_sum, j->elem, to, 1);
        } else {
            sum = j->how->end ? j->how->end(sum, (double)r->gone_nelems) : sum;
            fnc_convert(FINNC_ELEM_DOUBLE, &sum, j->elem, to, 1);
        }
    }
}

static finnc_status reduce(fnc_call *call, const reducer *how)
{
    reduction r;
    job j = {.r = &r, .how = how};
    FINNC_TRY(init(call, &r));
    const fnc_array *x = &call->in[0];
    if (!finnc_elem_is_float(x->elem) && !finnc_elem_is_integer(x->elem))
        return fnc_bad_elem(call, 0);
    j.elem = x->elem;
    j.size = fnc_elem_size(x->elem);
    j.x = x->data;
    FINNC_TRY(fnc_out(call, 0, x->elem, r.out_rank, r.out_dims, &j.y));
    fnc_parallel(call, r.kept_nelems, r.gone_nelems * 16, reduce_range, &j);
    return FINNC_OK;
}

static double add(double sum, double x)
{
    return sum + x;
}

static int64_t add_int(int64_t sum, int64_t x)
{
    return sum + x;
}

static double add_abs(double sum, double x)
{
    return sum + fabs(x);
}

static double add_square(double sum, double x)
{
    return sum + x * x;
}

static double multiply(double product, double x)
{
    return product * x;
}

static double take_greater(double greatest, double x)
{
    return x > greatest || isnan(x) ? x : greatest;
}

static double take_less(double least, double x)
{
    return x < least || isnan(x) ? x : least;
}

static double divide(double sum, double n)
{
    return sum / n;
}

static double root(double sum, double n)
{
    (void)n;
    return sqrt(sum);
}

static double logarithm(double sum, double n)
{
    (void)n;
    return log(sum);
}

/* log(exp(sum) + exp(x)), which neither overflows nor loses small numbers. */
static double add_exp(double sum, double x)
{
    double greater = x > sum ? x : sum, less = x > sum ? sum : x;
    if (isnan(x) || isnan(sum))
        return x + sum;
    return isinf(greater) ? greater : greater + log1p(exp(less - greater));
}

#define REDUCER(row, ...)                                                                          \
    static finnc_status row##_run(fnc_call *call)                                                  \
    {                                                                                              \
        static const reducer how = {__VA_ARGS__};                                                  \
        return reduce(call, &how);                                                                 \
    }                                                                                              \
    const fnc_kernel fnc_kernel_##row = {.run = row##_run};

REDUCER(onnx_reduce_sum, .step = add, .int_step = add_int)
REDUCER(onnx_reduce_mean, .step = add, .end = divide)
REDUCER(onnx_reduce_max, .start = -INFINITY, .step = take_greater)
REDUCER(onnx_reduce_min, .start = INFINITY, .step = take_less)
REDUCER(onnx_reduce_prod, .start = 1, .step = multiply)
REDUCER(onnx_reduce_l1, .step = add_abs)
REDUCER(onnx_reduce_l2, .step = add_square, .end = root)
REDUCER(onnx_reduce_sum_square, .step = add_square)
REDUCER(onnx_reduce_log_sum, .step = add, .end = logarithm)
REDUCER(onnx_reduce_log_sum_exp, .start = -INFINITY, .step = add_exp)

/* Reductions over axes. Sums run in double (floats) or int64_t (integers, wrapping around), in the
 * order of the elements. */
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
    bool keep = finnc_node_attr_int(call->node, "keepdims") != 0;
    bool all = naxes == 0 && !finnc_node_attr_int(call->node, "noop_with_empty_axes");
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
    double start; /* infinite: the type's least or greatest value */
    double (*step)(double sum, double x);
    double (*end)(double sum, double n);
    int64_t (*int_step)(int64_t sum, int64_t x);    /* NULL: integers go through double */
    int64_t (*uint64_step)(int64_t sum, int64_t x); /* NULL: the same */
    int64_t (*int_end)(int64_t sum, int64_t n, bool is_signed);
    bool compares; /* UINT64 becomes numbers of the same order, not of the same bits */
} reducer;

typedef struct job {
    const reduction *r;
    const reducer *how;
    finnc_elem elem;
    const char *x;
    char *y;
    size_t size;
    int64_t run; /* elements side by side that go into one result */
    int64_t flip;
} job;

enum { BLOCK = 256 };

static void reduce_floats(const job *j, int64_t base, char *to)
{
    const reduction *r = j->r;
    double sum = j->how->start, block[BLOCK];
    for (int64_t i = 0; i < r->gone_nelems; i += j->run) {
        int64_t at = base + place(r->gone, r->gone_dims, r->gone_strides, i);
        for (int64_t done = 0, n; done < j->run; done += n) {
            n = j->run - done < BLOCK ? j->run - done : BLOCK;
            fnc_convert(j->elem, j->x + (size_t)(at + done) * j->size, FINNC_ELEM_DOUBLE, block, n);
            for (int64_t k = 0; k < n; k++)
                sum = j->how->step(sum, block[k]);
        }
    }
    sum = j->how->end ? j->how->end(sum, (double)r->gone_nelems) : sum;
    fnc_convert(FINNC_ELEM_DOUBLE, &sum, j->elem, to, 1);
}

static int64_t int_start(const job *j)
{
    char element[sizeof(int64_t)];
    int64_t start;
    if (j->elem == FINNC_ELEM_BOOL)
        return j->how->start > 0;
    fnc_convert(FINNC_ELEM_DOUBLE, &j->how->start, j->elem, element, 1);
    fnc_convert(j->elem, element, FINNC_ELEM_INT64, &start, 1);
    return start ^ j->flip;
}

static void reduce_ints(const job *j, int64_t base, char *to)
{
    const reduction *r = j->r;
    int64_t sum = int_start(j), block[BLOCK];
    bool is_big = j->elem == FINNC_ELEM_UINT64 && j->how->uint64_step;
    int64_t (*step)(int64_t, int64_t) = is_big ? j->how->uint64_step : j->how->int_step;
    for (int64_t i = 0; i < r->gone_nelems; i += j->run) {
        int64_t at = base + place(r->gone, r->gone_dims, r->gone_strides, i);
        for (int64_t done = 0, n; done < j->run; done += n) {
            n = j->run - done < BLOCK ? j->run - done : BLOCK;
            fnc_convert(j->elem, j->x + (size_t)(at + done) * j->size, FINNC_ELEM_INT64, block, n);
            for (int64_t k = 0; k < n; k++)
                sum = step(sum, block[k] ^ j->flip);
        }
    }
    sum ^= j->flip;
    if (j->how->int_end)
        sum = j->how->int_end(sum, r->gone_nelems, finnc_elem_is_signed(j->elem));
    fnc_convert(FINNC_ELEM_INT64, &sum, j->elem, to, 1);
}

static void reduce_range(void *user, int64_t begin, int64_t end)
{
    const job *j = user;
    const reduction *r = j->r;
    bool ints = j->how->int_step && !finnc_elem_is_float(j->elem);
    for (int64_t o = begin; o < end; o++)
        (ints ? reduce_ints : reduce_floats)(j, place(r->kept, r->kept_dims, r->kept_strides, o),
                                             j->y + (size_t)o * j->size);
}

static finnc_status reduce(fnc_call *call, const reducer *how)
{
    reduction r;
    job j = {.r = &r, .how = how};
    FINNC_TRY(init(call, &r));
    const fnc_array *x = &call->in[0];
    j.elem = x->elem;
    j.size = fnc_elem_size(x->elem);
    j.x = x->data;
    bool is_dense = r.gone > 0 && r.gone_strides[r.gone - 1] == 1;
    j.run = is_dense ? r.gone_dims[r.gone - 1] : 1;
    j.flip = how->compares && x->elem == FINNC_ELEM_UINT64 ? INT64_MIN : 0;
    FINNC_TRY(fnc_out(call, 0, x->elem, r.out_rank, r.out_dims, &j.y));
    fnc_parallel_long(call, r.kept_nelems, r.gone_nelems * 16, reduce_range, &j);
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

static int64_t add_int_abs(int64_t sum, int64_t x)
{
    return sum + (x < 0 ? -x : x);
}

static int64_t add_int_square(int64_t sum, int64_t x)
{
    return sum + x * x;
}

static int64_t multiply_int(int64_t product, int64_t x)
{
    return product * x;
}

static int64_t take_greater_int(int64_t greatest, int64_t x)
{
    return x > greatest ? x : greatest;
}

static int64_t take_less_int(int64_t least, int64_t x)
{
    return x < least ? x : least;
}

/* Towards zero; the mean of nothing is 0. */
static int64_t divide_int(int64_t sum, int64_t n, bool is_signed)
{
    if (n == 0)
        return 0;
    return is_signed ? sum / n : (int64_t)((uint64_t)sum / (uint64_t)n);
}

static int64_t root_int(int64_t sum, int64_t n, bool is_signed)
{
    (void)n, (void)is_signed;
    return (int64_t)sqrt((double)(uint64_t)sum);
}

#define REDUCER(row, ...)                                                                          \
    static finnc_status row##_run(fnc_call *call)                                                  \
    {                                                                                              \
        static const reducer how = {__VA_ARGS__};                                                  \
        return reduce(call, &how);                                                                 \
    }                                                                                              \
    const fnc_kernel fnc_kernel_##row = {.run = row##_run};

REDUCER(onnx_reduce_sum, .step = add, .int_step = add_int)
REDUCER(onnx_reduce_mean, .step = add, .end = divide, .int_step = add_int, .int_end = divide_int)
REDUCER(onnx_reduce_max, .start = -INFINITY, .step = take_greater, .int_step = take_greater_int,
        .compares = true)
REDUCER(onnx_reduce_min, .start = INFINITY, .step = take_less, .int_step = take_less_int,
        .compares = true)
REDUCER(onnx_reduce_prod, .start = 1, .step = multiply, .int_step = multiply_int)
REDUCER(onnx_reduce_l1, .step = add_abs, .int_step = add_int_abs, .uint64_step = add_int)
REDUCER(onnx_reduce_l2, .step = add_square, .end = root, .int_step = add_int_square,
        .int_end = root_int)
REDUCER(onnx_reduce_sum_square, .step = add_square, .int_step = add_int_square)
REDUCER(onnx_reduce_log_sum, .step = add, .end = logarithm)
REDUCER(onnx_reduce_log_sum_exp, .start = -INFINITY, .step = add_exp)

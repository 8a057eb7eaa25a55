/* Random tensors: element i is made of number i of the node's stream (generator.h). */
#include "../../generator.h"
#include "../fill.h"

#include <inttypes.h>
#include <math.h>

/* What the attribute says (the node's check has looked at it), or `absent`. */
static finnc_elem elem_of(const fnc_call *call, finnc_elem absent)
{
    return (finnc_elem)finnc_node_int(call->node, "dtype", absent);
}

/* ---- distributions ---- */

typedef struct stream {
    uint64_t key;
    double a, b; /* low and range, or mean and standard deviation */
} stream;

static double uniform(const void *user, int64_t i)
{
    const stream *s = user;
    return s->a + s->b * fnc_random_uniform(fnc_random_at(s->key, i));
}

static double normal(const void *user, int64_t i)
{
    const stream *s = user;
    return s->a + s->b * fnc_random_normal(fnc_random_at(s->key, i));
}

static finnc_status fill(fnc_call *call, finnc_elem elem, int rank, const int64_t *dims,
                         bool is_normal)
{
    int64_t nelems;
    void *y;
    stream s = {.key = fnc_random_key(call->node)};
    if (is_normal) {
        s.a = finnc_node_attr_float(call->node, "mean");
        s.b = finnc_node_attr_float(call->node, "scale");
        if (s.b < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "a standard deviation (scale) of %g", s.b);
    } else {
        s.a = finnc_node_attr_float(call->node, "low");
        s.b = finnc_node_attr_float(call->node, "high") - s.a;
    }
    FINNC_TRY(finnc_shape_nelems(call->cx, rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, elem, rank, dims, &y));
    fnc_fill(call, elem, y, nelems, 32, is_normal ? normal : uniform, &s);
    return FINNC_OK;
}

static finnc_status shaped(fnc_call *call, bool is_normal)
{
    size_t rank;
    const int64_t *dims = finnc_node_ints(call->node, "shape", &rank);
    if (rank > FINNC_MAX_RANK)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a shape of %zu axes", rank);
    return fill(call, elem_of(call, FINNC_ELEM_FLOAT), (int)rank, dims, is_normal);
}

static finnc_status like(fnc_call *call, bool is_normal)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    finnc_elem elem = elem_of(call, x->elem);
    if (!finnc_elem_is_float(elem))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "there is no dtype, and random numbers are not made as %s, the input's",
                          finnc_elem_name(elem));
    return fill(call, elem, x->rank, x->dims, is_normal);
}

static finnc_status random_normal(fnc_call *call)
{
    return shaped(call, true);
}

static finnc_status random_uniform(fnc_call *call)
{
    return shaped(call, false);
}

static finnc_status random_normal_like(fnc_call *call)
{
    return like(call, true);
}

static finnc_status random_uniform_like(fnc_call *call)
{
    return like(call, false);
}

/* ---- Bernoulli ---- */

typedef struct coins {
    uint64_t key;
    const double *p;
} coins;

static double coin(const void *user, int64_t i)
{
    const coins *c = user;
    return fnc_random_uniform(fnc_random_at(c->key, i)) < c->p[i];
}

static finnc_status bernoulli(fnc_call *call)
{
    fnc_array p = {0};
    void *y;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &p));
    coins c = {.key = fnc_random_key(call->node), .p = p.data};
    for (int64_t i = 0; i < p.nelems; i++)
        if (!(c.p[i] >= 0 && c.p[i] <= 1))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "element %" PRId64 " is %g, which is no probability", i, c.p[i]);
    finnc_elem elem = elem_of(call, call->in[0].elem);
    FINNC_TRY(fnc_out(call, 0, elem, p.rank, p.dims, &y));
    fnc_fill(call, elem, y, p.nelems, 16, coin, &c);
    return FINNC_OK;
}

/* ---- Multinomial ---- */

typedef struct lots {
    uint64_t key;
    int64_t first;     /* number in the stream that the row begins with */
    const double *sum; /* of the weights up to and with each class */
    int64_t nclasses;
} lots;

static double lot(const void *user, int64_t i)
{
    const lots *l = user;
    double x = fnc_random_uniform(fnc_random_at(l->key, l->first + i)) * l->sum[l->nclasses - 1];
    int64_t low = 0, high = l->nclasses - 1; /* the first whose sum is greater */
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (l->sum[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return (double)low;
}

/* Weights out of logarithms: the greatest is 1, so that nothing overflows. */
static finnc_status add_weights(fnc_call *call, int64_t row, const double *x, int64_t n,
                                double *sum)
{
    double greatest = -INFINITY, total = 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(x[i]) || x[i] == INFINITY)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "row %" PRId64 ": class %" PRId64
                              " has %g as the logarithm of a probability",
                              row, i, x[i]);
        greatest = fmax(greatest, x[i]);
    }
    if (greatest == -INFINITY)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "row %" PRId64 " has no class that could be drawn", row);
    for (int64_t i = 0; i < n; i++)
        sum[i] = total += exp(x[i] - greatest);
    return FINNC_OK;
}

static finnc_status multinomial(fnc_call *call)
{
    fnc_array x = {0};
    char *y;
    int64_t count = finnc_node_attr_int(call->node, "sample_size");
    finnc_elem elem = elem_of(call, FINNC_ELEM_INT32);
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    if (x.rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the input has rank %d, but is (batch, classes): rank 2", x.rank);
    int64_t nrows = x.dims[0], n = x.dims[1];
    const int64_t dims[] = {nrows, count};
    FINNC_TRY(fnc_out(call, 0, elem, 2, dims, &y));
    double *sum = FNC_SCRATCH(call, double, n);
    if (!sum)
        return finnc_no_memory(call->cx);
    lots l = {.key = fnc_random_key(call->node), .sum = sum, .nclasses = n};
    for (int64_t row = 0; row < nrows && count > 0; row++) {
        FINNC_TRY(add_weights(call, row, (const double *)x.data + row * n, n, sum));
        l.first = row * count;
        fnc_fill(call, elem, y + (size_t)l.first * fnc_elem_size(elem), count, 64, lot, &l);
    }
    return FINNC_OK;
}

/* Inputs come as they are: a FLOAT made from a FLOAT16 has to stay one. */
const fnc_kernel fnc_kernel_onnx_random_normal = {.run = random_normal};
const fnc_kernel fnc_kernel_onnx_random_uniform = {.run = random_uniform};
const fnc_kernel fnc_kernel_onnx_random_normal_like = {.run = random_normal_like,
                                                       .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_random_uniform_like = {.run = random_uniform_like,
                                                        .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_bernoulli = {.run = bernoulli, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_multinomial = {.run = multinomial, .takes = FNC_TAKES_BYTES};

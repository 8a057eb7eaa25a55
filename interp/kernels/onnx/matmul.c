#include "../matmul.h"

#include "../../grid.h"
#include "../../product.h"

#include <inttypes.h>

/* Of quantised operands. Rows may have scales of their own, and columns. */
static finnc_status matmul_on_grid(fnc_call *call, const fnc_matmul *shape,
                                   const fnc_grid_product *p)
{
    float *out;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, shape->rank, shape->dims, &out));
    void *sums = out;
    if (p->elem != FINNC_ELEM_FLOAT &&
        !(sums = fnc_scratch_array(call, sizeof(double), shape->nelems)))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_matmul_run(call, shape, p->elem, p->in[0], p->in[1], sums));
    fnc_grid_scale(p, sums, shape->nelems, (const int64_t[]){shape->n, 1}, out);
    return FINNC_OK;
}

/* The axis of `x`, `from_end` from its last one, along which scales may vary. */
static int free_axis(const fnc_array *x, int from_end)
{
    return x->rank > 1 ? x->rank - 1 - from_end : -1;
}

static finnc_status matmul(fnc_call *call)
{
    fnc_matmul shape;
    fnc_grid_product product;
    bool is_on_grid;
    fnc_array a, b;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_matmul_init(call, &call->in[0], &call->in[1], &shape));
    const int axes[] = {free_axis(&call->in[0], 1), free_axis(&call->in[1], 0)};
    FINNC_TRY(fnc_grid_find(call, axes, shape.k, &product, &is_on_grid));
    if (is_on_grid)
        return matmul_on_grid(call, &shape, &product);
    finnc_elem stored = call->in[0].elem, elem = stored;
    if (finnc_elem_is_float(stored))
        elem = fnc_product_elem(call, 0, 1, shape.k);
    if (finnc_elem_is_float(stored) && call->in[1].elem == FINNC_ELEM_DOUBLE)
        stored = FINNC_ELEM_DOUBLE; /* as numpy promotes */
    FINNC_TRY(fnc_in_as(call, 0, elem, &a));
    FINNC_TRY(fnc_in_as(call, 1, elem, &b));
    FINNC_TRY(fnc_out(call, 0, stored, shape.rank, shape.dims, &out));
    if (stored == elem)
        return fnc_matmul_run(call, &shape, elem, a.data, b.data, out);
    void *wide = fnc_scratch_array(call, fnc_elem_size(elem), shape.nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_matmul_run(call, &shape, elem, a.data, b.data, wide));
    fnc_convert(elem, wide, stored, out, shape.nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_matmul = {.run = matmul};

/* ---- Gemm: alpha * op(A) * op(B) + beta * C ---- */

typedef struct gemm_shape {
    int64_t m, n, k;
    bool ta, tb;
    const int64_t *da, *db;
    int64_t row_step, column_step; /* of C, broadcast to (m, n) */
} gemm_shape;

/* Adds beta * c, c being broadcast to m x n. */
#define EPILOGUE(NAME, T, ...)                                                                     \
    static void epilogue_##NAME(T *y, const gemm_shape *s, double alpha, double beta, const T *c)  \
    {                                                                                              \
        for (int64_t i = 0; i < s->m; i++)                                                         \
            for (int64_t j = 0; j < s->n; j++) {                                                   \
                T x = (T)((T)alpha * y[i * s->n + j]);                                             \
                if (c)                                                                             \
                    x = (T)(x + (T)((T)beta * c[i * s->row_step + j * s->column_step]));           \
                y[i * s->n + j] = x;                                                               \
            }                                                                                      \
    }
FNC_FLOATS(EPILOGUE, )

/* A factor that is not a whole number makes doubles of integers, and cuts the result off. */
static int64_t scaled(int64_t x, double factor, bool is_signed)
{
    if (factor == 1)
        return x;
    double product = factor * (is_signed ? (double)x : (double)(uint64_t)x);
    fnc_convert(FINNC_ELEM_DOUBLE, &product, is_signed ? FINNC_ELEM_INT64 : FINNC_ELEM_UINT64, &x,
                1);
    return x;
}

/* Integers, as 64 bits of either sign: exact, or wrapping around as sums of that type do. */
static finnc_status gemm_ints(fnc_call *call, const gemm_shape *s, double alpha, double beta,
                              void *out)
{
    fnc_array a, b, c = {0};
    finnc_elem elem = call->in[0].elem;
    bool is_signed = finnc_elem_is_signed(elem);
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_INT64, &a));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_INT64, &b));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, FINNC_ELEM_INT64, &c));
    int64_t *y = FNC_SCRATCH(call, int64_t, s->m * s->n);
    if (!y)
        return finnc_no_memory(call->cx);
    const int64_t *x = a.data, *w = b.data, *added = c.data;
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            int64_t sum = 0;
            for (int64_t l = 0; l < s->k; l++)
                sum +=
                    x[s->ta ? l * s->m + i : i * s->k + l] * w[s->tb ? j * s->k + l : l * s->n + j];
            sum = scaled(sum, alpha, is_signed);
            if (added)
                sum += scaled(added[i * s->row_step + j * s->column_step], beta, is_signed);
            y[i * s->n + j] = sum;
        }
    fnc_convert(FINNC_ELEM_INT64, y, elem, out, s->m * s->n);
    return FINNC_OK;
}

/* Of quantised operands, as MatMul. */
static finnc_status gemm_on_grid(fnc_call *call, const gemm_shape *s, const fnc_grid_product *p,
                                 double alpha, double beta, float *out)
{
    void *sums = out;
    if (p->elem != FINNC_ELEM_FLOAT &&
        !(sums = fnc_scratch_array(call, sizeof(double), s->m * s->n)))
        return finnc_no_memory(call->cx);
    const fnc_factor left = {p->in[0], s->da[1] > 0 ? s->da[1] : 1, s->ta};
    const fnc_factor right = {p->in[1], s->db[1] > 0 ? s->db[1] : 1, s->tb};
    FINNC_TRY(fnc_product(call, p->elem, s->m, s->n, s->k, left, right, sums, s->n > 0 ? s->n : 1));
    fnc_grid_scale(p, sums, s->m * s->n, (const int64_t[]){s->n, 1}, out);
    epilogue_FLOAT(out, s, alpha, beta, fnc_has(call, 2) ? call->in[2].data : NULL);
    return FINNC_OK;
}

static finnc_status gemm_floats(fnc_call *call, const gemm_shape *s, double alpha, double beta,
                                void *out)
{
    fnc_array a, b, c = {0};
    fnc_grid_product product;
    bool is_on_grid;
    FINNC_TRY(fnc_grid_find(call, (const int[]){s->ta, !s->tb}, s->k, &product, &is_on_grid));
    if (is_on_grid && (!fnc_has(call, 2) || call->in[2].elem == FINNC_ELEM_FLOAT))
        return gemm_on_grid(call, s, &product, alpha, beta, out);
    finnc_elem stored = call->in[0].elem, elem = fnc_product_elem(call, 0, 1, s->k);
    FINNC_TRY(fnc_in_as(call, 0, elem, &a));
    FINNC_TRY(fnc_in_as(call, 1, elem, &b));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, elem, &c));
    void *y = elem == stored ? out : fnc_scratch_array(call, sizeof(double), s->m * s->n);
    if (!y)
        return finnc_no_memory(call->cx);
    fnc_factor left = {a.data, s->da[1] > 0 ? s->da[1] : 1, s->ta};
    fnc_factor right = {b.data, s->db[1] > 0 ? s->db[1] : 1, s->tb};
    FINNC_TRY(fnc_product(call, elem, s->m, s->n, s->k, left, right, y, s->n > 0 ? s->n : 1));
    if (elem == FINNC_ELEM_FLOAT)
        epilogue_FLOAT(y, s, alpha, beta, c.data);
    else
        epilogue_DOUBLE(y, s, alpha, beta, c.data);
    if (y != out)
        fnc_convert(elem, y, stored, out, s->m * s->n);
    return FINNC_OK;
}

/* Before version 7 C is (m, n) unless the attribute `broadcast` says otherwise. */
static finnc_status fit_addend(fnc_call *call, gemm_shape *s)
{
    if (!fnc_has(call, 2))
        return FINNC_OK;
    const fnc_array *c = &call->in[2];
    int64_t columns = c->rank > 0 ? c->dims[c->rank - 1] : 1;
    int64_t rows = c->rank > 1 ? c->dims[c->rank - 2] : 1;
    bool may = call->version >= 7 || finnc_node_attr_int(call->node, "broadcast");
    if (c->rank > 2 || !(columns == s->n || (may && columns == 1)) ||
        !(rows == s->m || (may && rows == 1)) || (!may && c->rank != 2))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "C of %" PRId64 " by %" PRId64 " cannot be added to %" PRId64
                          " by %" PRId64,
                          rows, columns, s->m, s->n);
    s->row_step = rows > 1 ? columns : 0;
    s->column_step = columns > 1;
    return FINNC_OK;
}

static finnc_status gemm(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    if (call->in[0].rank != 2 || call->in[1].rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "operands of rank %d and %d", call->in[0].rank,
                          call->in[1].rank);
    gemm_shape s = {.ta = finnc_node_attr_int(call->node, "transA") != 0,
                    .tb = finnc_node_attr_int(call->node, "transB") != 0,
                    .da = call->in[0].dims,
                    .db = call->in[1].dims};
    s.m = s.da[s.ta];
    s.k = s.da[!s.ta];
    s.n = s.db[!s.tb];
    if (s.k != s.db[s.tb])
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " columns on the left, %" PRId64 " rows on the right", s.k,
                          s.db[s.tb]);
    FINNC_TRY(fit_addend(call, &s));
    double alpha = finnc_node_attr_float(call->node, "alpha");
    double beta = finnc_node_attr_float(call->node, "beta");
    const int64_t dims[] = {s.m, s.n};
    void *out;
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, 2, dims, &out));
    bool is_float = finnc_elem_is_float(call->in[0].elem);
    return (is_float ? gemm_floats : gemm_ints)(call, &s, alpha, beta, out);
}

const fnc_kernel fnc_kernel_onnx_gemm = {.run = gemm};

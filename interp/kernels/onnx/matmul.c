#include "../matmul.h"

#include "../../product.h"

#include <inttypes.h>

static finnc_status matmul(fnc_call *call)
{
    fnc_matmul shape;
    fnc_array a, b;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_matmul_init(call, &call->in[0], &call->in[1], &shape));
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

/* Adds beta * c, c being broadcast to m x n. */
#define EPILOGUE(NAME, T, ...)                                                                     \
    static void epilogue_##NAME(T *y, int64_t m, int64_t n, double alpha, double beta, const T *c, \
                                int64_t row_step, int64_t column_step)                             \
    {                                                                                              \
        for (int64_t i = 0; i < m; i++)                                                            \
            for (int64_t j = 0; j < n; j++) {                                                      \
                T x = (T)((T)alpha * y[i * n + j]);                                                \
                if (c)                                                                             \
                    x = (T)(x + (T)((T)beta * c[i * row_step + j * column_step]));                 \
                y[i * n + j] = x;                                                                  \
            }                                                                                      \
    }
FNC_FLOATS(EPILOGUE, )

static finnc_status gemm(fnc_call *call)
{
    fnc_array a, b, c = {0};
    FINNC_TRY(fnc_need_inputs(call, 2));
    finnc_elem stored = call->in[0].elem;
    if (call->in[0].rank != 2 || call->in[1].rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "operands of rank %d and %d", call->in[0].rank,
                          call->in[1].rank);
    bool ta = finnc_node_int(call->node, "transA", 0) != 0;
    bool tb = finnc_node_int(call->node, "transB", 0) != 0;
    const int64_t *da = call->in[0].dims, *db = call->in[1].dims;
    int64_t dims[] = {ta ? da[1] : da[0], tb ? db[0] : db[1]}, k = ta ? da[0] : da[1];
    if (k != (tb ? db[1] : db[0]))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " columns on the left, %" PRId64 " rows on the right", k,
                          tb ? db[1] : db[0]);
    /* Integers are computed as doubles, exact below 2^53. */
    finnc_elem elem =
        finnc_elem_is_float(stored) ? fnc_product_elem(call, 0, 1, k) : FINNC_ELEM_DOUBLE;
    FINNC_TRY(fnc_in_as(call, 0, elem, &a));
    FINNC_TRY(fnc_in_as(call, 1, elem, &b));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, elem, &c));
    void *out, *y;
    FINNC_TRY(fnc_out(call, 0, stored, 2, dims, &out));
    y = elem == stored ? out : fnc_scratch_array(call, sizeof(double), dims[0] * dims[1]);
    if (!y)
        return finnc_no_memory(call->cx);
    fnc_factor left = {a.data, da[1] > 0 ? da[1] : 1, ta};
    fnc_factor right = {b.data, db[1] > 0 ? db[1] : 1, tb};
    FINNC_TRY(
        fnc_product(call, elem, dims[0], dims[1], k, left, right, y, dims[1] > 0 ? dims[1] : 1));
    int64_t c_columns = c.rank > 0 ? c.dims[c.rank - 1] : 1;
    int64_t c_rows = c.rank > 1 ? c.dims[c.rank - 2] : 1;
    if (c.data && (c.rank > 2 || (c_columns != 1 && c_columns != dims[1]) ||
                   (c_rows != 1 && c_rows != dims[0])))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "C of %" PRId64 " by %" PRId64 " cannot be added to %" PRId64
                          " by %" PRId64,
                          c_rows, c_columns, dims[0], dims[1]);
    double alpha = finnc_node_float(call->node, "alpha", 1);
    double beta = finnc_node_float(call->node, "beta", 1);
    int64_t row_step = c_rows > 1 ? c_columns : 0, column_step = c_columns > 1;
    if (elem == FINNC_ELEM_FLOAT)
        epilogue_FLOAT(y, dims[0], dims[1], alpha, beta, c.data, row_step, column_step);
    else
        epilogue_DOUBLE(y, dims[0], dims[1], alpha, beta, c.data, row_step, column_step);
    if (y != out)
        fnc_convert(elem, y, stored, out, dims[0] * dims[1]);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_gemm = {.run = gemm};

/* Matrix products. */
#include "../infer.h"

#include <inttypes.h>
#include <math.h>

/* numpy's matmul: the last two axes are matrices, those before broadcast; a vector is a row on the
 * left, a column on the right. */
finnc_status fnc_infer_mat_mul(finnc_infer *in, size_t right, finnc_elem elem)
{
    fnc_shape a = fnc_shape_of(in, 0), b = fnc_shape_of(in, right);
    if (a.rank < 0 || b.rank < 0)
        return finnc_infer_set_type(in, 0, elem, -1, NULL);
    if (!a.rank || !b.rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "multiplies matrices, input %zu has rank 0",
                          a.rank ? right : 0);
    finnc_dim ka = a.dims[a.rank - 1], kb = b.dims[b.rank > 1 ? b.rank - 2 : 0];
    if (ka.size >= 0 && kb.size >= 0 && ka.size != kb.size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "rows of A have %" PRId64 " elements, columns of B have %" PRId64,
                          ka.size, kb.size);
    fnc_shape y = {.elem = elem};
    int na = a.rank > 2 ? a.rank - 2 : 0, nb = b.rank > 2 ? b.rank - 2 : 0, n = na > nb ? na : nb;
    for (int i = 0; i < n; i++) {
        finnc_dim x = i - (n - na) < 0 ? fnc_known(1) : a.dims[i - (n - na)];
        finnc_dim z = i - (n - nb) < 0 ? fnc_known(1) : b.dims[i - (n - nb)];
        if (!fnc_dim_broadcast(x, z, &y.dims[y.rank++]))
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " matrices on the left, %" PRId64 " on the right", x.size,
                              z.size);
    }
    if (a.rank > 1)
        y.dims[y.rank++] = a.dims[a.rank - 2];
    if (b.rank > 1)
        y.dims[y.rank++] = b.dims[b.rank - 1];
    return fnc_infer_set(in, 0, &y);
}

finnc_status fnc_shapes_mat_mul(finnc_infer *in)
{
    return fnc_infer_mat_mul(in, 1, finnc_infer_elem(in, 0));
}

static bool fit(finnc_dim a, finnc_dim b)
{
    return a.size < 0 || b.size < 0 || a.size == b.size;
}

/* Before version 7 C is as large as the product unless the node says otherwise. */
static bool may_broadcast(const finnc_infer *in)
{
    return in->version >= 7 || finnc_node_attr_int(in->node, "broadcast") ||
           !finnc_infer_has(in, 2);
}

static finnc_status gemm_shapes(finnc_infer *in)
{
    fnc_shape a = fnc_shape_of(in, 0), b = fnc_shape_of(in, 1);
    fnc_shape y = {.elem = a.elem, .rank = 2, .dims = {fnc_unknown_dim(), fnc_unknown_dim()}};
    if ((a.rank >= 0 && a.rank != 2) || (b.rank >= 0 && b.rank != 2))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "multiplies two matrices, inputs have ranks %d and %d", a.rank, b.rank);
    int ta = finnc_node_attr_int(in->node, "transA") != 0,
        tb = finnc_node_attr_int(in->node, "transB") != 0;
    if (a.rank == 2)
        y.dims[0] = a.dims[ta];
    if (b.rank == 2)
        y.dims[1] = b.dims[!tb];
    if (a.rank == 2 && b.rank == 2 && a.dims[!ta].size >= 0 && b.dims[tb].size >= 0 &&
        a.dims[!ta].size != b.dims[tb].size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "rows of A have %" PRId64 " elements, columns of B have %" PRId64,
                          a.dims[!ta].size, b.dims[tb].size);
    fnc_shape c = fnc_shape_of(in, 2), all = y;
    FINNC_TRY(fnc_shape_broadcast(in, &all, &c));
    bool fits = c.rank <= 2 && (may_broadcast(in) || c.rank < 0 || c.rank == 2);
    for (int i = 0; fits && i < all.rank; i++)
        fits = fit(all.dims[i], y.dims[i]) && (may_broadcast(in) || fit(c.dims[i], y.dims[i]));
    if (!fits) {
        char ty[256], tc[256];
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "C of shape %s does not broadcast to %s",
                          fnc_shape_text(&c, tc, sizeof tc), fnc_shape_text(&y, ty, sizeof ty));
    }
    return fnc_infer_set(in, 0, &y);
}

static bool is_whole(double x)
{
    return x == nearbyint(x) && fabs(x) <= INT32_MAX;
}

/* A negative factor gives integers another sign, a fraction makes them something else. */
static finnc_status gemm_dtypes(finnc_infer *in)
{
    const double alpha = finnc_node_attr_float(in->node, "alpha");
    const double beta = finnc_infer_has(in, 2) ? finnc_node_attr_float(in->node, "beta") : 1;
    if (!is_whole(alpha) || !is_whole(beta))
        return finnc_infer_set_dtype(in, 0, finnc_dtype_float32());
    return alpha < 0 || beta < 0 ? fnc_dtypes_difference(in) : fnc_dtypes_mac(in);
}

const finnc_op fnc_op_onnx_matmul = {
    .name = "MatMul",
    .summary = "matrix products, as numpy's matmul",
    .since = {1, 9, 13},
    .in = {{"A", "(..., M, K)", 0, "T"}, {"B", "(..., K, N)", 0, "T"}},
    .out = {{"Y", "(..., M, N)", 0, "T"}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64) | FINNC_TYPE(UINT32) |
                        FINNC_TYPE(UINT64)}},
    .traits = FINNC_OP_LINEAR,
    .shapes = fnc_shapes_mat_mul,
    .dtypes = fnc_dtypes_mac,
    .cost = fnc_cost_mat_mul,
    .range = fnc_range_linear};

const finnc_op fnc_op_onnx_gemm = {
    .name = "Gemm",
    .summary = "alpha * A * B + beta * C for matrices",
    .since = {1, 6, 7, 9, 11, 13},
    .in = {{"A", "(M, K), or (K, M) with transA", 0, "T"},
           {"B", "(K, N), or (N, K) with transB", 0, "T"},
           {"C", "broadcasts to (M, N)", FINNC_OPTIONAL, "T"}},
    .out = {{"Y", "(M, N)", 0, "T"}},
    .attrs = {{"alpha", FINNC_ATTR_FLOAT, "1.0", "factor of A * B", 0},
              {"beta", FINNC_ATTR_FLOAT, "1.0", "factor of C", 0},
              {"transA", FINNC_ATTR_INT, "0", "is A transposed?", 0},
              {"transB", FINNC_ATTR_INT, "0", "is B transposed?", 0},
              {"broadcast", FINNC_ATTR_INT, "0", "may C?", FINNC_UNTIL(7)}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64) | FINNC_TYPE(UINT32) |
                        FINNC_TYPE(UINT64)}},
    .traits = FINNC_OP_LINEAR,
    .shapes = gemm_shapes,
    .dtypes = gemm_dtypes,
    .cost = fnc_cost_mat_mul,
    .range = fnc_range_linear};

static finnc_status mat_mul_integer_shapes(finnc_infer *in)
{
    return fnc_infer_mat_mul(in, 1, FINNC_ELEM_INT32);
}

const finnc_op fnc_op_onnx_mat_mul_integer = {
    .name = "MatMulInteger",
    .summary = "matrix products of bytes, summed in 32 bits",
    .since = {10},
    .in = {{"A", "(..., M, K)", 0, "T1"},
           {"B", "(..., K, N)", 0, "T2"},
           {"a_zero_point", "what stands for zero in A: one number, or one for each row",
            FINNC_OPTIONAL, "T1"},
           {"b_zero_point", "what stands for zero in B: one number, or one for each column",
            FINNC_OPTIONAL, "T2"}},
    .out = {{"Y", "(..., M, N)", 0, "T3"}},
    .types = {{"T1", FINNC_TYPE(UINT8) | FINNC_TYPE(INT8)},
              {"T2", FINNC_TYPE(UINT8) | FINNC_TYPE(INT8)},
              {"T3", FINNC_TYPE(INT32)}},
    .traits = FINNC_OP_LINEAR,
    .shapes = mat_mul_integer_shapes,
    .cost = fnc_cost_mat_mul};

/* Ops that select by what elements are: OneHot, NonZero, Compress. */
#include "../infer.h"

#include <inttypes.h>

/* ---- OneHot ---- */

static finnc_status one_hot_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = finnc_infer_elem(in, 2), .rank = -1};
    const finnc_tensor *depth = finnc_infer_const(in, 1);
    finnc_dim size = fnc_unknown_dim();
    int axis;
    if (x.rank < 0)
        return fnc_infer_set(in, 0, &y);
    if (x.rank == FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "indices of rank %d", x.rank);
    FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", -1), x.rank + 1, &axis));
    if (depth && finnc_tensor_nelems(depth) == 1)
        size = fnc_known(finnc_tensor_get_int(depth, 0));
    if (depth && (finnc_tensor_nelems(depth) != 1 || size.size < 0))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "depth is %" PRId64 " (of %" PRId64 " elements)",
                          size.size, finnc_tensor_nelems(depth));
    for (y.rank = 0; y.rank <= x.rank; y.rank++)
        y.dims[y.rank] = y.rank == axis ? size : x.dims[y.rank - (y.rank > axis)];
    return fnc_infer_set(in, 0, &y);
}

#define COUNTS (FINNC_TYPES_INT | FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE))

const finnc_op fnc_op_onnx_one_hot = {
    .name = "OneHot",
    .summary = "for each index a row with one element set",
    .since = {9, 11, 28},
    .in = {{"indices", "which element; outside of -depth to depth - 1: none", 0, "T1"},
           {"depth", "elements of a row: one number", 0, "T2"},
           {"values", "two: the others', the set one's", 0, "T3"}},
    .out = {{"output", "indices' shape with the rows inserted", 0, "T3"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "-1", "where rows lie in the output", 0}},
    .types = {{"T1", COUNTS}, {"T2", COUNTS}, {"T3", FINNC_TYPES_CLASSIC}},
    .shapes = one_hot_shapes};

/* ---- NonZero ---- */

static bool is_zero(const finnc_tensor *t, int64_t i)
{
    if (finnc_tensor_elem(t) == FINNC_ELEM_STRING)
        return finnc_tensor_get_string(t, i).length == 0;
    return finnc_tensor_get(t, i) == 0 && finnc_tensor_get_imaginary(t, i) == 0;
}

static finnc_dim count_nonzero(const finnc_tensor *t)
{
    int64_t count = 0;
    if (!t)
        return fnc_unknown_dim();
    for (int64_t i = 0; i < finnc_tensor_nelems(t); i++)
        count += !is_zero(t, i);
    return fnc_known(count);
}

static finnc_status non_zero_shapes(finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0);
    fnc_shape y = {.elem = FINNC_ELEM_INT64, .rank = 2};
    y.dims[0] = rank < 0 ? fnc_unknown_dim() : fnc_known(rank);
    y.dims[1] = count_nonzero(finnc_infer_const(in, 0));
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_non_zero = {
    .name = "NonZero",
    .summary = "where elements are not zero",
    .since = {9, 13},
    .in = {{"X", "anything; of strings, empty ones are zero", 0, "T"}},
    .out = {{"Y", "a column of indices for each such element, in their order", 0, "INT64"}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = non_zero_shapes};

/* ---- Compress ---- */

/* A condition may be shorter than what it picks from, or longer if it picks nothing there. */
static finnc_status check_picks(const finnc_infer *in, const finnc_tensor *condition, int64_t size)
{
    for (int64_t i = condition ? finnc_tensor_nelems(condition) : 0; size >= 0 && i-- > size;)
        if (!is_zero(condition, i))
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "condition picks element %" PRId64 " of %" PRId64, i, size);
    return FINNC_OK;
}

static int64_t count_elements(const fnc_shape *x)
{
    finnc_dim n = fnc_known(x->rank < 0 ? -1 : 1);
    for (int i = 0; i < x->rank; i++)
        n = fnc_dim_mul(n, x->dims[i]);
    return n.size;
}

static finnc_status compress_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem, .rank = 1};
    const finnc_tensor *condition = finnc_infer_const(in, 1);
    finnc_dim count = count_nonzero(condition);
    int64_t size = count_elements(&x);
    int axis = 0;
    FINNC_TRY(fnc_infer_need_rank(in, 1, 1));
    if (finnc_node_find_attr(in->node, "axis")) {
        y = x;
        if (x.rank >= 0)
            FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), x.rank, &axis));
        size = x.rank < 0 ? -1 : x.dims[axis].size;
    }
    FINNC_TRY(check_picks(in, condition, size));
    if (y.rank >= 0)
        y.dims[axis] = count;
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_compress = {
    .name = "Compress",
    .summary = "slices (or single elements) where a condition holds",
    .since = {9, 11, 28},
    .in = {{"input", "anything", 0, "T"}, {"condition", "a list; may be too short", 0, "T1"}},
    .out = {{"output", "what is picked", 0, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, NULL, "of the slices; absent: single elements", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}, {"T1", FINNC_TYPE(BOOL)}},
    .traits = FINNC_OP_MOVES,
    .shapes = compress_shapes};

/* Tensors with elements and slices replaced, or combined with others, at listed places. */
#include "../infer.h"

#include <inttypes.h>
#include <string.h>

#define REDUCTION                                                                                  \
    {                                                                                              \
        "reduction", FINNC_ATTR_STRING, "\"none\"", "none (replace), add, mul, max or min",        \
            FINNC_SINCE(16)                                                                        \
    }
#define SCATTERED                                                                                  \
    (FINNC_TYPES_INT | FINNC_TYPES_COMPLEX | FINNC_TYPE(FLOAT) | FINNC_TYPE(STRING) |              \
     FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE))

/* Elements stay, are replaced, or become the larger or smaller of two. Sums and products may be of
 * any number of updates. */
static finnc_status scatter_dtypes(finnc_infer *in)
{
    static const char *const choosing[] = {"none", "max", "min"};
    const char *reduction = finnc_node_string(in->node, "reduction", "none");
    for (size_t i = 0; i < sizeof choosing / sizeof *choosing; i++)
        if (!strcmp(reduction, choosing[i]))
            return finnc_infer_set_dtype(
                in, 0, fnc_dtype_join(finnc_infer_dtype(in, 0), finnc_infer_dtype(in, 2)));
    return finnc_infer_set_dtype(in, 0, finnc_dtype_float32());
}

/* ---- Scatter, ScatterElements ---- */

static finnc_status scatter_elements_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), i = fnc_shape_of(in, 1), updates = fnc_shape_of(in, 2);
    int axis;
    FINNC_TRY(fnc_shape_unify(in, &i, &updates));
    if (x.rank >= 0) {
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
        FINNC_TRY(fnc_infer_need_rank(in, 1, x.rank));
        FINNC_TRY(fnc_infer_need_rank(in, 2, x.rank));
    }
    return fnc_infer_set(in, 0, &x);
}

#define SCATTER_ELEMENTS(symbol, op, text, set, more_attr, ...)                                    \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"data", "anything of rank 1 or more", 0, "T"},                                     \
               {"indices", "as many axes; negative ones count from the end", 0, "Tind"},           \
               {"updates", "what goes there, of indices' shape", 0, "T"}},                         \
        .out = {{"output", "of data's shape", 0, "T"}},                                            \
        .attrs = {{"axis", FINNC_ATTR_INT, "0", "along which indices count", 0}, more_attr},       \
        .types = {{"T", set}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},                    \
        .shapes = scatter_elements_shapes,                                                         \
        .dtypes = scatter_dtypes}

SCATTER_ELEMENTS(scatter, "Scatter", "ScatterElements under its old name", SCATTERED, {0}, 9, 11);
SCATTER_ELEMENTS(scatter_elements, "ScatterElements",
                 "elements put in place, each by an index along an axis", FINNC_TYPES_CLASSIC,
                 REDUCTION, 11, 13, 16, 18);

/* ---- ScatterND ---- */

static finnc_status scatter_nd_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), i = fnc_shape_of(in, 1), updates = fnc_shape_of(in, 2);
    int64_t length = i.rank > 0 ? i.dims[i.rank - 1].size : -1;
    if (x.rank < 0 || length < 0)
        return fnc_infer_set(in, 0, &x);
    if (length > x.rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "tuples of %" PRId64 " indices into rank %d",
                          length, x.rank);
    fnc_shape slices = {.rank = i.rank - 1};
    if (slices.rank + x.rank - (int)length > FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "updates of rank %d",
                          slices.rank + x.rank - (int)length);
    for (int a = 0; a < i.rank - 1; a++)
        slices.dims[a] = i.dims[a];
    for (int a = (int)length; a < x.rank; a++)
        slices.dims[slices.rank++] = x.dims[a];
    FINNC_TRY(fnc_shape_unify(in, &updates, &slices));
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_scatter_nd = {
    .name = "ScatterND",
    .summary = "elements or slices put in place, each by a tuple of indices",
    .since = {11, 13, 16, 18},
    .in = {{"data", "anything of rank 1 or more", 0, "T"},
           {"indices", "tuples along the last axis, each for data's first axes", 0, "INT64"},
           {"updates", "indices' shape, with a slice in place of each tuple", 0, "T"}},
    .out = {{"output", "of data's shape", 0, "T"}},
    .attrs = {REDUCTION},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = scatter_nd_shapes,
    .dtypes = scatter_dtypes};

/* ---- TensorScatter ---- */

static finnc_status tensor_scatter_shapes(finnc_infer *in)
{
    fnc_shape past = fnc_shape_of(in, 0);
    int axis;
    if (past.rank < 0)
        return fnc_infer_set(in, 0, &past);
    FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), past.rank, &axis));
    if (axis == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "axis 0 is the batch, not the sequence");
    FINNC_TRY(fnc_infer_need_rank(in, 1, past.rank));
    FINNC_TRY(fnc_infer_need_rank(in, 2, 1));
    for (int i = 0; i < past.rank; i++)
        if (i != axis)
            FINNC_TRY(fnc_infer_same_dim(in, 1, i, &past.dims[i]));
    FINNC_TRY(fnc_infer_same_dim(in, 2, 0, &past.dims[0]));
    return fnc_infer_set(in, 0, &past);
}

const finnc_op fnc_op_onnx_tensor_scatter = {
    .name = "TensorScatter",
    .summary = "a cache of sequences with new steps written into it",
    .since = {24},
    .in = {{"past_cache", "(batch, ..., sequence, ...)", 0, "T"},
           {"update", "the same with fewer steps", 0, "T"},
           {"write_indices", "where they go, one per sample; absent: 0", FINNC_OPTIONAL, "INT64"}},
    .out = {{"present_cache", "of past_cache's shape", 0, "T"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"linear\"", "linear, or circular: wrap around", 0},
              {"axis", FINNC_ATTR_INT, "-2", "the sequence's; not 0", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC | FINNC_TYPES_FLOAT8 | FINNC_TYPE(UINT4) |
                        FINNC_TYPE(INT4) | FINNC_TYPE(FLOAT4E2M1) | FINNC_TYPE(FLOAT8E8M0)}},
    .shapes = tensor_scatter_shapes};

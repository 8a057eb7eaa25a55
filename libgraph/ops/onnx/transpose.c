/* Axes in another order, and elements of one axis dealt out to others. */
#include "../infer.h"

#include <inttypes.h>
#include <string.h>

/* ---- Transpose ---- */

static finnc_status read_perm(const finnc_infer *in, int rank, int *perm)
{
    size_t count;
    const int64_t *list = finnc_node_ints(in->node, "perm", &count);
    if (list && count != (size_t)rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute perm has %zu entries for a tensor of rank %d", count, rank);
    uint64_t seen = 0;
    for (int i = 0; i < rank; i++) {
        int64_t axis = list ? list[i] : rank - 1 - i;
        if (axis < 0 || axis >= rank || seen >> axis & 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "attribute perm is no permutation of %d axes", rank);
        seen |= UINT64_C(1) << axis;
        perm[i] = (int)axis;
    }
    return FINNC_OK;
}

static finnc_status transpose_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = x;
    int perm[FINNC_MAX_RANK];
    size_t count = 0;
    /* Of data of unknown rank the list tells it. */
    if (x.rank < 0 && finnc_node_ints(in->node, "perm", &count) && count &&
        count <= FINNC_MAX_RANK) {
        y.rank = x.rank = (int)count;
        for (int i = 0; i < x.rank; i++)
            x.dims[i] = fnc_unknown_dim();
    }
    if (x.rank >= 0)
        FINNC_TRY(read_perm(in, x.rank, perm));
    for (int i = 0; i < x.rank; i++)
        y.dims[i] = x.dims[perm[i]];
    return fnc_infer_set(in, 0, &y);
}

static finnc_status transpose_layouts(finnc_infer *in)
{
    const char *layout = finnc_infer_layout(in, 0);
    int n = layout ? (int)strlen(layout) : 0, perm[FINNC_MAX_RANK];
    char moved[FINNC_MAX_RANK + 1] = "";
    size_t count;
    const int64_t *list = finnc_node_ints(in->node, "perm", &count);
    if (n && list && count == (size_t)n) {
        FINNC_TRY(read_perm(in, n, perm));
        for (int i = 0; i < n; i++)
            moved[i] = layout[perm[i]];
    }
    return finnc_infer_set_layout(in, 0, moved);
}

const finnc_op fnc_op_onnx_transpose = {
    .name = "Transpose",
    .summary = "axes in another order",
    .since = {1, 13, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"}},
    .out = {{"transposed", "the same elements", 0, "T"}},
    .attrs = {{"perm", FINNC_ATTR_INTS, NULL,
               "axis i of the output is axis perm[i]; absent: reversed", 0}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_MOVES,
    .shapes = transpose_shapes,
    .dtypes = fnc_dtypes_as_first,
    .layouts = transpose_layouts,
    .cost = fnc_cost_nothing,
    .range = fnc_range_moves};

/* ---- blocks of depth and space ---- */

static finnc_status move_blocks(finnc_infer *in, bool to_space)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t b, bb;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "blocksize", &b));
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank != 4 || b < 1 || !fnc_mul_i64(b, b, &bb))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "moves blocks of %" PRId64 " in a tensor of rank %d, needs 4", b, x.rank);
    for (int i = 1; i < 4; i++) {
        bool divides = (i == 1) == to_space;
        int64_t factor = i == 1 ? bb : b;
        if (divides && x.dims[i].size >= 0 && x.dims[i].size % factor)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "axis %d has %" PRId64 " elements, no multiple of %" PRId64, i,
                              x.dims[i].size, factor);
        if (divides)
            x.dims[i] =
                x.dims[i].size >= 0 ? fnc_known(x.dims[i].size / factor) : fnc_unknown_dim();
        else
            x.dims[i] = fnc_dim_mul(x.dims[i], fnc_known(factor));
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status depth_to_space_shapes(finnc_infer *in)
{
    return move_blocks(in, true);
}

static finnc_status space_to_depth_shapes(finnc_infer *in)
{
    return move_blocks(in, false);
}

const finnc_op fnc_op_onnx_depth_to_space = {
    .name = "DepthToSpace",
    .summary = "channels become blocks of pixels",
    .since = {1, 11, 13, 28},
    .in = {{"input", "(N, C, H, W)", 0, "T"}},
    .out = {{"output", "(N, C / b^2, H * b, W * b)", 0, "T"}},
    .attrs = {{"blocksize", FINNC_ATTR_INT, NULL, "b", FINNC_REQUIRED},
              {"mode", FINNC_ATTR_STRING, "\"DCR\"", "order of channels: DCR or CRD",
               FINNC_SINCE(11)}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = depth_to_space_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

const finnc_op fnc_op_onnx_space_to_depth = {
    .name = "SpaceToDepth",
    .summary = "blocks of pixels become channels",
    .since = {1, 13, 28},
    .in = {{"input", "(N, C, H, W)", 0, "T"}},
    .out = {{"output", "(N, C * b^2, H / b, W / b)", 0, "T"}},
    .attrs = {{"blocksize", FINNC_ATTR_INT, NULL, "b", FINNC_REQUIRED},
              {"mode", FINNC_ATTR_STRING, "\"DCR\"", "order of channels", FINNC_SINCE(28)}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = space_to_depth_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

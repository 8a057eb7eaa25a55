/* Ops that give the same elements another shape, or tell the shape. */
#include "../infer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static finnc_status shape_layout(finnc_infer *in)
{
    return finnc_infer_set_layout(in, 0, "");
}

/* ---- Reshape ---- */

/* Finds what -1 (at `hole`; none if negative) stands for: what makes the number of elements come
 * out. Copied axes count on neither side; of what is left of x one dimension may be unknown. */
static finnc_status solve_minus_one(const finnc_infer *in, const fnc_shape *x, const bool *copied,
                                    fnc_shape *y, int hole)
{
    finnc_dim have = fnc_known(1), want = fnc_known(1), unknown = fnc_unknown_dim();
    int nunknown = x->rank < 0 ? 2 : 0;
    bool is_empty = false; /* on both sides, by an axis that is copied */
    for (int i = 0; i < x->rank; i++) {
        is_empty |= copied[i] && x->dims[i].size == 0;
        if (copied[i])
            continue;
        if (x->dims[i].size < 0) {
            unknown = x->dims[i];
            nunknown++;
        } else {
            have = fnc_dim_mul(have, x->dims[i]);
        }
    }
    for (int i = 0; i < y->rank; i++)
        if (i != hole && !copied[i])
            want = fnc_dim_mul(want, y->dims[i]);
    if (hole >= 0 && want.size == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the shape wanted has no elements, whatever its -1 stands for");
    if (have.size < 0 || want.size < 0 || nunknown > 1 || (is_empty && hole < 0))
        return FINNC_OK;
    if (nunknown) {
        if (hole >= 0 && have.size == want.size)
            y->dims[hole] = unknown;
        return FINNC_OK;
    }
    if (hole < 0 ? have.size != want.size : have.size % want.size != 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements do not fit the shape wanted, of %s%" PRId64,
                          have.size, hole < 0 ? "" : "a multiple of ", want.size);
    if (hole >= 0)
        y->dims[hole] = fnc_known(have.size / want.size);
    return FINNC_OK;
}

static finnc_status reshape_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem, .rank = -1};
    fnc_list target;
    FINNC_TRY(fnc_infer_list(in, "shape", 1, &target));
    if (!target.known || !target.present) {
        finnc_dim n = finnc_infer_rank(in, 1) == 1 ? finnc_infer_dim(in, 1, 0) : fnc_unknown_dim();
        if (n.size < 0 || n.size > FINNC_MAX_RANK)
            return fnc_infer_set(in, 0, &y);
        for (y.rank = 0; y.rank < n.size; y.rank++) /* the length of the list is the rank */
            y.dims[y.rank] = fnc_unknown_dim();
        return fnc_infer_set(in, 0, &y);
    }
    bool zero_copies = !finnc_node_attr_int(in->node, "allowzero"),
         copied[FINNC_MAX_RANK] = {false};
    int hole = -1;
    for (y.rank = 0; (size_t)y.rank < target.count; y.rank++) {
        int64_t n = target.x[y.rank];
        if (n < -1 || (n == -1 && hole >= 0))
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "entry %d of the shape wanted is %" PRId64 "%s", y.rank, n,
                              n == -1 ? ", for the second time" : "");
        if (n == -1)
            hole = y.rank;
        copied[y.rank] = n == 0 && zero_copies;
        if (copied[y.rank] && x.rank >= 0 && y.rank >= x.rank)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "entry %d of the shape wanted copies an axis, the input has %d",
                              y.rank, x.rank);
        if (copied[y.rank])
            y.dims[y.rank] = x.rank >= 0 ? x.dims[y.rank] : fnc_unknown_dim();
        else
            y.dims[y.rank] = n == -1 ? fnc_unknown_dim() : fnc_known(n);
    }
    FINNC_TRY(solve_minus_one(in, &x, copied, &y, hole));
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_reshape = {
    .name = "Reshape",
    .summary = "the same elements in another shape",
    .since = {1, 5, 13, 14, 19, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"},
           {"shape", "sizes; one -1 follows from the others, 0 copies", FINNC_SINCE(5), "INT64"}},
    .out = {{"reshaped", "of that shape", 0, "T"}},
    .attrs = {{"shape", FINNC_ATTR_INTS, NULL, "as the input", FINNC_REQUIRED | FINNC_UNTIL(5)},
              {"consumed_inputs", FINNC_ATTR_INTS, NULL, "without meaning", FINNC_UNTIL(5)},
              {"allowzero", FINNC_ATTR_INT, "0", "does 0 mean no elements?", FINNC_SINCE(14)}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_MOVES,
    .shapes = reshape_shapes,
    .dtypes = fnc_dtypes_as_first,
    .cost = fnc_cost_nothing,
    .range = fnc_range_moves};

/* ---- Flatten ---- */

static finnc_status flatten_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_shape y = {.elem = x.elem, .rank = 2, .dims = {fnc_unknown_dim(), fnc_unknown_dim()}};
    if (x.rank < 0)
        return fnc_infer_set(in, 0, &y);
    int64_t axis = finnc_node_attr_int(in->node, "axis");
    if (axis < 0)
        axis += x.rank;
    if (axis < 0 || axis > x.rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "axis %" PRId64 " is outside a tensor of rank %d", axis, x.rank);
    y.dims[0] = y.dims[1] = fnc_known(1);
    for (int i = 0; i < x.rank; i++)
        y.dims[i >= axis] = fnc_dim_mul(y.dims[i >= axis], x.dims[i]);
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_flatten = {
    .name = "Flatten",
    .summary = "makes a matrix: axes before `axis` are rows, the others columns",
    .since = {1, 9, 11, 13, 21, 23, 24, 25},
    .in = {{"input", "anything", 0, "T"}},
    .out = {{"output", "a matrix", 0, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "1", "first axis of the columns", 0}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_MOVES,
    .shapes = flatten_shapes,
    .dtypes = fnc_dtypes_as_first,
    .cost = fnc_cost_nothing,
    .range = fnc_range_moves};

/* ---- Squeeze, Unsqueeze ---- */

/* A set of axes as bits. */
static finnc_status read_axes(const finnc_infer *in, const fnc_list *list, int rank, uint64_t *axes)
{
    *axes = 0;
    for (size_t i = 0; i < list->count; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, list->x[i], rank, &axis));
        if (*axes >> axis & 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        *axes |= UINT64_C(1) << axis;
    }
    return FINNC_OK;
}

static finnc_status squeeze_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem};
    fnc_list list;
    uint64_t axes;
    FINNC_TRY(fnc_infer_list(in, "axes", 1, &list));
    if (x.rank < 0 || !list.known)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    FINNC_TRY(read_axes(in, &list, x.rank, &axes));
    for (int i = 0; i < x.rank; i++) {
        if (!list.present && x.dims[i].size < 0)
            return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
        bool drop = list.present ? axes >> i & 1 : x.dims[i].size == 1;
        if (drop && x.dims[i].size >= 0 && x.dims[i].size != 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "axis %d has %" PRId64 " elements and cannot be squeezed", i,
                              x.dims[i].size);
        if (!drop)
            y.dims[y.rank++] = x.dims[i];
    }
    return fnc_infer_set(in, 0, &y);
}

static finnc_status unsqueeze_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem};
    fnc_list list;
    uint64_t axes;
    FINNC_TRY(fnc_infer_list(in, "axes", 1, &list));
    if (x.rank < 0 || !list.known)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank + (int)list.count > FINNC_MAX_RANK) /* a list has at most as many */
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a tensor of rank %d", x.rank + (int)list.count);
    FINNC_TRY(read_axes(in, &list, x.rank + (int)list.count, &axes));
    for (int from = 0; y.rank < x.rank + (int)list.count; y.rank++)
        y.dims[y.rank] = axes >> y.rank & 1 ? fnc_known(1) : x.dims[from++];
    return fnc_infer_set(in, 0, &y);
}

/* Upstream calls an axis of one element that was put behind the others "x", and knows only that
 * one. */
static finnc_status squeeze_layouts(finnc_infer *in)
{
    const char *layout = finnc_infer_layout(in, 0);
    size_t n = layout ? strlen(layout) : 0;
    char shorter[FINNC_MAX_RANK + 1] = "";
    if (n && n <= FINNC_MAX_RANK && layout[n - 1] == 'x')
        memcpy(shorter, layout, n - 1);
    return finnc_infer_set_layout(in, 0, shorter);
}

static finnc_status unsqueeze_layouts(finnc_infer *in)
{
    const char *layout = finnc_infer_layout(in, 0);
    size_t n = layout ? strlen(layout) : 0;
    char longer[FINNC_MAX_RANK + 2] = "";
    if (n && n < FINNC_MAX_RANK)
        snprintf(longer, sizeof longer, "%sx", layout);
    return finnc_infer_set_layout(in, 0, longer);
}

const finnc_op fnc_op_onnx_squeeze = {
    .name = "Squeeze",
    .summary = "takes out axes of one element",
    .since = {1, 11, 13, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"},
           {"axes", "which; absent: all of one element", FINNC_OPTIONAL | FINNC_SINCE(13),
            "INT64"}},
    .out = {{"squeezed", "the same elements", 0, "T"}},
    .attrs = {{"axes", FINNC_ATTR_INTS, NULL, "as the input", FINNC_UNTIL(13)}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_MOVES,
    .shapes = squeeze_shapes,
    .dtypes = fnc_dtypes_as_first,
    .layouts = squeeze_layouts,
    .range = fnc_range_moves};

const finnc_op fnc_op_onnx_unsqueeze = {
    .name = "Unsqueeze",
    .summary = "puts in axes of one element",
    .since = {1, 11, 13, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"},
           {"axes", "where, counted in the output", FINNC_SINCE(13), "INT64"}},
    .out = {{"expanded", "the same elements", 0, "T"}},
    .attrs = {{"axes", FINNC_ATTR_INTS, NULL, "as the input", FINNC_REQUIRED | FINNC_UNTIL(13)}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_MOVES,
    .shapes = unsqueeze_shapes,
    .dtypes = fnc_dtypes_as_first,
    .layouts = unsqueeze_layouts,
    .range = fnc_range_moves};

/* ---- Shape ---- */

static finnc_status shape_shapes(finnc_infer *in)
{
    int rank = finnc_infer_rank(in, 0);
    finnc_dim n = fnc_unknown_dim();
    if (rank >= 0) {
        int64_t start = finnc_node_attr_int(in->node, "start"),
                end = fnc_infer_int(in, "end", rank);
        start = start < 0 ? start + rank : start;
        end = end < 0 ? end + rank : end;
        start = start < 0 ? 0 : start > rank ? rank : start;
        end = end < 0 ? 0 : end > rank ? rank : end;
        n = fnc_known(end > start ? end - start : 0);
    }
    return finnc_infer_set_type(in, 0, FINNC_ELEM_INT64, 1, &n);
}

const finnc_op fnc_op_onnx_shape = {
    .name = "Shape",
    .summary = "the sizes of a tensor",
    .since = {1, 13, 15, 19, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"}},
    .out = {{"shape", "INT64, one element per axis", 0, "T1"}},
    .attrs = {{"start", FINNC_ATTR_INT, "0", "first axis", FINNC_SINCE(15)},
              {"end", FINNC_ATTR_INT, NULL, "axis behind the last", FINNC_SINCE(15)}},
    .types = {{"T", FINNC_TYPES_ANY}, {"T1", FINNC_TYPE(INT64)}},
    .shapes = shape_shapes,
    .layouts = shape_layout,
    .range = fnc_range_rounds};

static finnc_status size_shapes(finnc_infer *in)
{
    return finnc_infer_set_type(in, 0, FINNC_ELEM_INT64, 0, NULL);
}

const finnc_op fnc_op_onnx_size = {.name = "Size",
                                   .summary = "the number of elements of a tensor",
                                   .since = {1, 13, 19, 21, 23, 24, 25},
                                   .in = {{"data", "anything", 0, "T"}},
                                   .out = {{"size", "INT64, one number", 0, "T1"}},
                                   .types = {{"T", FINNC_TYPES_ANY}, {"T1", FINNC_TYPE(INT64)}},
                                   .shapes = size_shapes,
                                   .range = fnc_range_rounds};

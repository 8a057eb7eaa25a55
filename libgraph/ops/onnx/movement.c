/* Ops that pick, place and repeat elements. */
#include "../infer.h"

#include <inttypes.h>
#include <math.h>
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
    .layouts = transpose_layouts};

/* ---- Gather ---- */

static finnc_status gather_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), i = fnc_shape_of(in, 1), y = {.elem = x.elem};
    int axis;
    if (x.rank < 0 || i.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), x.rank, &axis));
    if (x.rank - 1 + i.rank > FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a tensor of rank %d", x.rank - 1 + i.rank);
    for (int a = 0; a < axis; a++)
        y.dims[y.rank++] = x.dims[a];
    for (int a = 0; a < i.rank; a++)
        y.dims[y.rank++] = i.dims[a];
    for (int a = axis + 1; a < x.rank; a++)
        y.dims[y.rank++] = x.dims[a];
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_gather = {
    .name = "Gather",
    .summary = "slices of a tensor, picked by index",
    .since = {1, 11, 13},
    .in = {{"data", "anything", 0, "T"}, {"indices", "of any shape", 0, "Tind"}},
    .out = {{"output", "data's shape, with `axis` replaced by that of indices", 0, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "0", "which is picked from", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_MOVES,
    .shapes = gather_shapes,
    .dtypes = fnc_dtypes_as_first};

/* ---- Concat, Split ---- */

static finnc_status concat_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0);
    if (y.rank < 0)
        return finnc_infer_set_type(in, 0, y.elem, -1, NULL);
    int axis;
    FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 1), y.rank, &axis));
    for (size_t i = 1; i < finnc_infer_ninputs(in); i++) {
        fnc_shape x = fnc_shape_of(in, i);
        if (x.rank < 0) {
            y.dims[axis] = fnc_unknown_dim();
            continue;
        }
        if (x.rank != y.rank)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "joins tensors of rank %d and (input %zu) %d", y.rank, i, x.rank);
        for (int a = 0; a < y.rank; a++) {
            int64_t sum;
            if (a == axis)
                y.dims[a] = x.dims[a].size >= 0 && y.dims[a].size >= 0 &&
                                    fnc_add_i64(x.dims[a].size, y.dims[a].size, &sum)
                                ? fnc_known(sum)
                                : fnc_unknown_dim();
            else if (y.dims[a].size < 0)
                y.dims[a] = x.dims[a].size >= 0 ? x.dims[a] : y.dims[a];
            else if (x.dims[a].size >= 0 && x.dims[a].size != y.dims[a].size)
                return finnc_fail(in->cx, FINNC_BAD_VALUE,
                                  "along axis %d the inputs have %" PRId64
                                  " and (input %zu) %" PRId64 " elements",
                                  a, y.dims[a].size, i, x.dims[a].size);
        }
    }
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_concat = {
    .name = "Concat",
    .summary = "tensors one behind the other",
    .since = {1, 4, 11, 13},
    .in = {{"inputs", "alike but for one axis", FINNC_VARIADIC, "T"}},
    .out = {{"concat_result", "all of them", 0, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "1", "along which (required from version 4 on)", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = concat_shapes,
    .dtypes = fnc_dtypes_as_first};

static finnc_status check_parts(const finnc_infer *in, const fnc_list *sizes, int64_t total)
{
    int64_t sum = 0;
    if (sizes->count != finnc_infer_noutputs(in))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu sizes for %zu outputs", sizes->count,
                          finnc_infer_noutputs(in));
    for (size_t i = 0; i < sizes->count; i++)
        if (sizes->x[i] < 0 || !fnc_add_i64(sum, sizes->x[i], &sum))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "part %zu has a size of %" PRId64, i,
                              sizes->x[i]);
    if (total >= 0 && sum != total)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the parts have %" PRId64 " elements, the axis has %" PRId64, sum, total);
    return FINNC_OK;
}

static finnc_status split_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    size_t parts = finnc_infer_noutputs(in);
    fnc_list sizes;
    int axis = 0;
    FINNC_TRY(fnc_infer_list(in, "split", 1, &sizes));
    if (x.rank >= 0)
        FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), x.rank, &axis));
    if (sizes.present && sizes.known)
        FINNC_TRY(check_parts(in, &sizes, x.rank >= 0 ? x.dims[axis].size : -1));
    for (size_t o = 0; o < parts; o++) {
        fnc_shape y = x;
        int64_t total = x.rank >= 0 ? x.dims[axis].size : -1;
        if (y.rank >= 0)
            y.dims[axis] = fnc_unknown_dim();
        if (y.rank >= 0 && sizes.present && sizes.known)
            y.dims[axis] = fnc_known(sizes.x[o]);
        else if (total >= 0 && sizes.known) { /* even parts; the last one may be smaller */
            int64_t part = total / (int64_t)parts + (total % (int64_t)parts != 0);
            int64_t left = total - part * (int64_t)o;
            y.dims[axis] = fnc_known(left < 0 ? 0 : left < part ? left : part);
        }
        FINNC_TRY(fnc_infer_set(in, o, &y));
    }
    return FINNC_OK;
}

static finnc_status split_dtypes(finnc_infer *in)
{
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(finnc_infer_set_dtype(in, o, finnc_infer_dtype(in, 0)));
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_split = {
    .name = "Split",
    .summary = "cuts a tensor into parts",
    .since = {1, 2, 11, 13, 18},
    .in = {{"input", "anything", 0, "T"},
           {"split", "sizes of the parts", FINNC_OPTIONAL, "TSplit"}},
    .out = {{"outputs", "the parts", FINNC_VARIADIC, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "0", "along which", 0},
              {"split", FINNC_ATTR_INTS, NULL, "before version 13", 0},
              {"num_outputs", FINNC_ATTR_INT, NULL, "parts, if no sizes are given", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC},
              {"TSplit",
               FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_MOVES,
    .shapes = split_shapes,
    .dtypes = split_dtypes};

/* ---- Slice ---- */

/* How many elements start:end:step takes out of `size`, as Python counts. */
static int64_t range_length(int64_t size, int64_t start, int64_t end, int64_t step)
{
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
    start = start < 0 ? start + size : start;
    start = start < low ? low : start > high ? high : start;
    end = end < -size ? low : end < 0 ? end + size : end;
    end = end < low ? low : end > high ? high : end;
    int64_t span = step > 0 ? end - start : start - end;
    /* Both ends lie on the tensor: only the step may be large. */
    uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    return span <= 0 ? 0 : (int64_t)(((uint64_t)span - 1) / stride + 1);
}

static finnc_status slice_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_list starts, ends, axes, steps;
    FINNC_TRY(fnc_infer_list(in, "starts", 1, &starts));
    FINNC_TRY(fnc_infer_list(in, "ends", 2, &ends));
    FINNC_TRY(fnc_infer_list(in, "axes", 3, &axes));
    FINNC_TRY(fnc_infer_list(in, NULL, 4, &steps));
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (!starts.known || !ends.known || !axes.known || !steps.known || starts.count != ends.count) {
        for (int i = 0; i < x.rank; i++)
            x.dims[i] = fnc_unknown_dim();
        return fnc_infer_set(in, 0, &x);
    }
    if ((axes.present && axes.count != starts.count) ||
        (steps.present && steps.count != starts.count))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu starts, %zu axes and %zu steps",
                          starts.count, axes.count, steps.count);
    for (size_t i = 0; i < starts.count; i++) {
        int axis;
        int64_t step = steps.present ? steps.x[i] : 1;
        FINNC_TRY(fnc_infer_axis(in, axes.present ? axes.x[i] : (int64_t)i, x.rank, &axis));
        if (step == 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "step %zu is 0", i);
        if (x.dims[axis].size >= 0)
            x.dims[axis] = fnc_known(range_length(x.dims[axis].size, starts.x[i], ends.x[i], step));
        else
            x.dims[axis] = fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_slice = {
    .name = "Slice",
    .summary = "a range of elements along some axes",
    .since = {1, 10, 11, 13},
    .in = {{"data", "anything", 0, "T"},
           {"starts", "first index per axis", FINNC_OPTIONAL, "Tind"},
           {"ends", "index behind the last", FINNC_OPTIONAL, "Tind"},
           {"axes", "which axes; absent: the first ones", FINNC_OPTIONAL, "Tind"},
           {"steps", "strides, 1 if absent", FINNC_OPTIONAL, "Tind"}},
    .out = {{"output", "the range", 0, "T"}},
    .attrs = {{"starts", FINNC_ATTR_INTS, NULL, "before version 10", 0},
              {"ends", FINNC_ATTR_INTS, NULL, "before version 10", 0},
              {"axes", FINNC_ATTR_INTS, NULL, "before version 10", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_MOVES,
    .shapes = slice_shapes,
    .dtypes = fnc_dtypes_as_first};

/* ---- Pad ---- */

static finnc_status pad_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_list pads, axes;
    size_t count;
    bool old = finnc_node_ints(in->node, "paddings", &count) != NULL;
    FINNC_TRY(fnc_infer_list(in, old ? "paddings" : "pads", 1, &pads));
    FINNC_TRY(fnc_infer_list(in, NULL, 3, &axes));
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    size_t n = axes.present ? axes.count : (size_t)x.rank;
    bool known = pads.known && pads.present && axes.known;
    if (known && pads.count != 2 * n)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu pads for %zu axes", pads.count, n);
    for (int i = 0; !known && i < x.rank; i++)
        x.dims[i] = fnc_unknown_dim();
    for (size_t i = 0; known && i < n; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes.present ? axes.x[i] : (int64_t)i, x.rank, &axis));
        int64_t size = x.dims[axis].size;
        if (size < 0)
            x.dims[axis] = pads.x[i] || pads.x[n + i] ? fnc_unknown_dim() : x.dims[axis];
        else if (!fnc_add_i64(size, pads.x[i], &size) || !fnc_add_i64(size, pads.x[n + i], &size) ||
                 size < 0)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "axis %d of %" PRId64 " elements cannot be padded by %" PRId64
                              " and %" PRId64,
                              axis, x.dims[axis].size, pads.x[i], pads.x[n + i]);
        else
            x.dims[axis] = fnc_known(size);
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_pad = {
    .name = "Pad",
    .summary = "puts elements around a tensor, or takes some away",
    .since = {1, 2, 11, 13, 18, 19, 21, 23, 24, 25},
    .in = {{"data", "anything", 0, "T"},
           {"pads", "begins, then ends, per axis; may be negative", FINNC_OPTIONAL, "INT64"},
           {"constant_value", "one element, 0 if absent", FINNC_OPTIONAL, "T"},
           {"axes", "which; absent: all", FINNC_OPTIONAL, "Tind"}},
    .out = {{"output", "padded", 0, "T"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"constant\"", "constant, reflect, edge or wrap", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "before version 11", 0},
              {"paddings", FINNC_ATTR_INTS, NULL, "version 1", 0},
              {"value", FINNC_ATTR_FLOAT, "0.0", "before version 11", 0}},
    .types = {{"T", FINNC_TYPES_ANY}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_MOVES,
    .shapes = pad_shapes,
    .dtypes = fnc_dtypes_as_first};

/* ---- Expand, Tile ---- */

static finnc_status expand_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0), target;
    FINNC_TRY(fnc_shape_listed(in, 1, &target));
    FINNC_TRY(fnc_shape_broadcast(in, &y, &target));
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_expand = {
    .name = "Expand",
    .summary = "repeats elements so that a shape is reached by broadcasting",
    .since = {8, 13},
    .in = {{"input", "anything", 0, "T"}, {"shape", "sizes that it broadcasts with", 0, "INT64"}},
    .out = {{"output", "of the common shape", 0, "T"}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = expand_shapes,
    .dtypes = fnc_dtypes_as_first};

static finnc_status tile_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_list repeats;
    FINNC_TRY(fnc_infer_list(in, NULL, 1, &repeats));
    bool known = repeats.known && repeats.count == (size_t)(x.rank < 0 ? 0 : x.rank);
    for (int i = 0; i < x.rank; i++)
        x.dims[i] = known ? fnc_dim_mul(x.dims[i], fnc_known(repeats.x[i])) : fnc_unknown_dim();
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_tile = {.name = "Tile",
                                   .summary = "repeats a tensor along its axes",
                                   .since = {1, 6, 13},
                                   .in = {{"input", "anything", 0, "T"},
                                          {"repeats", "times per axis", 0, "T1"},
                                          {"axis", "version 1", FINNC_OPTIONAL, NULL}},
                                   .out = {{"output", "the repetitions", 0, "T"}},
                                   .types = {{"T", FINNC_TYPES_CLASSIC},
                                             {"T1", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) |
                                                        FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
                                   .traits = FINNC_OP_MOVES,
                                   .shapes = tile_shapes,
                                   .dtypes = fnc_dtypes_as_first};

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
              {"mode", FINNC_ATTR_STRING, "\"DCR\"", "order of channels: DCR or CRD", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = depth_to_space_shapes};

const finnc_op fnc_op_onnx_space_to_depth = {
    .name = "SpaceToDepth",
    .summary = "blocks of pixels become channels",
    .since = {1, 13, 28},
    .in = {{"input", "(N, C, H, W)", 0, "T"}},
    .out = {{"output", "(N, C * b^2, H / b, W / b)", 0, "T"}},
    .attrs = {{"blocksize", FINNC_ATTR_INT, NULL, "b", FINNC_REQUIRED},
              {"mode", FINNC_ATTR_STRING, "\"DCR\"", "from version 28: order of channels", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = space_to_depth_shapes};

/* ---- Resize, Upsample ---- */

static finnc_dim scale_dim(finnc_dim d, double scale)
{
    double n = floor((double)d.size * scale);
    return d.size >= 0 && n >= 0 && n < 0x1p53 ? fnc_known((int64_t)n) : fnc_unknown_dim();
}

static finnc_status scaled(finnc_infer *in, size_t scales_at, size_t sizes_at)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    const finnc_tensor *scales = finnc_infer_const(in, scales_at),
                       *sizes = finnc_infer_const(in, sizes_at);
    size_t nattr = 0, naxes = 0;
    const finnc_attr *attr = finnc_node_find_attr(in->node, "scales");
    const float *list = attr ? finnc_attr_floats(attr, &nattr) : NULL;
    const int64_t *axes = finnc_node_ints(in->node, "axes", &naxes);
    size_t n = axes ? naxes : (size_t)x.rank;
    bool by_scales = list ? nattr == n : scales && finnc_tensor_nelems(scales) == (int64_t)n;
    bool by_sizes =
        sizes && finnc_tensor_nelems(sizes) == (int64_t)n &&
        !strcmp(finnc_node_string(in->node, "keep_aspect_ratio_policy", "stretch"), "stretch");
    for (size_t i = 0; i < n; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes ? axes[i] : (int64_t)i, x.rank, &axis));
        if (by_sizes)
            x.dims[axis] = fnc_known(finnc_tensor_get_int(sizes, (int64_t)i));
        else if (by_scales)
            x.dims[axis] = scale_dim(x.dims[axis],
                                     list ? (double)list[i] : finnc_tensor_get(scales, (int64_t)i));
        else
            x.dims[axis] = fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status resize_shapes(finnc_infer *in)
{
    return in->version < 11 ? scaled(in, 1, SIZE_MAX) : scaled(in, 2, 3);
}

static finnc_status upsample_shapes(finnc_infer *in)
{
    return scaled(in, 1, SIZE_MAX);
}

/* Nearest neighbours are values that were there; other modes make new ones, whatever was annotated.
 */
static finnc_status resize_dtypes(finnc_infer *in)
{
    if (!strcmp(finnc_node_string(in->node, "mode", "nearest"), "nearest"))
        return fnc_dtypes_as_first(in);
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_resize = {
    .name = "Resize",
    .summary = "resamples a tensor along its axes",
    .since = {10, 11, 13, 18, 19},
    .in = {{"X", "numbers", 0, "T1"},
           {"roi", "region, for tf_crop_and_resize; before version 11 the scales", FINNC_OPTIONAL,
            "T2"},
           {"scales", "factor per axis", FINNC_OPTIONAL, "FLOAT"},
           {"sizes", "or sizes", FINNC_OPTIONAL, "INT64"}},
    .out = {{"Y", "resampled", 0, "T1"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"nearest\"", "nearest, linear or cubic", 0},
              {"coordinate_transformation_mode", FINNC_ATTR_STRING, "\"half_pixel\"",
               "where a sample lies in the input", 0},
              {"nearest_mode", FINNC_ATTR_STRING, "\"round_prefer_floor\"", "which neighbour", 0},
              {"cubic_coeff_a", FINNC_ATTR_FLOAT, "-0.75", "of the cubic kernel", 0},
              {"exclude_outside", FINNC_ATTR_INT, "0", "drop samples outside", 0},
              {"extrapolation_value", FINNC_ATTR_FLOAT, "0.0", "outside of the region", 0},
              {"antialias", FINNC_ATTR_INT, "0", "widen the kernel when shrinking", 0},
              {"axes", FINNC_ATTR_INTS, NULL, "which scales or sizes speak of", 0},
              {"keep_aspect_ratio_policy", FINNC_ATTR_STRING, "\"stretch\"",
               "stretch, not_larger or not_smaller", 0}},
    .types = {{"T1", FINNC_TYPES_CLASSIC},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .shapes = resize_shapes,
    .dtypes = resize_dtypes};

const finnc_op fnc_op_onnx_upsample = {
    .name = "Upsample",
    .summary = "resamples a tensor to a multiple of its size",
    .since = {1, 7, 9, 10},
    .in = {{"X", "numbers", 0, "T"}, {"scales", "factor per axis", FINNC_OPTIONAL, "FLOAT"}},
    .out = {{"Y", "resampled", 0, "T"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"nearest\"", "nearest or linear", 0},
              {"scales", FINNC_ATTR_FLOATS, NULL, "before version 9", 0},
              {"width_scale", FINNC_ATTR_FLOAT, NULL, "version 1", 0},
              {"height_scale", FINNC_ATTR_FLOAT, NULL, "version 1", 0}},
    .types = {{"T", FINNC_TYPES_INT | FINNC_TYPES_COMPLEX | FINNC_TYPE(FLOAT) | FINNC_TYPE(STRING) |
                        FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .shapes = upsample_shapes,
    .dtypes = resize_dtypes};

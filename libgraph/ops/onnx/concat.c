/* Tensors put together and taken apart along an axis. */
#include "../infer.h"

#include <inttypes.h>

static finnc_status concat_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0);
    if (y.rank < 0)
        return finnc_infer_set_type(in, 0, y.elem, -1, NULL);
    int axis;
    FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), y.rank, &axis));
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
    .attrs = {{"axis", FINNC_ATTR_INT, "1", "along which", FINNC_UNTIL(4)},
              {"axis", FINNC_ATTR_INT, NULL, "along which", FINNC_REQUIRED | FINNC_SINCE(4)}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = concat_shapes,
    .dtypes = fnc_dtypes_joined,
    .cost = fnc_cost_nothing,
    .range = fnc_range_joins};

/* Of a Split there may be more parts than a tensor has axes. */
static finnc_status check_parts(const finnc_infer *in, const fnc_versioned_list *sizes,
                                int64_t total)
{
    int64_t sum = 0;
    if (sizes->count != finnc_infer_noutputs(in))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu sizes for %zu outputs", sizes->count,
                          finnc_infer_noutputs(in));
    for (size_t i = 0; i < sizes->count; i++)
        if (fnc_versioned_entry(sizes, i) < 0 ||
            !fnc_add_i64(sum, fnc_versioned_entry(sizes, i), &sum))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "part %zu has a size of %" PRId64, i,
                              fnc_versioned_entry(sizes, i));
    if (total >= 0 && sum != total)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the parts have %" PRId64 " elements, the axis has %" PRId64, sum, total);
    return FINNC_OK;
}

static finnc_status split_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    size_t parts = finnc_infer_noutputs(in);
    const fnc_versioned_list sizes = fnc_infer_versioned_list(in, "split", 1);
    const bool has_sizes = sizes.is_known && sizes.is_there;
    int axis = 0;
    if (x.rank >= 0)
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
    int64_t total = x.rank >= 0 ? x.dims[axis].size : -1;
    if (has_sizes)
        FINNC_TRY(check_parts(in, &sizes, total));
    if (in->version < 18 && !sizes.is_there && total >= 0 && parts && total % (int64_t)parts)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " elements do not make %zu equal parts", total, parts);
    for (size_t o = 0; o < parts; o++) {
        fnc_shape y = x;
        if (y.rank >= 0)
            y.dims[axis] = fnc_unknown_dim();
        if (y.rank >= 0 && has_sizes)
            y.dims[axis] = fnc_known(fnc_versioned_entry(&sizes, o));
        else if (total >= 0 && !sizes.is_there) { /* even parts; the last one may be smaller */
            int64_t part = total / (int64_t)parts + (total % (int64_t)parts != 0);
            int64_t left = total - part * (int64_t)o;
            y.dims[axis] = fnc_known(left < 0 ? 0 : left < part ? left : part);
        }
        FINNC_TRY(fnc_infer_set(in, o, &y));
    }
    return FINNC_OK;
}

static finnc_status split_check(finnc_infer *in)
{
    int64_t parts = fnc_infer_int(in, "num_outputs", -1);
    size_t count = finnc_infer_noutputs(in);
    if (in->version > 1 && in->version < 13 && finnc_infer_has(in, 1))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "version %d has the sizes of parts as an attribute, not as an input",
                          in->version);
    if (!finnc_node_find_attr(in->node, "num_outputs"))
        return FINNC_OK;
    if (finnc_infer_has(in, 1))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "both split and num_outputs are given");
    if (parts < 1 || (uint64_t)parts != count)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "num_outputs is %" PRId64 ", the node has %zu outputs", parts, count);
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
              {"split", FINNC_ATTR_INTS, NULL, "sizes of the parts", FINNC_UNTIL(13)},
              {"num_outputs", FINNC_ATTR_INT, NULL, "parts, if no sizes are given",
               FINNC_SINCE(18)}},
    .types = {{"T", FINNC_TYPES_CLASSIC},
              {"TSplit",
               FINNC_TYPE(FLOAT) | FINNC_TYPE(INT64) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_MOVES,
    .shapes = split_shapes,
    .dtypes = split_dtypes,
    .check = split_check,
    .range = fnc_range_moves};

/* Elements and slices picked by lists of places: GatherElements, GatherND. */
#include "../infer.h"

#include <inttypes.h>

/* ---- GatherElements ---- */

static finnc_status gather_elements_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = fnc_shape_of(in, 1);
    int axis;
    y.elem = x.elem;
    if (x.rank >= 0) {
        FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
        FINNC_TRY(fnc_infer_need_rank(in, 1, x.rank));
    }
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_gather_elements = {
    .name = "GatherElements",
    .summary = "single elements, picked by an index along an axis",
    .since = {11, 13},
    .in = {{"data", "anything of rank 1 or more", 0, "T"},
           {"indices", "as many axes; negative ones count from the end", 0, "Tind"}},
    .out = {{"output", "of indices' shape", 0, "T"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "0", "along which indices count", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}, {"Tind", FINNC_TYPE(INT32) | FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_MOVES,
    .shapes = gather_elements_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

/* ---- GatherND ---- */

static finnc_status gather_nd_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), i = fnc_shape_of(in, 1), y = {.elem = x.elem};
    int64_t batch = finnc_node_attr_int(in->node, "batch_dims");
    if (x.rank < 0 || i.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (batch < 0 || batch >= x.rank || batch >= i.rank)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "batch_dims is %" PRId64 " for data of rank %d and indices of rank %d",
                          batch, x.rank, i.rank);
    int64_t length = i.dims[i.rank - 1].size;
    if (length < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (length < 1 || length > x.rank - batch)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "tuples of %" PRId64 " indices into %" PRId64 " axes", length,
                          x.rank - batch);
    if (i.rank - 1 + x.rank - (int)(batch + length) > FINNC_MAX_RANK)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a tensor of rank %d",
                          i.rank - 1 + x.rank - (int)(batch + length));
    for (int a = 0; a < i.rank - 1; a++) {
        if (a < batch)
            FINNC_TRY(fnc_infer_same_dim(in, 0, a, &i.dims[a]));
        y.dims[y.rank++] = i.dims[a];
    }
    for (int a = (int)(batch + length); a < x.rank; a++)
        y.dims[y.rank++] = x.dims[a];
    return fnc_infer_set(in, 0, &y);
}

const finnc_op fnc_op_onnx_gather_nd = {
    .name = "GatherND",
    .summary = "elements or slices, picked by tuples of indices",
    .since = {11, 12, 13},
    .in = {{"data", "anything of rank 1 or more", 0, "T"},
           {"indices", "tuples along the last axis, each for data's first axes", 0, "INT64"}},
    .out = {{"output", "indices' shape, with a slice in place of each tuple", 0, "T"}},
    .attrs = {{"batch_dims", FINNC_ATTR_INT, "0", "leading axes that both inputs share",
               FINNC_SINCE(12)}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = gather_nd_shapes,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

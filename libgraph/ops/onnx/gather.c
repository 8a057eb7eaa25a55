/* Elements picked by index. */
#include "../infer.h"

static finnc_status gather_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), i = fnc_shape_of(in, 1), y = {.elem = x.elem};
    int axis;
    if (x.rank < 0 || i.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    FINNC_TRY(fnc_infer_axis(in, finnc_node_attr_int(in->node, "axis"), x.rank, &axis));
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
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

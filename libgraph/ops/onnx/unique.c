/* Unique: the different elements of a tensor, or slices of an axis. */
#include "../infer.h"

static finnc_status unique_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem, .rank = 1};
    fnc_shape list = {.elem = FINNC_ELEM_INT64, .rank = 1, .dims = {fnc_unknown_dim()}};
    fnc_shape inverse = list;
    if (finnc_node_find_attr(in->node, "axis")) {
        int axis = 0;
        y = x;
        if (x.rank >= 0) {
            FINNC_TRY(fnc_infer_axis(in, fnc_infer_int(in, "axis", 0), x.rank, &axis));
            inverse.dims[0] = x.dims[axis];
            y.dims[axis] = fnc_unknown_dim();
        }
    } else {
        y.dims[0] = fnc_unknown_dim();
        inverse.dims[0] = x.rank < 0 ? fnc_unknown_dim() : fnc_known(1);
        for (int i = 0; i < x.rank; i++)
            inverse.dims[0] = fnc_dim_mul(inverse.dims[0], x.dims[i]);
    }
    FINNC_TRY(fnc_infer_set(in, 0, &y));
    FINNC_TRY(fnc_infer_set(in, 1, &list));
    FINNC_TRY(fnc_infer_set(in, 2, &inverse));
    return fnc_infer_set(in, 3, &list);
}

const finnc_op fnc_op_onnx_unique = {
    .name = "Unique",
    .summary = "elements (or slices) without repetitions",
    .since = {11, 28},
    .in = {{"X", "anything", 0, "T"}},
    .out = {{"Y", "each once", 0, "T"},
            {"indices", "where in X each stands first", FINNC_OPTIONAL, "INT64"},
            {"inverse_indices", "which of Y each of X is", FINNC_OPTIONAL, "INT64"},
            {"counts", "how many of X each is", FINNC_OPTIONAL, "INT64"}},
    .attrs = {{"axis", FINNC_ATTR_INT, NULL, "of the slices; absent: single elements", 0},
              {"sorted", FINNC_ATTR_INT, "1", "0: in the order of X", 0}},
    .types = {{"T", FINNC_TYPES_CLASSIC}},
    .shapes = unique_shapes};

/* Pools by a norm. */
#include "window_attrs.h"

/* `p` was a float in version 1. */
static finnc_status check_p(finnc_infer *in)
{
    const finnc_attr *p = finnc_node_find_attr(in->node, "p");
    if (!p || finnc_attr_ref(p))
        return FINNC_OK;
    finnc_attr_kind kind = finnc_attr_get_kind(p);
    finnc_attr_kind wanted = in->version < 2 ? FINNC_ATTR_FLOAT : FINNC_ATTR_INT;
    if (kind != wanted)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute p is of kind %s, should be %s",
                          finnc_attr_kind_name(kind), finnc_attr_kind_name(wanted));
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_lp_pool = {
    .name = "LpPool",
    .summary = "the p-norm of each window",
    .since = {1, 2, 11, 18, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, spatial...)", 0, "T"}},
    .attrs = {FNC_POOL_ATTRS(18, 18),
              {"p", FINNC_ATTR_UNDEFINED, "2", "of the norm; a float in version 1", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_pool,
    .check = check_p};

const finnc_op fnc_op_onnx_global_lp_pool = {
    .name = "GlobalLpPool",
    .summary = "the p-norm over all spatial axes",
    .since = {1, 2, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, 1...)", 0, "T"}},
    .attrs = {{"p", FINNC_ATTR_UNDEFINED, "2", "of the norm; a float in version 1", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_global_pool,
    .check = check_p};

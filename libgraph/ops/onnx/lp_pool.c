/* Pools by a norm. */
#include "window_attrs.h"

const finnc_op fnc_op_onnx_lp_pool = {
    .name = "LpPool",
    .summary = "the p-norm of each window",
    .since = {1, 2, 11, 18, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, spatial...)", 0, "T"}},
    .attrs = {FNC_POOL_ATTRS(18, 18),
              {"p", FINNC_ATTR_FLOAT, "2.0", "of the norm", FINNC_UNTIL(2)},
              {"p", FINNC_ATTR_INT, "2", "of the norm", FINNC_SINCE(2)}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_pool};

const finnc_op fnc_op_onnx_global_lp_pool = {
    .name = "GlobalLpPool",
    .summary = "the p-norm over all spatial axes",
    .since = {1, 2, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, 1...)", 0, "T"}},
    .attrs = {{"p", FINNC_ATTR_FLOAT, "2.0", "of the norm", FINNC_UNTIL(2)},
              {"p", FINNC_ATTR_INT, "2", "of the norm", FINNC_SINCE(2)}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_global_pool};

/* What kind of float an element is. */
#include "elementwise.h"

static finnc_status truth_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = FINNC_ELEM_BOOL;
    return fnc_infer_set(in, 0, &s);
}

const finnc_op fnc_op_onnx_is_nan = {
    .name = "IsNaN",
    .summary = "are elements not a number?",
    .since = {9, 13, 20},
    .in = {{"X", "floats of any shape", 0, "T1"}},
    .out = {{"Y", "truth values", 0, "T2"}},
    .types = {{"T1", FINNC_TYPES_FLOAT | FINNC_TYPES_FLOAT8}, {"T2", FINNC_TYPE(BOOL)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = truth_shapes};

const finnc_op fnc_op_onnx_is_inf = {
    .name = "IsInf",
    .summary = "are elements infinite?",
    .since = {10, 20},
    .in = {{"X", "floats of any shape", 0, "T1"}},
    .out = {{"Y", "truth values", 0, "T2"}},
    .attrs = {{"detect_negative", FINNC_ATTR_INT, "1", "0: minus infinity does not count", 0},
              {"detect_positive", FINNC_ATTR_INT, "1", "0: plus infinity does not count", 0}},
    .types = {{"T1", FINNC_TYPES_FLOAT | FINNC_TYPES_FLOAT8}, {"T2", FINNC_TYPE(BOOL)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = truth_shapes};

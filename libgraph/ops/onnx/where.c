/* Where: one of two elements, by a condition. */
#include "../infer.h"

static finnc_status where_shapes(finnc_infer *in)
{
    fnc_shape s = {.elem = finnc_infer_elem(in, 1)};
    FINNC_TRY(fnc_infer_broadcast(in, 0, &s));
    return fnc_infer_set(in, 0, &s);
}

static finnc_status where_range(finnc_infer *in, finnc_range_rule *rule)
{
    rule->varying = 6; /* the choice itself is constant */
    return fnc_range_rises_whole(in, rule);
}

const finnc_op fnc_op_onnx_where = {.name = "Where",
                                    .summary =
                                        "elements of X where a condition holds, of Y elsewhere",
                                    .since = {9, 16},
                                    .in = {{"condition", "truth values", 0, "B"},
                                           {"X", "where true", 0, "T"},
                                           {"Y", "where false", 0, "T"}},
                                    .out = {{"output", "of the broadcast shape", 0, "T"}},
                                    .types = {{"B", FINNC_TYPE(BOOL)}, {"T", FINNC_TYPES_CLASSIC}},
                                    .traits = FINNC_OP_ELEMENTWISE,
                                    .shapes = where_shapes,
                                    .range = where_range};

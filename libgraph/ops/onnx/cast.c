/* Cast and CastLike: another element type. */
#include "../infer.h"

#include "../../base/text.h"

#include <inttypes.h>

/* What the attribute `to` names; version 1 spells it. UNDEFINED: nothing that Cast makes. */
static finnc_elem cast_target(const finnc_infer *in)
{
    int64_t to = fnc_infer_int(in, "to", 0);
    const char *name = finnc_node_string(in->node, "to", NULL);
    if (name)
        to = finnc_elem_find(name);
    finnc_types makes = finnc_op_types(in->op, in->op->out, 0);
    return to > 0 && to < 64 && makes >> to & 1 ? (finnc_elem)to : FINNC_ELEM_UNDEFINED;
}

static finnc_status cast_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = cast_target(in);
    return fnc_infer_set(in, 0, &s);
}

static finnc_status round_mode_check(finnc_infer *in)
{
    const char *mode = finnc_node_string(in->node, "round_mode", "up");
    if (fnc_same(mode, "up") || fnc_same(mode, "down") || fnc_same(mode, "nearest"))
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "round_mode is '%s', it may be up, down or nearest",
                      mode);
}

static finnc_status cast_check(finnc_infer *in)
{
    const char *name = finnc_node_string(in->node, "to", NULL);
    if (!cast_target(in) && name)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "casts to '%s', which is no element type", name);
    if (!cast_target(in))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "casts to element type %" PRId64,
                          fnc_infer_int(in, "to", 0));
    return round_mode_check(in);
}

/* Rounds, which keeps order and integers. Integers may overflow, truth values forget the sign, and
 * FLOAT8E8M0 has neither signs nor zero. */
static finnc_status cast_range(finnc_infer *in, finnc_range_rule *rule)
{
    finnc_elem to = finnc_infer_elem(in, 1);
    if (!finnc_infer_has(in, 1))
        to = cast_target(in);
    if (!(FINNC_TYPES_FLOAT >> to & 1))
        return FINNC_OK;
    rule->varying = 1;
    return fnc_range_rises_whole(in, rule);
}

#define CASTABLE_LIKE                                                                              \
    (FINNC_TYPES_NUMERIC | FINNC_TYPES_FLOAT8 | FINNC_TYPES_SMALL | FINNC_TYPE(STRING) |           \
     FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT8E8M0))
#define CASTABLE (CASTABLE_LIKE | FINNC_TYPES_FLOAT6)
const finnc_op fnc_op_onnx_cast = {
    .name = "Cast",
    .summary = "converts to another element type",
    .since = {1, 6, 9, 13, 19, 21, 23, 24, 25, 28},
    .in = {{"input", "anything", 0, "T1"}},
    .out = {{"output", "of type `to`", 0, "T2"}},
    .attrs = {{"to", FINNC_ATTR_STRING, NULL, "the element type: its name",
               FINNC_REQUIRED | FINNC_UNTIL(6)},
              {"to", FINNC_ATTR_INT, NULL, "the element type: its number",
               FINNC_REQUIRED | FINNC_SINCE(6)},
              {"saturate", FINNC_ATTR_INT, "1",
               "8-bit floats: 1 clips what is too large, 0 makes it infinity or NaN",
               FINNC_SINCE(19)},
              {"round_mode", FINNC_ATTR_STRING, "\"up\"", "to FLOAT8E8M0: up, down or nearest",
               FINNC_SINCE(24)}},
    .types = {{"T1", CASTABLE}, {"T2", CASTABLE}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = cast_shapes,
    .check = cast_check,
    .range = cast_range};

static finnc_status cast_like_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    s.elem = finnc_infer_elem(in, 1);
    return fnc_infer_set(in, 0, &s);
}
const finnc_op fnc_op_onnx_cast_like = {
    .name = "CastLike",
    .summary = "converts to the element type of another tensor",
    .since = {15, 19, 21, 23, 24, 25},
    .in = {{"input", "anything", 0, "T1"}, {"target_type", "of the wanted type", 0, "T2"}},
    .out = {{"output", "input, of that type", 0, "T2"}},
    .attrs = {{"saturate", FINNC_ATTR_INT, "1",
               "8-bit floats: 1 clips what is too large, 0 makes it infinity or NaN",
               FINNC_SINCE(19)},
              {"round_mode", FINNC_ATTR_STRING, "\"up\"", "to FLOAT8E8M0: up, down or nearest",
               FINNC_SINCE(24)}},
    .types = {{"T1", CASTABLE_LIKE}, {"T2", CASTABLE_LIKE}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = cast_like_shapes,
    .check = round_mode_check,
    .range = cast_range};

/* The records of element-wise families, written once: ops that take one tensor, two that broadcast,
 * or any number. They differ by name, words, element types and versions. */
#ifndef FNC_OPS_ELEMENTWISE_H
#define FNC_OPS_ELEMENTWISE_H

#include "../infer.h"

/* clang-format off */
#define FNC_ONE_IN  {{"X", "numbers of any shape", 0, "T"}}
#define FNC_ONE_OUT {{"Y", "of the inputs' (broadcast) shape", 0, "T"}}

/* What version 1 of many ops had, and nobody reads. */
#define FNC_CONSUMED {"consumed_inputs", FINNC_ATTR_INTS, NULL, "without meaning", FINNC_UNTIL(6)}
/* Of binary ops the second operand was stretched, and only on demand. */
#define FNC_STRETCH                                                                                \
    {"axis", FINNC_ATTR_INT, NULL, "A's axis where B begins; absent: B ends with A", FINNC_UNTIL(7)}, \
    {"broadcast", FINNC_ATTR_INT, "0", "is B stretched?", FINNC_UNTIL(7)}

/* `set`: the element types; then the versions. */
#define FNC_OP_UNARY(symbol, op, text, set, ...) FNC_OP_UNARY_WITH(symbol, op, text, set, {{0}}, FNC_RULES(), __VA_ARGS__)
/* With attributes, their list in braces as FNC_ALPHA makes one, and further fields of the record. */
#define FNC_RULES(...) __VA_ARGS__
#define FNC_OP_UNARY_WITH(symbol, op, text, set, attributes, rules, ...)                           \
    const finnc_op fnc_op_onnx_##symbol = {.name = op,                                             \
                                           .summary = text,                                        \
                                           .since = {__VA_ARGS__},                                 \
                                           .in = FNC_ONE_IN,                                       \
                                           .out = FNC_ONE_OUT,                                     \
                                           .attrs = attributes,                                    \
                                           .types = {{"T", set}},                                  \
                                           .traits = FINNC_OP_ELEMENTWISE,                         \
                                           .shapes = fnc_shapes_as_first,                          \
                                           rules}
/* The result is of the operands' type (`result` "T") or of another ("BOOL"). `attributes` as above. */
#define FNC_OP_BINARY(symbol, op, text, set, result, more_traits, attributes, rules, shape_rule,   \
                      dtype_rule, ...)                                                             \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"A", "numbers", 0, "T"}, {"B", "numbers that broadcast with A", 0, "T"}},          \
        .out = {{"C", "of the inputs' broadcast shape", 0, result}},                               \
        .attrs = attributes,                                                                       \
        .types = {{"T", set}},                                                                     \
        .traits = FINNC_OP_ELEMENTWISE | (more_traits),                                            \
        .shapes = shape_rule,                                                                      \
        .dtypes = dtype_rule,                                                                      \
        rules}
#define FNC_OP_VARIADIC(symbol, op, text, range_rule, set, ...)                                                \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"X", "numbers that broadcast (before version 8: of one shape)", FINNC_VARIADIC,    \
                "T"}},                                                                             \
        .out = FNC_ONE_OUT,                                                                        \
        .attrs = {FNC_CONSUMED},                                                                   \
        .types = {{"T", set}},                                                                     \
        .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_COMMUTATIVE,                                     \
        .shapes = variadic_shapes,                                                                 \
        .range = range_rule}
/* Lists of FLOAT attributes. */
#define FNC_ALPHA(fallback) {{"alpha", FINNC_ATTR_FLOAT, fallback, "coefficient", 0}}
#define FNC_ALPHA_OLD(fallback) {{"alpha", FINNC_ATTR_FLOAT, fallback, "coefficient", 0}, FNC_CONSUMED}
#define FNC_PAIR(a, fallback_a, b, fallback_b)                                                     \
    {{a, FINNC_ATTR_FLOAT, fallback_a, "coefficient", 0},                                          \
     {b, FINNC_ATTR_FLOAT, fallback_b, "coefficient", 0},                                          \
     FNC_CONSUMED}
/* clang-format on */

#endif

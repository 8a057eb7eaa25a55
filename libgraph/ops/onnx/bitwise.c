/* Ops on the bits of integers, and on bits as such. */
#include "elementwise.h"

#include "../../base/text.h"

#include <inttypes.h>

#define BITWISE(symbol, op, text)                                                                  \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {18},                                                                             \
        .in = {{"A", "integers", 0, "T"}, {"B", "integers that broadcast with A", 0, "T"}},        \
        .out = {{"C", "of the inputs' broadcast shape", 0, "T"}},                                  \
        .types = {{"T", FINNC_TYPES_INT}},                                                         \
        .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_COMMUTATIVE,                                     \
        .shapes = fnc_shapes_broadcast}

BITWISE(bitwise_and, "BitwiseAnd", "bits that are set in both");
BITWISE(bitwise_or, "BitwiseOr", "bits that are set in one at least");
BITWISE(bitwise_xor, "BitwiseXor", "bits that are set in exactly one");
FNC_OP_UNARY(bitwise_not, "BitwiseNot", "the other bits", FINNC_TYPES_INT, 18);

/* ---- BitShift ---- */

static finnc_status bit_shift_check(finnc_infer *in)
{
    const char *direction = finnc_node_string(in->node, "direction", "");
    if (!fnc_same(direction, "LEFT") && !fnc_same(direction, "RIGHT"))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "direction is %s, it may be LEFT or RIGHT",
                          direction);
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_bit_shift = {
    .name = "BitShift",
    .summary = "moves the bits of each element",
    .since = {11, 28},
    .in = {{"X", "integers (before version 28 unsigned ones)", 0, "T"},
           {"Y", "by how many places; broadcasts with X", 0, "T"}},
    .out = {{"Z", "of the inputs' broadcast shape", 0, "T"}},
    .attrs = {{"direction", FINNC_ATTR_STRING, NULL, "LEFT, or RIGHT (which keeps the sign)",
               FINNC_REQUIRED}},
    .types = {{"T", FINNC_TYPES_INT}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_broadcast,
    .check = bit_shift_check};

/* ---- BitCast ---- */

static finnc_status bit_cast_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    int64_t number = fnc_infer_int(in, "to", 0);
    int to, from_bits = finnc_elem_bits(x.elem);
    if (!fnc_to_int(number, &to) || !finnc_elem_bits((finnc_elem)to))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute to is %" PRId64 ", no type of bits",
                          number);
    if (from_bits && from_bits != finnc_elem_bits((finnc_elem)to))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "elements of %d bits cannot be read as %s (%d)",
                          from_bits, finnc_elem_name((finnc_elem)to),
                          finnc_elem_bits((finnc_elem)to));
    x.elem = (finnc_elem)to;
    return fnc_infer_set(in, 0, &x);
}

#define BITS                                                                                       \
    (FINNC_TYPES_NUMERIC | FINNC_TYPES_FLOAT8 | FINNC_TYPES_SMALL | FINNC_TYPES_COMPLEX |          \
     FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT8E8M0))

const finnc_op fnc_op_onnx_bit_cast = {
    .name = "BitCast",
    .summary = "reads the same bits as another element type of that size",
    .since = {26},
    .in = {{"input", "anything but strings", 0, "T1"}},
    .out = {{"output", "of type `to`", 0, "T2"}},
    .attrs = {{"to", FINNC_ATTR_INT, NULL, "the element type", FINNC_REQUIRED}},
    .types = {{"T1", BITS}, {"T2", BITS}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = bit_cast_shapes};

/* Ops on single elements, and on pairs that broadcast. They differ by what they compute, which is
 * the kernels' matter. */
#include "elementwise.h"

#include <inttypes.h>

FNC_OP_UNARY_WITH(abs, "Abs", "absolute values", FINNC_TYPES_NUMERIC, {FNC_CONSUMED},
                  FNC_RULES(.range = fnc_range_turns), 1, 6, 13);
FNC_OP_UNARY_WITH(neg, "Neg", "changes the sign", FINNC_TYPES_FLOAT | FINNC_TYPES_SIGNED_INT,
                  {FNC_CONSUMED}, FNC_RULES(.range = fnc_range_monotone), 1, 6, 13);
FNC_OP_UNARY_WITH(sqrt, "Sqrt", "square roots", FINNC_TYPES_FLOAT, {FNC_CONSUMED},
                  FNC_RULES(.range = fnc_range_rises), 1, 6, 13);
FNC_OP_UNARY_WITH(exp, "Exp", "powers of e", FINNC_TYPES_FLOAT, {FNC_CONSUMED},
                  FNC_RULES(.range = fnc_range_rises), 1, 6, 13);
FNC_OP_UNARY_WITH(log, "Log", "natural logarithms", FINNC_TYPES_FLOAT, {FNC_CONSUMED},
                  FNC_RULES(.range = fnc_range_rises), 1, 6, 13);
FNC_OP_UNARY_WITH(reciprocal, "Reciprocal", "one over each element", FINNC_TYPES_FLOAT,
                  {FNC_CONSUMED}, FNC_RULES(.range = fnc_range_reciprocal), 1, 6, 13);
FNC_OP_UNARY_WITH(floor, "Floor", "rounds towards minus infinity", FINNC_TYPES_FLOAT,
                  {FNC_CONSUMED}, FNC_RULES(.range = fnc_range_rounds), 1, 6, 13);
FNC_OP_UNARY_WITH(ceil, "Ceil", "rounds towards plus infinity", FINNC_TYPES_FLOAT, {FNC_CONSUMED},
                  FNC_RULES(.range = fnc_range_rounds), 1, 6, 13);
FNC_OP_UNARY_WITH(round, "Round", "rounds to nearest, ties to even", FINNC_TYPES_FLOAT, {{0}},
                  FNC_RULES(.range = fnc_range_rounds), 11, 22);
FNC_OP_UNARY_WITH(erf, "Erf", "the error function", FINNC_TYPES_NUMERIC, {{0}},
                  FNC_RULES(.range = fnc_range_rises), 9, 13);
FNC_OP_UNARY_WITH(relu, "Relu", "negative elements become zero",
                  FINNC_TYPES_FLOAT | FINNC_TYPES_SIGNED_INT, {FNC_CONSUMED},
                  FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_rises_whole), 1, 6, 13,
                  14);
FNC_OP_UNARY_WITH(sigmoid, "Sigmoid", "1 / (1 + exp(-x))", FINNC_TYPES_FLOAT, {FNC_CONSUMED},
                  FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_rises), 1, 6, 13);
FNC_OP_UNARY_WITH(tanh, "Tanh", "hyperbolic tangents", FINNC_TYPES_FLOAT, {FNC_CONSUMED},
                  FNC_RULES(.range = fnc_range_rises), 1, 6, 13);
FNC_OP_UNARY_WITH(softplus, "Softplus", "log(exp(x) + 1)", FINNC_TYPES_FLOAT, {{0}},
                  FNC_RULES(.range = fnc_range_rises), 1, 22);
/* Not monotone in floats: of a large x, 1 + |x| is rounded now up, now down. */
FNC_OP_UNARY_WITH(softsign, "Softsign", "x / (1 + abs(x))", FINNC_TYPES_FLOAT, {{0}},
                  FNC_RULES(.range = fnc_range_circle), 1, 22);
FNC_OP_UNARY_WITH(not, "Not", "negates truth values", FINNC_TYPE(BOOL), {{0}},
                  FNC_RULES(.range = fnc_range_truth), 1);
FNC_OP_UNARY_WITH(leaky_relu, "LeakyRelu", "negative elements are scaled by alpha",
                  FINNC_TYPES_FLOAT, FNC_ALPHA_OLD("0.01"), FNC_RULES(.range = fnc_range_slopes), 1,
                  6, 16);
FNC_OP_UNARY_WITH(elu, "Elu", "negative elements become alpha * (exp(x) - 1)", FINNC_TYPES_FLOAT,
                  FNC_ALPHA_OLD("1.0"),
                  FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_slopes), 1, 6, 22);
FNC_OP_UNARY_WITH(celu, "Celu", "negative elements become alpha * (exp(x / alpha) - 1)",
                  FINNC_TYPES_FLOAT, FNC_ALPHA("1.0"), FNC_RULES(.range = fnc_range_slopes), 12,
                  28);
FNC_OP_UNARY_WITH(
    selu, "Selu", "a scaled Elu that keeps mean and variance", FINNC_TYPES_FLOAT,
    FNC_RULES({{"alpha", FINNC_ATTR_FLOAT, "1.6732", "coefficient", FINNC_UNTIL(6)},
               {"gamma", FINNC_ATTR_FLOAT, "1.0507", "coefficient", FINNC_UNTIL(6)},
               {"alpha", FINNC_ATTR_FLOAT, "1.6732632423543772", "coefficient", FINNC_SINCE(6)},
               {"gamma", FINNC_ATTR_FLOAT, "1.0507009873554805", "coefficient", FINNC_SINCE(6)},
               FNC_CONSUMED}),
    FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_slopes), 1, 6, 22);
FNC_OP_UNARY_WITH(hard_sigmoid, "HardSigmoid", "alpha * x + beta, clipped to 0 and 1",
                  FINNC_TYPES_FLOAT, FNC_PAIR("alpha", "0.2", "beta", "0.5"), FNC_RULES(), 1, 6,
                  22);

/* Upstream: the sign is BIPOLAR, although that of zero is none. */
static finnc_status sign_dtypes(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0, finnc_dtype_bipolar());
}
const finnc_op fnc_op_onnx_sign = {.name = "Sign",
                                   .summary = "-1, 0 or 1 for each element",
                                   .since = {9, 13},
                                   .in = FNC_ONE_IN,
                                   .out = FNC_ONE_OUT,
                                   .types = {{"T", FINNC_TYPES_NUMERIC}},
                                   .traits = FINNC_OP_ELEMENTWISE,
                                   .shapes = fnc_shapes_as_first,
                                   .dtypes = sign_dtypes,
                                   .range = fnc_range_rounds};

const finnc_op fnc_op_onnx_identity = {
    .name = "Identity",
    .summary = "hands its input on",
    .since = {1, 13, 14, 16, 19, 21, 23, 24, 25},
    .in = {{"input", "anything", 0, "V"}},
    .out = {{"output", "the same", 0, "V"}},
    .types = {{"V", FINNC_TYPES_ANY | FINNC_TYPES_OPTIONAL | FINNC_TYPES_SEQUENCE}},
    .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_MOVES,
    .shapes = fnc_shapes_as_first,
    .dtypes = fnc_dtypes_as_first,
    .cost = fnc_cost_nothing,
    .range = fnc_range_moves};

FNC_OP_BINARY(add, "Add", "sums", FINNC_TYPES_NUMERIC, "T", FINNC_OP_COMMUTATIVE,
              FNC_RULES({FNC_STRETCH, FNC_CONSUMED}),
              FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_sum), fnc_shapes_broadcast,
              fnc_dtypes_mac, 1, 6, 7, 13, 14);
FNC_OP_BINARY(sub, "Sub", "differences", FINNC_TYPES_NUMERIC, "T", 0,
              FNC_RULES({FNC_STRETCH, FNC_CONSUMED}),
              FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_monotone),
              fnc_shapes_broadcast, fnc_dtypes_difference, 1, 6, 7, 13, 14);
FNC_OP_BINARY(mul, "Mul", "products", FINNC_TYPES_NUMERIC, "T", FINNC_OP_COMMUTATIVE,
              FNC_RULES({FNC_STRETCH, FNC_CONSUMED}),
              FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_monotone),
              fnc_shapes_broadcast, fnc_dtypes_mac, 1, 6, 7, 13, 14);
FNC_OP_BINARY(div, "Div", "quotients", FINNC_TYPES_NUMERIC, "T", 0,
              FNC_RULES({FNC_STRETCH, FNC_CONSUMED}),
              FNC_RULES(.cost = fnc_cost_nothing, .range = fnc_range_quotient),
              fnc_shapes_broadcast, NULL, 1, 6, 7, 13, 14);
const finnc_op fnc_op_onnx_pow = {
    .name = "Pow",
    .summary = "powers",
    .since = {1, 7, 12, 13, 15},
    .in = {{"X", "bases", 0, "T"}, {"Y", "exponents that broadcast with X", 0, "T1"}},
    .out = {{"Z", "of the inputs' broadcast shape", 0, "T"}},
    .attrs = {FNC_STRETCH},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64)},
              {"T1", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_broadcast};

/* Floats had to say fmod = 1 before version 28, which gives them both forms. */
static finnc_status mod_check(finnc_infer *in)
{
    int64_t form = finnc_node_attr_int(in->node, "fmod");
    if (form != 0 && form != 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "fmod is %" PRId64 ", it may be 0 or 1", form);
    if (!form && in->version < 28 && finnc_elem_is_float(finnc_infer_elem(in, 0)))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "floats need fmod = 1 before opset 28");
    return FINNC_OK;
}
const finnc_op fnc_op_onnx_mod = {
    .name = "Mod",
    .summary = "remainders",
    .since = {10, 13, 28},
    .in = {{"A", "numbers", 0, "T"}, {"B", "divisors that broadcast with A", 0, "T"}},
    .out = {{"C", "of the inputs' broadcast shape", 0, "T"}},
    .attrs = {{"fmod", FINNC_ATTR_INT, "0", "0: with the sign of B, 1: with that of A", 0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_broadcast,
    .check = mod_check};

FNC_OP_BINARY(equal, "Equal", "are elements equal?",
              FINNC_TYPES_NUMERIC | FINNC_TYPE(STRING) | FINNC_TYPE(BOOL), "BOOL",
              FINNC_OP_COMMUTATIVE, FNC_RULES({FNC_STRETCH}), FNC_RULES(.range = fnc_range_truth),
              fnc_shapes_compare, NULL, 1, 7, 11, 13, 19);
FNC_OP_BINARY(greater, "Greater", "are elements of A greater?", FINNC_TYPES_NUMERIC, "BOOL", 0,
              FNC_RULES({FNC_STRETCH}), FNC_RULES(.range = fnc_range_truth), fnc_shapes_compare,
              NULL, 1, 7, 9, 13);
FNC_OP_BINARY(less, "Less", "are elements of A less?", FINNC_TYPES_NUMERIC, "BOOL", 0,
              FNC_RULES({FNC_STRETCH}), FNC_RULES(.range = fnc_range_truth), fnc_shapes_compare,
              NULL, 1, 7, 9, 13);
FNC_OP_BINARY(greater_or_equal, "GreaterOrEqual", "are elements of A at least those of B?",
              FINNC_TYPES_NUMERIC, "BOOL", 0, {{0}}, FNC_RULES(.range = fnc_range_truth),
              fnc_shapes_compare, NULL, 12, 16);
FNC_OP_BINARY(less_or_equal, "LessOrEqual", "are elements of A at most those of B?",
              FINNC_TYPES_NUMERIC, "BOOL", 0, {{0}}, FNC_RULES(.range = fnc_range_truth),
              fnc_shapes_compare, NULL, 12, 16);
FNC_OP_BINARY(and, "And", "are both true?", FINNC_TYPE(BOOL), "BOOL", FINNC_OP_COMMUTATIVE,
              FNC_RULES({FNC_STRETCH}), FNC_RULES(.range = fnc_range_truth), fnc_shapes_compare,
              NULL, 1, 7);
FNC_OP_BINARY(or, "Or", "is one true?", FINNC_TYPE(BOOL), "BOOL", FINNC_OP_COMMUTATIVE,
              FNC_RULES({FNC_STRETCH}), FNC_RULES(.range = fnc_range_truth), fnc_shapes_compare,
              NULL, 1, 7);
FNC_OP_BINARY(xor, "Xor", "is exactly one true?", FINNC_TYPE(BOOL), "BOOL", FINNC_OP_COMMUTATIVE,
              FNC_RULES({FNC_STRETCH}), FNC_RULES(.range = fnc_range_truth), fnc_shapes_compare,
              NULL, 1, 7);
/* Before version 8 nothing broadcasts. */
static finnc_status variadic_shapes(finnc_infer *in)
{
    if (in->version >= 8)
        return fnc_shapes_broadcast(in);
    fnc_shape s = fnc_shape_of(in, 0);
    for (size_t i = 1; i < finnc_infer_ninputs(in); i++) {
        fnc_shape with = fnc_shape_of(in, i);
        FINNC_TRY(fnc_shape_unify(in, &s, &with));
    }
    return fnc_infer_set(in, 0, &s);
}

FNC_OP_VARIADIC(sum, "Sum", "sums of any number of tensors", fnc_range_sum, FINNC_TYPES_FLOAT, 1, 6,
                8, 13);
FNC_OP_VARIADIC(mean, "Mean", "means of any number of tensors, element by element", fnc_range_rises,
                FINNC_TYPES_FLOAT, 1, 6, 8, 13);
FNC_OP_VARIADIC(min, "Min", "the smallest of any number of tensors, element by element",
                fnc_range_rises_whole, FINNC_TYPES_NUMERIC, 1, 6, 8, 12, 13);
FNC_OP_VARIADIC(max, "Max", "the largest of any number of tensors, element by element",
                fnc_range_rises_whole, FINNC_TYPES_NUMERIC, 1, 6, 8, 12, 13);

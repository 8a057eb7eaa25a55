/* Ops on single elements, and on pairs that broadcast. They differ by what they compute, which is
 * the kernels' matter. */
#include "../infer.h"

#define ONE_IN                                                                                     \
    {                                                                                              \
        {                                                                                          \
            "X", "numbers of any shape", 0                                                         \
        }                                                                                          \
    }
#define TWO_IN                                                                                     \
    {                                                                                              \
        {"A", "numbers", 0},                                                                       \
        {                                                                                          \
            "B", "numbers that broadcast with A", 0                                                \
        }                                                                                          \
    }
#define ONE_OUT                                                                                    \
    {                                                                                              \
        {                                                                                          \
            "Y", "of the inputs' (broadcast) shape", 0                                             \
        }                                                                                          \
    }

#define UNARY(symbol, op, text, ...)                                                               \
    const finnc_op fnc_op_onnx_##symbol = {.name = op,                                             \
                                           .summary = text,                                        \
                                           .since = {__VA_ARGS__},                                 \
                                           .in = ONE_IN,                                           \
                                           .out = ONE_OUT,                                         \
                                           .traits = FINNC_OP_ELEMENTWISE,                         \
                                           .shapes = fnc_shapes_as_first}
/* With attributes of kind FLOAT: name and default. */
#define UNARY_WITH(symbol, op, text, attributes, ...)                                              \
    const finnc_op fnc_op_onnx_##symbol = {.name = op,                                             \
                                           .summary = text,                                        \
                                           .since = {__VA_ARGS__},                                 \
                                           .in = ONE_IN,                                           \
                                           .out = ONE_OUT,                                         \
                                           .attrs = attributes,                                    \
                                           .traits = FINNC_OP_ELEMENTWISE,                         \
                                           .shapes = fnc_shapes_as_first}
#define BINARY(symbol, op, text, more_traits, shape_rule, dtype_rule, ...)                         \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = TWO_IN,                                                                              \
        .out = ONE_OUT,                                                                            \
        .attrs = {{"axis", FINNC_ATTR_INT, NULL, "old versions: where B starts", 0},               \
                  {"broadcast", FINNC_ATTR_INT, "0", "old versions: may B?", 0}},                  \
        .traits = FINNC_OP_ELEMENTWISE | (more_traits),                                            \
        .shapes = shape_rule,                                                                      \
        .dtypes = dtype_rule}
#define VARIADIC(symbol, op, text, ...)                                                            \
    const finnc_op fnc_op_onnx_##symbol = {                                                        \
        .name = op,                                                                                \
        .summary = text,                                                                           \
        .since = {__VA_ARGS__},                                                                    \
        .in = {{"X", "numbers that broadcast", FINNC_VARIADIC}},                                   \
        .out = ONE_OUT,                                                                            \
        .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_COMMUTATIVE,                                     \
        .shapes = fnc_shapes_broadcast}
#define ALPHA(fallback)                                                                            \
    {                                                                                              \
        {                                                                                          \
            "alpha", FINNC_ATTR_FLOAT, fallback, "coefficient", 0                                  \
        }                                                                                          \
    }
#define PAIR(a, fallback_a, b, fallback_b)                                                         \
    {                                                                                              \
        {a, FINNC_ATTR_FLOAT, fallback_a, "coefficient", 0},                                       \
        {                                                                                          \
            b, FINNC_ATTR_FLOAT, fallback_b, "coefficient", 0                                      \
        }                                                                                          \
    }

UNARY(abs, "Abs", "absolute values", 1, 6, 13);
UNARY(neg, "Neg", "changes the sign", 1, 6, 13);
UNARY(sqrt, "Sqrt", "square roots", 1, 6, 13);
UNARY(exp, "Exp", "powers of e", 1, 6, 13);
UNARY(log, "Log", "natural logarithms", 1, 6, 13);
UNARY(reciprocal, "Reciprocal", "one over each element", 1, 6, 13);
UNARY(floor, "Floor", "rounds towards minus infinity", 1, 6, 13);
UNARY(ceil, "Ceil", "rounds towards plus infinity", 1, 6, 13);
UNARY(round, "Round", "rounds to nearest, ties to even", 11, 22);
UNARY(erf, "Erf", "the error function", 9, 13);
UNARY(relu, "Relu", "negative elements become zero", 1, 6, 13, 14);
UNARY(sigmoid, "Sigmoid", "1 / (1 + exp(-x))", 1, 6, 13);
UNARY(tanh, "Tanh", "hyperbolic tangents", 1, 6, 13);
UNARY(softplus, "Softplus", "log(exp(x) + 1)", 1, 22);
UNARY(softsign, "Softsign", "x / (1 + abs(x))", 1, 22);
UNARY(not, "Not", "negates truth values", 1);
UNARY_WITH(leaky_relu, "LeakyRelu", "negative elements are scaled by alpha", ALPHA("0.01"), 1, 6,
           16);
UNARY_WITH(elu, "Elu", "negative elements become alpha * (exp(x) - 1)", ALPHA("1.0"), 1, 6, 22);
UNARY_WITH(celu, "Celu", "negative elements become alpha * (exp(x / alpha) - 1)", ALPHA("1.0"), 12,
           28);
UNARY_WITH(selu, "Selu", "a scaled Elu that keeps mean and variance",
           PAIR("alpha", "1.6732632423543772", "gamma", "1.0507009873554805"), 1, 6, 22);
UNARY_WITH(hard_sigmoid, "HardSigmoid", "alpha * x + beta, clipped to 0 and 1",
           PAIR("alpha", "0.2", "beta", "0.5"), 1, 6, 22);

/* Upstream: the sign is BIPOLAR, although that of zero is none. */
static finnc_status sign_dtypes(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0, finnc_dtype_bipolar());
}
const finnc_op fnc_op_onnx_sign = {.name = "Sign",
                                   .summary = "-1, 0 or 1 for each element",
                                   .since = {9, 13},
                                   .in = ONE_IN,
                                   .out = ONE_OUT,
                                   .traits = FINNC_OP_ELEMENTWISE,
                                   .shapes = fnc_shapes_as_first,
                                   .dtypes = sign_dtypes};

const finnc_op fnc_op_onnx_identity = {.name = "Identity",
                                       .summary = "hands its input on",
                                       .since = {1, 13, 14, 16, 19, 21, 23, 24, 25},
                                       .in = {{"input", "anything", 0}},
                                       .out = {{"output", "the same", 0}},
                                       .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_MOVES,
                                       .shapes = fnc_shapes_as_first,
                                       .dtypes = fnc_dtypes_as_first};

const finnc_op fnc_op_onnx_clip = {
    .name = "Clip",
    .summary = "limits elements to a range",
    .since = {1, 6, 11, 12, 13},
    .in = {{"input", "numbers of any shape", 0},
           {"min", "lower limit, one number", FINNC_OPTIONAL},
           {"max", "upper limit, one number", FINNC_OPTIONAL}},
    .out = ONE_OUT,
    .attrs = {{"min", FINNC_ATTR_FLOAT, NULL, "before version 11: lower limit", 0},
              {"max", FINNC_ATTR_FLOAT, NULL, "before version 11: upper limit", 0}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_as_first,
    .dtypes = fnc_dtypes_as_first};

static finnc_status dropout_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    FINNC_TRY(fnc_infer_set(in, 0, &s));
    if (in->version >= 10)
        s.elem = FINNC_ELEM_BOOL;
    return finnc_infer_noutputs(in) > 1 ? fnc_infer_set(in, 1, &s) : FINNC_OK;
}
const finnc_op fnc_op_onnx_dropout = {
    .name = "Dropout",
    .summary = "hands its input on, except in training",
    .since = {1, 6, 7, 10, 12, 13, 22},
    .in = {{"data", "numbers of any shape", 0},
           {"ratio", "share of elements dropped in training", FINNC_OPTIONAL},
           {"training_mode", "one truth value", FINNC_OPTIONAL}},
    .out = {{"output", "as data", 0}, {"mask", "what was kept", FINNC_OPTIONAL}},
    .attrs = {{"ratio", FINNC_ATTR_FLOAT, "0.5", "before version 12", 0},
              {"is_test", FINNC_ATTR_INT, "0", "before version 7", 0},
              {"seed", FINNC_ATTR_INT, NULL, "of the random numbers", 0}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = dropout_shapes};

BINARY(add, "Add", "sums", FINNC_OP_COMMUTATIVE, fnc_shapes_broadcast, fnc_dtypes_mac, 1, 6, 7, 13,
       14);
BINARY(sub, "Sub", "differences", 0, fnc_shapes_broadcast, fnc_dtypes_difference, 1, 6, 7, 13, 14);
BINARY(mul, "Mul", "products", FINNC_OP_COMMUTATIVE, fnc_shapes_broadcast, fnc_dtypes_mac, 1, 6, 7,
       13, 14);
BINARY(div, "Div", "quotients", 0, fnc_shapes_broadcast, NULL, 1, 6, 7, 13, 14);
BINARY(pow, "Pow", "powers", 0, fnc_shapes_broadcast, NULL, 1, 7, 12, 13, 15);
BINARY(equal, "Equal", "are elements equal?", FINNC_OP_COMMUTATIVE, fnc_shapes_compare, NULL, 1, 7,
       11, 13, 19);
BINARY(greater, "Greater", "are elements of A greater?", 0, fnc_shapes_compare, NULL, 1, 7, 9, 13);
BINARY(less, "Less", "are elements of A less?", 0, fnc_shapes_compare, NULL, 1, 7, 9, 13);
BINARY(greater_or_equal, "GreaterOrEqual", "are elements of A at least those of B?", 0,
       fnc_shapes_compare, NULL, 12, 16);
BINARY(less_or_equal, "LessOrEqual", "are elements of A at most those of B?", 0, fnc_shapes_compare,
       NULL, 12, 16);
BINARY(and, "And", "are both true?", FINNC_OP_COMMUTATIVE, fnc_shapes_compare, NULL, 1, 7);
BINARY(or, "Or", "is one true?", FINNC_OP_COMMUTATIVE, fnc_shapes_compare, NULL, 1, 7);
BINARY(xor, "Xor", "is exactly one true?", FINNC_OP_COMMUTATIVE, fnc_shapes_compare, NULL, 1, 7);
VARIADIC(sum, "Sum", "sums of any number of tensors", 1, 6, 8, 13);
VARIADIC(min, "Min", "the smallest of any number of tensors, element by element", 1, 6, 8, 12, 13);
VARIADIC(max, "Max", "the largest of any number of tensors, element by element", 1, 6, 8, 12, 13);

static finnc_status where_shapes(finnc_infer *in)
{
    fnc_shape s = {.elem = finnc_infer_elem(in, 1)};
    FINNC_TRY(fnc_infer_broadcast(in, 0, &s));
    return fnc_infer_set(in, 0, &s);
}
const finnc_op fnc_op_onnx_where = {
    .name = "Where",
    .summary = "elements of X where a condition holds, of Y elsewhere",
    .since = {9, 16},
    .in = {{"condition", "truth values", 0}, {"X", "where true", 0}, {"Y", "where false", 0}},
    .out = {{"output", "of the broadcast shape", 0}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = where_shapes};

static finnc_status cast_shapes(finnc_infer *in)
{
    fnc_shape s = fnc_shape_of(in, 0);
    int to;
    if (!fnc_to_int(finnc_node_int(in->node, "to", 0), &to))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute to is no element type");
    const char *name = finnc_node_string(in->node, "to", NULL); /* version 1 spells it */
    s.elem = name ? finnc_elem_find(name) : (finnc_elem)to;
    return fnc_infer_set(in, 0, &s);
}
const finnc_op fnc_op_onnx_cast = {
    .name = "Cast",
    .summary = "converts to another element type",
    .since = {1, 6, 9, 13, 19, 21, 23, 24, 25, 28},
    .in = {{"input", "anything", 0}},
    .out = {{"output", "of type `to`", 0}},
    .attrs = {{"to", FINNC_ATTR_UNDEFINED, NULL, "the element type", FINNC_REQUIRED},
              {"saturate", FINNC_ATTR_INT, "1", "8-bit floats: clip instead of overflow", 0},
              {"round_mode", FINNC_ATTR_STRING, "\"up\"", "to FLOAT8E8M0", 0}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = cast_shapes};

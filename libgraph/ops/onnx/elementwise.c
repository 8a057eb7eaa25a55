/* Ops on single elements, and on pairs that broadcast. They differ by what they compute, which is
 * the kernels' matter. */
#include "elementwise.h"

#include "../../base/text.h"

#include <inttypes.h>

FNC_OP_UNARY_OLD(abs, "Abs", "absolute values", FINNC_TYPES_NUMERIC, 1, 6, 13);
FNC_OP_UNARY_OLD(neg, "Neg", "changes the sign", FINNC_TYPES_FLOAT | FINNC_TYPES_SIGNED_INT, 1, 6,
                 13);
FNC_OP_UNARY_OLD(sqrt, "Sqrt", "square roots", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY_OLD(exp, "Exp", "powers of e", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY_OLD(log, "Log", "natural logarithms", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY_OLD(reciprocal, "Reciprocal", "one over each element", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY_OLD(floor, "Floor", "rounds towards minus infinity", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY_OLD(ceil, "Ceil", "rounds towards plus infinity", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY(round, "Round", "rounds to nearest, ties to even", FINNC_TYPES_FLOAT, 11, 22);
FNC_OP_UNARY(erf, "Erf", "the error function", FINNC_TYPES_NUMERIC, 9, 13);
FNC_OP_UNARY_OLD(relu, "Relu", "negative elements become zero",
                 FINNC_TYPES_FLOAT | FINNC_TYPES_SIGNED_INT, 1, 6, 13, 14);
FNC_OP_UNARY_OLD(sigmoid, "Sigmoid", "1 / (1 + exp(-x))", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY_OLD(tanh, "Tanh", "hyperbolic tangents", FINNC_TYPES_FLOAT, 1, 6, 13);
FNC_OP_UNARY(softplus, "Softplus", "log(exp(x) + 1)", FINNC_TYPES_FLOAT, 1, 22);
FNC_OP_UNARY(softsign, "Softsign", "x / (1 + abs(x))", FINNC_TYPES_FLOAT, 1, 22);
FNC_OP_UNARY(not, "Not", "negates truth values", FINNC_TYPE(BOOL), 1);
FNC_OP_UNARY_WITH(leaky_relu, "LeakyRelu", "negative elements are scaled by alpha",
                  FINNC_TYPES_FLOAT, FNC_ALPHA("0.01"), 1, 6, 16);
FNC_OP_UNARY_WITH(elu, "Elu", "negative elements become alpha * (exp(x) - 1)", FINNC_TYPES_FLOAT,
                  FNC_ALPHA("1.0"), 1, 6, 22);
FNC_OP_UNARY_WITH(celu, "Celu", "negative elements become alpha * (exp(x / alpha) - 1)",
                  FINNC_TYPES_FLOAT, FNC_ALPHA("1.0"), 12, 28);
FNC_OP_UNARY_WITH(selu, "Selu", "a scaled Elu that keeps mean and variance", FINNC_TYPES_FLOAT,
                  FNC_PAIR("alpha", "1.6732632423543772", "gamma", "1.0507009873554805"), 1, 6, 22);
FNC_OP_UNARY_WITH(hard_sigmoid, "HardSigmoid", "alpha * x + beta, clipped to 0 and 1",
                  FINNC_TYPES_FLOAT, FNC_PAIR("alpha", "0.2", "beta", "0.5"), 1, 6, 22);

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
                                   .dtypes = sign_dtypes};

const finnc_op fnc_op_onnx_identity = {
    .name = "Identity",
    .summary = "hands its input on",
    .since = {1, 13, 14, 16, 19, 21, 23, 24, 25},
    .in = {{"input", "anything", 0, "V"}},
    .out = {{"output", "the same", 0, "V"}},
    .types = {{"V", FINNC_TYPES_ANY | FINNC_TYPES_OPTIONAL | FINNC_TYPES_SEQUENCE}},
    .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_MOVES,
    .shapes = fnc_shapes_as_first,
    .dtypes = fnc_dtypes_as_first};

const finnc_op fnc_op_onnx_clip = {
    .name = "Clip",
    .summary = "limits elements to a range",
    .since = {1, 6, 11, 12, 13},
    .in = {{"input", "numbers of any shape", 0, "T"},
           {"min", "lower limit, one number", FINNC_OPTIONAL, "T"},
           {"max", "upper limit, one number", FINNC_OPTIONAL, "T"}},
    .out = FNC_ONE_OUT,
    .attrs = {{"min", FINNC_ATTR_FLOAT, NULL, "before version 11: lower limit", 0},
              {"max", FINNC_ATTR_FLOAT, NULL, "before version 11: upper limit", 0},
              FNC_CONSUMED},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
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
    .in = {{"data", "numbers of any shape", 0, "T"},
           {"ratio", "share of elements dropped in training: 0 up to, but not, 1", FINNC_OPTIONAL,
            "T1"},
           {"training_mode", "one truth value", FINNC_OPTIONAL, "BOOL"}},
    .out = {{"output", "as data, zeros where dropped", 0, "T"},
            {"mask", "what was kept; before version 10 of data's type", FINNC_OPTIONAL, "T2"}},
    .attrs = {{"ratio", FINNC_ATTR_FLOAT, "0.5", "before version 12", 0},
              {"is_test", FINNC_ATTR_INT, "0", "before version 7: 0 means training", 0},
              {"seed", FINNC_ATTR_INT, NULL, "of the random numbers", 0},
              FNC_CONSUMED},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPES_FLOAT8},
              {"T1", FINNC_TYPES_FLOAT | FINNC_TYPES_FLOAT8},
              {"T2",
               FINNC_TYPE(FLOAT) | FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = dropout_shapes};

FNC_OP_BINARY(add, "Add", "sums", FINNC_TYPES_NUMERIC, "T", FINNC_OP_COMMUTATIVE,
              fnc_shapes_broadcast, fnc_dtypes_mac, 1, 6, 7, 13, 14);
FNC_OP_BINARY(sub, "Sub", "differences", FINNC_TYPES_NUMERIC, "T", 0, fnc_shapes_broadcast,
              fnc_dtypes_difference, 1, 6, 7, 13, 14);
FNC_OP_BINARY(mul, "Mul", "products", FINNC_TYPES_NUMERIC, "T", FINNC_OP_COMMUTATIVE,
              fnc_shapes_broadcast, fnc_dtypes_mac, 1, 6, 7, 13, 14);
FNC_OP_BINARY(div, "Div", "quotients", FINNC_TYPES_NUMERIC, "T", 0, fnc_shapes_broadcast, NULL, 1,
              6, 7, 13, 14);
const finnc_op fnc_op_onnx_pow = {
    .name = "Pow",
    .summary = "powers",
    .since = {1, 7, 12, 13, 15},
    .in = {{"X", "bases", 0, "T"}, {"Y", "exponents that broadcast with X", 0, "T1"}},
    .out = {{"Z", "of the inputs' broadcast shape", 0, "T"}},
    .attrs = FNC_STRETCH,
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64)},
              {"T1", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_broadcast};

/* Floats had to say fmod = 1 before version 28, which gives them both forms. */
static finnc_status mod_check(finnc_infer *in)
{
    int64_t form = fnc_infer_int(in, "fmod", 0);
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
              FINNC_OP_COMMUTATIVE, fnc_shapes_compare, NULL, 1, 7, 11, 13, 19);
FNC_OP_BINARY(greater, "Greater", "are elements of A greater?", FINNC_TYPES_NUMERIC, "BOOL", 0,
              fnc_shapes_compare, NULL, 1, 7, 9, 13);
FNC_OP_BINARY(less, "Less", "are elements of A less?", FINNC_TYPES_NUMERIC, "BOOL", 0,
              fnc_shapes_compare, NULL, 1, 7, 9, 13);
FNC_OP_BINARY(greater_or_equal, "GreaterOrEqual", "are elements of A at least those of B?",
              FINNC_TYPES_NUMERIC, "BOOL", 0, fnc_shapes_compare, NULL, 12, 16);
FNC_OP_BINARY(less_or_equal, "LessOrEqual", "are elements of A at most those of B?",
              FINNC_TYPES_NUMERIC, "BOOL", 0, fnc_shapes_compare, NULL, 12, 16);
FNC_OP_BINARY(and, "And", "are both true?", FINNC_TYPE(BOOL), "BOOL", FINNC_OP_COMMUTATIVE,
              fnc_shapes_compare, NULL, 1, 7);
FNC_OP_BINARY(or, "Or", "is one true?", FINNC_TYPE(BOOL), "BOOL", FINNC_OP_COMMUTATIVE,
              fnc_shapes_compare, NULL, 1, 7);
FNC_OP_BINARY(xor, "Xor", "is exactly one true?", FINNC_TYPE(BOOL), "BOOL", FINNC_OP_COMMUTATIVE,
              fnc_shapes_compare, NULL, 1, 7);
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

FNC_OP_VARIADIC(sum, "Sum", "sums of any number of tensors", FINNC_TYPES_FLOAT, 1, 6, 8, 13);
FNC_OP_VARIADIC(mean, "Mean", "means of any number of tensors, element by element",
                FINNC_TYPES_FLOAT, 1, 6, 8, 13);
FNC_OP_VARIADIC(min, "Min", "the smallest of any number of tensors, element by element",
                FINNC_TYPES_NUMERIC, 1, 6, 8, 12, 13);
FNC_OP_VARIADIC(max, "Max", "the largest of any number of tensors, element by element",
                FINNC_TYPES_NUMERIC, 1, 6, 8, 12, 13);

static finnc_status where_shapes(finnc_infer *in)
{
    fnc_shape s = {.elem = finnc_infer_elem(in, 1)};
    FINNC_TRY(fnc_infer_broadcast(in, 0, &s));
    return fnc_infer_set(in, 0, &s);
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
                                    .shapes = where_shapes};

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
    .attrs = {{"to", FINNC_ATTR_UNDEFINED, NULL,
               "the element type: its number, in version 1 its name", FINNC_REQUIRED},
              {"saturate", FINNC_ATTR_INT, "1",
               "8-bit floats: 1 clips what is too large, 0 makes it infinity or NaN", 0},
              {"round_mode", FINNC_ATTR_STRING, "\"up\"", "to FLOAT8E8M0: up, down or nearest", 0}},
    .types = {{"T1", CASTABLE}, {"T2", CASTABLE}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = cast_shapes,
    .check = cast_check};

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
               "8-bit floats: 1 clips what is too large, 0 makes it infinity or NaN", 0},
              {"round_mode", FINNC_ATTR_STRING, "\"up\"", "to FLOAT8E8M0: up, down or nearest", 0}},
    .types = {{"T1", CASTABLE_LIKE}, {"T2", CASTABLE_LIKE}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = cast_like_shapes,
    .check = round_mode_check};

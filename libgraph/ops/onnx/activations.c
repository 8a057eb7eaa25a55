/* Younger activations, and those of two operands. */
#include "elementwise.h"

#include "../../base/text.h"

/* ---- one operand ---- */

FNC_OP_UNARY(hard_swish, "HardSwish", "x * HardSigmoid(x), of slope 1/6", FINNC_TYPES_FLOAT, 14,
             22);
FNC_OP_UNARY(mish, "Mish", "x * tanh(log(exp(x) + 1))", FINNC_TYPES_FLOAT, 18, 22);
FNC_OP_UNARY_WITH(swish, "Swish", "x * Sigmoid(alpha * x)", FINNC_TYPES_FLOAT, FNC_ALPHA("1.0"),
                  FNC_RULES(), 24);
FNC_OP_UNARY_WITH(thresholded_relu, "ThresholdedRelu", "elements up to alpha become zero",
                  FINNC_TYPES_FLOAT, FNC_ALPHA("1.0"), FNC_RULES(), 10, 22);

const finnc_op fnc_op_onnx_shrink = {
    .name = "Shrink",
    .summary = "brings elements nearer to zero, and small ones to zero",
    .since = {9},
    .in = FNC_ONE_IN,
    .out = FNC_ONE_OUT,
    .attrs = {{"bias", FINNC_ATTR_FLOAT, "0.0", "by how much", 0},
              {"lambd", FINNC_ATTR_FLOAT, "0.5", "magnitudes up to it are small", 0}},
    .types = {{"T",
               FINNC_TYPES_INT | FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_as_first};

static finnc_status gelu_check(finnc_infer *in)
{
    const char *how = finnc_node_string(in->node, "approximate", "none");
    if (!fnc_same(how, "none") && !fnc_same(how, "tanh"))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "approximate is %s, it may be none or tanh",
                          how);
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_gelu = {
    .name = "Gelu",
    .summary = "x times the share of a normal distribution below x",
    .since = {20},
    .in = FNC_ONE_IN,
    .out = FNC_ONE_OUT,
    .attrs = {{"approximate", FINNC_ATTR_STRING, "\"none\"", "tanh: by a hyperbolic tangent", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = fnc_shapes_as_first,
    .check = gelu_check};

/* ---- two operands ---- */

/* From version 7 on the slope broadcasts to X, and not X to it. */
static finnc_status prelu_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0), slope = fnc_shape_of(in, 1);
    bool is_larger = x.rank >= 0 && slope.rank > x.rank;
    for (int i = x.rank - 1, s = slope.rank - 1; i >= 0 && s >= 0; i--, s--)
        is_larger |=
            x.dims[i].size >= 0 && slope.dims[s].size > 1 && slope.dims[s].size != x.dims[i].size;
    if (in->version >= 7 && is_larger) {
        char tx[256], ts[256];
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a slope of shape %s does not broadcast to %s",
                          fnc_shape_text(&slope, ts, sizeof ts), fnc_shape_text(&x, tx, sizeof tx));
    }
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_prelu = {
    .name = "PRelu",
    .summary = "negative elements are multiplied by a slope",
    .since = {1, 6, 7, 9, 16},
    .in = {{"X", "numbers of any shape", 0, "T"},
           {"slope", "broadcasts to X; before version 7 one number, or one for each channel", 0,
            "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {FNC_CONSUMED},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT32) | FINNC_TYPE(INT64) | FINNC_TYPE(UINT32) |
                        FINNC_TYPE(UINT64)}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = prelu_shapes,
    .range = fnc_range_turns};

static finnc_status swiglu_shapes(finnc_infer *in)
{
    fnc_shape a = fnc_shape_of(in, 0), b = fnc_shape_of(in, 1);
    FINNC_TRY(fnc_shape_unify(in, &a, &b));
    return fnc_infer_set(in, 0, &a);
}

const finnc_op fnc_op_onnx_swiglu = {
    .name = "SwiGLU",
    .summary = "Swish of one half of the channels gates the other",
    .since = {28},
    .in = {{"A", "the gate", 0, "T"}, {"B", "what passes it, of A's shape", 0, "T"}},
    .out = {{"Y", "Swish(A) * B", 0, "T"}},
    .attrs = FNC_ALPHA("1.0"),
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_ELEMENTWISE,
    .shapes = swiglu_shapes};

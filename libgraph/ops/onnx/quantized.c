/* Convolutions and products of quantised numbers, and quantisation by the range of the data. */
#include "window_attrs.h"

#define BYTES (FINNC_TYPE(UINT8) | FINNC_TYPE(INT8))

static finnc_status conv_integer_shapes(finnc_infer *in)
{
    return fnc_infer_conv(in, 1, FINNC_ELEM_INT32);
}

const finnc_op fnc_op_onnx_conv_integer = {
    .name = "ConvInteger",
    .summary = "convolution of 8-bit integers into 32-bit ones",
    .since = {10},
    .in = {{"x", "(N, C, spatial...)", 0, "T1"},
           {"w", "(M, C / group, kernel...)", 0, "T2"},
           {"x_zero_point", "the code that is 0: one", FINNC_OPTIONAL, "T1"},
           {"w_zero_point", "the code that is 0: one, or (M)", FINNC_OPTIONAL, "T2"}},
    .out = {{"y", "(N, M, spatial...)", 0, "T3"}},
    .attrs = {FNC_CONV_ATTRS},
    .types = {{"T1", BYTES}, {"T2", BYTES}, {"T3", FINNC_TYPE(INT32)}},
    .shapes = conv_integer_shapes};

static finnc_status q_linear_conv_shapes(finnc_infer *in)
{
    return fnc_infer_conv(in, 3, finnc_infer_elem(in, 7));
}

const finnc_op fnc_op_onnx_q_linear_conv = {
    .name = "QLinearConv",
    .summary = "convolution of quantised numbers, quantised again",
    .since = {10},
    .in = {{"x", "(N, C, spatial...)", 0, "T1"},
           {"x_scale", "one", 0, "FLOAT"},
           {"x_zero_point", "one", 0, "T1"},
           {"w", "(M, C / group, kernel...)", 0, "T2"},
           {"w_scale", "one, or (M)", 0, "FLOAT"},
           {"w_zero_point", "one, or (M)", 0, "T2"},
           {"y_scale", "one", 0, "FLOAT"},
           {"y_zero_point", "one", 0, "T3"},
           {"B", "(M), in steps of x_scale * w_scale", FINNC_OPTIONAL, "T4"}},
    .out = {{"y", "(N, M, spatial...)", 0, "T3"}},
    .attrs = {FNC_CONV_ATTRS},
    .types = {{"T1", BYTES}, {"T2", BYTES}, {"T3", BYTES}, {"T4", FINNC_TYPE(INT32)}},
    .shapes = q_linear_conv_shapes};

static finnc_status q_linear_mat_mul_shapes(finnc_infer *in)
{
    return fnc_infer_mat_mul(in, 3, finnc_infer_elem(in, 7));
}

const finnc_op fnc_op_onnx_q_linear_mat_mul = {
    .name = "QLinearMatMul",
    .summary = "products of quantised matrices, quantised again",
    .since = {10, 21},
    .in = {{"a", "(..., M, K)", 0, "T1"},
           {"a_scale", "one, or per row: (M) or (..., M, 1)", 0, "TS"},
           {"a_zero_point", "as a_scale", 0, "T1"},
           {"b", "(..., K, N)", 0, "T2"},
           {"b_scale", "one, or per column: (N) or (..., 1, N)", 0, "TS"},
           {"b_zero_point", "as b_scale", 0, "T2"},
           {"y_scale", "one", 0, "TS"},
           {"y_zero_point", "one", 0, "T3"}},
    .out = {{"y", "(..., M, N)", 0, "T3"}},
    .types = {{"T1", FINNC_TYPES_FLOAT8 | BYTES},
              {"TS", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)},
              {"T2", FINNC_TYPES_FLOAT8 | BYTES},
              {"T3", FINNC_TYPES_FLOAT8 | BYTES}},
    .shapes = q_linear_mat_mul_shapes};

static finnc_status dynamic_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0), one = {.elem = FINNC_ELEM_FLOAT};
    y.elem = FINNC_ELEM_UINT8;
    FINNC_TRY(fnc_infer_set(in, 0, &y));
    FINNC_TRY(fnc_infer_set(in, 1, &one));
    one.elem = FINNC_ELEM_UINT8;
    return fnc_infer_set(in, 2, &one);
}

const finnc_op fnc_op_onnx_dynamic_quantize_linear = {
    .name = "DynamicQuantizeLinear",
    .summary = "quantises to 8 bits by the range that the data has",
    .since = {11},
    .in = {{"x", "numbers", 0, "T1"}},
    .out = {{"y", "codes, of x's shape", 0, "T2"},
            {"y_scale", "step between codes", 0, "FLOAT"},
            {"y_zero_point", "the code that is 0", 0, "T2"}},
    .types = {{"T1", FINNC_TYPE(FLOAT)}, {"T2", FINNC_TYPE(UINT8)}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = dynamic_shapes};

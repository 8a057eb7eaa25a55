/* Standard quantisation. */
#include "../infer.h"

#include <inttypes.h>

/* The attribute `name` is an element type of `types`, or 0. */
static finnc_status check_elem_attr(const finnc_infer *in, const char *name, finnc_types types)
{
    int64_t elem = fnc_infer_int(in, name, 0);
    char list[400];
    if (elem == 0 || (elem > 0 && elem < 40 && types >> elem & 1))
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute %s is %" PRId64 ", it may be %s", name,
                      elem, finnc_types_text(types, list, sizeof list));
}

/* Of the output. */
static finnc_elem quantized_elem(const finnc_infer *in)
{
    int wanted = 0;
    (void)fnc_to_int(finnc_node_attr_int(in->node, "output_dtype"), &wanted);
    return wanted                   ? (finnc_elem)wanted
           : finnc_infer_has(in, 2) ? finnc_infer_elem(in, 2)
                                    : FINNC_ELEM_UINT8;
}

static finnc_status quantize_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0);
    y.elem = quantized_elem(in);
    return fnc_infer_set(in, 0, &y);
}

static finnc_status quantize_check(finnc_infer *in)
{
    const int64_t said = finnc_node_attr_int(in->node, "output_dtype");
    const finnc_elem zero = finnc_infer_elem(in, 2);
    FINNC_TRY(check_elem_attr(in, "output_dtype", finnc_op_types(in->op, in->op->out, 0)));
    if (said && zero && said != zero)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute output_dtype is %s, input 2 (y_zero_point) %s",
                          finnc_elem_name((finnc_elem)said), finnc_elem_name(zero));
    return check_elem_attr(in, "precision",
                           FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16));
}

/* INT or UINT of the element type's width. Upstream stops at types that are no integers; they get
 * no annotation here. */
static finnc_status quantize_dtypes(finnc_infer *in)
{
    const finnc_value *y = finnc_node_output(in->node, 0);
    finnc_elem elem = y ? finnc_value_elem(y) : FINNC_ELEM_UNDEFINED;
    if (!finnc_elem_is_integer(elem))
        return FINNC_OK;
    int bits = finnc_elem_bits(elem);
    return finnc_infer_set_dtype(
        in, 0, finnc_elem_is_signed(elem) ? finnc_dtype_int(bits) : finnc_dtype_uint(bits));
}

static finnc_status quantize_linear_range(finnc_infer *in, finnc_range_rule *rule)
{
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->varying = 1;
    rule->divisor = 1;
    if (finnc_elem_is_integer(quantized_elem(in))) /* small floats have fractions */
        rule->integers = FINNC_INTEGERS_MADE;
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_quantize_linear = {
    .name = "QuantizeLinear",
    .summary = "rounds to a grid and stores the number of the step",
    .since = {10, 13, 19, 21, 23, 24, 25, 28},
    .in = {{"x", "numbers", 0, "T1"},
           {"y_scale", "step: one, per axis or per block", 0, "T2"},
           {"y_zero_point", "the step that is 0", FINNC_OPTIONAL, "T3"}},
    .out = {{"y", "integers or small floats, of x's shape", 0, "T3"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "1", "of scales per axis", FINNC_SINCE(13)},
              {"block_size", FINNC_ATTR_INT, "0", "of scales per block", FINNC_SINCE(21)},
              {"output_dtype", FINNC_ATTR_INT, "0", "element type, if there is no zero point",
               FINNC_SINCE(21)},
              {"precision", FINNC_ATTR_INT, "0", "element type of the division", FINNC_SINCE(23)},
              {"saturate", FINNC_ATTR_INT, "1", "8-bit floats: clip instead of overflow",
               FINNC_SINCE(19)}},
    .types = {{"T1",
               FINNC_TYPE(FLOAT) | FINNC_TYPE(INT32) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(INT32) | FINNC_TYPE(FLOAT16) |
                         FINNC_TYPE(BFLOAT16) | FINNC_TYPE(FLOAT8E8M0)},
              {"T3", FINNC_TYPES_FLOAT8 | FINNC_TYPES_SMALL | FINNC_TYPES_FLOAT6 |
                         FINNC_TYPE(UINT8) | FINNC_TYPE(INT8) | FINNC_TYPE(UINT16) |
                         FINNC_TYPE(INT16)}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = quantize_shapes,
    .dtypes = quantize_dtypes,
    .check = quantize_check,
    .cost = fnc_cost_nothing,
    .range = quantize_linear_range};

static finnc_status dequantize_shapes(finnc_infer *in)
{
    fnc_shape y = fnc_shape_of(in, 0);
    int wanted = 0;
    (void)fnc_to_int(finnc_node_attr_int(in->node, "output_dtype"), &wanted);
    y.elem = wanted ? (finnc_elem)wanted : finnc_infer_elem(in, 1);
    return fnc_infer_set(in, 0, &y);
}

static finnc_status dequantize_check(finnc_infer *in)
{
    return check_elem_attr(in, "output_dtype", finnc_op_types(in->op, in->op->out, 0));
}

static finnc_status dequantize_dtypes(finnc_infer *in)
{
    int bits = finnc_elem_bits(finnc_infer_elem(in, 0));
    if (!bits)
        return FINNC_OK;
    return finnc_infer_set_dtype(in, 0, (finnc_dtype){.kind = FINNC_DTYPE_SCALEDINT, .bits = bits});
}

static finnc_status dequantize_linear_range(finnc_infer *in, finnc_range_rule *rule)
{
    FINNC_TRY(fnc_range_monotone(in, rule));
    rule->varying = 1;
    rule->wraps = false;
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_dequantize_linear = {
    .name = "DequantizeLinear",
    .summary = "steps of a grid as numbers",
    .since = {10, 13, 19, 21, 23, 24, 25, 28},
    .in = {{"x", "integers or small floats", 0, "T1"},
           {"x_scale", "step: one, per axis or per block", 0, "T2"},
           {"x_zero_point", "the step that is 0", FINNC_OPTIONAL, "T1"}},
    .out = {{"y", "numbers, of x's shape", 0, "T3"}},
    .attrs = {{"axis", FINNC_ATTR_INT, "1", "of scales per axis", FINNC_SINCE(13)},
              {"block_size", FINNC_ATTR_INT, "0", "of scales per block", FINNC_SINCE(21)},
              {"output_dtype", FINNC_ATTR_INT, "0", "element type; the scale's if absent",
               FINNC_SINCE(23)}},
    .types = {{"T1", FINNC_TYPES_FLOAT8 | FINNC_TYPES_SMALL | FINNC_TYPES_FLOAT6 |
                         FINNC_TYPE(UINT8) | FINNC_TYPE(INT8) | FINNC_TYPE(UINT16) |
                         FINNC_TYPE(INT16) | FINNC_TYPE(INT32)},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16) |
                         FINNC_TYPE(FLOAT8E8M0)},
              {"T3", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(BFLOAT16)}},
    .shapes = dequantize_shapes,
    .dtypes = dequantize_dtypes,
    .check = dequantize_check,
    .cost = fnc_cost_nothing,
    .range = dequantize_linear_range};

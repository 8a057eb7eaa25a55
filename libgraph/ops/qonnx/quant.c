/* Quantisers of qonnx.custom_op.general. */
#include "../../nodes/threshold_axis.h"
#include "../infer.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#define GENERAL "qonnx.custom_op.general"

/* Is input `i` a constant in which every element is `x`? */
static bool all_are(const finnc_infer *in, size_t i, double x)
{
    const finnc_tensor *t = finnc_infer_const(in, i);
    for (int64_t k = 0; t && k < finnc_tensor_nelems(t); k++)
        if (finnc_tensor_get(t, k) != x)
            return false;
    return t != NULL;
}

static bool are_whole(const finnc_tensor *t)
{
    for (int64_t k = 0; k < finnc_tensor_nelems(t); k++)
        if (finnc_tensor_get(t, k) != nearbyint(finnc_tensor_get(t, k)))
            return false;
    return true;
}

/* An integer constant of rank 0, as data-type inference wants its widths. */
static bool whole_scalar(const finnc_infer *in, size_t i, int *x)
{
    const finnc_tensor *t = finnc_infer_const(in, i);
    double v = t && finnc_tensor_rank(t) == 0 ? finnc_tensor_get(t, 0) : NAN;
    if (v != nearbyint(v) || fabs(v) > 1024)
        return false;
    *x = (int)v;
    return true;
}

/* Data and those inputs that vary with them broadcast: `params` has a bit for each. */
static finnc_status broadcast_shapes(finnc_infer *in, unsigned params)
{
    fnc_shape y = fnc_shape_of(in, 0);
    for (size_t i = 1; i < finnc_infer_ninputs(in) && i < FINNC_OP_MAX_FORMALS; i++) {
        const fnc_shape param = fnc_shape_of(in, i);
        if (params >> i & 1 && finnc_infer_has(in, i))
            FINNC_TRY(fnc_shape_broadcast(in, &y, &param));
    }
    y.elem = fnc_container(in, 0);
    return fnc_infer_set(in, 0, &y);
}

static finnc_status quant_shapes(finnc_infer *in)
{
    return broadcast_shapes(in, 1U << 1 | 1U << 2);
}

/* Are these numbers that float32 holds together with all between them and 0? */
static bool are_small(const finnc_tensor *t)
{
    const double exact = 16777216; /* 2^24 */
    for (int64_t k = 0; t && k < finnc_tensor_nelems(t); k++)
        if (!(fabs(finnc_tensor_get(t, k)) <= exact))
            return false;
    return t != NULL;
}

/* Integers of so many bits, in float32. The largest of more than float32 tells apart becomes the
 * power of two behind it, which takes a bit more; constants that are far from it do not. */
static finnc_dtype type_of_integers(const finnc_infer *in, bool is_signed, int bits)
{
    const int whole = is_signed ? 25 : 24;
    if (bits > whole && !are_small(finnc_infer_const(in, 0)) && ++bits > 64)
        return finnc_dtype_float32();
    return is_signed ? finnc_dtype_int(bits) : finnc_dtype_uint(bits);
}

static finnc_status quant_dtypes(finnc_infer *in)
{
    int bits;
    finnc_dtype t = finnc_dtype_float32();
    if (finnc_infer_const(in, 1) && all_are(in, 2, 0) && whole_scalar(in, 3, &bits) && bits > 0) {
        bool is_signed = fnc_infer_int(in, "signed", 1) != 0;
        if (!all_are(in, 1, 1))
            t = (finnc_dtype){.kind = FINNC_DTYPE_SCALEDINT, .bits = bits};
        else if (bits == 1 && is_signed)
            t = finnc_dtype_bipolar();
        else
            t = type_of_integers(in, is_signed, bits);
    }
    return finnc_infer_set_dtype(in, 0, t);
}

static finnc_status quant_check(finnc_infer *in)
{
    const finnc_tensor *bits = finnc_infer_const(in, 3);
    if (bits && finnc_tensor_nelems(bits) != 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "input 3 (bitwidth) has %" PRId64 " elements where one number belongs",
                          finnc_tensor_nelems(bits));
    if (bits && !(finnc_tensor_get(bits, 0) > 0 && finnc_tensor_get(bits, 0) <= 1024))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input 3 (bitwidth) is %g",
                          finnc_tensor_get(bits, 0));
    return FINNC_OK;
}

/* scale * (integer - zero point). */
static finnc_status quant_range(finnc_infer *in, finnc_range_rule *rule)
{
    const finnc_tensor *scale = finnc_infer_const(in, 1), *zero = finnc_infer_const(in, 2);
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->varying = 1;
    rule->divisor = 1; /* of x = 0 by a scale of 0 a NaN comes, at no end of an interval */
    rule->scale_input = 1;
    rule->zero_input = 2;
    if (scale && zero && are_whole(scale) && are_whole(zero))
        rule->integers = FINNC_INTEGERS_MADE;
    return FINNC_OK;
}

/* Upstream takes any number but 0 for yes. */
#define MODES "ROUND HALF_EVEN CEIL FLOOR UP DOWN HALF_UP HALF_DOWN"
static const finnc_choice integer_choices[] = {
    {"signed", "0 1"}, {"narrow", "0 1"}, {"rounding_mode", MODES}, {0}};

#define QUANT(symbol, op, text, cost_rule)                                                         \
    const finnc_op fnc_op_qonnx_##symbol = {                                                       \
        .name = op,                                                                                \
        .domain = GENERAL,                                                                         \
        .summary = text,                                                                           \
        .since = {1},                                                                              \
        .in = {{"X", "numbers", 0, "T"},                                                           \
               {"scale", "step; broadcasts with X", 0, "S"},                                       \
               {"zeropt", "the step that is 0; broadcasts with X", 0, "S"},                        \
               {"bitwidth", "bits of a step's number, one for all", 0, "S"}},                      \
        .out = {{"Y", "X on the grid", 0, "FLOAT"}},                                               \
        .attrs = {{"signed", FINNC_ATTR_INT, NULL, "steps below zero?", FINNC_REQUIRED},           \
                  {"narrow", FINNC_ATTR_INT, NULL,                                                 \
                   "leave the lowest (unsigned: the highest) step out", FINNC_REQUIRED},           \
                  {"rounding_mode", FINNC_ATTR_STRING, "\"ROUND\"", "in any case",                 \
                   FINNC_IN_ANY_CASE}},                                                            \
        .choices = integer_choices,                                                                \
        .types = {{"T", FINNC_TYPES_NUMERIC}, {"S", FINNC_TYPES_NUMERIC}},                         \
        .traits = FINNC_OP_QUANTISER,                                                              \
        .shapes = quant_shapes,                                                                    \
        .dtypes = quant_dtypes,                                                                    \
        .check = quant_check,                                                                      \
        .cost = cost_rule,                                                                         \
        .range = quant_range}

QUANT(quant, "Quant", "uniform quantisation to integers times a scale", fnc_cost_nothing);
QUANT(int_quant, "IntQuant", "Quant by its newer name", fnc_cost_nothing);

static finnc_status bipolar_quant_shapes(finnc_infer *in)
{
    return broadcast_shapes(in, 1U << 1);
}

static finnc_status bipolar_quant_dtypes(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0,
                                 all_are(in, 1, 1) ? finnc_dtype_bipolar() : finnc_dtype_float32());
}

static finnc_status bipolar_quant_range(finnc_infer *in, finnc_range_rule *rule)
{
    const finnc_tensor *scale = finnc_infer_const(in, 1);
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->varying = 1;
    rule->scale_input = 1;
    if (scale && are_whole(scale))
        rule->integers = FINNC_INTEGERS_MADE;
    return FINNC_OK;
}

const finnc_op fnc_op_qonnx_bipolar_quant = {
    .name = "BipolarQuant",
    .domain = GENERAL,
    .summary = "the sign, -1 or +1, times a scale",
    .since = {1},
    .in = {{"X", "numbers", 0, "T"},
           {"scale", "broadcasts with X", 0, "T"},
           {"zeropt", "without effect: some exporters write it", FINNC_OPTIONAL, NULL},
           {"bitwidth", "without effect: some exporters write it", FINNC_OPTIONAL, NULL}},
    .out = {{"Y", "-scale or +scale", 0, "T"}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = bipolar_quant_shapes,
    .dtypes = bipolar_quant_dtypes,
    .range = bipolar_quant_range};

/* All but the mantissa's width. */
static finnc_status float_quant_shapes(finnc_infer *in)
{
    return broadcast_shapes(in, 1U << 1 | 1U << 2 | 1U << 4 | 1U << 5);
}

static finnc_status float_quant_dtypes(finnc_infer *in)
{
    int e, m, b;
    const finnc_tensor *limit = finnc_infer_const(in, 5);
    finnc_dtype t = finnc_dtype_float32();
    if (all_are(in, 1, 1) && whole_scalar(in, 2, &e) && whole_scalar(in, 3, &m) &&
        whole_scalar(in, 4, &b) && limit && finnc_tensor_rank(limit) == 0 && e > 0 && e <= 11 &&
        m >= 0 && m <= 52)
        t = (finnc_dtype){
            .kind = FINNC_DTYPE_MINIFLOAT,
            .exponent_bits = e,
            .mantissa_bits = m,
            .bias = b ? b : (1 << (e - 1)) - 1}; /* the name of the type cannot say bias 0 */
    return finnc_infer_set_dtype(in, 0, t);
}

static finnc_status float_quant_range(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->varying = 1;
    rule->divisor = 1;
    return FINNC_OK;
}

static finnc_status float_quant_check(finnc_infer *in)
{
    if (fnc_infer_int(in, "saturation", 1) || fnc_infer_int(in, "has_inf", 0) ||
        fnc_infer_int(in, "has_nan", 0))
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE,
                      "without saturation the format needs infinity or NaN");
}

const finnc_op fnc_op_qonnx_float_quant = {
    .name = "FloatQuant",
    .domain = GENERAL,
    .summary = "quantisation to small floats times a scale",
    .since = {1},
    .in = {{"X", "numbers", 0, "T"},
           {"scale", "broadcasts with X", 0, "S"},
           {"exponent_bitwidth", "bits; broadcasts with X", 0, "S"},
           {"mantissa_bitwidth", "bits, one number for all", 0, "S"},
           {"exponent_bias", "2^(exponent bits - 1) - 1 if absent", FINNC_OPTIONAL, "S"},
           {"max_val", "a further limit", FINNC_OPTIONAL, "S"}},
    .out = {{"Y", "X on the grid", 0, "FLOAT"}},
    .attrs = {{"rounding_mode", FINNC_ATTR_STRING, "\"ROUND\"", "as Quant", FINNC_IN_ANY_CASE},
              {"has_inf", FINNC_ATTR_INT, NULL, "is there an infinity?", FINNC_REQUIRED},
              {"has_nan", FINNC_ATTR_INT, NULL, "is there a NaN?", FINNC_REQUIRED},
              {"has_subnormal", FINNC_ATTR_INT, NULL, "has no effect", FINNC_REQUIRED},
              {"saturation", FINNC_ATTR_INT, NULL, "clip instead of overflow", FINNC_REQUIRED}},
    .choices = (const finnc_choice[]){{"has_inf", "0 1"},
                                      {"has_nan", "0 1"},
                                      {"has_subnormal", "0 1"},
                                      {"saturation", "0 1"},
                                      {"rounding_mode", MODES},
                                      {0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}, {"S", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = float_quant_shapes,
    .dtypes = float_quant_dtypes,
    .check = float_quant_check,
    .range = float_quant_range};

/* Version 1 has a width where version 2 has its second scale. */
static finnc_status trunc_shapes(finnc_infer *in)
{
    return broadcast_shapes(in, in->version < 2 ? 1U << 1 | 1U << 2 : 1U << 1 | 1U << 2 | 1U << 4);
}

static finnc_status trunc_dtypes(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0, finnc_dtype_float32());
}

static finnc_status trunc_range(finnc_infer *in, finnc_range_rule *rule)
{
    rule->divisor = 1;
    return fnc_range_rises_alone(in, rule);
}

/* Upstream goes by the first five inputs of a node of version 1 that is written as one of version
 * 2; that is hardly what its maker meant. */
static finnc_status trunc_check(finnc_infer *in)
{
    const bool has_width = finnc_infer_has(in, 5);
    if (in->version >= 2 && !has_width)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "input 5 (out_bitwidth) is missing");
    if (in->version < 2 && (has_width || finnc_node_find_attr(in->node, "signed") ||
                            finnc_node_find_attr(in->node, "narrow")))
        finnc_log(
            in->cx, FINNC_WARNING,
            "written as version 2 of the op, but the domain is imported at version 1: input 4 "
            "is taken for the bits after");
    return FINNC_OK;
}

const finnc_op fnc_op_qonnx_trunc = {
    .name = "Trunc",
    .domain = GENERAL,
    .summary = "drops the low bits of quantised numbers",
    .since = {1, 2},
    .in = {{"X", "numbers on a grid", 0, "T"},
           {"scale", "its step", 0, "S"},
           {"zeropt", "the step that is 0", 0, "S"},
           {"in_bitwidth", "bits before", 0, "S"},
           {"out_scale", "step after; version 1: bits after", 0, "S"},
           {"out_bitwidth", "bits after; version 1: without effect", FINNC_OPTIONAL, "S"}},
    .out = {{"Y", "numbers on the coarser grid", 0, "FLOAT"}},
    .attrs = {{"rounding_mode", FINNC_ATTR_STRING, "\"FLOOR\"", "as Quant", FINNC_IN_ANY_CASE},
              {"signed", FINNC_ATTR_INT, "1", "steps below zero? version 1: without effect", 0},
              {"narrow", FINNC_ATTR_INT, "0", "as Quant; version 1: without effect", 0}},
    .choices = integer_choices,
    .types = {{"T", FINNC_TYPES_NUMERIC}, {"S", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = trunc_shapes,
    .dtypes = trunc_dtypes,
    .check = trunc_check,
    .cost = fnc_cost_nothing,
    .range = trunc_range};

/* ---- MultiThreshold ---- */

static bool is_whole(double x)
{
    return x == nearbyint(x);
}

/* Does this use add a constant that makes numbers of that type of all from `low` to `high`? */
static bool adds_bias(const finnc_use *use, finnc_dtype said, double low, double high)
{
    const finnc_node *node = finnc_use_node(use);
    const finnc_value *other = finnc_node_input(node, 1 - finnc_use_index(use));
    const finnc_tensor *bias =
        other && finnc_node_is(node, "Add") ? finnc_value_tensor(other) : NULL;
    for (int64_t i = 0; bias && i < finnc_tensor_nelems(bias); i++) {
        const double b = finnc_tensor_get(bias, i);
        if (!finnc_dtype_allows(said, low + b) || !finnc_dtype_allows(said, high + b))
            return false;
    }
    return bias != NULL;
}

/* What reads the numbers that this use reads, maybe in another shape; NULL: several do, or nobody.
 */
static const finnc_use *behind_shapes(const finnc_use *use)
{
    const finnc_node *node = finnc_use_node(use);
    const finnc_value *y = finnc_node_output(node, 0);
    if (!finnc_node_has_trait(node, FINNC_OP_MOVES) || finnc_use_index(use) != 0 || !y)
        return use;
    return finnc_value_nuses(y) == 1 && !finnc_value_is_output(y) ? finnc_value_first_use(y) : NULL;
}

/* A quantiser that became a MultiThreshold has its bias in an Add behind, or once an op further,
 * and upstream names the type of the sum. */
static bool is_biased(const finnc_value *y, finnc_dtype said, double low, double high)
{
    if (!y || finnc_value_nuses(y) == 0 || finnc_value_is_output(y))
        return false;
    finnc_foreach_use (use, y) {
        const finnc_use *reader = behind_shapes(use);
        if (!reader || !adds_bias(reader, said, low, high))
            return false;
    }
    return true;
}

/* out_dtype, unless counting thresholds gives other numbers. */
static finnc_dtype type_of_counts(const finnc_infer *in, finnc_dtype said)
{
    const int64_t n = finnc_infer_rank(in, 1) == 2 ? finnc_infer_dim(in, 1, 1).size : -1;
    const double scale = finnc_node_float(in->node, "out_scale", 1);
    const double first = finnc_node_float(in->node, "out_bias", 0);
    const double last = first + scale * (double)n;
    if (n < 0 || (finnc_dtype_allows(said, first) && finnc_dtype_allows(said, last) &&
                  (n == 0 || finnc_dtype_allows(said, first + scale))))
        return said;
    const double low = fmin(first, last), high = fmax(first, last);
    return is_biased(finnc_node_output(in->node, 0), said, low, high)
               ? said
               : finnc_dtype_holding(low, high);
}

static finnc_status multi_threshold_dtypes(finnc_infer *in)
{
    finnc_dtype t;
    if (!finnc_node_find_attr(in->node, "out_dtype")) /* needed for no more than this */
        return FINNC_OK;
    FINNC_TRY(fnc_infer_dtype_attr(in, "out_dtype", &t));
    if (!is_whole(finnc_node_float(in->node, "out_scale", 1)) ||
        !is_whole(finnc_node_float(in->node, "out_bias", 0)))
        t = finnc_dtype_float32();
    else
        t = type_of_counts(in, t);
    return finnc_infer_set_dtype(in, 0, t);
}

/* data_layout says which axis the channels are, so it says the layout. */
finnc_status fnc_layouts_by_attr(finnc_infer *in, const char *fallback)
{
    const char *said = finnc_node_string(in->node, "data_layout", fallback);
    int rank = finnc_infer_out_rank(in, 0);
    bool fits = (rank == 4 && (!strcmp(said, "NHWC") || !strcmp(said, "NCHW"))) ||
                (rank == 3 && !strcmp(said, "NWC"));
    return finnc_infer_set_layout(in, 0, rank == 2 ? "NC" : fits ? said : "");
}

/* Nothing said is nothing known, as in upstream. */
static finnc_status multi_threshold_layouts(finnc_infer *in)
{
    return fnc_layouts_by_attr(in, "");
}

/* out_dtype is needed by data-type inference alone: a node without one still runs. */
static finnc_status multi_threshold_check(finnc_infer *in)
{
    finnc_dtype t;
    if (finnc_node_find_attr(in->node, "out_dtype"))
        FINNC_TRY(fnc_infer_dtype_attr(in, "out_dtype", &t));
    if (!*finnc_node_string(in->node, "data_layout", "NCHW"))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute data_layout is empty");
    int rank = finnc_infer_rank(in, 0);
    if (rank == 0 || rank == 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the input has rank %d, thresholds per channel need 2 or more", rank);
    int axis = fnc_threshold_axis(in->node, rank);
    finnc_dim channels = axis > 0 && axis < rank ? finnc_infer_dim(in, 0, axis) : fnc_unknown_dim();
    return fnc_check_thresholds(in, 1, channels);
}

static finnc_status multi_threshold_range(finnc_infer *in, finnc_range_rule *rule)
{
    rule->kind = FINNC_RANGE_MONOTONE;
    rule->varying = 1;
    rule->has_grid = true;
    rule->scale = finnc_node_float(in->node, "out_scale", 1);
    rule->bias = finnc_node_float(in->node, "out_bias", 0);
    if (is_whole(rule->scale) && is_whole(rule->bias))
        rule->integers = FINNC_INTEGERS_MADE;
    return FINNC_OK;
}

const finnc_op fnc_op_qonnx_multi_threshold = {
    .name = "MultiThreshold",
    .domain = GENERAL,
    .summary = "how many of its channel's thresholds an element reaches, scaled and shifted",
    .since = {1},
    .in = {{"v", "numbers", 0, "T"}, {"thresholds", "(channels or 1, steps)", 0, "S"}},
    .out = {{"y", "out_scale * count + out_bias", 0, "T"}},
    .attrs = {{"out_dtype", FINNC_ATTR_STRING, NULL, "data type of y", 0},
              {"out_scale", FINNC_ATTR_FLOAT, "1.0", "factor", 0},
              {"out_bias", FINNC_ATTR_FLOAT, "0.0", "summand", 0},
              {"data_layout", FINNC_ATTR_STRING, "\"NCHW\"",
               "channels are the last axis if it ends with C, else axis 1", 0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}, {"S", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = fnc_shapes_as_first,
    .dtypes = multi_threshold_dtypes,
    .layouts = multi_threshold_layouts,
    .check = multi_threshold_check,
    .range = multi_threshold_range};

/* FINN's layers with weights and thresholds: MVAU, VVAU, Thresholding. */
#include "hardware.h"

#include <inttypes.h>
#include <string.h>

#define WEIGHT_CHOICES                                                                             \
    FNC_HW_CHOICES, {"resType", "auto lut dsp"}, {"binaryXnorMode", "0 1"},                        \
        {"noActivation", "0 1"}, {"ram_style", "auto block distributed ultra"},                    \
    {                                                                                              \
        "mem_mode", "internal_embedded internal_decoupled external const decoupled"                \
    }

/* What MVAU and VVAU have in common. */
#define WEIGHT_ATTRS                                                                               \
    FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_TYPE("weightDataType", "of W"),                   \
        FNC_HW_TYPE("outputDataType", "of y"),                                                     \
        FNC_HW_MAY("accDataType", STRING, "\"INT32\"", "of sums"),                                 \
        FNC_HW_MAY("ActVal", INT, "0", "added to the count of thresholds"),                        \
        FNC_HW_MAY("noActivation", INT, "0", "no thresholds?"),                                    \
        FNC_HW_MAY("resType", STRING, "\"auto\"", "what multiplies"),                              \
        FNC_HW_MAY("mem_mode", STRING, "\"internal_decoupled\"", "where weights are kept"),        \
        FNC_HW_MAY("ram_style", STRING, "\"auto\"", "what keeps weights"),                         \
        FNC_HW_MAY("runtime_writeable_weights", INT, "0", "may weights change while it runs?")

/* With an activation there are thresholds, of `channels` channels. */
static finnc_status check_activation(const finnc_infer *in, int64_t channels)
{
    if (finnc_node_attr_int(in->node, "noActivation"))
        return FINNC_OK;
    if (!finnc_infer_has(in, 2))
        return finnc_fail(
            in->cx, FINNC_BAD_VALUE,
            "input 2 (T) is missing: thresholds, which noActivation = 1 does without");
    return fnc_check_thresholds(in, 2, fnc_known(channels));
}

/* ---- MVAU ---- */

static finnc_status mvau_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "MW", "MH");
}

/* The data are vectors of MW elements, or a stream that is as long as the numInputVectors of them:
 * pictures that make a vector each, all pixels together. */
static finnc_status check_vectors(const finnc_infer *in, int64_t inputs)
{
    size_t count;
    const int64_t *vectors = finnc_node_ints(in->node, "numInputVectors", &count);
    const finnc_value *x = finnc_node_input(in->node, 0);
    int64_t n = inputs;
    bool is_product = vectors != NULL;
    for (size_t i = 0; is_product && i < count; i++)
        is_product = fnc_mul_i64(n, vectors[i], &n);
    if (is_product && x && n == finnc_value_nelems(x))
        return FINNC_OK;
    return fnc_hw_need_dim(in, 0, -1, "MW", inputs);
}

/* In XNOR mode zeros and ones stand for signs, whatever the type is said to be. */
static finnc_status mvau_check(finnc_infer *in)
{
    int64_t inputs, outputs;
    finnc_dtype weights;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "MW", &inputs));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "MH", &outputs));
    FINNC_TRY(fnc_infer_need_rank(in, 1, 2));
    FINNC_TRY(check_vectors(in, inputs));
    FINNC_TRY(fnc_hw_need_dim(in, 1, 0, "MW", inputs));
    FINNC_TRY(fnc_hw_need_dim(in, 1, 1, "MH", outputs));
    FINNC_TRY(fnc_infer_dtype_attr(in, "weightDataType", &weights));
    if (finnc_node_attr_int(in->node, "binaryXnorMode"))
        weights = finnc_dtype_uint(1);
    FINNC_TRY(fnc_check_constant(in, 1, weights, "weight"));
    return check_activation(in, outputs);
}

static bool attr_is_bipolar(const finnc_infer *in, const char *name)
{
    return !strcmp(finnc_node_string(in->node, name, ""), "BIPOLAR");
}

static bool are_bipolar(const finnc_infer *in)
{
    return attr_is_bipolar(in, "inputDataType") && attr_is_bipolar(in, "weightDataType");
}

/* outputDataType, unless counting thresholds gives other numbers; signs are what they are, whatever
 * ActVal is. What sums reach is for MinimizeAccumulatorWidth to say. */
static finnc_status set_type_of_products(finnc_infer *in)
{
    finnc_dtype t;
    double low, high;
    FINNC_TRY(fnc_infer_dtype_attr(in, "outputDataType", &t));
    const double first =
        t.kind == FINNC_DTYPE_BIPOLAR ? 0 : (double)finnc_node_attr_int(in->node, "ActVal");
    if (!finnc_node_attr_int(in->node, "noActivation") &&
        !fnc_hw_holds_counts(in, 2, first, t, &low, &high))
        t = finnc_dtype_holding(low, high);
    return finnc_infer_set_dtype(in, 0, t);
}

/* Of BIPOLAR data by BIPOLAR weights a layer counts agreeing signs instead of adding up products,
 * so inputDataType says what is computed, too: it follows the input unless that would turn the one
 * into the other. */
static finnc_status product_dtypes(finnc_infer *in)
{
    char is[FINNC_DTYPE_NAME_MAX];
    const bool was_bipolar = attr_is_bipolar(in, "inputDataType");
    const bool is_bipolar = finnc_infer_dtype(in, 0).kind == FINNC_DTYPE_BIPOLAR;
    if (was_bipolar == is_bipolar || !attr_is_bipolar(in, "weightDataType"))
        FINNC_TRY(fnc_infer_follow_dtype(in, 0, "inputDataType"));
    else if (in->editable)
        finnc_log(
            in->cx, FINNC_WARNING,
            "attribute inputDataType stays %s although the input is %s: of signs by signs the "
            "layer counts those that agree",
            finnc_node_string(in->node, "inputDataType", ""),
            finnc_dtype_name(finnc_infer_dtype(in, 0), is));
    return set_type_of_products(in);
}

/* Thresholds count. Without them: places of `length` where numbers of the type `counted` agree, or
 * (FLOAT32) sums of products. */
static finnc_status product_range(finnc_infer *in, finnc_dtype counted, int64_t length,
                                  finnc_range_rule *rule)
{
    if (!finnc_node_attr_int(in->node, "noActivation"))
        return fnc_hw_range_of_count(in, 2, (double)finnc_node_attr_int(in->node, "ActVal"), rule);
    if (counted.kind != FINNC_DTYPE_FLOAT32)
        return fnc_range_agreements(length, counted, rule);
    return finnc_infer_has(in, 2) ? FINNC_OK
                                  : fnc_range_linear(in, rule); /* 2 would be a summand */
}

static finnc_status mvau_range(finnc_infer *in, finnc_range_rule *rule)
{
    finnc_dtype counted = finnc_node_attr_int(in->node, "binaryXnorMode") ? finnc_dtype_uint(1)
                          : are_bipolar(in)                               ? finnc_dtype_bipolar()
                                                                          : finnc_dtype_float32();
    return product_range(in, counted, fnc_infer_int(in, "MW", -1), rule);
}

/* The input whose zeros are free: none where a 0 is -1 as a bit. */
static int free_zeros(const finnc_infer *in)
{
    return finnc_node_attr_int(in->node, "binaryXnorMode") ? -1 : fnc_cost_constant(in, 1);
}

/* FINN counts weights and products by the attributes, as inference_cost does by shapes. */
static finnc_status mvau_cost(finnc_infer *in, finnc_cost *cost)
{
    const finnc_value *y = finnc_node_output(in->node, 0);
    double ny = y ? (double)finnc_value_nelems(y) : -1;
    double rows = (double)fnc_infer_int(in, "MW", 0), columns = (double)fnc_infer_int(in, "MH", 0);
    if (ny >= 0)
        *cost = (finnc_cost){.kind = FINNC_COST_COUNTED,
                             .macs = ny * rows,
                             .weights = rows * columns,
                             .outputs = ny,
                             .factors = {0, 1},
                             .has_weights = true,
                             .constant = free_zeros(in)};
    return FINNC_OK;
}

const finnc_op fnc_op_finn_mvau = {
    .name = "MVAU",
    .domain = FNC_HW_DOMAIN,
    .summary = "matrix-vector product, with thresholds if there are any",
    .since = {1},
    .in = {{"x", "(..., MW)", 0, "FLOAT"},
           {"W", "(MW, MH)", 0, "FLOAT"},
           {"T", "(1 or MH, steps)", FINNC_OPTIONAL, "FLOAT"}},
    .out = {{"y", "(..., MH)", 0, "FLOAT"}},
    .attrs = {FNC_HW_INT("MW", "inputs"), FNC_HW_INT("MH", "outputs"), FNC_HW_SIMD, FNC_HW_PE,
              WEIGHT_ATTRS, FNC_HW_MAY("binaryXnorMode", INT, "0", "count agreeing bits?"),
              FNC_HW_MAY("ram_style_thresholds", STRING, "\"auto\"", "what keeps thresholds"),
              FNC_HW_VECTORS, FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){WEIGHT_CHOICES,
                                      {"ram_style_thresholds", "auto block distributed"},
                                      {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_LINEAR | FINNC_OP_HLS | FINNC_OP_RTL,
    .shapes = mvau_shapes,
    .dtypes = product_dtypes,
    .cost = mvau_cost,
    .check = mvau_check,
    .range = mvau_range};

/* ---- VVAU ---- */

static finnc_status vvau_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, NULL, "Channels");
}

static finnc_status vvau_check(finnc_infer *in)
{
    int64_t channels;
    const int64_t *kernel;
    finnc_dtype weights;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "Channels", &channels));
    FINNC_TRY(fnc_hw_list(in, "Kernel", 2, &kernel));
    FINNC_TRY(fnc_hw_need_windows(in, "Kernel", kernel, 2));
    FINNC_TRY(fnc_infer_need_rank(in, 1, 4));
    FINNC_TRY(fnc_hw_need_dim(in, 1, 0, "Channels", channels));
    for (int i = 0; i < 2; i++)
        FINNC_TRY(fnc_hw_need_dim(in, 1, i + 2, "Kernel", kernel[i]));
    FINNC_TRY(fnc_infer_dtype_attr(in, "weightDataType", &weights));
    FINNC_TRY(fnc_check_constant(in, 1, weights, "weight"));
    return check_activation(in, channels);
}

static finnc_status vvau_range(finnc_infer *in, finnc_range_rule *rule)
{
    size_t n;
    const int64_t *kernel = finnc_node_ints(in->node, "Kernel", &n);
    finnc_dim taps = kernel && n == 2 ? fnc_dim_mul(fnc_known(kernel[0]), fnc_known(kernel[1]))
                                      : fnc_unknown_dim();
    finnc_dtype counted = are_bipolar(in) ? finnc_dtype_bipolar() : finnc_dtype_float32();
    return product_range(in, counted, taps.size, rule);
}

static finnc_status vvau_cost(finnc_infer *in, finnc_cost *cost)
{
    size_t n;
    const finnc_value *y = finnc_node_output(in->node, 0);
    const int64_t *kernel = finnc_node_ints(in->node, "Kernel", &n);
    double ny = y ? (double)finnc_value_nelems(y) : -1;
    if (ny < 0 || !kernel || n != 2)
        return FINNC_OK;
    double taps = (double)kernel[0] * (double)kernel[1];
    *cost = (finnc_cost){.kind = FINNC_COST_COUNTED,
                         .factors = {0, 1},
                         .has_weights = true,
                         .constant = free_zeros(in),
                         .macs = ny * taps,
                         .weights = taps * (double)fnc_infer_int(in, "Channels", 0),
                         .outputs = ny};
    return FINNC_OK;
}

const finnc_op fnc_op_finn_vvau = {
    .name = "VVAU",
    .domain = FNC_HW_DOMAIN,
    .summary = "a product per channel (depthwise), with thresholds if there are any",
    .since = {1},
    .in = {{"x", "(N, H, W, kernel * Channels)", 0, "FLOAT"},
           {"W", "(Channels, 1, kernel height, kernel width)", 0, "FLOAT"},
           {"T", "(1 or Channels, steps)", FINNC_OPTIONAL, "FLOAT"}},
    .out = {{"y", "(N, H, W, Channels)", 0, "FLOAT"}},
    .attrs = {FNC_HW_PE, FNC_HW_MAY("SIMD", INT, "1", "taps at once"),
              FNC_HW_INTS("Dim", "height, width"), FNC_HW_INT("Channels", "channels"),
              FNC_HW_INTS("Kernel", "height, width"), WEIGHT_ATTRS,
              FNC_HW_MAY("binaryXnorMode", INT, "0", "without effect"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){WEIGHT_CHOICES, {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_LINEAR | FINNC_OP_HLS | FINNC_OP_RTL,
    .shapes = vvau_shapes,
    .dtypes = product_dtypes,
    .cost = vvau_cost,
    .check = vvau_check,
    .range = vvau_range};

/* ---- Thresholding ---- */

static finnc_status thresholding_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "NumChannels", "NumChannels");
}

static finnc_status thresholding_check(finnc_infer *in)
{
    int64_t channels, steps;
    finnc_dtype weights;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "NumChannels", &channels));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "numSteps", &steps));
    FINNC_TRY(fnc_hw_need_dim(in, 0, -1, "NumChannels", channels));
    FINNC_TRY(fnc_check_thresholds(in, 1, fnc_known(channels)));
    FINNC_TRY(fnc_hw_need_dim(in, 1, 1, "numSteps", steps));
    FINNC_TRY(fnc_infer_dtype_attr(in, "weightDataType", &weights));
    FINNC_TRY(fnc_check_constant(in, 1, weights, "threshold"));
    return fnc_hw_need_counts(in, 1, (double)finnc_node_attr_int(in->node, "ActVal"));
}

static finnc_status thresholding_dtypes(finnc_infer *in)
{
    FINNC_TRY(fnc_hw_need_counts(in, 1, (double)finnc_node_attr_int(in->node, "ActVal")));
    return fnc_hw_dtypes(in);
}

/* Each threshold that is reached counts one more. */
static finnc_status thresholding_range(finnc_infer *in, finnc_range_rule *rule)
{
    (void)in;
    rule->kind = FINNC_RANGE_RISES;
    rule->integers = FINNC_INTEGERS_MADE;
    rule->varying = 1;
    return FINNC_OK;
}

const finnc_op fnc_op_finn_thresholding = {
    .name = "Thresholding",
    .domain = FNC_HW_DOMAIN,
    .summary = "how many of its channel's thresholds an element reaches",
    .since = {1},
    .in = {{"x", "(..., C)", 0, "FLOAT"}, {"T", "(1 or C, steps)", 0, "FLOAT"}},
    .out = {{"y", "as x", 0, "FLOAT"}},
    .attrs = {FNC_HW_PE, FNC_HW_INT("NumChannels", "C"),
              FNC_HW_INT("numSteps", "thresholds per channel"),
              FNC_HW_TYPE("inputDataType", "of x"), FNC_HW_TYPE("weightDataType", "of T"),
              FNC_HW_TYPE("outputDataType", "of y"),
              FNC_HW_MAY("ActVal", INT, "0", "added to the count"), FNC_HW_VECTORS,
              FNC_HW_MAY("runtime_writeable_weights", INT, "0", "may thresholds change?"),
              FNC_HW_HLS("mem_mode", STRING, "\"internal_decoupled\"", "where they are kept"),
              FNC_HW_HLS("ram_style", STRING, "\"distributed\"", "what keeps them"),
              FNC_HW_RTL("depth_trigger_uram", INT, "0", "from which depth on URAM is used"),
              FNC_HW_RTL("depth_trigger_bram", INT, "0", "from which depth on BRAM is used"),
              FNC_HW_RTL("uniform_thres", INT, "0", "are steps evenly wide?"),
              FNC_HW_RTL("deep_pipeline", INT, "1", "more registers?"), FNC_HW_FIFOS("[2]")},
    .common = fnc_hw_common,
    .choices = (const finnc_choice[]){FNC_HW_CHOICES,
                                      {"mem_mode", "internal_embedded internal_decoupled external "
                                                   "const decoupled"},
                                      {"ram_style", "auto distributed block"},
                                      {0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_QUANTISER | FINNC_OP_HLS | FINNC_OP_RTL,
    .shapes = thresholding_shapes,
    .dtypes = thresholding_dtypes,
    .check = thresholding_check,
    .range = thresholding_range};

/* The other ops of qonnx.custom_op.general. */
#include "../infer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GENERAL "qonnx.custom_op.general"

/* ---- XnorPopcountMatMul ---- */

static finnc_status xnor_dtypes(finnc_infer *in)
{
    for (size_t i = 0; i < 2; i++) {
        finnc_dtype t = finnc_infer_dtype(in, i);
        char name[FINNC_DTYPE_NAME_MAX];
        if (!finnc_dtype_equal(t, finnc_dtype_uint(1)))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "input %zu is %s, should be BINARY", i,
                              finnc_dtype_name(t, name));
    }
    return finnc_infer_set_dtype(in, 0, finnc_dtype_uint(32));
}

/* A sign where a bit belongs would be counted wrongly. */
static finnc_status xnor_check(finnc_infer *in)
{
    FINNC_TRY(fnc_check_constant(in, 0, finnc_dtype_uint(1), "element"));
    return fnc_check_constant(in, 1, finnc_dtype_uint(1), "weight");
}

static finnc_status xnor_range(finnc_infer *in, finnc_range_rule *rule)
{
    int rank = finnc_infer_rank(in, 0);
    if (rank <= 0)
        return FINNC_OK;
    return fnc_range_agreements(finnc_infer_dim(in, 0, rank - 1).size, finnc_dtype_uint(1), rule);
}

/* A weight of 0 is -1 as a bit: it takes its product as any other. */
static finnc_status xnor_cost(finnc_infer *in, finnc_cost *cost)
{
    FINNC_TRY(fnc_cost_mat_mul(in, cost));
    cost->constant = -1;
    return FINNC_OK;
}

const finnc_op fnc_op_qonnx_xnor_popcount_mat_mul = {
    .name = "XnorPopcountMatMul",
    .domain = GENERAL,
    .summary = "counts at how many places rows of bits and columns of bits agree",
    .since = {1},
    .in = {{"A", "(..., M, K) of 0 and 1", 0, "T"}, {"B", "(K, N) of 0 and 1", 0, "S"}},
    .out = {{"Y", "(..., M, N), 0 to K", 0, "T"}},
    .types = {{"T", FINNC_TYPES_NUMERIC}, {"S", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_LINEAR,
    .shapes = fnc_shapes_mat_mul,
    .dtypes = xnor_dtypes,
    .cost = xnor_cost,
    .check = xnor_check,
    .range = xnor_range};

/* ---- Im2Col ---- */

static finnc_status im2col_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_windows w;
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(in->node);
    FINNC_TRY(fnc_infer_windows(in, &attrs, 2, NULL, &w));
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "takes (N, H, W, C), the input has rank %d",
                          x.rank);
    for (int i = 0; i < 2; i++)
        FINNC_TRY(fnc_infer_window(in, &w, i, &x.dims[i + 1]));
    x.dims[3] = fnc_dim_mul(fnc_dim_mul(fnc_known(w.kernel[0]), fnc_known(w.kernel[1])), x.dims[3]);
    return fnc_infer_set(in, 0, &x);
}

/* Padding is data too: its value has to be one that the input's type holds. */
static finnc_status im2col_check(finnc_infer *in)
{
    fnc_windows w;
    const int64_t value = fnc_infer_int(in, "pad_value", 0);
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(in->node);
    FINNC_TRY(fnc_infer_windows(in, &attrs, 2, NULL, &w));
    char name[FINNC_DTYPE_NAME_MAX];
    finnc_dtype t = finnc_infer_dtype(in, 0);
    if (fnc_windows_are_padded(&w) && !finnc_dtype_allows(t, (double)value))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute pad_value is %" PRId64 ", which %s does not hold", value,
                          finnc_dtype_name(t, name));
    return FINNC_OK;
}

/* Padding with another number than 0 is no step of a grid that the data are on. */
static finnc_status im2col_range(finnc_infer *in, finnc_range_rule *rule)
{
    FINNC_TRY(fnc_range_pads(in, rule));
    rule->pads = fnc_infer_int(in, "pad_value", 0) == 0;
    return FINNC_OK;
}

const finnc_op fnc_op_qonnx_im2_col = {
    .name = "Im2Col",
    .domain = GENERAL,
    .summary = "the window that a kernel sees at each place, as a row",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, "T"}},
    .out = {{"y", "(N, OH, OW, kernel height * kernel width * C)", 0, "T"}},
    .attrs = {{"stride", FINNC_ATTR_INTS, NULL, "height, width", FINNC_REQUIRED},
              {"kernel_size", FINNC_ATTR_INTS, NULL, "height, width", FINNC_REQUIRED},
              {"input_shape", FINNC_ATTR_STRING, NULL, "(1,H,W,C), a note for other tools",
               FINNC_REQUIRED},
              {"pad_amount", FINNC_ATTR_INTS, "[0,0,0,0]", "top, left, bottom, right", 0},
              {"pad_value", FINNC_ATTR_INT, "0", "of the padding", 0},
              {"depthwise", FINNC_ATTR_INT, "0",
               "a note for other tools: the product that follows is depthwise", 0},
              {"dilations", FINNC_ATTR_INTS, "[1,1]", "height, width", 0}},
    .choices = (const finnc_choice[]){{"depthwise", "0 1"}, {0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_MOVES,
    .shapes = im2col_shapes,
    .dtypes = fnc_dtypes_as_first,
    .check = im2col_check,
    .range = im2col_range};

/* ---- pools on channels-last data ---- */

static finnc_status max_pool_nhwc_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank < 3)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "pools a tensor of rank %d, needs batch, axes to pool and channels",
                          x.rank);
    fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    attrs.first_axis = 1;
    FINNC_TRY(fnc_infer_window_dims(in, &attrs, x.rank - 2, x.dims + 1));
    return fnc_infer_set(in, 0, &x);
}

static finnc_status max_pool_nhwc_dtypes(finnc_infer *in)
{
    return fnc_infer_max_dtype(in, 1);
}

const finnc_op fnc_op_qonnx_max_pool_nhwc = {
    .name = "MaxPoolNHWC",
    .domain = GENERAL,
    .summary = "MaxPool with the channels last",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, "T"}},
    .out = {{"y", "(N, OH, OW, C)", 0, "T"}},
    .attrs = {{"kernel_shape", FINNC_ATTR_INTS, NULL, "height, width", FINNC_REQUIRED},
              {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends; 0 if absent", 0},
              {"strides", FINNC_ATTR_INTS, NULL, "height, width; 1 if absent", 0},
              {"ceil_mode", FINNC_ATTR_INT, "0", "round the number of windows up", 0}},
    .choices = (const finnc_choice[]){{"ceil_mode", "0 1"}, {0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_PICKS,
    .shapes = max_pool_nhwc_shapes,
    .dtypes = max_pool_nhwc_dtypes,
    .range = fnc_range_picks};

static finnc_status quant_avg_pool_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    fnc_window_attrs attrs = fnc_window_attrs_of_quant_avg_pool(in->node);
    x.elem = fnc_container(in, 0);
    if (x.rank >= 0 && x.rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "pools a tensor of rank %d, needs 4", x.rank);
    if (!strcmp(finnc_node_string(in->node, "data_layout", "NCHW"), "NHWC"))
        attrs.first_axis = 1;
    finnc_dim unknown[] = {fnc_unknown_dim(), fnc_unknown_dim()};
    FINNC_TRY(
        fnc_infer_window_dims(in, &attrs, 2, x.rank < 0 ? unknown : x.dims + attrs.first_axis));
    return x.rank < 0 ? finnc_infer_set_type(in, 0, x.elem, -1, NULL) : fnc_infer_set(in, 0, &x);
}

static finnc_dtype quant_avg_pool_type(const finnc_infer *in, int64_t bits)
{
    return finnc_node_attr_int(in->node, "signed") ? finnc_dtype_int((int)bits)
                                                   : finnc_dtype_uint((int)bits);
}

/* Does the node know how large its input may be? Sums of larger integers leave the width that it
 * shifts them to. */
static bool knows_its_input(const finnc_infer *in)
{
    const int64_t bits = fnc_infer_int(in, "ibits", 0);
    const finnc_dtype x = finnc_infer_dtype(in, 0);
    if (bits < 1 || bits > 32 || !finnc_dtype_is_integer(x))
        return true;
    const finnc_dtype said = quant_avg_pool_type(in, bits);
    return finnc_dtype_min(x) >= finnc_dtype_min(said) &&
           finnc_dtype_max(x) <= finnc_dtype_max(said);
}

static finnc_status quant_avg_pool_check(finnc_infer *in)
{
    int64_t ibits, obits;
    char is[FINNC_DTYPE_NAME_MAX], said[FINNC_DTYPE_NAME_MAX];
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "ibits", &ibits));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "obits", &obits));
    if (ibits < 1 || ibits > 32 || obits < 1 || obits > 32)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute ibits is %" PRId64 ", obits %" PRId64 ", should be 1 to 32",
                          ibits, obits);
    if (!knows_its_input(in))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "the input is %s, attributes ibits and signed say %s",
                          finnc_dtype_name(finnc_infer_dtype(in, 0), is),
                          finnc_dtype_name(quant_avg_pool_type(in, ibits), said));
    return FINNC_OK;
}

static finnc_status quant_avg_pool_dtypes(finnc_infer *in)
{
    int64_t bits;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "obits", &bits));
    if (bits < 1 || bits > 32)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "attribute obits is %" PRId64 ", should be 1 to 32", bits);
    return finnc_infer_set_dtype(
        in, 0, knows_its_input(in) ? quant_avg_pool_type(in, bits) : finnc_dtype_float32());
}

static finnc_status quant_avg_pool_layouts(finnc_infer *in)
{
    return fnc_layouts_by_attr(in, "NCHW");
}

const finnc_op fnc_op_qonnx_quant_avg_pool2d = {
    .name = "QuantAvgPool2d",
    .domain = GENERAL,
    .summary = "sums of square windows of integers, shifted right to a width",
    .since = {1},
    .in = {{"x", "integers, four axes", 0, "T"}},
    .out = {{"y", "integers of obits bits", 0, "FLOAT"}},
    .attrs = {{"stride", FINNC_ATTR_INT, NULL, "of both axes", FINNC_REQUIRED},
              {"kernel", FINNC_ATTR_INT, NULL, "of both axes", FINNC_REQUIRED},
              {"ibits", FINNC_ATTR_INT, NULL, "bits of the input", FINNC_REQUIRED},
              {"obits", FINNC_ATTR_INT, NULL, "bits of the output", FINNC_REQUIRED},
              {"signed", FINNC_ATTR_INT, NULL, "below zero?", FINNC_REQUIRED},
              {"data_layout", FINNC_ATTR_STRING, "\"NCHW\"", "of x and y", 0}},
    .choices = (const finnc_choice[]){{"signed", "0 1"}, {"data_layout", "NCHW NHWC"}, {0}},
    .types = {{"T", FINNC_TYPES_NUMERIC}},
    .traits = FINNC_OP_QUANTISER,
    .shapes = quant_avg_pool_shapes,
    .dtypes = quant_avg_pool_dtypes,
    .layouts = quant_avg_pool_layouts,
    .check = quant_avg_pool_check,
    .range = fnc_range_rounds};

/* ---- DebugMarker, GenericPartition ---- */

const finnc_op fnc_op_qonnx_debug_marker = {
    .name = "DebugMarker",
    .domain = GENERAL,
    .summary = "hands its input on under a name for comparison",
    .since = {1},
    .in = {{"x", "anything", 0, "T"}},
    .out = {{"y", "the same", 0, "T"}},
    .attrs = {{"export_debug_name", FINNC_ATTR_STRING, NULL, "the name", FINNC_REQUIRED}},
    .types = {{"T", FINNC_TYPES_ANY}},
    .traits = FINNC_OP_ELEMENTWISE | FINNC_OP_MOVES,
    .shapes = fnc_shapes_as_first,
    .dtypes = fnc_dtypes_as_first,
    .range = fnc_range_moves};

const finnc_op fnc_op_qonnx_generic_partition = {
    .name = "GenericPartition",
    .domain = GENERAL,
    .summary = "a part of the network that lives in a file of its own",
    .since = {1},
    .in = {{"inputs", "as the inner model's inputs, by position",
            FINNC_OPTIONAL | FINNC_VARIADIC | FINNC_MIXED, NULL}},
    .out = {{"outputs", "as its outputs", FINNC_VARIADIC | FINNC_MIXED, NULL}},
    .attrs = {{"model", FINNC_ATTR_STRING, NULL, "the file", FINNC_REQUIRED},
              {"return_full_exec_context", FINNC_ATTR_INT, "0",
               "without effect: only outputs come back", 0}},
    .choices = (const finnc_choice[]){{"return_full_exec_context", "0 1"}, {0}},
    .traits = FINNC_OP_PARTITION};

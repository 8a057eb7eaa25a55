#include "channels.h"

#include <nodes/threshold_axis.h>

/* Besides element-wise ops. What they do to a channel depends on no other channel. */
static const char *const channel_by_channel[] = {
    "Quant",          "IntQuant",          "BipolarQuant",   "FloatQuant",     "Trunc",
    "QuantizeLinear", "DequantizeLinear",  "MultiThreshold", "MaxPool",        "MaxPoolNHWC",
    "AveragePool",    "GlobalAveragePool", "GlobalMaxPool",  "QuantAvgPool2d", "BatchNormalization",
    "Clip",           "Dropout",
};

static int rank_of(const finnc_value *value, int unknown)
{
    const int rank = value ? finnc_value_rank(value) : -1;
    return rank < 0 ? unknown : rank;
}

/* QONNX's channels-last ops share names with ONNX's, which have channels second. */
static bool has_channels_last(const finnc_node *node)
{
    if (finnc_node_is(node, "MultiThreshold"))
        return fnc_thresholds_are_last(node);
    return finnc_node_is_custom(node) &&
           (finnc_node_is_any(node, "Conv") || finnc_node_is_any(node, "BatchNormalization"));
}

/* Of a filter, the axis of the channels that it reads. */
static int filter_axis(const finnc_node *conv)
{
    return has_channels_last(conv) ? rank_of(finnc_node_input(conv, 1), 2) - 1 : 1;
}

static fnc_channel_flow conv_flow(const finnc_node *node)
{
    const int64_t group = finnc_node_int(node, "group", 1);
    const finnc_value *w = finnc_node_input(node, 1);
    if (group == 1)
        return FNC_CHANNELS_CONV;
    if (w && finnc_value_rank(w) > 2 && finnc_value_dim(w, 0).size == group &&
        finnc_value_dim(w, filter_axis(node)).size == 1)
        return FNC_CHANNELS_DW_CONV;
    return FNC_CHANNELS_END;
}

fnc_channel_flow fnc_channel_flow_of(const finnc_node *node)
{
    if (finnc_node_is(node, "MatMul"))
        return FNC_CHANNELS_MAT_MUL;
    if (finnc_node_is_any(node, "Conv"))
        return conv_flow(node);
    if (finnc_node_has_trait(node, FINNC_OP_ELEMENTWISE))
        return FNC_CHANNELS_STAY;
    for (size_t i = 0; i < sizeof channel_by_channel / sizeof *channel_by_channel; i++)
        if (finnc_node_is_any(node, channel_by_channel[i]))
            return FNC_CHANNELS_STAY;
    return FNC_CHANNELS_END;
}

static int channel_axis(const finnc_node *node)
{
    return has_channels_last(node) ? rank_of(finnc_node_input(node, 0), 2) - 1 : 1;
}

fnc_product_axes fnc_product_axes_of(const finnc_node *node)
{
    if (finnc_node_is_any(node, "Conv")) {
        const int axis = channel_axis(node);
        return (fnc_product_axes){axis, axis, filter_axis(node), 0};
    }
    const int weights = rank_of(finnc_node_input(node, 1), 2);
    return (fnc_product_axes){.in = rank_of(finnc_node_input(node, 0), 2) - 1,
                              .out = rank_of(finnc_node_output(node, 0), 2) - 1,
                              .weight_in = weights < 2 ? 0 : weights - 2,
                              .weight_out = weights < 2 ? -1 : weights - 1};
}

/* A parameter with a number per channel, whatever the rank of the data: the axis of the data that
 * it lies along, or -1. */
static int vector_axis(const finnc_node *node, size_t i)
{
    if (i == 0)
        return -1;
    if (finnc_node_is_any(node, "BatchNormalization") || finnc_node_is(node, "MultiThreshold"))
        return channel_axis(node);
    if (!finnc_node_is(node, "QuantizeLinear") && !finnc_node_is(node, "DequantizeLinear"))
        return -1;
    const int64_t axis = finnc_node_int(node, "axis", 1);
    const int rank = rank_of(finnc_node_input(node, 0), 0);
    return axis < -rank || axis > FINNC_MAX_RANK ? -1 : (int)(axis < 0 ? axis + rank : axis);
}

int fnc_own_axis(const finnc_node *node, size_t i, int64_t axis)
{
    const finnc_value *value = finnc_node_input(node, i), *out = finnc_node_output(node, 0);
    const int rank = rank_of(value, -1);
    if (rank <= 0 || axis < 0)
        return -1;
    if (fnc_channel_flow_of(node) != FNC_CHANNELS_STAY)
        return axis < rank ? (int)axis : -1;
    const int vector = vector_axis(node, i);
    if (vector >= 0)
        return vector == axis && finnc_value_dim(value, 0).size != 1 ? 0 : -1;
    const int data = rank_of(out, rank);
    const int64_t own = axis - (data - rank); /* numpy lines shapes up at their ends */
    if (own < 0 || own >= rank)
        return -1;
    const bool is_stretched = finnc_value_dim(value, (int)own).size == 1 && axis < data &&
                              finnc_value_dim(out, (int)axis).size != 1;
    return is_stretched ? -1 : (int)own;
}

const finnc_value *fnc_axis_decider(const finnc_node *node, size_t i)
{
    if (fnc_channel_flow_of(node) != FNC_CHANNELS_STAY)
        return NULL;
    if (vector_axis(node, i) < 0)
        return finnc_node_output(node, 0);
    return has_channels_last(node) ? finnc_node_input(node, 0) : NULL;
}

finnc_status fnc_learn_masked_shapes(finnc_ctx *cx, finnc_graph *graph)
{
    bool is_masked = false, is_open = false;
    finnc_foreach_value (value, graph) {
        is_masked |= finnc_value_sparsity(value) != NULL;
        is_open |= finnc_value_rank(value) < 0;
    }
    return is_masked && is_open ? finnc_graph_infer_shapes(cx, graph) : FINNC_OK;
}

/* qonnx.custom_op.channels_last: standard ops on data with the channels last. */
#include "../infer.h"

#define CHANNELS_LAST "qonnx.custom_op.channels_last"

/* (N, C, spatial...) as (N, spatial..., C) and back; `has_weights`: they are so, too. */
static finnc_status move_spatial(finnc_infer *in, bool has_weights)
{
    const fnc_shape w = has_weights ? fnc_shape_of(in, 1) : (fnc_shape){.rank = -1};
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    if (x.rank < 3 || (w.rank >= 0 && w.rank != x.rank))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "an input of rank %d with weights of rank %d",
                          x.rank, w.rank >= 0 ? w.rank : x.rank);
    const int rank = x.rank - 2;
    int64_t kernel[FINNC_MAX_RANK];
    fnc_windows windows;
    fnc_window_attrs attrs = fnc_window_attrs_of(in->node);
    attrs.first_axis = 1;
    for (int i = 0; i < rank && w.rank >= 0; i++)
        kernel[i] = w.dims[i + 1].size;
    FINNC_TRY(fnc_infer_windows(in, &attrs, rank, w.rank >= 0 ? kernel : NULL, &windows));
    if (w.rank >= 0)
        FINNC_TRY(fnc_windows_status(
            in->cx, fnc_windows_check_channels(&windows, x.dims[rank + 1].size,
                                               w.dims[rank + 1].size, w.dims[0].size)));
    for (int i = 0; i < rank; i++)
        FINNC_TRY(fnc_infer_window(in, &windows, i, &x.dims[i + 1]));
    if (has_weights)
        x.dims[rank + 1] = w.rank >= 0 ? w.dims[0] : fnc_unknown_dim();
    return fnc_infer_set(in, 0, &x);
}

static finnc_status conv_shapes(finnc_infer *in)
{
    if (finnc_infer_rank(in, 1) > 0)
        FINNC_TRY(fnc_infer_need_bias(in, finnc_infer_dim(in, 1, 0)));
    return move_spatial(in, true);
}

static finnc_status pool_shapes(finnc_infer *in)
{
    return move_spatial(in, false);
}

static finnc_status max_pool_dtypes(finnc_infer *in)
{
    return fnc_infer_max_dtype(in, 1);
}

const finnc_op fnc_op_qonnx_channels_last_conv = {
    .name = "Conv",
    .domain = CHANNELS_LAST,
    .summary = "Conv with the channels last, in the weights too",
    .since = {1},
    .in = {{"X", "(N, spatial..., C)", 0, "T"},
           {"W", "(M, kernel..., C / group)", 0, "T"},
           {"B", "(M)", FINNC_OPTIONAL, "T"}},
    .out = {{"Y", "(N, spatial..., M)", 0, "T"}},
    .attrs = {{"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis", FINNC_REQUIRED},
              {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis", 0},
              {"dilations", FINNC_ATTR_INTS, NULL, "per spatial axis", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends", 0},
              {"group", FINNC_ATTR_INT, "1", "groups of channels", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .traits = FINNC_OP_LINEAR,
    .shapes = conv_shapes,
    .dtypes = fnc_dtypes_mac,
    .cost = fnc_cost_conv,
    .range = fnc_range_linear};

const finnc_op fnc_op_qonnx_channels_last_max_pool = {
    .name = "MaxPool",
    .domain = CHANNELS_LAST,
    .summary = "MaxPool with the channels last",
    .since = {1, 10},
    .in = {{"X", "(N, spatial..., C)", 0, "T"}},
    .out = {{"Y", "(N, spatial..., C)", 0, "T"}},
    .attrs = {{"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis", FINNC_REQUIRED},
              {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis", 0},
              {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends", 0},
              {"dilations", FINNC_ATTR_INTS, NULL, "per spatial axis", 0},
              {"ceil_mode", FINNC_ATTR_INT, "0", "round up", 0}},
    .choices = (const finnc_choice[]){{"ceil_mode", "0 1"}, {0}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(INT8) | FINNC_TYPE(UINT8)}},
    .traits = FINNC_OP_PICKS,
    .shapes = pool_shapes,
    .dtypes = max_pool_dtypes,
    .cost = fnc_cost_nothing,
    .range = fnc_range_picks};

static finnc_status batch_normalization_shapes(finnc_infer *in)
{
    const int rank = finnc_infer_rank(in, 0);
    if (rank == 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a single number has no channels");
    if (rank > 0)
        FINNC_TRY(fnc_infer_need_figures(in, finnc_infer_dim(in, 0, rank - 1)));
    return fnc_shapes_as_first(in);
}

/* Upstream's says that the type is that of the input, which it is not. */
static finnc_status float_dtypes(finnc_infer *in)
{
    return finnc_infer_set_dtype(in, 0, finnc_dtype_float32());
}

static bool batch_normalization_trains(const finnc_node *node)
{
    return finnc_node_int(node, "training_mode", 0) != 0;
}

const finnc_op fnc_op_qonnx_channels_last_batch_normalization = {
    .name = "BatchNormalization",
    .domain = CHANNELS_LAST,
    .summary = "BatchNormalization with the channels last",
    .since = {1, 9, 14},
    .in = {{"X", "(N, ..., C)", 0, "T"},
           {"scale", "(C)", 0, "T"},
           {"B", "(C)", 0, "T"},
           {"mean", "(C)", 0, "T"},
           {"var", "(C)", 0, "T"}},
    .out = {{"Y", "as X", 0, "T"}},
    .attrs = {{"epsilon", FINNC_ATTR_FLOAT, "1e-05", "added to the variance", 0},
              {"momentum", FINNC_ATTR_FLOAT, "0.9", "in training", 0},
              {"training_mode", FINNC_ATTR_INT, "0", "figures of this batch?", FINNC_SINCE(14)}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = batch_normalization_shapes,
    .dtypes = float_dtypes,
    .cost = fnc_cost_nothing,
    .range = fnc_range_normaliser,
    .trains = batch_normalization_trains};

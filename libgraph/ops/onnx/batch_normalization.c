/* BatchNormalization: each channel by figures of its own. */
#include "../infer.h"

static finnc_status batch_normalization_shapes(finnc_infer *in)
{
    FINNC_TRY(fnc_shapes_as_first(in));
    /* Before version 9 there was one that had figures for each element of an image. */
    if (fnc_infer_int(in, "spatial", 1) != 0 || in->version >= 9)
        FINNC_TRY(fnc_infer_channels(in, 1, 1, 4));
    fnc_shape c = fnc_shape_of(in, 3);
    for (size_t o = 1; o < finnc_infer_noutputs(in); o++)
        FINNC_TRY(fnc_infer_set(in, o, &c));
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_batch_normalization = {
    .name = "BatchNormalization",
    .summary = "scales and shifts each channel by its mean and variance",
    .since = {1, 6, 7, 9, 14, 15},
    .in = {{"X", "(N, C, ...)", 0, "T"},
           {"scale", "(C)", 0, "T1"},
           {"B", "(C)", 0, "T1"},
           {"mean", "(C)", 0, "T2"},
           {"var", "(C)", 0, "T2"}},
    .out = {{"Y", "as X", 0, "T"},
            {"running_mean", "in training", FINNC_OPTIONAL, "T2"},
            {"running_var", "in training", FINNC_OPTIONAL, "T2"},
            {"saved_mean", "in training, before version 14", FINNC_OPTIONAL, "T"},
            {"saved_var", "in training, before version 14", FINNC_OPTIONAL, "T"}},
    .attrs = {{"epsilon", FINNC_ATTR_FLOAT, "1e-05", "added to the variance", 0},
              {"momentum", FINNC_ATTR_FLOAT, "0.9", "of running figures in training", 0},
              {"training_mode", FINNC_ATTR_INT, "0", "figures of this batch?", 0},
              {"spatial", FINNC_ATTR_INT, "1",
               "before version 9; 0: figures per element of an image", 0},
              {"is_test", FINNC_ATTR_INT, "0", "before version 7; 0: training", 0},
              {"consumed_inputs", FINNC_ATTR_INTS, NULL, "version 1", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}, {"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPES_FLOAT}},
    .shapes = batch_normalization_shapes,
    .cost = fnc_cost_nothing,
    .range = fnc_range_normaliser};

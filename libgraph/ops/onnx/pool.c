/* Pools, and the normalisation that stands beside them. */
#include "../infer.h"

#define POOL_ATTRS                                                                                 \
    {"kernel_shape", FINNC_ATTR_INTS, NULL, "per spatial axis", FINNC_REQUIRED},                   \
        {"strides", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},                    \
        {"pads", FINNC_ATTR_INTS, NULL, "begins, then ends, per spatial axis", 0},                 \
        {"dilations", FINNC_ATTR_INTS, NULL, "per spatial axis, 1 if absent", 0},                  \
        {"ceil_mode", FINNC_ATTR_INT, "0", "round the number of windows up", 0},                   \
    {                                                                                              \
        "auto_pad", FINNC_ATTR_STRING, "\"NOTSET\"", "NOTSET, SAME_UPPER, SAME_LOWER or VALID", 0  \
    }

const finnc_op fnc_op_onnx_max_pool = {
    .name = "MaxPool",
    .summary = "the largest element of each window",
    .since = {1, 8, 10, 11, 12, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, spatial...)", 0, "T"},
            {"Indices", "where each was found", FINNC_OPTIONAL, "I"}},
    .attrs = {POOL_ATTRS,
              {"storage_order", FINNC_ATTR_INT, "0", "of Indices: 0 by rows, 1 by columns", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(UINT8) | FINNC_TYPE(INT8)},
              {"I", FINNC_TYPE(INT64)}},
    .shapes = fnc_shapes_pool,
    .dtypes = fnc_dtypes_as_first};

const finnc_op fnc_op_onnx_average_pool = {
    .name = "AveragePool",
    .summary = "the mean of each window",
    .since = {1, 7, 10, 11, 19, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, spatial...)", 0, "T"}},
    .attrs = {POOL_ATTRS, {"count_include_pad", FINNC_ATTR_INT, "0", "does padding count?", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_pool};

finnc_status fnc_shapes_global_pool(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    for (int i = 2; i < x.rank; i++)
        x.dims[i] = fnc_known(1);
    return fnc_infer_set(in, 0, &x);
}

const finnc_op fnc_op_onnx_global_average_pool = {.name = "GlobalAveragePool",
                                                  .summary = "the mean over all spatial axes",
                                                  .since = {1, 22},
                                                  .in = {{"X", "(N, C, spatial...)", 0, "T"}},
                                                  .out = {{"Y", "(N, C, 1...)", 0, "T"}},
                                                  .types = {{"T", FINNC_TYPES_FLOAT}},
                                                  .shapes = fnc_shapes_global_pool};

const finnc_op fnc_op_onnx_global_max_pool = {.name = "GlobalMaxPool",
                                              .summary =
                                                  "the largest element over all spatial axes",
                                              .since = {1, 22},
                                              .in = {{"X", "(N, C, spatial...)", 0, "T"}},
                                              .out = {{"Y", "(N, C, 1...)", 0, "T"}},
                                              .types = {{"T", FINNC_TYPES_FLOAT}},
                                              .shapes = fnc_shapes_global_pool,
                                              .dtypes = fnc_dtypes_as_first};

static finnc_status batch_normalization_shapes(finnc_infer *in)
{
    FINNC_TRY(fnc_shapes_as_first(in));
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
    .shapes = batch_normalization_shapes};

/* Pools: the largest or the mean of each window. */
#include "window_attrs.h"

#include <math.h>

static finnc_status max_pool_dtypes(finnc_infer *in)
{
    return fnc_infer_max_dtype(in, 2);
}

const finnc_op fnc_op_onnx_max_pool = {
    .name = "MaxPool",
    .summary = "the largest element of each window",
    .since = {1, 8, 10, 11, 12, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, spatial...)", 0, "T"},
            {"Indices", "where each was found", FINNC_OPTIONAL | FINNC_SINCE(8), "I"}},
    .attrs = {FNC_POOL_ATTRS(10, 10),
              {"storage_order", FINNC_ATTR_INT, "0", "of Indices: 0 by rows, 1 by columns",
               FINNC_SINCE(8)}},
    .types = {{"T", FINNC_TYPES_FLOAT | FINNC_TYPE(UINT8) | FINNC_TYPE(INT8)},
              {"I", FINNC_TYPE(INT64)}},
    .traits = FINNC_OP_PICKS,
    .shapes = fnc_shapes_pool,
    .dtypes = max_pool_dtypes,
    .cost = fnc_cost_nothing,
    .range = fnc_range_picks};

const finnc_op fnc_op_onnx_average_pool = {
    .name = "AveragePool",
    .summary = "the mean of each window",
    .since = {1, 7, 10, 11, 19, 22},
    .in = {{"X", "(N, C, spatial...)", 0, "T"}},
    .out = {{"Y", "(N, C, spatial...)", 0, "T"}},
    .attrs = {FNC_POOL_ATTRS(10, 19),
              {"count_include_pad", FINNC_ATTR_INT, "0", "does padding count?", FINNC_SINCE(7)}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = fnc_shapes_pool,
    .cost = fnc_cost_nothing,
    .range = fnc_range_rises_alone};

finnc_status fnc_shapes_global_pool(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank >= 0 && x.rank < 3)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "pools a tensor of rank %d, needs batch, channels and axes to pool",
                          x.rank);
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
                                                  .shapes = fnc_shapes_global_pool,
                                                  .range = fnc_range_rises_alone};

/* Of no elements the largest is -infinity. */
static finnc_status global_max_pool_dtypes(finnc_infer *in)
{
    finnc_dtype t = finnc_infer_dtype(in, 0);
    for (int i = 2; i < finnc_infer_rank(in, 0); i++)
        if (finnc_infer_dim(in, 0, i).size == 0)
            t = fnc_dtype_with(t, -INFINITY);
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_onnx_global_max_pool = {.name = "GlobalMaxPool",
                                              .summary =
                                                  "the largest element over all spatial axes",
                                              .since = {1, 22},
                                              .in = {{"X", "(N, C, spatial...)", 0, "T"}},
                                              .out = {{"Y", "(N, C, 1...)", 0, "T"}},
                                              .types = {{"T", FINNC_TYPES_FLOAT}},
                                              .shapes = fnc_shapes_global_pool,
                                              .dtypes = global_max_pool_dtypes,
                                              .range = fnc_range_picks};

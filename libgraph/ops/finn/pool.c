#include "hardware.h"

static finnc_status pool_shapes(finnc_infer *in)
{
    return fnc_hw_set_shape(in, "Channels");
}

static finnc_status pool_dtypes(finnc_infer *in)
{
    return fnc_hw_set_dtype(in, "OutputDataType");
}

const finnc_op fnc_op_finn_pool = {
    .name = "Pool",
    .domain = FNC_HW_DOMAIN,
    .summary = "one number out of each window that was laid out as a row",
    .since = {1},
    .in = {{"x", "(N, H, W, window * Channels)", 0, NULL}},
    .out = {{"y", "(N, H, W, Channels)", 0, NULL}},
    .attrs = {FNC_HW_BACKEND,
              FNC_HW_INT("Channels", "channels"),
              FNC_HW_PE,
              FNC_HW_INTS("KernelSize", "size of the window"),
              FNC_HW_TYPE("Function", "MaxPool or QuantAvgPool"),
              FNC_HW_INTS("OutImgDims", "H, W"),
              FNC_HW_TYPE("InputDataType", "of x"),
              FNC_HW_TYPE("OutputDataType", "of y"),
              {"AccumBits", FINNC_ATTR_INT, "0", "width of the sums", 0},
              {"Size", FINNC_ATTR_INT, "1", "elements of a window", 0},
              {"BatchSize", FINNC_ATTR_INT, "1", "N", 0}},
    .traits = FINNC_OP_HARDWARE,
    .shapes = pool_shapes,
    .dtypes = pool_dtypes};

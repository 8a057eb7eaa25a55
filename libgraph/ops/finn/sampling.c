/* FINN's layers that thin pictures out or spread them. Channels-last. */
#include "../infer.h"

#define FPGADATAFLOW "finn.custom_op.fpgadataflow"

/* (N, H, W, C) with H and W (`axes` of them) changed by `resize`; unknown stays unknown. */
static finnc_status resized(finnc_infer *in, int axes, int64_t (*resize)(int64_t n, int64_t by),
                            int64_t by)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank >= 0 && x.rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "takes (N, H, W, C), the input has rank %d",
                          x.rank);
    for (int i = 1; i <= axes && x.rank == 4; i++) {
        int64_t n = x.dims[i].size;
        x.dims[i] = n >= 0 ? fnc_known(resize(n, by)) : fnc_unknown_dim();
        if (x.dims[i].size < 0)
            x.dims[i] = fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

static int64_t thin(int64_t n, int64_t by)
{
    return n > 0 ? (n - 1) / by + 1 : 0;
}

static int64_t spread(int64_t n, int64_t by)
{
    int64_t m;
    return fnc_mul_i64(n, by, &m) ? m : -1;
}

static finnc_status down_sampler_shapes(finnc_infer *in)
{
    int64_t stride = fnc_infer_int(in, "Stride", 2);
    if (stride < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute Stride is too small");
    return resized(in, 2, thin, stride);
}

const finnc_op fnc_op_finn_down_sampler = {
    .name = "DownSampler",
    .domain = FPGADATAFLOW,
    .summary = "every so-manieth pixel",
    .since = {1},
    .in = {{"x", "(N, H, W, C)", 0, NULL}},
    .out = {{"y", "(N, (H - 1) / Stride + 1, ..., C)", 0, NULL}},
    .attrs = {{"backend", FINNC_ATTR_STRING, "\"fpgadataflow\"", "marks a hardware layer", 0},
              {"ImgDim", FINNC_ATTR_INT, NULL, "H", FINNC_REQUIRED},
              {"NumChannels", FINNC_ATTR_INT, NULL, "C", FINNC_REQUIRED},
              {"SIMD", FINNC_ATTR_INT, "1", "channels at once", 0},
              {"Stride", FINNC_ATTR_INT, "2", "the distance of those that stay", 0},
              {"inputDataType", FINNC_ATTR_STRING, NULL, "of x", FINNC_REQUIRED},
              {"numInputVectors", FINNC_ATTR_INT, "1", "N", 0},
              {"is1D", FINNC_ATTR_INT, "0", "one axis only?", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = down_sampler_shapes,
    .dtypes = fnc_dtypes_as_first};

/* DimMode 1 has its data along H alone. */
static finnc_status upsample_shapes(finnc_infer *in)
{
    int64_t from, to;
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "IFMDim", &from));
    FINNC_TRY(finnc_node_need_int(in->cx, in->node, "OFMDim", &to));
    if (from < 1 || to < from)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attributes IFMDim and OFMDim do not grow");
    return resized(in, fnc_infer_int(in, "DimMode", 0) ? 1 : 2, spread, (to + from / 2) / from);
}

const finnc_op fnc_op_finn_upsample_nearest_neighbour = {
    .name = "UpsampleNearestNeighbour",
    .domain = FPGADATAFLOW,
    .summary = "every pixel several times",
    .since = {1},
    .in = {{"x", "(N, IFMDim, IFMDim, C)", 0, NULL}},
    .out = {{"y", "(N, OFMDim, OFMDim, C)", 0, NULL}},
    .attrs = {{"backend", FINNC_ATTR_STRING, "\"fpgadataflow\"", "marks a hardware layer", 0},
              {"IFMDim", FINNC_ATTR_INT, NULL, "H", FINNC_REQUIRED},
              {"OFMDim", FINNC_ATTR_INT, NULL, "H of y", FINNC_REQUIRED},
              {"NumChannels", FINNC_ATTR_INT, NULL, "C", FINNC_REQUIRED},
              {"inputDataType", FINNC_ATTR_STRING, NULL, "of x", FINNC_REQUIRED},
              {"numInputVectors", FINNC_ATTR_INT, "1", "N", 0},
              {"DimMode", FINNC_ATTR_INT, "0", "1: along H alone", 0}},
    .traits = FINNC_OP_HARDWARE | FINNC_OP_MOVES,
    .shapes = upsample_shapes,
    .dtypes = fnc_dtypes_as_first};

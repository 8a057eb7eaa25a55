/* Pools over regions of interest. */
#include "../infer.h"

#include <inttypes.h>

static finnc_status check_4d(const finnc_infer *in, const fnc_shape *x)
{
    if (x->rank >= 0 && x->rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "pools images, the input has rank %d", x->rank);
    return FINNC_OK;
}

/* (regions, C, height, width) */
static finnc_status set_pooled(finnc_infer *in, finnc_dim regions, int64_t height, int64_t width)
{
    fnc_shape x = fnc_shape_of(in, 0), y = {.elem = x.elem, .rank = 4};
    FINNC_TRY(check_4d(in, &x));
    if (height < 1 || width < 1)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "pools to %" PRId64 " by %" PRId64, height,
                          width);
    y.dims[0] = regions;
    y.dims[1] = x.rank == 4 ? x.dims[1] : fnc_unknown_dim();
    y.dims[2] = fnc_known(height);
    y.dims[3] = fnc_known(width);
    return fnc_infer_set(in, 0, &y);
}

static finnc_status max_roi_pool_shapes(finnc_infer *in)
{
    fnc_shape rois = fnc_shape_of(in, 1);
    size_t count;
    const int64_t *pooled;
    FINNC_TRY(finnc_node_need_ints(in->cx, in->node, "pooled_shape", &pooled, &count));
    if (count != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "attribute pooled_shape has %zu entries, not 2",
                          count);
    return set_pooled(in, rois.rank > 0 ? rois.dims[0] : fnc_unknown_dim(), pooled[0], pooled[1]);
}

const finnc_op fnc_op_onnx_max_roi_pool = {
    .name = "MaxRoiPool",
    .summary = "the largest element of each cell of a grid laid over regions",
    .since = {1, 22},
    .in = {{"X", "(N, C, H, W)", 0, "T"}, {"rois", "(regions, 5): image, x1, y1, x2, y2", 0, "T"}},
    .out = {{"Y", "(regions, C, height, width)", 0, "T"}},
    .attrs = {{"pooled_shape", FINNC_ATTR_INTS, NULL, "height and width", FINNC_REQUIRED},
              {"spatial_scale", FINNC_ATTR_FLOAT, "1.0", "from the regions' units to elements", 0}},
    .types = {{"T", FINNC_TYPES_FLOAT}},
    .shapes = max_roi_pool_shapes};

static finnc_status roi_align_shapes(finnc_infer *in)
{
    finnc_dim regions = fnc_unknown_dim();
    for (size_t i = 1; i < 3; i++) {
        fnc_shape list = fnc_shape_of(in, i);
        if (list.rank > 0 && regions.size < 0)
            regions = list.dims[0];
        else if (list.rank > 0 && list.dims[0].size >= 0 && list.dims[0].size != regions.size)
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "%" PRId64 " regions and %" PRId64 " batch indices", regions.size,
                              list.dims[0].size);
    }
    return set_pooled(in, regions, finnc_node_attr_int(in->node, "output_height"),
                      finnc_node_attr_int(in->node, "output_width"));
}

const finnc_op fnc_op_onnx_roi_align = {
    .name = "RoiAlign",
    .summary = "pools points interpolated in each cell of a grid laid over regions",
    .since = {10, 16, 22},
    .in = {{"X", "(N, C, H, W)", 0, "T1"},
           {"rois", "(regions, 4): x1, y1, x2, y2", 0, "T1"},
           {"batch_indices", "(regions): image of each", 0, "T2"}},
    .out = {{"Y", "(regions, C, height, width)", 0, "T1"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"avg\"", "avg or max", 0},
              {"output_height", FINNC_ATTR_INT, "1", "cells", 0},
              {"output_width", FINNC_ATTR_INT, "1", "cells", 0},
              {"sampling_ratio", FINNC_ATTR_INT, "0", "points per cell and axis; 0: by its size",
               0},
              {"spatial_scale", FINNC_ATTR_FLOAT, "1.0", "from the regions' units to elements", 0},
              {"coordinate_transformation_mode", FINNC_ATTR_STRING, "\"half_pixel\"",
               "half_pixel or output_half_pixel, as before version 16", FINNC_SINCE(16)}},
    .types = {{"T1", FINNC_TYPES_FLOAT}, {"T2", FINNC_TYPE(INT64)}},
    .shapes = roi_align_shapes};

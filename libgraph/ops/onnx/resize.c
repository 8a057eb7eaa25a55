/* Resampling. */
#include "../infer.h"

#include <math.h>
#include <string.h>

static finnc_dim scale_dim(finnc_dim d, double scale)
{
    double n = floor((double)d.size * scale);
    return d.size >= 0 && n >= 0 && n < 0x1p53 ? fnc_known((int64_t)n) : fnc_unknown_dim();
}

static finnc_status scaled(finnc_infer *in, size_t scales_at, size_t sizes_at)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    const finnc_tensor *scales = finnc_infer_const(in, scales_at),
                       *sizes = finnc_infer_const(in, sizes_at);
    size_t nattr = 0, naxes = 0;
    const finnc_attr *attr = finnc_node_find_attr(in->node, "scales");
    const float *list = attr ? finnc_attr_floats(attr, &nattr) : NULL;
    const int64_t *axes = finnc_node_ints(in->node, "axes", &naxes);
    size_t n = axes ? naxes : (size_t)x.rank;
    bool by_scales = list ? nattr == n : scales && finnc_tensor_nelems(scales) == (int64_t)n;
    bool by_sizes =
        sizes && finnc_tensor_nelems(sizes) == (int64_t)n &&
        !strcmp(finnc_node_string(in->node, "keep_aspect_ratio_policy", "stretch"), "stretch");
    for (size_t i = 0; i < n; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, axes ? axes[i] : (int64_t)i, x.rank, &axis));
        if (by_sizes)
            x.dims[axis] = fnc_known(finnc_tensor_get_int(sizes, (int64_t)i));
        else if (by_scales)
            x.dims[axis] = scale_dim(x.dims[axis],
                                     list ? (double)list[i] : finnc_tensor_get(scales, (int64_t)i));
        else
            x.dims[axis] = fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status resize_shapes(finnc_infer *in)
{
    return in->version < 11 ? scaled(in, 1, SIZE_MAX) : scaled(in, 2, 3);
}

static finnc_status upsample_shapes(finnc_infer *in)
{
    return scaled(in, 1, SIZE_MAX);
}

/* Nearest neighbours are values that were there; other modes make new ones, whatever was annotated.
 */
static finnc_status resize_dtypes(finnc_infer *in)
{
    if (!strcmp(finnc_node_string(in->node, "mode", "nearest"), "nearest"))
        return fnc_dtypes_as_first(in);
    return FINNC_OK;
}

const finnc_op fnc_op_onnx_resize = {
    .name = "Resize",
    .summary = "resamples a tensor along its axes",
    .since = {10, 11, 13, 18, 19},
    .in = {{"X", "numbers", 0, "T1"},
           {"roi", "region, for tf_crop_and_resize; before version 11 the scales", FINNC_OPTIONAL,
            "T2"},
           {"scales", "factor per axis", FINNC_OPTIONAL, "FLOAT"},
           {"sizes", "or sizes", FINNC_OPTIONAL, "INT64"}},
    .out = {{"Y", "resampled", 0, "T1"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"nearest\"", "nearest, linear or cubic", 0},
              {"coordinate_transformation_mode", FINNC_ATTR_STRING, "\"half_pixel\"",
               "where a sample lies in the input", 0},
              {"nearest_mode", FINNC_ATTR_STRING, "\"round_prefer_floor\"", "which neighbour", 0},
              {"cubic_coeff_a", FINNC_ATTR_FLOAT, "-0.75", "of the cubic kernel", 0},
              {"exclude_outside", FINNC_ATTR_INT, "0", "drop samples outside", 0},
              {"extrapolation_value", FINNC_ATTR_FLOAT, "0.0", "outside of the region", 0},
              {"antialias", FINNC_ATTR_INT, "0", "widen the kernel when shrinking", 0},
              {"axes", FINNC_ATTR_INTS, NULL, "which scales or sizes speak of", 0},
              {"keep_aspect_ratio_policy", FINNC_ATTR_STRING, "\"stretch\"",
               "stretch, not_larger or not_smaller", 0}},
    .types = {{"T1", FINNC_TYPES_CLASSIC},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .shapes = resize_shapes,
    .dtypes = resize_dtypes};

const finnc_op fnc_op_onnx_upsample = {
    .name = "Upsample",
    .summary = "resamples a tensor to a multiple of its size",
    .since = {1, 7, 9, 10},
    .in = {{"X", "numbers", 0, "T"}, {"scales", "factor per axis", FINNC_OPTIONAL, "FLOAT"}},
    .out = {{"Y", "resampled", 0, "T"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"nearest\"", "nearest or linear", 0},
              {"scales", FINNC_ATTR_FLOATS, NULL, "before version 9", 0},
              {"width_scale", FINNC_ATTR_FLOAT, NULL, "version 1", 0},
              {"height_scale", FINNC_ATTR_FLOAT, NULL, "version 1", 0}},
    .types = {{"T", FINNC_TYPES_INT | FINNC_TYPES_COMPLEX | FINNC_TYPE(FLOAT) | FINNC_TYPE(STRING) |
                        FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .shapes = upsample_shapes,
    .dtypes = resize_dtypes};

/* Resampling. */
#include "../infer.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static finnc_dim scale_dim(finnc_dim d, double scale)
{
    if (scale == 1)
        return d;
    double n = floor((double)d.size * scale);
    return d.size >= 0 && n >= 0 && n < 0x1p53 ? fnc_known((int64_t)n) : fnc_unknown_dim();
}

/* The axes that scales or sizes speak of; all if the node does not say. */
static finnc_status read_axes(const finnc_infer *in, int rank, int *axes, size_t *count)
{
    size_t n;
    const int64_t *given = finnc_node_ints(in->node, "axes", &n);
    uint64_t seen = 0;
    *count = given ? 0 : (size_t)rank;
    for (int i = 0; !given && i < rank; i++)
        axes[i] = i;
    for (size_t i = 0; given && i < n; i++) {
        int axis;
        FINNC_TRY(fnc_infer_axis(in, given[i], rank, &axis));
        if (seen >> axis & 1)
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        seen |= UINT64_C(1) << axis;
        axes[(*count)++] = axis;
    }
    return FINNC_OK;
}

/* With a policy other than stretch the least, or greatest, of all scales serves every axis, which
 * is known if all sizes are. */
static void keep_aspect(const finnc_infer *in, const fnc_shape *x, const int *axes, size_t n,
                        finnc_dim *sizes)
{
    const char *policy = finnc_node_string(in->node, "keep_aspect_ratio_policy", "stretch");
    bool is_least = !strcmp(policy, "not_larger"), known = true;
    double common = 1;
    if (!strcmp(policy, "stretch"))
        return;
    for (size_t i = 0; i < n; i++) {
        double scale = (double)sizes[i].size / (double)x->dims[axes[i]].size;
        known &= x->dims[axes[i]].size > 0;
        if (i == 0 || (is_least ? scale < common : scale > common))
            common = scale;
    }
    for (size_t i = 0; i < n; i++)
        sizes[i] = known ? fnc_known((int64_t)floor(common * (double)x->dims[axes[i]].size + 0.5))
                         : fnc_unknown_dim();
}

static finnc_status by_sizes(finnc_infer *in, fnc_shape *x, const int *axes, size_t n,
                             const finnc_tensor *sizes)
{
    finnc_dim wanted[FINNC_MAX_RANK];
    if (finnc_tensor_nelems(sizes) != (int64_t)n)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%" PRId64 " sizes for %zu axes",
                          finnc_tensor_nelems(sizes), n);
    for (size_t i = 0; i < n; i++) {
        wanted[i] = fnc_known(finnc_tensor_get_int(sizes, (int64_t)i));
        const int64_t has = x->dims[axes[i]].size;
        if (wanted[i].size < 0 || wanted[i].size > INT64_C(1) << 53 ||
            (has == 0 && wanted[i].size > 0))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "a size of %" PRId64 "%s", wanted[i].size,
                              has == 0 ? " for an axis of 0" : "");
    }
    keep_aspect(in, x, axes, n, wanted);
    for (size_t i = 0; i < n; i++)
        x->dims[axes[i]] = wanted[i];
    return FINNC_OK;
}

/* `list` or `tensor` has the scales. */
static finnc_status by_scales(finnc_infer *in, fnc_shape *x, const int *axes, size_t n,
                              const float *list, size_t nlist, const finnc_tensor *tensor)
{
    size_t have = list ? nlist : (size_t)finnc_tensor_nelems(tensor);
    if (have != n)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "%zu scales for %zu axes", have, n);
    for (size_t i = 0; i < n; i++) {
        double scale = list ? (double)list[i] : finnc_tensor_get(tensor, (int64_t)i);
        if (!(scale > 0))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "a scale of %g", scale);
        x->dims[axes[i]] = scale_dim(x->dims[axes[i]], scale);
    }
    return FINNC_OK;
}

/* Is input `i` there, with elements as far as is known? Exporters leave a list empty that they have
 * no use for. */
static bool may_say(const finnc_infer *in, size_t i)
{
    return finnc_infer_has(in, i) &&
           !(finnc_infer_rank(in, i) == 1 && finnc_infer_dim(in, i, 0).size == 0);
}

/* Has it elements for sure? */
static bool does_say(const finnc_infer *in, size_t i)
{
    return finnc_infer_rank(in, i) == 1 && finnc_infer_dim(in, i, 0).size > 0;
}

/* What a Resize has to be told in one of two ways. */
static finnc_status check_told(const finnc_infer *in, size_t scales_at, size_t sizes_at)
{
    if (does_say(in, scales_at) && does_say(in, sizes_at))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "both scales and sizes are given");
    if (!may_say(in, scales_at) && !may_say(in, sizes_at))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          sizes_at == SIZE_MAX ? "no scales are given"
                                               : "neither scales nor sizes are given");
    return FINNC_OK;
}

/* Scales are a list, or inputs tell. */
static finnc_status scaled(finnc_infer *in, const finnc_attr *scales_attr, size_t scales_at,
                           size_t sizes_at)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (x.rank < 0)
        return finnc_infer_set_type(in, 0, x.elem, -1, NULL);
    const finnc_tensor *scales = finnc_infer_const(in, scales_at),
                       *sizes = finnc_infer_const(in, sizes_at);
    size_t nlist = 0, n;
    const float *list = scales_attr ? finnc_attr_floats(scales_attr, &nlist) : NULL;
    int axes[FINNC_MAX_RANK];
    FINNC_TRY(read_axes(in, x.rank, axes, &n));
    if (n > 0 && !list)
        FINNC_TRY(check_told(in, scales_at, sizes_at));
    if (sizes && finnc_tensor_nelems(sizes) > 0) {
        FINNC_TRY(by_sizes(in, &x, axes, n, sizes));
    } else if (list || (scales && finnc_tensor_nelems(scales) > 0)) {
        FINNC_TRY(by_scales(in, &x, axes, n, list, nlist, scales));
    } else {
        for (size_t i = 0; i < n; i++)
            x.dims[axes[i]] = fnc_unknown_dim();
    }
    return fnc_infer_set(in, 0, &x);
}

static finnc_status resize_shapes(finnc_infer *in)
{
    return in->version < 11 ? scaled(in, NULL, 1, SIZE_MAX) : scaled(in, NULL, 2, 3);
}

static finnc_status upsample_shapes(finnc_infer *in)
{
    fnc_shape x = fnc_shape_of(in, 0);
    if (in->version >= 9)
        return scaled(in, NULL, 1, SIZE_MAX);
    if (in->version >= 7 || x.rank < 0)
        return scaled(in, finnc_node_find_attr(in->node, "scales"), SIZE_MAX, SIZE_MAX);
    if (x.rank != 4)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "an image of rank %d, not 4", x.rank);
    x.dims[2] = scale_dim(x.dims[2], finnc_node_float(in->node, "height_scale", 1));
    x.dims[3] = scale_dim(x.dims[3], finnc_node_float(in->node, "width_scale", 1));
    return fnc_infer_set(in, 0, &x);
}

/* Nearest neighbours are values that were there, but for what lies outside of a region; other modes
 * make new ones, whatever was annotated. */
static finnc_status resize_dtypes(finnc_infer *in)
{
    finnc_dtype t = finnc_infer_dtype(in, 0);
    if (!finnc_node_attr_is(in->node, "mode", "nearest"))
        return FINNC_OK;
    if (!strcmp(finnc_node_string(in->node, "coordinate_transformation_mode", ""),
                "tf_crop_and_resize"))
        t = fnc_dtype_with(t, finnc_node_attr_float(in->node, "extrapolation_value"));
    return finnc_infer_set_dtype(in, 0, t);
}

const finnc_op fnc_op_onnx_resize = {
    .name = "Resize",
    .summary = "resamples a tensor along its axes",
    .since = {10, 11, 13, 18, 19},
    .in = {{"X", "anything; numbers unless mode is nearest", 0, "T1"},
           {"roi", "region, for tf_crop_and_resize; before version 11 the scales", FINNC_OPTIONAL,
            "T2"},
           {"scales", "factor per axis", FINNC_OPTIONAL | FINNC_SINCE(11), "FLOAT"},
           {"sizes", "or sizes", FINNC_OPTIONAL | FINNC_SINCE(11), "INT64"}},
    .out = {{"Y", "resampled", 0, "T1"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"nearest\"", "nearest, linear or cubic", 0},
              {"coordinate_transformation_mode", FINNC_ATTR_STRING, "\"half_pixel\"",
               "where a sample lies in the input", FINNC_SINCE(11)},
              {"nearest_mode", FINNC_ATTR_STRING, "\"round_prefer_floor\"", "which neighbour",
               FINNC_SINCE(11)},
              {"cubic_coeff_a", FINNC_ATTR_FLOAT, "-0.75", "of the cubic kernel", FINNC_SINCE(11)},
              {"exclude_outside", FINNC_ATTR_INT, "0", "drop samples outside", FINNC_SINCE(11)},
              {"extrapolation_value", FINNC_ATTR_FLOAT, "0.0", "outside of the region",
               FINNC_SINCE(11)},
              {"antialias", FINNC_ATTR_INT, "0", "widen the kernel when shrinking",
               FINNC_SINCE(18)},
              {"axes", FINNC_ATTR_INTS, NULL, "which scales or sizes speak of", FINNC_SINCE(18)},
              {"keep_aspect_ratio_policy", FINNC_ATTR_STRING, "\"stretch\"",
               "stretch, not_larger or not_smaller", FINNC_SINCE(18)}},
    .types = {{"T1", FINNC_TYPES_CLASSIC},
              {"T2", FINNC_TYPE(FLOAT) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .traits = FINNC_OP_PICKS,
    .shapes = resize_shapes,
    .dtypes = resize_dtypes,
    .range = fnc_range_resample};

static const finnc_choice upsample_choices[] = {{"mode", "nearest linear bilinear"}, {0}};

const finnc_op fnc_op_onnx_upsample = {
    .name = "Upsample",
    .summary = "resamples a tensor to a multiple of its size",
    .since = {1, 7, 9, 10},
    .in = {{"X", "anything; numbers unless mode is nearest", 0, "T"},
           {"scales", "factor per axis", FINNC_SINCE(9), "FLOAT"}},
    .out = {{"Y", "resampled", 0, "T"}},
    .attrs = {{"mode", FINNC_ATTR_STRING, "\"nearest\"", "nearest or linear (version 1: bilinear)",
               0},
              {"scales", FINNC_ATTR_FLOATS, NULL, "as the input",
               FINNC_REQUIRED | FINNC_SINCE(7) | FINNC_UNTIL(9)},
              {"width_scale", FINNC_ATTR_FLOAT, NULL, "factor of the last axis",
               FINNC_REQUIRED | FINNC_UNTIL(7)},
              {"height_scale", FINNC_ATTR_FLOAT, NULL, "factor of the one before",
               FINNC_REQUIRED | FINNC_UNTIL(7)}},
    .types = {{"T", FINNC_TYPES_INT | FINNC_TYPES_COMPLEX | FINNC_TYPE(FLOAT) | FINNC_TYPE(STRING) |
                        FINNC_TYPE(BOOL) | FINNC_TYPE(FLOAT16) | FINNC_TYPE(DOUBLE)}},
    .choices = upsample_choices,
    .traits = FINNC_OP_PICKS,
    .shapes = upsample_shapes,
    .dtypes = resize_dtypes,
    .cost = fnc_cost_upsample,
    .range = fnc_range_resample};

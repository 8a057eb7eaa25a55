/* Resize and Upsample. Every mode is, axis by axis, a weighted sum of a few input elements per
 * output element; nearest is the sum of one. */
#include "../move.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct axis_plan {
    int64_t in, out;
    double scale;
    double roi_start, roi_end;
} axis_plan;

/* For each output element of an axis: `ntaps` input positions and weights. Position -1 with weight
 * 1: outside, the extrapolation value. */
typedef struct taps {
    int64_t ntaps;
    int64_t *at;
    double *weight;
} taps;

/* ---- which input coordinate an output element looks at ---- */

static double coordinate(const char *mode, const axis_plan *a, int64_t x)
{
    double out = (double)x, resized = a->scale * (double)a->in;
    if (fnc_same(mode, "asymmetric"))
        return out / a->scale;
    if (fnc_same(mode, "align_corners"))
        return resized == 1 ? 0 : out * ((double)a->in - 1) / (resized - 1);
    if (fnc_same(mode, "pytorch_half_pixel"))
        return a->out > 1 ? (out + 0.5) / a->scale - 0.5 : 0;
    if (fnc_same(mode, "tf_half_pixel_for_nn"))
        return (out + 0.5) / a->scale;
    if (fnc_same(mode, "half_pixel_symmetric")) {
        double adjustment = (double)a->out / resized, centre = (double)a->in / 2;
        return centre * (1 - adjustment) + (out + 0.5) / a->scale - 0.5;
    }
    if (fnc_same(mode, "tf_crop_and_resize")) {
        double last = (double)a->in - 1;
        return a->out > 1 ? a->roi_start * last +
                                out * (a->roi_end - a->roi_start) * last / ((double)a->out - 1)
                          : 0.5 * (a->roi_start + a->roi_end) * last;
    }
    return (out + 0.5) / a->scale - 0.5; /* half_pixel */
}

static int64_t clamp(int64_t x, int64_t n)
{
    return x < 0 ? 0 : x >= n ? n - 1 : x;
}

static int64_t nearest(const char *mode, double x)
{
    if (fnc_same(mode, "floor"))
        return (int64_t)floor(x);
    if (fnc_same(mode, "ceil"))
        return (int64_t)ceil(x);
    if (fnc_same(mode, "round_prefer_ceil"))
        return (int64_t)floor(x + 0.5);
    return (int64_t)ceil(x - 0.5); /* round_prefer_floor */
}

static double linear_weight(double gap)
{
    return gap < 1 ? 1 - gap : 0;
}

static double cubic_weight(double gap, double a)
{
    if (gap <= 1)
        return ((a + 2) * gap - (a + 3)) * gap * gap + 1;
    return gap < 2 ? ((a * gap - 5 * a) * gap + 8 * a) * gap - 4 * a : 0;
}

typedef struct resize {
    const char *mode, *coordinates, *rounding;
    double cubic_a, outside;
    bool excludes_outside, extrapolates, is_antialiased;
    int rank;
    axis_plan axes[FINNC_MAX_RANK];
} resize;

/* Weights of the elements around `x`; antialiasing widens the filter when shrinking. */
static void weigh(const resize *r, const axis_plan *a, double x, int64_t ntaps, int64_t *at,
                  double *weight)
{
    double stretch = r->is_antialiased && a->scale < 1 ? 1 / a->scale : 1, sum = 0;
    int64_t first = (int64_t)floor(x) - ntaps / 2 + 1;
    for (int64_t t = 0; t < ntaps; t++) {
        double gap = fabs(x - (double)(first + t)) / stretch;
        double w = fnc_same(r->mode, "cubic") ? cubic_weight(gap, r->cubic_a) : linear_weight(gap);
        bool is_outside = first + t < 0 || first + t >= a->in;
        if (is_outside && (r->excludes_outside || r->is_antialiased))
            w = 0;
        at[t] = clamp(first + t, a->in);
        weight[t] = w;
        sum += w;
    }
    for (int64_t t = 0; t < ntaps && sum != 0; t++)
        weight[t] /= sum;
}

static finnc_status plan_axis(fnc_call *call, const resize *r, const axis_plan *a, taps *t)
{
    bool is_nearest = fnc_same(r->mode, "nearest");
    double stretch = r->is_antialiased && a->scale < 1 ? 1 / a->scale : 1;
    int64_t reach = fnc_same(r->mode, "cubic") ? 2 : 1, count;
    t->ntaps = is_nearest ? 1 : 2 * (int64_t)ceil((double)reach * stretch);
    if (t->ntaps > 2 * a->in + 8)
        t->ntaps = 2 * a->in + 8;
    if (!fnc_mul_i64(a->out, t->ntaps, &count))
        return finnc_no_memory(call->cx);
    t->at = FNC_SCRATCH(call, int64_t, count);
    t->weight = FNC_SCRATCH(call, double, count);
    if (!t->at || !t->weight)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < a->out; i++) {
        double x = coordinate(r->coordinates, a, i);
        int64_t *at = t->at + i * t->ntaps;
        double *weight = t->weight + i * t->ntaps;
        if (r->extrapolates && (x < 0 || x > (double)a->in - 1)) {
            for (int64_t k = 0; k < t->ntaps; k++) {
                at[k] = 0;
                weight[k] = 0;
            }
            at[0] = -1;
            weight[0] = 1;
        } else if (is_nearest) {
            at[0] = clamp(nearest(r->rounding, x), a->in);
            weight[0] = 1;
        } else {
            weigh(r, a, x, t->ntaps, at, weight);
        }
    }
    return FINNC_OK;
}

/* One axis of doubles, (outer, in, inner) to (outer, out, inner). */
static void resize_axis(const resize *r, const axis_plan *a, const taps *t, int64_t outer,
                        int64_t inner, const double *x, double *y)
{
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < a->out; i++)
            for (int64_t k = 0; k < inner; k++) {
                double sum = 0;
                for (int64_t n = 0; n < t->ntaps; n++) {
                    int64_t at = t->at[i * t->ntaps + n];
                    double v = at < 0 ? r->outside : x[(o * a->in + at) * inner + k];
                    sum += t->weight[i * t->ntaps + n] * v;
                }
                y[(o * a->out + i) * inner + k] = sum;
            }
}

static finnc_status by_weights(fnc_call *call, const resize *r, const int64_t *out_dims, void *out)
{
    fnc_array x;
    int64_t dims[FINNC_MAX_RANK], nelems;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    const double *from = x.data;
    memcpy(dims, x.dims, (size_t)x.rank * sizeof *dims);
    for (int axis = 0; axis < r->rank; axis++) {
        const axis_plan *a = &r->axes[axis];
        taps t;
        int64_t outer = 1, inner = 1;
        if (a->in == a->out && a->scale == 1 && !r->extrapolates)
            continue;
        FINNC_TRY(plan_axis(call, r, a, &t));
        for (int i = 0; i < axis; i++)
            outer *= dims[i];
        for (int i = axis + 1; i < r->rank; i++)
            inner *= dims[i];
        dims[axis] = out_dims[axis];
        FINNC_TRY(finnc_shape_nelems(call->cx, r->rank, dims, &nelems));
        double *to = FNC_SCRATCH(call, double, nelems);
        if (!to)
            return finnc_no_memory(call->cx);
        resize_axis(r, a, &t, outer, inner, from, to);
        from = to;
    }
    FINNC_TRY(finnc_shape_nelems(call->cx, r->rank, out_dims, &nelems));
    fnc_convert(FINNC_ELEM_DOUBLE, from, call->in[0].elem, out, nelems);
    return FINNC_OK;
}

static finnc_status by_copying(fnc_call *call, const resize *r, const int64_t *out_dims, void *out)
{
    const fnc_array *x = &call->in[0];
    const int64_t *maps[FINNC_MAX_RANK];
    uint64_t fill = 0;
    fnc_convert(FINNC_ELEM_DOUBLE, &r->outside, x->elem, &fill, 1);
    for (int i = 0; i < r->rank; i++) {
        taps t;
        maps[i] = NULL;
        if (r->axes[i].in == r->axes[i].out && r->axes[i].scale == 1 && !r->extrapolates)
            continue;
        FINNC_TRY(plan_axis(call, r, &r->axes[i], &t));
        maps[i] = t.at;
    }
    fnc_take(call, fnc_elem_size(x->elem), r->rank, x->dims, x->data, out_dims, out, maps, &fill);
    return FINNC_OK;
}

/* ---- what is asked for ---- */

static finnc_status bad_list(fnc_call *call, const char *name, int64_t have, int64_t want)
{
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s has %" PRId64 " numbers for %" PRId64 " axes",
                      name, have, want);
}

static finnc_status set_scale(fnc_call *call, axis_plan *a, double scale)
{
    double out = floor((double)a->in * scale);
    if (!(scale > 0) || !(out < 4611686018427387904.0))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a scale of %g", scale);
    a->scale = scale;
    a->out = (int64_t)out;
    return FINNC_OK;
}

/* Sizes win over scales; with a keep_aspect_ratio_policy one scale serves all axes. */
static finnc_status set_sizes(fnc_call *call, resize *r, const int64_t *axes, int64_t naxes,
                              const int64_t *sizes)
{
    const char *policy = finnc_node_string(call->node, "keep_aspect_ratio_policy", "stretch");
    double common = 0;
    for (int64_t i = 0; i < naxes; i++) {
        axis_plan *a = &r->axes[axes[i]];
        if (sizes[i] < 0 || a->in == 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "a size of %" PRId64, sizes[i]);
        a->out = sizes[i];
        a->scale = (double)sizes[i] / (double)a->in;
        if (i == 0 || (fnc_same(policy, "not_larger") ? a->scale < common : a->scale > common))
            common = a->scale;
    }
    if (fnc_same(policy, "stretch"))
        return FINNC_OK;
    for (int64_t i = 0; i < naxes; i++) {
        axis_plan *a = &r->axes[axes[i]];
        a->scale = common;
        a->out = (int64_t)floor(common * (double)a->in + 0.5);
    }
    return FINNC_OK;
}

static finnc_status read_axes(fnc_call *call, resize *r, const int64_t **axes, int64_t *naxes)
{
    size_t n;
    const int64_t *given = finnc_node_ints(call->node, "axes", &n);
    *naxes = given ? (int64_t)n : r->rank;
    int64_t *list = FNC_SCRATCH(call, int64_t, *naxes);
    if (!list)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < *naxes; i++) {
        int axis = (int)i;
        if (given)
            FINNC_TRY(fnc_axis(call, given[i], r->rank, &axis));
        list[i] = axis;
    }
    *axes = list;
    return FINNC_OK;
}

static finnc_status read_sizes(fnc_call *call, resize *r, size_t scales_at, size_t sizes_at)
{
    const int64_t *axes = NULL, *sizes;
    int64_t naxes, n;
    FINNC_TRY(read_axes(call, r, &axes, &naxes));
    if (fnc_has(call, sizes_at) && call->in[sizes_at].nelems > 0) {
        FINNC_TRY(fnc_in_ints(call, sizes_at, &sizes, &n));
        if (n != naxes)
            return bad_list(call, "sizes", n, naxes);
        FINNC_TRY(set_sizes(call, r, axes, naxes, sizes));
    } else {
        fnc_array scales;
        FINNC_TRY(fnc_in_as(call, scales_at, FINNC_ELEM_DOUBLE, &scales));
        if (scales.nelems != naxes)
            return bad_list(call, "scales", scales.nelems, naxes);
        for (int64_t i = 0; i < naxes; i++)
            FINNC_TRY(set_scale(call, &r->axes[axes[i]], ((const double *)scales.data)[i]));
    }
    if (r->extrapolates) {
        fnc_array roi;
        FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_DOUBLE, &roi));
        if (roi.nelems != 2 * naxes)
            return bad_list(call, "roi", roi.nelems, 2 * naxes);
        for (int64_t i = 0; i < naxes; i++) {
            r->axes[axes[i]].roi_start = ((const double *)roi.data)[i];
            r->axes[axes[i]].roi_end = ((const double *)roi.data)[naxes + i];
        }
    }
    return FINNC_OK;
}

static finnc_status finish(fnc_call *call, resize *r)
{
    int64_t dims[FINNC_MAX_RANK];
    void *out;
    for (int i = 0; i < r->rank; i++) {
        dims[i] = r->axes[i].out;
        if (r->axes[i].in == 0 && dims[i] > 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d has no elements", i);
    }
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, r->rank, dims, &out));
    if (fnc_same(r->mode, "nearest"))
        return by_copying(call, r, dims, out);
    if (fnc_same(r->mode, "linear") || fnc_same(r->mode, "cubic"))
        return by_weights(call, r, dims, out);
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "mode is %s", r->mode);
}

static finnc_status begin(fnc_call *call, resize *r, const char *coordinates, const char *rounding)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    size_t size;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    *r = (resize){
        .mode = finnc_node_string(call->node, "mode", "nearest"),
        .coordinates = finnc_node_string(call->node, "coordinate_transformation_mode", coordinates),
        .rounding = finnc_node_string(call->node, "nearest_mode", rounding),
        .cubic_a = finnc_node_float(call->node, "cubic_coeff_a", -0.75),
        .outside = finnc_node_float(call->node, "extrapolation_value", 0),
        .excludes_outside = finnc_node_int(call->node, "exclude_outside", 0) != 0,
        .is_antialiased = finnc_node_int(call->node, "antialias", 0) != 0,
        .rank = x->rank,
    };
    if (fnc_same(r->mode, "bilinear"))
        r->mode = "linear";
    r->extrapolates = fnc_same(r->coordinates, "tf_crop_and_resize");
    for (int i = 0; i < x->rank; i++)
        r->axes[i] = (axis_plan){.in = x->dims[i], .out = x->dims[i], .scale = 1, .roi_end = 1};
    return FINNC_OK;
}

/* Version 10 had scales as input 1 and looked at x / scale. */
static finnc_status run_resize(fnc_call *call)
{
    resize r;
    bool is_old = call->version < 11;
    FINNC_TRY(begin(call, &r, is_old ? "asymmetric" : "half_pixel",
                    is_old ? "floor" : "round_prefer_floor"));
    FINNC_TRY(read_sizes(call, &r, is_old ? 1 : 2, is_old ? SIZE_MAX : 3));
    return finish(call, &r);
}

/* Scales are an attribute (height_scale and width_scale in version 1) until version 9. */
static finnc_status run_upsample(fnc_call *call)
{
    resize r;
    FINNC_TRY(begin(call, &r, "asymmetric", "floor"));
    const finnc_attr *attr = finnc_node_find_attr(call->node, "scales");
    size_t n = 0;
    const float *scales = attr ? finnc_attr_floats(attr, &n) : NULL;
    if (fnc_has(call, 1)) {
        FINNC_TRY(read_sizes(call, &r, 1, SIZE_MAX));
    } else if (scales) {
        if (n != (size_t)r.rank)
            return bad_list(call, "scales", (int64_t)n, r.rank);
        for (int i = 0; i < r.rank; i++)
            FINNC_TRY(set_scale(call, &r.axes[i], scales[i]));
    } else if (r.rank == 4) {
        FINNC_TRY(set_scale(call, &r.axes[2], finnc_node_float(call->node, "height_scale", 1)));
        FINNC_TRY(set_scale(call, &r.axes[3], finnc_node_float(call->node, "width_scale", 1)));
    }
    return finish(call, &r);
}

const fnc_kernel fnc_kernel_onnx_resize = {.run = run_resize};
const fnc_kernel fnc_kernel_onnx_upsample = {.run = run_upsample};

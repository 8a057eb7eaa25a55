/* Resize, and Upsample, which came before it. */
#include "../move.h"
#include "../resample.h"

#include <base/text.h>

#include <inttypes.h>
#include <math.h>

/* ---- attributes ---- */

typedef struct word {
    const char *name;
    int value;
} word;

static finnc_status find_word(fnc_call *call, const char *attr, const char *fallback,
                              const word *words, int *value)
{
    const char *name = finnc_node_string(call->node, attr, fallback);
    for (; words->name; words++)
        if (fnc_same(words->name, name)) {
            *value = words->value;
            return FINNC_OK;
        }
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s is %s", attr, name);
}

static const word modes[] = {{"nearest", FNC_RESAMPLE_NEAREST},
                             {"linear", FNC_RESAMPLE_LINEAR},
                             {"bilinear", FNC_RESAMPLE_LINEAR}, /* in Upsample's first version */
                             {"cubic", FNC_RESAMPLE_CUBIC},
                             {NULL, 0}};
static const word places[] = {{"half_pixel", FNC_PLACE_HALF_PIXEL},
                              {"half_pixel_symmetric", FNC_PLACE_HALF_PIXEL_SYMMETRIC},
                              {"pytorch_half_pixel", FNC_PLACE_PYTORCH_HALF_PIXEL},
                              {"tf_half_pixel_for_nn", FNC_PLACE_TF_HALF_PIXEL},
                              {"align_corners", FNC_PLACE_ALIGN_CORNERS},
                              {"asymmetric", FNC_PLACE_ASYMMETRIC},
                              {"tf_crop_and_resize", FNC_PLACE_CROP},
                              {NULL, 0}};
static const word roundings[] = {{"round_prefer_floor", FNC_NEAREST_PREFER_FLOOR},
                                 {"round_prefer_ceil", FNC_NEAREST_PREFER_CEIL},
                                 {"floor", FNC_NEAREST_FLOOR},
                                 {"ceil", FNC_NEAREST_CEIL},
                                 {NULL, 0}};

/* `is_old`: elements lie at x / scale, and there is no choice. */
static finnc_status begin(fnc_call *call, bool is_old, fnc_resample *r)
{
    size_t size;
    int mode = 0, place = FNC_PLACE_ASYMMETRIC, rounding = FNC_NEAREST_SIMPLE;
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(find_word(call, "mode", "nearest", modes, &mode));
    if (!is_old) {
        FINNC_TRY(find_word(call, "coordinate_transformation_mode", "half_pixel", places, &place));
        FINNC_TRY(find_word(call, "nearest_mode", "round_prefer_floor", roundings, &rounding));
    }
    const fnc_array *x = &call->in[0];
    *r = (fnc_resample){
        .mode = (fnc_resample_mode)mode,
        .place = (fnc_resample_place)place,
        .rounding = (fnc_resample_rounding)rounding,
        .cubic_a = finnc_node_attr_float(call->node, "cubic_coeff_a"),
        .outside = finnc_node_attr_float(call->node, "extrapolation_value"),
        .excludes_outside = finnc_node_attr_int(call->node, "exclude_outside") != 0,
        .is_antialiased = finnc_node_attr_int(call->node, "antialias") != 0,
        .rank = x->rank,
    };
    for (int i = 0; i < x->rank; i++)
        r->axes[i] =
            (fnc_resample_axis){.in = x->dims[i], .out = x->dims[i], .scale = 1, .roi_end = 1};
    return FINNC_OK;
}

/* ---- scales and sizes ---- */

static finnc_status check_count(fnc_call *call, const char *name, int64_t have, int64_t want)
{
    if (have == want)
        return FINNC_OK;
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s has %" PRId64 " numbers, should have %" PRId64,
                      name, have, want);
}

static finnc_status set_scale(fnc_call *call, fnc_resample_axis *a, double scale)
{
    double out = floor((double)a->in * scale);
    if (!(scale > 0) || !(out < 0x1p62))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "a scale of %g", scale);
    a->scale = scale;
    a->out = (int64_t)out;
    return FINNC_OK;
}

/* Which axes the lists speak of. */
typedef struct subset {
    int64_t count;
    int axes[FINNC_MAX_RANK];
} subset;

static finnc_status read_axes(fnc_call *call, int rank, subset *s)
{
    size_t n;
    const int64_t *given = finnc_node_ints(call->node, "axes", &n);
    bool is_there[FINNC_MAX_RANK] = {false};
    s->count = given ? 0 : rank;
    for (int i = 0; !given && i < rank; i++)
        s->axes[i] = i;
    for (size_t i = 0; given && i < n; i++) {
        int axis;
        FINNC_TRY(fnc_axis(call, given[i], rank, &axis));
        if (is_there[axis])
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d is there twice", axis);
        is_there[axis] = true;
        s->axes[s->count++] = axis;
    }
    return FINNC_OK;
}

/* With a policy other than stretch, one scale serves all axes: that of the axis which has to grow
 * least, or most. */
static finnc_status keep_aspect(fnc_call *call, fnc_resample *r, const subset *s)
{
    const char *policy = finnc_node_string(call->node, "keep_aspect_ratio_policy", "stretch");
    bool is_least = fnc_same(policy, "not_larger");
    double common = 1;
    if (fnc_same(policy, "stretch"))
        return FINNC_OK;
    if (!is_least && !fnc_same(policy, "not_smaller"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "keep_aspect_ratio_policy is %s", policy);
    for (int64_t i = 0; i < s->count; i++) {
        double scale = r->axes[s->axes[i]].scale;
        if (i == 0 || (is_least ? scale < common : scale > common))
            common = scale;
    }
    for (int64_t i = 0; i < s->count; i++) {
        fnc_resample_axis *a = &r->axes[s->axes[i]];
        double out = floor(common * (double)a->in + 0.5);
        if (!(out < 0x1p62))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "a scale of %g", common);
        a->scale = common;
        a->out = (int64_t)out;
    }
    return FINNC_OK;
}

static finnc_status read_sizes(fnc_call *call, fnc_resample *r, size_t at, const subset *s)
{
    const int64_t *sizes;
    int64_t n;
    FINNC_TRY(fnc_in_ints(call, at, &sizes, &n));
    FINNC_TRY(check_count(call, "sizes", n, s->count));
    for (int64_t i = 0; i < n; i++) {
        fnc_resample_axis *a = &r->axes[s->axes[i]];
        if (sizes[i] < 0 || (a->in == 0 && sizes[i] > 0))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "a size of %" PRId64 " for an axis of %" PRId64, sizes[i], a->in);
        a->out = sizes[i];
        a->scale = a->in ? (double)sizes[i] / (double)a->in : 1;
    }
    return keep_aspect(call, r, s);
}

static finnc_status read_scales(fnc_call *call, fnc_resample *r, size_t at, const subset *s)
{
    fnc_array scales;
    FINNC_TRY(fnc_in_as(call, at, FINNC_ELEM_DOUBLE, &scales));
    FINNC_TRY(check_count(call, "scales", scales.nelems, s->count));
    for (int64_t i = 0; i < scales.nelems; i++)
        FINNC_TRY(set_scale(call, &r->axes[s->axes[i]], ((const double *)scales.data)[i]));
    return FINNC_OK;
}

static finnc_status read_roi(fnc_call *call, fnc_resample *r, const subset *s)
{
    fnc_array roi;
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_DOUBLE, &roi));
    FINNC_TRY(check_count(call, "roi", roi.nelems, 2 * s->count));
    for (int64_t i = 0; i < s->count; i++) {
        r->axes[s->axes[i]].roi_start = ((const double *)roi.data)[i];
        r->axes[s->axes[i]].roi_end = ((const double *)roi.data)[s->count + i];
    }
    return FINNC_OK;
}

static finnc_status finish(fnc_call *call, const fnc_resample *r)
{
    int64_t dims[FINNC_MAX_RANK];
    void *out;
    for (int i = 0; i < r->rank; i++)
        dims[i] = r->axes[i].out;
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, r->rank, dims, &out));
    return fnc_resample_run(call, r, out);
}

/* ---- Resize ---- */

static finnc_status run_resize(fnc_call *call)
{
    fnc_resample r;
    subset s = {0};
    bool is_old = call->version < 11; /* scales are input 1 */
    size_t scales_at = is_old ? 1 : 2, sizes_at = 3;
    FINNC_TRY(begin(call, is_old, &r));
    FINNC_TRY(read_axes(call, r.rank, &s));
    bool has_scales = fnc_has(call, scales_at) && (call->in[scales_at].nelems > 0 || !s.count);
    bool has_sizes = !is_old && fnc_has(call, sizes_at) && call->in[sizes_at].nelems > 0;
    if (has_scales == has_sizes)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s",
                          has_sizes ? "both scales and sizes are given"
                                    : "neither scales nor sizes are given");
    if (has_sizes)
        FINNC_TRY(read_sizes(call, &r, sizes_at, &s));
    else
        FINNC_TRY(read_scales(call, &r, scales_at, &s));
    if (r.place == FNC_PLACE_CROP)
        FINNC_TRY(read_roi(call, &r, &s));
    return finish(call, &r);
}

/* ---- Upsample ---- */

/* Scales were an attribute until version 9, and first one for the height and one for the width. */
static finnc_status read_old_scales(fnc_call *call, fnc_resample *r)
{
    const finnc_attr *attr = finnc_node_find_attr(call->node, "scales");
    size_t n = 0;
    const float *scales = attr ? finnc_attr_floats(attr, &n) : NULL;
    if (call->version < 7) {
        if (r->rank != 4)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "an image of rank %d, not 4", r->rank);
        FINNC_TRY(set_scale(call, &r->axes[2], finnc_node_float(call->node, "height_scale", 0)));
        return set_scale(call, &r->axes[3], finnc_node_float(call->node, "width_scale", 0));
    }
    FINNC_TRY(check_count(call, "scales", (int64_t)n, r->rank));
    for (int i = 0; scales && i < r->rank; i++)
        FINNC_TRY(set_scale(call, &r->axes[i], (double)scales[i]));
    return FINNC_OK;
}

static finnc_status run_upsample(fnc_call *call)
{
    fnc_resample r;
    FINNC_TRY(begin(call, true, &r));
    if (call->version < 9) {
        FINNC_TRY(read_old_scales(call, &r));
    } else {
        subset s = {0};
        FINNC_TRY(read_axes(call, r.rank, &s));
        FINNC_TRY(read_scales(call, &r, 1, &s));
    }
    for (int i = 0; i < r.rank; i++)
        if (r.axes[i].scale < 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "a scale of %g, which shrinks",
                              r.axes[i].scale);
    return finish(call, &r);
}

const fnc_kernel fnc_kernel_onnx_resize = {.run = run_resize, .takes = FNC_TAKES_BYTES};
const fnc_kernel fnc_kernel_onnx_upsample = {.run = run_upsample, .takes = FNC_TAKES_BYTES};

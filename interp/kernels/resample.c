#include "resample.h"

#include "move.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- where an output element lies ---- */

static double place_of(fnc_resample_place place, const fnc_resample_axis *a, int64_t i)
{
    double out = (double)i, last = (double)a->in - 1;
    /* The output's length before it was rounded down to whole elements. */
    double length = a->scale * (double)a->in;
    switch (place) {
    case FNC_PLACE_HALF_PIXEL:
        break;
    case FNC_PLACE_HALF_PIXEL_SYMMETRIC:
        return (double)a->in / 2 * (1 - (double)a->out / length) + (out + 0.5) / a->scale - 0.5;
    case FNC_PLACE_PYTORCH_HALF_PIXEL:
        if (a->out <= 1)
            return 0;
        break;
    case FNC_PLACE_TF_HALF_PIXEL:
        return (out + 0.5) / a->scale;
    case FNC_PLACE_ALIGN_CORNERS:
        return length == 1 ? 0 : out * last / (length - 1);
    case FNC_PLACE_ASYMMETRIC:
        return out / a->scale;
    case FNC_PLACE_CROP:
        if (a->out <= 1)
            return 0.5 * (a->roi_start + a->roi_end) * last;
        return a->roi_start * last +
               out * (a->roi_end - a->roi_start) * last / ((double)a->out - 1);
    }
    return (out + 0.5) / a->scale - 0.5;
}

/* Also true of a NaN, which hostile regions make. */
static bool is_outside(const fnc_resample *r, const fnc_resample_axis *a, double x)
{
    return r->place == FNC_PLACE_CROP && !(x >= 0 && x <= (double)a->in - 1);
}

static int64_t clamp(double x, int64_t n)
{
    return !(x > 0) ? 0 : x >= (double)n ? n - 1 : (int64_t)x;
}

static double round_place(const fnc_resample *r, const fnc_resample_axis *a, double x)
{
    switch (r->rounding) {
    case FNC_NEAREST_PREFER_FLOOR:
        return ceil(x - 0.5);
    case FNC_NEAREST_PREFER_CEIL:
        return floor(x + 0.5);
    case FNC_NEAREST_FLOOR:
        return floor(x);
    case FNC_NEAREST_CEIL:
        return ceil(x);
    case FNC_NEAREST_SIMPLE:
        return a->scale < 1 ? ceil(x) : floor(x);
    }
    return x;
}

/* ---- nearest: elements are moved ---- */

static finnc_status plan_nearest(fnc_call *call, const fnc_resample *r, const fnc_resample_axis *a,
                                 const int64_t **map)
{
    int64_t *at = FNC_SCRATCH(call, int64_t, a->out);
    if (!at)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < a->out; i++) {
        double x = place_of(r->place, a, i);
        at[i] = is_outside(r, a, x) ? -1 : clamp(round_place(r, a, x), a->in);
    }
    *map = at;
    return FINNC_OK;
}

static bool is_kept(const fnc_resample *r, const fnc_resample_axis *a)
{
    return a->in == a->out && a->scale == 1 && r->place != FNC_PLACE_CROP;
}

enum { LARGEST_ELEM = 16 };

static void fill_outside(const fnc_resample *r, finnc_elem elem, char *fill)
{
    memset(fill, 0, LARGEST_ELEM); /* the empty string, too */
    if (elem == FINNC_ELEM_COMPLEX64)
        elem = FINNC_ELEM_FLOAT; /* the real part comes first */
    else if (elem == FINNC_ELEM_COMPLEX128)
        elem = FINNC_ELEM_DOUBLE;
    if (elem != FINNC_ELEM_STRING)
        fnc_convert(FINNC_ELEM_DOUBLE, &r->outside, elem, fill, 1);
}

static finnc_status run_nearest(fnc_call *call, const fnc_resample *r, void *out)
{
    const fnc_array *x = &call->in[0];
    const int64_t *maps[FINNC_MAX_RANK];
    int64_t dims[FINNC_MAX_RANK];
    _Alignas(8) char fill[LARGEST_ELEM];
    fill_outside(r, x->elem, fill);
    for (int i = 0; i < r->rank; i++) {
        dims[i] = r->axes[i].out;
        maps[i] = NULL;
        if (!is_kept(r, &r->axes[i]))
            FINNC_TRY(plan_nearest(call, r, &r->axes[i], &maps[i]));
    }
    fnc_take(call, fnc_elem_size(x->elem), r->rank, x->dims, x->data, dims, out, maps, fill);
    return FINNC_OK;
}

/* ---- linear and cubic: elements are weighed ---- */

/* For each output element of an axis: input elements from `first` on, and `ntaps` weights. */
typedef struct plan {
    int64_t ntaps;
    int64_t *first; /* -1: outside */
    double *weights;
} plan;

static double weight_of(const fnc_resample *r, double gap)
{
    double a = r->cubic_a;
    if (r->mode == FNC_RESAMPLE_LINEAR)
        return gap < 1 ? 1 - gap : 0;
    if (gap <= 1)
        return ((a + 2) * gap - (a + 3)) * gap * gap + 1;
    return gap < 2 ? ((a * gap - 5 * a) * gap + 8 * a) * gap - 4 * a : 0;
}

/* Antialiasing widens the kernel where an axis shrinks. */
static double stretch_of(const fnc_resample *r, const fnc_resample_axis *a)
{
    return r->is_antialiased && a->scale < 1 ? 1 / a->scale : 1;
}

/* Elements within reach of a place, on either side. Since an axis that is not empty has at least
 * half an element for each of the input's scaled ones, this is a small multiple of the input. */
static int64_t reach_of(const fnc_resample *r, const fnc_resample_axis *a)
{
    return (int64_t)ceil((r->mode == FNC_RESAMPLE_CUBIC ? 2 : 1) * stretch_of(r, a));
}

/* What lies beyond the input counts as its first or last element, unless it is left out. */
static void weigh(const fnc_resample *r, const fnc_resample_axis *a, double x, int64_t first,
                  int64_t ntaps, double *weights)
{
    int64_t reach = reach_of(r, a), from = (int64_t)floor(x) - reach + 1;
    double stretch = stretch_of(r, a), sum = 0;
    for (int64_t t = 0; t < ntaps; t++)
        weights[t] = 0;
    for (int64_t k = from; k < from + 2 * reach; k++) {
        double w = weight_of(r, fabs(x - (double)k) / stretch);
        int64_t inside = k < 0 ? 0 : k >= a->in ? a->in - 1 : k;
        if (r->excludes_outside && inside != k)
            continue;
        weights[inside - first] += w;
        sum += w;
    }
    for (int64_t t = 0; t < ntaps && sum != 0; t++)
        weights[t] /= sum;
}

/* A place outside of this sees nothing but the first or last element, however far it is. */
static double near_input(const fnc_resample_axis *a, int64_t reach, double x)
{
    double low = (double)-reach - 1, high = (double)a->in + (double)reach + 1;
    return x > high ? high : !(x >= low) ? low : x;
}

static finnc_status plan_weights(fnc_call *call, const fnc_resample *r, const fnc_resample_axis *a,
                                 plan *p)
{
    int64_t reach = reach_of(r, a), count;
    p->ntaps = 2 * reach < a->in ? 2 * reach : a->in;
    if (!fnc_mul_i64(a->out, p->ntaps, &count))
        return finnc_no_memory(call->cx);
    p->first = FNC_SCRATCH(call, int64_t, a->out);
    p->weights = FNC_SCRATCH(call, double, count);
    if (!p->first || !p->weights)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < a->out; i++) {
        double x = place_of(r->place, a, i);
        p->first[i] = -1;
        if (is_outside(r, a, x))
            continue;
        x = near_input(a, reach, x);
        int64_t first = (int64_t)floor(x) - reach + 1, last = a->in - p->ntaps;
        p->first[i] = first < 0 ? 0 : first > last ? last : first;
        weigh(r, a, x, p->first[i], p->ntaps, p->weights + i * p->ntaps);
    }
    return FINNC_OK;
}

typedef struct pass {
    const fnc_resample_axis *axis;
    const plan *plan;
    double outside;
    int64_t inner;
    const double *x;
    double *y;
} pass;

/* Items: (outer, output element), each a run of `inner`. */
static void resample_axis(void *user, int64_t begin, int64_t end)
{
    const pass *p = user;
    const int64_t inner = p->inner, ntaps = p->plan->ntaps;
    for (int64_t item = begin; item < end; item++) {
        int64_t i = item % p->axis->out, first = p->plan->first[i];
        const double *weights = p->plan->weights + i * ntaps;
        const double *x = p->x + (item / p->axis->out * p->axis->in + first) * inner;
        double *y = p->y + item * inner;
        for (int64_t k = 0; k < inner; k++)
            y[k] = first < 0 ? p->outside : 0;
        for (int64_t t = 0; first >= 0 && t < ntaps; t++)
            for (int64_t k = 0; k < inner; k++)
                y[k] += weights[t] * x[t * inner + k];
    }
}

/* Input 0 as doubles; a complex number is two of them. */
static finnc_status read_doubles(fnc_call *call, const double **x, int64_t *parts)
{
    const fnc_array *in = &call->in[0];
    finnc_elem elem = in->elem;
    *parts = 1;
    if (elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128) {
        *parts = 2;
        elem = elem == FINNC_ELEM_COMPLEX64 ? FINNC_ELEM_FLOAT : FINNC_ELEM_DOUBLE;
    } else if (elem == FINNC_ELEM_STRING) {
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "strings cannot be weighed, only mode nearest "
                          "takes them");
    }
    double *copy = FNC_SCRATCH(call, double, in->nelems **parts);
    if (!copy)
        return finnc_no_memory(call->cx);
    fnc_convert(elem, in->data, FINNC_ELEM_DOUBLE, copy, in->nelems * *parts);
    *x = copy;
    return FINNC_OK;
}

/* Integers are rounded; fnc_convert keeps them in their range. */
static void write_doubles(finnc_elem elem, double *y, int64_t n, void *out)
{
    for (int64_t i = 0; finnc_elem_is_integer(elem) && i < n; i++)
        y[i] = rint(y[i]);
    if (elem == FINNC_ELEM_COMPLEX64)
        elem = FINNC_ELEM_FLOAT;
    else if (elem == FINNC_ELEM_COMPLEX128)
        elem = FINNC_ELEM_DOUBLE;
    fnc_convert(FINNC_ELEM_DOUBLE, y, elem, out, n);
}

static finnc_status run_weighed(fnc_call *call, const fnc_resample *r, void *out)
{
    const fnc_array *in = &call->in[0];
    int64_t dims[FINNC_MAX_RANK], nelems = in->nelems, parts = 1;
    const double *x = NULL;
    double *y = NULL;
    FINNC_TRY(read_doubles(call, &x, &parts));
    memcpy(dims, in->dims, (size_t)in->rank * sizeof *dims);
    for (int axis = 0; axis < r->rank; axis++) {
        const fnc_resample_axis *a = &r->axes[axis];
        plan p;
        int64_t outer = 1, inner = parts;
        if (is_kept(r, a))
            continue;
        FINNC_TRY(plan_weights(call, r, a, &p));
        for (int i = 0; i < axis; i++)
            outer *= dims[i];
        for (int i = axis + 1; i < r->rank; i++)
            inner *= dims[i];
        dims[axis] = a->out;
        FINNC_TRY(finnc_shape_nelems(call->cx, r->rank, dims, &nelems));
        int64_t count;
        y = fnc_mul_i64(nelems, parts, &count) ? FNC_SCRATCH(call, double, count) : NULL;
        if (!y)
            return finnc_no_memory(call->cx);
        pass run = {.axis = a, .plan = &p, .outside = r->outside, .inner = inner, .x = x, .y = y};
        fnc_parallel_long(call, nelems ? outer * a->out : 0, inner * p.ntaps, resample_axis, &run);
        x = y;
    }
    if (!y) {
        memcpy(out, in->data, (size_t)nelems * fnc_elem_size(in->elem));
        return FINNC_OK;
    }
    write_doubles(in->elem, y, nelems * parts, out);
    return FINNC_OK;
}

finnc_status fnc_resample_run(fnc_call *call, const fnc_resample *r, void *out)
{
    for (int i = 0; i < r->rank; i++)
        if (r->axes[i].in == 0 && r->axes[i].out > 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "axis %d has no elements", i);
    for (int i = 0; i < r->rank; i++)
        if (r->axes[i].out == 0)
            return FINNC_OK;
    return r->mode == FNC_RESAMPLE_NEAREST ? run_nearest(call, r, out) : run_weighed(call, r, out);
}

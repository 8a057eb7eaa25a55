/* GridSample and AffineGrid. */
#include "../move.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <base/text.h>

enum { MAX_AXES = 8, MAX_TAPS = 4 }; /* cubic reads 4^axes elements for one */

typedef enum sample_padding { PAD_ZEROS, PAD_BORDER, PAD_REFLECTION } sample_padding;

typedef struct sampler {
    int rank; /* spatial axes */
    int taps; /* per axis: 1 nearest, 2 linear, 4 cubic */
    sample_padding padding;
    bool is_aligned;
    int64_t images, channels, in_size, out_size;
    int64_t in[MAX_AXES];
    const double *at; /* (images, out_size, rank): places in elements, innermost axis first */
    const void *x;
    void *y;
    size_t size;    /* of an element that nearest moves */
    int components; /* of an element that the others compute: complex numbers have 2 */
} sampler;

/* ---- places ---- */

/* From -1 to 1 to elements, in the grid's precision: nearest decides ties by it. */
#define PLACES(NAME, T, ...)                                                                       \
    static void places_##NAME(const sampler *s, const void *from, double *at)                      \
    {                                                                                              \
        const T *grid = from;                                                                      \
        for (int64_t i = 0; i < s->images * s->out_size; i++)                                      \
            for (int k = 0; k < s->rank; k++) {                                                    \
                const T n = *grid++, size = (T)s->in[s->rank - 1 - k];                             \
                const T edge = ((n + 1) * size - 1) / 2, centre = (n + 1) / 2 * (size - 1);        \
                *at++ = (double)(s->is_aligned ? centre : edge);                                   \
            }                                                                                      \
    }
FNC_FLOATS(PLACES, )

/* Mirrored at `low` and `high` until it lies between them. */
static double reflect(double x, double low, double high)
{
    double range = high - low;
    if (!(range > 0) || !isfinite(x))
        return low;
    double beyond = x < low ? low - x : x > high ? x - high : 0;
    if (beyond == 0)
        return x;
    double rest = fmod(beyond, range);
    bool is_odd = fmod(floor(beyond / range), 2) != 0;
    return (x < low) != is_odd ? low + rest : high - rest;
}

static double pad_place(const sampler *s, int axis, double x)
{
    double size = (double)s->in[axis], low = s->is_aligned ? 0 : -0.5;
    double high = s->is_aligned ? size - 1 : size - 0.5;
    if (x >= low && x <= high)
        return x;
    switch (s->padding) {
    case PAD_ZEROS:
        return x;
    case PAD_BORDER:
        return x > 0 ? size - 1 : 0;
    case PAD_REFLECTION:
        return reflect(x, low, high);
    }
    return x;
}

/* The index that tap `i` reads along an axis; -1: a zero. */
static int64_t pad_index(const sampler *s, int axis, int64_t i)
{
    int64_t size = s->in[axis];
    if (i >= 0 && i < size)
        return i;
    switch (s->padding) {
    case PAD_ZEROS:
        return -1;
    case PAD_BORDER:
        return i < 0 ? (size > 0 ? 0 : -1) : size - 1;
    case PAD_REFLECTION: {
        double low = s->is_aligned ? 0 : -0.5, high = (double)size - (s->is_aligned ? 1 : 0.5);
        int64_t r = (int64_t)reflect((double)i, low, high);
        return r < 0 ? (size > 0 ? 0 : -1) : r < size ? r : size - 1;
    }
    }
    return -1;
}

/* Keys' cubic convolution with a = -0.75, for a place `t` behind the second of four taps. */
static void cubic_weights(double t, double *w)
{
    const double a = -0.75;
    double u = t + 1, v = 1 - t, z = 2 - t;
    w[0] = ((a * u - 5 * a) * u + 8 * a) * u - 4 * a;
    w[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
    w[2] = ((a + 2) * v - (a + 3)) * v * v + 1;
    w[3] = ((a * z - 5 * a) * z + 8 * a) * z - 4 * a;
}

typedef struct axis_taps {
    int64_t index[MAX_TAPS]; /* -1: a zero */
    double weight[MAX_TAPS];
} axis_taps;

static void find_taps(const sampler *s, int axis, double x, axis_taps *taps)
{
    if (s->taps == 1)
        x = rint(x);
    x = pad_place(s, axis, x);
    bool is_far = !(x > -4 && x < (double)s->in[axis] + 4);
    double whole = is_far ? 0 : floor(x);
    if (s->taps == 1)
        taps->weight[0] = 1;
    else if (s->taps == 2) {
        taps->weight[0] = 1 - (x - whole);
        taps->weight[1] = x - whole;
    } else
        cubic_weights(x - whole, taps->weight);
    int64_t first = (int64_t)whole - (s->taps == 4);
    for (int t = 0; t < s->taps; t++)
        taps->index[t] = is_far ? -1 : pad_index(s, axis, first + t);
}

/* ---- elements ---- */

static void gather_taps(const sampler *s, int64_t point, axis_taps *taps)
{
    for (int k = 0; k < s->rank; k++)
        find_taps(s, s->rank - 1 - k, s->at[point * s->rank + k], &taps[s->rank - 1 - k]);
}

/* Items: points of all images. */
static void move_nearest(void *user, int64_t begin, int64_t end)
{
    const sampler *s = user;
    axis_taps taps[MAX_AXES] = {0};
    for (int64_t point = begin; point < end; point++) {
        int64_t image = point / s->out_size, place = 0;
        gather_taps(s, point, taps);
        for (int i = 0; i < s->rank && place >= 0; i++)
            place = taps[i].index[0] < 0 ? -1 : place * s->in[i] + taps[i].index[0];
        for (int64_t c = 0; c < s->channels; c++) {
            int64_t plane = image * s->channels + c;
            char *to = (char *)s->y + (size_t)(plane * s->out_size + point % s->out_size) * s->size;
            if (place < 0)
                memset(to, 0, s->size);
            else
                memcpy(to, (const char *)s->x + (size_t)(plane * s->in_size + place) * s->size,
                       s->size);
        }
    }
}

/* The weighted sum over axes `axis`.. of the plane (or row, or element) at `from`. */
static double weigh(const sampler *s, const axis_taps *taps, int axis, int64_t from,
                    const double *plane)
{
    if (axis >= s->rank || axis >= MAX_AXES)
        return plane[from * s->components];
    double sum = 0;
    for (int t = 0; t < s->taps; t++)
        if (taps[axis].index[t] >= 0 && taps[axis].weight[t] != 0)
            sum += taps[axis].weight[t] *
                   weigh(s, taps, axis + 1, from * s->in[axis] + taps[axis].index[t], plane);
    return sum;
}

static void interpolate(void *user, int64_t begin, int64_t end)
{
    const sampler *s = user;
    axis_taps taps[MAX_AXES] = {0};
    for (int64_t point = begin; point < end; point++) {
        int64_t image = point / s->out_size;
        gather_taps(s, point, taps);
        for (int64_t c = 0; c < s->channels; c++)
            for (int k = 0; k < s->components; k++) {
                int64_t plane = image * s->channels + c;
                const double *x = (const double *)s->x + plane * s->in_size * s->components + k;
                int64_t to = plane * s->out_size + point % s->out_size;
                ((double *)s->y)[to * s->components + k] = weigh(s, taps, 0, 0, x);
            }
    }
}

/* ---- GridSample ---- */

static finnc_status read_modes(fnc_call *call, sampler *s)
{
    const char *mode = finnc_node_string(call->node, "mode", "linear");
    const char *padding = finnc_node_string(call->node, "padding_mode", "zeros");
    s->taps = fnc_same(mode, "nearest")                                ? 1
              : fnc_same(mode, "linear") || fnc_same(mode, "bilinear") ? 2
              : fnc_same(mode, "cubic") || fnc_same(mode, "bicubic")   ? 4
                                                                       : 0;
    if (!s->taps)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "mode is %s, should be linear, nearest or cubic", mode);
    if (fnc_same(padding, "border"))
        s->padding = PAD_BORDER;
    else if (fnc_same(padding, "reflection"))
        s->padding = PAD_REFLECTION;
    else if (!fnc_same(padding, "zeros"))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "padding_mode is %s, should be zeros, border or reflection", padding);
    s->is_aligned = finnc_node_attr_int(call->node, "align_corners") != 0;
    return FINNC_OK;
}

static finnc_status read_shapes(fnc_call *call, sampler *s, int64_t *dims)
{
    const fnc_array *x = &call->in[0], *grid = &call->in[1];
    s->rank = x->rank - 2;
    if (x->rank < 3 || grid->rank != x->rank || (call->version < 20 && x->rank != 4))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "data of rank %d and a grid of rank %d",
                          x->rank, grid->rank);
    if (s->rank > MAX_AXES)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "samples along %d axes (at most %d)",
                          s->rank, (int)MAX_AXES);
    if (grid->dims[0] != x->dims[0] || grid->dims[x->rank - 1] != s->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "a grid of %" PRId64 " images and %" PRId64 " axes for %" PRId64
                          " images with %d axes",
                          grid->dims[0], grid->dims[x->rank - 1], x->dims[0], s->rank);
    s->images = dims[0] = x->dims[0];
    s->channels = dims[1] = x->dims[1];
    s->in_size = s->out_size = 1;
    for (int i = 0; i < s->rank; i++) {
        s->in[i] = x->dims[i + 2];
        dims[i + 2] = grid->dims[i + 1];
        if (!fnc_mul_i64(s->in_size, s->in[i], &s->in_size) ||
            !fnc_mul_i64(s->out_size, dims[i + 2], &s->out_size))
            return finnc_no_memory(call->cx);
    }
    return FINNC_OK;
}

static finnc_status find_places(fnc_call *call, sampler *s)
{
    fnc_array grid;
    bool is_double = call->in[1].elem == FINNC_ELEM_DOUBLE;
    FINNC_TRY(fnc_in_as(call, 1, is_double ? FINNC_ELEM_DOUBLE : FINNC_ELEM_FLOAT, &grid));
    double *at = FNC_SCRATCH(call, double, grid.nelems);
    if (!at)
        return finnc_no_memory(call->cx);
    if (is_double)
        places_DOUBLE(s, grid.data, at);
    else
        places_FLOAT(s, grid.data, at);
    s->at = at;
    return FINNC_OK;
}

/* Complex numbers are two numbers of half their size each. */
static finnc_elem component_elem(finnc_elem elem, int *components)
{
    *components = elem == FINNC_ELEM_COMPLEX64 || elem == FINNC_ELEM_COMPLEX128 ? 2 : 1;
    return elem == FINNC_ELEM_COMPLEX64    ? FINNC_ELEM_FLOAT
           : elem == FINNC_ELEM_COMPLEX128 ? FINNC_ELEM_DOUBLE
                                           : elem;
}

static finnc_status run_interpolated(fnc_call *call, sampler *s, int64_t out_nelems, void *out)
{
    const fnc_array *x = &call->in[0];
    finnc_elem elem = component_elem(x->elem, &s->components);
    int64_t nx, ny;
    double cost = 8.0 * (double)s->channels * s->components;
    if (x->elem == FINNC_ELEM_STRING)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "strings have no value between them: only "
                          "mode nearest samples them");
    for (int i = 0; i < s->rank; i++)
        cost *= s->taps;
    if (!fnc_mul_i64(x->nelems, s->components, &nx) || !fnc_mul_i64(out_nelems, s->components, &ny))
        return finnc_no_memory(call->cx);
    double *from = FNC_SCRATCH(call, double, nx), *to = FNC_SCRATCH(call, double, ny);
    if (!from || !to)
        return finnc_no_memory(call->cx);
    fnc_convert(elem, x->data, FINNC_ELEM_DOUBLE, from, nx);
    s->x = from;
    s->y = to;
    fnc_parallel_long(call, s->images * s->out_size, fnc_cost(cost), interpolate, s);
    fnc_convert(FINNC_ELEM_DOUBLE, to, elem, out, ny);
    return FINNC_OK;
}

static finnc_status grid_sample(fnc_call *call)
{
    sampler s = {0};
    int64_t dims[FINNC_MAX_RANK], nelems;
    void *y;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_move_size(call, 0, &s.size));
    FINNC_TRY(read_modes(call, &s));
    FINNC_TRY(read_shapes(call, &s, dims));
    FINNC_TRY(find_places(call, &s));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(finnc_shape_nelems(call->cx, x->rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &y));
    if (s.taps > 1)
        return run_interpolated(call, &s, nelems, y);
    s.x = x->data;
    s.y = y;
    fnc_parallel_long(call, s.images * s.out_size, fnc_cost(8.0 * (double)s.channels), move_nearest,
                      &s);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_grid_sample = {.run = grid_sample, .takes = FNC_TAKES_BYTES};

/* ---- AffineGrid ---- */

/* The place of element `i` of `size` between -1 and 1. */
static double even_place(int64_t i, int64_t size, bool is_aligned)
{
    if (is_aligned)
        return size > 1 ? -1 + 2 * (double)i / (double)(size - 1) : -1;
    return -1 + (2 * (double)i + 1) / (double)size;
}

static finnc_status affine_grid(fnc_call *call)
{
    fnc_array theta;
    const int64_t *size;
    int64_t count, dims[5], nelems;
    void *y;
    bool is_aligned = finnc_node_attr_int(call->node, "align_corners") != 0;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &theta));
    FINNC_TRY(fnc_in_ints(call, 1, &size, &count));
    if (count != 4 && count != 5)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "size has %" PRId64 " numbers, not 4 or 5",
                          count);
    int rank = (int)count, n = rank - 2;
    if (theta.rank != 3 || theta.dims[0] != size[0] || theta.dims[1] != n || theta.dims[2] != n + 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "theta should be (%" PRId64 ", %d, %d), as size says", size[0], n, n + 1);
    dims[0] = size[0];
    for (int i = 0; i < n; i++)
        dims[i + 1] = size[i + 2];
    dims[n + 1] = n;
    FINNC_TRY(finnc_shape_nelems(call->cx, rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, rank, dims, &y));
    double *grid = FNC_SCRATCH(call, double, nelems);
    if (!grid)
        return finnc_no_memory(call->cx);
    for (int64_t point = 0; point < nelems / n; point++) {
        double at[4]; /* innermost axis first, then 1 */
        int64_t rest = point;
        for (int k = 0; k < n; k++) {
            at[k] = even_place(rest % dims[n - k], dims[n - k], is_aligned);
            rest /= dims[n - k];
        }
        at[n] = 1;
        const double *matrix = (const double *)theta.data + rest * n * (n + 1);
        for (int row = 0; row < n; row++) {
            double sum = 0;
            for (int k = 0; k <= n; k++)
                sum += matrix[row * (n + 1) + k] * at[k];
            grid[point * n + row] = sum;
        }
    }
    fnc_convert(FINNC_ELEM_DOUBLE, grid, call->in[0].elem, y, nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_affine_grid = {.run = affine_grid};

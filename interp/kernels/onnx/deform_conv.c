/* DeformConv: each tap of a convolution samples where its offset moves it, linearly between
 * elements, zero outside. What the taps see becomes a matrix, the rest is a product. */
#include "../../product.h"
#include "../window.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { MAX_AXES = 8 }; /* a point lies between 2^axes elements */

typedef struct deform {
    fnc_windows window;
    finnc_elem elem;
    int64_t images, channels, filters, groups, offset_groups;
    const void *x, *offset, *mask; /* mask may be NULL */
    int64_t image, group;          /* at hand */
    int64_t begin, count;          /* the output positions at hand */
    void *columns;                 /* a row per (channel of the group, tap) */
} deform;

static finnc_status check_shape(fnc_call *call, size_t i, const deform *d, int64_t channels)
{
    const fnc_array *a = &call->in[i];
    const fnc_windows *w = &d->window;
    bool fits = a->rank == w->rank + 2 && a->dims[0] == d->images && a->dims[1] == channels;
    for (int axis = 0; fits && axis < w->rank; axis++)
        fits = a->dims[axis + 2] == w->out[axis];
    if (!fits)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "input %zu should have %" PRId64 " images, %" PRId64
                          " channels and the output's spatial sizes",
                          i, d->images, channels);
    return FINNC_OK;
}

static finnc_status read_shapes(fnc_call *call, deform *d)
{
    const fnc_array *x = &call->in[0], *w = &call->in[1];
    if (x->rank < 3 || w->rank != x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "data of rank %d and weights of rank %d",
                          x->rank, w->rank);
    *d = (deform){.elem = x->elem,
                  .images = x->dims[0],
                  .channels = x->dims[1],
                  .filters = w->dims[0],
                  .offset_groups = finnc_node_attr_int(call->node, "offset_group")};
    if (d->offset_groups < 1 || d->channels % d->offset_groups)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " channels do not divide into %" PRId64 " offset groups",
                          d->channels, d->offset_groups);
    if (x->rank - 2 > MAX_AXES)
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "samples along %d axes (at most %d)",
                          x->rank - 2, (int)MAX_AXES);
    const fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    FINNC_TRY(fnc_windows_need(call, &attrs, x->rank - 2, x->dims + 2, w->dims + 2, &d->window));
    FINNC_TRY(fnc_windows_status(
        call->cx, fnc_windows_check_channels(&d->window, d->channels, w->dims[1], d->filters)));
    d->groups = d->window.group;
    int64_t taps;
    if (!fnc_mul_i64(d->offset_groups, d->window.taps, &taps) || taps > INT64_MAX / MAX_AXES)
        return finnc_no_memory(call->cx);
    FINNC_TRY(check_shape(call, 2, d, taps * d->window.rank));
    if (fnc_has(call, 4))
        FINNC_TRY(check_shape(call, 4, d, taps));
    return FINNC_OK;
}

/* Where output `out` has its tap `tap`, before it is moved. */
static void plain_position(const fnc_windows *w, int64_t out, int64_t tap, double *at)
{
    for (int i = w->rank - 1; i >= 0; i--) {
        at[i] = (double)fnc_windows_at(w, i, out % w->out[i], tap % w->kernel[i]);
        out /= w->out[i];
        tap /= w->kernel[i];
    }
}

/* One row of the matrix a time: a tap of a channel over all positions at hand. */
#define SAMPLE(NAME, T, ...)                                                                       \
    static double sample_##NAME(const fnc_windows *w, const T *x, const double *at)                \
    {                                                                                              \
        double sum = 0, part[MAX_AXES];                                                            \
        int64_t low[MAX_AXES];                                                                     \
        for (int i = 0; i < w->rank; i++) {                                                        \
            if (!(at[i] > -1 && at[i] < (double)w->in[i]))                                         \
                return 0;                                                                          \
            low[i] = (int64_t)floor(at[i]);                                                        \
            part[i] = at[i] - (double)low[i];                                                      \
        }                                                                                          \
        for (unsigned corner = 0; corner < 1u << w->rank; corner++) {                              \
            double weight = 1;                                                                     \
            int64_t place = 0;                                                                     \
            for (int i = 0; i < w->rank && weight != 0; i++) {                                     \
                int64_t p = low[i] + (corner >> i & 1);                                            \
                weight *= p < 0 || p >= w->in[i] ? 0 : corner >> i & 1 ? part[i] : 1 - part[i];    \
                place = place * w->in[i] + p;                                                      \
            }                                                                                      \
            if (weight != 0)                                                                       \
                sum += weight * x[place];                                                          \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
    static void sample_rows_##NAME(void *user, int64_t begin, int64_t end)                         \
    {                                                                                              \
        const deform *d = user;                                                                    \
        const fnc_windows *w = &d->window;                                                         \
        int64_t per_group = d->channels / d->groups;                                               \
        int64_t per_offset = d->channels / d->offset_groups;                                       \
        for (int64_t row = begin; row < end; row++) {                                              \
            int64_t channel = d->group * per_group + row / w->taps, tap = row % w->taps;           \
            int64_t moved = (d->image * d->offset_groups + channel / per_offset) * w->taps + tap;  \
            const T *x = (const T *)d->x + (d->image * d->channels + channel) * w->in_size;        \
            const T *offset = (const T *)d->offset + moved * w->rank * w->out_size;                \
            const T *mask = d->mask ? (const T *)d->mask + moved * w->out_size : NULL;             \
            T *to = (T *)d->columns + row * d->count;                                              \
            for (int64_t i = 0; i < d->count; i++) {                                               \
                double at[MAX_AXES] = {0};                                                         \
                plain_position(w, d->begin + i, tap, at);                                          \
                for (int axis = 0; axis < w->rank; axis++)                                         \
                    at[axis] += offset[axis * w->out_size + d->begin + i];                         \
                double factor = mask ? mask[d->begin + i] : 1;                                     \
                to[i] = (T)(sample_##NAME(w, x, at) * factor);                                     \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void add_bias_##NAME(const void *bias, int64_t planes, int64_t filters, int64_t size,   \
                                void *y)                                                           \
    {                                                                                              \
        for (int64_t p = 0; p < planes; p++)                                                       \
            for (int64_t i = 0; i < size; i++)                                                     \
                ((T *)y)[p * size + i] += ((const T *)bias)[p % filters];                          \
    }
FNC_FLOATS(SAMPLE, )

/* The product for one image and group, in blocks of output positions that keep the matrix small. */
static finnc_status run_group(fnc_call *call, deform *d, int64_t block, const char *weights,
                              char *y)
{
    const fnc_windows *w = &d->window;
    size_t size = fnc_elem_size(d->elem);
    int64_t terms = d->channels / d->groups * w->taps, filters = d->filters / d->groups;
    fnc_factor left = {.data = weights + (size_t)(d->group * filters * terms) * size,
                       .stride = terms > 0 ? terms : 1};
    char *to = y + (size_t)((d->image * d->groups + d->group) * filters * w->out_size) * size;
    for (d->begin = 0; d->begin < w->out_size; d->begin += block) {
        d->count = w->out_size - d->begin < block ? w->out_size - d->begin : block;
        fnc_factor right = {.data = d->columns, .stride = d->count};
        fnc_parallel_long(call, terms, d->count * (16 << w->rank),
                          d->elem == FINNC_ELEM_FLOAT ? sample_rows_FLOAT : sample_rows_DOUBLE, d);
        FINNC_TRY(fnc_product(call, d->elem, filters, d->count, terms, left, right,
                              to + (size_t)d->begin * size, w->out_size));
    }
    return FINNC_OK;
}

static finnc_status deform_conv(fnc_call *call)
{
    deform d;
    int64_t dims[FINNC_MAX_RANK], count;
    char *y;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(read_shapes(call, &d));
    fnc_array w, offset, mask = {0}, bias = {0};
    FINNC_TRY(fnc_in_as(call, 1, d.elem, &w));
    FINNC_TRY(fnc_in_as(call, 2, d.elem, &offset));
    if (fnc_has(call, 3))
        FINNC_TRY(fnc_in_as(call, 3, d.elem, &bias));
    if (fnc_has(call, 4))
        FINNC_TRY(fnc_in_as(call, 4, d.elem, &mask));
    if (bias.data && bias.nelems != d.filters)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                          d.filters, bias.nelems);
    dims[0] = d.images;
    dims[1] = d.filters;
    memcpy(dims + 2, d.window.out, (size_t)d.window.rank * sizeof *dims);
    FINNC_TRY(fnc_out(call, 0, d.elem, d.window.rank + 2, dims, &y));
    d.x = call->in[0].data;
    d.offset = offset.data;
    d.mask = mask.data;
    int64_t terms = d.channels / d.groups * d.window.taps, block = (1 << 20) / (terms + 1) + 64;
    if (block > d.window.out_size)
        block = d.window.out_size;
    if (!fnc_mul_i64(terms, block, &count))
        return finnc_no_memory(call->cx);
    d.columns = fnc_scratch_array(call, fnc_elem_size(d.elem), count);
    if (!d.columns)
        return finnc_no_memory(call->cx);
    for (d.image = 0; d.image < d.images; d.image++)
        for (d.group = 0; d.group < d.groups; d.group++)
            FINNC_TRY(run_group(call, &d, block, w.data, y));
    if (bias.data && d.elem == FINNC_ELEM_FLOAT)
        add_bias_FLOAT(bias.data, d.images * d.filters, d.filters, d.window.out_size, y);
    else if (bias.data)
        add_bias_DOUBLE(bias.data, d.images * d.filters, d.filters, d.window.out_size, y);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_deform_conv = {.run = deform_conv};

#include "conv.h"

#include "../product.h"

#include <inttypes.h>
#include <string.h>

finnc_status fnc_conv_read(fnc_call *call, const fnc_array *x, const fnc_array *w, fnc_conv *conv)
{
    finnc_ctx *cx = call->cx;
    if (x->rank < 3 || w->rank != x->rank)
        return finnc_fail(cx, FINNC_BAD_VALUE, "data of rank %d and weights of rank %d", x->rank,
                          w->rank);
    if (!finnc_elem_is_float(x->elem) || !finnc_elem_is_float(w->elem))
        return fnc_bad_elem(call, finnc_elem_is_float(x->elem) ? 1 : 0);
    const int64_t filters = w->dims[0];
    const fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    *conv = (fnc_conv){.images = x->dims[0], .in_channels = w->dims[1]};
    FINNC_TRY(fnc_windows_need(call, &attrs, x->rank - 2, x->dims + 2, w->dims + 2, &conv->window));
    FINNC_TRY(fnc_windows_status(
        cx, fnc_windows_check_channels(&conv->window, x->dims[1], w->dims[1], filters)));
    conv->groups = conv->window.group;
    conv->out_channels = filters / conv->groups;
    conv->elem = fnc_product_elem(call, 0, 1, conv->window.taps * conv->in_channels);
    conv->out_rank = x->rank;
    conv->out_dims[0] = conv->images;
    conv->out_dims[1] = filters;
    memcpy(conv->out_dims + 2, conv->window.out, (size_t)(x->rank - 2) * sizeof(int64_t));
    return finnc_shape_nelems(cx, conv->out_rank, conv->out_dims, &conv->out_nelems);
}

typedef struct conv_job {
    const finnc_ctx *cx;
    const fnc_conv *conv;
    const char *x, *w, *bias;
    char *y;
    size_t size;
    int64_t block, blocks; /* output positions to a block; blocks to a plane */
    char *columns;         /* one matrix per thread */
    size_t columns_size;
} conv_job;

#define ADD_BIAS(NAME, T, ...)                                                                     \
    static void add_bias_##NAME(T *y, int64_t rows, int64_t n, int64_t stride, const T *bias)      \
    {                                                                                              \
        for (int64_t i = 0; i < rows; i++)                                                         \
            for (int64_t j = 0; j < n; j++)                                                        \
                y[i * stride + j] += bias[i];                                                      \
    }
FNC_FLOATS(ADD_BIAS, )

/* Adds the bias to `n` positions of a group's output from `y` on. */
static void bias_block(const conv_job *job, int64_t group, int64_t n, void *y)
{
    const fnc_conv *conv = job->conv;
    int64_t filters = conv->out_channels, stride = conv->window.out_size;
    const void *bias = job->bias ? job->bias + (size_t)(group * filters) * job->size : NULL;
    if (bias && conv->elem == FINNC_ELEM_FLOAT)
        add_bias_FLOAT(y, filters, n, stride, bias);
    else if (bias)
        add_bias_DOUBLE(y, filters, n, stride, bias);
}

/* Items: (image, group, block of output positions). The cut depends on the shape alone. */
static void by_product(void *user, int64_t begin, int64_t end)
{
    const conv_job *job = user;
    const fnc_conv *conv = job->conv;
    const fnc_windows *w = &conv->window;
    int64_t terms = conv->in_channels * w->taps;
    bool is_plain = !job->columns;
    char *columns =
        is_plain ? NULL : job->columns + (size_t)fnc_parallel_thread() * job->columns_size;
    for (int64_t item = begin; item < end; item++) {
        int64_t plane = item / job->blocks, group = plane % conv->groups;
        int64_t at = item % job->blocks * job->block;
        int64_t n = w->out_size - at < job->block ? w->out_size - at : job->block;
        const char *x = job->x + (size_t)(plane * conv->in_channels * w->in_size) * job->size;
        fnc_factor filters = {.data =
                                  job->w + (size_t)(group * conv->out_channels * terms) * job->size,
                              .stride = terms};
        fnc_factor data = {.data = columns, .stride = n};
        char *y = job->y + (size_t)(plane * conv->out_channels * w->out_size + at) * job->size;
        if (is_plain)
            data = (fnc_factor){.data = x + (size_t)at * job->size, .stride = w->in_size};
        else
            fnc_im2col(w, job->size, x, conv->in_channels, at, at + n, columns, n);
        fnc_product_here(conv->elem, conv->out_channels, n, terms, filters, data, y, w->out_size);
        bias_block(job, group, n, y);
    }
}

/* Is the matrix of columns the input itself? */
static bool is_pointwise(const fnc_windows *w)
{
    for (int i = 0; i < w->rank; i++)
        if (w->kernel[i] != 1 || w->stride[i] != 1 || w->before[i] || w->after[i])
            return false;
    return true;
}

/* The matrix of columns of one block should stay in the second-level cache. */
static int64_t block_size(int64_t terms, int64_t positions)
{
    int64_t block = 65536 / (terms + 1) / 16 * 16;
    if (block < 64)
        block = 64;
    return block < positions ? block : positions;
}

/* A matrix of columns that is written by all threads: one plane's. Items: channels. */
typedef struct gather_job {
    const conv_job *conv;
    const char *x;
} gather_job;

static void gather_columns(void *user, int64_t begin, int64_t end)
{
    const gather_job *job = user;
    const fnc_windows *w = &job->conv->conv->window;
    size_t size = job->conv->size;
    fnc_im2col(w, size, job->x + (size_t)(begin * w->in_size) * size, end - begin, 0, w->out_size,
               job->conv->columns + (size_t)(begin * w->taps * w->out_size) * size, w->out_size);
}

/* Where there are fewer blocks than there may be threads, these work on one plane together. */
static finnc_status by_planes(fnc_call *call, const conv_job *job)
{
    const fnc_conv *conv = job->conv;
    const fnc_windows *w = &conv->window;
    int64_t terms = conv->in_channels * w->taps;
    for (int64_t plane = 0; plane < conv->images * conv->groups; plane++) {
        int64_t group = plane % conv->groups;
        gather_job gather = {.conv = job,
                             .x = job->x +
                                  (size_t)(plane * conv->in_channels * w->in_size) * job->size};
        const char *weights = job->w + (size_t)(group * conv->out_channels * terms) * job->size;
        char *y = job->y + (size_t)(plane * conv->out_channels * w->out_size) * job->size;
        if (job->columns)
            fnc_parallel_long(call, conv->in_channels, w->taps * w->out_size / 2 + 1,
                              gather_columns, &gather);
        FINNC_TRY(fnc_product(
            call, conv->elem, conv->out_channels, w->out_size, terms,
            (fnc_factor){.data = weights, .stride = terms},
            (fnc_factor){.data = job->columns ? job->columns : gather.x, .stride = w->out_size}, y,
            w->out_size));
        bias_block(job, group, w->out_size, y);
    }
    return FINNC_OK;
}

/* More columns than this are not kept at once. */
enum { FEW_BLOCKS = 16, MANY_COLUMNS = 1 << 22 };

static finnc_status run_by_product(fnc_call *call, conv_job *job)
{
    const fnc_conv *conv = job->conv;
    const fnc_windows *w = &conv->window;
    int64_t terms = conv->in_channels * w->taps;
    job->block = is_pointwise(w) ? w->out_size : block_size(terms, w->out_size);
    if (is_pointwise(w) && job->block > 1024)
        job->block = 1024;
    job->blocks = (w->out_size + job->block - 1) / job->block;
    FINNC_TRY(fnc_product_check(call->cx, conv->out_channels, w->out_size, terms));
    FINNC_TRY(fnc_product_check(call->cx, w->in_size, 1, 1));
    int64_t count;
    bool is_few = conv->images * conv->groups < FEW_BLOCKS &&
                  conv->images * conv->groups * job->blocks < FEW_BLOCKS &&
                  fnc_mul_i64(terms, w->out_size, &count) && count <= MANY_COLUMNS;
    if (!is_pointwise(w)) {
        if (!fnc_mul_i64(terms, is_few ? w->out_size : (job->block + 15) / 16 * 16, &count) ||
            !fnc_mul((size_t)count, job->size, &job->columns_size))
            return finnc_no_memory(call->cx);
        job->columns = fnc_scratch_array(call, job->columns_size,
                                         is_few || call->threads < 1 ? 1 : call->threads);
        if (!job->columns)
            return finnc_no_memory(call->cx);
    }
    if (is_few)
        return by_planes(call, job);
    fnc_blas_begin();
    fnc_parallel_long(call, conv->images * conv->groups * job->blocks,
                      conv->out_channels * terms * job->block / 16, by_product, job);
    fnc_blas_end();
    return FINNC_OK;
}

/* One filter over one channel, a tap at a time: y[row] += weight * x[row + tap]. Items: rows of
 * outputs, of each image and filter. */
#define BY_TAPS(NAME, T, ...)                                                                      \
    static void by_taps_row_##NAME(const fnc_windows *w, const T *x, const T *weights, T *y,       \
                                   fnc_patience *patience)                                         \
    {                                                                                              \
        int axis = w->rank - 1;                                                                    \
        int64_t low, high, stride = w->stride[axis];                                               \
        for (int64_t t = 0; t < w->kernel[axis]; t++) {                                            \
            if (!fnc_patience_lasts(patience, FNC_WINDOWS_STEP + w->out[axis]))                    \
                return;                                                                            \
            fnc_windows_valid(w, axis, t, &low, &high);                                            \
            const int64_t from = fnc_windows_at(w, axis, 0, t);                                    \
            const T weight = weights[t];                                                           \
            if (stride == 1)                                                                       \
                for (int64_t i = low; i < high; i++)                                               \
                    y[i] += weight * x[from + i];                                                  \
            else                                                                                   \
                for (int64_t i = low; i < high; i++)                                               \
                    y[i] += weight * x[from + i * stride];                                         \
        }                                                                                          \
    }                                                                                              \
    static void by_taps_##NAME(void *user, int64_t begin, int64_t end)                             \
    {                                                                                              \
        const conv_job *job = user;                                                                \
        const fnc_conv *conv = job->conv;                                                          \
        const fnc_windows *w = &conv->window;                                                      \
        const int64_t filters = conv->groups * conv->out_channels;                                 \
        const int64_t width = w->out[w->rank - 1], nrows = w->out_size / width;                    \
        const T *bias = (const void *)job->bias;                                                   \
        fnc_patience patience = {.cx = job->cx};                                                   \
        const bool is_long = fnc_windows_row_cost(w) > FNC_PATIENCE;                               \
        for (int64_t item = begin; item < end;) {                                                  \
            int64_t plane = item / nrows, image = plane / filters, filter = plane % filters;       \
            int64_t channel = image * conv->groups + filter / conv->out_channels;                  \
            const T *x = (const T *)(const void *)job->x + channel * w->in_size;                   \
            const T *weights = (const T *)(const void *)job->w + filter * w->taps;                 \
            for (int64_t row = item % nrows; row < nrows && item < end; row++, item++) {           \
                T *y = (T *)(void *)job->y + item * width;                                         \
                for (int64_t i = 0; i < width; i++)                                                \
                    y[i] = 0;                                                                      \
                fnc_rows rows;                                                                     \
                fnc_rows_init(&rows, w, row);                                                      \
                while (fnc_rows_next_tap(&rows)) {                                                 \
                    const T *from = x + rows.in_row;                                               \
                    const T *taps = weights + rows.tap_row * w->kernel[w->rank - 1];               \
                    if (is_long)                                                                   \
                        by_taps_row_##NAME(w, from, taps, y, &patience);                           \
                    else                                                                           \
                        by_taps_row_##NAME(w, from, taps, y, NULL);                                \
                }                                                                                  \
                for (int64_t i = 0; bias && i < width; i++)                                        \
                    y[i] += bias[filter];                                                          \
            }                                                                                      \
        }                                                                                          \
    }
FNC_FLOATS(BY_TAPS, )

finnc_status fnc_conv_run(fnc_call *call, const fnc_conv *conv, const void *x, const void *w,
                          const void *bias, int64_t nbias, void *y)
{
    int64_t filters = conv->groups * conv->out_channels;
    if (bias && nbias != filters)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                          filters, nbias);
    conv_job job = {.cx = call->cx,
                    .conv = conv,
                    .x = x,
                    .w = w,
                    .bias = bias,
                    .y = y,
                    .size = fnc_elem_size(conv->elem)};
    if (conv->out_nelems == 0)
        return FINNC_OK;
    if (conv->in_channels != 1 || conv->out_channels > 4)
        return run_by_product(call, &job);
    fnc_parallel_long(call, conv->images * filters * fnc_windows_rows(&conv->window),
                      fnc_windows_row_cost(&conv->window),
                      conv->elem == FINNC_ELEM_FLOAT ? by_taps_FLOAT : by_taps_DOUBLE, &job);
    return FINNC_OK;
}

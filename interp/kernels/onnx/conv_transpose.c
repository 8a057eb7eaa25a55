/* ConvTranspose: what Conv does to gradients. The transposed product makes a column per input
 * position, and each column is added into the output where the window of a Conv would have read. */
#include "../../grid.h"
#include "../../product.h"
#include "../window.h"

#include <inttypes.h>
#include <string.h>

typedef struct transposed {
    finnc_elem elem;
    /* Of the Conv that this one undoes: its input is our output. */
    fnc_windows window;
    int64_t images, groups, in_channels, out_channels; /* channels of one group */
} transposed;

static finnc_status read_shapes(fnc_call *call, transposed *t)
{
    const fnc_array *x = &call->in[0], *w = &call->in[1];
    if (x->rank < 3 || w->rank != x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "data of rank %d and weights of rank %d",
                          x->rank, w->rank);
    fnc_windows *window = &t->window;
    const int rank = x->rank - 2;
    const fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    FINNC_TRY(fnc_windows_status(call->cx, fnc_windows_read(&attrs, rank, w->dims + 2, window)));
    FINNC_TRY(
        fnc_windows_status(call->cx, fnc_windows_check_transposed(window, x->dims[1], w->dims[0])));
    t->groups = window->group;
    t->images = x->dims[0];
    t->in_channels = x->dims[1] / t->groups;
    t->out_channels = w->dims[1];
    for (int i = 0; i < rank; i++) {
        FINNC_TRY(fnc_windows_status(
            call->cx, fnc_windows_place_transposed(window, &attrs, i, x->dims[i + 2])));
        if (window->in[i] > UINT32_MAX || window->out[i] > UINT32_MAX)
            return finnc_fail(call->cx, FINNC_UNSUPPORTED,
                              "an axis of more than %" PRId64 " elements", (int64_t)UINT32_MAX);
    }
    FINNC_TRY(fnc_windows_status(call->cx, fnc_windows_multiply(window)));
    t->elem = fnc_product_elem(call, 0, 1, t->window.taps * t->in_channels);
    return FINNC_OK;
}

/* Adds a matrix as fnc_im2col writes it, of the positions from `begin` on, into planes: padding is
 * dropped. */
#define COL2IM(NAME, T, ...)                                                                       \
    static void col2im_row_##NAME(const fnc_windows *w, const T *columns, int64_t channels,        \
                                  int64_t stride, int64_t row, int64_t begin, int64_t end, T *y,   \
                                  fnc_patience *patience)                                          \
    {                                                                                              \
        int axis = w->rank - 1;                                                                    \
        int64_t inner = w->kernel[axis], low, high;                                                \
        fnc_rows rows;                                                                             \
        fnc_rows_init(&rows, w, row);                                                              \
        while (fnc_rows_next_tap(&rows))                                                           \
            for (int64_t c = 0; c < channels; c++)                                                 \
                for (int64_t t = 0; t < inner; t++) {                                              \
                    if (!fnc_patience_lasts(patience, FNC_WINDOWS_STEP + end - begin))             \
                        return;                                                                    \
                    const T *from = columns + (c * w->taps + rows.tap_row * inner + t) * stride;   \
                    T *to = y + c * w->in_size + rows.in_row + fnc_windows_at(w, axis, 0, t);      \
                    const int64_t step = w->stride[axis];                                          \
                    fnc_windows_valid(w, axis, t, &low, &high);                                    \
                    low = low < begin ? begin : low;                                               \
                    high = high > end ? end : high;                                                \
                    for (int64_t i = low; i < high; i++)                                           \
                        to[i * step] += from[i - begin];                                           \
                }                                                                                  \
    }                                                                                              \
    static void col2im_##NAME(const fnc_windows *w, const void *columns, int64_t channels,         \
                              int64_t begin, int64_t n, void *y, fnc_patience *patience)           \
    {                                                                                              \
        int64_t width = w->out[w->rank - 1], end = begin + n;                                      \
        for (int64_t at = begin; at < end;) {                                                      \
            int64_t x = at % width, count = width - x < end - at ? width - x : end - at;           \
            col2im_row_##NAME(w, (const T *)columns + (at - begin), channels, n, at / width, x,    \
                              x + count, y, patience);                                             \
            at += count;                                                                           \
        }                                                                                          \
    }                                                                                              \
    static void fill_##NAME(void *y, const void *bias, int64_t channels, int64_t size)             \
    {                                                                                              \
        for (int64_t c = 0; c < channels; c++)                                                     \
            for (int64_t i = 0; i < size; i++)                                                     \
                ((T *)y)[c * size + i] = bias ? ((const T *)bias)[c] : 0;                          \
    }
FNC_FLOATS(COL2IM, )

typedef struct job {
    const finnc_ctx *cx;
    const transposed *t;
    const char *x, *w, *bias;
    char *y, *columns; /* a matrix per thread */
    size_t size, columns_size;
    int64_t chunk, chunks; /* output channels at a time; of one group */
    int64_t block;         /* input positions at a time */
} job;

/* Some channels of one output: a product for some of the input's positions, added to it; and so on.
 * Items: (image, group, chunk of channels). */
static void by_chunks(void *user, int64_t begin, int64_t end)
{
    const job *j = user;
    const transposed *t = j->t;
    const fnc_windows *w = &t->window;
    bool is_float = t->elem == FINNC_ELEM_FLOAT;
    char *columns = j->columns + (size_t)fnc_parallel_thread() * j->columns_size;
    fnc_patience patience = {.cx = j->cx};
    for (int64_t item = begin; item < end; item++) {
        int64_t plane = item / j->chunks, first = item % j->chunks * j->chunk;
        int64_t channels = t->out_channels - first < j->chunk ? t->out_channels - first : j->chunk;
        int64_t group = plane % t->groups, channel = plane * t->out_channels + first;
        const char *x = j->x + (size_t)(plane * t->in_channels * w->out_size) * j->size;
        char *y = j->y + (size_t)(channel * w->in_size) * j->size;
        int64_t filter = group * t->in_channels * t->out_channels + first;
        fnc_factor weights = {.data = j->w + (size_t)(filter * w->taps) * j->size,
                              .stride = t->out_channels * w->taps,
                              .is_transposed = true};
        const void *bias =
            j->bias ? j->bias + (size_t)(group * t->out_channels + first) * j->size : NULL;
        (is_float ? fill_FLOAT : fill_DOUBLE)(y, bias, channels, w->in_size);
        for (int64_t at = 0; at < w->out_size; at += j->block) {
            int64_t n = w->out_size - at < j->block ? w->out_size - at : j->block;
            if (!fnc_patience_lasts(&patience, channels * w->taps * n / 16 * t->in_channels))
                return;
            fnc_factor data = {.data = x + (size_t)at * j->size, .stride = w->out_size};
            fnc_product_here(t->elem, channels * w->taps, n, t->in_channels, weights, data, columns,
                             n);
            (is_float ? col2im_FLOAT : col2im_DOUBLE)(w, columns, channels, at, n, y, &patience);
        }
    }
}

/* Chunks are large enough for the product to be worth its packing, and small enough for the matrix
 * to stay near. */
enum { ROWS = 512, POSITIONS = 512 };

static finnc_status run_job(fnc_call *call, job *j)
{
    const transposed *t = j->t;
    const fnc_windows *w = &t->window;
    int64_t rows, count, threads = call->threads > 0 ? call->threads : 1;
    j->size = fnc_elem_size(t->elem);
    j->chunk = ROWS / w->taps > 1 ? ROWS / w->taps : 1;
    if (j->chunk > t->out_channels)
        j->chunk = t->out_channels;
    if (j->chunk == 0)
        return FINNC_OK;
    j->chunks = (t->out_channels + j->chunk - 1) / j->chunk;
    j->block = w->out_size < POSITIONS ? w->out_size : POSITIONS;
    if (!fnc_mul_i64(t->out_channels, w->taps, &rows) ||
        !fnc_mul_i64(j->chunk * w->taps, (j->block + 15) / 16 * 16, &count) ||
        !fnc_mul((size_t)count, j->size, &j->columns_size))
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_product_check(call->cx, rows, w->out_size, t->in_channels));
    j->columns = fnc_scratch_array(call, j->columns_size, threads);
    if (!j->columns)
        return finnc_no_memory(call->cx);
    int64_t cost = j->chunk * w->taps * (w->out_size + 16);
    if (!fnc_mul_i64(cost, t->in_channels / 16 + 1, &cost))
        cost = INT64_MAX;
    fnc_blas_begin();
    fnc_parallel_long(call, t->images * t->groups * j->chunks, cost, by_chunks, j);
    fnc_blas_end();
    return FINNC_OK;
}

/* Of quantised data or weights: sums are scaled, and the bias, which is on no grid, comes last. */
static void finish_on_grid(const fnc_call *call, const transposed *t, const fnc_grid_product *p,
                           const void *sums, int64_t nelems, float *out)
{
    const int64_t size = t->window.in_size, channels = t->groups * t->out_channels;
    const float *bias = fnc_has(call, 2) ? call->in[2].data : NULL;
    fnc_grid_scale(p, sums, nelems, (const int64_t[]){1, size}, out);
    for (int64_t plane = 0; bias && plane < t->images * channels; plane++)
        for (int64_t i = 0; i < size; i++)
            out[plane * size + i] += bias[plane % channels];
}

static finnc_status find_grid(fnc_call *call, transposed *t, fnc_grid_product *p, bool *found)
{
    const int axes[] = {-1, t->groups == 1 ? 1 : -1};
    *found = false;
    if (fnc_has(call, 2) && call->in[2].elem != FINNC_ELEM_FLOAT)
        return FINNC_OK;
    FINNC_TRY(fnc_grid_find(call, axes, t->window.taps * t->in_channels, p, found));
    if (*found)
        t->elem = p->elem;
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    transposed t = {0};
    fnc_grid_product product;
    bool is_on_grid;
    fnc_array x, w, bias = {0};
    int64_t dims[FINNC_MAX_RANK], nelems;
    void *out;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(read_shapes(call, &t));
    FINNC_TRY(find_grid(call, &t, &product, &is_on_grid));
    FINNC_TRY(fnc_in_as(call, 0, t.elem, &x));
    FINNC_TRY(fnc_in_as(call, 1, t.elem, &w));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, t.elem, &bias));
    dims[0] = t.images;
    if (!fnc_mul_i64(t.groups, t.out_channels, &dims[1]))
        return finnc_no_memory(call->cx);
    if (bias.data && bias.nelems != dims[1])
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                          dims[1], bias.nelems);
    memcpy(dims + 2, t.window.in, (size_t)t.window.rank * sizeof *dims);
    FINNC_TRY(finnc_shape_nelems(call->cx, x.rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, x.rank, dims, &out));
    job j = {.cx = call->cx, .t = &t, .x = x.data, .w = w.data, .bias = bias.data, .y = out};
    if (is_on_grid) {
        j.x = product.in[0];
        j.w = product.in[1];
        j.bias = NULL;
    }
    if (t.elem != call->in[0].elem)
        j.y = fnc_scratch_array(call, sizeof(double), nelems);
    if (!j.y)
        return finnc_no_memory(call->cx);
    if (nelems > 0)
        FINNC_TRY(run_job(call, &j));
    if (is_on_grid)
        finish_on_grid(call, &t, &product, j.y, nelems, out);
    else if (j.y != out)
        fnc_convert(t.elem, j.y, call->in[0].elem, out, nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_conv_transpose = {.run = run};

/* ConvTranspose: what Conv does to gradients. The transposed product makes a column per input
 * position, and each column is added into the output where the window of a Conv would have read. */
#include "../../product.h"
#include "../window.h"

#include <base/text.h>

#include <inttypes.h>
#include <string.h>

typedef struct transposed {
    finnc_elem elem;
    /* Of the Conv that this one undoes: its input is our output. */
    fnc_windows window;
    int64_t images, groups, in_channels, out_channels; /* channels of one group */
} transposed;

/* Without output_shape: out = (in - 1) * stride + reach + output_padding - pads. With it, or with
 * auto_pad SAME (out = in * stride), the padding follows from the output. */
static finnc_status find_output(fnc_call *call, const int64_t *in, fnc_windows *w)
{
    const char *mode = finnc_node_string(call->node, "auto_pad", "NOTSET");
    bool upper = fnc_same(mode, "SAME_UPPER"), lower = fnc_same(mode, "SAME_LOWER");
    size_t nshape, nextra;
    const int64_t *shape = finnc_node_ints(call->node, "output_shape", &nshape);
    const int64_t *extra = finnc_node_ints(call->node, "output_padding", &nextra);
    int rank = w->rank;
    if ((shape && nshape < (size_t)rank) || (extra && nextra != (size_t)rank))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "output_shape or output_padding has too few numbers");
    for (int i = 0; i < rank; i++) {
        int64_t pad = extra ? extra[i] : 0;
        if (in[i] > UINT32_MAX)
            return finnc_fail(call->cx, FINNC_UNSUPPORTED, "an axis of %" PRId64 " is too long",
                              in[i]);
        if (pad < 0 || pad > INT32_MAX)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "output_padding has %" PRId64 " in it",
                              pad);
        int64_t reach = w->dilation[i] * (w->kernel[i] - 1) + 1;
        int64_t whole = (in[i] - 1) * w->stride[i] + reach + pad;
        if (shape || upper || lower) {
            w->in[i] = shape ? shape[nshape - (size_t)rank + (size_t)i] : in[i] * w->stride[i];
            int64_t total = whole - w->in[i];
            if (total < 0)
                total = 0;
            w->before[i] = upper ? total / 2 : total - total / 2;
            w->after[i] = total - w->before[i];
        } else {
            w->in[i] = whole - w->before[i] - w->after[i];
        }
        if (w->in[i] < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "the output would have %" PRId64 " elements along axis %d", w->in[i],
                              i + 2);
        w->out[i] = in[i];
    }
    return FINNC_OK;
}

static finnc_status read_shapes(fnc_call *call, transposed *t)
{
    const fnc_array *x = &call->in[0], *w = &call->in[1];
    if (x->rank < 3 || w->rank != x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "data of rank %d and weights of rank %d",
                          x->rank, w->rank);
    t->groups = finnc_node_int(call->node, "group", 1);
    if (t->groups < 1 || x->dims[1] != w->dims[0] || x->dims[1] % t->groups)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " channels in %" PRId64 " groups, weights for %" PRId64,
                          x->dims[1], t->groups, w->dims[0]);
    t->images = x->dims[0];
    t->in_channels = x->dims[1] / t->groups;
    t->out_channels = w->dims[1];
    int rank = x->rank - 2;
    FINNC_TRY(fnc_windows_attrs(call, rank, w->dims + 2, &t->window));
    FINNC_TRY(find_output(call, x->dims + 2, &t->window));
    t->window.in_size = t->window.out_size = t->window.taps = 1;
    for (int i = 0; i < rank; i++)
        if (!fnc_mul_i64(t->window.in_size, t->window.in[i], &t->window.in_size) ||
            !fnc_mul_i64(t->window.out_size, t->window.out[i], &t->window.out_size) ||
            !fnc_mul_i64(t->window.taps, t->window.kernel[i], &t->window.taps))
            return finnc_no_memory(call->cx);
    t->elem = fnc_product_elem(call, 0, 1, t->window.taps * t->in_channels);
    return FINNC_OK;
}

/* Adds a matrix as fnc_im2col writes it into planes: padding is dropped. */
#define COL2IM(NAME, T, ...)                                                                       \
    static void col2im_##NAME(const fnc_windows *w, const T *columns, int64_t channels, T *y)      \
    {                                                                                              \
        int axis = w->rank - 1;                                                                    \
        int64_t width = w->out[axis], inner = w->kernel[axis], low, high;                          \
        for (int64_t row = 0; width && row < w->out_size / width; row++) {                         \
            fnc_rows rows;                                                                         \
            fnc_rows_init(&rows, w, row);                                                          \
            while (fnc_rows_next_tap(&rows))                                                       \
                for (int64_t c = 0; c < channels; c++)                                             \
                    for (int64_t t = 0; t < inner; t++) {                                          \
                        const T *from = columns +                                                  \
                                        (c * w->taps + rows.tap_row * inner + t) * w->out_size +   \
                                        row * width;                                               \
                        T *to = y + c * w->in_size + rows.in_row;                                  \
                        fnc_windows_valid(w, axis, t, &low, &high);                                \
                        for (int64_t i = low; i < high; i++)                                       \
                            to[fnc_windows_at(w, axis, i, t)] += from[i];                          \
                    }                                                                              \
        }                                                                                          \
    }                                                                                              \
    static void fill_##NAME(T *y, const T *bias, int64_t channels, int64_t size)                   \
    {                                                                                              \
        for (int64_t c = 0; c < channels; c++)                                                     \
            for (int64_t i = 0; i < size; i++)                                                     \
                y[c * size + i] = bias ? bias[c] : 0;                                              \
    }
FNC_FLOATS(COL2IM, )

static finnc_status run_group(fnc_call *call, const transposed *t, int64_t image, int64_t group,
                              const char *x, const char *w, const char *bias, void *columns,
                              char *y)
{
    const fnc_windows *window = &t->window;
    size_t size = fnc_elem_size(t->elem);
    int64_t rows = t->out_channels * window->taps, plane = image * t->groups + group;
    fnc_factor weights = {.data = w + (size_t)(group * t->in_channels * rows) * size,
                          .stride = rows,
                          .is_transposed = true};
    fnc_factor data = {.data = x + (size_t)(plane * t->in_channels * window->out_size) * size,
                       .stride = window->out_size};
    FINNC_TRY(fnc_product(call, t->elem, rows, window->out_size, t->in_channels, weights, data,
                          columns, window->out_size));
    void *out = y + (size_t)(plane * t->out_channels * window->in_size) * size;
    const void *b = bias ? bias + (size_t)(group * t->out_channels) * size : NULL;
    if (t->elem == FINNC_ELEM_FLOAT) {
        fill_FLOAT(out, b, t->out_channels, window->in_size);
        col2im_FLOAT(window, columns, t->out_channels, out);
    } else {
        fill_DOUBLE(out, b, t->out_channels, window->in_size);
        col2im_DOUBLE(window, columns, t->out_channels, out);
    }
    return FINNC_OK;
}

static finnc_status run(fnc_call *call)
{
    transposed t = {0};
    fnc_array x, w, bias = {0};
    int64_t dims[FINNC_MAX_RANK], nelems, ncolumns;
    void *out, *y;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(read_shapes(call, &t));
    FINNC_TRY(fnc_in_as(call, 0, t.elem, &x));
    FINNC_TRY(fnc_in_as(call, 1, t.elem, &w));
    if (fnc_has(call, 2))
        FINNC_TRY(fnc_in_as(call, 2, t.elem, &bias));
    dims[0] = t.images;
    dims[1] = t.groups * t.out_channels;
    if (bias.data && bias.nelems != dims[1])
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " filters and a bias of %" PRId64,
                          dims[1], bias.nelems);
    memcpy(dims + 2, t.window.in, (size_t)t.window.rank * sizeof *dims);
    FINNC_TRY(finnc_shape_nelems(call->cx, x.rank, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, call->in[0].elem, x.rank, dims, &out));
    y = t.elem == call->in[0].elem ? out : fnc_scratch_array(call, sizeof(double), nelems);
    if (!fnc_mul_i64(t.out_channels * t.window.taps, t.window.out_size, &ncolumns))
        return finnc_no_memory(call->cx);
    void *columns = fnc_scratch_array(call, fnc_elem_size(t.elem), ncolumns);
    if (!y || !columns)
        return finnc_no_memory(call->cx);
    for (int64_t image = 0; image < t.images; image++)
        for (int64_t group = 0; group < t.groups; group++)
            FINNC_TRY(run_group(call, &t, image, group, x.data, w.data, bias.data, columns, y));
    if (y != out)
        fnc_convert(t.elem, y, call->in[0].elem, out, nelems);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_conv_transpose = {.run = run};

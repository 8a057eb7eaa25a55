/* Unfold and Fold: windows of (N, C, ...) side by side, and added up where they came from. */
#include "../window.h"

#include <inttypes.h>
#include <string.h>

typedef struct folding {
    fnc_windows w;
    finnc_elem elem;
    int64_t images, channels, groups;
    int64_t dims[4]; /* of the columns */
    const char *from;
    char *to;
    size_t size;
} folding;

/* `x`, `y` and `filters` (may be absent): the inputs that tell shapes. */
static finnc_status read_folding(fnc_call *call, size_t x, size_t y, size_t filters, folding *f)
{
    const fnc_array *data = &call->in[x], *out = &call->in[y];
    const fnc_array *w = fnc_has(call, filters) ? &call->in[filters] : NULL;
    int rank = data->rank - 2;
    if (rank < 1 || out->rank != data->rank || (w && w->rank != data->rank))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "windows over rank %d, as many as rank %d has",
                          data->rank, out->rank);
    fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    attrs.ceil = false;
    attrs.group = 1; /* ours has another default */
    FINNC_TRY(fnc_windows_need(call, &attrs, rank, data->dims + 2, w ? w->dims + 2 : NULL, &f->w));
    f->w.out_size = 1;
    for (int i = 0; i < rank; i++) { /* ceil_mode and its history are the pool's matter */
        f->w.out[i] = out->dims[i + 2];
        if (!fnc_mul_i64(f->w.out_size, f->w.out[i], &f->w.out_size))
            return finnc_no_memory(call->cx);
    }
    f->elem = call->in[0].elem;
    if (f->elem != FINNC_ELEM_FLOAT && f->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    f->size = fnc_elem_size(f->elem);
    f->images = data->dims[0];
    f->channels = data->dims[1];
    f->groups = finnc_node_attr_int(call->node, "group");
    if (f->groups == 0)
        f->groups = f->channels > 0 ? f->channels : 1;
    if (f->groups < 1 || f->channels % f->groups)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " channels do not divide into %" PRId64 " groups", f->channels,
                          f->groups);
    int64_t terms;
    if (!fnc_mul_i64(f->channels / f->groups, f->w.taps, &terms))
        return finnc_no_memory(call->cx);
    memcpy(f->dims, (const int64_t[]){f->images, f->groups, terms, f->w.out_size}, sizeof f->dims);
    return FINNC_OK;
}

/* Items: images. */
static void unfold_images(void *user, int64_t begin, int64_t end)
{
    const folding *f = user;
    for (int64_t n = begin; n < end; n++)
        fnc_im2col(&f->w, f->size, f->from + (size_t)(n * f->channels * f->w.in_size) * f->size,
                   f->channels, 0, f->w.out_size,
                   f->to + (size_t)(n * f->channels * f->w.taps * f->w.out_size) * f->size,
                   f->w.out_size);
}

static finnc_status unfold(fnc_call *call)
{
    folding f = {0};
    int64_t nelems;
    FINNC_TRY(fnc_need_inputs(call, 2));
    FINNC_TRY(read_folding(call, 0, 1, 2, &f));
    f.from = call->in[0].data;
    FINNC_TRY(fnc_out(call, 0, f.elem, 4, f.dims, &f.to));
    FINNC_TRY(finnc_shape_nelems(call->cx, 4, f.dims, &nelems));
    if (nelems > 0)
        fnc_parallel_long(call, f.images, f.channels * f.w.taps * f.w.out_size, unfold_images, &f);
    return FINNC_OK;
}

/* Items: planes. */
#define FOLD(NAME, T, ...)                                                                         \
    static void fold_##NAME(void *user, int64_t begin, int64_t end)                                \
    {                                                                                              \
        const folding *f = user;                                                                   \
        const fnc_windows *w = &f->w;                                                              \
        int axis = w->rank - 1;                                                                    \
        int64_t width = w->out[axis], inner = w->kernel[axis], low, high;                          \
        for (int64_t plane = begin; plane < end; plane++) {                                        \
            const T *columns = (const T *)(const void *)f->from + plane * w->taps * w->out_size;   \
            T *x = (T *)(void *)f->to + plane * w->in_size;                                        \
            for (int64_t i = 0; i < w->in_size; i++)                                               \
                x[i] = 0;                                                                          \
            for (int64_t row = 0; width && row < w->out_size / width; row++) {                     \
                fnc_rows rows;                                                                     \
                fnc_rows_init(&rows, w, row);                                                      \
                while (fnc_rows_next_tap(&rows))                                                   \
                    for (int64_t t = 0; t < inner; t++) {                                          \
                        const T *from =                                                            \
                            columns + (rows.tap_row * inner + t) * w->out_size + row * width;      \
                        T *to = x + rows.in_row;                                                   \
                        fnc_windows_valid(w, axis, t, &low, &high);                                \
                        for (int64_t i = low; i < high; i++)                                       \
                            to[fnc_windows_at(w, axis, i, t)] += from[i];                          \
                    }                                                                              \
            }                                                                                      \
        }                                                                                          \
    }
FNC_FLOATS(FOLD, )

static finnc_status fold(fnc_call *call)
{
    folding f = {0};
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(read_folding(call, 1, 2, 3, &f));
    FINNC_TRY(fnc_need_shape(call, 0, 4, f.dims));
    f.from = call->in[0].data;
    FINNC_TRY(fnc_out(call, 0, f.elem, call->in[1].rank, call->in[1].dims, &f.to));
    fnc_parallel_long(call, f.images * f.channels, f.w.taps * f.w.out_size,
                      f.elem == FINNC_ELEM_FLOAT ? fold_FLOAT : fold_DOUBLE, &f);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_finnc_unfold = {.run = unfold};
const fnc_kernel fnc_kernel_finnc_fold = {.run = fold};

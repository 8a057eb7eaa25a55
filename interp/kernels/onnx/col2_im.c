/* Col2Im: blocks are laid over an image and added up. */
#include "../move.h"

#include <base/window.h>

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { MAX_AXES = FINNC_MAX_RANK - 2 };

/* Adds n elements, which lie `stride` apart in the image. False: they cannot be added. */
typedef bool add_run(const void *x, int64_t from, void *y, int64_t to, int64_t stride, int64_t n);

typedef struct folding {
    int rank;                                 /* spatial axes */
    int64_t block[MAX_AXES], steps[MAX_AXES]; /* sizes of a block; blocks along each axis */
    int64_t stride[MAX_AXES], dilation[MAX_AXES], begin[MAX_AXES];
    const int64_t *image;
    int64_t nimage, nblock, nsteps; /* products */
    add_run *add;
    const void *x;
    void *y;
    bool *failed; /* per channel of the batch */
} folding;

#define ADD(NAME, T, expr)                                                                         \
    static bool add_##NAME(const void *x, int64_t from, void *y, int64_t to, int64_t stride,       \
                           int64_t n)                                                              \
    {                                                                                              \
        const T *in = (const T *)x + from;                                                         \
        T *out = (T *)y + to;                                                                      \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const T a = out[i * stride], b = in[i];                                                \
            out[i * stride] = (T)(expr);                                                           \
        }                                                                                          \
        return true;                                                                               \
    }
FNC_NUMERIC(ADD, a + b)
FNC_COMPLEX(ADD, a + b)
FNC_BOOL(ADD, a || b)

/* The empty string is the zero of strings, but two others have no sum. */
static bool add_strings(const void *x, int64_t from, void *y, int64_t to, int64_t stride, int64_t n)
{
    const finnc_string *in = (const finnc_string *)x + from;
    finnc_string *out = (finnc_string *)y + to;
    for (int64_t i = 0; i < n; i++) {
        if (out[i * stride].length && in[i].length)
            return false;
        if (in[i].length)
            out[i * stride] = in[i];
    }
    return true;
}

#define ENTRY(NAME, ...) [FINNC_ELEM_##NAME] = add_##NAME,
static add_run *const adders[FNC_NELEMS] = {
    FNC_ANY(ENTRY, ) FNC_COMPLEX(ENTRY, )[FINNC_ELEM_STRING] = add_strings};

/* One row of blocks: the element at `offset` (per axis, from the image's begin) of each of them.
 * `row` counts the blocks along all axes but the last. */
static bool add_row(const folding *f, const int64_t *offset, int64_t row, int64_t from, int64_t to)
{
    int last = f->rank - 1;
    int64_t scale = f->image[last], stride = f->stride[last], n = f->steps[last], first = 0;
    for (int i = last - 1; i >= 0; i--) {
        int64_t at = offset[i] + row % f->steps[i] * f->stride[i];
        if (at < 0 || at >= f->image[i])
            return true;
        to += at * scale;
        scale *= f->image[i];
        row /= f->steps[i];
    }
    if (offset[last] < 0)
        first = (-offset[last] - 1) / stride + 1;
    if (offset[last] >= f->image[last])
        return true;
    int64_t end = (f->image[last] - 1 - offset[last]) / stride + 1;
    if (end > n)
        end = n;
    return first >= end || f->add(f->x, from + first, f->y, to + offset[last] + first * stride,
                                  stride, end - first);
}

/* Items: channels of all images. */
static void fold_range(void *user, int64_t begin, int64_t end)
{
    const folding *f = user;
    assert(f->rank > 0 && f->rank <= MAX_AXES);
    int64_t offset[MAX_AXES], width = f->steps[f->rank - 1];
    for (int64_t item = begin; item < end; item++)
        for (int64_t k = 0; k < f->nblock && !f->failed[item]; k++) {
            int64_t rest = k;
            for (int i = f->rank - 1; i >= 0; i--) {
                offset[i] = rest % f->block[i] * f->dilation[i] - f->begin[i];
                rest /= f->block[i];
            }
            int64_t from = (item * f->nblock + k) * f->nsteps;
            for (int64_t row = 0; row < f->nsteps / width; row++)
                if (!add_row(f, offset, row, from + row * width, item * f->nimage))
                    f->failed[item] = true;
        }
}

/* Blocks along axis `i`; BAD_VALUE if not one fits. */
static finnc_status count_steps(fnc_call *call, folding *f, int i, int64_t pad_end)
{
    const fnc_window_axis axis = {.size = f->image[i],
                                  .kernel = f->block[i],
                                  .stride = f->stride[i],
                                  .dilation = f->dilation[i],
                                  .before = f->begin[i],
                                  .after = pad_end};
    bool is_cut;
    if (f->block[i] < 1 || f->image[i] < 0 ||
        !fnc_window_count(&axis, false, &f->steps[i], &is_cut))
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "a block of %" PRId64 " (dilated by %" PRId64
                          ") does not fit an image of %" PRId64 " along spatial axis %d",
                          f->block[i], f->dilation[i], f->image[i], i);
    return FINNC_OK;
}

static finnc_status init(fnc_call *call, folding *f)
{
    const int64_t *block;
    int64_t n, nblock, pads[2 * MAX_AXES];
    FINNC_TRY(fnc_need_shape(call, 0, 3, (const int64_t[]){-1, -1, -1}));
    FINNC_TRY(fnc_in_ints(call, 1, &f->image, &n));
    FINNC_TRY(fnc_in_ints(call, 2, &block, &nblock));
    if (n < 1 || n != nblock || n > MAX_AXES)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "blocks of %" PRId64 " axes in an image of %" PRId64, nblock, n);
    f->rank = (int)n;
    FINNC_TRY(fnc_attr_ints_or(call, "strides", f->rank, 1, 1, f->stride));
    FINNC_TRY(fnc_attr_ints_or(call, "dilations", f->rank, 1, 1, f->dilation));
    FINNC_TRY(fnc_attr_ints_or(call, "pads", 2 * n, 0, 0, pads));
    f->nimage = f->nblock = f->nsteps = 1;
    for (int i = 0; i < f->rank; i++) {
        f->block[i] = block[i];
        f->begin[i] = pads[i];
        FINNC_TRY(count_steps(call, f, i, pads[f->rank + i]));
        if (!fnc_mul_i64(f->nblock, f->block[i], &f->nblock) ||
            !fnc_mul_i64(f->nsteps, f->steps[i], &f->nsteps) ||
            !fnc_mul_i64(f->nimage, f->image[i], &f->nimage))
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "an image of more than 2^63 elements");
    }
    const int64_t *dims = call->in[0].dims;
    if (dims[1] % f->nblock != 0 || dims[2] != f->nsteps)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " rows of %" PRId64 " blocks, where blocks have %" PRId64
                          " elements and %" PRId64 " fit the image",
                          dims[1], dims[2], f->nblock, f->nsteps);
    return FINNC_OK;
}

static finnc_status col2_im(fnc_call *call)
{
    folding f = {0};
    size_t size;
    int64_t dims[FINNC_MAX_RANK], nitems, nelems;
    FINNC_TRY(fnc_need_inputs(call, 3));
    FINNC_TRY(fnc_move_size(call, 0, &size));
    FINNC_TRY(init(call, &f));
    const fnc_array *x = &call->in[0];
    f.x = x->data;
    f.add = adders[x->elem];
    if (!f.add)
        return fnc_bad_elem(call, 0);
    dims[0] = x->dims[0];
    dims[1] = x->dims[1] / f.nblock;
    memcpy(dims + 2, f.image, (size_t)f.rank * sizeof *dims);
    FINNC_TRY(finnc_shape_nelems(call->cx, f.rank + 2, dims, &nelems));
    FINNC_TRY(fnc_out(call, 0, x->elem, f.rank + 2, dims, &f.y));
    if (nelems == 0)
        return FINNC_OK;
    nitems = dims[0] * dims[1];
    f.failed = FNC_SCRATCH(call, bool, nitems);
    if (!f.failed)
        return finnc_no_memory(call->cx);
    memset(f.y, 0, (size_t)nelems * size);
    memset(f.failed, 0, (size_t)nitems * sizeof *f.failed);
    fnc_parallel_long(call, nitems, f.nblock * f.nsteps * 2, fold_range, &f);
    for (int64_t i = 0; i < nitems; i++)
        if (f.failed[i])
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "blocks of strings overlap, and strings have no sum");
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_onnx_col2_im = {.run = col2_im};

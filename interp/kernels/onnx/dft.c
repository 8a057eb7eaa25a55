/* DFT and STFT: transforms of many lines, each computed in double. */
#include "../fourier.h"

#include <base/compiler.h>

#include <inttypes.h>

/* Where the lines of a tensor lie: line l begins at l / inner * outer_stride + l % inner *
 * inner_stride, and its elements are `stride` apart. All in elements of `parts` numbers. */
typedef struct lines {
    int64_t inner, outer_stride, inner_stride, stride;
    int64_t count; /* elements of a line */
    int parts;     /* 1: real, 2: complex */
} lines;

typedef struct job {
    const fnc_fourier *f;
    lines from, to;
    bool is_half; /* the lines to come from are the first half of a symmetric whole */
    finnc_elem elem;
    const void *x, *window; /* no window: NULL */
    void *y;
    fnc_complex *work; /* for each thread: nwork */
    int64_t nwork;
} job;

static int64_t begin_of(const lines *l, int64_t line)
{
    return line / l->inner * l->outer_stride + line % l->inner * l->inner_stride;
}

/* Reads what there is of a line and fills up with zeros. */
#define LOAD(NAME, T, ...)                                                                         \
    static void load_##NAME(const job *j, int64_t line, fnc_complex *z)                            \
    {                                                                                              \
        const lines *l = &j->from;                                                                 \
        const T *x = (const T *)j->x + begin_of(l, line) * l->parts, *w = j->window;               \
        int64_t n = j->f->n, have = l->count < n ? l->count : n;                                   \
        for (int64_t k = 0; k < n; k++)                                                            \
            z[k] = (fnc_complex){0, 0};                                                            \
        for (int64_t k = 0; k < have; k++, x += l->stride * l->parts) {                            \
            double factor = w ? (double)w[k] : 1;                                                  \
            z[k].re = (double)x[0] * factor;                                                       \
            z[k].im = l->parts == 2 ? (double)x[1] * factor : 0;                                   \
        }                                                                                          \
    }
#define STORE(NAME, T, ...)                                                                        \
    static void store_##NAME(const job *j, int64_t line, const fnc_complex *z)                     \
    {                                                                                              \
        const lines *l = &j->to;                                                                   \
        T *y = (T *)j->y + begin_of(l, line) * l->parts;                                           \
        for (int64_t k = 0; k < l->count; k++, y += l->stride * l->parts) {                        \
            y[0] = (T)z[k].re;                                                                     \
            if (l->parts == 2)                                                                     \
                y[1] = (T)z[k].im;                                                                 \
        }                                                                                          \
    }
FNC_FLOATS(LOAD, )
FNC_FLOATS(STORE, )

/* The spectrum of a real signal: what mirrors itself has no imaginary part, and the second half is
 * the first one's mirror image. */
static void complete(fnc_complex *z, int64_t n)
{
    z[0].im = 0;
    if (n % 2 == 0)
        z[n / 2].im = 0;
    for (int64_t k = 1; k < n - k; k++)
        z[n - k] = (fnc_complex){z[k].re, -z[k].im};
}

static void run_lines(void *user, int64_t begin, int64_t end)
{
    const job *j = user;
    fnc_complex *from = j->work + fnc_parallel_thread() * j->nwork, *to = from + j->f->n;
    for (int64_t line = begin; line < end; line++) {
        (j->elem == FINNC_ELEM_FLOAT ? load_FLOAT : load_DOUBLE)(j, line, from);
        if (j->is_half)
            complete(from, j->f->n);
        fnc_fourier_run(j->f, from, to, to + j->f->n);
        (j->elem == FINNC_ELEM_FLOAT ? store_FLOAT : store_DOUBLE)(j, line, to);
    }
}

static finnc_status run(fnc_call *call, job *j, int64_t nlines, int64_t n, bool is_inverse)
{
    fnc_fourier f;
    int64_t cost, ntotal, threads = call->threads < nlines ? call->threads : nlines;
    if (nlines == 0)
        return FINNC_OK;
    FINNC_TRY(fnc_fourier_init(call, n, is_inverse, &f));
    if (!fnc_mul_i64(n, 64, &cost) || !fnc_add_i64(2 * n, f.nwork, &j->nwork) ||
        !fnc_mul_i64(j->nwork, threads, &ntotal))
        return finnc_no_memory(call->cx);
    j->work = FNC_SCRATCH(call, fnc_complex, ntotal);
    if (!j->work)
        return finnc_no_memory(call->cx);
    j->f = &f;
    fnc_parallel_long(call, nlines, cost, run_lines, j);
    j->f = NULL; /* it ends here */
    return FINNC_OK;
}

/* ---- what both ask of their inputs ---- */

static finnc_status one_int(fnc_call *call, size_t i, const char *what, int64_t *x)
{
    const int64_t *ints;
    int64_t count;
    FINNC_TRY(fnc_in_ints(call, i, &ints, &count));
    if (count != 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%s has %" PRId64 " elements where one number belongs", what, count);
    *x = *ints;
    return FINNC_OK;
}

static finnc_status one_positive(fnc_call *call, size_t i, const char *what, int64_t *x)
{
    FINNC_TRY(one_int(call, i, what, x));
    if (*x < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%s is %" PRId64, what, *x);
    return FINNC_OK;
}

static finnc_status check_parts(fnc_call *call, const fnc_array *x, int needed, const char *why)
{
    int64_t parts = x->dims[x->rank - 1];
    if (parts != 1 && parts != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the last axis has %" PRId64 " elements, not 1 (real) or 2 (complex)",
                          parts);
    if (needed && parts != needed)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input is %s, but %s",
                          parts == 1 ? "real" : "complex", why);
    return FINNC_OK;
}

/* ---- DFT ---- */

static finnc_status dft_axis(fnc_call *call, int rank, int *at)
{
    int64_t axis = call->version < 20 ? finnc_node_attr_int(call->node, "axis") : -2;
    if (call->version >= 20 && fnc_has(call, 2))
        FINNC_TRY(one_int(call, 2, "axis", &axis));
    FINNC_TRY(fnc_axis(call, axis, rank, at));
    if (*at == rank - 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "axis %" PRId64 " is that of real and imaginary parts", axis);
    return FINNC_OK;
}

static finnc_status dft_length(fnc_call *call, int64_t size, bool is_irfft, int64_t *n)
{
    if (fnc_has(call, 1))
        return one_positive(call, 1, "dft_length", n);
    if (size > INT64_MAX / 4)
        return finnc_no_memory(call->cx);
    *n = is_irfft ? 2 * (size - 1) : size;
    if (*n < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "an axis of %" PRId64 " elements, and no dft_length", size);
    return FINNC_OK;
}

static finnc_status dft(fnc_call *call)
{
    int axis;
    int64_t n = 0, nlines, outer = 1, inner = 1, dims[FINNC_MAX_RANK];
    bool inverse = finnc_node_attr_int(call->node, "inverse") != 0;
    bool onesided = finnc_node_attr_int(call->node, "onesided") != 0,
         is_irfft = inverse && onesided;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    if (x->rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the input has rank %d: no axis before that of the parts", x->rank);
    FINNC_TRY(check_parts(call, x,
                          !onesided ? 0
                          : inverse ? 2
                                    : 1,
                          inverse ? "half a spectrum (onesided) is complex"
                                  : "only a real signal's spectrum has equal halves (onesided)"));
    FINNC_TRY(dft_axis(call, x->rank, &axis));
    FINNC_TRY(dft_length(call, x->dims[axis], is_irfft, &n));
    for (int i = 0; i < x->rank; i++)
        dims[i] = x->dims[i];
    int parts = is_irfft ? 1 : 2;
    dims[axis] = onesided && !inverse ? n / 2 + 1 : n;
    dims[x->rank - 1] = parts;
    for (int i = 0; i < axis; i++)
        outer *= dims[i];
    for (int i = axis + 1; i + 1 < x->rank; i++)
        inner *= dims[i];
    job j = {.elem = x->elem, .x = x->data, .is_half = is_irfft};
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &j.y));
    if (!fnc_mul_i64(outer, inner, &nlines))
        return finnc_no_memory(call->cx);
    int64_t have = x->dims[axis], want = dims[axis];
    j.from = (lines){inner,
                     have * inner,
                     1,
                     inner,
                     is_irfft && have > n / 2 + 1 ? n / 2 + 1 : have,
                     (int)x->dims[x->rank - 1]};
    j.to = (lines){inner, want * inner, 1, inner, want, parts};
    return run(call, &j, nlines, n, inverse);
}

/* ---- STFT ---- */

static finnc_status stft_frame(fnc_call *call, int64_t signal, int64_t *frame)
{
    *frame = signal;
    if (fnc_has(call, 2)) {
        if (call->in[2].rank != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE, "the window has rank %d, not 1",
                              call->in[2].rank);
        *frame = call->in[2].nelems;
    }
    if (fnc_has(call, 3)) {
        FINNC_TRY(one_positive(call, 3, "frame_length", frame));
        if (fnc_has(call, 2) && call->in[2].nelems != *frame)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "frame_length is %" PRId64 ", but the window has %" PRId64
                              " elements",
                              *frame, call->in[2].nelems);
    }
    if (*frame < 1 || *frame > signal)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "a frame of %" PRId64 " elements in a signal of %" PRId64, *frame,
                          signal);
    return FINNC_OK;
}

static finnc_status stft(fnc_call *call)
{
    int64_t step = 0, frame = 0;
    bool onesided = finnc_node_attr_int(call->node, "onesided") != 0;
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[0];
    if (x->rank != 3)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "the signal has rank %d, but is (batch, length, parts): rank 3", x->rank);
    FINNC_TRY(check_parts(call, x, onesided ? 1 : 0,
                          "only a real signal's spectrum has equal halves (onesided)"));
    FINNC_TRY(one_positive(call, 1, "frame_step", &step));
    int64_t batch = x->dims[0], length = x->dims[1];
    FINNC_TRY(stft_frame(call, length, &frame));
    if (fnc_has(call, 2) && call->in[2].elem != x->elem)
        return fnc_bad_elem(call, 2);
    int64_t nframes = (length - frame) / step + 1, bins = onesided ? frame / 2 + 1 : frame;
    const int64_t dims[] = {batch, nframes, bins, 2};
    job j = {.elem = x->elem, .x = x->data, .window = fnc_has(call, 2) ? call->in[2].data : NULL};
    FINNC_TRY(fnc_out(call, 0, x->elem, 4, dims, &j.y));
    j.from = (lines){nframes, length, step, 1, frame, (int)x->dims[2]};
    j.to = (lines){nframes, nframes * bins, bins, 1, bins, 2};
    return run(call, &j, batch * nframes, frame, false);
}

const fnc_kernel fnc_kernel_onnx_dft = {.run = dft};
const fnc_kernel fnc_kernel_onnx_stft = {.run = stft};

/* LpNormalization, which divides by the norm along an axis, and LRN, which divides by a power of
 * the squares in neighbouring channels. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>

typedef struct along_axis {
    int64_t n, inner; /* elements along the axis, and how far apart they are */
    int64_t p;
    int64_t before, after; /* LRN: neighbours of a channel */
    double alpha, beta, bias;
    const void *x;
    void *y;
} along_axis;

/* Items: lines along the axis. A norm of 0 leaves zeros. */
#define LINES(NAME, T, ...)                                                                        \
    static void lp_lines_##NAME(void *user, int64_t begin, int64_t end)                            \
    {                                                                                              \
        const along_axis *job = user;                                                              \
        for (int64_t line = begin; line < end; line++) {                                           \
            int64_t at = line / job->inner * job->n * job->inner + line % job->inner;              \
            const T *x = (const T *)job->x + at;                                                   \
            T *y = (T *)job->y + at;                                                               \
            double greatest = 0, sum = 0;                                                          \
            /* No fmax: gcc 12 for ARM fails on it here. */                                        \
            for (int64_t i = 0; i < job->n; i++) {                                                 \
                double a = fabs((double)x[i * job->inner]);                                        \
                greatest = a > greatest ? a : greatest;                                            \
            }                                                                                      \
            const double scale = greatest > 0 && isfinite(greatest) ? greatest : 1;                \
            for (int64_t i = 0; i < job->n; i++) {                                                 \
                double a = fabs((double)x[i * job->inner]) / scale;                                \
                sum += job->p == 1 ? a : a * a;                                                    \
            }                                                                                      \
            const double norm = job->p == 1 ? sum : sqrt(sum);                                     \
            for (int64_t i = 0; i < job->n; i++)                                                   \
                y[i * job->inner] = norm == 0 ? 0 : (T)((double)x[i * job->inner] / scale / norm); \
        }                                                                                          \
    }                                                                                              \
    static void lrn_lines_##NAME(void *user, int64_t begin, int64_t end)                           \
    {                                                                                              \
        const along_axis *job = user;                                                              \
        for (int64_t line = begin; line < end; line++) {                                           \
            int64_t at = line / job->inner * job->n * job->inner + line % job->inner;              \
            const T *x = (const T *)job->x + at;                                                   \
            T *y = (T *)job->y + at;                                                               \
            for (int64_t c = 0; c < job->n; c++) {                                                 \
                int64_t from = c > job->before ? c - job->before : 0;                              \
                int64_t to = job->n - 1 - c > job->after ? c + job->after : job->n - 1;            \
                double squares = 0;                                                                \
                for (int64_t i = from; i <= to; i++)                                               \
                    squares += (double)x[i * job->inner] * (double)x[i * job->inner];              \
                y[c * job->inner] = (T)((double)x[c * job->inner] /                                \
                                        pow(job->bias + job->alpha * squares, job->beta));         \
            }                                                                                      \
        }                                                                                          \
    }
FNC_FLOATS(LINES, )

static finnc_status run_lines(fnc_call *call, int axis, along_axis *job, double cost,
                              void (*const lines[2])(void *, int64_t, int64_t))
{
    const fnc_array *x = &call->in[0];
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    job->n = x->dims[axis];
    job->inner = 1;
    for (int i = axis + 1; i < x->rank; i++)
        job->inner *= x->dims[i];
    job->x = x->data;
    FINNC_TRY(fnc_out_like(call, 0, x, &job->y));
    if (x->nelems > 0)
        fnc_parallel_long(call, x->nelems / job->n, fnc_cost(cost * (double)job->n),
                          lines[x->elem == FINNC_ELEM_DOUBLE], job);
    return FINNC_OK;
}

static finnc_status lp_normalization(fnc_call *call)
{
    along_axis job = {.p = finnc_node_attr_int(call->node, "p")};
    int axis;
    FINNC_TRY(fnc_need_inputs(call, 1));
    FINNC_TRY(fnc_axis(call, finnc_node_attr_int(call->node, "axis"), call->in[0].rank, &axis));
    if (job.p != 1 && job.p != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "p is %" PRId64 ", should be 1 or 2", job.p);
    return run_lines(call, axis, &job, 4,
                     (void (*const[])(void *, int64_t, int64_t)){lp_lines_FLOAT, lp_lines_DOUBLE});
}

static finnc_status lrn(fnc_call *call)
{
    int64_t size = finnc_node_int(call->node, "size", 0);
    FINNC_TRY(fnc_need_inputs(call, 1));
    if (size < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "size is %" PRId64, size);
    if (call->in[0].rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d, no channels",
                          call->in[0].rank);
    along_axis job = {.before = (size - 1) / 2,
                      .after = size / 2,
                      .alpha = finnc_node_attr_float(call->node, "alpha") / (double)size,
                      .beta = finnc_node_attr_float(call->node, "beta"),
                      .bias = finnc_node_attr_float(call->node, "bias")};
    double neighbours = (double)(size < call->in[0].dims[1] ? size : call->in[0].dims[1]);
    return run_lines(
        call, 1, &job, 50 + neighbours,
        (void (*const[])(void *, int64_t, int64_t)){lrn_lines_FLOAT, lrn_lines_DOUBLE});
}

const fnc_kernel fnc_kernel_onnx_lp_normalization = {.run = lp_normalization};
const fnc_kernel fnc_kernel_onnx_lrn = {.run = lrn};

/* LpPool and GlobalLpPool: (sum |x|^p)^(1/p) over each window; padding adds nothing. */
#include "../window.h"

#include <math.h>
#include <string.h>

typedef struct lp_pool {
    const finnc_ctx *cx;
    const fnc_windows *w;
    double p;
    int64_t each, cost; /* of one element, of a row */
    const void *x;
    void *y;
    double *sums, *greatest; /* of one row, for each thread */
} lp_pool;

/* A row of outputs at a time, tap by tap, as in pool.c. Powers but the first two are of magnitudes
 * relative to the window's greatest, which keeps them in range whatever p is. */
#define LP_ROWS(NAME, T, ...)                                                                      \
    static void add_taps_##NAME(const lp_pool *job, const T *x, int64_t row, double *sums,         \
                                double *greatest, bool is_first_pass, fnc_patience *patience)      \
    {                                                                                              \
        const fnc_windows *w = job->w;                                                             \
        int axis = w->rank - 1;                                                                    \
        int64_t width = w->out[axis], stride = w->stride[axis], low, high;                         \
        fnc_rows rows;                                                                             \
        fnc_rows_init(&rows, w, row);                                                              \
        while (fnc_rows_next_tap(&rows))                                                           \
            for (int64_t t = 0; t < w->kernel[axis]; t++) {                                        \
                if (!fnc_patience_lasts(patience, FNC_WINDOWS_STEP + width * job->each))           \
                    return;                                                                        \
                fnc_windows_valid(w, axis, t, &low, &high);                                        \
                const int64_t from = rows.in_row + fnc_windows_at(w, axis, 0, t);                  \
                for (int64_t i = low; i < high; i++) {                                             \
                    double *sum = &sums[i], *top = &greatest[i];                                   \
                    const double a = fabs((double)x[from + i * stride]);                           \
                    if (is_first_pass)                                                             \
                        *top = a > *top || isnan(a) ? a : *top;                                    \
                    else if (job->p == 1)                                                          \
                        *sum += a;                                                                 \
                    else if (job->p == 2)                                                          \
                        *sum += a * a;                                                             \
                    else if (*top > 0 && isfinite(*top))                                           \
                        *sum += pow(a / *top, job->p);                                             \
                }                                                                                  \
            }                                                                                      \
    }                                                                                              \
    static void rows_##NAME(void *user, int64_t begin, int64_t end)                                \
    {                                                                                              \
        const lp_pool *job = user;                                                                 \
        const int64_t n = job->w->out[job->w->rank - 1], rows = job->w->out_size / n;              \
        double *sums = job->sums + fnc_parallel_thread() * n;                                      \
        double *greatest = job->greatest + fnc_parallel_thread() * n;                              \
        const bool is_plain = job->p == 1 || job->p == 2;                                          \
        fnc_patience patience = {.cx = job->cx};                                                   \
        fnc_patience *within = job->cost > FNC_PATIENCE ? &patience : NULL;                        \
        int64_t plane = begin / rows, row = begin % rows;                                          \
        for (int64_t item = begin; item < end; item++) {                                           \
            const T *x = (const T *)job->x + plane * job->w->in_size;                              \
            T *y = (T *)job->y + item * n;                                                         \
            for (int64_t i = 0; i < n; i++)                                                        \
                sums[i] = greatest[i] = 0;                                                         \
            if (!is_plain)                                                                         \
                add_taps_##NAME(job, x, row, sums, greatest, true, within);                        \
            add_taps_##NAME(job, x, row, sums, greatest, false, within);                           \
            for (int64_t i = 0; i < n; i++)                                                        \
                y[i] = (T)(job->p == 1             ? sums[i]                                       \
                           : job->p == 2           ? sqrt(sums[i])                                 \
                           : isfinite(greatest[i]) ? greatest[i] * pow(sums[i], 1 / job->p)        \
                                                   : greatest[i]);                                 \
            row = row + 1 < rows ? row + 1 : 0;                                                    \
            plane += row == 0;                                                                     \
        }                                                                                          \
    }
FNC_FLOATS(LP_ROWS, )

/* An integer since version 2. */
static finnc_status read_p(fnc_call *call, double *p)
{
    const finnc_attr *attr = finnc_node_find_attr(call->node, "p");
    *p = !attr                                           ? 2
         : finnc_attr_get_kind(attr) == FINNC_ATTR_FLOAT ? (double)finnc_attr_float(attr, 0)
                                                         : (double)finnc_attr_int(attr, 0);
    if (!(*p > 0))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "p is %g, should be positive", *p);
    return FINNC_OK;
}

static finnc_status run_pool(fnc_call *call, const fnc_windows *windows)
{
    const fnc_windows trimmed = fnc_windows_trimmed(windows), *w = &trimmed;
    const fnc_array *x = &call->in[0];
    lp_pool job = {.cx = call->cx, .w = w, .x = x->data};
    int64_t dims[FINNC_MAX_RANK], count;
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    FINNC_TRY(read_p(call, &job.p));
    job.each = job.p == 1 || job.p == 2 ? 1 : 50;
    dims[0] = x->dims[0];
    dims[1] = x->dims[1];
    memcpy(dims + 2, w->out, (size_t)w->rank * sizeof *dims);
    FINNC_TRY(fnc_out(call, 0, x->elem, x->rank, dims, &job.y));
    if (!fnc_mul_i64(w->out[w->rank - 1], call->threads > 0 ? call->threads : 1, &count))
        return finnc_no_memory(call->cx);
    job.sums = FNC_SCRATCH(call, double, count);
    job.greatest = FNC_SCRATCH(call, double, count);
    if (!job.sums || !job.greatest)
        return finnc_no_memory(call->cx);
    if (!fnc_mul_i64(fnc_windows_row_cost(w), job.each, &job.cost))
        job.cost = INT64_MAX;
    fnc_parallel_long(call, dims[0] * dims[1] * fnc_windows_rows(w), job.cost,
                      x->elem == FINNC_ELEM_FLOAT ? rows_FLOAT : rows_DOUBLE, &job);
    return FINNC_OK;
}

static finnc_status need_image(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 1));
    if (call->in[0].rank < 3)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", call->in[0].rank);
    return FINNC_OK;
}

static finnc_status lp_pool_kernel(fnc_call *call)
{
    fnc_windows w;
    FINNC_TRY(need_image(call));
    const fnc_array *x = &call->in[0];
    const fnc_window_attrs attrs = fnc_window_attrs_of(call->node);
    FINNC_TRY(fnc_windows_need(call, &attrs, x->rank - 2, x->dims + 2, NULL, &w));
    return run_pool(call, &w);
}

static finnc_status global_lp_pool(fnc_call *call)
{
    fnc_windows w;
    FINNC_TRY(need_image(call));
    const fnc_array *x = &call->in[0];
    FINNC_TRY(fnc_windows_global(call, x->rank - 2, x->dims + 2, &w));
    return run_pool(call, &w);
}

const fnc_kernel fnc_kernel_onnx_lp_pool = {.run = lp_pool_kernel};
const fnc_kernel fnc_kernel_onnx_global_lp_pool = {.run = global_lp_pool};

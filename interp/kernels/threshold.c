#include "threshold.h"

#include <inttypes.h>

/* Up to here comparing with every threshold, which vectorises, beats searching. */
enum { FEW_STEPS = 24 };

typedef struct threshold_job {
    const void *x, *t;
    void *y;
    const bool *is_sorted; /* by row of t */
    const void *levels;    /* y by count, in y's type */
    int64_t rows, steps;   /* of t */
    int64_t channels, inner;
} threshold_job;

/* Items: rows of `inner` elements of one channel; or, channels being last, of all channels. A row
 * is searched only if it is sorted, a NaN in it counting as unsorted; a NaN among the data reaches
 * nothing either way. */
#define THRESHOLD(NAME, T, ...)                                                                    \
    static bool is_sorted_##NAME(const T *t, int64_t n)                                            \
    {                                                                                              \
        for (int64_t i = 0; i + 1 < n; i++)                                                        \
            if (!(t[i] <= t[i + 1]))                                                               \
                return false;                                                                      \
        return true;                                                                               \
    }                                                                                              \
    static int64_t count_##NAME(const T *t, int64_t n, bool is_sorted, T x)                        \
    {                                                                                              \
        int64_t low = 0;                                                                           \
        if (!is_sorted || n <= FEW_STEPS) {                                                        \
            for (int64_t i = 0; i < n; i++)                                                        \
                low += x >= t[i];                                                                  \
            return low;                                                                            \
        }                                                                                          \
        /* Without a branch, which the data would decide either way. */                            \
        for (int64_t rest = n; rest > 0;) {                                                        \
            int64_t half = (rest + 1) / 2;                                                         \
            low += x >= t[low + half - 1] ? half : 0;                                              \
            rest -= half;                                                                          \
        }                                                                                          \
        return low;                                                                                \
    }                                                                                              \
    static void one_step_##NAME(const T *x, T t, int64_t n, const T *levels, T *y)                 \
    {                                                                                              \
        const T below = levels[0], reached = levels[1];                                            \
        for (int64_t i = 0; i < n; i++)                                                            \
            y[i] = x[i] >= t ? reached : below;                                                    \
    }                                                                                              \
    static void threshold_##NAME(void *user, int64_t begin, int64_t end)                           \
    {                                                                                              \
        const threshold_job *job = user;                                                           \
        const T *levels = job->levels;                                                             \
        for (int64_t item = begin; item < end; item++) {                                           \
            int64_t row = job->rows > 1 ? item % job->channels : 0;                                \
            const T *x = (const T *)job->x + item * job->inner;                                    \
            T *y = (T *)job->y + item * job->inner;                                                \
            const T *t = (const T *)job->t + row * job->steps;                                     \
            if (job->steps == 1) {                                                                 \
                one_step_##NAME(x, *t, job->inner, levels, y);                                     \
                continue;                                                                          \
            }                                                                                      \
            for (int64_t i = 0; i < job->inner; i++)                                               \
                y[i] = levels[count_##NAME(t, job->steps, job->is_sorted[row], x[i])];             \
        }                                                                                          \
    }                                                                                              \
    static void threshold_last_##NAME(void *user, int64_t begin, int64_t end)                      \
    {                                                                                              \
        const threshold_job *job = user;                                                           \
        const T *levels = job->levels, *thresholds = job->t;                                       \
        for (int64_t item = begin; item < end; item++) {                                           \
            const T *x = (const T *)job->x + item * job->channels;                                 \
            T *y = (T *)job->y + item * job->channels;                                             \
            if (job->steps == 1 && job->rows > 1) {                                                \
                const T below = levels[0], reached = levels[1];                                    \
                for (int64_t c = 0; c < job->channels; c++)                                        \
                    y[c] = x[c] >= thresholds[c] ? reached : below;                                \
                continue;                                                                          \
            }                                                                                      \
            for (int64_t c = 0; c < job->channels; c++) {                                          \
                int64_t row = job->rows > 1 ? c : 0;                                               \
                const T *t = thresholds + row * job->steps;                                        \
                y[c] = levels[count_##NAME(t, job->steps, job->is_sorted[row], x[c])];             \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static void levels_##NAME(T *levels, int64_t steps, double scale, double bias)                 \
    {                                                                                              \
        for (int64_t i = 0; i <= steps; i++)                                                       \
            levels[i] = (T)((T)scale * (T)i) + (T)bias;                                            \
    }
FNC_FLOATS(THRESHOLD, )

static finnc_status check(fnc_call *call, const fnc_array *x, const fnc_array *t, int axis)
{
    if (axis < 0 || axis >= x->rank)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    if (t->rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "thresholds have rank %d", t->rank);
    if (t->dims[0] != 1 && t->dims[0] != x->dims[axis])
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "thresholds for %" PRId64 " channels, the input has %" PRId64, t->dims[0],
                          x->dims[axis]);
    return FINNC_OK;
}

/* All arrays of `elem`. */
static finnc_status run_as(fnc_call *call, finnc_elem elem, const fnc_array *x, const void *data,
                           const fnc_array *t, const void *thresholds, int axis, double scale,
                           double bias, void *y)
{
    threshold_job job = {.x = data,
                         .t = thresholds,
                         .y = y,
                         .rows = t->dims[0],
                         .steps = t->dims[1],
                         .channels = x->dims[axis],
                         .inner = 1};
    bool is_float = elem == FINNC_ELEM_FLOAT;
    for (int i = axis + 1; i < x->rank; i++)
        job.inner *= x->dims[i];
    bool *sorted = FNC_SCRATCH(call, bool, job.rows);
    void *levels = fnc_scratch_array(call, fnc_elem_size(elem), job.steps + 1);
    if (!sorted || !levels)
        return finnc_no_memory(call->cx);
    for (int64_t r = 0; r < job.rows; r++)
        sorted[r] = is_float
                        ? is_sorted_FLOAT((const float *)thresholds + r * job.steps, job.steps)
                        : is_sorted_DOUBLE((const double *)thresholds + r * job.steps, job.steps);
    if (is_float)
        levels_FLOAT(levels, job.steps, scale, bias);
    else
        levels_DOUBLE(levels, job.steps, scale, bias);
    job.is_sorted = sorted;
    job.levels = levels;
    int64_t cost = job.steps < FEW_STEPS ? job.steps + 1 : FEW_STEPS;
    if (x->nelems == 0)
        return FINNC_OK;
    if (job.inner == 1)
        fnc_parallel_long(call, x->nelems / job.channels, cost * job.channels,
                          is_float ? threshold_last_FLOAT : threshold_last_DOUBLE, &job);
    else
        fnc_parallel_long(call, x->nelems / job.inner, cost * job.inner,
                          is_float ? threshold_FLOAT : threshold_DOUBLE, &job);
    return FINNC_OK;
}

static finnc_status as(fnc_call *call, const fnc_array *x, finnc_elem elem, const void **data)
{
    *data = x->data;
    if (x->elem == elem)
        return FINNC_OK;
    void *copy = fnc_scratch_array(call, fnc_elem_size(elem), x->nelems);
    if (!copy)
        return finnc_no_memory(call->cx);
    fnc_convert(x->elem, x->data, elem, copy, x->nelems);
    *data = copy;
    return FINNC_OK;
}

finnc_status fnc_threshold(fnc_call *call, const fnc_array *x, const fnc_array *t, int axis,
                           double scale, double bias, void *y)
{
    const void *data, *thresholds;
    FINNC_TRY(check(call, x, t, axis));
    bool is_float = x->elem == FINNC_ELEM_FLOAT && t->elem == FINNC_ELEM_FLOAT;
    finnc_elem elem = is_float ? FINNC_ELEM_FLOAT : FINNC_ELEM_DOUBLE;
    FINNC_TRY(as(call, x, elem, &data));
    FINNC_TRY(as(call, t, elem, &thresholds));
    if (x->elem == elem)
        return run_as(call, elem, x, data, t, thresholds, axis, scale, bias, y);
    void *wide = fnc_scratch_array(call, sizeof(double), x->nelems);
    if (!wide)
        return finnc_no_memory(call->cx);
    FINNC_TRY(run_as(call, elem, x, data, t, thresholds, axis, scale, bias, wide));
    fnc_convert(elem, wide, x->elem, y, x->nelems);
    return FINNC_OK;
}

#include "batchnorm.h"

#include <inttypes.h>
#include <math.h>

typedef struct norm {
    int64_t outer, channels, inner; /* elements before, along and behind the channel axis */
    const double *scale, *bias, *mean;
    double *factor; /* scale / sqrt(variance + epsilon) */
    const void *x;
    void *y;
} norm;

/* Items: (outer, channel), or outer alone if channels lie next to one another. */
#define NORMALISE(NAME, T, ...)                                                                    \
    static void normalise_##NAME(void *user, int64_t begin, int64_t end)                           \
    {                                                                                              \
        const norm *job = user;                                                                    \
        const double *restrict factor = job->factor, *restrict mean = job->mean,                   \
                               *restrict bias = job->bias;                                         \
        if (job->inner == 1) {                                                                     \
            for (int64_t row = begin / job->channels; row < end / job->channels; row++) {          \
                const T *x = (const T *)job->x + row * job->channels;                              \
                T *y = (T *)job->y + row * job->channels;                                          \
                for (int64_t c = 0; c < job->channels; c++)                                        \
                    y[c] = (T)((x[c] - mean[c]) * factor[c] + bias[c]);                            \
            }                                                                                      \
            return;                                                                                \
        }                                                                                          \
        for (int64_t item = begin; item < end; item++) {                                           \
            int64_t c = item % job->channels;                                                      \
            const T *x = (const T *)job->x + item * job->inner;                                    \
            T *y = (T *)job->y + item * job->inner;                                                \
            const double f = factor[c], m = mean[c], b = bias[c];                                  \
            for (int64_t i = 0; i < job->inner; i++)                                               \
                y[i] = (T)((x[i] - m) * f + b);                                                    \
        }                                                                                          \
    }
FNC_FLOATS(NORMALISE, )

/* Mean and (population) variance of each channel of the data itself: training mode. */
static finnc_status measure(fnc_call *call, norm *job, double *mean, double *variance)
{
    fnc_array x;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    const double *data = x.data, n = (double)(job->outer * job->inner);
    for (int64_t c = 0; c < job->channels; c++) {
        double sum = 0, squares = 0;
        for (int64_t o = 0; o < job->outer; o++)
            for (int64_t i = 0; i < job->inner; i++)
                sum += data[(o * job->channels + c) * job->inner + i];
        mean[c] = sum / n;
        for (int64_t o = 0; o < job->outer; o++)
            for (int64_t i = 0; i < job->inner; i++) {
                double gap = data[(o * job->channels + c) * job->inner + i] - mean[c];
                squares += gap * gap;
            }
        variance[c] = squares / n;
    }
    return FINNC_OK;
}

/* Outputs 1 and 2: the running averages moved towards this batch's. */
static finnc_status update(fnc_call *call, const norm *job, size_t o, const fnc_array *old,
                           const double *now)
{
    double momentum = finnc_node_float(call->node, "momentum", 0.9f);
    double *moved = FNC_SCRATCH(call, double, job->channels);
    void *out;
    if (!moved)
        return finnc_no_memory(call->cx);
    for (int64_t c = 0; c < job->channels; c++)
        moved[c] = ((const double *)old->data)[c] * momentum + now[c] * (1 - momentum);
    finnc_elem elem = call->in[o + 2].elem;
    FINNC_TRY(fnc_out(call, o, elem, 1, &job->channels, &out));
    fnc_convert(FINNC_ELEM_DOUBLE, moved, elem, out, job->channels);
    return FINNC_OK;
}

static finnc_status train(fnc_call *call, norm *job, const fnc_array *params,
                          const double **variance)
{
    double *mean = FNC_SCRATCH(call, double, job->channels);
    double *var = FNC_SCRATCH(call, double, job->channels);
    if (!mean || !var)
        return finnc_no_memory(call->cx);
    FINNC_TRY(measure(call, job, mean, var));
    FINNC_TRY(update(call, job, 1, &params[3], mean));
    FINNC_TRY(update(call, job, 2, &params[4], var));
    job->mean = mean;
    *variance = var;
    return FINNC_OK;
}

finnc_status fnc_batchnorm(fnc_call *call, int axis)
{
    fnc_array params[5];
    FINNC_TRY(fnc_need_inputs(call, 5));
    const fnc_array *x = &call->in[0];
    if (axis >= x->rank || axis < 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "the input has rank %d", x->rank);
    if (!finnc_elem_is_float(x->elem))
        return fnc_bad_elem(call, 0);
    norm job = {.outer = 1, .channels = x->dims[axis], .inner = 1, .x = x->data};
    for (int i = 0; i < axis; i++)
        job.outer *= x->dims[i];
    for (int i = axis + 1; i < x->rank; i++)
        job.inner *= x->dims[i];
    for (size_t i = 1; i < 5; i++) {
        FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, &params[i]));
        if (params[i].nelems != job.channels)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements for %" PRId64 " channels", i,
                              params[i].nelems, job.channels);
    }
    job.scale = params[1].data;
    job.bias = params[2].data;
    job.mean = params[3].data;
    const double *variance = params[4].data;
    if (finnc_node_int(call->node, "training_mode", 0) != 0)
        FINNC_TRY(train(call, &job, params, &variance));
    double epsilon = finnc_node_float(call->node, "epsilon", 1e-5f);
    job.factor = FNC_SCRATCH(call, double, job.channels);
    if (!job.factor)
        return finnc_no_memory(call->cx);
    for (int64_t c = 0; c < job.channels; c++)
        job.factor[c] = job.scale[c] / sqrt(variance[c] + epsilon);
    FINNC_TRY(fnc_out_like(call, 0, x, &job.y));
    void (*loop)(void *, int64_t, int64_t) =
        x->elem == FINNC_ELEM_FLOAT ? normalise_FLOAT : normalise_DOUBLE;
    if (job.inner == 1 && job.channels > 0) /* whole rows */
        loop(&job, 0, job.outer * job.channels);
    else
        fnc_parallel(call, job.outer * job.channels, job.inner * 2, loop, &job);
    return FINNC_OK;
}

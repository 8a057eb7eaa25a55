#include "batchnorm.h"

#include <inttypes.h>
#include <math.h>

typedef struct norm {
    int64_t outer, channels, inner;
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

/* ---- training ---- */

typedef struct figures {
    const norm *job;
    const double *x;
    double *mean, *variance; /* per channel */
} figures;

/* Mean and (population) variance of x itself. Items: channels. */
static void measure(void *user, int64_t begin, int64_t end)
{
    const figures *f = user;
    const norm *job = f->job;
    const double n = (double)(job->outer * job->inner);
    for (int64_t c = begin; c < end; c++) {
        double sum = 0, squares = 0;
        for (int64_t o = 0; o < job->outer; o++)
            for (int64_t i = 0; i < job->inner; i++)
                sum += f->x[(o * job->channels + c) * job->inner + i];
        f->mean[c] = sum / n;
        for (int64_t o = 0; o < job->outer; o++)
            for (int64_t i = 0; i < job->inner; i++) {
                double gap = f->x[(o * job->channels + c) * job->inner + i] - f->mean[c];
                squares += gap * gap;
            }
        f->variance[c] = squares / n;
    }
}

/* Figures as output `o`, of the type and shape of input `like`. */
static finnc_status put(fnc_call *call, size_t o, size_t like, const double *figure)
{
    void *out;
    if (!fnc_out_is_wanted(call, o))
        return FINNC_OK;
    FINNC_TRY(fnc_out_like(call, o, &call->in[like], &out));
    fnc_convert(FINNC_ELEM_DOUBLE, figure, call->in[like].elem, out, call->in[like].nelems);
    return FINNC_OK;
}

/* The running figure moved towards this batch's. */
static finnc_status update(fnc_call *call, const norm *job, size_t o, const fnc_array *old,
                           const double *now)
{
    double momentum = finnc_node_float(call->node, "momentum", 0.9f);
    double *moved = FNC_SCRATCH(call, double, job->channels);
    if (!moved)
        return finnc_no_memory(call->cx);
    for (int64_t c = 0; c < job->channels; c++)
        moved[c] = ((const double *)old->data)[c] * momentum + now[c] * (1 - momentum);
    return put(call, o, o + 2, moved);
}

static finnc_status train(fnc_call *call, norm *job, const fnc_array *params,
                          const double **variance)
{
    figures f = {.job = job,
                 .mean = FNC_SCRATCH(call, double, job->channels),
                 .variance = FNC_SCRATCH(call, double, job->channels)};
    fnc_array x;
    if (!f.mean || !f.variance)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    f.x = x.data;
    fnc_parallel_long(call, job->channels, job->outer * job->inner * 2, measure, &f);
    FINNC_TRY(update(call, job, 1, &params[3], f.mean));
    FINNC_TRY(update(call, job, 2, &params[4], f.variance));
    FINNC_TRY(put(call, 3, 3, f.mean));
    FINNC_TRY(put(call, 4, 4, f.variance));
    job->mean = f.mean;
    *variance = f.variance;
    return FINNC_OK;
}

/* ---- the whole ---- */

fnc_channels fnc_channels_along(const fnc_array *x, int axis)
{
    fnc_channels c = {.outer = 1, .count = x->dims[axis], .inner = 1};
    for (int i = 0; i < axis; i++)
        c.outer *= x->dims[i];
    for (int i = axis + 1; i < x->rank; i++)
        c.inner *= x->dims[i];
    return c;
}

static finnc_status read_params(fnc_call *call, int64_t channels, fnc_array *params)
{
    FINNC_TRY(fnc_need_inputs(call, 5));
    for (size_t i = 1; i < 5; i++) {
        FINNC_TRY(fnc_in_as(call, i, FINNC_ELEM_DOUBLE, &params[i]));
        if (params[i].nelems != channels)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements for %" PRId64 " channels", i,
                              params[i].nelems, channels);
    }
    return FINNC_OK;
}

finnc_status fnc_batchnorm(fnc_call *call, fnc_channels channels, bool is_training)
{
    fnc_array params[5], x;
    void *out;
    FINNC_TRY(read_params(call, channels.count, params));
    finnc_elem stored = call->in[0].elem;
    finnc_elem elem = stored == FINNC_ELEM_DOUBLE ? FINNC_ELEM_DOUBLE : FINNC_ELEM_FLOAT;
    FINNC_TRY(fnc_in_as(call, 0, elem, &x));
    norm job = {.outer = channels.outer,
                .channels = channels.count,
                .inner = channels.inner,
                .scale = params[1].data,
                .bias = params[2].data,
                .mean = params[3].data,
                .x = x.data};
    const double *variance = params[4].data;
    if (is_training)
        FINNC_TRY(train(call, &job, params, &variance));
    double epsilon = finnc_node_float(call->node, "epsilon", 1e-5f);
    job.factor = FNC_SCRATCH(call, double, job.channels);
    if (!job.factor)
        return finnc_no_memory(call->cx);
    for (int64_t c = 0; c < job.channels; c++)
        job.factor[c] = job.scale[c] / sqrt(variance[c] + epsilon);
    FINNC_TRY(fnc_out_like(call, 0, &call->in[0], &out));
    job.y = stored == elem ? out : fnc_scratch_array(call, fnc_elem_size(elem), x.nelems);
    if (!job.y)
        return finnc_no_memory(call->cx);
    void (*loop)(void *, int64_t, int64_t) =
        elem == FINNC_ELEM_FLOAT ? normalise_FLOAT : normalise_DOUBLE;
    if (job.inner == 1 && job.channels > 0) /* whole rows */
        loop(&job, 0, job.outer * job.channels);
    else
        fnc_parallel_long(call, job.outer * job.channels, job.inner * 2, loop, &job);
    if (job.y != out)
        fnc_convert(elem, job.y, stored, out, x.nelems);
    return FINNC_OK;
}

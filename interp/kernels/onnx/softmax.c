/* Softmax, LogSoftmax and Hardmax: along one axis since opset 13, over everything from it on
 * before. Sums run in double. */
#include "../../kernel.h"

#include <base/compiler.h>

#include <math.h>

typedef struct softmax {
    int64_t n, inner; /* elements of a group, and how far apart they are */
    bool is_log;
    const void *x;
    void *y;
} softmax;

/* Items: groups. The greatest element is taken away first, so that exp does not overflow. */
#define SOFTMAX(NAME, T, ...)                                                                      \
    static void softmax_##NAME(void *user, int64_t begin, int64_t end)                             \
    {                                                                                              \
        const softmax *s = user;                                                                   \
        for (int64_t group = begin; group < end; group++) {                                        \
            int64_t at = group / s->inner * s->n * s->inner + group % s->inner;                    \
            const T *x = (const T *)s->x + at;                                                     \
            T *y = (T *)s->y + at;                                                                 \
            double greatest = -INFINITY, sum = 0;                                                  \
            for (int64_t i = 0; i < s->n; i++)                                                     \
                greatest = x[i * s->inner] > greatest ? x[i * s->inner] : greatest;                \
            for (int64_t i = 0; i < s->n; i++)                                                     \
                sum += exp(x[i * s->inner] - greatest);                                            \
            for (int64_t i = 0; i < s->n; i++) {                                                   \
                double shifted = x[i * s->inner] - greatest;                                       \
                y[i * s->inner] = (T)(s->is_log ? shifted - log(sum) : exp(shifted) / sum);        \
            }                                                                                      \
        }                                                                                          \
    }
FNC_FLOATS(SOFTMAX, )

/* The first NaN counts as the greatest, as in numpy. */
#define HARDMAX(NAME, T, ...)                                                                      \
    static void hardmax_##NAME(void *user, int64_t begin, int64_t end)                             \
    {                                                                                              \
        const softmax *s = user;                                                                   \
        for (int64_t group = begin; group < end; group++) {                                        \
            int64_t at = group / s->inner * s->n * s->inner + group % s->inner, best = 0;          \
            const T *x = (const T *)s->x + at;                                                     \
            T *y = (T *)s->y + at;                                                                 \
            for (int64_t i = 1; i < s->n && !isnan(x[best * s->inner]); i++)                       \
                if (!(x[i * s->inner] <= x[best * s->inner]))                                      \
                    best = i;                                                                      \
            for (int64_t i = 0; i < s->n; i++)                                                     \
                y[i * s->inner] = (T)(i == best);                                                  \
        }                                                                                          \
    }
FNC_FLOATS(HARDMAX, )

typedef void range(void *user, int64_t begin, int64_t end);

static finnc_status run(fnc_call *call, range *floats, range *doubles, bool is_log)
{
    int axis;
    FINNC_TRY(fnc_need_inputs(call, 1));
    const fnc_array *x = &call->in[0];
    bool is_flat = call->version < 13;
    softmax s = {.n = 1, .inner = 1, .is_log = is_log, .x = x->data};
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, 0);
    int64_t given = finnc_node_int(call->node, "axis", is_flat ? 1 : -1);
    FINNC_TRY(fnc_axis(call, given, x->rank + (is_flat && given >= 0 ? 1 : 0), &axis));
    for (int i = axis; i < x->rank; i++)
        *(i == axis || is_flat ? &s.n : &s.inner) *= x->dims[i];
    FINNC_TRY(fnc_out_like(call, 0, x, &s.y));
    if (x->nelems > 0)
        fnc_parallel_long(call, x->nelems / s.n, s.n * 64,
                          x->elem == FINNC_ELEM_FLOAT ? floats : doubles, &s);
    return FINNC_OK;
}

static finnc_status run_softmax(fnc_call *call)
{
    return run(call, softmax_FLOAT, softmax_DOUBLE, false);
}

static finnc_status run_log_softmax(fnc_call *call)
{
    return run(call, softmax_FLOAT, softmax_DOUBLE, true);
}

static finnc_status run_hardmax(fnc_call *call)
{
    return run(call, hardmax_FLOAT, hardmax_DOUBLE, false);
}

const fnc_kernel fnc_kernel_onnx_hardmax = {.run = run_hardmax};
const fnc_kernel fnc_kernel_onnx_softmax = {.run = run_softmax};
const fnc_kernel fnc_kernel_onnx_log_softmax = {.run = run_log_softmax};

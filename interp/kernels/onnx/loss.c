/* SoftmaxCrossEntropyLoss and NegativeLogLikelihoodLoss: the second half is the same. Sums run in
 * double. */
#include "../../kernel.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { SCORES, LABELS, WEIGHTS };

/* (N, classes, ...) as (N, classes, inner). */
typedef struct classes {
    int64_t count, inner;
    const void *x; /* scores */
    void *log_prob;
} classes;

/* Items: places, one score per class each. The greatest is taken away first, so that exp does not
 * overflow. */
#define LOG_SOFTMAX(NAME, T, ...)                                                                  \
    static void log_softmax_##NAME(void *user, int64_t begin, int64_t end)                         \
    {                                                                                              \
        const classes *s = user;                                                                   \
        for (int64_t i = begin; i < end; i++) {                                                    \
            int64_t at = i / s->inner * s->count * s->inner + i % s->inner;                        \
            const T *x = (const T *)s->x + at;                                                     \
            T *y = (T *)s->log_prob + at;                                                          \
            double greatest = -(double)INFINITY, sum = 0;                                          \
            for (int64_t c = 0; c < s->count; c++)                                                 \
                greatest = x[c * s->inner] > greatest ? x[c * s->inner] : greatest;                \
            for (int64_t c = 0; c < s->count; c++)                                                 \
                sum += exp(x[c * s->inner] - greatest);                                            \
            for (int64_t c = 0; c < s->count; c++)                                                 \
                y[c * s->inner] = (T)(x[c * s->inner] - greatest - log(sum));                      \
        }                                                                                          \
    }
FNC_FLOATS(LOG_SOFTMAX, )

/* ---- the loss, given log-probabilities ---- */

typedef struct loss {
    const int64_t *labels;
    int64_t nlabels;
    bool may_ignore;
    int64_t ignored;
    const double *weights; /* NULL: all 1 */
} loss;

/* y: each label's loss, or NULL; sum, total: of losses and of weights. */
#define LOSS(NAME, T, ...)                                                                         \
    static void loss_##NAME(const classes *s, const void *log_prob, const loss *l, void *y,        \
                            double *sum, double *total)                                            \
    {                                                                                              \
        for (int64_t i = 0; i < l->nlabels; i++) {                                                 \
            int64_t label = l->labels[i];                                                          \
            double x = 0;                                                                          \
            if (!l->may_ignore || label != l->ignored) {                                           \
                int64_t at = (i / s->inner * s->count + label) * s->inner + i % s->inner;          \
                double weight = l->weights ? l->weights[label] : 1;                                \
                x = -((const T *)log_prob)[at] * weight;                                           \
                *total += weight;                                                                  \
            }                                                                                      \
            *sum += x;                                                                             \
            if (y)                                                                                 \
                ((T *)y)[i] = (T)x;                                                                \
        }                                                                                          \
    }
FNC_FLOATS(LOSS, )

static finnc_status read_loss(fnc_call *call, const classes *s, loss *l)
{
    const fnc_array *x = &call->in[SCORES];
    int64_t dims[FINNC_MAX_RANK];
    for (int i = 0; i + 1 < x->rank; i++)
        dims[i] = x->dims[i == 0 ? 0 : i + 1];
    FINNC_TRY(fnc_need_shape(call, LABELS, x->rank - 1, dims));
    FINNC_TRY(fnc_in_ints(call, LABELS, &l->labels, &l->nlabels));
    l->may_ignore = finnc_node_find_attr(call->node, "ignore_index") != NULL;
    l->ignored = finnc_node_int(call->node, "ignore_index", 0);
    for (int64_t i = 0; i < l->nlabels; i++)
        if ((l->labels[i] < 0 || l->labels[i] >= s->count) &&
            !(l->may_ignore && l->labels[i] == l->ignored))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "label %" PRId64 " is none of %" PRId64 " classes", l->labels[i],
                              s->count);
    if (fnc_has(call, WEIGHTS)) {
        fnc_array weights;
        FINNC_TRY(fnc_need_shape(call, WEIGHTS, 1, &s->count));
        FINNC_TRY(fnc_in_as(call, WEIGHTS, FINNC_ELEM_DOUBLE, &weights));
        l->weights = weights.data;
    }
    return FINNC_OK;
}

static finnc_status run_loss(fnc_call *call, const classes *s, const void *log_prob)
{
    loss l = {0};
    void *y;
    double sum = 0, total = 0;
    finnc_elem elem = call->in[SCORES].elem;
    const char *reduction = finnc_node_string(call->node, "reduction", "mean");
    bool keeps = !strcmp(reduction, "none"), is_mean = !strcmp(reduction, "mean");
    if (!keeps && !is_mean && strcmp(reduction, "sum") != 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "reduction is %s, it may be none, sum or mean",
                          reduction);
    FINNC_TRY(read_loss(call, s, &l));
    const fnc_array *labels = &call->in[LABELS];
    FINNC_TRY(fnc_out(call, 0, elem, keeps ? labels->rank : 0, labels->dims, &y));
    (elem == FINNC_ELEM_FLOAT ? loss_FLOAT : loss_DOUBLE)(s, log_prob, &l, keeps ? y : NULL, &sum,
                                                          &total);
    if (!keeps) {
        sum = is_mean ? sum / total : sum;
        fnc_convert(FINNC_ELEM_DOUBLE, &sum, elem, y, 1);
    }
    return FINNC_OK;
}

static finnc_status read_classes(fnc_call *call, classes *s)
{
    FINNC_TRY(fnc_need_inputs(call, 2));
    const fnc_array *x = &call->in[SCORES];
    *s = (classes){.count = 1, .inner = 1, .x = x->data};
    if (x->elem != FINNC_ELEM_FLOAT && x->elem != FINNC_ELEM_DOUBLE)
        return fnc_bad_elem(call, SCORES);
    if (x->rank < 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "scores of rank %d have no axis of classes (the second)", x->rank);
    s->count = x->dims[1];
    for (int i = 2; i < x->rank; i++)
        s->inner *= x->nelems ? x->dims[i] : 1;
    return FINNC_OK;
}

static finnc_status softmax_cross_entropy_loss(fnc_call *call)
{
    classes s;
    FINNC_TRY(read_classes(call, &s));
    const fnc_array *x = &call->in[SCORES];
    FINNC_TRY(fnc_out_like(call, 1, x, &s.log_prob));
    if (x->nelems > 0)
        fnc_parallel_long(call, x->nelems / s.count, s.count * 48,
                          x->elem == FINNC_ELEM_FLOAT ? log_softmax_FLOAT : log_softmax_DOUBLE, &s);
    return run_loss(call, &s, s.log_prob);
}

static finnc_status negative_log_likelihood_loss(fnc_call *call)
{
    classes s;
    FINNC_TRY(read_classes(call, &s));
    return run_loss(call, &s, s.x);
}

const fnc_kernel fnc_kernel_onnx_softmax_cross_entropy_loss = {.run = softmax_cross_entropy_loss};
const fnc_kernel fnc_kernel_onnx_negative_log_likelihood_loss = {.run =
                                                                     negative_log_likelihood_loss};

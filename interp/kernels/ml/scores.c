#include "scores.h"

#include <math.h>
#include <string.h>

finnc_status fnc_rows_read(fnc_call *call, fnc_rows *rows)
{
    fnc_array x;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_DOUBLE, &x));
    if (x.rank != 1 && x.rank != 2)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "input 0 has rank %d, it may be 1 or 2",
                          x.rank);
    *rows =
        (fnc_rows){.x = x.data, .n = x.rank == 2 ? x.dims[0] : 1, .nfeatures = x.dims[x.rank - 1]};
    return FINNC_OK;
}

/* ---- transforms ---- */

finnc_status fnc_transform_read(fnc_call *call, fnc_transform *transform)
{
    static const char *const names[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"};
    const char *name = finnc_node_string(call->node, "post_transform", "NONE");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name)) {
            *transform = (fnc_transform)i;
            return FINNC_OK;
        }
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no post_transform %s", name);
}

double fnc_logistic(double x)
{
    double v = 1 / (1 + exp(-fabs(x)));
    return x < 0 ? 1 - v : v;
}

/* The quantile of the normal distribution, through Winitzki's approximation of the inverse error
 * function (a = 0.147, good to 2e-3): what onnxruntime and the reference evaluator compute, and
 * models were trained and tested against. */
static double probit(double p)
{
    double z = 2 * p - 1, ln = log((1 - z) * (1 + z));
    double v = 2 / (acos(-1) * 0.147) + 0.5 * ln;
    return copysign(sqrt(2) * sqrt(sqrt(v * v - ln / 0.147) - v), z);
}

static void softmax(double *scores, int64_t n)
{
    double greatest = scores[fnc_greatest(scores, n)], sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += scores[i] = exp(scores[i] - greatest);
    for (int64_t i = 0; i < n; i++)
        scores[i] /= sum;
}

/* Zeros mean "no score" and stay (next to) zero. */
static void softmax_zero(double *scores, int64_t n)
{
    double greatest = scores[fnc_greatest(scores, n)], sum = 0;
    for (int64_t i = 0; i < n; i++) {
        scores[i] = fabs(scores[i]) > 1e-7 ? exp(scores[i] - greatest) : scores[i] * exp(-greatest);
        sum += scores[i];
    }
    for (int64_t i = 0; i < n; i++)
        scores[i] = sum == 0 ? 0.5 : scores[i] / sum;
}

void fnc_transform_row(fnc_transform transform, double *scores, int64_t n)
{
    if (n == 0)
        return;
    switch (transform) {
    case FNC_TRANSFORM_NONE:
        break;
    case FNC_TRANSFORM_SOFTMAX:
        softmax(scores, n);
        break;
    case FNC_TRANSFORM_LOGISTIC:
        for (int64_t i = 0; i < n; i++)
            scores[i] = fnc_logistic(scores[i]);
        break;
    case FNC_TRANSFORM_SOFTMAX_ZERO:
        softmax_zero(scores, n);
        break;
    case FNC_TRANSFORM_PROBIT:
        for (int64_t i = 0; i < n; i++)
            scores[i] = probit(scores[i]);
        break;
    }
}

void fnc_transform_pair(fnc_transform transform, bool is_share, double score, double *pair)
{
    bool is_logistic = transform == FNC_TRANSFORM_LOGISTIC;
    bool is_probit = transform == FNC_TRANSFORM_PROBIT;
    pair[0] = is_probit || (is_share && !is_logistic) ? 1 - score : -score;
    pair[1] = score;
    if (is_logistic || is_probit)
        fnc_transform_row(transform, pair, 2);
}

/* ---- labels ---- */

finnc_status fnc_labels_read(fnc_call *call, const char *const *names, fnc_labels *labels)
{
    labels->is_positive = false;
    return fnc_attr_list(call, names, &labels->list);
}

static finnc_string string_label(const fnc_labels *labels, int64_t class)
{
    static const char digits[] = "01";
    const finnc_string *strings = labels->list.data;
    return labels->is_positive ? (finnc_string){&digits[class], 1} : strings[class];
}

static int64_t int_label(const fnc_labels *labels, int64_t class)
{
    const int64_t *ints = labels->list.data;
    return labels->is_positive || !ints ? class : ints[class];
}

finnc_status fnc_labels_put(fnc_call *call, const fnc_labels *labels, const int64_t *classes,
                            int64_t n)
{
    if (labels->list.elem != FINNC_ELEM_STRING) {
        int64_t *y;
        FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_INT64, 1, &n, &y));
        for (int64_t i = 0; i < n; i++)
            y[i] = int_label(labels, classes[i]);
        return FINNC_OK;
    }
    finnc_string *y;
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_STRING, 1, &n, &y));
    for (int64_t i = 0; i < n; i++)
        y[i] = string_label(labels, classes[i]);
    return FINNC_OK;
}

int64_t fnc_greatest(const double *scores, int64_t n)
{
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}

/* LinearClassifier and LinearRegressor: a matrix of coefficients, a row per class or target. */
#include "../../product.h"
#include "scores.h"

#include <inttypes.h>

/* scores (rows x k) = features times coefficients plus intercepts, in scratch. */
static finnc_status score(fnc_call *call, const fnc_rows *rows, const double *coefficients,
                          int64_t k, double **scores)
{
    const double *intercepts;
    int64_t nintercepts, nscores;
    FINNC_TRY(fnc_attr_doubles(call, "intercepts", &intercepts, &nintercepts));
    if (nintercepts > 0 && nintercepts != k)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute intercepts has %" PRId64 " entries for %" PRId64 " scores",
                          nintercepts, k);
    const int64_t shape[] = {rows->n, k};
    FINNC_TRY(finnc_shape_nelems(call->cx, 2, shape, &nscores));
    *scores = FNC_SCRATCH(call, double, nscores);
    if (!*scores)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_product(call, FINNC_ELEM_DOUBLE, rows->n, k, rows->nfeatures,
                          (fnc_factor){rows->x, rows->nfeatures, false},
                          (fnc_factor){coefficients, rows->nfeatures, true}, *scores, k));
    for (int64_t i = 0; i < nscores && nintercepts > 0; i++)
        (*scores)[i] += intercepts[i % k];
    return FINNC_OK;
}

/* The class of each row before scores are transformed. One score alone speaks for the second of two
 * classes. */
static finnc_status choose(fnc_call *call, const double *scores, int64_t n, int64_t k,
                           fnc_labels *labels)
{
    int64_t *classes = FNC_SCRATCH(call, int64_t, n);
    if (!classes)
        return finnc_no_memory(call->cx);
    labels->is_positive = k == 1 && labels->list.nelems != 2;
    if (k > 1 && labels->list.data && labels->list.nelems != k)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "%" PRId64 " labels for %" PRId64 " classes",
                          labels->list.nelems, k);
    for (int64_t i = 0; i < n; i++)
        classes[i] = k == 1 ? scores[i] > 0 : fnc_greatest(scores + i * k, k);
    return fnc_labels_put(call, labels, classes, n);
}

static finnc_status linear_classifier(fnc_call *call)
{
    static const char *const names[] = {"classlabels_ints", "classlabels_strings", NULL};
    fnc_rows rows;
    fnc_labels labels;
    fnc_transform transform;
    const double *coefficients;
    double *scores;
    float *z;
    int64_t count;
    FINNC_TRY(fnc_rows_read(call, &rows));
    FINNC_TRY(fnc_labels_read(call, names, &labels));
    FINNC_TRY(fnc_transform_read(call, &transform));
    FINNC_TRY(fnc_attr_doubles(call, "coefficients", &coefficients, &count));
    if (rows.nfeatures < 1 || count < 1 || count % rows.nfeatures)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " coefficients are no rows of %" PRId64 " features", count,
                          rows.nfeatures);
    int64_t k = count / rows.nfeatures;
    bool is_pair = k == 1 && labels.list.nelems == 2;
    FINNC_TRY(score(call, &rows, coefficients, k, &scores));
    FINNC_TRY(choose(call, scores, rows.n, k, &labels));
    const int64_t dims[] = {rows.n, is_pair ? 2 : k};
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_FLOAT, 2, dims, &z));
    for (int64_t i = 0; i < rows.n; i++) {
        double pair[2], *row = is_pair ? pair : scores + i * k;
        if (is_pair)
            fnc_transform_pair(transform, true, scores[i], pair);
        else
            fnc_transform_row(transform, row, k);
        fnc_convert(FINNC_ELEM_DOUBLE, row, FINNC_ELEM_FLOAT, z + i * dims[1], dims[1]);
    }
    return FINNC_OK;
}

static finnc_status linear_regressor(fnc_call *call)
{
    fnc_rows rows;
    fnc_transform transform;
    const double *coefficients;
    double *scores;
    float *y;
    int64_t count, targets = finnc_node_attr_int(call->node, "targets"), needed;
    FINNC_TRY(fnc_rows_read(call, &rows));
    FINNC_TRY(fnc_transform_read(call, &transform));
    FINNC_TRY(fnc_attr_doubles(call, "coefficients", &coefficients, &count));
    if (targets < 1 || !fnc_mul_i64(targets, rows.nfeatures, &needed) || count != needed)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " coefficients for %" PRId64 " targets of %" PRId64
                          " features",
                          count, targets, rows.nfeatures);
    FINNC_TRY(score(call, &rows, coefficients, targets, &scores));
    const int64_t dims[] = {rows.n, targets};
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 2, dims, &y));
    for (int64_t i = 0; i < rows.n; i++)
        fnc_transform_row(transform, scores + i * targets, targets);
    fnc_convert(FINNC_ELEM_DOUBLE, scores, FINNC_ELEM_FLOAT, y, rows.n * targets);
    return FINNC_OK;
}

const fnc_kernel fnc_kernel_ml_linear_classifier = {.run = linear_classifier};
const fnc_kernel fnc_kernel_ml_linear_regressor = {.run = linear_regressor};

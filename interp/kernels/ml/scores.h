/* What classifiers and regressors have in common: rows of features, labels, and scores that are
 * transformed at the end. */
#ifndef FNC_ML_SCORES_H
#define FNC_ML_SCORES_H

#include "lists.h"

/* Input 0 as a matrix of doubles, a row per sample; one axis is one row. */
typedef struct fnc_rows {
    const double *x;
    int64_t n, nfeatures;
} fnc_rows;
FINNC_MUST_USE finnc_status fnc_rows_read(fnc_call *call, fnc_rows *rows);

/* ---- transforms ---- */

typedef enum fnc_transform { /* numbered as in TreeEnsemble */
                             FNC_TRANSFORM_NONE,
                             FNC_TRANSFORM_SOFTMAX,
                             FNC_TRANSFORM_LOGISTIC,
                             FNC_TRANSFORM_SOFTMAX_ZERO,
                             FNC_TRANSFORM_PROBIT
} fnc_transform;

/* The attribute post_transform, in words. */
FINNC_MUST_USE finnc_status fnc_transform_read(fnc_call *call, fnc_transform *transform);
/* Transforms the `n` scores of one row in place. */
void fnc_transform_row(fnc_transform transform, double *scores, int64_t n);
/* One score, the second class's, becomes two. The first class's is the rest to one (`is_share`) or
 * the opposite; onnxruntime, whose convention it is, then knows LOGISTIC and PROBIT alone. */
void fnc_transform_pair(fnc_transform transform, bool is_share, double score, double *pair);

double fnc_logistic(double x);

/* ---- labels ---- */

/* The labels of classes, 0 to `count` - 1. */
typedef struct fnc_labels {
    fnc_array list;   /* INT64 or STRING; without an element type classes are their own labels */
    bool is_positive; /* one of two classes is known by one score: its label is 1, the other's 0 */
} fnc_labels;
/* `names`: the two attributes that may hold them. */
FINNC_MUST_USE finnc_status fnc_labels_read(fnc_call *call, const char *const *names,
                                            fnc_labels *labels);
/* Makes output 0 the labels of `n` classes. */
FINNC_MUST_USE finnc_status fnc_labels_put(fnc_call *call, const fnc_labels *labels,
                                           const int64_t *classes, int64_t n);
/* The first of the greatest. */
int64_t fnc_greatest(const double *scores, int64_t n);

#endif

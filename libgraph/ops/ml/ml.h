/* What the records of ai.onnx.ml share. */
#ifndef FNC_OPS_ML_H
#define FNC_OPS_ML_H

#include "../infer.h"

#define FNC_ML_DOMAIN "ai.onnx.ml"
/* What the domain knows of numbers. */
#define FNC_ML_NUMBERS                                                                             \
    (FINNC_TYPE(FLOAT) | FINNC_TYPE(DOUBLE) | FINNC_TYPE(INT32) | FINNC_TYPE(INT64))
#define FNC_ML_TRANSFORM                                                                           \
    {                                                                                              \
        "post_transform", FINNC_ATTR_STRING, "\"NONE\"",                                           \
            "what becomes of scores: NONE, SOFTMAX, LOGISTIC, SOFTMAX_ZERO or PROBIT", 0           \
    }

/* The number of samples in input 0: one axis is one sample. */
finnc_dim fnc_ml_samples(const finnc_infer *in);
/* The number of features; unknown if the rank is. */
finnc_dim fnc_ml_features(const finnc_infer *in);
/* Entries of the attribute, or of `other` if it has none. */
int64_t fnc_ml_count(const finnc_infer *in, const char *name, const char *other);
/* Output `o` is a row of `width` (-1: not known) per sample. */
FINNC_MUST_USE finnc_status fnc_ml_set_scores(finnc_infer *in, size_t o, finnc_elem elem,
                                              int64_t width);
/* Output 0 is a label per sample: strings if the attribute `strings` has any, else INT64. */
FINNC_MUST_USE finnc_status fnc_ml_set_labels(finnc_infer *in, const char *strings);
/* Output 0 has the shape of input 0, and is FLOAT. */
finnc_status fnc_ml_shapes_float(finnc_infer *in);

#endif

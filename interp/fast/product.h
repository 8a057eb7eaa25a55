/* Products of a program's codes with constant weights, as the ops that make them see them. */
#ifndef FNC_FAST_PRODUCT_H
#define FNC_FAST_PRODUCT_H

#include "lower.h"

typedef struct fnc_product {
    size_t s; /* the step */
    const fnc_lowered *in;
    size_t digits;
    const float *levels; /* of the codes */
    /* Code k stands for (low + step k) 2^exponent; and, if there is a scale, times that. */
    int exponent, low, step;
    fnc_scales scale;
    /* By output channel, tap and input channel: weights[i] 2^weight_exponent, times scales. */
    int8_t *weights;
    int weight_exponent;
    fnc_scales weight_scale;
    int64_t out_channels, taps, in_channels; /* those that an output channel sees */
    int64_t groups;
    double factor, offset; /* of the product, before scales and bias: it is factor x sum + offset */
    float alpha;           /* behind the scales: 1 but for Gemm */
    const float *bias;     /* NULL: none */
    fnc_layer shape;       /* the windows */
    fnc_digits out;
    fnc_axes axes;
} fnc_product;

/* Finds the codes of input 0. */
FINNC_MUST_USE finnc_status fnc_product_input(fnc_lowering *l, fnc_product *p, const char **why);
/* What their levels are as integers. May put a layer in between that spaces them evenly. */
FINNC_MUST_USE finnc_status fnc_product_levels(fnc_lowering *l, fnc_product *p, const char **why);
/* `w`: weight (o, tap, c) at o * so + tap * st + c * sc. A scale may vary along `axis` of them. */
FINNC_MUST_USE finnc_status fnc_product_weights(fnc_lowering *l, fnc_product *p, const float *w,
                                                int64_t so, int64_t st, int64_t sc, int axis,
                                                const char **why);
/* Adds the layer that makes the sums; and makes them the output of the step. */
FINNC_MUST_USE finnc_status fnc_product_sums(fnc_lowering *l, fnc_product *p, fnc_lowered *sums,
                                             const char **why);
FINNC_MUST_USE finnc_status fnc_product_finish(fnc_lowering *l, fnc_product *p, const char **why);

#endif

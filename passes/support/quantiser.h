/* What a Quant, IntQuant or BipolarQuant with constant parameters does: x / scale, rounded into
 * low..high, times scale. */
#ifndef FNC_SUPPORT_QUANTISER_H
#define FNC_SUPPORT_QUANTISER_H

#include <pass.h>

typedef struct fnc_quantiser {
    const finnc_tensor *scale;
    double zero;       /* the zero point; 0 for BipolarQuant */
    int bits;          /* 1 for BipolarQuant */
    bool is_signed;    /* BipolarQuant is */
    bool is_sign;      /* -1 or +1 and nothing between: a BipolarQuant, or one signed bit */
    double low, high;  /* the lowest and the highest integer, zero point not yet taken off */
    finnc_dtype dtype; /* of these integers */
} fnc_quantiser;

bool fnc_is_quantiser(const finnc_node *node);
/** NULL, or why nothing can be said of it before the network runs. */
const char *fnc_quantiser_read(const finnc_node *node, fnc_quantiser *q);

/** Does it compute in float32, from its data to its result, as far as is known? As numpy it takes
 * any types, of which double makes it compute in double; integers, and a zero point that is one
 * number, do not. */
bool fnc_quantiser_is_float(const finnc_node *node);

/** Is each element of `tensor` exactly `x`? */
bool fnc_tensor_is_all(const finnc_tensor *tensor, double x);
/** A tensor of one element without axes, if it would or could otherwise give a value of `rank` axes
 * (-1: not known) more than it has, or is a list of one; else the tensor itself. */
FINNC_MUST_USE finnc_status fnc_factor_of(finnc_ctx *cx, const finnc_tensor *tensor, int rank,
                                          finnc_tensor **factor);

/* May what it makes be of another shape than its data, which its parameters are stretched over?
 * NULL: it is not, or words. */
const char *fnc_quantiser_enlarges(const finnc_node *node);

#endif

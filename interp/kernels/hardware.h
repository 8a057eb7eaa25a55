/* What FINN's hardware layers share. Their data lie channels-last; the variants for HLS and RTL
 * compute what the abstract layer does. */
#ifndef FNC_HARDWARE_H
#define FNC_HARDWARE_H

#include "../kernel.h"

/* Is the attribute `name` the data type BIPOLAR? */
bool fnc_is_bipolar(const fnc_call *call, const char *name);
/* Applies the thresholds of input `t` (unless noActivation) to `x`, whose last axis is the
 * channels, and makes that output 0, under the shape the model has for it if that fits. */
FINNC_MUST_USE finnc_status fnc_activate(fnc_call *call, const fnc_array *x, size_t t);
/* Two numbers of an attribute such as Stride. */
FINNC_MUST_USE finnc_status fnc_hw_pair(fnc_call *call, const char *name, int64_t least,
                                        int64_t pair[2]);
/* Bits that a sum of `terms` numbers of `in_bits` has more than `out_bits`; at least 0. */
int fnc_hw_shift(int in_bits, int out_bits, int64_t terms);
/* The bits of the data type in attribute `name`. */
FINNC_MUST_USE finnc_status fnc_hw_bits(fnc_call *call, const char *name, int *bits);
/* BAD_VALUE unless input 0 is FLOAT of that rank. */
FINNC_MUST_USE finnc_status fnc_hw_input(fnc_call *call, int rank);

#endif

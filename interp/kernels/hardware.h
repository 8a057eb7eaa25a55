/* What FINN's hardware layers share. Their data lie channels-last; the variants for HLS and RTL
 * compute what the abstract layer does. */
#ifndef FNC_KERNELS_HARDWARE_H
#define FNC_KERNELS_HARDWARE_H

#include "../kernel.h"

/* Is the attribute `name` the data type BIPOLAR? */
bool fnc_is_bipolar(const fnc_call *call, const char *name);
/* `x` becomes output 0, under the shape that the model has for it if that fits. */
FINNC_MUST_USE finnc_status fnc_hw_plain(fnc_call *call, const fnc_array *x);
/* The same with scale * count + bias instead of x, `count` being how many of the thresholds (input
 * `t`) an element reaches; the last axis is the channels. */
FINNC_MUST_USE finnc_status fnc_hw_activate(fnc_call *call, const fnc_array *x, size_t t,
                                            double scale, double bias);
/* Layers pass numbers on in floats; in integers where the model declares output `o` so, which was a
 * TopK's once. `otherwise` where it does not. */
finnc_elem fnc_hw_said_elem(const fnc_call *call, size_t o, finnc_elem otherwise);
/* Two numbers of an attribute such as Stride. */
FINNC_MUST_USE finnc_status fnc_hw_pair(fnc_call *call, const char *name, int64_t least,
                                        int64_t pair[2]);
/* The data type that attribute `name` says. */
FINNC_MUST_USE finnc_status fnc_hw_dtype(fnc_call *call, const char *name, finnc_dtype *dtype);
/* BAD_VALUE unless input 0 is FLOAT of that rank. */
FINNC_MUST_USE finnc_status fnc_hw_input(fnc_call *call, int rank);
/* Channels that lie together under one tap in the windows that VVAU and Pool read: all of
 * `channels`, or groups of PE, each with all taps. They need not divide `channels`. */
int64_t fnc_hw_channels_together(const fnc_call *call, int64_t channels);

#endif

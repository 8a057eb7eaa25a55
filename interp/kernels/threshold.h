/* Counting thresholds: what MultiThreshold and FINN's layers with an activation do. */
#ifndef FNC_THRESHOLD_H
#define FNC_THRESHOLD_H

#include "../kernel.h"

/* y = scale * count + bias, count being how many of its channel's thresholds an element reaches.
 * `t`: (channels, steps), or one row for all of them. Channels lie along `axis` of x; y is of x's
 * element type. Comparisons are exact: in float if both are FLOAT, else in double. */
FINNC_MUST_USE finnc_status fnc_threshold(fnc_call *call, const fnc_array *x, const fnc_array *t,
                                          int axis, double scale, double bias, void *y);

#endif

/* Pools over channels-first data. */
#ifndef FNC_KERNEL_POOL_H
#define FNC_KERNEL_POOL_H

#include "window.h"

/* The greatest element of each window, plane by plane; `x`: `planes` of w->in_size elements.
 * UNSUPPORTED for element types without an order (as input 0's). */
FINNC_MUST_USE finnc_status fnc_max_pool(fnc_call *call, const fnc_windows *w, finnc_elem elem,
                                         int64_t planes, const void *x, void *y);
/* The average of each window over FLOAT or DOUBLE. With `count_pads` padding counts as zeros, up to
 * where the window of ceil_mode reaches beyond it. */
FINNC_MUST_USE finnc_status fnc_average_pool(fnc_call *call, const fnc_windows *w, finnc_elem elem,
                                             int64_t planes, bool count_pads, const void *x,
                                             void *y);

/* Low bits to drop so that any sum of `terms` integers of `in_bits` fits `out_bits`; at least 0. */
int fnc_pool_shift(int in_bits, int out_bits, int64_t terms);

#endif

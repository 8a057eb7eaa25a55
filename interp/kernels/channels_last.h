/* Windows over channels-last data, and turning data to channels first and back. */
#ifndef FNC_CHANNELS_LAST_H
#define FNC_CHANNELS_LAST_H

#include "window.h"

/* (N, spatial..., C) to (N, C, spatial...) and back, into scratch or `to`. */
FINNC_MUST_USE finnc_status fnc_to_channels_first(fnc_call *call, const fnc_array *x,
                                                  const void **data, int64_t *dims);
void fnc_to_channels_last(const fnc_call *call, finnc_elem elem, int rank, const int64_t *dims,
                          const void *from, void *to);

/* The elements under each window of channels-last data (N, spatial..., C), as (N, out spatial...,
 * taps * C): taps row by row, channels innermost; `fill` (one element) for padding. */
void fnc_patches(const fnc_call *call, const fnc_windows *w, size_t size, int64_t images,
                 int64_t channels, const void *x, const void *fill, void *y);

#endif

/* The largest or smallest elements along an axis. */
#ifndef FNC_SELECT_H
#define FNC_SELECT_H

#include "../kernel.h"

/* Numbers as integers that have the same order, equal where they are equal; a NaN is larger than
 * anything, as in numpy's sort. */
#define FNC_SELECT_NAN INT64_MAX /* among floats, only a NaN's */
void fnc_select_keys(finnc_elem elem, const void *x, int64_t n, int64_t *keys);
/* Order of selection along one axis: indices[0..k-1] of the `n` keys `x`, best first; of equals
 * the lower index first. `indices` has room for n. */
void fnc_select(const int64_t *x, int64_t n, int64_t k, bool largest, int64_t *indices);

#endif

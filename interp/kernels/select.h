/* The largest or smallest elements along an axis. */
#ifndef FNC_SELECT_H
#define FNC_SELECT_H

#include "../kernel.h"

/* Order of selection along one axis: indices[0..k-1] of the `n` numbers `x`, best first; of equals
 * the lower index first. `indices` has room for n. */
void fnc_select(const double *x, int64_t n, int64_t k, bool largest, int64_t *indices);

#endif

/* A tensor in a few words, for remarks: what decided, as numbers. */
#ifndef FNC_SPREAD_H
#define FNC_SPREAD_H

#include <finnc/tensor.h>

enum { FNC_SPREAD_MAX = 96 };

/* "0.5", "64 values, 0.011 to 0.094", "64 values, all 2", "no values". NaNs are left out of the
 * range, and counted: "4 values, 1 to 2, 1 NaN". */
const char *fnc_tensor_spread(const finnc_tensor *tensor, char text[FNC_SPREAD_MAX]);

/* The smallest and the largest element, NaNs left out; infinity and -infinity if there is none. */
void fnc_tensor_range(const finnc_tensor *tensor, double *lo, double *hi);

#endif

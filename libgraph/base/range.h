/* How many numbers there are from `start` in steps of `delta` before `limit`: false if `delta` is
 * 0, or the number is not one (a NaN, or beyond an int64_t). */
#ifndef FNC_RANGE_H
#define FNC_RANGE_H

#include "compiler.h"

bool fnc_range_floats(double start, double limit, double delta, int64_t *n);
bool fnc_range_ints(int64_t start, int64_t limit, int64_t delta, int64_t *n);

#endif

/* finnc_tensor_compare for things of many items: it stops when `cx` is cancelled, or its time is
 * over. Then the answer is not whole, and finnc_ctx_check fails. */
#ifndef FNC_DIFFERENCE_H
#define FNC_DIFFERENCE_H

#include <finnc/compare.h>

void fnc_tensor_compare(const finnc_ctx *cx, const finnc_tensor *a, const finnc_tensor *b,
                        double rtol, const char *name, finnc_difference *difference);

#endif

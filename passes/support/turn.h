/* A constant turned along with the data that it is broadcast onto. */
#ifndef FNC_TURN_H
#define FNC_TURN_H

#include <finnc/tensor.h>

/* What the constant operand of an element-wise op becomes once its data, of `rank` axes, go through
 * a Transpose with that `perm` first: axes that it lacks come before the others, and all follow.
 * The caller releases it. BAD_VALUE: it has more axes than the data. */
FINNC_MUST_USE finnc_status fnc_turn_tensor(finnc_ctx *cx, const finnc_tensor *tensor, int rank,
                                            const int64_t *perm, finnc_tensor **turned);

#endif

/* Random tensors that suit a value. */
#ifndef FNC_RANDOM_H
#define FNC_RANDOM_H

#include <finnc/graph.h>

/* A tensor of the value's element type and shape (unknown dimensions 1), drawn from its data type.
 */
FINNC_MUST_USE finnc_status fnc_random_tensor(finnc_ctx *cx, const finnc_value *value,
                                              uint64_t seed, finnc_tensor **tensor);

#endif

/* Tensors whose elements are a function of their place. */
#ifndef FNC_FILL_H
#define FNC_FILL_H

#include "../kernel.h"

typedef double fnc_fill_fn(const void *user, int64_t i);
/* out[i] = element(user, i), rounded to `elem` (a type of whole bytes), for `n` elements, side by
 * side; `cost` of one as in fnc_parallel. */
void fnc_fill(const fnc_call *call, finnc_elem elem, void *out, int64_t n, int64_t cost,
              fnc_fill_fn *element, const void *user);

#endif

/* Do tensors hold what the data types that their values are annotated with allow? Upstream does not
 * ask (it rounds, see sanitise.h); a session does on demand. */
#ifndef FNC_ALLOWED_H
#define FNC_ALLOWED_H

#include <finnc/graph.h>

/* BAD_VALUE names the first element, row by row, that `value`'s annotation forbids: "output y:
 * element [0,3] is 5, but INT2 holds whole numbers from -2 to 1". `role`: what the value is to
 * whoever gave the tensor, such as "output". A value without an annotation holds everything. */
FINNC_MUST_USE finnc_status fnc_check_dtype(finnc_ctx *cx, const char *role,
                                            const finnc_value *value, const finnc_tensor *tensor);

#endif

/* Upstream's care for values that should be integers (qonnx 1.0.0, core/execute_custom_node):
 * a tensor annotated with an integer type whose elements are off by rounding is rounded, and one
 * that is off by more is an error. The annotated range is not enforced. */
#ifndef FNC_SANITISE_H
#define FNC_SANITISE_H

#include "step.h"

/* Does a run do that with this value? Not if its type is none of integers, nor if the session was
 * told to leave all as it is. */
bool fnc_sanitises(const fnc_runner *runner, const finnc_value *value);
/* If so, replaces `*tensor` by a rounded one (releasing it) if its elements ask for that; and makes
 * truth of it, whatever its type. BAD_VALUE: an element is farther than 0.01 from the next integer.
 */
FINNC_MUST_USE finnc_status fnc_sanitise(const fnc_runner *runner, const finnc_value *value,
                                         const finnc_tensor **tensor);
/* A BOOL is 0 or 1, to kernels: a file may hold any byte, each of which but 0 is true. Replaces
 * `*tensor` (releasing it) if there is another. */
FINNC_MUST_USE finnc_status fnc_sanitise_truth(finnc_ctx *cx, const finnc_tensor **tensor);

#endif

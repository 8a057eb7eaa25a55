/* Makes chosen tensors graph outputs, behind those that are. */
#ifndef FNC_TIDY_EXPOSING_H
#define FNC_TIDY_EXPOSING_H

#include <finnc/pass.h>

typedef bool fnc_expose_wants(const void *user, const finnc_value *value);

/* Asks for every value with a type but graph inputs and outputs, in the order in which the model
 * lists them. */
FINNC_MUST_USE finnc_status fnc_expose(finnc_pass_run *run, finnc_graph *graph,
                                       fnc_expose_wants *wants, const void *user);

#endif

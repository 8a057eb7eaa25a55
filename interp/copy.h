/* The copy of a model that a session runs, where the model as it stands will not do. */
#ifndef FNC_COPY_H
#define FNC_COPY_H

#include "plan.h"

#include <finnc/model.h>

/* A copy with what the model's functions and Gradient nodes stand for, and with the element types
 * and shapes that values do not have; NULL: the model has all that. Tensors are shared. What cannot
 * be inferred stays unknown, and is no failure: who runs it says what is wrong there. */
FINNC_MUST_USE finnc_status fnc_copy_to_run(finnc_ctx *cx, const finnc_model *model,
                                            finnc_model **copy);
/* Does a copy have nodes other than the model's? */
bool fnc_copy_is_expanded(const finnc_model *model);
/* Tells the steps of a plan, and of bodies in it, whose nodes theirs are copies of: those of
 * `graph`. Unless it is expanded, a copy has them all, in their order. */
void fnc_copy_tell_origins(const finnc_graph *graph, fnc_plan *plan);

#endif

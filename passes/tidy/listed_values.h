/* The values inside a graph in the order in which the model lists their types. */
#ifndef FNC_TIDY_LISTED_VALUES_H
#define FNC_TIDY_LISTED_VALUES_H

#include <base/arena.h>

#include <finnc/graph.h>

/* All values with a type but graph inputs and outputs: first those that value_info lists, in its
 * order, then the others (initialisers need no entry there). `values` is in the arena. */
FINNC_MUST_USE finnc_status fnc_list_values(finnc_ctx *cx, const finnc_graph *graph,
                                            fnc_arena *arena, finnc_value ***values, size_t *count);

#endif

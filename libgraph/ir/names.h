/* Names of values, for the editing functions in ir. */
#ifndef FNC_NAMES_H
#define FNC_NAMES_H

#include "ir.h"

/* Enters a value under its name, which must be free in `graph`; takes it out again. */
FINNC_MUST_USE finnc_status fnc_name_add(finnc_ctx *cx, finnc_graph *graph, finnc_value *value);
void fnc_name_remove(finnc_graph *graph, finnc_value *value);
/* Is a value of that name in any graph of the model? */
FINNC_MUST_USE finnc_status fnc_name_is_taken(finnc_ctx *cx, const finnc_graph *graph,
                                              const char *text, bool *taken);
/* The value that holds a name where one of `graph` would collide with it, hide it or be hidden by
 * it; NULL. */
FINNC_MUST_USE finnc_status fnc_name_find_holder(finnc_ctx *cx, const finnc_graph *graph,
                                                 const char *text, finnc_value **holder);
/* Frees the tables, before the graph's and the model's memory go. */
void fnc_graph_forget_names(finnc_graph *graph);
void fnc_model_forget_names(finnc_model *model);

#endif

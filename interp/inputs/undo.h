/* Steps of a graph that can be undone element by element: what has to go in for this to come out?
 */
#ifndef FNC_UNDO_H
#define FNC_UNDO_H

#include <finnc/graph.h>

/* How such a step is undone; NULL: it is no such step, read at input `index`. */
typedef struct fnc_undo fnc_undo;
const fnc_undo *fnc_undo_find(const finnc_node *node, size_t index);
/* How many results on the way the step rounds to its floats. */
int fnc_undo_roundings(const fnc_undo *undo);
/* Numbers of type DOUBLE in the shape of the step's output become those of its input `index`. What
 * cannot be had is no number. BAD_VALUE, UNSUPPORTED: it cannot be undone here after all. */
FINNC_MUST_USE finnc_status fnc_undo_step(finnc_ctx *cx, const fnc_undo *undo,
                                          const finnc_node *node, size_t index,
                                          const finnc_tensor *y, finnc_tensor **x);
/* `a` op `b` in DOUBLE; `b` may be of any numeric type. */
FINNC_MUST_USE finnc_status fnc_in_double(finnc_ctx *cx, const char *op, const finnc_tensor *a,
                                          const finnc_tensor *b, finnc_tensor **result);
/* The value's shape, unknown sizes 1 as in inputs that are drawn; false without a rank. */
bool fnc_drawn_shape(const finnc_value *value, int *rank, int64_t dims[FINNC_MAX_RANK]);

#endif

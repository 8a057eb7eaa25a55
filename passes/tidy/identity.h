/* Identity nodes, for whoever wants a tensor under a second name. */
#ifndef FNC_TIDY_IDENTITY_H
#define FNC_TIDY_IDENTITY_H

#include <finnc/graph.h>

/*      f -> x        becomes        f -> x_identity -> Identity -> x
 * `x` keeps its readers and its place among the graph outputs; as a graph input it gives its place
 * to x_identity. */
FINNC_MUST_USE finnc_status fnc_insert_identity_before(finnc_ctx *cx, finnc_value *x);
/*      x -> g        becomes        x -> Identity -> x_identity -> g
 * `x` keeps its producer, and its place among the graph outputs if nobody reads it it gives away.
 */
FINNC_MUST_USE finnc_status fnc_insert_identity_after(finnc_ctx *cx, finnc_value *x);

#endif

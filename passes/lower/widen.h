/* Nodes over tensors of three axes made to work on four, the last of which has one element. */
#ifndef FNC_LOWER_WIDEN_H
#define FNC_LOWER_WIDEN_H

#include <finnc/graph.h>

/* NULL, or why the node cannot be widened. */
const char *fnc_widen_obstacle(const finnc_node *node);
/* Changes attributes and constants of a node that nothing is in the way of, if it works on three
 * axes; shapes still have to say so. */
FINNC_MUST_USE finnc_status fnc_widen_node(finnc_ctx *cx, finnc_node *node);

#endif

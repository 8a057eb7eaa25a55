/* What the versions of a domain changed about its ops. */
#ifndef FNC_PASS_OPSET_CHANGES_H
#define FNC_PASS_OPSET_CHANGES_H

#include <finnc/graph.h>

/* Writes a node of version `from` of its domain so that it means the same in version `to`, which
 * is newer. UNSUPPORTED where that cannot be said. Shapes are those that inference found. */
FINNC_MUST_USE finnc_status fnc_node_raise(finnc_ctx *cx, finnc_node *node, int64_t from,
                                           int64_t to);

#endif

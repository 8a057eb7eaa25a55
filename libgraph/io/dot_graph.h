/* The drawing as a graph of cgraph, for writing and for laying out. Only io/dot*.c know Graphviz.
 */
#ifndef FNC_DOT_GRAPH_H
#define FNC_DOT_GRAPH_H

#include "dot_style.h"

#include <finnc/model.h>

#include <graphviz/cgraph.h>

/* cgraph keeps state of its own between calls, and prints its complaints. From here to
 * fnc_dot_leave one thread at a time works with it, and complaints are kept instead. */
typedef struct fnc_dot_session {
    agusererrf before;
} fnc_dot_session;
void fnc_dot_enter(fnc_dot_session *session);
void fnc_dot_leave(fnc_dot_session *session);
/* The first complaint since fnc_dot_enter, on one line; "" if there was none. */
const char *fnc_dot_complaint(void);

/* The empty drawing; NULL if there is no memory. One in a session. */
Agraph_t *fnc_dot_open(void);
/* A drawing's own names for nodes and clusters: short, and nothing in them to escape. */
typedef struct fnc_dot_names {
    size_t nnodes, nclusters;
} fnc_dot_names;
Agnode_t *fnc_dot_add_node(fnc_dot_names *names, Agraph_t *where);
Agraph_t *fnc_dot_add_cluster(fnc_dot_names *names, Agraph_t *where, const char *label);
/* Sets an attribute of a graph, a node or an edge. */
void fnc_dot_set(void *object, const char *name, const char *text);
void fnc_dot_style_node(Agnode_t *node, const fnc_dot_node_style *style);

/* What the shapes and colours mean that occur. */
void fnc_dot_add_legend(fnc_dot_names *names, Agraph_t *root, const bool kinds[FNC_NKINDS],
                        const bool flows[FNC_NFLOWS], bool has_bottleneck);

/* Between fnc_dot_enter and fnc_dot_leave; the caller ends the graph with agclose. */
FINNC_MUST_USE finnc_status fnc_dot_build(finnc_ctx *cx, const finnc_model *model,
                                          Agraph_t **graph);

#endif

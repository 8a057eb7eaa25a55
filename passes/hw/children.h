/* The models of dataflow partitions, changed together with their parent. */
#ifndef FNC_HW_CHILDREN_H
#define FNC_HW_CHILDREN_H

#include <finnc/model.h>

typedef struct fnc_children {
    finnc_ctx *cx;
    int depth;
    size_t count; /* how often one was entered */
} fnc_children;

/* Is it a StreamingDataflowPartition? (Not a GenericPartition, which may hold anything.) */
bool fnc_children_has(const finnc_node *node);

/* The model of partition `node`, which the node's model owns. Fails as fnc_check_nesting and
 * finnc_node_need_partition do. Each call that succeeds is followed by fnc_children_leave. */
FINNC_MUST_USE finnc_status fnc_children_enter(fnc_children *children, finnc_node *node,
                                               finnc_model **child);
void fnc_children_leave(fnc_children *children);

#endif

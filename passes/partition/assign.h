/* Which node belongs to which partition. */
#ifndef FNC_PARTITION_ASSIGN_H
#define FNC_PARTITION_ASSIGN_H

#include <base/arena.h>

#include <finnc/pass.h>

enum { FNC_NO_PART = -1 };

typedef struct fnc_parts {
    const char *const *ids; /* as texts */
    size_t count;
    finnc_node **nodes; /* of the graph, in order */
    int *part_of;       /* of each node: an index into `ids`, or FNC_NO_PART */
    size_t nnodes;
} fnc_parts;

/* Lists the nodes of the graph, none of which is in a partition yet. */
FINNC_MUST_USE finnc_status fnc_parts_init(finnc_ctx *cx, fnc_arena *scratch,
                                           const finnc_graph *graph, fnc_parts *parts);

/* What the parameter `partitioning` says, {id: what}, `what` being a list of places in the list of
 * nodes, a filter (node_filter.h), or either. BAD_VALUE: a node is in two partitions, an index
 * names no node, an id cannot be part of a file's name. */
FINNC_MUST_USE finnc_status fnc_parts_by_index(finnc_pass_run *run, finnc_graph *graph,
                                               fnc_arena *scratch, fnc_parts *parts);
FINNC_MUST_USE finnc_status fnc_parts_by_filter(finnc_pass_run *run, finnc_graph *graph,
                                                fnc_arena *scratch, fnc_parts *parts);
FINNC_MUST_USE finnc_status fnc_parts_by_either(finnc_pass_run *run, finnc_graph *graph,
                                                fnc_arena *scratch, fnc_parts *parts);

#endif

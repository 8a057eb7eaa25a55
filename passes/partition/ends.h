/* The parts of a graph: their nodes in order, and the values by which they meet the rest. */
#ifndef FNC_PARTITION_ENDS_H
#define FNC_PARTITION_ENDS_H

#include "../support/value_map.h"
#include "assign.h"

/* Values in the order in which they were met. */
typedef struct fnc_value_list {
    finnc_value **values;
    size_t count, room;
    fnc_value_map met;
} fnc_value_list;

typedef struct fnc_part {
    finnc_node **nodes;
    size_t count;
    fnc_value_list inputs, outputs; /* fnc_parting_find_ends */
} fnc_part;

typedef struct fnc_parting {
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena *scratch;
    fnc_parts *assigned;
    fnc_value_map part_of; /* a node's outputs -> the node's entry in assigned->part_of */
    fnc_part *parts;       /* assigned->count of them */
} fnc_parting;

/* The first that is there, or NULL: it stands for a node that may give way to another. */
const finnc_value *fnc_first_output(const finnc_node *node);
/* Sorts the nodes into their parts. One without outputs is taken out of its part: nobody would see
 * what it did in there. */
FINNC_MUST_USE finnc_status fnc_parting_init(finnc_ctx *cx, finnc_graph *graph, fnc_arena *scratch,
                                             fnc_parts *assigned, fnc_parting *p);
/* The part of a node, or of whatever makes the node's first output now; FNC_NO_PART. */
int fnc_parting_find(const fnc_parting *p, const finnc_node *node);
/* The node of the graph itself that `node` is, or in one of whose bodies it stands. */
finnc_node *fnc_parting_outermost(const fnc_parting *p, finnc_node *node);
/* Inputs, in the order of their first use: what the part uses and neither makes nor finds constant.
 * Outputs, in order: what somebody outside uses, or nobody inside may hide: a graph output. */
FINNC_MUST_USE finnc_status fnc_parting_find_ends(fnc_parting *p, int k);
/* Its nodes are in no part any more, and it is empty. */
void fnc_parting_drop(fnc_parting *p, int k);

#endif

/* Which node belongs to which partition. */
#ifndef FNC_PARTITION_ASSIGN_H
#define FNC_PARTITION_ASSIGN_H

#include <base/arena.h>

#include <finnc/pass.h>

#include <jansson.h>

enum { FNC_NO_PART = -1 };

typedef struct fnc_parts {
    const char *const *ids; /* as texts, borrowed from the parameter */
    size_t count;
    finnc_node **nodes; /* of the graph, in order */
    int *part_of;       /* of each node: an index into `ids`, or FNC_NO_PART */
    size_t nnodes;
} fnc_parts;

/* Reads {id: what}; `kinds` are those of partition.h. BAD_VALUE: a node is in two partitions, an
 * index names no node, an id cannot be part of a file's name. */
FINNC_MUST_USE finnc_status fnc_parts_read(finnc_ctx *cx, fnc_arena *scratch,
                                           const finnc_graph *graph, json_t *partitioning,
                                           unsigned kinds, fnc_parts *parts);

#endif

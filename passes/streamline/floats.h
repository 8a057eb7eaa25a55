/* What keeps a network from being integers between its quantisers. */
#ifndef FNC_STREAMLINE_FLOATS_H
#define FNC_STREAMLINE_FLOATS_H

#include <base/arena.h>

#include <pass.h>

/* A node that computes with floats, and whose results some quantiser decides about. */
typedef struct fnc_float_node {
    finnc_node *node;
    finnc_node
        *before; /* a quantiser that its data come from; NULL: none, it stands at the input */
    finnc_node *behind; /* a quantiser that its results go to */
} fnc_float_node;

typedef struct fnc_floats {
    fnc_float_node *nodes; /* in node order; in the arena */
    size_t count;          /* of them */
    size_t nbetween;       /* those with a quantiser before them */
} fnc_floats;

/** Finds them, in time that grows with the graph's size. The graph is sorted. Nodes that only move
 *  or choose elements do not count, nor do those that bodies of other nodes hold. */
FINNC_MUST_USE finnc_status fnc_floats_find(finnc_ctx *cx, const finnc_graph *graph,
                                            fnc_arena *arena, fnc_floats *floats);

#endif

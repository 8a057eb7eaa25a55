/* Where bipolar data (-1, +1) come from, and the same data as 0 and 1. */
#ifndef FNC_QUANT_BINARY_SOURCE_H
#define FNC_QUANT_BINARY_SOURCE_H

#include "../support/value_map.h"

/* Remembers for one run which values have a twin that holds 0 and 1. */
typedef struct fnc_binary_source {
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena arena;
    fnc_value_map twins; /* from the bipolar value to the binary one */
} fnc_binary_source;

void fnc_binary_source_init(fnc_binary_source *source, finnc_ctx *cx, finnc_graph *graph);
void fnc_binary_source_clear(fnc_binary_source *source);

/* NULL, or why the data that `node` reads as input 0 cannot be had as 0 and 1. They have to come
 * from a MultiThreshold, or from a graph input that nobody else reads, through ops that only move
 * elements. */
const char *fnc_binary_source_obstacle(const finnc_node *node);
/* Makes input 0 of `node` the data as 0 and 1, BINARY. If `node` alone reads what leads there, that
 * is changed in place; else what leads there gets a twin, which all that ask share, and goes when
 * nobody reads it any more. */
FINNC_MUST_USE finnc_status fnc_binary_source_use(fnc_binary_source *source, finnc_node *node);

#endif

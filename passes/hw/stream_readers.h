/* Who reads the streams between FINN's layers. */
#ifndef FNC_HW_STREAM_READERS_H
#define FNC_HW_STREAM_READERS_H

#include "../support/value_map.h"

/* Those that read a value in the end, behind layers that hand it on as it is. */
typedef struct fnc_stream_readers {
    size_t count;   /* nodes, and 1 if it leaves the graph */
    bool is_joined; /* one of them joins it with other streams */
} fnc_stream_readers;

typedef struct fnc_streams {
    fnc_value_map readers; /* a value's, if it has any */
    finnc_node **nodes;    /* all of the graph's, producers before users */
    size_t count;
} fnc_streams;

/* Fills in `streams`, all zero but for the arena of `readers`. A cycle is BAD_VALUE. */
FINNC_MUST_USE finnc_status fnc_streams_look(finnc_ctx *cx, const finnc_graph *graph,
                                             fnc_streams *streams);
/* NULL: nobody reads it. */
const fnc_stream_readers *fnc_streams_readers(const fnc_streams *streams, const finnc_value *value);

/* Is it a layer with one inputDataType for all of its streams? */
bool fnc_joins_streams(const finnc_node *node);
/* Is it a FIFO, a copy, a padding or the like: what leaves it has the type of what came as input 0?
 * finnc_layer_hands_on asks for more, that nothing is added and the order stays. */
bool fnc_hands_stream_on(const finnc_node *node);

#endif

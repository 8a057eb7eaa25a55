/* A graph of hardware layers as its analyses see it: layers, and the streams between them. */
#ifndef FNC_STREAMS_H
#define FNC_STREAMS_H

#include "value_index.h"

#include <finnc/layer.h>

/* A stream that comes in at a layer's input. */
typedef struct fnc_stream_edge {
    size_t from, output; /* the layer that makes it and its output; SIZE_MAX: no layer does */
    size_t to, input;
} fnc_stream_edge;

typedef struct fnc_streams {
    const finnc_node **layers; /* in the graph's order */
    size_t nlayers;
    fnc_stream_edge *edges; /* layer by layer, input by input */
    size_t nedges;
    size_t *first;        /* of layer l: edges first[l] up to first[l + 1] */
    fnc_value_index made; /* the layer that makes a value */
} fnc_streams;

/* Everything lies in `arena`. BAD_VALUE: there is no layer, or a layer's stream is read twice;
 * fails as finnc_layer_input, and as fnc_streams_need_known. */
FINNC_MUST_USE finnc_status fnc_streams_init(fnc_streams *streams, finnc_ctx *cx, fnc_arena *arena,
                                             const finnc_graph *graph);

/* UNSUPPORTED, naming the first one, if a node is a hardware layer that has no record: an answer
 * without it would be wrong. Partitions are none. Warns of nodes between layers that are none. */
FINNC_MUST_USE finnc_status fnc_streams_need_known(finnc_ctx *cx, const finnc_graph *graph);
/* BAD_VALUE if more than `reader` read `value`; a graph's output is read by whoever runs it. */
FINNC_MUST_USE finnc_status fnc_streams_need_one_reader(finnc_ctx *cx, const finnc_node *reader,
                                                        const finnc_value *value);

#endif

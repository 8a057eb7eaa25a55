/* What analyses of a graph of hardware layers need to hold of it. */
#ifndef FNC_STREAMS_H
#define FNC_STREAMS_H

#include <finnc/layer.h>

/* UNSUPPORTED, naming the first one, if a node is a hardware layer that has no record: an answer
 * without it would be wrong. Partitions are none. */
FINNC_MUST_USE finnc_status fnc_streams_need_known(finnc_ctx *cx, const finnc_graph *graph);
/* BAD_VALUE if more than `reader` read `value`; a graph's output is read by whoever runs it. */
FINNC_MUST_USE finnc_status fnc_streams_need_one_reader(finnc_ctx *cx, const finnc_node *reader,
                                                        const finnc_value *value);

#endif

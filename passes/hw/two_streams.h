/* Layers that join two streams element by element. */
#ifndef FNC_HW_TWO_STREAMS_H
#define FNC_HW_TWO_STREAMS_H

#include "stream.h"

typedef struct fnc_hw_two_streams {
    finnc_value *in[2], *out;
    bool is_channels_first; /* one of them is annotated as NCHW, the others are so or not at all */
} fnc_hw_two_streams;

/* Reads what `node` joins and `out`, which it or a node behind it makes. False: there are not two
 * dynamic streams of integers of one shape, or their layouts differ. */
bool fnc_hw_two_streams_read(fnc_hw_reason *why, const finnc_node *node, finnc_value *out,
                             fnc_hw_two_streams *streams);
/* Inserts the layer before `before`, Transposes around it where channels are first, with
 * NumChannels, PE 1 and numInputVectors. Nothing may produce `out` any more. It is named `op_type`,
 * '_', and the name of `old`. */
FINNC_MUST_USE finnc_status fnc_hw_two_streams_insert(finnc_ctx *cx, finnc_graph *graph,
                                                      const char *op_type,
                                                      const fnc_hw_two_streams *streams,
                                                      const finnc_node *old, finnc_node *before,
                                                      finnc_node **node);

#endif

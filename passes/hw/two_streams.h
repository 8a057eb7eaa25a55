/* Layers that join two streams element by element. */
#ifndef FNC_HW_TWO_STREAMS_H
#define FNC_HW_TWO_STREAMS_H

#include "layout.h"

typedef struct fnc_hw_two_streams {
    finnc_value *in[2], *out;
} fnc_hw_two_streams;

/* Reads what `node` joins and `out`, which it or a node behind it makes. False: there are not two
 * dynamic streams of integers of one shape, or their layouts differ. */
bool fnc_hw_two_streams_read(fnc_hw_reason *why, const finnc_node *node, finnc_value *out,
                             fnc_hw_two_streams *streams);
/* Puts the layer in place of `last`, which makes `out`: Transposes around it where channels are
 * first, with NumChannels, PE 1 and numInputVectors. It is named `op_type`, '_', and the name of
 * `old`. */
FINNC_MUST_USE finnc_status fnc_hw_two_streams_replace(finnc_ctx *cx, finnc_node *last,
                                                       const char *op_type,
                                                       const fnc_hw_two_streams *streams,
                                                       const finnc_node *old, finnc_node **node);

#endif

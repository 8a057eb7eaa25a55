/* What a drawing says of hardware layers and of the streams between them. Whatever is not known, or
 * illegal, is left out: a drawing is where one looks for what is wrong. */
#ifndef FNC_DOT_LAYER_H
#define FNC_DOT_LAYER_H

#include "../base/buf.h"

#include <finnc/layer.h>

/* Cycles for one inference; 0: the node is no layer bound to HLS or RTL, or they are not known. */
FINNC_MUST_USE finnc_status fnc_dot_layer_cycles(finnc_ctx *cx, const finnc_node *node,
                                                 int64_t *cycles);
/* Lines for a node's label: "PE 16  SIMD 3", "depth 32", "32,400 cycles, 99 %" of `max_cycles`. Of
 * an abstract layer only what is more than 1, which is what it is before anybody chose. */
FINNC_MUST_USE finnc_status fnc_dot_layer_lines(finnc_ctx *cx, fnc_buf *buf, const finnc_node *node,
                                                int64_t cycles, int64_t max_cycles);
/* A line for the label of the edge to input `i` of `to`: "24 bits", or "24 > 8 bits" where the
 * layers do not agree, and "FIFO 128" where attributes say how deep it is to be. `from` makes it as
 * its output `o`, or is NULL. */
FINNC_MUST_USE finnc_status fnc_dot_stream_line(finnc_ctx *cx, fnc_buf *buf, const finnc_node *from,
                                                size_t o, const finnc_node *to, size_t i);

#endif

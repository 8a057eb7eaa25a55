/* FIFOs: making one, and taking one out. */
#ifndef FNC_HW_FIFO_H
#define FNC_HW_FIFO_H

#include "hw.h"

typedef struct fnc_fifo {
    int64_t depth;
    const finnc_stream *stream; /* what it queues */
    bool is_vendors;            /* Vivado's, or else FINN's own in RTL */
    const char *ram_style;
} fnc_fifo;

/* Inserts an abstract StreamingFIFO `output` = `input` before `before`. */
FINNC_MUST_USE finnc_status fnc_fifo_insert(finnc_ctx *cx, finnc_graph *graph, const fnc_fifo *fifo,
                                            finnc_value *input, finnc_value *output,
                                            finnc_node *before);
/* An entry of inFIFODepths or outFIFODepths; 2 where the list does not say. */
int64_t fnc_fifo_depth(const finnc_node *node, const char *attr, size_t i);

#endif

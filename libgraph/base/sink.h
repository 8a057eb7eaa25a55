/* Text on its way to a finnc_write_fn, gathered so that the sink is called once per some
 * kilobytes. */
#ifndef FNC_SINK_H
#define FNC_SINK_H

#include "buf.h"

#include <finnc/io.h>

typedef struct fnc_sink {
    fnc_buf buf; /* append here, then fnc_sink_flow */
    finnc_write_fn write;
    void *user;
} fnc_sink;

void fnc_sink_init(fnc_sink *sink, finnc_ctx *cx, finnc_write_fn write, void *user);
/* Hands on what has gathered if that is much; fails if an append or the write failed. */
FINNC_MUST_USE finnc_status fnc_sink_flow(fnc_sink *sink);
/* Hands on the rest if `status` is FINNC_OK, frees the memory and returns what became of it. */
FINNC_MUST_USE finnc_status fnc_sink_end(fnc_sink *sink, finnc_status status);

#endif

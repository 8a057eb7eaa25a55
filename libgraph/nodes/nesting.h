/* Where it ends to go into partitions: their files may name one another. */
#ifndef FNC_NODES_NESTING_H
#define FNC_NODES_NESTING_H

#include <finnc/model.h>

/* May one more partition be looked into, in as many as `depth`, after `count` in all? BAD_VALUE if
 * there are FINNC_PARTITION_DEPTH around it or FINNC_PARTITION_COUNT before it. */
FINNC_MUST_USE finnc_status fnc_check_nesting(finnc_ctx *cx, int depth, size_t count);

#endif

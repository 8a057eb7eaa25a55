/* Tensors cut into parts along an axis and joined again, as tensors: what sequences and the bodies
 * of control flow pass around. Of every element type, strings and packed integers included. */
#ifndef FNC_PARTS_H
#define FNC_PARTS_H

#include "../kernel.h"

/* `count` elements along `axis` from `begin` on; `drop`: one, without the axis. */
FINNC_MUST_USE finnc_status fnc_part(finnc_ctx *cx, const finnc_tensor *whole, int axis,
                                     int64_t begin, int64_t count, bool drop, finnc_tensor **part);
/* Joined along `axis`, which is a new one if `is_new`. BAD_VALUE names the part that differs in
 * element type or shape. At least one part. */
FINNC_MUST_USE finnc_status fnc_join(finnc_ctx *cx, const finnc_tensor *const *parts, size_t count,
                                     int axis, bool is_new, finnc_tensor **whole);

/* References that a kernel holds. */
typedef struct fnc_refs {
    const finnc_tensor **items;
    size_t count, room;
} fnc_refs;

/* Takes the reference over, also on failure. */
FINNC_MUST_USE finnc_status fnc_refs_push(fnc_call *call, fnc_refs *refs,
                                          const finnc_tensor *tensor);
void fnc_refs_release(fnc_refs *refs);

#endif

/* Sparsity masks: which channels of a value are to go, axis by axis. QONNX keeps them as
 * annotations, a text of Python's: {1: {0, 3}}. */
#ifndef FNC_PRUNE_MASK_H
#define FNC_PRUNE_MASK_H

#include <base/arena.h>
#include <base/buf.h>

#include <finnc/graph.h>

typedef struct fnc_mask_axis {
    int64_t axis;
    const int64_t *channels; /* ascending; nothing else is promised of them */
    size_t count;            /* 0: the axis is known to be one of channels, all of which stay */
    struct fnc_mask_axis *next;
} fnc_mask_axis;

/* All zero is the empty one. */
typedef struct fnc_mask {
    fnc_mask_axis *axes; /* ascending */
} fnc_mask;

/* The masks that somebody asks for, tensor by tensor, in the order of the text. */
typedef struct fnc_mask_spec {
    const char *tensor;
    fnc_mask mask;
    struct fnc_mask_spec *next;
} fnc_mask_spec;

const fnc_mask_axis *fnc_mask_find(const fnc_mask *mask, int64_t axis);
/* Is there a channel to go? */
bool fnc_mask_is_empty(const fnc_mask *mask);
/* Adds channels (ascending) to those of an axis; `*grew` becomes true, else stays, if the mask is
 * another one now. */
FINNC_MUST_USE finnc_status fnc_mask_add(finnc_ctx *cx, fnc_arena *arena, fnc_mask *mask,
                                         int64_t axis, const int64_t *channels, size_t count,
                                         bool *grew);

/* ---- as text (mask_text.c) ---- */

/* Reads {axis: channels, ...}, as Python or JSON writes it: axes are numbers, also in quotes,
 * channels a set, a list or a tuple of them. BAD_VALUE: it is something else. */
FINNC_MUST_USE finnc_status fnc_mask_read(finnc_ctx *cx, fnc_arena *arena, const char *text,
                                          fnc_mask *mask);
/* Reads {tensor: {axis: channels}}. */
FINNC_MUST_USE finnc_status fnc_mask_spec_read(finnc_ctx *cx, fnc_arena *arena, const char *text,
                                               fnc_mask_spec **spec);
void fnc_mask_write(const fnc_mask *mask, fnc_buf *buf);
/* The mask that `value` is annotated with; `*is_other` if its annotation is not a mask (a depthwise
 * convolution's weights have such), and `mask` is empty then. BAD_VALUE: a mask on a negative axis.
 */
FINNC_MUST_USE finnc_status fnc_mask_of(finnc_ctx *cx, fnc_arena *arena, const finnc_value *value,
                                        fnc_mask *mask, bool *is_other);
FINNC_MUST_USE finnc_status fnc_mask_annotate(finnc_ctx *cx, finnc_value *value,
                                              const fnc_mask *mask);

#endif

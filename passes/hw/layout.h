/* Layers have their channels last: what the layouts of values say, and the Transposes around layers
 * whose data come the other way. */
#ifndef FNC_HW_LAYOUT_H
#define FNC_HW_LAYOUT_H

#include "stream.h"

/* The place of a node that works channel by channel or element by element, for a layer. */
typedef struct fnc_hw_gap {
    finnc_value *x[2], *y; /* what the layer reads, and is to make */
    finnc_node *before;    /* where it goes; NULL: at the end */
} fnc_hw_gap;

/* Does at least one of `count` values say that it is NCHW? */
bool fnc_hw_are_channels_first(finnc_value *const *values, size_t count);
/* Do they name one layout, as far as they name any, of as many axes as they have? */
bool fnc_hw_layouts_agree(fnc_hw_reason *why, finnc_value *const *values, size_t count);

/* Erases `node`, which makes `y` of `count` values `x`. If the channels of one of these come first,
 * all are annotated as NCHW, and Transposes go to either side of the gap: upstream, going by each
 * annotation alone, turns those only that have one. BAD_VALUE if the rank of an NCHW value is known
 * and not four. */
FINNC_MUST_USE finnc_status fnc_hw_make_gap(finnc_ctx *cx, finnc_node *node, finnc_value *const *x,
                                            size_t count, finnc_value *y, fnc_hw_gap *gap);

/* Inserts a Transpose between (N, C, H, W) and (N, H, W, C): `y` = x with the channels last, or
 * (`is_back`) first. */
FINNC_MUST_USE finnc_status fnc_hw_insert_turn(finnc_ctx *cx, finnc_graph *graph, finnc_value *x,
                                               finnc_value *y, bool is_back, finnc_node *before);

#endif

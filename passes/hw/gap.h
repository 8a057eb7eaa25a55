/* The place of a node that works channel by channel, for a layer whose channels come last. */
#ifndef FNC_HW_GAP_H
#define FNC_HW_GAP_H

#include "hw.h"

typedef struct fnc_hw_gap {
    finnc_value *x, *y; /* what the layer reads, and is to make */
    finnc_node *before; /* where it goes; NULL: at the end */
} fnc_hw_gap;

/* Of `x` and `y`, which have one layout, at least one says that it is NCHW. */
bool fnc_hw_are_channels_first(const finnc_value *x, const finnc_value *y);
/* Do `x` and `y` name one layout, as far as they name any, of as many axes as they have? If not, a
 * remark at `node` says so. */
bool fnc_hw_layouts_agree(finnc_pass_run *run, const finnc_node *node, const finnc_value *x,
                          const finnc_value *y);
/* Erases `node`, which makes `y` of `x`. If the channels come first, Transposes go to either side
 * of the gap, and both values are annotated as NCHW: upstream, going by each annotation alone,
 * turns one side only where the other has none. */
FINNC_MUST_USE finnc_status fnc_hw_make_gap(finnc_ctx *cx, finnc_node *node, finnc_value *x,
                                            finnc_value *y, fnc_hw_gap *gap);

#endif

/* A Resize or Upsample whose channels move to the other end. */
#ifndef FNC_STREAMLINE_RESIZE_H
#define FNC_STREAMLINE_RESIZE_H

#include <pass.h>

/** May the axes of node r of the picture be permuted, if its scales are? */
finnc_verdict fnc_when_resize_permutes(finnc_match *match);
/** Binds $name: the four scales of $scales, or the four $sizes divided by those of value v, for
 *  channels last instead of first. */
finnc_status fnc_resize_scales_last(finnc_match *match, const char *name);
finnc_status fnc_resize_sizes_last(finnc_match *match, const char *name);

#endif

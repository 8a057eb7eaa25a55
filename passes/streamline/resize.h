/* A Resize or Upsample whose channels move to the other end. */
#ifndef FNC_STREAMLINE_RESIZE_H
#define FNC_STREAMLINE_RESIZE_H

#include <pass.h>

/** May the axes of node r of the picture be permuted, if its scales are? */
finnc_verdict fnc_when_resize_permutes(finnc_match *match);
/** Binds $name, four scales or four sizes, for channels last instead of first. */
finnc_status fnc_resize_scales_last(finnc_match *match, const char *name);
finnc_status fnc_resize_sizes_last(finnc_match *match, const char *name);

/** Are the four $sizes those of value v times factors that float32 holds exactly? Scales say the
 * same then; of others, like 7/3, floor(scale * size) can be one less, and elements come from next
 * door.
 */
bool fnc_resize_has_factors(const finnc_match *match);
/** Binds $name: these factors, for channels last instead of first. */
finnc_status fnc_resize_factors_last(finnc_match *match, const char *name);

#endif

/* What a Resize or Upsample does, for passes that repeat pixels in another way. */
#ifndef FNC_RESIZE_H
#define FNC_RESIZE_H

#include <finnc/graph.h>

/* With mode nearest and a scale of `factor` along an axis: does every output pixel take the input
 * pixel that covers it? */
bool fnc_resize_repeats(const finnc_node *resize, int64_t factor);
/* The four constant scales, or NULL: there are none (but `sizes`, perhaps). */
const finnc_tensor *fnc_resize_scales(const finnc_node *resize);

#endif

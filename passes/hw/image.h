/* Windows on pictures: where they lie, and the nodes that lay them out. */
#ifndef FNC_HW_IMAGE_H
#define FNC_HW_IMAGE_H

#include "stream.h"

#include <nodes/window_attrs.h>

/* Lays the windows of a node, by its attributes, on a picture of `size` (height, width). False: its
 * attributes make no sense, or not one window fits. Hardware pads and never cuts. */
bool fnc_hw_lay_windows(fnc_hw_reason *why, const fnc_window_attrs *attrs, const int64_t size[2],
                        fnc_windows *w);
/* The picture's size with padding. */
void fnc_hw_padded(const fnc_windows *w, int64_t padded[2]);

/* Inserts a value like `like`, of a known shape. */
FINNC_MUST_USE finnc_status fnc_hw_insert_image(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                                const finnc_value *like, const int64_t dims[4],
                                                finnc_value **value);
/* Inserts `*patches` = Im2Col(x), for `x` of shape (1, w->in..., channels). */
FINNC_MUST_USE finnc_status fnc_hw_insert_patches(finnc_ctx *cx, finnc_graph *graph, finnc_value *x,
                                                  int64_t channels, const fnc_windows *w,
                                                  bool is_depthwise, finnc_node *before,
                                                  finnc_value **patches, finnc_node **node);

#endif

/* Windows on pictures: where they lie, and the nodes that lay them out. */
#ifndef FNC_HW_IMAGE_H
#define FNC_HW_IMAGE_H

#include <base/compiler.h>

#include <finnc/graph.h>

typedef struct fnc_hw_window {
    int64_t kernel[2], stride[2], dilation[2]; /* height, width */
    int64_t pads[4];                           /* top, left, bottom, right */
} fnc_hw_window;

/* Reads an attribute of `count` numbers, none below `least`, which is also what they are if it is
 * absent. False: it is something else. */
bool fnc_hw_read_ints(const finnc_node *node, const char *name, size_t count, int64_t least,
                      int64_t *x);
/* The picture's size with padding, and how many windows there are in it. False: not one fits, or
 * the numbers are too large. */
bool fnc_hw_window_places(const fnc_hw_window *window, const int64_t size[2], int64_t padded[2],
                          int64_t places[2]);

/* Inserts a value like `like`, of a known shape. */
FINNC_MUST_USE finnc_status fnc_hw_insert_image(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                                const finnc_value *like, const int64_t dims[4],
                                                finnc_value **value);
/* Inserts `*patches` = Im2Col(x), for `x` of shape (1, size..., channels). */
FINNC_MUST_USE finnc_status fnc_hw_insert_patches(finnc_ctx *cx, finnc_graph *graph, finnc_value *x,
                                                  const int64_t size[2], int64_t channels,
                                                  const fnc_hw_window *window, bool is_depthwise,
                                                  finnc_node *before, finnc_value **patches,
                                                  finnc_node **node);

#endif

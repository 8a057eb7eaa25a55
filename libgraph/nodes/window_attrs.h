/* Which attributes of a node are what a window is made of, by the node's kind. */
#ifndef FNC_WINDOW_ATTRS_OF_H
#define FNC_WINDOW_ATTRS_OF_H

#include "../base/window.h"

#include <finnc/graph.h>

/* Convolutions and pools of the standard and those on channels-last data: kernel_shape, strides,
 * dilations, pads, auto_pad, ceil_mode, group, output_padding, output_shape. A kernel that the
 * weights tell need not be said. */
fnc_window_attrs fnc_window_attrs_of(const finnc_node *node);
/* qonnx's Im2Col. */
fnc_window_attrs fnc_window_attrs_of_im2col(const finnc_node *node);
/* qonnx's QuantAvgPool2d: one number for both axes. */
fnc_window_attrs fnc_window_attrs_of_quant_avg_pool(const finnc_node *node);
/* FINN's ConvolutionInputGenerator, whose input is padded already. */
fnc_window_attrs fnc_window_attrs_of_generator(const finnc_node *node);
/* FINN's StreamingMaxPool on a picture of `sizes`: windows side by side. A picture of one row or
 * one column is a line, and so is its window then, which is written to `line`. */
fnc_window_attrs fnc_window_attrs_of_streaming_max_pool(const finnc_node *node,
                                                        const int64_t sizes[2], int64_t line[2]);

#endif

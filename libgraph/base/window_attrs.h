/* Which attributes of a node are what a window is made of, by the node's kind. It reads nodes by
 * the public interface, compiled where it is included: base itself knows no graph. */
#ifndef FNC_BASE_WINDOW_ATTRS_H
#define FNC_BASE_WINDOW_ATTRS_H

#include "window.h"

#include <finnc/graph.h>

static inline fnc_window_list fnc_window_list_of(const finnc_node *node, const char *name,
                                                 int64_t otherwise)
{
    fnc_window_list list = {.name = name, .otherwise = otherwise};
    const finnc_attr *attr = finnc_node_find_attr(node, name);
    list.x = finnc_node_ints(node, name, &list.count);
    if (attr && !finnc_attr_ref(attr) && finnc_attr_get_kind(attr) != FINNC_ATTR_INTS)
        list.count = 1;
    return list;
}

/* Convolutions and pools of the standard and those on channels-last data: kernel_shape, strides,
 * dilations, pads, auto_pad, ceil_mode, group, output_padding, output_shape. A kernel that the
 * weights tell need not be said. */
static inline fnc_window_attrs fnc_window_attrs_of(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = fnc_window_list_of(node, "kernel_shape", FNC_WINDOW_NEEDED),
        .strides = fnc_window_list_of(node, "strides", 1),
        .dilations = fnc_window_list_of(node, "dilations", 1),
        .pads = fnc_window_list_of(node, "pads", 0),
        .least_pad = -FNC_WINDOW_MOST, /* some cut with them */
        .auto_pad = finnc_node_string(node, "auto_pad", NULL),
        .ceil = finnc_node_int(node, "ceil_mode", 0) != 0,
        .group = finnc_node_int(node, "group", 1),
        .first_axis = 2,
        .output_padding = fnc_window_list_of(node, "output_padding", 0),
        .output_shape = fnc_window_list_of(node, "output_shape", 0),
    };
}

/* qonnx's Im2Col. */
static inline fnc_window_attrs fnc_window_attrs_of_im2col(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = fnc_window_list_of(node, "kernel_size", FNC_WINDOW_NEEDED),
        .strides = fnc_window_list_of(node, "stride", FNC_WINDOW_NEEDED),
        .dilations = fnc_window_list_of(node, "dilations", 1),
        .pads = fnc_window_list_of(node, "pad_amount", 0),
        .group = 1,
        .first_axis = 1,
    };
}

/* qonnx's QuantAvgPool2d: one number for both axes. */
static inline fnc_window_attrs fnc_window_attrs_of_quant_avg_pool(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = {.name = "kernel",
                   .otherwise = finnc_node_int(node, "kernel", FNC_WINDOW_NEEDED)},
        .strides = {.name = "stride",
                    .otherwise = finnc_node_int(node, "stride", FNC_WINDOW_NEEDED)},
        .dilations = {.otherwise = 1},
        .group = 1,
        .first_axis = 2,
    };
}

/* FINN's ConvolutionInputGenerator, whose input is padded already. */
static inline fnc_window_attrs fnc_window_attrs_of_generator(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = fnc_window_list_of(node, "ConvKernelDim", FNC_WINDOW_NEEDED),
        .strides = fnc_window_list_of(node, "Stride", FNC_WINDOW_NEEDED),
        .dilations = fnc_window_list_of(node, "Dilation", FNC_WINDOW_NEEDED),
        .group = 1,
        .first_axis = 1,
    };
}

/* FINN's StreamingMaxPool on a picture of `sizes`: windows side by side. A picture of one row or
 * one column is a line, and so is its window then, which is written to `line`. */
static inline fnc_window_attrs fnc_window_attrs_of_streaming_max_pool(const finnc_node *node,
                                                                      const int64_t sizes[2],
                                                                      int64_t line[2])
{
    fnc_window_list pool = fnc_window_list_of(node, "PoolDim", FNC_WINDOW_NEEDED);
    const bool is_row = sizes[0] == 1, is_line = is_row || sizes[1] == 1;
    if (pool.x && pool.count == 2 && pool.x[0] > 0 && is_line &&
        fnc_mul_i64(pool.x[0], pool.x[1], &line[is_row])) {
        line[!is_row] = 1;
        pool.x = line;
    }
    return (fnc_window_attrs){
        .kernel = pool,
        .strides = pool,
        .dilations = {.otherwise = 1},
        .ceil = finnc_node_int(node, "CeilMode", 0) != 0,
        .group = 1,
        .first_axis = 1,
    };
}

#endif

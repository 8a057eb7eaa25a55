#include "window_attrs.h"

#include <finnc/graph.h>

static fnc_window_list list_of(const finnc_node *node, const char *name, int64_t otherwise)
{
    fnc_window_list list = {.name = name, .otherwise = otherwise};
    const finnc_attr *attr = finnc_node_find_attr(node, name);
    list.x = finnc_node_ints(node, name, &list.count);
    if (attr && !finnc_attr_ref(attr) && finnc_attr_get_kind(attr) != FINNC_ATTR_INTS)
        list.count = 1;
    return list;
}

fnc_window_attrs fnc_window_attrs_of(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = list_of(node, "kernel_shape", FNC_WINDOW_NEEDED),
        .strides = list_of(node, "strides", 1),
        .dilations = list_of(node, "dilations", 1),
        .pads = list_of(node, "pads", 0),
        .least_pad = -FNC_WINDOW_MOST, /* some cut with them */
        .auto_pad = finnc_node_string(node, "auto_pad", NULL),
        .ceil = finnc_node_int(node, "ceil_mode", 0) != 0,
        .group = finnc_node_int(node, "group", 1),
        .first_axis = 2,
        .output_padding = list_of(node, "output_padding", 0),
        .output_shape = list_of(node, "output_shape", 0),
    };
}

fnc_window_attrs fnc_window_attrs_of_im2col(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = list_of(node, "kernel_size", FNC_WINDOW_NEEDED),
        .strides = list_of(node, "stride", FNC_WINDOW_NEEDED),
        .dilations = list_of(node, "dilations", 1),
        .pads = list_of(node, "pad_amount", 0),
        .group = 1,
        .first_axis = 1,
    };
}

fnc_window_attrs fnc_window_attrs_of_quant_avg_pool(const finnc_node *node)
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

fnc_window_attrs fnc_window_attrs_of_generator(const finnc_node *node)
{
    return (fnc_window_attrs){
        .kernel = list_of(node, "ConvKernelDim", FNC_WINDOW_NEEDED),
        .strides = list_of(node, "Stride", FNC_WINDOW_NEEDED),
        .dilations = list_of(node, "Dilation", FNC_WINDOW_NEEDED),
        .group = 1,
        .first_axis = 1,
    };
}

fnc_window_attrs fnc_window_attrs_of_streaming_max_pool(const finnc_node *node,
                                                        const int64_t sizes[2], int64_t line[2])
{
    fnc_window_list pool = list_of(node, "PoolDim", FNC_WINDOW_NEEDED);
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

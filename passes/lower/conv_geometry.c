#include "conv_geometry.h"

#include <base/compiler.h>

#include <string.h>

static bool read_ints(const finnc_node *node, const char *name, size_t wanted, int64_t *x)
{
    size_t count;
    const int64_t *list = finnc_node_ints(node, name, &count);
    if (!list)
        return true; /* x keeps the default */
    if (count != wanted)
        return false;
    memcpy(x, list, wanted * sizeof *x);
    return true;
}

/* Depends on stride and dilation; qonnx's helper takes both for 1. */
bool fnc_same_padding(int64_t size, int64_t kernel, int64_t stride, int64_t dilation,
                      int64_t *total)
{
    const int64_t out = size / stride + (size % stride != 0);
    int64_t covered, reach;
    if (!fnc_mul_i64(out - 1, stride, &covered) || !fnc_mul_i64(kernel - 1, dilation, &reach) ||
        !fnc_add_i64(covered, reach, &covered) || !fnc_add_i64(covered, 1 - size, &covered))
        return false;
    *total = covered > 0 ? covered : 0;
    return true;
}

static const char *read_padding(const finnc_node *conv, fnc_conv_geometry *g)
{
    const char *mode = finnc_node_string(conv, "auto_pad", "NOTSET");
    if (strcmp(mode, "NOTSET") == 0 || !*mode)
        return read_ints(conv, "pads", 4, g->pads) ? NULL : "its pads are not 4 numbers";
    if (strcmp(mode, "VALID") == 0)
        return NULL;
    const bool upper = strcmp(mode, "SAME_UPPER") == 0;
    if (!upper && strcmp(mode, "SAME_LOWER") != 0)
        return "its auto_pad is none that is known";
    const int64_t sizes[] = {g->height, g->width};
    for (int i = 0; i < 2; i++) {
        int64_t total;
        if (!fnc_same_padding(sizes[i], g->kernel[i], g->stride[i], g->dilation[i], &total))
            return "its padding is too large";
        g->pads[upper ? i : i + 2] = total / 2;
        g->pads[upper ? i + 2 : i] = total - total / 2;
    }
    return NULL;
}

static bool find_output_size(int64_t size, int64_t before, int64_t after, int64_t kernel,
                             int64_t stride, int64_t dilation, int64_t *out)
{
    int64_t padded, reach;
    if (!fnc_add_i64(size, before, &padded) || !fnc_add_i64(padded, after, &padded) ||
        !fnc_mul_i64(kernel - 1, dilation, &reach) || reach >= padded)
        return false;
    *out = (padded - reach - 1) / stride + 1;
    return true;
}

static const char *read_shapes(const finnc_node *conv, fnc_conv_geometry *g)
{
    const finnc_value *x = finnc_node_input(conv, 0), *w = finnc_node_input(conv, 1);
    int64_t weights[4];
    if (!x || !w || finnc_value_rank(x) < 0)
        return "the shape of its input is not known";
    if (finnc_value_rank(x) != 4)
        return "it is not two-dimensional";
    g->batch = finnc_value_dim(x, 0);
    g->channels = finnc_value_dim(x, 1).size;
    g->height = finnc_value_dim(x, 2).size;
    g->width = finnc_value_dim(x, 3).size;
    if (g->channels < 1 || g->height < 1 || g->width < 1)
        return "the shape of its input is not known";
    if (!finnc_value_dims(w, 4, weights))
        return "the shape of its weights is not known";
    g->filters = weights[0];
    g->group_channels = weights[1];
    g->kernel[0] = weights[2];
    g->kernel[1] = weights[3];
    g->group = finnc_node_int(conv, "group", 1);
    int64_t seen;
    if (g->filters < 1 || g->group < 1 || g->kernel[0] < 1 || g->kernel[1] < 1 ||
        !fnc_mul_i64(g->group_channels, g->group, &seen) || seen != g->channels ||
        g->filters % g->group != 0)
        return "its weights do not fit its input and groups";
    return NULL;
}

const char *fnc_conv_geometry_read(const finnc_node *conv, fnc_conv_geometry *g)
{
    *g = (fnc_conv_geometry){.stride = {1, 1}, .dilation = {1, 1}};
    const char *reason = read_shapes(conv, g);
    if (reason)
        return reason;
    int64_t kernel[2] = {g->kernel[0], g->kernel[1]};
    if (!read_ints(conv, "kernel_shape", 2, kernel) || kernel[0] != g->kernel[0] ||
        kernel[1] != g->kernel[1])
        return "its kernel_shape is not that of its weights";
    if (!read_ints(conv, "strides", 2, g->stride) || g->stride[0] < 1 || g->stride[1] < 1)
        return "its strides are not two positive numbers";
    if (!read_ints(conv, "dilations", 2, g->dilation) || g->dilation[0] < 1 || g->dilation[1] < 1)
        return "its dilations are not two positive numbers";
    reason = read_padding(conv, g);
    if (reason)
        return reason;
    for (int i = 0; i < 4; i++)
        if (g->pads[i] < 0)
            return "its padding is negative";
    if (!find_output_size(g->height, g->pads[0], g->pads[2], g->kernel[0], g->stride[0],
                          g->dilation[0], &g->out_height) ||
        !find_output_size(g->width, g->pads[1], g->pads[3], g->kernel[1], g->stride[1],
                          g->dilation[1], &g->out_width))
        return "its kernel is larger than its padded input";
    return NULL;
}

bool fnc_conv_is_depthwise(const fnc_conv_geometry *g)
{
    return g->group == g->channels && g->channels == g->filters;
}

bool fnc_conv_is_pointwise(const fnc_conv_geometry *g)
{
    for (int i = 0; i < 4; i++)
        if (g->pads[i] != 0)
            return false;
    return g->kernel[0] == 1 && g->kernel[1] == 1 && g->stride[0] == 1 && g->stride[1] == 1;
}

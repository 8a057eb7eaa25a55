#include "image.h"

#include "../support/build.h"

#include <inttypes.h>
#include <stdio.h>

bool fnc_hw_read_ints(const finnc_node *node, const char *name, size_t count, int64_t least,
                      int64_t *x)
{
    size_t length;
    const int64_t *list = finnc_node_ints(node, name, &length);
    for (size_t i = 0; i < count; i++) {
        x[i] = list && length == count ? list[i] : least;
        if (x[i] < least)
            return false;
    }
    return list ? length == count : !finnc_node_find_attr(node, name);
}

bool fnc_hw_window_places(const fnc_hw_window *w, const int64_t size[2], int64_t padded[2],
                          int64_t places[2])
{
    for (int i = 0; i < 2; i++) {
        int64_t reach;
        if (!fnc_add_i64(size[i], w->pads[i], &padded[i]) ||
            !fnc_add_i64(padded[i], w->pads[i + 2], &padded[i]) ||
            !fnc_mul_i64(w->kernel[i] - 1, w->dilation[i], &reach) || reach >= padded[i])
            return false;
        places[i] = (padded[i] - reach - 1) / w->stride[i] + 1;
    }
    return true;
}

finnc_status fnc_hw_insert_image(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                 const finnc_value *like, const int64_t dims[4],
                                 finnc_value **value)
{
    const finnc_dim known[] = {
        {.size = dims[0]}, {.size = dims[1]}, {.size = dims[2]}, {.size = dims[3]}};
    return fnc_insert_value(cx, graph, hint, like, 4, known, value);
}

finnc_status fnc_hw_insert_patches(finnc_ctx *cx, finnc_graph *graph, finnc_value *x,
                                   const int64_t size[2], int64_t channels, const fnc_hw_window *w,
                                   bool is_depthwise, finnc_node *before, finnc_value **patches,
                                   finnc_node **node)
{
    char shape[96];
    int64_t padded[2], places[2], length;
    if (!fnc_hw_window_places(w, size, padded, places) ||
        !fnc_mul_i64(w->kernel[0], w->kernel[1], &length) ||
        !fnc_mul_i64(length, channels, &length))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "windows of %" PRId64 " by %" PRId64 " do not fit %" PRId64 " by %" PRId64
                          " pixels",
                          w->kernel[0], w->kernel[1], size[0], size[1]);
    const int64_t dims[] = {1, places[0], places[1], length};
    FINNC_TRY(fnc_hw_insert_image(cx, graph, "patches", x, dims, patches));
    FINNC_TRY(fnc_insert_op(cx, graph, "qonnx.custom_op.general", "Im2Col", &x, 1, *patches, before,
                            node));
    snprintf(shape, sizeof shape, "(1,%" PRId64 ",%" PRId64 ",%" PRId64 ")", size[0], size[1],
             channels);
    FINNC_TRY(finnc_node_set_int(cx, *node, "depthwise", is_depthwise));
    FINNC_TRY(finnc_node_set_string(cx, *node, "input_shape", shape));
    FINNC_TRY(finnc_node_set_ints(cx, *node, "kernel_size", w->kernel, 2));
    FINNC_TRY(finnc_node_set_ints(cx, *node, "pad_amount", w->pads, 4));
    FINNC_TRY(finnc_node_set_ints(cx, *node, "stride", w->stride, 2));
    if (w->dilation[0] == 1 && w->dilation[1] == 1)
        return FINNC_OK;
    return finnc_node_set_ints(cx, *node, "dilations", w->dilation, 2);
}

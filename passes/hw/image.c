#include "image.h"

#include "../support/build.h"

#include <inttypes.h>
#include <stdio.h>

bool fnc_hw_lay_windows(fnc_hw_reason *why, const fnc_window_attrs *attrs, const int64_t size[2],
                        fnc_windows *w)
{
    fnc_window_attrs said = *attrs;
    said.least_pad = 0;
    const char *wrong = fnc_windows_lay(&said, 2, NULL, size, w);
    return wrong ? fnc_hw_decline(why, "%s", wrong) : true;
}

void fnc_hw_padded(const fnc_windows *w, int64_t padded[2])
{
    for (int i = 0; i < 2; i++)
        padded[i] = w->in[i] + w->before[i] + w->after[i]; /* fits: windows have been counted */
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
                                   int64_t channels, const fnc_windows *w, bool is_depthwise,
                                   finnc_node *before, finnc_value **patches, finnc_node **node)
{
    char shape[96];
    int64_t length, pads[4];
    if (!fnc_mul_i64(w->taps, channels, &length))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "windows of %" PRId64 " by %" PRId64 " of %" PRId64
                          " channels are too large",
                          w->kernel[0], w->kernel[1], channels);
    const int64_t dims[] = {1, w->out[0], w->out[1], length};
    FINNC_TRY(fnc_hw_insert_image(cx, graph, "patches", x, dims, patches));
    FINNC_TRY(fnc_insert_op(cx, graph, "qonnx.custom_op.general", "Im2Col", &x, 1, *patches, before,
                            node));
    snprintf(shape, sizeof shape, "(1,%" PRId64 ",%" PRId64 ",%" PRId64 ")", w->in[0], w->in[1],
             channels);
    fnc_windows_list_pads(w, pads);
    FINNC_TRY(finnc_node_set_int(cx, *node, "depthwise", is_depthwise));
    FINNC_TRY(finnc_node_set_string(cx, *node, "input_shape", shape));
    FINNC_TRY(finnc_node_set_ints(cx, *node, "kernel_size", w->kernel, 2));
    FINNC_TRY(finnc_node_set_ints(cx, *node, "pad_amount", pads, 4));
    FINNC_TRY(finnc_node_set_ints(cx, *node, "stride", w->stride, 2));
    if (!fnc_windows_are_dilated(w))
        return FINNC_OK;
    return finnc_node_set_ints(cx, *node, "dilations", w->dilation, 2);
}

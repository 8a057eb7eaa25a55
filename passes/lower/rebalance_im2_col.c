/*      x (N, H, W, 1) -> Im2Col of kh x kw
 * becomes
 *      x -> Reshape (N, H, W / f, f) -> Im2Col of kh x (kw / f)
 * for windows that lie side by side: f neighbours in a row of pixels are f channels of one, which
 * suits hardware that works on channels in parallel. Afterwards there are f channels, not one, so
 * it ends. */
#include "pass.h"

#include "../support/build.h"

#include <nodes/window_attrs.h>

#include <inttypes.h>
#include <stdio.h>

typedef struct rebalance {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node;
    int64_t factor;
    fnc_windows w;
} rebalance;

static const char *window_obstacle(rebalance *r)
{
    const fnc_window_attrs attrs = fnc_window_attrs_of_im2col(r->node);
    fnc_windows *w = &r->w;
    const char *wrong = fnc_windows_read(&attrs, 2, NULL, w);
    if (wrong)
        return wrong;
    if (w->kernel[0] != w->stride[0] || w->kernel[1] != w->stride[1])
        return "its windows overlap, or leave pixels out";
    if (fnc_windows_are_padded(w))
        return "it pads";
    if (fnc_windows_are_dilated(w))
        return "it is dilated";
    if (finnc_node_int(r->node, "depthwise", 0) != 0)
        return "it is depthwise";
    if (w->kernel[0] % r->factor != 0 || w->kernel[1] % r->factor != 0)
        return "its kernel cannot be divided by extract_channels";
    return NULL;
}

static const char *obstacle(rebalance *r)
{
    const finnc_value *x = finnc_node_input(r->node, 0);
    if (!x || finnc_value_rank(x) != 4)
        return "its input does not have four axes";
    if (finnc_value_dim(x, 3).size != 1)
        return "its input does not have one channel";
    const char *reason = window_obstacle(r);
    if (reason)
        return reason;
    if (finnc_value_dim(x, 1).size < 1 || finnc_value_dim(x, 2).size < 1)
        return "the shape of its input is not known";
    if (finnc_value_dim(x, 2).size % r->factor != 0)
        return "the width of its input cannot be divided by extract_channels";
    if (fnc_standard_version(r->graph) < 5)
        return "before version 5 of the standard a Reshape has no second input";
    return NULL;
}

static finnc_status reshape(rebalance *r, const finnc_dim dims[4], finnc_value **reshaped)
{
    int64_t shape[4];
    finnc_tensor *tensor;
    finnc_value *inputs[] = {finnc_node_input(r->node, 0), NULL};
    for (int i = 0; i < 4; i++)
        shape[i] = dims[i].size; /* -1 for a batch that is not known: what is left */
    FINNC_TRY(finnc_tensor_create_from(r->cx, FINNC_ELEM_INT64, 1, (int64_t[]){4}, shape, &tensor));
    FINNC_TRY(fnc_insert_tensor(r->cx, r->graph, "shape", tensor, &inputs[1]));
    FINNC_TRY(finnc_graph_insert_value(r->cx, r->graph, finnc_value_name(inputs[0]), reshaped));
    FINNC_TRY(finnc_value_set_type(r->cx, *reshaped, finnc_value_elem(inputs[0]), 4, dims));
    return fnc_insert_op(r->cx, r->graph, NULL, "Reshape", inputs, 2, *reshaped, r->node, NULL);
}

static finnc_status divide(rebalance *r)
{
    char text[128];
    finnc_dim dims[4];
    finnc_value *x = finnc_node_input(r->node, 0), *reshaped;
    for (int i = 0; i < 4; i++)
        dims[i] = finnc_value_dim(x, i);
    dims[2].size /= r->factor;
    dims[3].size = r->factor;
    FINNC_TRY(reshape(r, dims, &reshaped));
    FINNC_TRY(finnc_node_set_input(r->cx, r->node, 0, reshaped));

    const int64_t window[] = {r->w.kernel[0], r->w.kernel[1] / r->factor};
    snprintf(text, sizeof text, "(%" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 ")",
             dims[0].size < 0 ? 1 : dims[0].size, dims[1].size, dims[2].size, dims[3].size);
    FINNC_TRY(finnc_node_set_ints(r->cx, r->node, "kernel_size", window, 2));
    FINNC_TRY(finnc_node_set_ints(r->cx, r->node, "stride", window, 2));
    return finnc_node_set_string(r->cx, r->node, "input_shape", text);
}

static finnc_status rebalance_all(finnc_pass_run *run, finnc_graph *graph)
{
    rebalance r = {.cx = finnc_pass_ctx(run),
                   .graph = graph,
                   .factor = finnc_pass_int(run, "extract_channels")};
    if (r.factor < 1)
        return finnc_fail(r.cx, FINNC_BAD_VALUE, "extract_channels is %" PRId64 ", not 1 or more",
                          r.factor);
    finnc_foreach_node (node, graph) {
        r.node = node;
        if (!finnc_node_is(node, "Im2Col") || r.factor == 1)
            continue;
        const char *reason = obstacle(&r);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        if (!finnc_pass_may_rewrite(run))
            break;
        FNC_AT_NODE(r.cx, node);
        finnc_pass_applied(run, node, "%" PRId64 " neighbours are channels of one pixel now",
                           r.factor);
        FINNC_TRY(divide(&r));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_rebalance_im2_col = {
    .name = "RebalanceIm2Col",
    .summary = "windows of images with one channel take neighbours in a row as channels",
    .upstream = "qonnx.transformation.rebalance_conv",
    .notes = "Windows that lie side by side, without padding and dilation, whose size and whose "
             "image's width can be divided by extract_channels; others are left, with a remark. "
             "The width of the kernel counts as well as its height, which is all that upstream "
             "looks at; for extract_channels=1 there is nothing to do, and upstream does not end. "
             "The new tensor gets no data type, as upstream; InferDataTypes finds it out.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"extract_channels", FINNC_PARAM_INT, NULL, "neighbours that become channels"}},
    .run = rebalance_all,
};

/*      y = Conv(x, w)
 * becomes
 *      y = Transpose(MatMul(Im2Col(Transpose(x)), w'))
 * where Im2Col lays out, for each output pixel, the patch of the input that it sees, and w' has a
 * column per filter. A pointwise convolution needs no Im2Col. */
#include "pass.h"

#include "../support/build.h"
#include "conv_geometry.h"
#include "conv_weights.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct lowering {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *conv;
    fnc_conv_geometry g;
} lowering;

static finnc_dim known(int64_t size)
{
    return (finnc_dim){.size = size};
}

/* `y` = Transpose(x). */
static finnc_status insert_transpose(lowering *l, finnc_value *x, const int64_t perm[4],
                                     finnc_value *y)
{
    finnc_node *node;
    FINNC_TRY(fnc_insert_op(l->cx, l->graph, NULL, "Transpose", &x, 1, y, l->conv, &node));
    return finnc_node_set_ints(l->cx, node, "perm", perm, 4);
}

static finnc_status insert_im2col(lowering *l, finnc_value *pixels, finnc_value **patches)
{
    finnc_ctx *cx = l->cx;
    const fnc_conv_geometry *g = &l->g;
    char shape[128];
    snprintf(shape, sizeof shape, "(%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ")",
             g->batch.size < 0 ? 1 : g->batch.size, g->w.in[0], g->w.in[1], g->channels);

    /* Fits: it is the number of rows of the weights' matrix. */
    const finnc_dim dims[] = {g->batch, known(g->w.out[0]), known(g->w.out[1]),
                              known(g->w.kernel[0] * g->w.kernel[1] * g->channels)};
    FINNC_TRY(fnc_insert_value(cx, l->graph, "im2col", pixels, 4, dims, patches));
    finnc_node *node;
    FINNC_TRY(fnc_insert_op(cx, l->graph, "qonnx.custom_op.general", "Im2Col", &pixels, 1, *patches,
                            l->conv, &node));
    FINNC_TRY(finnc_node_set_int(cx, node, "depthwise", fnc_conv_is_depthwise(g)));
    FINNC_TRY(finnc_node_set_ints(cx, node, "dilations", g->w.dilation, 2));
    FINNC_TRY(finnc_node_set_string(cx, node, "input_shape", shape));
    FINNC_TRY(finnc_node_set_ints(cx, node, "kernel_size", g->w.kernel, 2));
    FINNC_TRY(finnc_node_set_ints(cx, node, "pad_amount", g->pads, 4));
    return finnc_node_set_ints(cx, node, "stride", g->w.stride, 2);
}

static finnc_status mark_depthwise(lowering *l, finnc_value *weights)
{
    char text[96];
    snprintf(text, sizeof text, "{'dw': {'kernel_shape': [%" PRId64 ", %" PRId64 "]}}",
             l->g.w.kernel[0], l->g.w.kernel[1]);
    return finnc_value_set_sparsity(l->cx, weights, text);
}

static finnc_status lower(lowering *l)
{
    static const int64_t channels_last[] = {0, 2, 3, 1}, channels_first[] = {0, 3, 1, 2};
    finnc_ctx *cx = l->cx;
    const fnc_conv_geometry *g = &l->g;
    finnc_value *x = finnc_node_input(l->conv, 0), *y = finnc_node_output(l->conv, 0);
    finnc_value *weights, *pixels, *patches, *products;

    FINNC_TRY(fnc_conv_weights_lower(cx, l->conv, g, &weights));
    if (fnc_conv_is_depthwise(g))
        FINNC_TRY(mark_depthwise(l, weights));

    const finnc_dim in[] = {g->batch, known(g->w.in[0]), known(g->w.in[1]), known(g->channels)};
    FINNC_TRY(fnc_insert_value(cx, l->graph, "pixels", x, 4, in, &pixels));
    FINNC_TRY(insert_transpose(l, x, channels_last, pixels));
    if (fnc_conv_is_pointwise(g))
        patches = pixels;
    else
        FINNC_TRY(insert_im2col(l, pixels, &patches));

    const finnc_dim out[] = {g->batch, known(g->w.out[0]), known(g->w.out[1]), known(g->filters)};
    FINNC_TRY(fnc_insert_value(cx, l->graph, "products", y, 4, out, &products));
    FINNC_TRY(fnc_insert_op(cx, l->graph, NULL, "MatMul", (finnc_value *const[]){patches, weights},
                            2, products, l->conv, NULL));
    finnc_node *after = finnc_node_next(l->conv);
    finnc_graph_erase_node(l->conv);
    l->conv = after;
    return insert_transpose(l, products, channels_first, y);
}

static const char *obstacle(lowering *l)
{
    if (finnc_node_input(l->conv, 2))
        return "it still has a bias";
    const char *reason = fnc_conv_geometry_read(l->conv, &l->g);
    if (!reason && fnc_windows_are_padded(&l->g.w) &&
        !finnc_dtype_allows(finnc_value_dtype(finnc_node_input(l->conv, 0)), 0))
        return "it pads its input with 0, which BIPOLAR does not hold";
    return reason ? reason : fnc_conv_weights_obstacle(l->cx, l->conv, &l->g);
}

static finnc_status lower_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    FINNC_TRY(finnc_pass_call(run, "ExtractBiasFromConv"));
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Conv") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        lowering l = {.cx = cx, .graph = graph, .conv = node};
        const char *reason = obstacle(&l);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        finnc_pass_applied(run, node, "it is a matrix product of %" PRId64 " by %" PRId64 " now",
                           l.g.w.kernel[0] * l.g.w.kernel[1] * l.g.channels, l.g.filters);
        FINNC_TRY(lower(&l));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_lower_convs_to_mat_mul = {
    .name = "LowerConvsToMatMul",
    .summary = "2-D convolutions become matrix products of patches (Im2Col) and weights",
    .upstream = "qonnx.transformation.lower_convs_to_matmul",
    .notes =
        "Extracts biases first. Weights may come out of a quantiser with constant inputs, whose "
        "parameters are single numbers or one per filter.\n\n"
        "Any batch size and any grouping are right: upstream declares batch 1, and lowers "
        "depthwise convolutions only. Like there, these get a dense matrix, zero where a filter "
        "does not look, with a sparsity annotation that says so; other groups get the dense "
        "matrix without it. auto_pad gives the padding of the standard also for strides above 1. "
        "Weights that somebody else reads are copied.\n\n"
        "A convolution that pads a BIPOLAR input stays: Im2Col cannot run on it, here as upstream, "
        "who lower it all the same.",
    .flags = FINNC_PASS_STABLE,
    .run = lower_all,
};

/*      y = GlobalAveragePool(x)
 * becomes
 *      y = Transpose(GlobalAccPool(Transpose(x)) * (1 / (H * W)))
 * the layer adding up the pixels of each channel, channels last. */
#include "pass.h"

#include "hw.h"
#include "layout.h"

#include <inttypes.h>
#include <string.h>

typedef struct layer {
    finnc_pass_run *run;
    finnc_node *node;
    finnc_value *x, *y;
    int64_t dims[4]; /* of x: N, C, H, W */
} layer;

/* The Mul behind the layer takes sums and one number. */
static bool can_scale(fnc_hw_reason *why, const layer *l)
{
    const int64_t version =
        finnc_model_find_opset(finnc_graph_model(finnc_node_graph(l->node)), "");
    return version >= 7 ||
           fnc_hw_decline(why,
                          "its Mul of opset %" PRId64 " does not broadcast: 7 is the "
                          "first that does",
                          version);
}

static bool read_layer(fnc_hw_reason *why, layer *l)
{
    if (!fnc_hw_has_inputs(why, l->node, 1) || !fnc_hw_is_stream(why, l->x, 4, l->dims) ||
        !fnc_hw_layouts_agree(why, (finnc_value *const[]){l->x, l->y}, 2))
        return false;
    if (!can_scale(why, l))
        return false;
    const char *layout = finnc_value_layout(l->x);
    if (!layout || !*layout || !strcmp(layout, "NCHW"))
        return true;
    return fnc_hw_decline(why, "%s is annotated as %s, the op averages as if it were NCHW",
                          finnc_value_name(l->x), layout);
}

/* 1 / (H * W), a number without axes. */
static finnc_status insert_factor(finnc_ctx *cx, const layer *l, finnc_value **factor)
{
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT,
                                         1 / ((double)l->dims[2] * (double)l->dims[3]), &tensor));
    return fnc_insert_tensor(cx, finnc_node_graph(l->node), "factor", tensor, factor);
}

/* A value for the sums, shaped and laid out as their average. */
static finnc_status insert_sums(finnc_ctx *cx, const layer *l, const finnc_value *average,
                                finnc_value **sums)
{
    const int64_t dims[] = {l->dims[0], 1, 1, l->dims[1]};
    FINNC_TRY(finnc_graph_insert_value(cx, finnc_node_graph(l->node), "sums", sums));
    FINNC_TRY(finnc_value_set_shape(cx, *sums, finnc_value_elem(average), 4, dims));
    return finnc_value_set_layout(cx, *sums, "NHWC");
}

static finnc_status replace(layer *l)
{
    finnc_ctx *cx = finnc_pass_ctx(l->run);
    finnc_graph *graph = finnc_node_graph(l->node);
    const int64_t dims[] = {l->dims[0], l->dims[2], l->dims[3], l->dims[1]};
    fnc_hw_gap gap;
    finnc_value *sums, *factor;
    finnc_node *made;
    FINNC_TRY(finnc_value_set_layout(cx, l->x, "NCHW"));
    FINNC_TRY(fnc_hw_make_gap(cx, l->node, &l->x, 1, l->y, &gap));
    FINNC_TRY(insert_sums(cx, l, gap.y, &sums));
    FINNC_TRY(insert_factor(cx, l, &factor));
    FINNC_TRY(fnc_hw_insert(cx, graph, "GlobalAccPool", gap.x, 1, sums, gap.before, &made));
    FINNC_TRY(fnc_hw_name_after(cx, made, "GlobalAccPool_", l->node));
    FINNC_TRY(finnc_node_set_int(cx, made, "NumChannels", l->dims[1]));
    FINNC_TRY(finnc_node_set_int(cx, made, "PE", 1));
    FINNC_TRY(fnc_hw_attr_dtype(cx, made, "inputDataType", finnc_value_dtype(l->x)));
    FINNC_TRY(fnc_hw_attr_vectors(cx, made, dims, 4));
    return fnc_insert_op(cx, graph, NULL, "Mul", (finnc_value *const[]){sums, factor}, 2, gap.y,
                         gap.before, NULL);
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "GlobalAveragePool") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        layer l = {.run = run,
                   .node = node,
                   .x = finnc_node_input(node, 0),
                   .y = finnc_node_output(node, 0)};
        fnc_hw_reason why;
        if (!read_layer(&why, &l)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node,
                           "it is a GlobalAccPool of %" PRId64 " by %" PRId64 " pixels and a Mul "
                           "now",
                           l.dims[2], l.dims[3]);
        FINNC_TRY(replace(&l));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_global_acc_pool_layer = {
    .name = "InferGlobalAccPoolLayer",
    .summary = "a GlobalAveragePool of integers becomes a GlobalAccPool layer and a Mul",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "The op averages over the last two of four axes. So its data are NCHW, annotated or "
             "not, and there are Transposes around the layer; upstream takes data without a layout "
             "for NHWC.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
    .finish = "InferShapes,InferDataTypes",
};

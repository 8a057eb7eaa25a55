/* Inference over whole graphs, producers first. */
#include "infer.h"

#include "../ir/ir.h"

#include <string.h>

/* ---- shapes ---- */

finnc_status finnc_node_infer_shapes(finnc_ctx *cx, finnc_node *node, bool replace)
{
    finnc_infer in;
    fnc_infer_init(&in, cx, node);
    in.replace = replace;
    FNC_AT_NODE(cx, node);
    return fnc_infer_end(&in, in.op && in.op->shapes ? in.op->shapes(&in) : FINNC_OK);
}

static finnc_status shapes_of(void *user, finnc_ctx *cx, finnc_node *node)
{
    finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
        FINNC_TRY(finnc_graph_infer_shapes(cx, body));
    (void)user;
    return finnc_node_infer_shapes(cx, node, false);
}

finnc_status finnc_graph_infer_shapes(finnc_ctx *cx, finnc_graph *graph)
{
    return finnc_graph_visit(cx, graph, shapes_of, NULL);
}

/* ---- data types ---- */

/* Upstream writes FLOAT32 where an op has no rule and nothing else is annotated; here that is no
 * annotation. What an op does not know keeps what it has, so there is nothing to do. */
finnc_status finnc_node_infer_dtypes(finnc_ctx *cx, finnc_node *node, bool allow_scaledint)
{
    finnc_infer in;
    fnc_infer_init(&in, cx, node);
    in.editable = node;
    in.allow_scaledint = allow_scaledint;
    FNC_AT_NODE(cx, node);
    if (in.op && in.op->dtypes)
        return fnc_infer_end(&in, in.op->dtypes(&in));
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *v = finnc_node_output(node, o);
        if (v && finnc_value_has_dtype(v))
            FINNC_TRY(finnc_infer_set_dtype(&in, o, finnc_value_dtype(v)));
    }
    return FINNC_OK;
}

static finnc_status dtypes_of(void *allow_scaledint, finnc_ctx *cx, finnc_node *node)
{
    return finnc_node_infer_dtypes(cx, node, *(const bool *)allow_scaledint);
}

finnc_status finnc_graph_infer_dtypes(finnc_ctx *cx, finnc_graph *graph, bool allow_scaledint)
{
    return finnc_graph_visit(cx, graph, dtypes_of, &allow_scaledint);
}

/* ---- layouts, as upstream's InferDataLayouts ---- */

static const char *layout_by_rank(int rank)
{
    return rank == 4 ? "NHWC" : rank == 3 ? "NWC" : "";
}

/* Rank 2 is always NC. A standard op hands on what its input 0 has; a custom one only if the ranks
 * agree. */
static finnc_status default_layouts(finnc_infer *in)
{
    bool custom = finnc_node_is_custom(in->node);
    const char *first = finnc_infer_layout(in, 0);
    for (size_t o = 0; o < finnc_infer_noutputs(in); o++) {
        int rank = finnc_infer_out_rank(in, o);
        const char *layout = layout_by_rank(rank);
        if (rank == 2)
            layout = "NC";
        else if (rank >= 0 && first && *first && (!custom || finnc_infer_rank(in, 0) == rank))
            layout = first;
        FINNC_TRY(finnc_infer_set_layout(in, o, layout));
    }
    return FINNC_OK;
}

static finnc_status layouts_of(void *user, finnc_ctx *cx, finnc_node *node)
{
    finnc_infer in;
    (void)user;
    fnc_infer_init(&in, cx, node);
    FNC_AT_NODE(cx, node);
    return fnc_infer_end(&in, in.op && in.op->layouts ? in.op->layouts(&in) : default_layouts(&in));
}

static finnc_status layout_of_input(finnc_ctx *cx, finnc_graph *graph)
{
    finnc_value *x = finnc_graph_input(graph, 0);
    if (!x || (finnc_value_layout(x) && *finnc_value_layout(x)))
        return FINNC_OK;
    int rank = finnc_value_rank(x);
    const char *layout = rank == 4 ? "NCHW" : rank == 3 ? "NWC" : rank == 2 ? "NC" : NULL;
    FNC_AT_TENSOR(cx, finnc_value_name(x));
    if (!layout)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "an input of rank %d has no usual layout: annotate one", rank);
    finnc_log(cx, FINNC_NOTE, "has no layout, taken as %s", layout);
    return finnc_value_set_layout(cx, x, layout);
}

finnc_status finnc_graph_infer_layouts(finnc_ctx *cx, finnc_graph *graph)
{
    FINNC_TRY(layout_of_input(cx, graph));
    return finnc_graph_visit(cx, graph, layouts_of, NULL);
}

/* ---- cost ---- */

/* Whoever reads a cost asks the factors, and the output, for their data types. */
static finnc_status find_cost(finnc_infer *in, finnc_cost *cost)
{
    FINNC_TRY(in->op->cost(in, cost));
    for (size_t i = 0; cost->kind == FINNC_COST_COUNTED && i < 2; i++)
        if (!finnc_infer_has(in, cost->factors[i]))
            return finnc_fail(in->cx, FINNC_BAD_VALUE, "input %zu (%s) is missing: a factor",
                              cost->factors[i],
                              finnc_op_formal(in->op->in, cost->factors[i])->name);
    if (cost->kind == FINNC_COST_COUNTED && !finnc_node_output(in->node, 0))
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "output 0 is missing");
    return FINNC_OK;
}

finnc_status finnc_node_cost(finnc_ctx *cx, const finnc_node *node, finnc_cost *cost)
{
    *cost = (finnc_cost){0};
    finnc_infer in;
    fnc_infer_init(&in, cx, node);
    FNC_AT_NODE(cx, node);
    return fnc_infer_end(&in, in.op && in.op->cost ? find_cost(&in, cost) : FINNC_OK);
}

/* ---- ranges ---- */

finnc_status finnc_node_range_rule(finnc_ctx *cx, const finnc_node *node, finnc_range_rule *rule)
{
    const finnc_range_rule fresh = {
        .varying = UINT64_MAX, .noutputs = 1, .divisor = -1, .scale_input = -1, .zero_input = -1};
    *rule = fresh;
    finnc_infer in;
    fnc_infer_init(&in, cx, node);
    FNC_AT_NODE(cx, node);
    return fnc_infer_end(&in, in.op && in.op->range ? in.op->range(&in, rule) : FINNC_OK);
}

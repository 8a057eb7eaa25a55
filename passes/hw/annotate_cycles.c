/* Writes on each layer how many cycles it takes, in the models of partitions too. */
#include "children.h"
#include "hw.h"

#include <inttypes.h>

static finnc_status annotate_layer(finnc_pass_run *run, finnc_node *node)
{
    int64_t cycles;
    finnc_ctx *cx = finnc_pass_ctx(run);
    FINNC_TRY(finnc_layer_cycles(cx, node, &cycles));
    if (finnc_node_int(node, "cycles_estimate", -1) == cycles)
        return FINNC_OK;
    finnc_pass_applied(run, node, "takes %" PRId64 " cycles", cycles);
    return finnc_node_set_int(cx, node, "cycles_estimate", cycles);
}

static finnc_status annotate_graph(finnc_pass_run *run, fnc_children *children, finnc_graph *graph);

static finnc_status annotate_child(finnc_pass_run *run, fnc_children *children, finnc_node *node)
{
    finnc_model *child;
    FINNC_TRY(fnc_children_enter(children, node, &child));
    FNC_AT_FILE(children->cx, finnc_node_string(node, "model", ""));
    FINNC_TRY(annotate_graph(run, children, finnc_model_graph(child)));
    fnc_children_leave(children);
    return FINNC_OK;
}

static finnc_status annotate_graph(finnc_pass_run *run, fnc_children *children, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        if (!finnc_pass_may_rewrite(run))
            break;
        if (fnc_children_has(node))
            FINNC_TRY(annotate_child(run, children, node));
        else if (fnc_hw_is_bound(node))
            FINNC_TRY(annotate_layer(run, node));
    }
    return FINNC_OK;
}

static finnc_status annotate(finnc_pass_run *run, finnc_graph *graph)
{
    fnc_children children = {.cx = finnc_pass_ctx(run)};
    return annotate_graph(run, &children, graph);
}

const finnc_pass fnc_pass_annotate_cycles = {
    .name = "AnnotateCycles",
    .summary = "writes on each layer how many cycles it takes",
    .upstream = "finn.transformation.fpgadataflow.annotate_cycles",
    .notes = "Of layers bound to HLS or RTL, into cycles_estimate; in the models of "
             "StreamingDataflowPartitions too, which are written with their parent.",
    .run = annotate,
};

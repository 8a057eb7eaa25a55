/* Writes on each layer what it needs of an FPGA, and on the model the sum, in the models of
 * partitions too. */
#include "children.h"
#include "hw.h"

#include <string.h>

typedef struct annotating {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_part part;
    fnc_children children;
} annotating;

/* Sums over the nodes of a model. */
typedef struct total {
    finnc_resources sum;
    size_t count; /* of what was summed up */
} total;

static void add(total *t, const finnc_resources *r)
{
    t->sum.bram_18k += r->bram_18k;
    t->sum.bram_efficiency += r->bram_efficiency;
    t->sum.lut += r->lut;
    t->sum.uram += r->uram;
    t->sum.uram_efficiency += r->uram_efficiency;
    t->sum.dsp += r->dsp;
    t->count++;
}

/* An empty dict, if there was nothing. */
static const char *total_text(const total *t, char text[FINNC_RESOURCES_TEXT_MAX])
{
    return t->count ? finnc_resources_text(&t->sum, true, text) : "{}";
}

static finnc_status write_on(annotating *a, finnc_node *node, const char *text)
{
    if (!strcmp(finnc_node_string(node, "res_estimate", ""), text))
        return FINNC_OK;
    finnc_pass_applied(a->run, node, "needs %s", text);
    return finnc_node_set_string(a->cx, node, "res_estimate", text);
}

static finnc_status annotate_layer(annotating *a, finnc_node *node, total *t)
{
    finnc_resources r;
    char text[FINNC_RESOURCES_TEXT_MAX];
    FINNC_TRY(finnc_layer_resources(a->cx, node, &a->part, &r));
    add(t, &r);
    return write_on(a, node, finnc_resources_text(&r, false, text));
}

static finnc_status annotate_graph(annotating *a, finnc_graph *graph, total *t);

static finnc_status annotate_child(annotating *a, finnc_node *node, total *t)
{
    finnc_model *child;
    total inner = {0};
    char text[FINNC_RESOURCES_TEXT_MAX];
    FINNC_TRY(fnc_children_enter(&a->children, node, &child));
    {
        FNC_AT_FILE(a->cx, finnc_node_string(node, "model", ""));
        FINNC_TRY(annotate_graph(a, finnc_model_graph(child), &inner));
    }
    fnc_children_leave(&a->children);
    if (inner.count)
        add(t, &inner.sum);
    return write_on(a, node, total_text(&inner, text));
}

/* The efficiencies become means over all nodes, also those that have none: so FINN. */
static finnc_status annotate_graph(annotating *a, finnc_graph *graph, total *t)
{
    char text[FINNC_RESOURCES_TEXT_MAX];
    const double nodes = (double)finnc_graph_nnodes(graph);
    finnc_foreach_node (node, graph) {
        if (!finnc_pass_may_rewrite(a->run))
            return FINNC_OK;
        if (fnc_children_has(node))
            FINNC_TRY(annotate_child(a, node, t));
        else if (fnc_hw_is_bound(node))
            FINNC_TRY(annotate_layer(a, node, t));
    }
    if (t->count) {
        t->sum.bram_efficiency /= nodes;
        t->sum.uram_efficiency /= nodes;
    }
    return finnc_model_set_metadata(a->cx, finnc_graph_model(graph), "res_total_estimate",
                                    total_text(t, text));
}

static finnc_status read_mode(annotating *a)
{
    const char *mode = finnc_pass_string(a->run, "mode");
    if (!strcmp(mode, "estimate"))
        return FINNC_OK;
    if (!strcmp(mode, "hls") || !strcmp(mode, "synth"))
        return finnc_fail(a->cx, FINNC_UNSUPPORTED,
                          "mode %s is about reports of the vendor's tools; estimate needs none",
                          mode);
    return finnc_fail(a->cx, FINNC_BAD_VALUE, "mode is %s, should be estimate", mode);
}

static finnc_status annotate(finnc_pass_run *run, finnc_graph *graph)
{
    annotating a = {.run = run, .cx = finnc_pass_ctx(run)};
    total t = {0};
    FINNC_TRY(read_mode(&a));
    FINNC_TRY(finnc_part_find(a.cx, finnc_pass_string(run, "fpgapart"), &a.part));
    a.children.cx = a.cx;
    return annotate_graph(&a, graph, &t);
}

const finnc_pass fnc_pass_annotate_resources = {
    .name = "AnnotateResources",
    .summary = "writes on each layer what it needs of an FPGA, and on the model the sum",
    .upstream = "finn.transformation.fpgadataflow.annotate_resources",
    .notes = "Of layers bound to HLS or RTL, into res_estimate; the model's sum into its metadata, "
             "res_total_estimate. In the models of StreamingDataflowPartitions too, which are "
             "written with their parent; upstream looks for their layers among those of the "
             "parent, and finds none.",
    .params = {{"mode", FINNC_PARAM_STRING, NULL, "estimate: by formulas"},
               {"fpgapart", FINNC_PARAM_STRING, NULL, "the FPGA, or a board"}},
    .run = annotate,
};

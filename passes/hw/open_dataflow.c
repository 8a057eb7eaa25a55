/* From whatever holds hardware layers to a model of nothing else. */
#include "pass.h"

#include <base/alloc.h>

#include <finnc/dataflow.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static finnc_status run_pass(finnc_ctx *cx, finnc_model *model, const char *name,
                             const char *arguments)
{
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_pipeline_parse(cx, "", &pipeline));
    finnc_status status = finnc_pipeline_add(cx, pipeline, finnc_pass_find(name), arguments);
    if (status == FINNC_OK)
        status = finnc_transform(cx, model, pipeline, NULL);
    finnc_pipeline_destroy(pipeline);
    return status;
}

/* ---- the partition ---- */

static bool is_partition(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_PARTITION) &&
           finnc_node_has_trait(node, FINNC_OP_HARDWARE);
}

/* The partition to go into, or NULL: layers lie in the graph itself. */
static finnc_status find_partition(finnc_ctx *cx, const finnc_graph *graph,
                                   const finnc_node **partition)
{
    *partition = NULL;
    finnc_foreach_node (node, graph) {
        if (!is_partition(node))
            continue;
        if (*partition)
            return finnc_fail(cx, FINNC_UNSUPPORTED,
                              "has several partitions, %s and %s at least: the model of one of "
                              "them is wanted",
                              finnc_node_name(*partition), finnc_node_name(node));
        *partition = node;
    }
    return FINNC_OK;
}

static finnc_status open_partition(finnc_ctx *cx, const finnc_model *model, finnc_model **opened)
{
    char path[4096];
    const finnc_node *partition;
    FINNC_TRY(find_partition(cx, finnc_model_graph(model), &partition));
    if (!partition)
        return finnc_model_clone(cx, model, opened);
    FINNC_TRY(finnc_node_open_partition(cx, partition, path, sizeof path, opened));
    finnc_log(cx, FINNC_NOTE, "its partition %s is looked at, %s", finnc_node_name(partition),
              path);
    return FINNC_OK;
}

/* ---- binding ---- */

static finnc_status need_layers(finnc_ctx *cx, const finnc_graph *graph, size_t *nabstract)
{
    size_t n = 0;
    *nabstract = 0;
    finnc_foreach_node (node, graph) {
        if (!finnc_layer_find(node))
            continue;
        n++;
        *nabstract += finnc_node_style(node) == FINNC_STYLE_ABSTRACT;
    }
    if (n > 0)
        return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE, "has no hardware layers");
}

static finnc_status need_bound(finnc_ctx *cx, finnc_model *model, const finnc_part *part)
{
    char arguments[sizeof part->name + 32];
    size_t n;
    FINNC_TRY(need_layers(cx, finnc_model_graph(model), &n));
    if (n == 0)
        return FINNC_OK;
    if (!part)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "%zu layer%s bound neither to HLS nor to RTL, and no part is given", n,
                          n == 1 ? " is" : "s are");
    finnc_log(cx, FINNC_NOTE,
              "%zu layer%s bound for %s and named anew, as SpecializeLayers and "
              "GiveUniqueNodeNames do",
              n, n == 1 ? " is" : "s are", part->name);
    snprintf(arguments, sizeof arguments, "{\"fpgapart\": \"%s\"}", part->name);
    FINNC_TRY(run_pass(cx, model, "SpecializeLayers", arguments));
    return run_pass(cx, model, "GiveUniqueNodeNames", NULL);
}

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
    const finnc_node *const *x = a, *const *y = b;
    return strcmp(finnc_node_name(*x), finnc_node_name(*y));
}

static finnc_status are_named(finnc_ctx *cx, const finnc_graph *graph, bool *yes)
{
    size_t n = 0;
    const finnc_node **nodes =
        FNC_ALLOC_ARRAY(cx, const finnc_node *, finnc_graph_nnodes(graph) + 1);
    if (!nodes)
        return finnc_no_memory(cx);
    finnc_foreach_node (node, graph)
        nodes[n++] = node;
    qsort(nodes, n, sizeof *nodes, by_name);
    *yes = true;
    for (size_t i = 0; i < n; i++)
        *yes &= *finnc_node_name(nodes[i]) && (i == 0 || by_name(&nodes[i - 1], &nodes[i]) != 0);
    fnc_free(cx, nodes);
    return FINNC_OK;
}

static finnc_status need_names(finnc_ctx *cx, finnc_model *model)
{
    bool yes = true;
    FINNC_TRY(are_named(cx, finnc_model_graph(model), &yes));
    if (yes)
        return FINNC_OK;
    finnc_log(cx, FINNC_NOTE, "nodes are named anew, as GiveUniqueNodeNames does");
    return run_pass(cx, model, "GiveUniqueNodeNames", NULL);
}

/* ---- all of it ---- */

finnc_status finnc_dataflow_open(finnc_ctx *cx, const finnc_model *model, const finnc_part *part,
                                 finnc_model **dataflow)
{
    finnc_model *opened;
    *dataflow = NULL;
    FINNC_TRY(open_partition(cx, model, &opened));
    finnc_status status = need_bound(cx, opened, part);
    if (status == FINNC_OK)
        status = need_names(cx, opened);
    if (status == FINNC_OK)
        *dataflow = opened;
    else
        finnc_model_destroy(opened);
    return status;
}

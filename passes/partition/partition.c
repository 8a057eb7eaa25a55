/*      a -> [b -> c] -> d        becomes        a -> GenericPartition -> d
 * Models of all partitions are made from the graph as it is, then the nodes are replaced. Files are
 * written with the model. */
#include "partition.h"

#include "../support/build.h"
#include "between.h"
#include "ends.h"
#include "pass.h"

#include <string.h>

typedef struct partitioning {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena scratch;
    fnc_parts assigned;
    fnc_parting parting;
    finnc_model **models;
    const char **paths;
    const char *folder, *folder_param;
} partitioning;

/* ---- the models ---- */

/* As if it were the result of a pass: upstream cleans it up. */
static finnc_status clean_up(partitioning *p, finnc_model *model)
{
    finnc_pipeline *pipeline;
    FINNC_TRY(finnc_pipeline_parse(p->cx, "RemoveUnusedTensors", &pipeline));
    const finnc_status status = finnc_transform(p->cx, model, pipeline, NULL);
    finnc_pipeline_destroy(pipeline);
    return status;
}

/* A part whose results nobody reads would be a node without outputs, which the next clean-up takes
 * away: its nodes stay as they are. */
static finnc_status find_ends(partitioning *p, int k)
{
    const fnc_part *own = &p->parting.parts[k];
    FINNC_TRY(fnc_parting_find_ends(&p->parting, k));
    if (own->count == 0 || own->outputs.count > 0)
        return FINNC_OK;
    finnc_pass_missed(p->run, own->nodes[0], "nobody reads what partition %s makes: it stays here",
                      p->assigned.ids[k]);
    fnc_parting_drop(&p->parting, k);
    return FINNC_OK;
}

static finnc_status make_model(partitioning *p, int k)
{
    const fnc_part *own = &p->parting.parts[k];
    FINNC_TRY(finnc_model_extract(p->cx, p->graph, own->nodes, own->count, own->inputs.values,
                                  own->inputs.count, own->outputs.values, own->outputs.count,
                                  &p->models[k]));
    FINNC_TRY(clean_up(p, p->models[k]));
    p->paths[k] = fnc_arena_printf(&p->scratch, "%s%spartition_%s.onnx", p->folder,
                                   *p->folder ? "/" : "", p->assigned.ids[k]);
    return p->paths[k] ? FINNC_OK : finnc_no_memory(p->cx);
}

/* ---- files that are there already ---- */

/* Which part's file is called `name`, in the folder where all of them go. */
static int find_path(const partitioning *p, const char *name)
{
    for (int k = 0; k < (int)p->assigned.count; k++)
        if (p->paths[k] && !strcmp(p->paths[k], name))
            return k;
    return FNC_NO_PART;
}

/* The file of a node that goes into a part goes along, under the folder of the part's. */
static const char *path_then(partitioning *p, finnc_node *node, const char *path)
{
    const int k = fnc_parting_find(&p->parting, fnc_parting_outermost(&p->parting, node));
    if (k == FNC_NO_PART || !*p->folder)
        return path;
    return fnc_arena_printf(&p->scratch, "%s/%s", p->folder, path);
}

/* Two nodes that name one file share its model: a new one would take the place of the other's. */
static finnc_status check_files(partitioning *p, const finnc_graph *graph)
{
    const finnc_graph *body;
    finnc_foreach_node (node, graph) {
        const char *path = finnc_node_has_trait(node, FINNC_OP_PARTITION)
                               ? finnc_node_string(node, "model", NULL)
                               : NULL;
        const char *then = path ? path_then(p, node, path) : "";
        if (!then)
            return finnc_no_memory(p->cx);
        const int k = find_path(p, then);
        if (k != FNC_NO_PART)
            return finnc_fail(p->cx, FINNC_BAD_VALUE,
                              "partition %s: node %s has its model in %s already: choose another "
                              "id or %s",
                              p->assigned.ids[k], finnc_node_name(node), then, p->folder_param);
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(check_files(p, body));
    }
    return FINNC_OK;
}

/* ---- the graph ---- */

static finnc_status replace_part(partitioning *p, int k)
{
    const fnc_part *own = &p->parting.parts[k];
    char *name = fnc_arena_printf(&p->scratch, "GenericPartition_%s", p->assigned.ids[k]);
    if (!name)
        return finnc_no_memory(p->cx);
    FINNC_TRY(fnc_import(p->cx, p->graph, "qonnx.custom_op.general"));
    for (size_t i = 0; i < own->count; i++)
        finnc_graph_erase_node(own->nodes[i]);
    const finnc_node_spec spec = {.op_type = "GenericPartition",
                                  .domain = "qonnx.custom_op.general",
                                  .name = name,
                                  .inputs = own->inputs.values,
                                  .ninputs = own->inputs.count,
                                  .outputs = own->outputs.values,
                                  .noutputs = own->outputs.count};
    finnc_node *node;
    FINNC_TRY(
        finnc_graph_insert_node(p->cx, p->graph, &spec, finnc_node_next(own->nodes[0]), &node));
    finnc_pass_applied(p->run, node, "stands for %zu nodes", own->count);
    FINNC_TRY(finnc_node_set_partition(p->cx, node, p->paths[k], p->models[k]));
    p->models[k] = NULL; /* the graph's from here on */
    return FINNC_OK;
}

/* A path that comes back to a partition is a cycle now. */
static finnc_status check_paths(partitioning *p, const fnc_partition_kind *kind)
{
    const finnc_status status = finnc_graph_sort(p->cx, p->graph);
    if (status != FINNC_BAD_VALUE)
        return status;
    finnc_ctx_clear(p->cx);
    return fnc_partition_say_between(p->run, &p->parting, kind);
}

/* Says of each partition what it is, in the order of the graph. */
static finnc_status finish(partitioning *p, const fnc_partition_kind *kind)
{
    int64_t position = 0;
    if (!kind->finish)
        return FINNC_OK;
    finnc_foreach_node (node, p->graph) {
        const int k = fnc_parting_find(&p->parting, node);
        if (k == FNC_NO_PART)
            continue;
        const fnc_part *own = &p->parting.parts[k];
        FNC_AT_NODE(p->cx, node);
        FINNC_TRY(kind->finish(p->cx, node, own->nodes, own->count, position++));
    }
    return FINNC_OK;
}

static finnc_status partition_graph(partitioning *p, const fnc_partition_kind *kind)
{
    const int n = (int)p->assigned.count;
    p->models = FNC_NEW_ARRAY(&p->scratch, finnc_model *, p->assigned.count);
    p->paths = FNC_NEW_ARRAY(&p->scratch, const char *, p->assigned.count);
    if (!p->models || !p->paths)
        return finnc_no_memory(p->cx);
    FINNC_TRY(fnc_parting_init(p->cx, p->graph, &p->scratch, &p->assigned, &p->parting));
    bool is_cut = false;
    for (int k = 0; k < n; k++)
        FINNC_TRY(find_ends(p, k));
    for (int k = 0; k < n; k++)
        if (p->parting.parts[k].count > 0)
            FINNC_TRY(make_model(p, k));
    FINNC_TRY(check_files(p, finnc_model_graph(finnc_graph_model(p->graph))));
    for (int k = 0; k < n; k++)
        if (p->parting.parts[k].count > 0) {
            FINNC_TRY(replace_part(p, k));
            is_cut = true;
        }
    if (!is_cut)
        return FINNC_OK;
    FINNC_TRY(check_paths(p, kind));
    return finish(p, kind);
}

finnc_status fnc_partition(finnc_pass_run *run, finnc_graph *graph, const fnc_partition_kind *kind)
{
    partitioning p = {
        .run = run, .cx = finnc_pass_ctx(run), .graph = graph, .folder_param = kind->folder_param};
    const char *folder = finnc_pass_string(run, kind->folder_param);
    p.folder = folder && strcmp(folder, ".") != 0 ? folder : "";
    fnc_arena_init(&p.scratch, p.cx);
    finnc_status status = kind->assign(run, graph, &p.scratch, &p.assigned);
    if (status == FINNC_OK)
        status = partition_graph(&p, kind);
    for (size_t k = 0; p.models && k < p.assigned.count; k++)
        finnc_model_destroy(p.models[k]);
    fnc_arena_clear(&p.scratch);
    return status;
}

/*      a -> [b -> c] -> d        becomes        a -> GenericPartition -> d
 * Models of all partitions are made from the graph as it is, then the nodes are replaced; files are
 * written when nothing but that can fail. */
#include "partition.h"

#include "assign.h"
#include "build.h"
#include "files.h"
#include "pass.h"
#include "value_map.h"

#include <jansson.h>
#include <string.h>

/* Values in the order in which they were met. */
typedef struct value_list {
    finnc_value **values;
    size_t count, room;
    fnc_value_map met;
} value_list;

typedef struct part {
    finnc_node **nodes;
    size_t count;
    value_list inputs, outputs;
    const char *path;
} part;

typedef struct partitioning {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena scratch;
    fnc_parts assigned;
    fnc_value_map part_of; /* a node's first output -> the node's entry in assigned.part_of */
    part *parts;
    finnc_model **models;
    const char **paths;
    const char *folder;
} partitioning;

/* ---- lists ---- */

static finnc_status list_add(partitioning *p, value_list *list, finnc_value *value)
{
    list->met.arena = &p->scratch;
    if (fnc_value_map_find(&list->met, value))
        return FINNC_OK;
    FINNC_TRY(fnc_value_map_add(p->cx, &list->met, value, value));
    if (list->count == list->room) {
        const size_t room = 2 * list->room + 8;
        finnc_value **more = FNC_NEW_ARRAY(&p->scratch, finnc_value *, room);
        if (!more)
            return finnc_no_memory(p->cx);
        if (list->count > 0)
            memcpy(more, list->values, list->count * sizeof *more);
        list->values = more;
        list->room = room;
    }
    list->values[list->count++] = value;
    return FINNC_OK;
}

/* ---- which part ---- */

static const finnc_value *first_output(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o))
            return finnc_node_output(node, o);
    return NULL;
}

/* The node of the graph itself in one of whose bodies `node` stands. */
static const finnc_node *outermost(const partitioning *p, const finnc_node *node)
{
    while (node && finnc_node_graph(node) != p->graph)
        node = finnc_graph_owner(finnc_node_graph(node));
    return node;
}

static int part_of(const partitioning *p, const finnc_node *node)
{
    const finnc_value *key = node ? first_output(node) : NULL;
    const int *k = key ? fnc_value_map_find(&p->part_of, key) : NULL;
    return k ? *k : FNC_NO_PART;
}

static finnc_status sort_into_parts(partitioning *p)
{
    fnc_parts *a = &p->assigned;
    p->part_of.arena = &p->scratch;
    for (size_t i = 0; i < a->nnodes; i++) {
        const finnc_value *key = first_output(a->nodes[i]);
        if (!key)
            a->part_of[i] = FNC_NO_PART; /* nobody would see what it did in there */
        else
            FINNC_TRY(fnc_value_map_add(p->cx, &p->part_of, key, &a->part_of[i]));
        if (a->part_of[i] != FNC_NO_PART)
            p->parts[a->part_of[i]].count++;
    }
    for (size_t k = 0; k < a->count; k++) {
        p->parts[k].nodes = FNC_NEW_ARRAY(&p->scratch, finnc_node *, p->parts[k].count);
        if (!p->parts[k].nodes)
            return finnc_no_memory(p->cx);
        p->parts[k].count = 0;
    }
    for (size_t i = 0; i < a->nnodes; i++)
        if (a->part_of[i] != FNC_NO_PART) {
            part *own = &p->parts[a->part_of[i]];
            own->nodes[own->count++] = a->nodes[i];
        }
    return FINNC_OK;
}

/* ---- what goes in and out ---- */

static finnc_status add_input(partitioning *p, int k, finnc_value *value)
{
    if (!value || finnc_value_graph(value) != p->graph || finnc_value_is_constant(value) ||
        part_of(p, finnc_value_producer(value)) == k)
        return FINNC_OK;
    return list_add(p, &p->parts[k].inputs, value);
}

static finnc_status add_captured(partitioning *p, int k, const finnc_node *node)
{
    const finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++) {
        finnc_foreach_node (inner, body) {
            for (size_t j = 0; j < finnc_node_ninputs(inner); j++)
                FINNC_TRY(add_input(p, k, finnc_node_input(inner, j)));
            FINNC_TRY(add_captured(p, k, inner));
        }
    }
    return FINNC_OK;
}

static bool is_seen_outside(const partitioning *p, int k, finnc_value *value)
{
    if (finnc_value_is_output(value))
        return true;
    finnc_foreach_use (use, value)
        if (part_of(p, outermost(p, finnc_use_node(use))) != k)
            return true;
    return false;
}

static finnc_status find_ends(partitioning *p, int k)
{
    part *own = &p->parts[k];
    for (size_t i = 0; i < own->count; i++) {
        const finnc_node *node = own->nodes[i];
        for (size_t j = 0; j < finnc_node_ninputs(node); j++)
            FINNC_TRY(add_input(p, k, finnc_node_input(node, j)));
        FINNC_TRY(add_captured(p, k, node));
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            finnc_value *value = finnc_node_output(node, o);
            if (value && is_seen_outside(p, k, value))
                FINNC_TRY(list_add(p, &own->outputs, value));
        }
    }
    return FINNC_OK;
}

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

static finnc_status make_model(partitioning *p, int k)
{
    part *own = &p->parts[k];
    FINNC_TRY(find_ends(p, k));
    FINNC_TRY(finnc_model_extract(p->cx, p->graph, own->nodes, own->count, own->inputs.values,
                                  own->inputs.count, own->outputs.values, own->outputs.count,
                                  &p->models[k]));
    FINNC_TRY(clean_up(p, p->models[k]));
    const bool is_here = !strcmp(p->folder, ".");
    p->paths[k] = fnc_arena_printf(&p->scratch, "%s%spartition_%s.onnx", is_here ? "" : p->folder,
                                   is_here ? "" : "/", p->assigned.ids[k]);
    return p->paths[k] ? FINNC_OK : finnc_no_memory(p->cx);
}

/* ---- the graph ---- */

static finnc_status replace_part(partitioning *p, int k)
{
    const part *own = &p->parts[k];
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
    return finnc_node_set_string(p->cx, node, "model", p->paths[k]);
}

/* A path that comes back to a partition is a cycle now. */
static finnc_status check_paths(partitioning *p)
{
    const finnc_status status = finnc_graph_sort(p->cx, p->graph);
    if (status != FINNC_BAD_VALUE)
        return status;
    finnc_ctx_clear(p->cx);
    return finnc_fail(p->cx, FINNC_BAD_VALUE,
                      "a path leaves a partition and comes back to it, perhaps through another "
                      "one");
}

static finnc_status make_room(partitioning *p)
{
    const size_t n = p->assigned.count;
    p->parts = FNC_NEW_ARRAY(&p->scratch, part, n);
    p->models = FNC_NEW_ARRAY(&p->scratch, finnc_model *, n);
    p->paths = FNC_NEW_ARRAY(&p->scratch, const char *, n);
    return p->parts && p->models && p->paths ? FINNC_OK : finnc_no_memory(p->cx);
}

static finnc_status partition_graph(partitioning *p)
{
    const int n = (int)p->assigned.count;
    FINNC_TRY(make_room(p));
    FINNC_TRY(sort_into_parts(p));
    size_t made = 0;
    for (int k = 0; k < n; k++)
        if (p->parts[k].count > 0)
            FINNC_TRY(make_model(p, k));
    for (int k = 0; k < n; k++) {
        if (p->parts[k].count == 0)
            continue;
        FINNC_TRY(replace_part(p, k));
        p->models[made] = p->models[k];
        p->paths[made++] = p->paths[k];
        if (made <= (size_t)k)
            p->models[k] = NULL;
    }
    if (made == 0)
        return FINNC_OK;
    FINNC_TRY(check_paths(p));
    return fnc_partition_files_write(p->cx, &p->scratch, p->folder, p->models, p->paths, made);
}

static finnc_status partition_as_said(partitioning *p, json_t *said, unsigned kinds)
{
    const char *folder = finnc_pass_string(p->run, "partition_dir");
    if (!folder)
        folder = finnc_model_folder(finnc_graph_model(p->graph));
    p->folder = folder && *folder ? folder : ".";
    FINNC_TRY(fnc_parts_read(p->cx, &p->scratch, p->graph, said, kinds, &p->assigned));
    const finnc_status status = partition_graph(p);
    for (size_t k = 0; p->models && k < p->assigned.count; k++)
        finnc_model_destroy(p->models[k]);
    return status;
}

finnc_status fnc_partition(finnc_pass_run *run, finnc_graph *graph, unsigned kinds)
{
    partitioning p = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    json_error_t error;
    json_t *said = json_loads(finnc_pass_json(run, "partitioning"), JSON_DECODE_ANY, &error);
    if (!said)
        return finnc_no_memory(p.cx);
    fnc_arena_init(&p.scratch, p.cx);
    const finnc_status status = partition_as_said(&p, said, kinds);
    fnc_arena_clear(&p.scratch);
    json_decref(said);
    return status;
}

/*      a -> GenericPartition -> d        becomes        a -> [b -> c] -> d
 * with the nodes of its model in its place. The other way round is CreateGenericPartitions. */
#include "pass.h"

#include <base/arena.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Names of files that partitions have, each with what became of it. */
typedef struct file {
    const char *name, *becomes;
    struct file *next;
} file;

typedef struct extension {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node; /* the GenericPartition */
    const finnc_graph *inner;
    fnc_arena scratch;
    finnc_value **inputs, **outputs; /* what became of the inner ones */
    bool *is_ours;                   /* is that output a value of the graph around by now? */
    const char *path;                /* of the model, in the folder of the one around */
    file *taken;                     /* by partitions of the graph around */
    file *moved;                     /* of partitions inside */
} extension;

/* ---- does it fit? ---- */

static finnc_status check_ends(extension *e)
{
    size_t ninputs = 0;
    for (size_t at = 0; finnc_graph_next_free_input(e->inner, &at);)
        ninputs++;
    if (ninputs != finnc_node_ninputs(e->node) ||
        finnc_graph_noutputs(e->inner) != finnc_node_noutputs(e->node))
        return finnc_fail(e->cx, FINNC_BAD_VALUE,
                          "the model has %zu inputs and %zu outputs, the node %zu and %zu", ninputs,
                          finnc_graph_noutputs(e->inner), finnc_node_ninputs(e->node),
                          finnc_node_noutputs(e->node));
    return FINNC_OK;
}

static bool has_function(const finnc_model *model, const char *name, const char *domain)
{
    const char *its_domain;
    for (size_t i = 0; i < finnc_model_nfunctions(model); i++)
        if (!strcmp(finnc_model_function(model, i, &its_domain, NULL), name) &&
            !strcmp(its_domain, domain))
            return true;
    return false;
}

/* A partition has the functions of the model that it was taken from. */
static finnc_status check_functions(extension *e, const finnc_model *from)
{
    const char *domain;
    for (size_t i = 0; i < finnc_model_nfunctions(from); i++) {
        const char *name = finnc_model_function(from, i, &domain, NULL);
        if (!has_function(finnc_graph_model(e->graph), name, domain))
            return finnc_fail(e->cx, FINNC_UNSUPPORTED, "it has a function %s of its own", name);
    }
    return FINNC_OK;
}

static finnc_status merge_opsets(extension *e, const finnc_model *from)
{
    finnc_model *model = finnc_graph_model(e->graph);
    for (size_t i = 0; i < finnc_model_nopsets(from); i++) {
        int64_t version;
        const char *domain = finnc_model_opset(from, i, &version);
        const int64_t ours = finnc_model_find_opset(model, domain);
        if (ours > 0 && ours != version)
            return finnc_fail(e->cx, FINNC_BAD_VALUE,
                              "it imports version %" PRId64 " of %s, the model around it %" PRId64,
                              version, *domain ? domain : "ai.onnx", ours);
        FINNC_TRY(finnc_model_set_opset(e->cx, model, domain, version));
    }
    if (finnc_model_ir_version(from) > finnc_model_ir_version(model))
        finnc_model_set_ir_version(model, finnc_model_ir_version(from));
    return FINNC_OK;
}

/* ---- moving in ---- */

/* Names outside stay: inside, tensors of these names got others when they moved in. */
static finnc_status join_inputs(extension *e)
{
    size_t next = 0;
    for (size_t i = 0; i < finnc_graph_ninputs(e->inner); i++) {
        if (finnc_value_is_constant(finnc_graph_input(e->inner, i)))
            continue;
        finnc_value *ours = finnc_node_input(e->node, next++);
        if (!ours)
            return finnc_fail(e->cx, FINNC_BAD_VALUE, "nothing for the model's input %s",
                              finnc_value_name(finnc_graph_input(e->inner, i)));
        finnc_value_replace_uses(e->inputs[i], ours);
        for (size_t o = 0; o < finnc_graph_noutputs(e->inner); o++)
            if (e->outputs[o] == e->inputs[i]) {
                e->outputs[o] = ours;
                e->is_ours[o] = true;
            }
    }
    return FINNC_OK;
}

static finnc_status copy_to(extension *e, finnc_value *from, finnc_value *to, finnc_node *before)
{
    const finnc_node_spec spec = {
        .op_type = "Identity", .inputs = &from, .ninputs = 1, .outputs = &to, .noutputs = 1};
    return finnc_graph_insert_node(e->cx, e->graph, &spec, before, NULL);
}

/* The partition's output becomes that of the node inside. A constant, an input, or what stands for
 * another output already is copied. */
static finnc_status join_output(extension *e, size_t o, finnc_value *ours, finnc_node *before)
{
    finnc_value *inner = e->outputs[o];
    finnc_node *producer = finnc_value_producer(inner);
    if (!producer || e->is_ours[o])
        return copy_to(e, inner, ours, before);
    FINNC_TRY(finnc_node_set_output(e->cx, producer, finnc_value_producer_index(inner), ours));
    finnc_value_replace_uses(inner, ours);
    for (size_t k = o + 1; k < finnc_graph_noutputs(e->inner); k++)
        if (e->outputs[k] == inner) {
            e->outputs[k] = ours;
            e->is_ours[k] = true;
        }
    return FINNC_OK;
}

/* ---- partitions inside ---- */

static const char *file_of(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_PARTITION) ? finnc_node_string(node, "model", NULL)
                                                          : NULL;
}

static file *find_file(file *files, const char *name, bool by_new_name)
{
    while (files && strcmp(by_new_name ? files->becomes : files->name, name) != 0)
        files = files->next;
    return files;
}

static finnc_status add_file(extension *e, file **files, const char *name, const char *becomes)
{
    file *added = FNC_NEW(&e->scratch, file);
    if (!added)
        return finnc_no_memory(e->cx);
    *added = (file){.name = fnc_arena_strdup(&e->scratch, name), .next = *files};
    added->becomes = becomes ? becomes : added->name;
    *files = added;
    return added->name ? FINNC_OK : finnc_no_memory(e->cx);
}

static finnc_status list_files(extension *e, const finnc_graph *graph)
{
    const finnc_graph *body;
    finnc_foreach_node (node, graph) {
        const char *name = file_of(node);
        if (name)
            FINNC_TRY(add_file(e, &e->taken, name, NULL));
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(list_files(e, body));
    }
    return FINNC_OK;
}

/* Where `name`, seen from the model's folder, lies seen from that of the model around; with a
 * number behind if another partition's model is there. */
static finnc_status place(extension *e, const char *name, const char **becomes)
{
    const char *slash = strrchr(e->path, '/'), *dot = strrchr(name, '.');
    const int folder = slash ? (int)(slash + 1 - e->path) : 0;
    const int stem = dot && !strchr(dot, '/') ? (int)(dot - name) : (int)strlen(name);
    const char *at = fnc_arena_printf(&e->scratch, "%.*s%s", folder, e->path, name);
    for (int k = 2; at && (find_file(e->taken, at, true) || find_file(e->moved, at, true)); k++)
        at = fnc_arena_printf(&e->scratch, "%.*s%.*s_%d%s", folder, e->path, stem, name, k,
                              name + stem);
    *becomes = at;
    return at ? add_file(e, &e->moved, name, at) : finnc_no_memory(e->cx);
}

/* What a node inside stands for, the file `name`, under its name outside. Nodes that name one file
 * still do. A file that is nowhere stays so. */
static finnc_status move_partition(extension *e, finnc_node *from, const char *name, finnc_node *to)
{
    finnc_model *part;
    finnc_status status = finnc_node_need_partition(e->cx, from, &part);
    if (status == FINNC_NOT_FOUND)
        finnc_ctx_clear(e->cx);
    else if (status != FINNC_OK)
        return status;
    const file *known = find_file(e->moved, name, false);
    const char *becomes = known ? known->becomes : NULL;
    if (!known)
        FINNC_TRY(place(e, name, &becomes));
    if (known || status == FINNC_NOT_FOUND)
        return finnc_node_set_string(e->cx, to, "model", becomes);
    FINNC_TRY(finnc_model_clone(e->cx, part, &part));
    status = finnc_node_set_partition(e->cx, to, becomes, part);
    if (status != FINNC_OK)
        finnc_model_destroy(part);
    return status;
}

/* `to` is the first of the nodes that those of `from` became. */
static finnc_status move_partitions(extension *e, const finnc_graph *from, finnc_node *to)
{
    const finnc_graph *body;
    finnc_foreach_node (node, from) {
        const char *name = file_of(node);
        if (name)
            FINNC_TRY(move_partition(e, node, name, to));
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(
                move_partitions(e, body, finnc_graph_first_node(finnc_node_body(to, i, NULL))));
        to = finnc_node_next(to);
    }
    return FINNC_OK;
}

static finnc_status bring_in(extension *e)
{
    const finnc_node *last = finnc_node_prev(e->node);
    FINNC_TRY(list_files(e, finnc_model_graph(finnc_graph_model(e->graph))));
    FINNC_TRY(finnc_graph_import(e->cx, e->graph, e->inner, e->node, e->inputs, e->outputs));
    return move_partitions(e, e->inner,
                           last ? finnc_node_next(last) : finnc_graph_first_node(e->graph));
}

/* ---- the nodes ---- */

static finnc_status move_in(extension *e)
{
    const size_t nout = finnc_graph_noutputs(e->inner);
    FINNC_TRY(check_ends(e));
    e->inputs = FNC_NEW_ARRAY(&e->scratch, finnc_value *, finnc_graph_ninputs(e->inner));
    e->outputs = FNC_NEW_ARRAY(&e->scratch, finnc_value *, nout);
    e->is_ours = FNC_NEW_ARRAY(&e->scratch, bool, nout);
    if (!e->inputs || !e->outputs || !e->is_ours)
        return finnc_no_memory(e->cx);
    FINNC_TRY(bring_in(e));
    FINNC_TRY(join_inputs(e));
    finnc_pass_applied(e->run, e->node, "gives way to %zu nodes", finnc_graph_nnodes(e->inner));
    finnc_node *before = finnc_node_next(e->node);
    finnc_graph_erase_node(e->node);
    for (size_t o = 0; o < nout; o++)
        if (finnc_node_output(e->node, o))
            FINNC_TRY(join_output(e, o, finnc_node_output(e->node, o), before));
    return FINNC_OK;
}

static finnc_status extend_by(extension *e, const finnc_model *model)
{
    FINNC_TRY(check_functions(e, model));
    FINNC_TRY(merge_opsets(e, model));
    e->inner = finnc_model_graph(model);
    fnc_arena_init(&e->scratch, e->cx);
    e->taken = e->moved = NULL;
    const finnc_status status = move_in(e);
    fnc_arena_clear(&e->scratch);
    return status;
}

/* ---- the file ---- */

static finnc_status extend(extension *e)
{
    finnc_model *held, *model;
    FNC_AT_NODE(e->cx, e->node);
    FINNC_TRY(finnc_node_need_partition(e->cx, e->node, &held));
    e->path = finnc_node_string(e->node, "model", "");
    FNC_AT_FILE(e->cx, e->path);
    FINNC_TRY(finnc_model_clone(e->cx, held, &model));
    const finnc_status status = extend_by(e, model);
    finnc_model_destroy(model);
    return status;
}

/* ---- the list ---- */

/* The nodes at these places, before any of them gives way: places move then. */
static finnc_status list_partitions(extension *e, const json_t *indices, fnc_arena *scratch,
                                    finnc_node ***nodes)
{
    const size_t n = finnc_graph_nnodes(e->graph);
    size_t k, i = 0;
    json_t *index;
    *nodes = FNC_NEW_ARRAY(scratch, finnc_node *, n + 1); /* ends with NULL */
    bool *is_meant = FNC_NEW_ARRAY(scratch, bool, n);
    if (!*nodes || !is_meant)
        return finnc_no_memory(e->cx);
    json_array_foreach(indices, k, index)
    {
        const json_int_t at = json_integer_value(index);
        if (!json_is_integer(index))
            return finnc_fail(e->cx, FINNC_BAD_VALUE, "extend_index is no list of indices");
        if (at < 0 || (uint64_t)at >= n)
            return finnc_fail(e->cx, FINNC_BAD_VALUE,
                              "there is no node %" JSON_INTEGER_FORMAT ", the graph has %zu", at,
                              n);
        is_meant[at] = true;
    }
    size_t count = 0;
    finnc_foreach_node (node, e->graph) {
        const bool is_partition = finnc_node_is(node, "GenericPartition");
        if (is_meant[i] && is_partition)
            (*nodes)[count++] = node;
        else if (is_meant[i])
            finnc_pass_missed(e->run, node, "node %zu is no GenericPartition", i);
        i++;
    }
    return FINNC_OK;
}

static finnc_status extend_all(extension *e, const json_t *indices, fnc_arena *scratch)
{
    finnc_node **nodes;
    if (!json_is_array(indices))
        return finnc_fail(e->cx, FINNC_BAD_VALUE, "extend_index is no list of indices");
    FINNC_TRY(list_partitions(e, indices, scratch, &nodes));
    for (size_t i = 0; nodes[i] && finnc_pass_may_rewrite(e->run); i++) {
        e->node = nodes[i];
        FINNC_TRY(extend(e));
    }
    return FINNC_OK;
}

static finnc_status extend_partitions(finnc_pass_run *run, finnc_graph *graph)
{
    extension e = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    json_error_t error;
    json_t *indices = json_loads(finnc_pass_json(run, "extend_index"), JSON_DECODE_ANY, &error);
    if (!indices)
        return finnc_no_memory(e.cx);
    fnc_arena scratch;
    fnc_arena_init(&scratch, e.cx);
    const finnc_status status = extend_all(&e, indices, &scratch);
    fnc_arena_clear(&scratch);
    json_decref(indices);
    return status;
}

const finnc_pass fnc_pass_extend_partition = {
    .name = "ExtendPartition",
    .summary = "puts the nodes of a partition's model in its place",
    .upstream = "qonnx.transformation.extend_partition",
    .notes = "extend_index names the GenericPartition nodes by their places in the list of nodes, "
             "from 0, before anything moves: upstream looks at the same places again in what "
             "became of the graph, and extends what stands there then. Tensors inside meet those "
             "of the node by position and may have any names.",
    .params = {{"extend_index", FINNC_PARAM_JSON, NULL, "indices of GenericPartition nodes"}},
    .run = extend_partitions,
};

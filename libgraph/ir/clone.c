/* Cloning a model or a part of it, or a graph into another model: everything is made anew in the
 * other's arena but tensors, which are shared. */
#include "ir.h"
#include "partitions.h"

#include <string.h>

typedef struct cloning {
    finnc_ctx *cx;
    finnc_model *to;
    finnc_value **twins; /* by the id of the original value */
    bool into_others;    /* the other model has values of its own: names may be taken, places in the
                            file's lists are */
} cloning;

static finnc_status copy_text(cloning *c, const char *text, const char **copy)
{
    *copy = text ? fnc_arena_strdup(&c->to->arena, text) : NULL;
    return text && !*copy ? finnc_no_memory(c->cx) : FINNC_OK;
}

static finnc_status copy_wire(cloning *c, fnc_wire wire, fnc_wire *copy)
{
    return fnc_wire_copy(c->cx, &c->to->arena, wire.data, wire.length, copy);
}

static finnc_status copy_annotations(cloning *c, const finnc_value *from, finnc_value *to)
{
    fnc_annotation **at = &to->annotations;
    for (const fnc_annotation *a = from->annotations; a; a = a->next) {
        fnc_annotation *copy = FNC_NEW(&c->to->arena, fnc_annotation);
        if (!copy)
            return finnc_no_memory(c->cx);
        FINNC_TRY(copy_text(c, a->key, &copy->key));
        FINNC_TRY(copy_text(c, a->text, &copy->text));
        if (from->sparsity == a->text)
            to->sparsity = copy->text;
        *at = copy;
        at = &copy->next;
    }
    to->dtype = from->dtype;
    to->has_dtype = from->has_dtype;
    return copy_text(c, from->layout, &to->layout);
}

static uint64_t copy_order(const cloning *c, uint64_t order)
{
    return c->into_others && order ? fnc_next_order(c->to) : order;
}

static finnc_status clone_value(cloning *c, const finnc_value *from, finnc_graph *graph)
{
    finnc_value *to;
    FINNC_TRY(c->into_others ? finnc_graph_insert_value(c->cx, graph, from->name, &to)
                             : fnc_graph_add_value(c->cx, graph, from->name, &to));
    c->twins[from->id] = to;
    to->flags = from->flags;
    if (from->type.known) {
        bool changed;
        FINNC_TRY(fnc_type_set(c->cx, &c->to->arena, &to->type, from->type.elem, from->type.rank,
                               from->type.dims, &changed));
        FINNC_TRY(copy_wire(c, from->type.wire, &to->type.wire));
    }
    to->tensor = from->tensor ? finnc_tensor_retain(from->tensor) : NULL;
    FINNC_TRY(copy_annotations(c, from, to));
    FINNC_TRY(copy_wire(c, from->info_extra, &to->info_extra));
    FINNC_TRY(copy_wire(c, from->annotation_extra, &to->annotation_extra));
    to->info_order = copy_order(c, from->info_order);
    to->init_order = copy_order(c, from->init_order);
    to->annotation_order = copy_order(c, from->annotation_order);
    return FINNC_OK;
}

static finnc_status clone_list(cloning *c, finnc_value *const *from, size_t count,
                               finnc_value ***to, size_t *length)
{
    *to = FNC_NEW_ARRAY(&c->to->arena, finnc_value *, count);
    if (!*to)
        return finnc_no_memory(c->cx);
    for (size_t i = 0; i < count; i++)
        (*to)[i] = c->twins[from[i]->id];
    *length = count;
    return FINNC_OK;
}

static finnc_status clone_graph(cloning *c, const finnc_graph *from, finnc_graph *to);

static finnc_status clone_subgraphs(cloning *c, const finnc_attr *from, finnc_node *node)
{
    fnc_arena *arena = &c->to->arena;
    finnc_attr *attr = FNC_NEW(arena, finnc_attr);
    finnc_graph **graphs = FNC_NEW_ARRAY(arena, finnc_graph *, from->count);
    if (!attr || !graphs)
        return finnc_no_memory(c->cx);
    attr->kind = from->kind;
    attr->count = from->count;
    FINNC_TRY(copy_text(c, from->name, &attr->name));
    FINNC_TRY(copy_text(c, from->ref, &attr->ref));
    FINNC_TRY(copy_wire(c, from->extra, &attr->extra));
    for (size_t i = 0; i < from->count; i++) {
        const finnc_graph *body = finnc_attr_graph(from, i);
        FINNC_TRY(fnc_graph_create(c->cx, c->to, node, body->name, &graphs[i]));
        FINNC_TRY(clone_graph(c, body, graphs[i]));
    }
    if (from->kind == FINNC_ATTR_GRAPHS)
        attr->u.gs = graphs;
    else
        attr->u.g = graphs[0];
    return fnc_node_put_attr(c->cx, node, attr);
}

/* The node and its outputs; its inputs are connected by its own list of uses at once, since values
 * of all graphs around exist already. */
static finnc_status clone_node(cloning *c, const finnc_node *from, finnc_graph *graph,
                               finnc_node *before)
{
    finnc_node *to;
    finnc_node_spec spec = {.op_type = from->op_type, .domain = from->domain, .name = from->name};
    FINNC_TRY(finnc_graph_insert_node(c->cx, graph, &spec, before, &to));
    for (size_t i = 0; i < from->ninputs; i++) {
        const finnc_value *v = finnc_node_input(from, i);
        FINNC_TRY(finnc_node_set_input(c->cx, to, i, v ? c->twins[v->id] : NULL));
    }
    for (size_t i = 0; i < from->noutputs; i++)
        FINNC_TRY(finnc_node_set_output(c->cx, to, i,
                                        from->outputs[i] ? c->twins[from->outputs[i]->id] : NULL));
    for (size_t i = 0; i < from->nattrs; i++) {
        const finnc_attr *attr = from->attrs[i];
        bool graphs = attr->kind == FINNC_ATTR_GRAPH || attr->kind == FINNC_ATTR_GRAPHS;
        FINNC_TRY(graphs ? clone_subgraphs(c, attr, to) : fnc_node_copy_attr(c->cx, to, attr));
    }
    FINNC_TRY(copy_text(c, from->overload, &to->overload));
    to->opset = from->opset;
    FINNC_TRY(copy_wire(c, from->extra, &to->extra));
    return fnc_partition_copy(c->cx, from, to);
}

static finnc_status clone_graph(cloning *c, const finnc_graph *from, finnc_graph *to)
{
    FINNC_TRY(copy_text(c, from->name, &to->name));
    FINNC_TRY(copy_wire(c, from->extra, &to->extra));
    for (const finnc_value *v = from->first_value; v; v = v->next)
        FINNC_TRY(clone_value(c, v, to));
    FINNC_TRY(clone_list(c, from->inputs, from->ninputs, &to->inputs, &to->ninputs));
    FINNC_TRY(clone_list(c, from->outputs, from->noutputs, &to->outputs, &to->noutputs));
    for (const finnc_node *n = from->first; n; n = n->next)
        FINNC_TRY(clone_node(c, n, to, NULL));
    return FINNC_OK;
}

static finnc_status clone_functions(cloning *c, const finnc_model *from)
{
    c->to->functions = FNC_NEW_ARRAY(&c->to->arena, fnc_function, from->nfunctions);
    if (!c->to->functions)
        return finnc_no_memory(c->cx);
    for (size_t i = 0; i < from->nfunctions; i++) {
        const fnc_function *f = &from->functions[i];
        fnc_function *t = &c->to->functions[i];
        FINNC_TRY(copy_text(c, f->name, &t->name));
        FINNC_TRY(copy_text(c, f->domain, &t->domain));
        FINNC_TRY(copy_text(c, f->overload, &t->overload));
        FINNC_TRY(copy_wire(c, f->extra, &t->extra));
        FINNC_TRY(fnc_function_create_body(c->cx, c->to, t, ""));
        FINNC_TRY(clone_graph(c, f->body, t->body));
        c->to->nfunctions = i + 1;
    }
    return FINNC_OK;
}

static finnc_status copy_data_files(cloning *c, const fnc_data_file *from)
{
    for (fnc_data_file **end = &c->to->data_files; from; from = from->next, end = &(*end)->next) {
        *end = FNC_NEW(&c->to->arena, fnc_data_file);
        if (!*end)
            return finnc_no_memory(c->cx);
        FINNC_TRY(copy_text(c, from->path, &(*end)->path));
    }
    return FINNC_OK;
}

static finnc_status clone_head(cloning *c, const finnc_model *from)
{
    finnc_model *to = c->to;
    to->own_ops = from->own_ops; /* whatever context it is made with */
    to->ir_version = from->ir_version;
    to->next_order = from->next_order;
    FINNC_TRY(copy_text(c, from->producer_name, &to->producer_name));
    FINNC_TRY(copy_text(c, from->producer_version, &to->producer_version));
    FINNC_TRY(copy_text(c, from->folder, &to->folder));
    FINNC_TRY(copy_text(c, from->file, &to->file));
    FINNC_TRY(copy_data_files(c, from->data_files));
    FINNC_TRY(copy_wire(c, from->extra, &to->extra));
    to->opsets = FNC_NEW_ARRAY(&to->arena, fnc_opset, from->nopsets);
    to->metadata = FNC_NEW_ARRAY(&to->arena, fnc_metadata, from->nmetadata);
    if (!to->opsets || !to->metadata)
        return finnc_no_memory(c->cx);
    for (size_t i = 0; i < from->nopsets; i++) {
        to->opsets[i].version = from->opsets[i].version;
        FINNC_TRY(copy_text(c, from->opsets[i].domain, &to->opsets[i].domain));
        FINNC_TRY(copy_wire(c, from->opsets[i].extra, &to->opsets[i].extra));
    }
    to->nopsets = from->nopsets;
    for (size_t i = 0; i < from->nmetadata; i++) {
        FINNC_TRY(copy_text(c, from->metadata[i].key, &to->metadata[i].key));
        FINNC_TRY(copy_text(c, from->metadata[i].text, &to->metadata[i].text));
    }
    to->nmetadata = from->nmetadata;
    return FINNC_OK;
}

static finnc_status clone_all(cloning *c, const finnc_model *from)
{
    FINNC_TRY(clone_head(c, from));
    FINNC_TRY(clone_graph(c, from->graph, c->to->graph));
    return clone_functions(c, from);
}

finnc_status finnc_model_clone(finnc_ctx *cx, const finnc_model *model, finnc_model **clone)
{
    cloning c = {.cx = cx};
    FINNC_TRY(finnc_model_create(cx, &c.to));
    c.twins = FNC_ALLOC_ARRAY(cx, finnc_value *, model->next_value_id);
    finnc_status status = c.twins ? clone_all(&c, model) : finnc_no_memory(cx);
    fnc_free(cx, c.twins);
    if (status != FINNC_OK) {
        finnc_model_destroy(c.to);
        return status;
    }
    *clone = c.to;
    return FINNC_OK;
}

/* ---- a part ---- */

static finnc_status adopt_value(cloning *c, const finnc_value *from)
{
    if (!from || c->twins[from->id])
        return FINNC_OK;
    FINNC_TRY(clone_value(c, from, c->to->graph));
    c->twins[from->id]->flags = 0; /* what is an input or output of the part is said at the end */
    return FINNC_OK;
}

/* What bodies use of the graph around them. */
static finnc_status adopt_captured(cloning *c, const finnc_node *node, const finnc_graph *around)
{
    const finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++) {
        for (const finnc_node *n = body->first; n; n = n->next) {
            for (size_t k = 0; k < n->ninputs; k++) {
                const finnc_value *v = finnc_node_input(n, k);
                if (v && v->graph == around)
                    FINNC_TRY(adopt_value(c, v));
            }
            FINNC_TRY(adopt_captured(c, n, around));
        }
    }
    return FINNC_OK;
}

static finnc_status adopt_list(cloning *c, finnc_value *const *from, size_t count,
                               finnc_value ***to)
{
    size_t length;
    for (size_t i = 0; i < count; i++)
        FINNC_TRY(adopt_value(c, from[i]));
    return clone_list(c, from, count, to, &length);
}

static finnc_status extract_all(cloning *c, const finnc_graph *graph, finnc_node *const *nodes,
                                size_t nnodes)
{
    FINNC_TRY(clone_head(c, graph->model));
    FINNC_TRY(copy_text(c, graph->name, &c->to->graph->name));
    for (size_t i = 0; i < nnodes; i++) {
        for (size_t k = 0; k < nodes[i]->ninputs; k++)
            FINNC_TRY(adopt_value(c, finnc_node_input(nodes[i], k)));
        FINNC_TRY(adopt_captured(c, nodes[i], graph));
        for (size_t o = 0; o < nodes[i]->noutputs; o++)
            FINNC_TRY(adopt_value(c, nodes[i]->outputs[o]));
    }
    for (size_t i = 0; i < nnodes; i++)
        FINNC_TRY(clone_node(c, nodes[i], c->to->graph, NULL));
    return clone_functions(c, graph->model);
}

finnc_status finnc_model_extract(finnc_ctx *cx, const finnc_graph *graph, finnc_node *const *nodes,
                                 size_t nnodes, finnc_value *const *inputs, size_t ninputs,
                                 finnc_value *const *outputs, size_t noutputs, finnc_model **part)
{
    cloning c = {.cx = cx};
    finnc_value **in = NULL, **out = NULL;
    FINNC_TRY(finnc_model_create(cx, &c.to));
    c.twins = FNC_ALLOC_ARRAY(cx, finnc_value *, graph->model->next_value_id);
    finnc_status status = c.twins ? extract_all(&c, graph, nodes, nnodes) : finnc_no_memory(cx);
    if (status == FINNC_OK)
        status = adopt_list(&c, inputs, ninputs, &in);
    if (status == FINNC_OK)
        status = adopt_list(&c, outputs, noutputs, &out);
    if (status == FINNC_OK)
        status = finnc_graph_set_inputs(cx, c.to->graph, in, ninputs);
    if (status == FINNC_OK)
        status = finnc_graph_set_outputs(cx, c.to->graph, out, noutputs);
    fnc_free(cx, c.twins);
    if (status != FINNC_OK) {
        finnc_model_destroy(c.to);
        return status;
    }
    *part = c.to;
    return FINNC_OK;
}

/* ---- into another model ---- */

static finnc_status import_all(cloning *c, const finnc_graph *from, finnc_graph *graph,
                               finnc_node *before)
{
    for (const finnc_value *v = from->first_value; v; v = v->next) {
        FINNC_TRY(clone_value(c, v, graph));
        c->twins[v->id]->flags = 0; /* the lists of inputs and outputs are the caller's matter */
    }
    for (const finnc_node *n = from->first; n; n = n->next)
        FINNC_TRY(clone_node(c, n, graph, before));
    return FINNC_OK;
}

/* Ids are given out in order, so those of a graph end where its newest value is. */
static size_t ids_of(const finnc_graph *graph)
{
    size_t n = 0;
    for (const finnc_value *v = graph->first_value; v; v = v->next)
        n = v->id + 1 > n ? v->id + 1 : n;
    for (const finnc_node *node = graph->first; node; node = node->next)
        for (size_t a = 0; a < node->nattrs; a++)
            for (size_t k = 0; k < node->attrs[a]->count; k++) {
                const finnc_graph *body = finnc_attr_graph(node->attrs[a], k);
                size_t inner = body ? ids_of(body) : 0;
                n = inner > n ? inner : n;
                if (!body)
                    break;
            }
    return n;
}

finnc_status finnc_graph_import(finnc_ctx *cx, finnc_graph *graph, const finnc_graph *from,
                                finnc_node *before, finnc_value **inputs, finnc_value **outputs)
{
    cloning c = {.cx = cx, .to = graph->model, .into_others = true};
    c.twins = FNC_ALLOC_ARRAY(cx, finnc_value *, ids_of(from) + 1);
    if (!c.twins)
        return finnc_no_memory(cx);
    finnc_status status = import_all(&c, from, graph, before);
    for (size_t i = 0; status == FINNC_OK && inputs && i < from->ninputs; i++)
        inputs[i] = c.twins[from->inputs[i]->id];
    for (size_t i = 0; status == FINNC_OK && outputs && i < from->noutputs; i++)
        outputs[i] = c.twins[from->outputs[i]->id];
    fnc_free(cx, c.twins);
    return status;
}

finnc_status fnc_node_clone(finnc_ctx *cx, const finnc_node *node, finnc_graph *graph,
                            finnc_node *before, finnc_value **twins)
{
    cloning c = {.cx = cx, .to = graph->model, .twins = twins, .into_others = true};
    for (size_t o = 0; o < node->noutputs; o++)
        if (node->outputs[o]) {
            FINNC_TRY(clone_value(&c, node->outputs[o], graph));
            twins[node->outputs[o]->id]->flags = 0;
        }
    return clone_node(&c, node, graph, before);
}

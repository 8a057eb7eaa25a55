/* Nodes: NodeProto. */
#include "onnx_graph.h"

#include <finnc/op.h>

#include <string.h>

/* ---- reading ---- */

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* Who makes `name` already, in words, for a failure that has been found. */
static finnc_status fail_made_twice(finnc_ctx *cx, const finnc_graph *graph, const char *name,
                                    size_t count, Onnx__NodeProto *const *nodes)
{
    const finnc_value *value = finnc_graph_find_value(graph, name);
    if (finnc_value_is_input(value))
        return finnc_fail(cx, FINNC_BAD_FILE, "its output '%s' is an input of the graph as well",
                          name);
    if (finnc_value_is_constant(value))
        return finnc_fail(cx, FINNC_BAD_FILE, "its output '%s' is an initialiser as well", name);
    for (size_t i = 0; i < count; i++)
        for (size_t o = 0; o < nodes[i]->n_output; o++)
            if (strcmp(nodes[i]->output[o], name) == 0)
                return finnc_fail(cx, FINNC_BAD_FILE, "its output '%s' is made by %s (%s) as well",
                                  name, *text_or_empty(nodes[i]->name) ? nodes[i]->name : "a node",
                                  text_or_empty(nodes[i]->op_type));
    return finnc_fail(cx, FINNC_BAD_FILE, "its output '%s' is there twice", name);
}

/* FINN leaves the weights that an IODMA brings in the model. */
static bool arrives_from_memory(const Onnx__NodeProto *node, const finnc_value *value)
{
    const finnc_op *op = finnc_op_find(text_or_empty(node->domain), text_or_empty(node->op_type));
    return op && op->traits & FINNC_OP_MEMORY && finnc_value_is_constant(value) &&
           !finnc_value_is_input(value);
}

finnc_status fnc_onnx_outputs_read(fnc_onnx_reader *r, finnc_graph *graph, size_t count,
                                   Onnx__NodeProto *const *nodes)
{
    for (size_t i = 0; i < count; i++) {
        const Onnx__NodeProto *p = nodes[i];
        FNC_AT(r->cx, "", text_or_empty(p->name), text_or_empty(p->op_type));
        for (size_t o = 0; o < p->n_output; o++) {
            const char *name = p->output[o];
            finnc_value *value;
            if (!*name)
                continue;
            value = finnc_graph_find_value(graph, name);
            if (value && arrives_from_memory(p, value))
                continue;
            if (value)
                return fail_made_twice(r->cx, graph, name, count, nodes);
            FINNC_TRY(fnc_graph_add_value(r->cx, graph, name, &value));
        }
    }
    return FINNC_OK;
}

/* The values of a node's inputs or outputs; a name that nobody has becomes a value that comes from
 * nowhere, which finnc_graph_check reports. */
static finnc_status find_values(fnc_onnx_reader *r, finnc_graph *graph, size_t count, char **names,
                                finnc_value **values)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = NULL;
        if (!*names[i])
            continue;
        values[i] = fnc_graph_resolve(graph, names[i]);
        if (!values[i])
            FINNC_TRY(fnc_graph_add_value(r->cx, graph, names[i], &values[i]));
    }
    return FINNC_OK;
}

static finnc_status read_node(fnc_onnx_reader *r, finnc_graph *graph, Onnx__NodeProto *p)
{
    finnc_ctx *cx = r->cx;
    FNC_AT(cx, "", text_or_empty(p->name), text_or_empty(p->op_type));
    finnc_value **values = FNC_NEW_ARRAY(r->scratch, finnc_value *, p->n_input + p->n_output);
    if (!values)
        return finnc_no_memory(cx);
    FINNC_TRY(find_values(r, graph, p->n_input, p->input, values));
    FINNC_TRY(find_values(r, graph, p->n_output, p->output, values + p->n_input));
    finnc_node_spec spec = {.op_type = p->op_type,
                            .domain = p->domain,
                            .name = p->name,
                            .inputs = values,
                            .ninputs = p->n_input,
                            .outputs = values + p->n_input,
                            .noutputs = p->n_output};
    finnc_node *node;
    FINNC_TRY(finnc_graph_insert_node(cx, graph, &spec, NULL, &node));
    FINNC_TRY(fnc_onnx_take_text(r, &p->overload, &node->overload));
    for (size_t i = 0; i < p->n_attribute; i++)
        FINNC_TRY(fnc_onnx_attr_read(r, node, p->attribute[i]));
    Onnx__NodeProto rest = *p;
    rest.n_input = rest.n_output = rest.n_attribute = 0;
    char **texts[] = {&rest.name, &rest.op_type, &rest.domain};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] && **texts[i])
            *texts[i] = NULL;
    return fnc_onnx_keep(r, &rest.base, &node->extra);
}

finnc_status fnc_onnx_nodes_read(fnc_onnx_reader *r, finnc_graph *graph, size_t count,
                                 Onnx__NodeProto *const *nodes)
{
    for (size_t i = 0; i < count; i++) {
        FINNC_TRY(read_node(r, graph, nodes[i]));
        if (i % 1024 == 0)
            FINNC_TRY(finnc_ctx_check(r->cx));
    }
    return FINNC_OK;
}

/* ---- writing ---- */

static const char *name_of(const finnc_value *value)
{
    return value ? value->name : "";
}

static finnc_status write_node(fnc_onnx_writer *w, const finnc_node *node, Onnx__NodeProto **proto)
{
    Onnx__NodeProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__node_proto__descriptor, node->extra, &p));
    *proto = p;
    fnc_onnx_put_text(node->name, &p->name);
    fnc_onnx_put_text(node->op_type, &p->op_type);
    fnc_onnx_put_text(node->domain, &p->domain);
    fnc_onnx_put_text(node->overload, &p->overload);
    p->input = FNC_NEW_ARRAY(w->arena, char *, node->ninputs);
    p->output = FNC_NEW_ARRAY(w->arena, char *, node->noutputs);
    p->attribute = FNC_NEW_ARRAY(w->arena, Onnx__AttributeProto *, node->nattrs);
    if (!p->input || !p->output || !p->attribute)
        return finnc_no_memory(w->cx);
    p->n_input = node->ninputs;
    p->n_output = node->noutputs;
    p->n_attribute = node->nattrs;
    for (size_t i = 0; i < node->ninputs; i++)
        p->input[i] = fnc_pb_text(name_of(finnc_node_input(node, i)));
    for (size_t i = 0; i < node->noutputs; i++)
        p->output[i] = fnc_pb_text(name_of(node->outputs[i]));
    for (size_t i = 0; i < node->nattrs; i++)
        FINNC_TRY(fnc_onnx_attr_write(w, node->attrs[i], &p->attribute[i]));
    return FINNC_OK;
}

finnc_status fnc_onnx_nodes_write(fnc_onnx_writer *w, const finnc_graph *graph, size_t *count,
                                  Onnx__NodeProto ***nodes)
{
    *count = graph->nnodes;
    *nodes = FNC_NEW_ARRAY(w->arena, Onnx__NodeProto *, *count);
    if (!*nodes)
        return finnc_no_memory(w->cx);
    size_t i = 0;
    for (const finnc_node *n = graph->first; n; n = n->next) {
        FNC_AT_NODE(w->cx, n);
        FINNC_TRY(write_node(w, n, &(*nodes)[i++]));
    }
    return FINNC_OK;
}

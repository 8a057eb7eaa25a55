/* Functions of the model put in place of the nodes that call them. */
#include "ir.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_NESTING = 100,   /* of calls; more is a circle */
    MAX_NODES = 1000000, /* that calls expand to: small files can mean astronomic graphs */
    MAX_BYTES = 1 << 29  /* that these take: of few nodes, too */
};

typedef struct inlining {
    finnc_ctx *cx;
    const finnc_model *library; /* whose functions are called; NULL: the model's own */
    size_t nnodes, nbytes;
} inlining;

static finnc_status inline_calls(inlining *in, finnc_node *first, const finnc_node *end, int depth);

/* ---- how much it becomes ---- */

/* Tensors are shared, nodes of bodies counted by themselves. */
static size_t attr_bytes(const finnc_attr *attr)
{
    size_t n = sizeof *attr + strlen(attr->name) + attr->extra.length;
    n += attr->kind == FINNC_ATTR_INTS ? attr->count * sizeof *attr->u.is : 0;
    n += attr->kind == FINNC_ATTR_FLOATS ? attr->count * sizeof *attr->u.fs : 0;
    for (size_t i = 0; i < attr->count; i++) /* none, if it holds no strings */
        n += finnc_attr_string(attr, i).length;
    n += attr->kind == FINNC_ATTR_STRINGS ? attr->count * sizeof *attr->u.ss : 0;
    return n;
}

static size_t node_bytes(const finnc_node *node)
{
    size_t n = sizeof *node + strlen(node->name) + node->ninputs * sizeof(finnc_use);
    for (size_t o = 0; o < node->noutputs; o++)
        n += node->outputs[o] ? sizeof(finnc_value) + strlen(node->outputs[o]->name) : 0;
    for (size_t a = 0; a < node->nattrs; a++)
        n += attr_bytes(node->attrs[a]);
    return n;
}

static finnc_status count_node(inlining *in, const finnc_node *node)
{
    in->nbytes += node_bytes(node);
    if (++in->nnodes > MAX_NODES)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "functions expand to more than %d nodes",
                          MAX_NODES);
    return in->nbytes <= MAX_BYTES
               ? FINNC_OK
               : finnc_fail(in->cx, FINNC_BAD_VALUE, "functions expand to more than %d MiB",
                            MAX_BYTES >> 20);
}

/* ---- attributes that stand for those of the call ---- */

static finnc_status bind_attr(inlining *in, finnc_node *node, const finnc_attr *attr,
                              const finnc_node *call)
{
    const finnc_attr *given = finnc_node_find_attr(call, attr->ref);
    if (!given) {
        finnc_node_erase_attr(node, attr->name);
        return FINNC_OK;
    }
    if (given->kind == FINNC_ATTR_GRAPH || given->kind == FINNC_ATTR_GRAPHS)
        return finnc_fail(in->cx, FINNC_UNSUPPORTED, "attribute %s of a function is a graph",
                          given->name);
    finnc_attr renamed = *given;
    renamed.name = attr->name;
    return fnc_node_copy_attr(in->cx, node, &renamed);
}

static finnc_status bind_graph(inlining *in, const finnc_graph *graph, const fnc_function *f,
                               const finnc_node *call);

static finnc_status bind_node(inlining *in, finnc_node *node, const fnc_function *f,
                              const finnc_node *call)
{
    int64_t version = fnc_function_opset(f, node->domain);
    node->opset = version ? version : call->opset;
    FINNC_TRY(count_node(in, node));
    for (size_t a = node->nattrs; a-- > 0;) {
        const finnc_attr *attr = node->attrs[a];
        if (attr->ref) {
            FINNC_TRY(bind_attr(in, node, attr, call));
            continue;
        }
        for (size_t k = 0; k < attr->count && finnc_attr_graph(attr, k); k++)
            FINNC_TRY(bind_graph(in, finnc_attr_graph(attr, k), f, call));
    }
    return FINNC_OK;
}

static finnc_status bind_graph(inlining *in, const finnc_graph *graph, const fnc_function *f,
                               const finnc_node *call)
{
    for (finnc_node *n = graph->first; n; n = n->next)
        FINNC_TRY(bind_node(in, n, f, call));
    return FINNC_OK;
}

/* ---- inputs and outputs ---- */

/* What reads the parameter reads the argument; without one, nothing. */
static finnc_status bind_input(inlining *in, finnc_value *parameter, finnc_value *argument)
{
    if (argument) {
        finnc_value_replace_uses(parameter, argument);
        return FINNC_OK;
    }
    while (parameter->uses) {
        finnc_use *use = parameter->uses;
        FINNC_TRY(finnc_node_set_input(in->cx, use->node, use->index, NULL));
    }
    return FINNC_OK;
}

/* What the body leaves at an output, and whether the body made it: a parameter handed on, and a
 * result that stands there twice, take an Identity. */
typedef struct result {
    finnc_value *value;
    bool is_made;
} result;

static finnc_status bind_output(inlining *in, const result *r, finnc_value *value,
                                finnc_node *before)
{
    finnc_node *identity;
    finnc_value *from = r->value;
    if (r->is_made) {
        finnc_node *producer = from->producer;
        size_t o = from->producer_index;
        finnc_value_replace_uses(from, value);
        return finnc_node_set_output(in->cx, producer, o, value);
    }
    const finnc_node_spec spec = {
        .op_type = "Identity", .inputs = &from, .ninputs = 1, .outputs = &value, .noutputs = 1};
    return finnc_graph_insert_node(in->cx, value->graph, &spec, before, &identity);
}

/* ---- one call ---- */

/* Where a value stands: parameters first, then results. */
typedef struct place {
    const finnc_value *value;
    size_t at;
} place;

typedef struct lists {
    finnc_value **parameters, **results, **values;
    result *made;
    place *places;
} lists;

static int by_value(const void *x, const void *y)
{
    const place *a = x, *b = y;
    return a->value != b->value ? (a->value > b->value) - (a->value < b->value)
                                : (a->at > b->at) - (a->at < b->at);
}

/* From here on results[] stands for what is in the caller's graph. Of one value that stands there
 * more than once the place before tells what it is there already. */
static void find_results(const finnc_node *call, size_t nparameters, const lists *l)
{
    size_t n = 0;
    for (size_t i = 0; i < nparameters; i++)
        l->places[n++] = (place){l->parameters[i], i};
    for (size_t o = 0; o < call->noutputs; o++)
        if ((l->values[o] = call->outputs[o]))
            l->places[n++] = (place){l->results[o], nparameters + o};
    qsort(l->places, n, sizeof *l->places, by_value);
    for (size_t k = 0; k < n; k++) {
        const place *p = &l->places[k], *before = k && p[-1].value == p->value ? p - 1 : NULL;
        if (p->at < nparameters)
            continue;
        const size_t o = p->at - nparameters;
        l->made[o] = (result){l->results[o], l->results[o]->producer != NULL};
        if (before && before->at < nparameters)
            l->made[o] = (result){finnc_node_input(call, before->at), false};
        else if (before)
            l->made[o] = (result){l->values[before->at - nparameters], false};
    }
}

static finnc_status splice(inlining *in, finnc_node *call, const fnc_function *f, const lists *l,
                           int depth)
{
    finnc_graph *graph = call->graph, *body = f->body;
    finnc_node *last = call->prev, *next = call->next;
    FINNC_TRY(finnc_graph_import(in->cx, graph, body, call, l->parameters, l->results));
    for (finnc_node *n = last ? last->next : graph->first; n != call; n = n->next)
        FINNC_TRY(bind_node(in, n, f, call));
    size_t noutputs = call->noutputs;
    find_results(call, body->ninputs, l);
    for (size_t i = 0; i < body->ninputs; i++)
        FINNC_TRY(bind_input(in, l->parameters[i], finnc_node_input(call, i)));
    finnc_graph_erase_node(call);
    for (size_t o = 0; o < noutputs; o++)
        if (l->values[o] && l->made[o].value)
            FINNC_TRY(bind_output(in, &l->made[o], l->values[o], next));
    finnc_node *first = last ? last->next : graph->first;
    return first == next ? FINNC_OK : inline_calls(in, first, next, depth + 1);
}

static finnc_status inline_call(inlining *in, finnc_node *call, const fnc_function *f, int depth)
{
    const finnc_graph *body = f->body;
    FNC_AT_NODE(in->cx, call);
    if (depth >= MAX_NESTING)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "functions call one another %d deep", depth);
    if (call->ninputs > body->ninputs || call->noutputs > body->noutputs)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "has %zu inputs and %zu outputs, the function %zu and %zu", call->ninputs,
                          call->noutputs, body->ninputs, body->noutputs);
    FINNC_TRY(fnc_function_complete(in->cx, f, call));
    size_t room = body->ninputs + body->noutputs + call->noutputs + 1;
    finnc_value **values = FNC_ALLOC_ARRAY(in->cx, finnc_value *, room);
    if (!values)
        return finnc_no_memory(in->cx);
    result *made = FNC_ALLOC_ARRAY(in->cx, result, call->noutputs + 1);
    place *places = FNC_ALLOC_ARRAY(in->cx, place, body->ninputs + call->noutputs + 1);
    finnc_status status = made && places ? FINNC_OK : finnc_no_memory(in->cx);
    const lists l = {values, values + body->ninputs, values + body->ninputs + body->noutputs, made,
                     places};
    if (status == FINNC_OK)
        status = splice(in, call, f, &l, depth);
    fnc_free(in->cx, places);
    fnc_free(in->cx, made);
    fnc_free(in->cx, values);
    return status;
}

static finnc_status inline_subgraphs(inlining *in, const finnc_node *node, int depth)
{
    for (size_t a = 0; a < node->nattrs; a++)
        for (size_t k = 0; k < node->attrs[a]->count && finnc_attr_graph(node->attrs[a], k); k++) {
            finnc_graph *body = finnc_attr_graph(node->attrs[a], k);
            FINNC_TRY(inline_calls(in, body->first, NULL, depth));
        }
    return FINNC_OK;
}

/* The nodes from `first` up to `end`. */
static finnc_status inline_calls(inlining *in, finnc_node *first, const finnc_node *end, int depth)
{
    for (finnc_node *node = first, *next; node && node != end; node = next) {
        next = node->next;
        const fnc_function *f =
            fnc_model_find_function(in->library ? in->library : node->graph->model, node);
        FINNC_TRY(f ? inline_call(in, node, f, depth) : inline_subgraphs(in, node, depth));
    }
    return FINNC_OK;
}

finnc_status finnc_model_inline_functions(finnc_ctx *cx, finnc_model *model)
{
    inlining in = {.cx = cx};
    FINNC_TRY(fnc_model_sort_functions(cx, model)); /* calls become nodes as these stand */
    return inline_calls(&in, model->graph->first, NULL, 0);
}

finnc_status fnc_node_inline(finnc_ctx *cx, finnc_node *call, const fnc_function *function,
                             const finnc_model *library)
{
    inlining in = {.cx = cx, .library = library};
    return inline_call(&in, call, function, 0);
}

#include "ir.h"
#include "partitions.h"

#include <string.h>

finnc_status fnc_graph_create(finnc_ctx *cx, finnc_model *model, finnc_node *owner,
                              const char *name, finnc_graph **graph)
{
    uint64_t depth = 0;
    for (const finnc_node *at = owner; at; at = at->graph->owner)
        depth++;
    FINNC_TRY(fnc_need_within(cx, FINNC_LIMIT_NESTING, depth));
    finnc_graph *g = FNC_NEW(&model->arena, finnc_graph);
    if (!g || !(g->name = fnc_arena_strdup(&model->arena, name)))
        return finnc_no_memory(cx);
    g->model = model;
    g->owner = owner;
    g->next_graph = model->graphs;
    model->graphs = g;
    *graph = g;
    return FINNC_OK;
}

finnc_status fnc_function_create_body(finnc_ctx *cx, finnc_model *model, fnc_function *function,
                                      const char *name)
{
    FINNC_TRY(fnc_graph_create(cx, model, NULL, name, &function->body));
    function->body->function = (size_t)(function - model->functions) + 1;
    return FINNC_OK;
}

bool fnc_graph_lies_in(const finnc_graph *graph, const finnc_graph *outer)
{
    while (graph && graph != outer) {
        if (graph->owner && graph->owner->erased)
            return false;
        graph = graph->owner ? graph->owner->graph : NULL;
    }
    return graph == outer;
}

finnc_model *finnc_graph_model(const finnc_graph *graph)
{
    return graph->model;
}

finnc_node *finnc_graph_owner(const finnc_graph *graph)
{
    return graph->owner;
}

const char *finnc_graph_name(const finnc_graph *graph)
{
    return graph->name;
}

size_t finnc_graph_nnodes(const finnc_graph *graph)
{
    return graph->nnodes;
}

size_t finnc_graph_nvalues(const finnc_graph *graph)
{
    return graph->nvalues;
}

finnc_node *finnc_graph_first_node(const finnc_graph *graph)
{
    return graph->first;
}

finnc_node *finnc_graph_last_node(const finnc_graph *graph)
{
    return graph->last;
}

finnc_value *finnc_graph_first_value(const finnc_graph *graph)
{
    return graph->first_value;
}

size_t finnc_graph_ninputs(const finnc_graph *graph)
{
    return graph->ninputs;
}

size_t finnc_graph_noutputs(const finnc_graph *graph)
{
    return graph->noutputs;
}

finnc_value *finnc_graph_input(const finnc_graph *graph, size_t i)
{
    return i < graph->ninputs ? graph->inputs[i] : NULL;
}

finnc_value *finnc_graph_next_free_input(const finnc_graph *graph, size_t *at)
{
    while (*at < graph->ninputs) {
        finnc_value *value = graph->inputs[(*at)++];
        if (!finnc_value_is_constant(value))
            return value;
    }
    return NULL;
}

finnc_value *finnc_graph_output(const finnc_graph *graph, size_t i)
{
    return i < graph->noutputs ? graph->outputs[i] : NULL;
}

finnc_node *finnc_graph_find_node(const finnc_graph *graph, const char *name)
{
    for (finnc_node *n = graph->first; n; n = n->next)
        if (!strcmp(n->name, name))
            return n;
    return NULL;
}

uint64_t finnc_graph_edits(const finnc_graph *graph)
{
    return graph->model->edits + fnc_partitions_edits(graph->model);
}

/* Replaces one of the two lists, whose members carry `flag`. A value that leaves it keeps its type:
 * it is listed in value_info then. */
static finnc_status set_list(finnc_ctx *cx, finnc_graph *graph, finnc_value ***list, size_t *length,
                             unsigned flag, finnc_value *const *values, size_t count)
{
    if (count == *length && (!count || !memcmp(*list, values, count * sizeof *values)))
        return FINNC_OK;
    for (size_t i = 0; i < count; i++)
        if (values[i]->graph != graph)
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "'%s' is a value of another graph, which is no %s of this one",
                              values[i]->name, flag == FNC_VALUE_INPUT ? "input" : "output");
    finnc_value **copy = fnc_arena_copy(fnc_graph_arena(graph), values, count * sizeof *values);
    if (!copy)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < *length; i++)
        (*list)[i]->flags &= ~flag;
    for (size_t i = 0; i < count; i++)
        copy[i]->flags |= flag;
    for (size_t i = 0; i < *length; i++) {
        finnc_value *v = (*list)[i];
        if (!(v->flags & (FNC_VALUE_INPUT | FNC_VALUE_OUTPUT)) && v->type.known && !v->info_order)
            v->info_order = fnc_next_order(graph->model);
    }
    *list = copy;
    *length = count;
    fnc_touch(graph);
    return FINNC_OK;
}

finnc_status finnc_graph_set_inputs(finnc_ctx *cx, finnc_graph *graph, finnc_value *const *values,
                                    size_t count)
{
    return set_list(cx, graph, &graph->inputs, &graph->ninputs, FNC_VALUE_INPUT, values, count);
}

finnc_status finnc_graph_set_outputs(finnc_ctx *cx, finnc_graph *graph, finnc_value *const *values,
                                     size_t count)
{
    return set_list(cx, graph, &graph->outputs, &graph->noutputs, FNC_VALUE_OUTPUT, values, count);
}

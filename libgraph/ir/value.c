/* Values: names, uses, initialisers. What is known of their type is in value_type.c, FINN's
 * annotations in annotation.c. */
#include "names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

const char *finnc_value_name(const finnc_value *value)
{
    return value->name;
}

finnc_graph *finnc_value_graph(const finnc_value *value)
{
    return value->graph;
}

finnc_value *finnc_value_revive(finnc_value *value)
{
    while (value && value->flags & FNC_VALUE_ERASED)
        value = value->next;
    return value;
}

finnc_value *finnc_value_next(const finnc_value *value)
{
    return finnc_value_revive(value->next);
}

finnc_node *finnc_value_producer(const finnc_value *value)
{
    return value->producer;
}

size_t finnc_value_producer_index(const finnc_value *value)
{
    return value->producer_index;
}

size_t finnc_value_nuses(const finnc_value *value)
{
    return value->nuses;
}

finnc_use *finnc_value_first_use(const finnc_value *value)
{
    return value->uses;
}

finnc_node *finnc_use_node(const finnc_use *use)
{
    return use->node;
}

size_t finnc_use_index(const finnc_use *use)
{
    return use->index;
}

finnc_use *finnc_use_next(const finnc_use *use)
{
    return use->next;
}

finnc_node *finnc_value_first_user(const finnc_value *value)
{
    finnc_node *first = NULL;
    for (const finnc_use *use = value->uses; use; use = use->next) {
        finnc_node *user = fnc_node_within(value->graph, use->node);
        if (user && (!first || finnc_node_is_before(user, first)))
            first = user;
    }
    return first;
}

finnc_node *finnc_value_only_user(const finnc_value *value)
{
    bool only = value->nuses == 1 && !finnc_value_is_output(value);
    return only ? value->uses->node : NULL;
}

bool finnc_value_is_input(const finnc_value *value)
{
    return value->flags & FNC_VALUE_INPUT;
}

bool finnc_value_is_output(const finnc_value *value)
{
    return value->flags & FNC_VALUE_OUTPUT;
}

bool finnc_value_is_constant(const finnc_value *value)
{
    return value->tensor != NULL;
}

const finnc_tensor *finnc_value_tensor(const finnc_value *value)
{
    return value->tensor;
}

/* ---- making and ending ---- */

finnc_status fnc_graph_add_value(finnc_ctx *cx, finnc_graph *graph, const char *name,
                                 finnc_value **value)
{
    if (finnc_graph_find_value(graph, name))
        return finnc_fail(cx, FINNC_BAD_VALUE, "the name '%s' is there twice", name);
    fnc_arena *arena = fnc_graph_arena(graph);
    finnc_value *v = FNC_NEW(arena, finnc_value);
    if (!v || !(v->name = fnc_arena_strdup(arena, name)))
        return finnc_no_memory(cx);
    v->graph = graph;
    v->type.rank = -1;
    FINNC_TRY(fnc_name_add(cx, graph, v));
    v->id = graph->model->next_value_id++;
    v->prev = graph->last_value;
    if (v->prev)
        v->prev->next = v;
    else
        graph->first_value = v;
    graph->last_value = v;
    graph->nvalues++;
    fnc_touch(graph);
    *value = v;
    return FINNC_OK;
}

/* A name that is nowhere in the model: `hint`, or that with a number. The caller frees it. */
static finnc_status make_name(finnc_ctx *cx, const finnc_graph *graph, const char *hint,
                              char **name)
{
    /* The running number of the value makes the second try nearly always free; where it does not,
     * the next search begins where this one ends: none grows with the graph. */
    finnc_model *model = graph->model;
    size_t room = strlen(hint) + 24, number = model->next_value_id;
    if (number < model->last_number)
        number = model->last_number;
    char *text = fnc_alloc(cx, room);
    if (!text)
        return finnc_no_memory(cx);
    snprintf(text, room, "%s", hint);
    bool taken;
    finnc_status status;
    while ((status = fnc_name_is_taken(cx, graph, text, &taken)) == FINNC_OK && taken) {
        model->last_number = number;
        snprintf(text, room, "%s_%zu", hint, number++);
    }
    if (status != FINNC_OK)
        fnc_free(cx, text);
    else
        *name = text;
    return status;
}

finnc_status finnc_graph_insert_value(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                      finnc_value **value)
{
    char *name;
    FINNC_TRY(make_name(cx, graph, hint && *hint ? hint : "value", &name));
    finnc_status status = fnc_graph_add_value(cx, graph, name, value);
    fnc_free(cx, name);
    return status;
}

finnc_status finnc_graph_insert_constant(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                         const finnc_tensor *tensor, finnc_value **value)
{
    finnc_value *v;
    FINNC_TRY(finnc_graph_insert_value(cx, graph, hint, &v));
    finnc_status status = finnc_value_set_tensor(cx, v, tensor);
    if (status != FINNC_OK) {
        finnc_graph_erase_value(v);
        return status;
    }
    *value = v;
    return FINNC_OK;
}

void finnc_graph_erase_value(finnc_value *value)
{
    if (value->flags & FNC_VALUE_ERASED)
        return;
    assert(!value->producer && !value->nuses &&
           !(value->flags & (FNC_VALUE_INPUT | FNC_VALUE_OUTPUT)));
    finnc_graph *graph = value->graph;
    fnc_name_remove(graph, value);
    if (value->prev)
        value->prev->next = value->next;
    else
        graph->first_value = value->next;
    if (value->next)
        value->next->prev = value->prev;
    else
        graph->last_value = value->prev;
    graph->nvalues--;
    finnc_tensor_release(value->tensor);
    value->tensor = NULL;
    value->flags |= FNC_VALUE_ERASED; /* its `next` stays, for whoever walks */
    fnc_touch(graph);
}

/* The name is free. In a file an empty one means that nothing is there. */
static finnc_status set_name(finnc_ctx *cx, finnc_value *value, const char *name)
{
    if (!*name)
        return finnc_fail(cx, FINNC_BAD_VALUE, "'%s' cannot be renamed to nothing", value->name);
    finnc_graph *graph = value->graph;
    char *copy = fnc_arena_strdup(fnc_graph_arena(graph), name);
    if (!copy)
        return finnc_no_memory(cx);
    const char *old = value->name;
    fnc_name_remove(graph, value);
    value->name = copy;
    finnc_status status = fnc_name_add(cx, graph, value);
    if (status != FINNC_OK) {
        value->name = old;
        if (fnc_name_add(cx, graph, value) == FINNC_OK) /* the table had room a moment ago */
            return finnc_no_memory(cx);
        return status;
    }
    fnc_touch(graph);
    return FINNC_OK;
}

finnc_status finnc_value_rename(finnc_ctx *cx, finnc_value *value, const char *name)
{
    if (!strcmp(value->name, name))
        return FINNC_OK;
    finnc_value *holder;
    FINNC_TRY(fnc_name_find_holder(cx, value->graph, name, &holder));
    if (holder)
        return finnc_fail(
            cx, FINNC_BAD_VALUE, "'%s' cannot be renamed to '%s', which is another value's name%s",
            value->name, name, holder->graph == value->graph ? "" : " in a graph around or inside");
    return set_name(cx, value, name);
}

/* Numbers an obstacle out of the way. */
static finnc_status evict(finnc_ctx *cx, finnc_value *holder)
{
    char *name;
    FINNC_TRY(make_name(cx, holder->graph, holder->name, &name));
    finnc_status status = set_name(cx, holder, name);
    fnc_free(cx, name);
    return status;
}

finnc_status finnc_value_claim_name(finnc_ctx *cx, finnc_value *value, const char *name)
{
    if (!strcmp(value->name, name))
        return FINNC_OK;
    for (;;) {
        finnc_value *holder;
        FINNC_TRY(fnc_name_find_holder(cx, value->graph, name, &holder));
        if (!holder)
            return set_name(cx, value, name);
        FINNC_TRY(evict(cx, holder));
    }
}

void finnc_value_replace_uses(finnc_value *value, finnc_value *by)
{
    if (value == by)
        return;
    while (value->uses) {
        finnc_use *use = value->uses;
        /* Cannot fail: the use is there and only changes hands. */
        finnc_status status =
            finnc_node_set_input(value->graph->model->cx, use->node, use->index, by);
        assert(status == FINNC_OK);
        (void)status;
    }
}

/* A file that says otherwise cannot be read again. */
static finnc_status check_initialiser(finnc_ctx *cx, const finnc_value *value,
                                      const finnc_tensor *tensor)
{
    if (tensor->kind != FINNC_KIND_TENSOR)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "'%s' cannot become an initialiser: ONNX has no %s that is one",
                          value->name, finnc_kind_name(tensor->kind));
    const finnc_node *node = value->producer;
    if (node && !finnc_node_has_trait(node, FINNC_OP_MEMORY))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "'%s' cannot become an initialiser: node '%s' (%s) makes it", value->name,
                          node->name, node->op_type);
    return FINNC_OK;
}

finnc_status finnc_value_set_tensor(finnc_ctx *cx, finnc_value *value, const finnc_tensor *tensor)
{
    if (value->tensor == tensor)
        return FINNC_OK;
    if (tensor) {
        FINNC_TRY(check_initialiser(cx, value, tensor));
        finnc_dim dims[FINNC_MAX_RANK];
        for (int i = 0; i < tensor->rank; i++)
            dims[i] = (finnc_dim){tensor->dims[i], NULL};
        bool changed;
        FINNC_TRY(fnc_type_set(cx, fnc_graph_arena(value->graph), &value->type, tensor->elem,
                               tensor->rank, dims, &changed));
        if (!value->tensor)
            value->init_order = fnc_next_order(value->graph->model);
        finnc_tensor_retain(tensor);
    }
    finnc_tensor_release(value->tensor);
    value->tensor = tensor;
    fnc_touch(value->graph);
    return FINNC_OK;
}

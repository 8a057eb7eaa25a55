/* Values: names, uses, initialisers. What is known of their type is in value_type.c, FINN's
 * annotations in annotation.c. */
#include "ir.h"

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

/* ---- names: a hash table per graph ---- */

#undef uthash_malloc
#undef uthash_free
#define uthash_malloc(size)    fnc_alloc(graph->model->cx, (size))
#define uthash_free(ptr, size) fnc_free(graph->model->cx, (ptr))
#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) ((void)(failed = true))

static finnc_status index_name(finnc_ctx *cx, finnc_graph *graph, finnc_value *value)
{
    bool failed = false;
    HASH_ADD_KEYPTR(hh, graph->by_name, value->name, strlen(value->name), value);
    return failed ? finnc_no_memory(cx) : FINNC_OK;
}

static void unindex_name(finnc_graph *graph, finnc_value *value)
{
    HASH_DELETE(hh, graph->by_name, value);
}

void fnc_graph_forget_names(finnc_graph *graph)
{
    HASH_CLEAR(hh, graph->by_name);
}

finnc_value *finnc_graph_find_value(const finnc_graph *graph, const char *name)
{
    finnc_value *found;
    HASH_FIND(hh, graph->by_name, name, strlen(name), found);
    return found;
}

finnc_value *fnc_graph_resolve(const finnc_graph *graph, const char *name)
{
    for (; graph; graph = graph->owner ? graph->owner->graph : NULL) {
        finnc_value *value = finnc_graph_find_value(graph, name);
        if (value)
            return value;
    }
    return NULL;
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
    FINNC_TRY(index_name(cx, graph, v));
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

/* Is the name used anywhere in the model? A subgraph must not hide an outer value, nor an outer
 * value appear in a subgraph. */
static bool name_taken(const finnc_graph *graph, const char *name)
{
    for (const finnc_graph *g = graph->model->graphs; g; g = g->next_graph)
        if (finnc_graph_find_value(g, name))
            return true;
    return false;
}

finnc_status finnc_graph_insert_value(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                                      finnc_value **value)
{
    if (!hint || !*hint)
        hint = "value";
    if (!name_taken(graph, hint))
        return fnc_graph_add_value(cx, graph, hint, value);
    /* The running number of the value makes the first try nearly always free: no search that grows
     * with the graph. */
    size_t room = strlen(hint) + 24;
    char *name = fnc_alloc(cx, room);
    if (!name)
        return finnc_no_memory(cx);
    size_t number = graph->model->next_value_id;
    do
        snprintf(name, room, "%s_%zu", hint, number++);
    while (name_taken(graph, name));
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
    unindex_name(graph, value);
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

finnc_status finnc_value_rename(finnc_ctx *cx, finnc_value *value, const char *name)
{
    if (!strcmp(value->name, name))
        return FINNC_OK;
    finnc_graph *graph = value->graph;
    const finnc_value *other = finnc_graph_find_value(graph, name);
    if (other)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "'%s' cannot be renamed to '%s', which is another value's name",
                          value->name, name);
    char *copy = fnc_arena_strdup(fnc_graph_arena(graph), name);
    if (!copy)
        return finnc_no_memory(cx);
    const char *old = value->name;
    unindex_name(graph, value);
    value->name = copy;
    finnc_status status = index_name(cx, graph, value);
    if (status != FINNC_OK) {
        value->name = old;
        if (index_name(cx, graph, value) == FINNC_OK) /* the table had room for it a moment ago */
            return finnc_no_memory(cx);
        return status;
    }
    fnc_touch(graph);
    return FINNC_OK;
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

finnc_status finnc_value_set_tensor(finnc_ctx *cx, finnc_value *value, const finnc_tensor *tensor)
{
    if (value->tensor == tensor)
        return FINNC_OK;
    if (tensor) {
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

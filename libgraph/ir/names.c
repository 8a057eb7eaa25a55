/* Names of values: a table per graph, and for models with subgraphs one over all of them.
 *
 * A graph's table answers what a name means there. The model's says whether a name is used
 * anywhere, which new names need to know: an inner value must not hide an outer one, nor may an
 * outer value turn up in a body by accident. Most models have one graph; the model's table is made
 * the first time that it is asked for. */
#include "names.h"

#include <string.h>

typedef struct fnc_name {
    const char *text;
    size_t count; /* graphs that have it */
    UT_hash_handle hh;
} fnc_name;

/* ---- over all graphs ---- */

static fnc_name *find_name(const finnc_model *model, const char *text)
{
    fnc_name *found;
    HASH_FIND(hh, model->names, text, strlen(text), found);
    return found;
}

static finnc_status count_name(finnc_ctx *cx, finnc_model *model, const char *text)
{
    finnc_ctx *memory = model->cx;
    bool failed = false;
    fnc_name *name = find_name(model, text);
    if (name) {
        name->count++;
        return FINNC_OK;
    }
    name = FNC_NEW(&model->arena, fnc_name);
    if (!name)
        return finnc_no_memory(cx);
    name->text = text;
    name->count = 1;
    HASH_ADD_KEYPTR(hh, model->names, name->text, strlen(name->text), name);
    return failed ? finnc_no_memory(cx) : FINNC_OK;
}

static void uncount_name(finnc_model *model, const char *text)
{
    fnc_name *name = find_name(model, text);
    if (name) /* an entry of count 0 stays: the name comes back more often than not */
        name->count--;
}

static finnc_status count_all(finnc_ctx *cx, finnc_model *model)
{
    for (const finnc_graph *g = model->graphs; g; g = g->next_graph)
        for (const finnc_value *v = g->first_value; v; v = v->next)
            FINNC_TRY(count_name(cx, model, v->name));
    model->names_kept = true;
    return FINNC_OK;
}

finnc_status fnc_name_is_taken(finnc_ctx *cx, const finnc_graph *graph, const char *text,
                               bool *taken)
{
    finnc_model *model = graph->model;
    if (!model->graphs->next_graph) {
        *taken = finnc_graph_find_value(graph, text) != NULL;
        return FINNC_OK;
    }
    if (!model->names_kept) {
        finnc_status status = count_all(cx, model);
        if (status != FINNC_OK) {
            fnc_model_forget_names(model);
            return status;
        }
    }
    const fnc_name *name = find_name(model, text);
    *taken = name && name->count;
    return FINNC_OK;
}

void fnc_model_forget_names(finnc_model *model)
{
    finnc_ctx *memory = model->cx;
    HASH_CLEAR(hh, model->names);
    model->names_kept = false;
}

/* ---- in one graph ---- */

finnc_status fnc_name_add(finnc_ctx *cx, finnc_graph *graph, finnc_value *value)
{
    finnc_ctx *memory = graph->model->cx;
    bool failed = false;
    HASH_ADD_KEYPTR(hh, graph->by_name, value->name, strlen(value->name), value);
    if (failed)
        return finnc_no_memory(cx);
    if (!graph->model->names_kept)
        return FINNC_OK;
    finnc_status status = count_name(cx, graph->model, value->name);
    if (status != FINNC_OK)
        HASH_DELETE(hh, graph->by_name, value);
    return status;
}

void fnc_name_remove(finnc_graph *graph, finnc_value *value)
{
    finnc_ctx *memory = graph->model->cx;
    HASH_DELETE(hh, graph->by_name, value);
    if (graph->model->names_kept)
        uncount_name(graph->model, value->name);
}

void fnc_graph_forget_names(finnc_graph *graph)
{
    finnc_ctx *memory = graph->model->cx;
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

bool fnc_value_has_source(const finnc_value *v)
{
    return v->producer || v->tensor || finnc_value_is_input(v);
}

const finnc_value *fnc_output_find_outer(const finnc_value *output)
{
    const finnc_node *owner = fnc_value_has_source(output) ? NULL : output->graph->owner;
    for (; owner; owner = owner->graph->owner) {
        const finnc_value *value = finnc_graph_find_value(owner->graph, output->name);
        if (value && fnc_value_has_source(value))
            return value;
    }
    return NULL;
}

finnc_status fnc_name_find_holder(finnc_ctx *cx, const finnc_graph *graph, const char *text,
                                  finnc_value **holder)
{
    bool taken;
    *holder = NULL;
    FINNC_TRY(fnc_name_is_taken(cx, graph, text, &taken));
    for (const finnc_graph *g = graph->model->graphs; g && taken && !*holder; g = g->next_graph)
        if (fnc_graph_lies_in(g, graph) || fnc_graph_lies_in(graph, g))
            *holder = finnc_graph_find_value(g, text);
    return FINNC_OK;
}

/* A part of a graph: what lies between some values and others. */
#include "ir.h"

#include "../base/text.h"

#include <finnc/model.h>

static finnc_status find(finnc_ctx *cx, const finnc_graph *graph, const char *name,
                         finnc_value **value)
{
    *value = finnc_graph_find_value(graph, name);
    if (*value)
        return FINNC_OK;
    fnc_nearest nearest = {.wanted = name};
    finnc_foreach_value (v, graph)
        fnc_nearest_offer(&nearest, finnc_value_name(v));
    return finnc_fail(cx, FINNC_NOT_FOUND, "no value %s in the model%s%s%s", name,
                      nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "",
                      nearest.best ? "?" : "");
}

static finnc_status find_all(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                             const char *const *names, size_t count, finnc_value ***values)
{
    *values = FNC_NEW_ARRAY(scratch, finnc_value *, count + 1);
    if (!*values)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < count; i++) {
        FINNC_TRY(find(cx, graph, names[i], &(*values)[i]));
        for (size_t k = 0; k < i; k++)
            if ((*values)[k] == (*values)[i])
                return finnc_fail(cx, FINNC_BAD_VALUE, "value %s is named twice", names[i]);
    }
    return FINNC_OK;
}

/* Whoever made the value makes another one, which nobody reads. */
static finnc_status cut_off(finnc_ctx *cx, finnc_graph *graph, finnc_value *value)
{
    finnc_node *producer = finnc_value_producer(value);
    finnc_value *unread;
    if (finnc_value_is_constant(value))
        FINNC_TRY(finnc_value_set_tensor(cx, value, NULL));
    if (!producer)
        return FINNC_OK;
    FINNC_TRY(finnc_graph_insert_value(cx, graph, finnc_value_name(value), &unread));
    return finnc_node_set_output(cx, producer, finnc_value_producer_index(value), unread);
}

static bool is_unused(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *value = finnc_node_output(node, o);
        if (value && (finnc_value_nuses(value) > 0 || finnc_value_is_output(value)))
            return false;
    }
    return true;
}

/* In a sorted graph a node's readers are gone before its turn comes, and the second round finds
 * nothing. */
static void drop_unused_nodes(finnc_graph *graph)
{
    bool found = true;
    while (found) {
        found = false;
        for (finnc_node *node = finnc_graph_last_node(graph), *before; node; node = before) {
            before = finnc_node_prev(node);
            if (is_unused(node)) {
                finnc_graph_erase_node(node);
                found = true;
            }
        }
    }
}

static void drop_unused_values(finnc_graph *graph)
{
    finnc_foreach_value (value, graph)
        if (finnc_value_nuses(value) == 0 && !finnc_value_producer(value) &&
            !finnc_value_is_input(value) && !finnc_value_is_output(value))
            finnc_graph_erase_value(value);
}

/* The inputs: those named, then of the old ones those that are still read. */
static finnc_status set_inputs(finnc_ctx *cx, fnc_arena *scratch, finnc_graph *graph,
                               finnc_value *const *from, size_t nfrom)
{
    size_t count = nfrom;
    finnc_value **inputs =
        FNC_NEW_ARRAY(scratch, finnc_value *, nfrom + finnc_graph_ninputs(graph) + 1);
    if (!inputs)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < nfrom; i++)
        inputs[i] = from[i];
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        finnc_value *value = finnc_graph_input(graph, i);
        bool is_named = false;
        for (size_t k = 0; k < nfrom; k++)
            is_named |= from[k] == value;
        if (!is_named && (finnc_value_nuses(value) > 0 || finnc_value_is_output(value)))
            inputs[count++] = value;
    }
    return finnc_graph_set_inputs(cx, graph, inputs, count);
}

static finnc_status extract(finnc_ctx *cx, fnc_arena *scratch, finnc_graph *graph,
                            const char *const *from, size_t nfrom, const char *const *to,
                            size_t nto)
{
    finnc_value **begin, **end;
    FINNC_TRY(find_all(cx, scratch, graph, from, nfrom, &begin));
    FINNC_TRY(find_all(cx, scratch, graph, to, nto, &end));
    if (nto)
        FINNC_TRY(finnc_graph_set_outputs(cx, graph, end, nto));
    for (size_t i = 0; i < nfrom; i++)
        FINNC_TRY(cut_off(cx, graph, begin[i]));
    drop_unused_nodes(graph);
    for (size_t i = 0; i < nfrom; i++)
        if (finnc_value_nuses(begin[i]) == 0 && !finnc_value_is_output(begin[i]))
            return finnc_fail(cx, FINNC_BAD_VALUE, "nothing that comes out depends on '%s'",
                              finnc_value_name(begin[i]));
    FINNC_TRY(set_inputs(cx, scratch, graph, begin, nfrom));
    drop_unused_values(graph);
    return FINNC_OK;
}

finnc_status finnc_graph_extract(finnc_ctx *cx, finnc_graph *graph, const char *const *from,
                                 size_t nfrom, const char *const *to, size_t nto)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_status status = extract(cx, &scratch, graph, from, nfrom, to, nto);
    fnc_arena_clear(&scratch);
    return status;
}

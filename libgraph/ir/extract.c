/* A part of a graph: what lies between some values and others. What a node names (named.c) it
 * needs, as if it were an input. */
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

/* How many nodes name a value, by its id. */
typedef struct names {
    size_t *counts;
    size_t room;
    bool gone; /* a node goes: its names no longer count */
} names;

static void count(void *user, finnc_value *value)
{
    const names *n = user;
    if (value->id >= n->room)
        return;
    if (n->gone)
        n->counts[value->id]--;
    else
        n->counts[value->id]++;
}

static finnc_status count_names(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                                names *n)
{
    *n = (names){.room = graph->model->next_value_id + 1};
    n->counts = FNC_NEW_ARRAY(scratch, size_t, n->room);
    if (!n->counts)
        return finnc_no_memory(cx);
    finnc_foreach_node (node, graph)
        fnc_node_visit_named(node, count, n);
    n->gone = true;
    return FINNC_OK;
}

static bool is_needed(const names *n, const finnc_value *value)
{
    return finnc_value_nuses(value) > 0 || finnc_value_is_output(value) ||
           (value->id < n->room && n->counts[value->id] > 0);
}

static bool is_unused(const names *n, const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o) && is_needed(n, finnc_node_output(node, o)))
            return false;
    return true;
}

/* In a sorted graph a node's readers are gone before its turn comes, and the second round finds
 * nothing. */
static void drop_unused_nodes(finnc_graph *graph, names *n)
{
    bool found = true;
    while (found) {
        found = false;
        for (finnc_node *node = finnc_graph_last_node(graph), *before; node; node = before) {
            before = finnc_node_prev(node);
            if (is_unused(n, node)) {
                fnc_node_visit_named(node, count, n);
                finnc_graph_erase_node(node);
                found = true;
            }
        }
    }
}

static void drop_unused_values(finnc_graph *graph, const names *n)
{
    finnc_foreach_value (value, graph)
        if (!is_needed(n, value) && !finnc_value_producer(value) && !finnc_value_is_input(value))
            finnc_graph_erase_value(value);
}

/* The inputs: those named, then of the old ones those that are still needed. */
static finnc_status set_inputs(finnc_ctx *cx, fnc_arena *scratch, finnc_graph *graph,
                               finnc_value *const *from, size_t nfrom, const names *n)
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
        if (!is_named && is_needed(n, value))
            inputs[count++] = value;
    }
    return finnc_graph_set_inputs(cx, graph, inputs, count);
}

/* ---- a node that names what lies on both sides of a cut ---- */

/* What a node differentiates, from one of the values that it names to another, is no longer there
 * if the way between them is cut. */
enum { BEFORE = 1, BEHIND = 2 };

typedef struct ways {
    finnc_graph *graph;
    finnc_value *cut;
    /* By id: the cut is computed from the value (BEFORE), the value from the cut (BEHIND). */
    unsigned char *marks;
    finnc_value **waiting; /* each has a mark, and its neighbours' are to come */
    size_t nwaiting;
    unsigned named; /* marks of what a node names */
} ways;

static void mark(ways *w, finnc_value *value, unsigned char side)
{
    if (!value || value->graph != w->graph || w->marks[value->id] & side)
        return;
    w->marks[value->id] |= side;
    w->waiting[w->nwaiting++] = value;
}

static void mark_outputs(ways *w, const finnc_node *node)
{
    for (size_t o = 0; o < node->noutputs; o++)
        mark(w, node->outputs[o], BEHIND);
}

/* Those of bodies too, as far as they are values of the graph. */
static void mark_inputs(ways *w, const finnc_node *node)
{
    const finnc_graph *body;
    for (size_t i = 0; i < node->ninputs; i++)
        mark(w, finnc_node_input(node, i), BEFORE);
    for (size_t b = 0; (body = finnc_node_body(node, b, NULL)); b++)
        for (const finnc_node *n = body->first; n; n = n->next)
            mark_inputs(w, n);
}

static void follow(ways *w)
{
    mark(w, w->cut, BEHIND);
    while (w->nwaiting)
        for (const finnc_use *use = w->waiting[--w->nwaiting]->uses; use; use = use->next)
            mark_outputs(w, fnc_node_within(w->graph, use->node));
    if (w->cut->producer)
        mark_inputs(w, w->cut->producer);
    while (w->nwaiting) {
        const finnc_value *value = w->waiting[--w->nwaiting];
        if (value->producer)
            mark_inputs(w, value->producer);
    }
}

/* What is made in a body comes from the cut if what its node makes does. */
static void look(void *user, finnc_value *value)
{
    ways *w = user;
    if (value->graph == w->graph) {
        w->named |= w->marks[value->id];
        return;
    }
    const finnc_node *owner = fnc_node_within(w->graph, value->graph->owner);
    for (size_t o = 0; owner && o < owner->noutputs; o++)
        w->named |= owner->outputs[o] ? w->marks[owner->outputs[o]->id] & BEHIND : 0;
}

/* A node, and the first value that cuts what it names apart. */
typedef struct parted {
    const finnc_node *node;
    const finnc_value *cut;
    struct parted *next;
} parted;

static finnc_status find_parted(finnc_ctx *cx, fnc_arena *scratch, finnc_graph *graph,
                                finnc_value *cut, parted **list)
{
    const size_t room = graph->model->next_value_id + 1;
    ways w = {.graph = graph, .cut = cut};
    w.marks = FNC_NEW_ARRAY(scratch, unsigned char, room);
    w.waiting = FNC_NEW_ARRAY(scratch, finnc_value *, room);
    if (!w.marks || !w.waiting)
        return finnc_no_memory(cx);
    follow(&w);
    finnc_foreach_node (node, graph) {
        w.named = 0;
        fnc_node_visit_named(node, look, &w);
        if (w.named != (BEFORE | BEHIND))
            continue;
        parted *p = FNC_NEW(scratch, parted);
        if (!p)
            return finnc_no_memory(cx);
        *p = (parted){.node = node, .cut = cut, .next = *list};
        *list = p;
    }
    return FINNC_OK;
}

static finnc_status refuse_parted(finnc_ctx *cx, const parted *list)
{
    for (; list; list = list->next)
        if (!finnc_node_is_erased(list->node)) {
            FNC_AT_NODE(cx, list->node);
            return finnc_fail(cx, FINNC_BAD_VALUE,
                              "value %s lies between values that this node names, and is "
                              "computed no more",
                              finnc_value_name(list->cut));
        }
    return FINNC_OK;
}

static bool names_anything(const names *n)
{
    for (size_t i = 0; i < n->room; i++)
        if (n->counts[i])
            return true;
    return false;
}

static finnc_status extract(finnc_ctx *cx, fnc_arena *scratch, finnc_graph *graph,
                            const char *const *from, size_t nfrom, const char *const *to,
                            size_t nto)
{
    finnc_value **begin, **end;
    parted *list = NULL;
    names n;
    FINNC_TRY(find_all(cx, scratch, graph, from, nfrom, &begin));
    FINNC_TRY(find_all(cx, scratch, graph, to, nto, &end));
    if (nto)
        FINNC_TRY(finnc_graph_set_outputs(cx, graph, end, nto));
    FINNC_TRY(count_names(cx, scratch, graph, &n));
    for (size_t i = 0; i < nfrom && names_anything(&n); i++)
        FINNC_TRY(find_parted(cx, scratch, graph, begin[i], &list));
    for (size_t i = 0; i < nfrom; i++)
        FINNC_TRY(cut_off(cx, graph, begin[i]));
    drop_unused_nodes(graph, &n);
    FINNC_TRY(refuse_parted(cx, list));
    for (size_t i = 0; i < nfrom; i++)
        if (!is_needed(&n, begin[i]))
            return finnc_fail(cx, FINNC_BAD_VALUE, "nothing that comes out depends on '%s'",
                              finnc_value_name(begin[i]));
    FINNC_TRY(set_inputs(cx, scratch, graph, begin, nfrom, &n));
    drop_unused_values(graph, &n);
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

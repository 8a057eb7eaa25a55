#include "floats.h"

#include "../support/value_map.h"

/* Data that no quantiser has seen. A place to point at. */
static char raw;

typedef struct survey {
    finnc_ctx *cx;
    fnc_value_map sources; /* value -> the quantiser that it comes from, or &raw; constants: none */
    fnc_value_map goals;   /* value -> a quantiser that it goes to */
} survey;

static bool is_quantiser(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_QUANTISER);
}

/* The quantiser before `node`, &raw, or NULL if it depends on constants only. */
static void *source_of(const survey *s, const finnc_node *node)
{
    void *found = NULL;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *input = finnc_node_input(node, i);
        void *source = input ? fnc_value_map_find(&s->sources, input) : NULL;
        if (source && (!found || found == &raw))
            found = source;
    }
    return found;
}

static finnc_status mark(survey *s, fnc_value_map *map, const finnc_value *value, void *what)
{
    if (!value || !what || fnc_value_map_find(map, value))
        return FINNC_OK;
    return fnc_value_map_add(s->cx, map, value, what);
}

static finnc_status look_forward(survey *s, const finnc_graph *graph)
{
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        if (!finnc_value_is_constant(finnc_graph_input(graph, i)))
            FINNC_TRY(mark(s, &s->sources, finnc_graph_input(graph, i), &raw));
    finnc_foreach_node (node, graph) {
        void *source = source_of(s, node);
        if (source && is_quantiser(node))
            source = node;
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            FINNC_TRY(mark(s, &s->sources, finnc_node_output(node, o), source));
    }
    return FINNC_OK;
}

static void *goal_of(const survey *s, const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *output = finnc_node_output(node, o);
        void *goal = output ? fnc_value_map_find(&s->goals, output) : NULL;
        if (goal)
            return goal;
    }
    return NULL;
}

static finnc_status look_back(survey *s, const finnc_graph *graph)
{
    for (finnc_node *node = finnc_graph_last_node(graph); node; node = finnc_node_prev(node)) {
        void *goal = source_of(s, node) && is_quantiser(node) ? node : goal_of(s, node);
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            FINNC_TRY(mark(s, &s->goals, finnc_node_input(node, i), goal));
    }
    return FINNC_OK;
}

static bool is_integer(const finnc_value *value)
{
    return !value || finnc_elem_is_integer(finnc_value_elem(value)) ||
           (finnc_value_has_dtype(value) && finnc_dtype_is_integer(finnc_value_dtype(value)));
}

/* Does anything that the node reads or makes, constants excepted, hold other numbers than integers?
 */
static bool has_floats(const survey *s, const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *input = finnc_node_input(node, i);
        if (input && fnc_value_map_find(&s->sources, input) && !is_integer(input))
            return true;
    }
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (!is_integer(finnc_node_output(node, o)))
            return true;
    return false;
}

static finnc_status collect(const survey *s, const finnc_graph *graph, fnc_arena *arena,
                            fnc_floats *floats)
{
    *floats =
        (fnc_floats){.nodes = FNC_NEW_ARRAY(arena, fnc_float_node, finnc_graph_nnodes(graph) + 1)};
    if (!floats->nodes)
        return finnc_no_memory(s->cx);
    finnc_foreach_node (node, graph) {
        void *source = source_of(s, node), *goal = goal_of(s, node);
        if (!source || !goal || is_quantiser(node) ||
            finnc_node_has_trait(node, FINNC_OP_MOVES | FINNC_OP_PICKS) || !has_floats(s, node))
            continue;
        floats->nodes[floats->count++] =
            (fnc_float_node){node, source == &raw ? NULL : source, goal};
        floats->nbetween += source != &raw;
    }
    return FINNC_OK;
}

finnc_status fnc_floats_find(finnc_ctx *cx, const finnc_graph *graph, fnc_arena *arena,
                             fnc_floats *floats)
{
    survey s = {.cx = cx, .sources = {.arena = arena}, .goals = {.arena = arena}};
    FINNC_TRY(look_forward(&s, graph));
    FINNC_TRY(look_back(&s, graph));
    return collect(&s, graph, arena, floats);
}

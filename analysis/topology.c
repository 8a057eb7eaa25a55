/* What qonnx.analysis.topology asks of a graph. */
#include <finnc/check.h>
#include <finnc/op.h>

#include "value_index.h"

/* A node that uses a value twice is one user. */
static bool has_two_users(const finnc_value *value)
{
    const finnc_use *first = finnc_value_first_use(value);
    for (const finnc_use *use = first; use; use = finnc_use_next(use))
        if (finnc_use_node(use) != finnc_use_node(first))
            return true;
    return false;
}

static bool is_ordered(const finnc_node *node)
{
    bool is_add = finnc_node_is(node, "Add");
    if (!is_add && !finnc_node_is(node, "MatMul") && !finnc_node_is_any(node, "Conv") &&
        !finnc_node_is(node, "Mul"))
        return true;
    const finnc_value *a = finnc_node_input(node, 0), *b = finnc_node_input(node, 1);
    return finnc_node_ninputs(node) == 2 && a && b && !finnc_value_is_constant(a) &&
           (is_add || finnc_value_is_constant(b));
}

/* Has been seen what `node`, and whatever is in its bodies, needs of `graph`'s nodes? */
static bool has_seen_all(const fnc_value_index *seen, const finnc_graph *graph,
                         const finnc_node *node)
{
    finnc_graph *body;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && finnc_value_producer(value) && finnc_value_graph(value) == graph &&
            fnc_value_index_find(seen, value) == SIZE_MAX)
            return false;
    }
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
        finnc_foreach_node (inner, body)
            if (!has_seen_all(seen, graph, inner))
                return false;
    return true;
}

/* Whatever a node needs of this graph's nodes has been seen when its turn comes. */
static finnc_status find_order(finnc_ctx *cx, const finnc_graph *graph, fnc_arena *arena,
                               bool *is_sorted)
{
    fnc_value_index seen;
    FINNC_TRY(fnc_value_index_init(cx, &seen, arena, finnc_graph_nvalues(graph)));
    *is_sorted = true;
    finnc_foreach_node (node, graph) {
        *is_sorted &= has_seen_all(&seen, graph, node);
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            if (finnc_node_output(node, o))
                fnc_value_index_set(&seen, finnc_node_output(node, o), 0);
    }
    return FINNC_OK;
}

finnc_status finnc_graph_topology(finnc_ctx *cx, const finnc_graph *graph, finnc_topology *topology)
{
    *topology = (finnc_topology){true, true, true, true};
    finnc_foreach_value (value, graph) {
        finnc_elem elem = finnc_value_elem(value);
        topology->is_linear &= !has_two_users(value);
        topology->all_tensors_f32 &= elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_UNDEFINED;
    }
    finnc_foreach_node (node, graph)
        topology->node_inputs_in_expected_order &= is_ordered(node);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    finnc_status status = find_order(cx, graph, &arena, &topology->nodes_topologically_sorted);
    fnc_arena_clear(&arena);
    return status;
}

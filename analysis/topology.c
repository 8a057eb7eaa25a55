/* What qonnx.analysis.topology asks of a graph. */
#include <finnc/check.h>
#include <finnc/op.h>

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

finnc_status finnc_graph_topology(finnc_ctx *cx, const finnc_graph *graph, finnc_topology *topology)
{
    (void)cx;
    *topology = (finnc_topology){true, true, true, true};
    finnc_foreach_value (value, graph) {
        finnc_elem elem = finnc_value_elem(value);
        topology->is_linear &= !has_two_users(value);
        topology->all_tensors_f32 &= elem == FINNC_ELEM_FLOAT || elem == FINNC_ELEM_UNDEFINED;
    }
    finnc_foreach_node (node, graph)
        topology->node_inputs_in_expected_order &= is_ordered(node);
    topology->nodes_topologically_sorted = finnc_graph_is_in_order(graph);
    return FINNC_OK;
}

/* A file may leave outputs unnamed, which says that nobody uses them. Passes know a node by its
 * first output, so while they run every node has one:
 *
 *      "" = Relu(x)                     goes: nobody can see what it makes
 *      "", i = TopK(x, k)               becomes    TopK_unnamed, i = TopK(x, k)
 *
 * and what got a name for that loses it when the step has ended. */
#include "engine.h"

#include <stdio.h>

static bool has_output(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++)
        if (finnc_node_output(node, o))
            return true;
    return false;
}

static finnc_status name_first(fnc_manager *m, finnc_node *node)
{
    char hint[64];
    fnc_named *named = FNC_NEW(&m->arena, fnc_named);
    if (!named)
        return finnc_no_memory(m->cx);
    snprintf(hint, sizeof hint, "%.40s_unnamed", finnc_node_op_type(node));
    FINNC_TRY(finnc_graph_insert_value(m->cx, finnc_node_graph(node), hint, &named->value));
    FINNC_TRY(finnc_node_set_output(m->cx, node, 0, named->value));
    named->next = m->named;
    m->named = named;
    return FINNC_OK;
}

static finnc_status name_outputs(fnc_manager *m, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        finnc_graph *body;
        if (!has_output(node)) {
            finnc_graph_erase_node(node);
            continue;
        }
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(name_outputs(m, body));
        if (!finnc_node_output(node, 0))
            FINNC_TRY(name_first(m, node));
    }
    return FINNC_OK;
}

finnc_status fnc_name_outputs(fnc_manager *m)
{
    return name_outputs(m, finnc_model_graph(m->model));
}

finnc_status fnc_unname_outputs(fnc_manager *m)
{
    for (; m->named; m->named = m->named->next) {
        finnc_value *value = m->named->value;
        finnc_node *node = finnc_value_producer(value);
        if (!node || finnc_value_nuses(value) > 0 || finnc_value_is_output(value))
            continue;
        FINNC_TRY(finnc_node_set_output(m->cx, node, finnc_value_producer_index(value), NULL));
        finnc_graph_erase_value(value);
    }
    return FINNC_OK;
}

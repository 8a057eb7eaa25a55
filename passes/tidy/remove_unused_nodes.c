/* Nodes whose outputs nobody uses go. From the last node to the first of a sorted graph: when a
 * node's turn comes, all its readers have had theirs, so once is enough. */
#include "pass.h"

static bool is_unused(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *value = finnc_node_output(node, o);
        if (value && (finnc_value_nuses(value) > 0 || finnc_value_is_output(value)))
            return false;
    }
    return true;
}

static finnc_status remove_nodes(finnc_pass_run *run, finnc_graph *graph)
{
    FINNC_TRY(finnc_graph_sort(finnc_pass_ctx(run), graph));
    for (finnc_node *node = finnc_graph_last_node(graph), *prev; node; node = prev) {
        prev = finnc_node_prev(node);
        if (!is_unused(node) || !finnc_pass_may_rewrite(run))
            continue;
        finnc_pass_applied(run, node, "nobody uses what it makes");
        finnc_graph_erase_node(node);
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_remove_unused_nodes = {
    .name = "RemoveUnusedNodes",
    .summary = "takes out nodes from which no graph output is reached",
    .upstream = "qonnx.transformation.remove",
    .flags = FINNC_PASS_STABLE,
    .run = remove_nodes,
};

/*      x (N, C, W) -> Conv -> y (N, C', W')    becomes    x (N, C, W, 1) -> Conv -> y (N, C', W',
 * 1) A network over sequences becomes one over pictures of width 1, for whoever knows only these.
 */
#include "pass.h"

#include "widen.h"

static bool is_computed(const finnc_value *value)
{
    return finnc_value_producer(value) || finnc_value_is_input(value);
}

static bool are_ranks_known(finnc_pass_run *run, const finnc_graph *graph)
{
    bool known = true;
    finnc_foreach_value (value, graph)
        if (is_computed(value) && finnc_value_rank(value) < 0) {
            finnc_pass_missed(run, finnc_value_producer(value),
                              "the rank of '%s' is not known, so all stays as it is",
                              finnc_value_name(value));
            known = false;
        }
    return known;
}

/* May every node be widened? Says of each that may not why. */
static bool are_nodes_known(finnc_pass_run *run, const finnc_graph *graph)
{
    bool known = true;
    for (const finnc_node *n = finnc_graph_first_node(graph); n; n = finnc_node_next(n)) {
        const char *reason = fnc_widen_obstacle(n);
        if (reason)
            finnc_pass_missed(run, n, "%s", reason);
        known &= !reason;
    }
    return known;
}

/* Shapes: what has three axes gets a fourth. Constants are the nodes' matter. */
static finnc_status widen_values(finnc_ctx *cx, finnc_graph *graph)
{
    finnc_foreach_value (value, graph) {
        if (finnc_value_is_constant(value) || finnc_value_rank(value) != 3)
            continue;
        finnc_dim dims[4];
        for (int i = 0; i < 3; i++)
            dims[i] = finnc_value_dim(value, i);
        dims[3] = (finnc_dim){.size = 1};
        FINNC_TRY(finnc_value_set_type(cx, value, finnc_value_elem(value), 4, dims));
    }
    return FINNC_OK;
}

static finnc_status change(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    FINNC_TRY(finnc_pass_call(run, "InferShapes"));
    if (!are_nodes_known(run, graph) || !are_ranks_known(run, graph))
        return FINNC_OK;
    /* The nodes while the shapes still say what was. */
    finnc_foreach_node (node, graph) {
        FNC_AT_NODE(cx, node);
        FINNC_TRY(fnc_widen_node(cx, node));
    }
    return widen_values(cx, graph);
}

const finnc_pass fnc_pass_change_3d_to_4d_tensors = {
    .name = "Change3DTo4DTensors",
    .summary = "tensors of three axes get a fourth of one element",
    .upstream = "qonnx.transformation.change_3d_tensors_to_4d",
    .notes =
        "All or nothing: one node that is not known here keeps the graph as it is. Negative axes, "
        "also of LogSoftmax and those that are defaults, constants of any rank and the targets of "
        "Reshape follow; upstream misses these.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO,
    .run = change,
};

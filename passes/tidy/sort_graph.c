/* Nodes by level: level 0 needs no other node, level k + 1 needs one of level k; within a level the
 * old order stays. */
#include "pass.h"

static finnc_status sort(finnc_pass_run *run, finnc_graph *graph)
{
    return finnc_graph_sort(finnc_pass_ctx(run), graph);
}

const finnc_pass fnc_pass_sort_graph = {
    .name = "SortGraph",
    .summary = "puts the nodes in order of their depth from the inputs",
    .upstream = "qonnx.transformation.general",
    .notes = "Every node is kept. Upstream drops nodes on the way that have neither a predecessor "
             "nor a constant or graph input: a Constant that is a graph output, a node fed by "
             "tensors of an enclosing graph only.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_KEEPS_GRAPH,
    .run = sort,
};

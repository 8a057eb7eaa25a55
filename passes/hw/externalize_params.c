/*      W, a constant -> IODMA_hls{burstMode = "wrap"} -> W' -> layer
 * W' was kept as an initialiser besides; from now on it is what the memory brings, so that the
 * layer and the IODMA can be told apart when they go to different partitions. */
#include "hw.h"

#include <string.h>

static bool streams_weights(const finnc_node *node)
{
    return fnc_hw_is_bound(node) && fnc_hw_is(node, "IODMA") &&
           !strcmp(finnc_node_string(node, "burstMode", "increment"), "wrap");
}

static finnc_status externalize(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        finnc_value *output = finnc_node_output(node, 0);
        if (!streams_weights(node) || !output || !finnc_value_is_constant(output) ||
            !finnc_pass_may_rewrite(run))
            continue;
        const finnc_value *weights = finnc_node_input(node, 0);
        if (!weights || !finnc_value_is_constant(weights)) {
            finnc_pass_missed(run, node, "its weights are no constant");
            continue;
        }
        FINNC_TRY(finnc_value_set_tensor(cx, output, NULL));
        finnc_pass_applied(run, node, "%s is what it brings of %s", finnc_value_name(output),
                           finnc_value_name(weights));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_externalize_params = {
    .name = "ExternalizeParams",
    .summary = "weights that are streamed from memory are no constants of their layer any more",
    .upstream = "finn.transformation.fpgadataflow.externalize_params",
    .notes = "Upstream makes the weights in memory a graph input besides, which its own clean-up "
             "takes away again: what is left is this. Memory holds weights in the order in which "
             "they are streamed, which running the layer does not take back: the result is not "
             "verified.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES,
    .run = externalize,
};

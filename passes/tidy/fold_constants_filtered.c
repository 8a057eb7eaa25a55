/* FoldConstants for chosen nodes. */
#include "pass.h"

#include "../support/folding.h"
#include "../support/node_filter.h"

static const char *keep_others(const void *filter, const finnc_node *node)
{
    return fnc_node_filter_accepts(filter, node) ? NULL : "match_filter_fxn leaves it out";
}

static finnc_status fold_constants_filtered(finnc_pass_run *run, finnc_graph *graph)
{
    json_t *filter;
    FINNC_TRY(fnc_node_filter_read(finnc_pass_ctx(run), "match_filter_fxn",
                                   finnc_pass_json(run, "match_filter_fxn"), &filter));
    const finnc_status status = fnc_fold_constants(run, graph, keep_others, filter);
    json_decref(filter);
    return status;
}

const finnc_pass fnc_pass_fold_constants_filtered = {
    .name = "FoldConstantsFiltered",
    .summary = "computes now what chosen nodes make of constants",
    .upstream = "qonnx.transformation.fold_constants",
    .notes = "Upstream takes a function, which is asked for every node; here match_filter_fxn says "
             "which nodes it would say yes to. " FNC_NODE_FILTER_NOTES
             " Quantisers are folded if they are chosen. What cannot be folded is FoldConstants's.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"match_filter_fxn", FINNC_PARAM_JSON, NULL, "a filter of nodes"}},
    .run = fold_constants_filtered,
    .finish = "InferShapes",
};

/* Passes one after the other, each followed by tidying, until none of them has anything to do. */
#include "pass.h"

#include <base/buf.h>

#include <jansson.h>

/* What upstream runs after each of them; names change with every one, so edits made by these alone
 * do not call for another round. */
static const char *const tidying = "RemoveIdentityOps, GiveUniqueNodeNames, "
                                   "GiveReadableTensorNames, InferShapes, InferDataTypes";

static finnc_status run_round(finnc_pass_run *run, finnc_graph *graph, const json_t *passes,
                              bool *changed)
{
    size_t i;
    json_t *pass;
    *changed = false;
    json_array_foreach(passes, i, pass)
    {
        const uint64_t edits = finnc_graph_edits(graph);
        if (!finnc_pass_may_rewrite(run))
            return FINNC_OK;
        if (!json_is_string(pass))
            return finnc_fail(finnc_pass_ctx(run), FINNC_BAD_VALUE,
                              "transformations is no list of passes");
        FINNC_TRY(finnc_pass_call(run, json_string_value(pass)));
        *changed |= finnc_graph_edits(graph) != edits;
        FINNC_TRY(finnc_pass_call(run, tidying));
    }
    return FINNC_OK;
}

static finnc_status run_rounds(finnc_pass_run *run, finnc_graph *graph, const json_t *passes)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const size_t most = 1000 + 8 * finnc_graph_nnodes(graph);
    bool changed = true;
    if (!json_is_array(passes))
        return finnc_fail(cx, FINNC_BAD_VALUE, "transformations is no list of passes");
    for (size_t round = 0; changed && finnc_pass_may_rewrite(run); round++) {
        if (round == most)
            return finnc_fail(cx, FINNC_BAD_VALUE, "still changes the graph after %zu rounds",
                              round);
        FINNC_TRY(run_round(run, graph, passes, &changed));
    }
    return FINNC_OK;
}

static finnc_status compose(finnc_pass_run *run, finnc_graph *graph)
{
    json_error_t error;
    json_t *passes = json_loads(finnc_pass_json(run, "transformations"), JSON_DECODE_ANY, &error);
    if (!passes)
        return finnc_no_memory(finnc_pass_ctx(run));
    const finnc_status status = run_rounds(run, graph, passes);
    json_decref(passes);
    return status;
}

const finnc_pass fnc_pass_composed_transformation = {
    .name = "ComposedTransformation",
    .summary = "runs passes one after the other, tidying between, until nothing changes",
    .upstream = "qonnx.transformation.composed",
    .notes = "transformations is a list of texts, each a pass with its parameters "
             "(\"FoldConstants{exclude_op_types=[]}\") or a pipeline. After each of them come "
             "RemoveIdentityOps, GiveUniqueNodeNames, GiveReadableTensorNames, InferShapes and "
             "InferDataTypes, as upstream. Without these, 'fixpoint(a, b)' in a pipeline does the "
             "same.",
    .params = {{"transformations", FINNC_PARAM_JSON, NULL, "passes, in a list of texts"}},
    .run = compose,
};

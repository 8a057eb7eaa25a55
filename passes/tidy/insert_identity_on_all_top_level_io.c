/*      x -> f -> y        becomes        x -> Identity -> f -> Identity -> y
 * for every graph input and output, whose names stay. */
#include "pass.h"

#include "identity.h"

static finnc_status insert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        FINNC_TRY(fnc_insert_identity_after(cx, finnc_graph_input(graph, i)));
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++)
        FINNC_TRY(fnc_insert_identity_before(cx, finnc_graph_output(graph, i)));
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_identity_on_all_top_level_io = {
    .name = "InsertIdentityOnAllTopLevelIO",
    .summary = "puts an Identity behind every graph input and before every output",
    .upstream = "qonnx.transformation.insert",
    .run = insert_all,
};

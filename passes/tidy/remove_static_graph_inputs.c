/* Graph inputs that have an initialiser become plain constants. Models of IR version 3 and before
 * had to list every weight as an input; later ones mean a default that callers may override. */
#include "pass.h"

#include <base/arena.h>

static finnc_status remove_inputs(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const size_t ninputs = finnc_graph_ninputs(graph);
    size_t nkept = 0;

    for (size_t at = 0; finnc_graph_next_free_input(graph, &at);)
        nkept++;
    if (nkept == ninputs)
        return FINNC_OK;

    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_value **kept = FNC_NEW_ARRAY(&scratch, finnc_value *, nkept + 1);
    finnc_status status = kept ? FINNC_OK : finnc_no_memory(cx);
    if (kept) {
        size_t n = 0;
        finnc_value *value;
        for (size_t at = 0; (value = finnc_graph_next_free_input(graph, &at));)
            kept[n++] = value;
        status = finnc_graph_set_inputs(cx, graph, kept, nkept);
    }
    fnc_arena_clear(&scratch);
    return status;
}

const finnc_pass fnc_pass_remove_static_graph_inputs = {
    .name = "RemoveStaticGraphInputs",
    .summary = "graph inputs with an initialiser become constants",
    .upstream = "qonnx.transformation.general",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_IO,
    .run = remove_inputs,
};

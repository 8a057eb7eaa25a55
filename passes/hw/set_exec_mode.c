/* Tells the layers that are bound to HLS or RTL how FINN is to execute them. Here it has no effect:
 * finnc computes what a layer computes. */
#include "hw.h"

#include <string.h>

static finnc_status set_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const char *mode = finnc_pass_string(run, "mode");
    if (!mode || (strcmp(mode, "cppsim") != 0 && strcmp(mode, "rtlsim") != 0))
        return finnc_fail(cx, FINNC_BAD_VALUE, "mode is \"%s\", should be cppsim or rtlsim",
                          mode ? mode : "null");
    finnc_foreach_node (node, graph) {
        if (!fnc_hw_is_bound(node) ||
            strcmp(finnc_node_string(node, "backend", ""), "fpgadataflow") != 0 ||
            !finnc_pass_may_rewrite(run))
            continue;
        if (strcmp(finnc_node_string(node, "exec_mode", ""), mode) == 0)
            continue;
        FINNC_TRY(finnc_node_set_string(cx, node, "exec_mode", mode));
        finnc_pass_applied(run, node, "is executed by %s", mode);
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_set_exec_mode = {
    .name = "SetExecMode",
    .summary = "says how FINN executes the layers bound to HLS or RTL",
    .upstream = "finn.transformation.fpgadataflow.set_exec_mode",
    .notes = "Abstract layers stay. Nothing changes for finnc, which runs layers by what they "
             "compute.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"mode", FINNC_PARAM_STRING, NULL, "cppsim or rtlsim"}},
    .run = set_all,
};

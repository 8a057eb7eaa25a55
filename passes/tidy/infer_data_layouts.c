/* Data layouts of all values, from the ops' own rules (libgraph/ops). */
#include "pass.h"

static finnc_status infer(finnc_pass_run *run, finnc_graph *graph)
{
    return finnc_graph_infer_layouts(finnc_pass_ctx(run), graph);
}

const finnc_pass fnc_pass_infer_data_layouts = {
    .name = "InferDataLayouts",
    .summary = "finds out which axis is batch, channel, height and width in all values",
    .upstream = "qonnx.transformation.infer_data_layouts",
    .notes = "A first graph input without layout is taken as NCHW, NWC or NC by its rank.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_KEEPS_GRAPH,
    .run = infer,
};

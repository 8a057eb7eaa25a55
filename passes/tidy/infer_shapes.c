/* Element types and shapes of all values, from the ops' own rules (libgraph/ops). */
#include "pass.h"

static finnc_status infer(finnc_pass_run *run, finnc_graph *graph)
{
    return finnc_graph_infer_shapes(finnc_pass_ctx(run), graph);
}

const finnc_pass fnc_pass_infer_shapes = {
    .name = "InferShapes",
    .summary = "finds out element types and shapes of all values",
    .upstream = "qonnx.transformation.infer_shapes",
    .notes = "What the model says already stays. Where upstream keeps a stated shape that "
             "contradicts the op's rule, and says nothing, this is an error with both shapes. "
             "An op that nobody knows is no error: its outputs stay as they are.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_KEEPS_GRAPH,
    .run = infer,
};

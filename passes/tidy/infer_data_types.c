/* Quantised data types of all values, from the ops' own rules (libgraph/ops). */
#include "pass.h"

static finnc_status infer(finnc_pass_run *run, finnc_graph *graph)
{
    return finnc_graph_infer_dtypes(finnc_pass_ctx(run), graph,
                                    finnc_pass_bool(run, "allow_scaledint_dtypes"));
}

const finnc_pass fnc_pass_infer_data_types = {
    .name = "InferDataTypes",
    .summary = "finds out the quantised data types of all values",
    .upstream = "qonnx.transformation.infer_datatypes",
    .notes = "Inputs and constants keep the types that they are annotated with; every op tells "
             "those of its outputs. Sums of products are INT32 or UINT32, whatever their size.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_KEEPS_GRAPH,
    .params = {{"allow_scaledint_dtypes", FINNC_PARAM_BOOL, "false",
                "keep SCALEDINT<b>; otherwise it becomes FLOAT32"}},
    .run = infer,
};

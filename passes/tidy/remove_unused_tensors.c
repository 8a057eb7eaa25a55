/* Values that nobody makes, reads or shows go, with their initialisers and annotations. A use
 * inside a subgraph counts as any other. */
#include "pass.h"

static bool is_unused(const finnc_value *value)
{
    return finnc_value_nuses(value) == 0 && !finnc_value_producer(value) &&
           !finnc_value_is_input(value) && !finnc_value_is_output(value);
}

static finnc_status remove_values(finnc_pass_run *run, finnc_graph *graph)
{
    (void)run;
    finnc_foreach_value (value, graph) {
        if (is_unused(value))
            finnc_graph_erase_value(value);
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_remove_unused_tensors = {
    .name = "RemoveUnusedTensors",
    .summary = "takes out initialisers and other tensors that no node uses",
    .upstream = "qonnx.transformation.general",
    .notes = "Upstream looks at the nodes of the main graph only and so takes away the "
             "initialisers that the body of an If or a Loop uses; here such a use counts. Graph "
             "inputs and outputs keep their annotations and defaults even if no node uses them.",
    .flags = FINNC_PASS_STABLE,
    .run = remove_values,
};

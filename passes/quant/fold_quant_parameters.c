/*      Add(x, Quant(constants))   becomes   Add(x, constant)
 *
 * A quantised bias or factor that is used element by element is a number like any other: thresholds
 * take it in as it is. Bringing its scale behind the op, as FoldQuantWeights does, would divide and
 * multiply the data, which rounds. Each step takes a quantiser away. */
#include "../support/folding.h"
#include "../support/quantiser.h"

static const char *keep(const void *user, const finnc_node *node)
{
    (void)user;
    const finnc_value *y = finnc_node_output(node, 0);
    if (!fnc_is_quantiser(node) || !y || finnc_value_is_output(y))
        return "it is no quantiser of a constant";
    finnc_foreach_use (use, y)
        if (!finnc_node_has_trait(finnc_use_node(use), FINNC_OP_ELEMENTWISE))
            return "it is not used element by element";
    return NULL;
}

static finnc_status fold(finnc_pass_run *run, finnc_graph *graph)
{
    return fnc_fold_constants(run, graph, keep, NULL);
}

const finnc_pass fnc_pass_fold_quant_parameters = {
    .name = "FoldQuantParameters",
    .summary = "quantised constants that are used element by element become plain constants",
    .notes = "Weights, whose integers count, stay for FoldQuantWeights.",
    .flags = FINNC_PASS_STABLE,
    .run = fold,
    .finish = "InferShapes",
};

/*      y = MultiThreshold(MatMul(x, w), t)   becomes   y = MVAU(x, w, t)
 * and without thresholds y = MVAU(x, w), where data and weights are integers. Weights with a
 * sparsity annotation are those of VVAUs. */
#include "pass.h"

#include "product.h"

static bool is_candidate(const finnc_node *node)
{
    const finnc_value *weights = finnc_node_input(node, 1);
    return finnc_node_is(node, "MatMul") && weights && !finnc_value_sparsity(weights);
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    fnc_hw_product p;
    fnc_hw_reason why;
    FINNC_TRY(fnc_hw_products_settle(run, graph));
    finnc_foreach_node (node, graph) {
        if (!is_candidate(node) || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        if (fnc_hw_product_read(&why, run, node, &p) && fnc_hw_product_has_integers(&why, &p) &&
            fnc_hw_product_adds_up(&why, &p) && fnc_hw_product_read_activation(&why, &p))
            FINNC_TRY(fnc_hw_product_to_mvau(&p, "MVAU_", false));
        else
            finnc_pass_missed(run, node, "%s", why.text);
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_quantized_matrix_vector_activation = {
    .name = "InferQuantizedMatrixVectorActivation",
    .summary = "products of integers, with the thresholds behind them, become MVAU layers",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "The thresholds go into the layer on the terms of InferBinaryMatrixVectorActivation. "
             "Data and weights that are both BIPOLAR are left alone: an MVAU counts agreeing bits "
             "of these instead of adding up signs, which is what "
             "ConvertBipolarMatMulToXnorPopcount prepares; upstream changes the results. Weights "
             "with a sparsity annotation are InferVectorVectorActivation's.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
    .finish = "InferDataTypes",
};

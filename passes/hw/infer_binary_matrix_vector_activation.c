/*      y = MultiThreshold(XnorPopcountMatMul(x, w), t)   becomes   y = MVAU(x, w, t)
 * and without thresholds y = MVAU(x, w), the layer counting agreeing bits. */
#include "pass.h"

#include "product.h"

static bool is_binary(finnc_dtype dtype)
{
    return finnc_dtype_equal(dtype, finnc_dtype_uint(1));
}

static bool reads_bits(fnc_hw_reason *why, const fnc_hw_product *p)
{
    const finnc_value *const operands[] = {p->x, p->weights};
    for (size_t i = 0; i < 2; i++) {
        char name[FINNC_DTYPE_NAME_MAX];
        const finnc_dtype dtype = finnc_value_dtype(operands[i]);
        if (!is_binary(dtype))
            return fnc_hw_decline(why, "%s is %s, not BINARY", finnc_value_name(operands[i]),
                                  finnc_dtype_name(dtype, name));
        if (!fnc_hw_is_integer(why, operands[i]))
            return false;
    }
    return true;
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    fnc_hw_product p;
    fnc_hw_reason why;
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "XnorPopcountMatMul") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        if (fnc_hw_product_read(&why, run, node, &p) && reads_bits(&why, &p) &&
            fnc_hw_product_read_activation(&why, &p))
            FINNC_TRY(fnc_hw_product_to_mvau(&p, "", true));
        else
            finnc_pass_missed(run, node, "%s", why.text);
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_binary_matrix_vector_activation = {
    .name = "InferBinaryMatrixVectorActivation",
    .summary = "products by XNOR and popcount, with the thresholds behind them, become MVAU layers",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "The thresholds go into the layer if nobody else reads the counts, they belong to the "
             "last axis, and the MultiThreshold adds an integer to its count or makes -1 and +1; "
             "otherwise they stay behind it, with a remark. Upstream looks at the first reader "
             "alone, and overrides scale and bias of the MultiThreshold.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
    .finish = "InferDataTypes",
};

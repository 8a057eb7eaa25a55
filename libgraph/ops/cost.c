/* What products cost, by the rules of qonnx's inference_cost. */
#include "infer.h"

finnc_status fnc_cost_nothing(finnc_infer *in, finnc_cost *cost)
{
    (void)in;
    *cost = (finnc_cost){0};
    return FINNC_OK;
}

/* As many products per output element as the rows of input 0 are long.
 * Weights: the operand that is constant. */
finnc_status fnc_cost_mat_mul(finnc_infer *in, finnc_cost *cost)
{
    const finnc_value *a = finnc_node_input(in->node, 0), *b = finnc_node_input(in->node, 1);
    const finnc_value *y = finnc_node_output(in->node, 0);
    int64_t ny = y ? finnc_value_nelems(y) : -1;
    int k_axis = a ? finnc_value_rank(a) - 1 : -1;
    if (finnc_node_int(in->node, "transA", 0))
        k_axis--;
    if (ny < 0 || k_axis < 0 || !b || finnc_value_dim(a, k_axis).size < 0)
        return FINNC_OK;
    cost->macs = (double)ny * (double)finnc_value_dim(a, k_axis).size;
    cost->outputs = (double)ny;
    const finnc_value *w = finnc_value_is_constant(b) ? b : finnc_value_is_constant(a) ? a : NULL;
    cost->weights = w ? (double)finnc_value_nelems(w) : 0;
    return FINNC_OK;
}

/* Each output element takes one product per weight of its channel. */
finnc_status fnc_cost_conv(finnc_infer *in, finnc_cost *cost)
{
    const finnc_value *w = finnc_node_input(in->node, 1), *y = finnc_node_output(in->node, 0);
    int64_t nw = w ? finnc_value_nelems(w) : -1, ny = y ? finnc_value_nelems(y) : -1;
    if (nw < 0 || ny < 0 || finnc_value_dim(w, 0).size <= 0)
        return FINNC_OK;
    *cost = (finnc_cost){.macs = (double)ny * ((double)nw / (double)finnc_value_dim(w, 0).size),
                         .weights = (double)nw,
                         .outputs = (double)ny};
    return FINNC_OK;
}

/* What one node costs, as qonnx's inference_cost counts: products, weights, and the elements of the
 * output. Biases are free, and so is whatever moves or scales elements one by one. */
#include "infer.h"

#include <string.h>

/* Elements of a value. Its rank has to be known; a size that is not, such as a batch's, counts
 * as 1.
 */
static finnc_status need_nelems(const finnc_infer *in, const finnc_value *value, finnc_cost *cost,
                                double *nelems)
{
    int rank = value ? finnc_value_rank(value) : -1;
    if (rank < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "what it costs depends on the shape of %s, which is not known",
                          value ? finnc_value_name(value) : "an absent input");
    *nelems = 1;
    for (int i = 0; i < rank; i++) {
        int64_t size = finnc_value_dim(value, i).size;
        cost->assumes_ones |= size < 0;
        *nelems *= size < 0 ? 1 : (double)size;
    }
    return FINNC_OK;
}

int fnc_cost_constant(const finnc_infer *in, int i)
{
    const finnc_value *value = finnc_node_input(in->node, (size_t)i);
    return value && finnc_value_is_constant(value) ? i : -1;
}

finnc_status fnc_cost_nothing(finnc_infer *in, finnc_cost *cost)
{
    (void)in;
    cost->kind = FINNC_COST_NOTHING;
    return FINNC_OK;
}

/* Each output element takes one product per weight of its channel. Weights that are computed take
 * memory as constant ones do. */
finnc_status fnc_cost_conv(finnc_infer *in, finnc_cost *cost)
{
    const finnc_value *w = finnc_node_input(in->node, 1);
    double nweights, noutputs;
    FINNC_TRY(need_nelems(in, w, cost, &nweights));
    FINNC_TRY(need_nelems(in, finnc_node_output(in->node, 0), cost, &noutputs));
    double nchannels = (double)finnc_value_dim(w, 0).size;
    *cost = (finnc_cost){.kind = FINNC_COST_COUNTED,
                         .assumes_ones = cost->assumes_ones,
                         .macs = nchannels > 0 ? noutputs * (nweights / nchannels) : 0,
                         .weights = nweights,
                         .outputs = noutputs,
                         .factors = {0, 1},
                         .has_weights = true,
                         .constant = fnc_cost_constant(in, 1)};
    return FINNC_OK;
}

/* As many products per output element as the rows of input 0 are long. Weights: the operand that is
 * constant, said to be of input 1's data type whichever it is. */
finnc_status fnc_cost_mat_mul(finnc_infer *in, finnc_cost *cost)
{
    const finnc_value *a = finnc_node_input(in->node, 0), *b = finnc_node_input(in->node, 1);
    double na, nb, noutputs, nweights = 0;
    FINNC_TRY(need_nelems(in, a, cost, &na));
    FINNC_TRY(need_nelems(in, b, cost, &nb));
    FINNC_TRY(need_nelems(in, finnc_node_output(in->node, 0), cost, &noutputs));
    int last = finnc_value_rank(a) - (fnc_infer_int(in, "transA", 0) ? 2 : 1);
    if (last < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "a product with a tensor of rank %d",
                          finnc_value_rank(a));
    int constant = finnc_value_is_constant(b) ? 1 : finnc_value_is_constant(a) ? 0 : -1;
    if (constant >= 0)
        nweights = constant ? nb : na;
    int64_t length = finnc_value_dim(a, last).size;
    *cost = (finnc_cost){.kind = FINNC_COST_COUNTED,
                         .assumes_ones = cost->assumes_ones,
                         .macs = noutputs * (length < 0 ? 1 : (double)length),
                         .weights = nweights,
                         .outputs = noutputs,
                         .factors = {0, 1},
                         .has_weights = true,
                         .constant = constant};
    return FINNC_OK;
}

/* The axes along which an Upsample grows; -1 if that is not known. */
static int grown_axes(const finnc_infer *in)
{
    const finnc_attr *attr = finnc_node_find_attr(in->node, "scales");
    const finnc_tensor *tensor = finnc_infer_const(in, 1);
    size_t n = 0;
    const float *list = attr ? finnc_attr_floats(attr, &n) : NULL;
    int grown = 0;
    if (!list && !tensor)
        return -1;
    for (size_t i = 0; list && i < n; i++)
        grown += list[i] > 1;
    for (int64_t i = 0; !list && i < finnc_tensor_nelems(tensor); i++)
        grown += finnc_tensor_get(tensor, i) > 1;
    return grown;
}

/* Interpolation: two products per output element and axis that grows. */
finnc_status fnc_cost_upsample(finnc_infer *in, finnc_cost *cost)
{
    const char *mode = finnc_node_string(in->node, "mode", "nearest");
    bool is_copied = !strcmp(mode, "nearest");
    int grown = is_copied ? 0 : grown_axes(in);
    double noutputs;
    if ((!is_copied && strcmp(mode, "linear")) || grown < 0)
        return FINNC_OK; /* nobody has said */
    FINNC_TRY(need_nelems(in, finnc_node_output(in->node, 0), cost, &noutputs));
    *cost = (finnc_cost){.kind = FINNC_COST_COUNTED,
                         .assumes_ones = cost->assumes_ones,
                         .macs = 2.0 * grown * noutputs,
                         .outputs = noutputs,
                         .constant = -1};
    return FINNC_OK;
}

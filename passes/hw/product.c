#include "product.h"

#include <finnc/op.h>

#include <inttypes.h>

finnc_status fnc_hw_products_settle(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_value *weights = finnc_node_input(node, 1);
        if (finnc_node_is(node, "MatMul") && weights && finnc_value_tensor(weights) &&
            finnc_value_dtype(weights).kind == FINNC_DTYPE_BIPOLAR && finnc_pass_may_rewrite(run))
            return finnc_graph_infer_dtypes(finnc_pass_ctx(run), graph, false);
    }
    return FINNC_OK;
}

bool fnc_hw_product_read(fnc_hw_reason *why, finnc_pass_run *run, finnc_node *node,
                         fnc_hw_product *p)
{
    *p = (fnc_hw_product){.run = run,
                          .node = node,
                          .x = finnc_node_input(node, 0),
                          .weights = finnc_node_input(node, 1)};
    if (!fnc_hw_has_inputs(why, node, 2))
        return false;
    const finnc_tensor *w = finnc_value_tensor(p->weights);
    if (!w || finnc_tensor_rank(w) != 2)
        return fnc_hw_decline(why, "its weights %s are no constant matrix",
                              finnc_value_name(p->weights));
    p->rows = finnc_tensor_dim(w, 0);
    p->columns = finnc_tensor_dim(w, 1);
    p->rank = finnc_value_rank(p->x);
    if (p->rank == 0 || p->rank == 1)
        return fnc_hw_decline(why, "its data %s is a vector without a batch",
                              finnc_value_name(p->x));
    if (p->rank < 2 || !finnc_value_dims(p->x, -1, p->dims))
        return fnc_hw_decline(why, "the shape of its data %s is not known: InferShapes finds it",
                              finnc_value_name(p->x));
    if (p->rows < 1 || p->columns < 1 || p->dims[p->rank - 1] != p->rows)
        return fnc_hw_decline(
            why, "weights of %" PRId64 " by %" PRId64 " for data of %" PRId64 " elements", p->rows,
            p->columns, p->dims[p->rank - 1]);
    return true;
}

bool fnc_hw_product_has_integers(fnc_hw_reason *why, const fnc_hw_product *p)
{
    return fnc_hw_is_integer(why, p->x) && fnc_hw_is_integer(why, p->weights);
}

bool fnc_hw_product_adds_up(fnc_hw_reason *why, const fnc_hw_product *p)
{
    if (finnc_value_dtype(p->x).kind != FINNC_DTYPE_BIPOLAR ||
        finnc_value_dtype(p->weights).kind != FINNC_DTYPE_BIPOLAR)
        return true;
    return fnc_hw_decline(why, "data and weights are BIPOLAR, of which a layer counts agreeing "
                               "bits: ConvertBipolarMatMulToXnorPopcount comes first");
}

bool fnc_hw_product_read_activation(fnc_hw_reason *why, fnc_hw_product *p)
{
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_value *sums = finnc_node_output(p->node, 0);
    fnc_activation_find(p->run, p->node, p->rank, p->columns, &p->activation);
    if (p->activation.node)
        return true;
    p->activation.dtype = finnc_value_dtype(sums);
    if (finnc_dtype_is_integer(p->activation.dtype))
        return true;
    return fnc_hw_decline(why, "its sums %s are %s: InferDataTypes finds their type",
                          finnc_value_name(sums), finnc_dtype_name(p->activation.dtype, name));
}

/* Sums are INT32, where nobody says otherwise, and thresholds of their type. */
static finnc_status set_sums_type(finnc_ctx *cx, const fnc_activation *a, finnc_node *layer)
{
    finnc_dtype type = finnc_dtype_int(32);
    if (!a->node)
        return FINNC_OK;
    FINNC_TRY(fnc_thresholds_widen(cx, a->thresholds, &type));
    return type.bits == 32 ? FINNC_OK : fnc_hw_attr_dtype(cx, layer, "accDataType", type);
}

finnc_status fnc_hw_product_replace(fnc_hw_product *p, const char *op_type, const char *prefix,
                                    finnc_node **layer)
{
    finnc_ctx *cx = finnc_pass_ctx(p->run);
    finnc_graph *graph = finnc_node_graph(p->node);
    const fnc_activation *a = &p->activation;
    finnc_value *const inputs[] = {p->x, p->weights, a->thresholds};
    finnc_value *y = finnc_node_output(a->node ? a->node : p->node, 0);
    finnc_node *const node = p->node;

    if (a->node)
        finnc_graph_erase_node(a->node);
    finnc_node *next = finnc_node_next(node);
    finnc_graph_erase_node(node);
    FINNC_TRY(fnc_hw_insert(cx, graph, op_type, inputs, a->node ? 3 : 2, y, next, layer));
    FINNC_TRY(fnc_hw_name_after(cx, *layer, prefix, node));
    FINNC_TRY(fnc_hw_attr_dtype(cx, *layer, "inputDataType", finnc_value_dtype(p->x)));
    FINNC_TRY(fnc_hw_attr_dtype(cx, *layer, "weightDataType", finnc_value_dtype(p->weights)));
    FINNC_TRY(fnc_hw_attr_dtype(cx, *layer, "outputDataType", a->dtype));
    FINNC_TRY(set_sums_type(cx, a, *layer));
    FINNC_TRY(finnc_node_set_int(cx, *layer, "ActVal", a->act_val));
    return finnc_node_set_int(cx, *layer, "noActivation", a->node == NULL);
}

finnc_status fnc_hw_product_to_mvau(fnc_hw_product *p, const char *prefix, bool counts_bits)
{
    finnc_ctx *cx = finnc_pass_ctx(p->run);
    finnc_node *layer;
    finnc_pass_applied(p->run, p->node, "it is an MVAU of %" PRId64 " by %" PRId64 " now%s",
                       p->rows, p->columns,
                       p->activation.node ? ", with the thresholds behind it" : "");
    FINNC_TRY(fnc_hw_product_replace(p, "MVAU", prefix, &layer));
    FINNC_TRY(finnc_node_set_int(cx, layer, "MW", p->rows));
    FINNC_TRY(finnc_node_set_int(cx, layer, "MH", p->columns));
    FINNC_TRY(finnc_node_set_int(cx, layer, "SIMD", 1));
    FINNC_TRY(finnc_node_set_int(cx, layer, "PE", 1));
    FINNC_TRY(finnc_node_set_int(cx, layer, "binaryXnorMode", counts_bits));
    FINNC_TRY(fnc_hw_attr_vectors(cx, layer, p->dims, p->rank));
    return finnc_node_infer_shapes(cx, layer, false);
}

/*      values, y = TopK(x, k)   becomes   y = LabelSelect(x)
 * where nobody needs the values and x are integers. */
#include "pass.h"

#include "hw.h"
#include "stream.h"

#include <inttypes.h>

typedef struct selection {
    finnc_value *x, *indices;
    int rank;
    int64_t dims[FINNC_MAX_RANK], labels, k;
} selection;

static bool read_input(fnc_hw_reason *why, selection *s)
{
    if (!fnc_hw_is_stream(why, s->x, -1, s->dims))
        return false;
    s->rank = finnc_value_rank(s->x);
    s->labels = s->dims[s->rank - 1];
    return true;
}

static bool read_attrs(fnc_hw_reason *why, const finnc_node *node, selection *s)
{
    const int64_t axis = finnc_node_attr_int(node, "axis");
    if (axis != -1 && axis != s->rank - 1)
        return fnc_hw_decline(why, "it looks along axis %" PRId64 ", not the last of %d", axis,
                              s->rank);
    if (finnc_node_attr_int(node, "largest") == 0)
        return fnc_hw_decline(why, "it selects the smallest");
    return true;
}

static bool read_k(fnc_hw_reason *why, const finnc_node *node, selection *s)
{
    const finnc_value *value = finnc_node_input(node, 1);
    const finnc_tensor *k = value ? finnc_value_tensor(value) : NULL;
    if (!k || finnc_tensor_nelems(k) != 1)
        return fnc_hw_decline(why, "k is not one constant number");
    s->k = finnc_tensor_get_int(k, 0);
    if (s->k < 1 || s->k > s->labels)
        return fnc_hw_decline(why, "k is %" PRId64 " of %" PRId64 " labels", s->k, s->labels);
    return true;
}

static bool read_selection(fnc_hw_reason *why, const finnc_node *node, selection *s)
{
    const finnc_value *values = finnc_node_output(node, 0);
    *s = (selection){.x = finnc_node_input(node, 0), .indices = finnc_node_output(node, 1)};
    if (!s->indices || (values && (finnc_value_nuses(values) > 0 || finnc_value_is_output(values))))
        return fnc_hw_decline(why, "the largest values are used, not only their indices");
    return read_input(why, s) && read_attrs(why, node, s) && read_k(why, node, s);
}

static finnc_status replace(finnc_ctx *cx, finnc_node *node, const selection *s)
{
    finnc_node *next = finnc_node_next(node), *layer;
    finnc_stream indices;
    /* The layer gives what the model says that its indices are, and only TopK says INT64 by itself.
     */
    if (finnc_value_elem(s->indices) == FINNC_ELEM_UNDEFINED)
        FINNC_TRY(finnc_node_infer_shapes(cx, node, false));
    finnc_graph_erase_node(node);
    FINNC_TRY(fnc_hw_insert(cx, finnc_node_graph(node), "LabelSelect", &s->x, 1, s->indices, next,
                            &layer));
    FINNC_TRY(fnc_hw_name_after(cx, layer, "LabelSelect_", node));
    FINNC_TRY(finnc_node_set_int(cx, layer, "Labels", s->labels));
    FINNC_TRY(finnc_node_set_int(cx, layer, "PE", 1));
    FINNC_TRY(finnc_node_set_int(cx, layer, "K", s->k));
    FINNC_TRY(fnc_hw_attr_dtype(cx, layer, "inputDataType", finnc_value_dtype(s->x)));
    FINNC_TRY(fnc_hw_attr_vectors(cx, layer, s->dims, s->rank));
    /* The layer itself knows which type its number of labels needs. */
    FINNC_TRY(finnc_layer_output(cx, layer, 0, &indices));
    return fnc_hw_attr_dtype(cx, layer, "outputDataType", indices.dtype);
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "TopK") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        selection s;
        fnc_hw_reason why;
        if (!read_selection(&why, node, &s)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node,
                           "it is a LabelSelect of %" PRId64 " of %" PRId64 " labels now", s.k,
                           s.labels);
        FINNC_TRY(replace(cx, node, &s));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_label_select_layer = {
    .name = "InferLabelSelectLayer",
    .summary = "a TopK of integers becomes a LabelSelect layer",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "Only where the indices alone are used: neither another node nor the graph's outputs "
             "take the values. A TopK of the smallest, or along another axis than the last, stays; "
             "upstream makes the layer that selects the largest along the last.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
    .finish = "InferShapes,InferDataTypes",
};

/*      Pad(x) {pads, value}       becomes       Pad(x, pads, value)
 * as opset 11 wants it. */
#include "pass.h"

#include <finnc/op.h>

static finnc_status insert_input(finnc_ctx *cx, finnc_node *node, const char *hint,
                                 finnc_tensor *tensor)
{
    finnc_value *value;
    FINNC_TRY(finnc_graph_insert_constant(cx, finnc_node_graph(node), hint, tensor, &value));
    return finnc_node_set_input(cx, node, finnc_node_ninputs(node), value);
}

static finnc_status move_pads(finnc_ctx *cx, finnc_node *node)
{
    size_t count;
    const int64_t *pads = finnc_node_ints(node, "pads", &count);
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_from(cx, FINNC_ELEM_INT64, 1, (int64_t[]){(int64_t)count}, pads,
                                       &tensor));
    finnc_status status = insert_input(cx, node, "pads", tensor);
    finnc_tensor_release(tensor);
    finnc_node_erase_attr(node, "pads");
    return status;
}

/* The fill value is of the data's type. */
static finnc_status move_value(finnc_ctx *cx, finnc_node *node)
{
    const finnc_value *x = finnc_node_input(node, 0);
    const finnc_elem elem = x ? finnc_value_elem(x) : FINNC_ELEM_UNDEFINED;
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_scalar(cx, elem == FINNC_ELEM_UNDEFINED ? FINNC_ELEM_FLOAT : elem,
                                         finnc_node_float(node, "value", 0), &tensor));
    finnc_status status = insert_input(cx, node, "pad_value", tensor);
    finnc_tensor_release(tensor);
    finnc_node_erase_attr(node, "value");
    return status;
}

static finnc_status move_attributes(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Pad") || !finnc_node_find_attr(node, "pads"))
            continue;
        FNC_AT_NODE(cx, node);
        if (finnc_node_version(node) < 11) {
            finnc_pass_missed(run, node, "it is of version %d, which has no input for its padding",
                              finnc_node_version(node));
            continue;
        }
        if (finnc_node_ninputs(node) > 1) {
            finnc_pass_missed(run, node, "it has both an attribute and an input for its padding");
            continue;
        }
        if (!finnc_pass_may_rewrite(run))
            return FINNC_OK;
        FINNC_TRY(move_pads(cx, node));
        if (finnc_node_find_attr(node, "value"))
            FINNC_TRY(move_value(cx, node));
        finnc_pass_applied(run, node, "its padding is an input now");
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_move_pad_attribute_to_tensor = {
    .name = "MovePadAttributeToTensor",
    .summary = "the padding of Pad nodes becomes an input, as opset 11 wants it",
    .upstream = "qonnx.transformation.general",
    .notes =
        "Where the model imports version 11 or later of the standard, for which such a node is "
        "malformed; before, it is as it should be, and stays.",
    .flags = FINNC_PASS_STABLE,
    .run = move_attributes,
};

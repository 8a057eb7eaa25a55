/* Most ops are written alike in all versions. Of those that are not, most have got an input for
 * what was an attribute; the rest have changed their meaning, and are looked at one by one. */
#include "opset.h"

#include <finnc/op.h>

#include <inttypes.h>

/* An attribute that is an input from a version on. */
typedef struct moved {
    const char *op_type;
    const char *attr;
    size_t input;
    int since;
    bool is_number; /* one of the data's element type; else a list of INT64 */
} moved;

static const moved moves[] = {
    {"Clip", "min", 1, 11, true},        {"Clip", "max", 2, 11, true},
    {"Pad", "pads", 1, 11, false},       {"Pad", "value", 2, 11, true},
    {"ReduceSum", "axes", 1, 13, false}, {"Slice", "starts", 1, 10, false},
    {"Slice", "ends", 2, 10, false},     {"Slice", "axes", 3, 10, false},
    {"Split", "split", 1, 13, false},    {"Squeeze", "axes", 1, 13, false},
    {"TopK", "k", 1, 10, false},         {"Unsqueeze", "axes", 1, 13, false},
};

/* The attribute's tensor; NULL: the node has no such attribute. */
static finnc_status attribute_tensor(finnc_ctx *cx, const finnc_node *node, const moved *m,
                                     finnc_tensor **tensor)
{
    *tensor = NULL;
    if (!finnc_node_find_attr(node, m->attr))
        return FINNC_OK;
    if (m->is_number) {
        const finnc_value *x = finnc_node_input(node, 0);
        const finnc_elem elem = x ? finnc_value_elem(x) : FINNC_ELEM_UNDEFINED;
        return finnc_tensor_create_scalar(cx, elem ? elem : FINNC_ELEM_FLOAT,
                                          finnc_node_float(node, m->attr, 0), tensor);
    }
    size_t count;
    const int64_t one = finnc_node_int(node, m->attr, 0);
    const int64_t *list = finnc_node_ints(node, m->attr, &count);
    const int64_t n = list ? (int64_t)count : 1;
    return finnc_tensor_create_from(cx, FINNC_ELEM_INT64, 1, &n, list ? list : &one, tensor);
}

static finnc_status move_attribute(finnc_ctx *cx, finnc_node *node, const moved *m)
{
    finnc_tensor *tensor;
    finnc_value *value;
    FINNC_TRY(attribute_tensor(cx, node, m, &tensor));
    if (!tensor)
        return FINNC_OK;
    finnc_status status =
        finnc_graph_insert_constant(cx, finnc_node_graph(node), m->attr, tensor, &value);
    finnc_tensor_release(tensor);
    FINNC_TRY(status);
    FINNC_TRY(finnc_node_set_input(cx, node, m->input, value));
    finnc_node_erase_attr(node, m->attr);
    return FINNC_OK;
}

/* Up to version 12 Softmax takes all axes from its own on for one. */
static finnc_status keep_softmax(finnc_ctx *cx, finnc_node *node)
{
    const int rank = finnc_value_rank(finnc_node_input(node, 0));
    const int64_t axis = finnc_node_int(node, "axis", 1);
    if (rank < 1 || (axis != rank - 1 && axis != -1))
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "over the axes from %" PRId64 " on, which opset 13 has no word for",
                          axis);
    return finnc_node_set_int(cx, node, "axis", axis);
}

static finnc_status raise_node(finnc_ctx *cx, finnc_node *node, int64_t from, int64_t to)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (from < moves[i].since && to >= moves[i].since && finnc_node_is(node, moves[i].op_type))
            FINNC_TRY(move_attribute(cx, node, &moves[i]));
    const bool is_softmax = finnc_node_is(node, "Softmax") || finnc_node_is(node, "LogSoftmax") ||
                            finnc_node_is(node, "Hardmax");
    if (is_softmax && from < 13 && to >= 13)
        FINNC_TRY(keep_softmax(cx, node));
    if (from < 12 && to >= 12 && finnc_node_is(node, "Dropout"))
        finnc_node_erase_attr(node, "ratio"); /* which counts in training only */
    if ((from < 10 && to >= 10 && finnc_node_is(node, "Upsample")) ||
        (from < 11 && to >= 11 && finnc_node_is(node, "Resize")))
        return finnc_fail(cx, FINNC_UNSUPPORTED, "opset %" PRId64 " places pixels otherwise", to);
    return FINNC_OK;
}

static finnc_status raise_graph(finnc_ctx *cx, finnc_graph *graph, int64_t from, int64_t to)
{
    finnc_foreach_node (node, graph) {
        FNC_AT_NODE(cx, node);
        finnc_graph *body;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(raise_graph(cx, body, from, to));
        if (!finnc_node_is_custom(node))
            FINNC_TRY(raise_node(cx, node, from, to));
    }
    return FINNC_OK;
}

finnc_status fnc_raise_opset(finnc_pass_run *run, finnc_graph *graph, int64_t version)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_model *model = finnc_graph_model(graph);
    const int64_t from = finnc_model_find_opset(model, "");
    if (from >= version)
        return FINNC_OK;
    FINNC_TRY(finnc_graph_infer_shapes(cx, finnc_model_graph(model))); /* which axis is the last? */
    FINNC_TRY(raise_graph(cx, finnc_model_graph(model), from, version));
    return finnc_model_set_opset(cx, model, "", version);
}

bool fnc_node_broadcasts(const finnc_node *node)
{
    return finnc_node_is_custom(node) || finnc_node_ninputs(node) < 2 ||
           !finnc_node_has_trait(node, FINNC_OP_ELEMENTWISE) ||
           finnc_node_version(node) >= FNC_BROADCAST_OPSET;
}

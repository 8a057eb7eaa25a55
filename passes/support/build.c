#include "build.h"

#include <base/compiler.h>

#include <finnc/op.h>

/* Of the standard: what text without a header imports. */
enum { USUAL_OPSET = 17 };

static bool has_standard_nodes(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_graph *body;
        if (!finnc_node_is_custom(node))
            return true;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            if (has_standard_nodes(body))
                return true;
    }
    return false;
}

finnc_status fnc_import(finnc_ctx *cx, finnc_graph *graph, const char *domain)
{
    finnc_model *model = finnc_graph_model(graph);
    const bool is_custom = domain && *domain;
    if (finnc_model_find_opset(model, domain) > 0)
        return FINNC_OK;
    if (!is_custom && has_standard_nodes(finnc_model_graph(model)))
        return FINNC_OK; /* they are of version 1, and would become other ops */
    return finnc_model_set_opset(cx, model, domain, is_custom ? 1 : USUAL_OPSET);
}

int64_t fnc_standard_version(const finnc_graph *graph)
{
    const finnc_model *model = finnc_graph_model(graph);
    const int64_t version = finnc_model_find_opset(model, "");
    if (version > 0)
        return version;
    return has_standard_nodes(finnc_model_graph(model)) ? 1 : USUAL_OPSET;
}

bool fnc_broadcasts(const finnc_graph *graph)
{
    return fnc_standard_version(graph) >= 7;
}

finnc_status fnc_insert_op(finnc_ctx *cx, finnc_graph *graph, const char *domain,
                           const char *op_type, finnc_value *const *inputs, size_t ninputs,
                           finnc_value *output, finnc_node *before, finnc_node **node)
{
    FINNC_TRY(fnc_import(cx, graph, domain));
    const finnc_node_spec spec = {
        .op_type = op_type,
        .domain = domain,
        .inputs = inputs,
        .ninputs = ninputs,
        .outputs = &output,
        .noutputs = 1,
    };
    return finnc_graph_insert_node(cx, graph, &spec, before, node);
}

finnc_status fnc_insert_value(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                              const finnc_value *like, int rank, const finnc_dim *dims,
                              finnc_value **value)
{
    FINNC_TRY(finnc_graph_insert_value(cx, graph, hint, value));
    FINNC_TRY(finnc_value_set_type(cx, *value, finnc_value_elem(like), rank, dims));
    if (!finnc_value_has_dtype(like))
        return FINNC_OK;
    return finnc_value_set_dtype(cx, *value, finnc_value_dtype(like));
}

finnc_status fnc_insert_tensor(finnc_ctx *cx, finnc_graph *graph, const char *hint,
                               finnc_tensor *tensor, finnc_value **value)
{
    const finnc_status status = finnc_graph_insert_constant(cx, graph, hint, tensor, value);
    finnc_tensor_release(tensor);
    return status;
}

finnc_status fnc_insert_number(finnc_ctx *cx, finnc_graph *graph, const char *hint, double x,
                               const finnc_value *like, finnc_value **value)
{
    finnc_tensor *tensor;
    const finnc_elem elem = finnc_value_elem(like);
    FINNC_TRY(finnc_tensor_create(cx, elem ? elem : FINNC_ELEM_FLOAT, 1, (int64_t[]){1}, &tensor));
    finnc_tensor_set(tensor, 0, x);
    return fnc_insert_tensor(cx, graph, hint, tensor, value);
}

finnc_status fnc_set_constant(finnc_ctx *cx, finnc_node *node, size_t i, finnc_tensor *tensor)
{
    finnc_value *old = finnc_node_input(node, i);
    if (finnc_value_only_user(old) == node && !finnc_value_is_input(old)) {
        const finnc_status status = finnc_value_set_tensor(cx, old, tensor);
        finnc_tensor_release(tensor);
        return status;
    }
    finnc_value *copy;
    FINNC_TRY(fnc_insert_tensor(cx, finnc_node_graph(node), finnc_value_name(old), tensor, &copy));
    if (finnc_value_has_dtype(old))
        FINNC_TRY(finnc_value_set_dtype(cx, copy, finnc_value_dtype(old)));
    return finnc_node_set_input(cx, node, i, copy);
}

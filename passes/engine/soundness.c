/* Does what the graph says of its values hold? Shapes are those that the ops give, and constants
 * are of the data type that they are annotated with. */
#include "engine.h"

#include <finnc/layer.h>
#include <finnc/op.h>

#include <inttypes.h>

static finnc_status check_constant(finnc_ctx *cx, const finnc_value *value)
{
    const finnc_tensor *tensor = finnc_value_tensor(value);
    int64_t index;
    char name[FINNC_DTYPE_NAME_MAX];
    if (!tensor)
        return FINNC_OK;
    FINNC_TRY(finnc_value_find_forbidden(cx, value, tensor, &index, NULL));
    if (index < 0)
        return FINNC_OK;
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "constant %s is annotated %s, but element %" PRId64 " is %.9g",
                      finnc_value_name(value), finnc_dtype_name(finnc_value_dtype(value), name),
                      index, finnc_tensor_get(tensor, index));
}

/* Where inputs contradict one another, their order decides which of them an output follows. */
static finnc_status check_types(finnc_ctx *cx, const finnc_graph *graph)
{
    finnc_graph *body;
    finnc_foreach_node (node, graph) {
        FNC_AT_NODE(cx, node);
        FINNC_TRY(finnc_node_check_agreement(cx, node, NULL, 0, false));
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(check_types(cx, body));
    }
    return FINNC_OK;
}

finnc_status fnc_check_soundness(finnc_ctx *cx, const finnc_model *model)
{
    finnc_model *clone;
    finnc_foreach_value (value, finnc_model_graph(model))
        FINNC_TRY(check_constant(cx, value));
    /* On a clone: what it finds out is not for the passes to know. */
    FINNC_TRY(finnc_model_clone(cx, model, &clone));
    finnc_status status = finnc_graph_infer_shapes(cx, finnc_model_graph(clone));
    if (status == FINNC_OK)
        status = check_types(cx, finnc_model_graph(clone));
    finnc_model_destroy(clone);
    return status;
}

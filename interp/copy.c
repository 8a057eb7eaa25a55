#include "copy.h"

#include <finnc/op.h>

bool fnc_copy_is_expanded(const finnc_model *model)
{
    return finnc_model_nfunctions(model) > 0 || finnc_model_has_gradients(model);
}

/* ---- what is missing ---- */

/* How many samples there are nobody need know. */
static bool is_known(const finnc_value *value)
{
    if (finnc_value_kind(value) != FINNC_KIND_TENSOR)
        return true;
    if (!finnc_value_elem(value) || finnc_value_rank(value) < 0)
        return false;
    for (int i = 1; i < finnc_value_rank(value); i++)
        if (finnc_value_dim(value, i).size < 0)
            return false;
    return true;
}

/* Does a node make what is not known, in bodies too? */
static bool lacks_shapes(const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_graph *body;
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            if (finnc_node_output(node, o) && !is_known(finnc_node_output(node, o)))
                return true;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            if (lacks_shapes(body))
                return true;
    }
    return false;
}

/* As finnc_graph_infer_shapes, but a node that is wrong does not keep those behind it from being
 * told: perhaps it is fed, or nobody needs it. */
static finnc_status infer_shapes(finnc_ctx *cx, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        finnc_graph *body;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(infer_shapes(cx, body));
        const finnc_status status = finnc_node_infer_shapes(cx, node, false);
        if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
            return status;
        if (status != FINNC_OK)
            finnc_ctx_clear(cx);
    }
    return finnc_ctx_check(cx);
}

/* ---- the copy ---- */

static finnc_status expand(finnc_ctx *cx, const finnc_model *model, finnc_model **copy)
{
    FINNC_TRY(finnc_model_clone(cx, model, copy));
    const finnc_status status = finnc_model_expand_gradients(cx, *copy);
    if (status != FINNC_OK) {
        finnc_model_destroy(*copy);
        *copy = NULL;
    }
    return status;
}

static finnc_status add_shapes(finnc_ctx *cx, const finnc_model *model, finnc_model **copy)
{
    finnc_model *shaped = *copy;
    if (!shaped)
        FINNC_TRY(finnc_model_clone(cx, model, &shaped));
    const finnc_status status = infer_shapes(cx, finnc_model_graph(shaped));
    if (status == FINNC_OK)
        *copy = shaped;
    else if (shaped != *copy)
        finnc_model_destroy(shaped);
    return status;
}

finnc_status fnc_copy_to_run(finnc_ctx *cx, const finnc_model *model, finnc_model **copy)
{
    *copy = NULL;
    if (fnc_copy_is_expanded(model))
        FINNC_TRY(expand(cx, model, copy));
    if (!lacks_shapes(finnc_model_graph(*copy ? *copy : model)))
        return FINNC_OK;
    const finnc_status status = add_shapes(cx, model, copy);
    if (status != FINNC_NO_MEMORY)
        return status;
    finnc_ctx_clear(cx); /* it runs without, if not as fast */
    return FINNC_OK;
}

/* ---- whose copies its nodes are ---- */

void fnc_copy_tell_origins(const finnc_graph *graph, fnc_plan *plan)
{
    size_t s = 0;
    if (plan->graph == graph)
        return;
    finnc_foreach_node (node, graph) {
        fnc_plan_step *step = &plan->steps[s++];
        step->step.origin = node;
        for (size_t b = 0; b < step->nbodies && !step->bodies[b].model; b++)
            fnc_copy_tell_origins(finnc_node_body(node, b, NULL), step->bodies[b].plan);
    }
}

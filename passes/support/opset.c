#include "opset.h"

#include "opset_changes.h"

#include <finnc/op.h>

#include <string.h>

/* ---- which nodes ---- */

typedef struct raising {
    finnc_ctx *cx;
    const finnc_model *model;
    const char *domain;
    int64_t from, to;
} raising;

/* Is it the domain's import that says of which version the node is? Old names of the domain go by
 * it as well, unless they are imported themselves. */
static bool is_of(const raising *r, const finnc_node *node)
{
    const char *own = finnc_node_domain(node);
    if (!strcmp(own, "ai.onnx"))
        own = "";
    if (!strcmp(own, r->domain))
        return true;
    return finnc_model_find_opset(r->model, own) == 0 && !strcmp(finnc_node_home(node), r->domain);
}

static bool has_nodes(const raising *r, const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_graph *body;
        if (is_of(r, node))
            return true;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            if (has_nodes(r, body))
                return true;
    }
    return false;
}

static finnc_status raise_graph(const raising *r, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        FNC_AT_NODE(r->cx, node);
        finnc_graph *body;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
            FINNC_TRY(raise_graph(r, body));
        if (is_of(r, node))
            FINNC_TRY(fnc_node_raise(r->cx, node, r->from, r->to));
    }
    return FINNC_OK;
}

/* What a row has forgotten is found here, not by whoever runs the model. */
static finnc_status check_graph(const raising *r, const finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        const finnc_graph *body;
        for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++) {
            FNC_AT_NODE(r->cx, node);
            FINNC_TRY(check_graph(r, body));
        }
        if (is_of(r, node))
            FINNC_TRY(finnc_node_check(r->cx, node));
    }
    return FINNC_OK;
}

finnc_status fnc_raise_opset(finnc_ctx *cx, finnc_model *model, const char *domain, int64_t version)
{
    raising r = {.cx = cx, .model = model, .domain = domain, .to = version};
    finnc_graph *graph = finnc_model_graph(model);
    r.from = finnc_model_find_opset(model, domain);
    if (r.from >= version)
        return FINNC_OK;
    if (r.from < 1)
        r.from = 1;
    if (!has_nodes(&r, graph))
        return finnc_model_set_opset(cx, model, domain, version);
    FINNC_TRY(finnc_graph_infer_shapes(cx, graph)); /* how do operands line up? */
    FINNC_TRY(raise_graph(&r, graph));
    FINNC_TRY(finnc_model_set_opset(cx, model, domain, version));
    return check_graph(&r, graph);
}

bool fnc_node_broadcasts(const finnc_node *node)
{
    return finnc_node_is_custom(node) || finnc_node_ninputs(node) < 2 ||
           !finnc_node_has_trait(node, FINNC_OP_ELEMENTWISE) ||
           finnc_node_version(node) >= FNC_BROADCAST_OPSET;
}

/* One op on constants, for folding and for passes that compute new constants. */
#include "sanitise.h"
#include "step.h"

#include <base/arena.h>

#include <finnc/model.h>

enum { FEW = 16 };

/* `clean` has room for the inputs, which are the caller's to release. */
static finnc_status sanitise(finnc_ctx *cx, const finnc_tensor *const *inputs, size_t ninputs,
                             const finnc_tensor **clean)
{
    for (size_t i = 0; i < ninputs; i++)
        clean[i] = inputs[i] ? finnc_tensor_retain(inputs[i]) : NULL;
    for (size_t i = 0; i < ninputs; i++)
        if (clean[i])
            FINNC_TRY(fnc_sanitise_truth(cx, &clean[i]));
    return FINNC_OK;
}

static finnc_status run(finnc_ctx *cx, const finnc_node *node, const finnc_tensor *const *inputs,
                        size_t ninputs, finnc_tensor **outputs, size_t noutputs)
{
    fnc_step step;
    fnc_runner runner = {.cx = cx, .threads = finnc_ctx_threads(cx)};
    FINNC_TRY(fnc_step_init(cx, node, &step));
    fnc_step_look(NULL, &step);
    FNC_AT_NODE(cx, node);
    FINNC_TRY(fnc_pool_create(cx, &runner.pool));
    finnc_status status =
        fnc_step_run(&runner, &step, inputs, ninputs, NULL, 0, NULL, outputs, noutputs);
    fnc_pool_destroy(runner.pool);
    return status;
}

finnc_status finnc_node_eval(finnc_ctx *cx, const finnc_node *node,
                             const finnc_tensor *const *inputs, size_t ninputs,
                             finnc_tensor **outputs, size_t noutputs)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const finnc_tensor **clean = FNC_NEW_ARRAY(&scratch, const finnc_tensor *, ninputs + 1);
    finnc_status status = clean ? sanitise(cx, inputs, ninputs, clean) : finnc_no_memory(cx);
    if (status == FINNC_OK)
        status = run(cx, node, clean, ninputs, outputs, noutputs);
    for (size_t i = 0; clean && i < ninputs; i++)
        finnc_tensor_release(clean[i]);
    fnc_arena_clear(&scratch);
    return status;
}

/* A model of nothing but the node. */
static finnc_status make_node(finnc_ctx *cx, finnc_model *model, const char *domain,
                              const char *op_type, int version, const finnc_tensor *const *inputs,
                              size_t ninputs, finnc_node **node)
{
    finnc_graph *graph = finnc_model_graph(model);
    finnc_value *in[FEW] = {0}, *out;
    if (ninputs > FEW)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%zu inputs, %d can be evaluated", ninputs, FEW);
    FINNC_TRY(finnc_model_set_opset(cx, model, domain ? domain : "",
                                    version > 0 ? version : FINNC_OPSET_VERSION));
    for (size_t i = 0; i < ninputs; i++)
        if (inputs[i])
            FINNC_TRY(finnc_graph_insert_constant(cx, graph, NULL, inputs[i], &in[i]));
    FINNC_TRY(finnc_graph_insert_value(cx, graph, NULL, &out));
    const finnc_node_spec spec = {.op_type = op_type,
                                  .domain = domain,
                                  .inputs = in,
                                  .ninputs = ninputs,
                                  .outputs = &out,
                                  .noutputs = 1};
    return finnc_graph_insert_node(cx, graph, &spec, NULL, node);
}

finnc_status finnc_op_eval(finnc_ctx *cx, const char *domain, const char *op_type, int version,
                           const finnc_tensor *const *inputs, size_t ninputs, finnc_tensor **output)
{
    finnc_model *model;
    finnc_node *node = NULL;
    FINNC_TRY(finnc_model_create(cx, &model));
    finnc_status status = make_node(cx, model, domain, op_type, version, inputs, ninputs, &node);
    if (status == FINNC_OK)
        status = finnc_node_eval(cx, node, inputs, ninputs, output, 1);
    finnc_model_destroy(model);
    return status;
}

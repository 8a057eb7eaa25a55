#include "session.h"

#include "model.h"

#include <finnc/op.h>

static void check_output(const finnc_value *value, const finnc_tensor *tensor)
{
    const char *name = finnc_value_name(value);
    CHECK(tensor, name);
    const void *data;
    finnc_ctx *own = finnc_ctx_create(NULL);
    CHECK(finnc_tensor_kind(tensor) != FINNC_KIND_TENSOR ||
              finnc_tensor_need_data(own, tensor, &data) == FINNC_OK,
          name);
    finnc_ctx_destroy(own);
}

static finnc_bundle *collect(finnc_ctx *cx, const finnc_model *model, const finnc_session *session)
{
    const finnc_graph *graph = finnc_model_graph(model);
    finnc_bundle *outputs = NULL;
    finnc_status status = finnc_bundle_create(cx, &outputs);
    for (size_t i = 0; status == FINNC_OK && i < finnc_graph_noutputs(graph); i++) {
        const finnc_value *value = finnc_graph_output(graph, i);
        const finnc_tensor *tensor = finnc_session_fetch(session, finnc_value_name(value));
        check_output(value, tensor);
        status = finnc_bundle_set(outputs, finnc_value_name(value), tensor);
    }
    if (status == FINNC_OK)
        return outputs;
    finnc_bundle_destroy(outputs);
    return NULL;
}

finnc_bundle *fuzz_run(finnc_ctx *cx, const finnc_model *model,
                       const finnc_session_options *options, uint64_t seed)
{
    finnc_session *session = NULL;
    finnc_bundle *outputs = NULL;
    fuzz_ctx_renew(cx);
    finnc_ctx_clear(cx);
    finnc_status status = finnc_session_create(cx, model, options, &session);
    if (status == FINNC_OK)
        status = finnc_session_feed_random(session, seed);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    fuzz_check_words(cx, status);
    if (status == FINNC_OK)
        outputs = collect(cx, model, session);
    finnc_session_destroy(session);
    return outputs;
}

bool fuzz_is_repeatable(const finnc_model *model)
{
    finnc_foreach_node (node, finnc_model_graph(model))
        if (finnc_node_has_trait(node, FINNC_OP_RANDOM | FINNC_OP_CONTROL))
            return false;
    return finnc_model_nfunctions(model) == 0;
}

bool fuzz_same_outputs(const finnc_bundle *a, const finnc_bundle *b)
{
    if (finnc_bundle_count(a) != finnc_bundle_count(b))
        return false;
    for (size_t i = 0; i < finnc_bundle_count(a); i++) {
        const char *name;
        const finnc_tensor *x = finnc_bundle_at(a, i, &name), *y = finnc_bundle_find(b, name);
        if (!y || !finnc_tensor_equal(x, y))
            return false;
    }
    return true;
}

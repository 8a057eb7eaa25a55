/* Two models on the same inputs. */
#include <finnc/run.h>

/* Inputs are paired by position: a pass may have renamed them. Values are drawn for `a`; an input
 * of `b` of another shape but as many elements gets them reshaped. */
static finnc_status feed_both(finnc_ctx *cx, const finnc_graph *a, const finnc_graph *b,
                              finnc_session *run_a, finnc_session *run_b, uint64_t seed)
{
    const finnc_value *value;
    for (size_t i = 0, k = 0; (value = finnc_graph_next_free_input(a, &i));) {
        const finnc_value *other = finnc_graph_next_free_input(b, &k);
        if (!other)
            return finnc_fail(cx, FINNC_BAD_VALUE, "input %s has no counterpart",
                              finnc_value_name(value));
        int64_t dims[FINNC_MAX_RANK];
        finnc_tensor *tensor, *reshaped;
        FINNC_TRY(finnc_value_draw(cx, value, seed + i * 0x632be59bd9b4e019u, &tensor));
        finnc_status status = finnc_session_feed(run_a, finnc_value_name(value), tensor);
        if (status == FINNC_OK && finnc_value_dims(other, -1, dims) &&
            finnc_value_nelems(other) == finnc_tensor_nelems(tensor)) {
            status = finnc_tensor_reshape(cx, tensor, finnc_value_rank(other), dims, &reshaped);
            if (status == FINNC_OK) {
                finnc_tensor_release(tensor);
                tensor = reshaped;
            }
        }
        if (status == FINNC_OK)
            status = finnc_session_feed(run_b, finnc_value_name(other), tensor);
        finnc_tensor_release(tensor);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

static bool is_integer(const finnc_value *value)
{
    finnc_dtype dtype = finnc_value_dtype(value);
    return finnc_value_has_dtype(value) && finnc_dtype_is_integer(dtype);
}

static finnc_status compare_outputs(finnc_ctx *cx, const finnc_graph *a, const finnc_graph *b,
                                    const finnc_session *run_a, const finnc_session *run_b,
                                    double rtol, finnc_difference *difference)
{
    if (finnc_graph_noutputs(a) != finnc_graph_noutputs(b))
        return finnc_fail(cx, FINNC_BAD_VALUE, "%zu outputs on one side, %zu on the other",
                          finnc_graph_noutputs(a), finnc_graph_noutputs(b));
    for (size_t o = 0; o < finnc_graph_noutputs(a) && !difference->value; o++) {
        const finnc_value *x = finnc_graph_output(a, o), *y = finnc_graph_output(b, o);
        finnc_tensor_compare(finnc_session_fetch(run_a, finnc_value_name(x)),
                             finnc_session_fetch(run_b, finnc_value_name(y)),
                             is_integer(x) || is_integer(y) ? 0 : rtol, finnc_value_name(x),
                             difference);
    }
    return FINNC_OK;
}

finnc_status finnc_compare(finnc_ctx *cx, const finnc_model *a, const finnc_model *b, uint64_t seed,
                           int ninputs, double rtol, finnc_difference *difference)
{
    finnc_session *run_a = NULL, *run_b = NULL;
    const finnc_graph *graph_a = finnc_model_graph(a), *graph_b = finnc_model_graph(b);
    finnc_difference found = {.index = -1};
    finnc_status status = finnc_session_create(cx, a, NULL, &run_a);
    if (status == FINNC_OK)
        status = finnc_session_create(cx, b, NULL, &run_b);
    for (int i = 0; i < ninputs && status == FINNC_OK && !found.value; i++) {
        status = feed_both(cx, graph_a, graph_b, run_a, run_b, seed + (uint64_t)i);
        if (status == FINNC_OK)
            status = finnc_session_run(run_a);
        if (status == FINNC_OK)
            status = finnc_session_run(run_b);
        if (status == FINNC_OK)
            status = compare_outputs(cx, graph_a, graph_b, run_a, run_b, rtol, &found);
    }
    finnc_session_destroy(run_b);
    finnc_session_destroy(run_a);
    if (status == FINNC_OK)
        *difference = found;
    return status;
}

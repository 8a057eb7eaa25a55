#include "exposing.h"

#include "listed_values.h"

/* A value may have a type and nothing that makes it. */
static bool is_computed(const finnc_value *value)
{
    return finnc_value_producer(value) || finnc_value_is_constant(value);
}

static finnc_status expose(finnc_ctx *cx, finnc_graph *graph, fnc_expose_wants *wants,
                           const void *user, fnc_arena *scratch)
{
    finnc_value **inside;
    size_t count, n = finnc_graph_noutputs(graph);
    FINNC_TRY(fnc_list_values(cx, graph, scratch, &inside, &count));
    finnc_value **outputs = FNC_NEW_ARRAY(scratch, finnc_value *, n + count);
    if (!outputs)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++)
        outputs[i] = finnc_graph_output(graph, i);
    for (size_t i = 0; i < count; i++)
        if (is_computed(inside[i]) && wants(user, inside[i]))
            outputs[n++] = inside[i];
    if (n == finnc_graph_noutputs(graph))
        return FINNC_OK;
    return finnc_graph_set_outputs(cx, graph, outputs, n);
}

finnc_status fnc_expose(finnc_pass_run *run, finnc_graph *graph, fnc_expose_wants *wants,
                        const void *user)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, finnc_pass_ctx(run));
    const finnc_status status = expose(finnc_pass_ctx(run), graph, wants, user, &scratch);
    fnc_arena_clear(&scratch);
    return status;
}

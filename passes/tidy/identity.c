#include "identity.h"

#include "../support/build.h"

#include <base/arena.h>
#include <base/buf.h>

static finnc_status insert_like(finnc_ctx *cx, finnc_value *x, finnc_value **twin)
{
    fnc_buf name;
    fnc_buf_init(&name, cx);
    fnc_buf_printf(&name, "%s_identity", finnc_value_name(x));
    finnc_status status = fnc_buf_check(&name);
    if (status == FINNC_OK)
        status = finnc_graph_insert_value(cx, finnc_value_graph(x), fnc_buf_text(&name), twin);
    fnc_buf_clear(&name);
    return status == FINNC_OK ? finnc_value_copy_type(cx, *twin, x) : status;
}

typedef size_t (*count_fn)(const finnc_graph *graph);
typedef finnc_value *(*at_fn)(const finnc_graph *graph, size_t i);
typedef finnc_status (*set_fn)(finnc_ctx *cx, finnc_graph *graph, finnc_value *const *values,
                               size_t count);

/* In the list of graph inputs, or outputs, `by` takes the place of `x`. */
static finnc_status replace_end(finnc_ctx *cx, const finnc_value *x, finnc_value *by,
                                count_fn count, at_fn at, set_fn set)
{
    finnc_graph *graph = finnc_value_graph(x);
    const size_t n = count(graph);
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_value **values = FNC_NEW_ARRAY(&scratch, finnc_value *, n);
    finnc_status status = values ? FINNC_OK : finnc_no_memory(cx);
    if (values) {
        for (size_t i = 0; i < n; i++)
            values[i] = at(graph, i) == x ? by : at(graph, i);
        status = set(cx, graph, values, n);
    }
    fnc_arena_clear(&scratch);
    return status;
}

static finnc_status insert_node(finnc_ctx *cx, finnc_value *from, finnc_value *to,
                                finnc_node *before)
{
    return fnc_insert_op(cx, finnc_value_graph(to), NULL, "Identity", &from, 1, to, before, NULL);
}

finnc_status fnc_insert_identity_before(finnc_ctx *cx, finnc_value *x)
{
    finnc_value *twin;
    finnc_node *producer = finnc_value_producer(x);
    FINNC_TRY(insert_like(cx, x, &twin));
    if (producer)
        FINNC_TRY(finnc_node_set_output(cx, producer, finnc_value_producer_index(x), twin));
    if (finnc_value_is_input(x))
        FINNC_TRY(replace_end(cx, x, twin, finnc_graph_ninputs, finnc_graph_input,
                              finnc_graph_set_inputs));
    if (finnc_value_is_constant(x)) {
        FINNC_TRY(finnc_value_set_tensor(cx, twin, finnc_value_tensor(x)));
        FINNC_TRY(finnc_value_set_tensor(cx, x, NULL));
    }
    return insert_node(cx, twin, x,
                       producer ? finnc_node_next(producer)
                                : finnc_graph_first_node(finnc_value_graph(x)));
}

finnc_status fnc_insert_identity_after(finnc_ctx *cx, finnc_value *x)
{
    finnc_value *twin;
    const finnc_node *producer = finnc_value_producer(x);
    FINNC_TRY(insert_like(cx, x, &twin));
    if (finnc_value_nuses(x) > 0)
        finnc_value_replace_uses(x, twin);
    else if (finnc_value_is_output(x))
        FINNC_TRY(replace_end(cx, x, twin, finnc_graph_noutputs, finnc_graph_output,
                              finnc_graph_set_outputs));
    return insert_node(cx, x, twin,
                       producer ? finnc_node_next(producer)
                                : finnc_graph_first_node(finnc_value_graph(x)));
}

/*      A(x, w), B(y, w)      becomes      A(x, w), B(y, w_1)
 * The first use in node order keeps the constant, each later one gets a copy, so that a pass may
 * change the parameter of one node without looking around. The elements are shared: tensors are
 * immutable. Uses inside subgraphs keep the original. */
#include "pass.h"

#include <base/arena.h>

#include <stdlib.h>

typedef struct param_use {
    finnc_node *node;
    size_t index;
} param_use;

static int by_place(const void *a, const void *b)
{
    const param_use *x = a, *y = b;
    if (x->node == y->node)
        return (x->index > y->index) - (x->index < y->index);
    return finnc_node_is_before(x->node, y->node) ? -1 : 1;
}

static finnc_status make_own_copy(finnc_ctx *cx, finnc_value *value, const param_use *use)
{
    finnc_value *copy;
    FINNC_TRY(finnc_graph_insert_constant(cx, finnc_value_graph(value), finnc_value_name(value),
                                          finnc_value_tensor(value), &copy));
    FINNC_TRY(finnc_value_copy_type(cx, copy, value));
    return finnc_node_set_input(cx, use->node, use->index, copy);
}

static finnc_status unshare(finnc_ctx *cx, fnc_arena *scratch, finnc_value *value)
{
    param_use *uses = FNC_NEW_ARRAY(scratch, param_use, finnc_value_nuses(value));
    if (!uses)
        return finnc_no_memory(cx);

    size_t n = 0;
    finnc_foreach_use (use, value) {
        finnc_node *node = finnc_use_node(use);
        if (finnc_node_graph(node) == finnc_value_graph(value))
            uses[n++] = (param_use){node, finnc_use_index(use)};
    }
    qsort(uses, n, sizeof *uses, by_place);
    for (size_t i = 1; i < n; i++)
        FINNC_TRY(make_own_copy(cx, value, &uses[i]));
    return FINNC_OK;
}

static finnc_status unshare_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_status status = FINNC_OK;

    finnc_foreach_value (value, graph) {
        /* An input's default is one thing for the caller to override: not shared out. */
        if (finnc_value_nuses(value) > 1 && finnc_value_is_constant(value) &&
            !finnc_value_is_input(value))
            status = unshare(cx, &scratch, value);
        if (status != FINNC_OK)
            break;
    }
    fnc_arena_clear(&scratch);
    return status;
}

const finnc_pass fnc_pass_give_unique_parameter_tensors = {
    .name = "GiveUniqueParameterTensors",
    .summary = "each node gets constants of its own",
    .upstream = "qonnx.transformation.general",
    .notes = "Copies keep all annotations; upstream keeps the data type and drops layout and "
             "sparsity. The elements stay shared in memory, and take their room in the file.",
    .flags = FINNC_PASS_STABLE,
    .run = unshare_all,
};

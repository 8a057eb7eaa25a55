/* Each user of a value gets a node of its own to make it, so that what follows can move the node
 * into each branch separately:
 *
 *     x -> op -> v -> a           x -> op -> v  -> a
 *                  -> b           x -> op -> v' -> b
 *
 * The first user keeps the old node, unless the value is a graph output as well. Afterwards nothing
 * of that kind forks, so it ends; moved nodes meet no pass that joins them again. */
#include "op_list.h"

/* Is it made of one value only, constants aside? */
static bool is_join(const finnc_node *node)
{
    size_t ndynamic = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *input = finnc_node_input(node, i);
        ndynamic += input && !finnc_value_is_constant(input);
    }
    return ndynamic > 1;
}

/* A copy of `node` right before `user`, for all that it uses of `value`. */
static finnc_status give_copy(finnc_ctx *cx, finnc_graph *graph, finnc_node *node,
                              finnc_value *value, finnc_node *user)
{
    finnc_value *inputs[FINNC_OP_MAX_FORMALS];
    const size_t ninputs = finnc_node_ninputs(node);
    if (ninputs > FINNC_OP_MAX_FORMALS)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%zu inputs are too many to copy", ninputs);
    for (size_t i = 0; i < ninputs; i++)
        inputs[i] = finnc_node_input(node, i);
    finnc_value *own;
    FINNC_TRY(finnc_graph_insert_value(cx, graph, finnc_value_name(value), &own));
    FINNC_TRY(finnc_value_copy_type(cx, own, value));
    FINNC_TRY(finnc_graph_insert_like(cx, node, inputs, ninputs, &own, 1, user, NULL));
    for (size_t i = 0; i < finnc_node_ninputs(user); i++)
        if (finnc_node_input(user, i) == value)
            FINNC_TRY(finnc_node_set_input(cx, user, i, own));
    return FINNC_OK;
}

/* A user that is to get its own; NULL: none is left. */
static finnc_node *next_user(const finnc_graph *graph, const finnc_value *value,
                             const finnc_node *keeper)
{
    finnc_foreach_use (use, value) {
        finnc_node *user = finnc_use_node(use);
        if (user != keeper && finnc_node_graph(user) == graph)
            return user;
    }
    return NULL;
}

/* Of a chain with forks each node gets as many copies as there are behind it. */
enum { MOST_NODES = 1 << 17 };

static finnc_status unfork(finnc_pass_run *run, finnc_graph *graph, finnc_node *node)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_value *value = finnc_node_output(node, 0);
    const finnc_node *keeper = finnc_value_is_output(value) ? NULL : finnc_value_first_user(value);
    size_t ncopies = 0;
    for (finnc_node *user = next_user(graph, value, keeper); user;
         user = next_user(graph, value, keeper)) {
        FINNC_TRY(give_copy(cx, graph, node, value, user));
        ncopies++;
    }
    if (ncopies > 0)
        finnc_pass_applied(run, node, "%zu more users got a copy of it", ncopies);
    return FINNC_OK;
}

static finnc_status run(finnc_pass_run *run, finnc_graph *graph)
{
    json_t *ops;
    FINNC_TRY(fnc_op_list_read(run, "op_name_list", &ops));
    finnc_status status = FINNC_OK;
    /* From the outputs on: a copy is one more user of what stands before it. */
    for (finnc_node *node = finnc_graph_last_node(graph), *before; node; node = before) {
        finnc_value *value = finnc_node_output(node, 0);
        before = finnc_node_prev(node);
        if (status == FINNC_OK)
            status = finnc_ctx_check(finnc_pass_ctx(run));
        if (status != FINNC_OK || !finnc_pass_may_rewrite(run))
            break;
        if (!value || !fnc_op_list_has(ops, node) ||
            finnc_value_nuses(value) + finnc_value_is_output(value) < 2)
            continue;
        if (is_join(node))
            finnc_pass_missed(run, node, "it combines several values");
        else if (finnc_node_noutputs(node) > 1)
            finnc_pass_missed(run, node, "it makes several values");
        else if (finnc_graph_nnodes(graph) + finnc_value_nuses(value) > MOST_NODES)
            finnc_pass_missed(run, node, "with its copies there would be more than %d nodes",
                              MOST_NODES);
        else
            status = unfork(run, graph, node);
    }
    json_decref(ops);
    return status;
}

const finnc_pass fnc_pass_move_op_past_fork = {
    .name = "MoveOpPastFork",
    .summary = "gives each user of a value its own node of the listed kinds to make it",
    .upstream = "finn.transformation.streamline.reorder",
    .notes =
        "A value that is a graph output and has users is copied for all of them; upstream ends "
        "with an error once one user is left. The copies keep the annotations, which upstream "
        "drops. Users in a subgraph keep the old node.",
    .flags = FINNC_PASS_REPEATS,
    .params = {{
        .name = "op_name_list",
        .kind = FINNC_PARAM_JSON,
        .summary = "op types to copy, such as [\"Add\",\"Mul\"]",
    }},
    .run = run,
};

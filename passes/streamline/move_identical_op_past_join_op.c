/* Two nodes that put elements in other places, the same way, before a node that works element by
 * element are one such node after it:
 *
 *     x -> Transpose -> u            x
 *                         Add -> y     Add -> u -> Transpose -> y
 *     z -> Transpose -> v            z
 *
 * Each application takes a node away, so it ends. */
#include "op_list.h"

/* Do both do the same: op, attributes, inputs besides the first? */
static bool do_the_same(const finnc_node *a, const finnc_node *b)
{
    if (finnc_node_find_op(a) != finnc_node_find_op(b) ||
        finnc_node_nattrs(a) != finnc_node_nattrs(b) ||
        finnc_node_ninputs(a) != finnc_node_ninputs(b))
        return false;
    for (size_t i = 0; i < finnc_node_nattrs(a); i++) {
        const finnc_attr *attr = finnc_node_attr(a, i);
        const finnc_attr *other = finnc_node_find_attr(b, finnc_attr_name(attr));
        if (!other || !finnc_attr_equal(attr, other))
            return false;
    }
    for (size_t i = 1; i < finnc_node_ninputs(a); i++) {
        const finnc_value *mine = finnc_node_input(a, i);
        const finnc_value *its = finnc_node_input(b, i);
        if (mine == its)
            continue;
        const finnc_tensor *t = mine ? finnc_value_tensor(mine) : NULL;
        const finnc_tensor *u = its ? finnc_value_tensor(its) : NULL;
        if (!t || !u || !finnc_tensor_equal(t, u))
            return false;
    }
    return true;
}

static bool same_shape(const finnc_value *a, const finnc_value *b)
{
    int64_t da[FINNC_MAX_RANK];
    int64_t db[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(a);
    if (rank != finnc_value_rank(b) || !finnc_value_dims(a, -1, da) || !finnc_value_dims(b, -1, db))
        return false;
    for (int i = 0; i < rank; i++)
        if (da[i] != db[i])
            return false;
    return true;
}

/* Why not here? NULL: it can be done. */
static const char *obstacle(const finnc_node *join, const finnc_node *first,
                            const finnc_node *second)
{
    if (!finnc_node_has_trait(join, FINNC_OP_ELEMENTWISE) || finnc_node_ninputs(join) != 2)
        return "it does not work on two values element by element";
    if (!finnc_node_has_trait(first, FINNC_OP_MOVES))
        return "the nodes before it do not just move elements";
    if (finnc_node_noutputs(first) != 1 || finnc_node_noutputs(second) != 1)
        return "the nodes before it have further outputs";
    if (!do_the_same(first, second))
        return "the nodes before it differ: attributes, or constants";
    if (finnc_value_only_user(finnc_node_output(first, 0)) != join ||
        finnc_value_only_user(finnc_node_output(second, 0)) != join)
        return "somebody else uses what the nodes before it make";
    const finnc_value *x = finnc_node_input(first, 0);
    const int64_t nelems = finnc_value_nelems(finnc_node_output(first, 0));
    if (finnc_value_nelems(x) < 0 || nelems < 0)
        return "the shapes are not known: InferShapes finds them";
    if (!same_shape(x, finnc_node_input(second, 0)))
        return "the two values differ in shape";
    if (finnc_value_nelems(x) != nelems)
        return "the nodes before it leave elements out, or invent some";
    return NULL;
}

static finnc_status join_first(finnc_ctx *cx, finnc_node *join, finnc_node *first,
                               finnc_node *second)
{
    finnc_value *y = finnc_node_output(join, 0);
    finnc_value *between = finnc_node_output(first, 0);
    finnc_value *other = finnc_node_output(second, 0);
    finnc_value *inputs[FINNC_OP_MAX_FORMALS] = {between};
    const size_t ninputs = finnc_node_ninputs(first);
    if (ninputs > FINNC_OP_MAX_FORMALS)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%zu inputs are too many to copy", ninputs);
    for (size_t i = 1; i < ninputs; i++)
        inputs[i] = finnc_node_input(first, i);
    FINNC_TRY(finnc_node_set_input(cx, join, 0, finnc_node_input(first, 0)));
    FINNC_TRY(finnc_node_set_input(cx, join, 1, finnc_node_input(second, 0)));
    finnc_graph_erase_node(first);
    finnc_graph_erase_node(second);
    finnc_graph_erase_value(other);
    /* What was on the way to the join is now what it makes, not moved yet. */
    FINNC_TRY(finnc_node_set_output(cx, join, 0, between));
    FINNC_TRY(finnc_value_set_dtype(cx, between, finnc_value_dtype(y)));
    const char *layout = finnc_value_layout(finnc_node_input(join, 0));
    if (layout || finnc_value_layout(between))
        FINNC_TRY(finnc_value_set_layout(cx, between, layout ? layout : ""));
    FINNC_TRY(
        finnc_graph_insert_like(cx, first, inputs, ninputs, &y, 1, finnc_node_next(join), NULL));
    return finnc_node_infer_shapes(cx, join, true);
}

static finnc_status at_join(finnc_pass_run *run, finnc_node *join, const json_t *ops)
{
    finnc_value *left = finnc_node_input(join, 0);
    finnc_value *right = finnc_node_input(join, 1);
    finnc_node *first = left ? finnc_value_producer(left) : NULL;
    finnc_node *second = right ? finnc_value_producer(right) : NULL;
    if (!first || !second || first == second || !fnc_op_list_has(ops, first) ||
        finnc_node_find_op(second) != finnc_node_find_op(first))
        return FINNC_OK;
    const char *reason = obstacle(join, first, second);
    if (reason) {
        finnc_pass_missed(run, join, "%s", reason);
        return FINNC_OK;
    }
    if (!finnc_pass_may_rewrite(run))
        return FINNC_OK;
    finnc_pass_applied(run, join, "joins before %s instead of after", finnc_node_op_type(first));
    return join_first(finnc_pass_ctx(run), join, first, second);
}

static finnc_status run(finnc_pass_run *run, finnc_graph *graph)
{
    json_t *ops;
    json_t *joins;
    FINNC_TRY(fnc_op_list_read(run, "identical_op_list", &ops));
    finnc_status status = fnc_op_list_read(run, "join_node_list", &joins);
    if (status == FINNC_OK) {
        finnc_foreach_node (node, graph) {
            if (status == FINNC_OK && fnc_op_list_has(joins, node))
                status = at_join(run, node, ops);
        }
        json_decref(joins);
    }
    json_decref(ops);
    return status;
}

const finnc_pass fnc_pass_move_identical_op_past_join_op = {
    .name = "MoveIdenticalOpPastJoinOp",
    .summary = "two nodes that move elements the same way become one behind the node joining them",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "The two have to do the same, on values of one shape that nobody else uses; upstream "
             "compares the op types only.",
    .flags = FINNC_PASS_REPEATS,
    .params = {{
                   .name = "identical_op_list",
                   .kind = FINNC_PARAM_JSON,
                   .summary = "op types to move, such as [\"Transpose\"]",
               },
               {
                   .name = "join_node_list",
                   .kind = FINNC_PARAM_JSON,
                   .summary = "op types to move them past, such as [\"Add\"]",
               }},
    .run = run,
};

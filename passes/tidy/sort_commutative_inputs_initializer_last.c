/*      Add(w, x), w a constant      becomes      Add(x, w)
 * and likewise for the ops below, each group in its old order: whoever looks for a constant operand
 * finds it last. */
#include "pass.h"

#include <base/arena.h>

#include <finnc/op.h>

/* Not every op that commutes: Max, Min, Mean and Equal are left alone upstream, and this runs after
 * every pass, so that following suit keeps all graphs comparable. */
static bool is_sorted_here(const finnc_node *node)
{
    static const char *const ops[] = {"Add", "Mul", "And", "Or", "Xor", "Sum"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (finnc_node_is(node, ops[i]))
            return true;
    return false;
}

static bool is_constant(const finnc_value *value)
{
    return value && finnc_value_is_constant(value);
}

/* Does a constant stand before something that is none? */
static bool is_out_of_order(const finnc_node *node)
{
    bool seen = false;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        if (is_constant(finnc_node_input(node, i)))
            seen = true;
        else if (seen)
            return true;
    }
    return false;
}

/* Before version 7 only the second operand stretches, where an attribute says so. */
static bool has_order(const finnc_node *node)
{
    return finnc_node_int(node, "broadcast", 0) != 0 && finnc_node_version(node) < 7;
}

static finnc_status reorder(finnc_ctx *cx, fnc_arena *scratch, finnc_node *node)
{
    const size_t n = finnc_node_ninputs(node);
    finnc_value **sorted = FNC_NEW_ARRAY(scratch, finnc_value *, n);
    if (!sorted)
        return finnc_no_memory(cx);

    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_constant(finnc_node_input(node, i)))
            sorted[at++] = finnc_node_input(node, i);
    for (size_t i = 0; i < n; i++)
        if (is_constant(finnc_node_input(node, i)))
            sorted[at++] = finnc_node_input(node, i);
    for (size_t i = 0; i < n; i++)
        FINNC_TRY(finnc_node_set_input(cx, node, i, sorted[i]));
    return FINNC_OK;
}

static finnc_status sort_inputs(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_status status = FINNC_OK;

    finnc_foreach_node (node, graph) {
        if (is_sorted_here(node) && is_out_of_order(node) && !has_order(node))
            status = reorder(cx, &scratch, node);
        if (status != FINNC_OK)
            break;
    }
    fnc_arena_clear(&scratch);
    return status;
}

const finnc_pass fnc_pass_sort_commutative_inputs_initializer_last = {
    .name = "SortCommutativeInputsInitializerLast",
    .summary = "constants become the last operands of Add, Mul, And, Or, Xor and Sum",
    .upstream = "qonnx.transformation.general",
    .notes = "A node that stretches its second operand, and only that, stays as it is: one with "
             "`broadcast` before version 7 of the standard.",
    .flags = FINNC_PASS_STABLE,
    .run = sort_inputs,
};

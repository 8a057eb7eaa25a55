/* Names values after the nodes around them:
 *
 *      x -> Conv_0(x, w) -> Relu_0 -> y
 *
 *      global_in, Conv_0_param0, Conv_0_out0, global_out
 *
 * The final name of every value is known from where it stands, so only those that have another one
 * are touched; the pass runs after every step of Streamline. */
#include "pass.h"

#include <base/buf.h>

#include <string.h>

typedef struct naming {
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_buf name;
} naming;

static finnc_status spell(naming *n, const char *node, const char *kind, size_t number)
{
    n->name.length = 0;
    fnc_buf_puts(&n->name, node);
    fnc_buf_puts(&n->name, kind);
    if (number < 10) /* nearly always, and ten times faster than printf */
        fnc_buf_putc(&n->name, (char)('0' + number));
    else
        fnc_buf_printf(&n->name, "%zu", number);
    return fnc_buf_check(&n->name);
}

static finnc_status give(naming *n, finnc_value *value, const char *node, const char *kind,
                         size_t number)
{
    FINNC_TRY(spell(n, node, kind, number));
    return finnc_value_claim_name(n->cx, value, fnc_buf_text(&n->name));
}

static finnc_status name_output(naming *n, finnc_value *value, const finnc_node *node, size_t o)
{
    const char *name = finnc_node_name(node);
    FINNC_TRY(spell(n, name, "_out", o));
    if (strcmp(finnc_value_name(value), fnc_buf_text(&n->name)) == 0)
        return FINNC_OK;

    /* Two nodes of one name would take the names of each other's outputs for ever. */
    const finnc_value *holder = finnc_graph_find_value(n->graph, fnc_buf_text(&n->name));
    const finnc_node *other = holder ? finnc_value_producer(holder) : NULL;
    if (other && other != node && strcmp(finnc_node_name(other), name) == 0)
        return finnc_fail(n->cx, FINNC_BAD_VALUE,
                          "two nodes are called '%s'; run GiveUniqueNodeNames first", name);
    return finnc_value_claim_name(n->cx, value, fnc_buf_text(&n->name));
}

static finnc_status name_around(naming *n, finnc_node *node)
{
    if (finnc_node_name(node)[0] == '\0')
        return finnc_fail(n->cx, FINNC_BAD_VALUE,
                          "a node (%s) has no name; run GiveUniqueNodeNames first",
                          finnc_node_op_type(node));

    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        finnc_value *value = finnc_node_output(node, o);
        if (value && !finnc_value_is_output(value))
            FINNC_TRY(name_output(n, value, node, o));
    }
    size_t nparams = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        finnc_value *value = finnc_node_input(node, i);
        if (!value || !finnc_value_is_constant(value))
            continue;
        const size_t number = nparams++;
        if (finnc_value_graph(value) == n->graph && !finnc_value_is_input(value) &&
            !finnc_value_is_output(value))
            FINNC_TRY(give(n, value, finnc_node_name(node), "_param", number));
    }
    return FINNC_OK;
}

static finnc_status name_end(naming *n, finnc_value *value, const char *base, size_t i)
{
    if (i == 0)
        return finnc_value_claim_name(n->cx, value, base);
    return give(n, value, base, "_", i);
}

static finnc_status name_all(naming *n)
{
    finnc_foreach_node (node, n->graph) {
        FINNC_TRY(name_around(n, node));
    }
    for (size_t i = 0; i < finnc_graph_ninputs(n->graph); i++) {
        finnc_value *value = finnc_graph_input(n->graph, i);
        if (!finnc_value_is_output(value))
            FINNC_TRY(name_end(n, value, "global_in", i));
    }
    for (size_t i = 0; i < finnc_graph_noutputs(n->graph); i++)
        FINNC_TRY(name_end(n, finnc_graph_output(n->graph, i), "global_out", i));
    return FINNC_OK;
}

static finnc_status give_names(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    naming n = {.cx = cx, .graph = graph};

    /* A shared constant would be named after one of its users and renamed again by the clean-up. */
    FINNC_TRY(finnc_pass_call(run, "GiveUniqueParameterTensors"));
    fnc_buf_init(&n.name, cx);
    finnc_status status = name_all(&n);
    fnc_buf_clear(&n.name);
    return status;
}

const finnc_pass fnc_pass_give_readable_tensor_names = {
    .name = "GiveReadableTensorNames",
    .summary = "names tensors after their node: Conv_0_out0, Conv_0_param0, global_in, global_out",
    .upstream = "qonnx.transformation.general",
    .notes = "Needs named nodes (GiveUniqueNodeNames). A name that another tensor holds is freed "
             "first, and every use is renamed, also the second one of Mul(a, a) and those in "
             "subgraphs; upstream renames one per node, and stops with an error when a model "
             "already has tensors named tensor_0.",
    .flags = FINNC_PASS_STABLE,
    .run = give_names,
};

/* float64 constants become float32 ones, rounded to nearest. What nodes make of them is inferred
 * anew. */
#include "pass.h"

static finnc_status cast_constant(finnc_ctx *cx, finnc_value *value)
{
    finnc_tensor *single;
    FINNC_TRY(finnc_tensor_cast(cx, finnc_value_tensor(value), FINNC_ELEM_FLOAT, &single));
    finnc_status status = finnc_value_set_tensor(cx, value, single);
    finnc_tensor_release(single);
    return status;
}

static bool reads_double(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && finnc_value_elem(value) == FINNC_ELEM_DOUBLE)
            return true;
    }
    return false;
}

/* Of a type that is to be found out, too: what is behind it may be stated. */
static bool may_make_double(const finnc_node *node)
{
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *value = finnc_node_output(node, o);
        const finnc_elem elem = value ? finnc_value_elem(value) : FINNC_ELEM_FLOAT;
        if (elem == FINNC_ELEM_DOUBLE || elem == FINNC_ELEM_UNDEFINED)
            return true;
    }
    return false;
}

static finnc_status to_single(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    bool any = false;

    finnc_foreach_value (value, graph) {
        if (!finnc_value_is_constant(value) || finnc_value_elem(value) != FINNC_ELEM_DOUBLE)
            continue;
        FINNC_TRY(cast_constant(cx, value));
        any = true;
    }
    if (!any)
        return FINNC_OK;
    FINNC_TRY(finnc_graph_sort(cx, graph));
    finnc_foreach_node (node, graph) {
        if (may_make_double(node) && !reads_double(node))
            FINNC_TRY(finnc_node_infer_shapes(cx, node, true));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_double_to_single_float = {
    .name = "DoubleToSingleFloat",
    .summary = "float64 constants become float32",
    .upstream = "qonnx.transformation.double_to_single_float",
    .notes = "Upstream leaves the stated types of what is computed from them at float64; here they "
             "follow.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES, /* by rounding */
    .run = to_single,
};

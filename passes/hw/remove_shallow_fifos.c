/*      x -> StreamingFIFO -> y     becomes     x, read instead of y
 * The first FIFO of a path stays: it is where data come in. */
#include "fifo.h"

#include <finnc/op.h>

#include <inttypes.h>

/* Whoever made `x` makes `y` instead if that is a graph output. */
static finnc_status bypass(finnc_ctx *cx, finnc_node *fifo, finnc_value *x, finnc_value *y)
{
    finnc_node *producer = finnc_value_producer(x);
    const size_t o = finnc_value_producer_index(x);
    finnc_graph_erase_node(fifo);
    if (!finnc_value_is_output(y)) {
        finnc_value_replace_uses(y, x);
        return FINNC_OK;
    }
    finnc_value_replace_uses(x, y);
    return finnc_node_set_output(cx, producer, o, y);
}

/* Some layers give what the model says that they give. */
static bool gives_as_said(const finnc_value *x)
{
    const finnc_node *layer = finnc_value_producer(x);
    const finnc_op *op = fnc_hw_is_dataflow(layer) ? finnc_node_find_op(layer) : NULL;
    return op && finnc_op_types(op, op->out, finnc_value_producer_index(x)) == 0;
}

/* A FIFO gives floats unless the model says otherwise, whatever comes in, and who reads it may
 * count on that. Layers give floats, too. */
static bool keeps_elements(finnc_pass_run *run, const finnc_node *fifo, const finnc_value *x,
                           const finnc_value *y)
{
    const finnc_elem said = finnc_value_elem(y);
    finnc_elem in = finnc_value_elem(x), out = said ? said : FINNC_ELEM_FLOAT;
    if (in == FINNC_ELEM_UNDEFINED && fnc_hw_is_dataflow(finnc_value_producer(x)))
        in = FINNC_ELEM_FLOAT;
    if (in == out || (finnc_value_is_output(y) && finnc_value_nuses(x) == 1 && gives_as_said(x)))
        return true;
    finnc_pass_missed(run, fifo, "%s has elements of %s, %s of %s", finnc_value_name(x),
                      in ? finnc_elem_name(in) : "a type that InferShapes finds",
                      finnc_value_name(y), finnc_elem_name(out));
    return false;
}

static finnc_status remove_fifos(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const int64_t threshold = finnc_pass_int(run, "shallow_threshold");
    finnc_foreach_node (node, graph) {
        finnc_value *x = finnc_node_input(node, 0), *y = finnc_node_output(node, 0);
        if (!fnc_hw_is(node, "StreamingFIFO") || !x || !y)
            continue;
        const int64_t depth = finnc_node_int(node, "depth", 0);
        if (depth > threshold || !finnc_pass_may_rewrite(run))
            continue;
        if (!finnc_value_producer(x)) {
            finnc_pass_missed(run, node, "it is the first node");
            continue;
        }
        if (finnc_value_is_output(y) && finnc_value_is_output(x)) {
            finnc_pass_missed(run, node, "%s and %s are graph outputs", finnc_value_name(x),
                              finnc_value_name(y));
            continue;
        }
        if (!keeps_elements(run, node, x, y))
            continue;
        finnc_pass_applied(run, node, "its depth is %" PRId64, depth);
        FINNC_TRY(bypass(cx, node, x, y));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_remove_shallow_fifos = {
    .name = "RemoveShallowFIFOs",
    .summary = "takes out FIFOs that are not deeper than a threshold",
    .upstream = "finn.transformation.fpgadataflow.set_fifo_depths",
    .notes = "A FIFO that is the first node stays, as upstream.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"shallow_threshold", FINNC_PARAM_INT, "0", "words"}},
    .run = remove_fifos,
};

/* Streams of one type put side by side, along the last axis, are a StreamingConcat. Concats go and
 * none come back, so it ends. */
#include "hw.h"

#include "stream.h"

#include <base/arena.h>

#include <inttypes.h>

typedef struct joining {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *concat;
    fnc_arena scratch;
    int rank;
    int64_t dims[FINNC_MAX_RANK]; /* of input 0 */
} joining;

static bool can_convert(fnc_hw_reason *why, joining *j)
{
    const finnc_value *first = finnc_node_input(j->concat, 0);
    if (!fnc_hw_has_inputs(why, j->concat, 1) || !fnc_hw_is_stream(why, first, -1, j->dims))
        return false;
    j->rank = finnc_value_rank(first);
    const int64_t axis = finnc_node_int(j->concat, "axis", INT64_MIN);
    if (axis != -1 && axis != j->rank - 1)
        return fnc_hw_decline(why, "it joins along axis %" PRId64 " of %d, not the last", axis,
                              j->rank);
    for (size_t i = 0; i < finnc_node_ninputs(j->concat); i++) {
        const finnc_value *x = finnc_node_input(j->concat, i);
        int64_t dims[FINNC_MAX_RANK];
        char a[FINNC_DTYPE_NAME_MAX], b[FINNC_DTYPE_NAME_MAX];
        if (!fnc_hw_is_stream(why, x, j->rank, dims))
            return false;
        if (finnc_value_is_constant(x))
            return fnc_hw_decline(why, "%s is a constant, no stream", finnc_value_name(x));
        if (!finnc_dtype_equal(finnc_value_dtype(x), finnc_value_dtype(first)))
            return fnc_hw_decline(why, "%s is %s and %s is %s: streams have one type",
                                  finnc_value_name(first),
                                  finnc_dtype_name(finnc_value_dtype(first), a),
                                  finnc_value_name(x), finnc_dtype_name(finnc_value_dtype(x), b));
    }
    return true;
}

static finnc_status convert(joining *j)
{
    finnc_ctx *cx = j->cx;
    finnc_value *y = finnc_node_output(j->concat, 0);
    const size_t n = finnc_node_ninputs(j->concat);
    finnc_value **inputs = FNC_NEW_ARRAY(&j->scratch, finnc_value *, n);
    int64_t *elems = FNC_NEW_ARRAY(&j->scratch, int64_t, n);
    int64_t *depths = FNC_NEW_ARRAY(&j->scratch, int64_t, n);
    if (!inputs || !elems || !depths)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++) {
        inputs[i] = finnc_node_input(j->concat, i);
        elems[i] = finnc_value_dim(inputs[i], j->rank - 1).size;
        depths[i] = 2;
    }
    finnc_node *after = finnc_node_next(j->concat), *node;
    finnc_graph_erase_node(j->concat);
    FINNC_TRY(fnc_hw_insert(cx, j->graph, "StreamingConcat", inputs, n, y, after, &node));
    FINNC_TRY(fnc_hw_name_after(cx, node, "Concat_", j->concat));
    FINNC_TRY(finnc_node_set_ints(cx, node, "ElemsPerStream", elems, n));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType", finnc_value_dtype(inputs[0])));
    FINNC_TRY(fnc_hw_attr_vectors(cx, node, j->dims, j->rank));
    return finnc_node_set_ints(cx, node, "inFIFODepths", depths, n);
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Concat") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        joining j = {.cx = cx, .graph = graph, .concat = node};
        fnc_hw_reason why;
        if (!can_convert(&why, &j)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node, "puts %zu streams side by side", finnc_node_ninputs(node));
        fnc_arena_init(&j.scratch, cx);
        const finnc_status status = convert(&j);
        fnc_arena_clear(&j.scratch);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_concat_layer = {
    .name = "InferConcatLayer",
    .summary = "streams joined along the last axis become StreamingConcats",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
    .finish = "InferShapes,InferDataTypes",
};

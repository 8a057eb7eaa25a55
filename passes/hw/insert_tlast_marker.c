/*      layer -> y     becomes     layer -> TLastMarker_hls -> y
 * so that whoever takes the stream sees where a frame ends; with `both`, in front as well. */
#include "hw.h"

#include <inttypes.h>
#include <string.h>

typedef struct marking {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
} marking;

/* An IODMA knows by itself how much it carries. */
static bool ends_by_itself(const finnc_node *node, const char *direction)
{
    if (!fnc_hw_is_bound(node))
        return false;
    return fnc_hw_is(node, "TLastMarker") ||
           (fnc_hw_is(node, "IODMA") &&
            !strcmp(finnc_node_string(node, "direction", "in"), direction));
}

static finnc_status insert_marker(marking *m, finnc_value *input, finnc_value *output,
                                  finnc_node *before, int64_t iters, int64_t width, bool is_in)
{
    finnc_node *marker;
    finnc_ctx *cx = m->cx;
    const int bits = finnc_dtype_bits(finnc_value_dtype(is_in ? input : output));
    FINNC_TRY(fnc_insert_op(cx, m->graph, FNC_HW_DOMAIN_HLS, "TLastMarker_hls", &input, 1, output,
                            before, &marker));
    FINNC_TRY(finnc_node_set_string(cx, marker, "backend", "fpgadataflow"));
    FINNC_TRY(finnc_node_set_int(cx, marker, "NumIters", iters));
    FINNC_TRY(finnc_node_set_int(cx, marker, "StreamWidth", width));
    FINNC_TRY(finnc_node_set_int(cx, marker, "ElemWidth", bits));
    FINNC_TRY(finnc_node_set_int(cx, marker, "DynIters", finnc_pass_bool(m->run, "dynamic")));
    FINNC_TRY(finnc_node_set_string(cx, marker, "Direction", is_in ? "in" : "out"));
    return finnc_node_set_string(cx, marker, "Protocol",
                                 finnc_pass_bool(m->run, "external") ? "external" : "internal");
}

static finnc_status mark_output(marking *m)
{
    finnc_stream stream;
    finnc_value *made;
    finnc_value *value = finnc_graph_output(m->graph, 0);
    finnc_node *node = value ? finnc_value_producer(value) : NULL;
    if (!node || ends_by_itself(node, "out") || !finnc_pass_may_rewrite(m->run))
        return FINNC_OK;
    FNC_AT_NODE(m->cx, node);
    const size_t o = finnc_value_producer_index(value);
    FINNC_TRY(finnc_layer_output(m->cx, node, o, &stream));
    FINNC_TRY(fnc_hw_insert_twin(m->cx, m->graph, value, &made));
    FINNC_TRY(finnc_node_set_output(m->cx, node, o, made));
    finnc_pass_applied(m->run, node, "a frame of %" PRId64 " words of %" PRId64 " bits is marked",
                       stream.words, stream.width);
    return insert_marker(m, made, value, NULL, stream.words, stream.width, false);
}

/* Words of a vector's axes: without that of the batch. */
static finnc_status count_words(finnc_ctx *cx, const finnc_stream *stream, int64_t *words)
{
    *words = 1;
    for (int i = 1; i < stream->folded_rank - 1; i++)
        if (!fnc_mul_i64(*words, stream->folded[i], words))
            return finnc_fail(cx, FINNC_BAD_VALUE, "its input is too large");
    return FINNC_OK;
}

static finnc_status mark_input(marking *m, finnc_value *value, finnc_node *before)
{
    finnc_stream stream, first;
    finnc_value *taken;
    int64_t words;
    if (finnc_value_nuses(value) == 0)
        return FINNC_OK;
    if (finnc_value_nuses(value) > 1)
        return finnc_fail(m->cx, FINNC_BAD_VALUE,
                          "graph input %s is read %zu times: a stream is read once",
                          finnc_value_name(value), finnc_value_nuses(value));
    const finnc_use *use = finnc_value_first_use(value);
    finnc_node *node = finnc_use_node(use);
    const size_t i = finnc_use_index(use);
    if (ends_by_itself(node, "in") || !finnc_pass_may_rewrite(m->run))
        return FINNC_OK;
    FNC_AT_NODE(m->cx, node);
    /* Upstream: a layer whose mem_mode is said gets a mark only if it streams its weights. */
    if (fnc_hw_is(node, "MVAU") &&
        strcmp(finnc_node_string(node, "mem_mode", "internal_decoupled"), "external") != 0) {
        finnc_pass_missed(m->run, node, "its weights are inside");
        return FINNC_OK;
    }
    FINNC_TRY(finnc_layer_input(m->cx, node, i, &stream));
    FINNC_TRY(finnc_layer_input(m->cx, node, 0, &first));
    FINNC_TRY(count_words(m->cx, &first, &words));
    FINNC_TRY(fnc_hw_insert_twin(m->cx, m->graph, value, &taken));
    if (finnc_value_is_constant(value))
        FINNC_TRY(finnc_value_set_tensor(m->cx, taken, finnc_value_tensor(value)));
    FINNC_TRY(finnc_node_set_input(m->cx, node, i, taken));
    finnc_pass_applied(m->run, node,
                       "input %zu, of %" PRId64 " words of %" PRId64 " bits, is marked", i, words,
                       stream.width);
    return insert_marker(m, value, taken, before, words, stream.width, true);
}

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    marking m = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph};
    finnc_node *first = finnc_graph_first_node(graph);
    FINNC_TRY(mark_output(&m));
    if (!finnc_pass_bool(run, "both"))
        return FINNC_OK;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        FINNC_TRY(mark_input(&m, finnc_graph_input(graph, i), first));
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_tlast_marker = {
    .name = "InsertTLastMarker",
    .summary = "marks where frames end, behind the last layer and perhaps before the first",
    .upstream = "finn.transformation.fpgadataflow.insert_tlastmarker",
    .notes =
        "An IODMA and a TLastMarker need no mark. With `both`, an MVAU that is the first layer "
        "gets one only if its weights are streamed (mem_mode external), as upstream; where "
        "mem_mode is not said, upstream fails.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"both", FINNC_PARAM_BOOL, "false", "at the inputs, too?"},
               {"external", FINNC_PARAM_BOOL, "true", "does the mark leave the chip?"},
               {"dynamic", FINNC_PARAM_BOOL, "true",
                "may the number of words change while it runs?"}},
    .run = insert,
};

/*      layer -> layer     becomes     layer -> StreamingFIFO -> layer
 * as deep as the deeper of what both ask for; and in front of the graph, and behind it. Where both
 * ends have a FIFO already nothing is left to do, so it ends. */
#include "fifo.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct inserting {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    bool with_shallow;
    int64_t max_srl; /* deeper ones are Vivado's; -1: none is */
    const char *ram_style;
    bool has_inferred; /* shapes of the whole graph */
} inserting;

static bool is_suitable(const finnc_node *node)
{
    return fnc_hw_is_dataflow(node) && !fnc_hw_is(node, "StreamingFIFO");
}

/* A layer has room for two words by itself. */
static bool is_wanted(const inserting *in, int64_t depth)
{
    return depth > 2 || in->with_shallow;
}

static fnc_fifo fifo_of(const inserting *in, int64_t depth, const finnc_stream *stream)
{
    return (fnc_fifo){.depth = depth,
                      .stream = stream,
                      .is_vendors = in->max_srl >= 0 && depth > in->max_srl,
                      .ram_style = in->ram_style};
}

/* ---- between layers ---- */

static int64_t size_of(const finnc_stream *s)
{
    int64_t n = s->folded_rank > 0 ? s->folded[s->folded_rank - 1] : 0;
    return fnc_mul_i64(n, s->words, &n) ? n : -1;
}

static finnc_status check_streams(inserting *in, const finnc_node *consumer,
                                  const finnc_stream *from, const finnc_stream *to)
{
    const int64_t a = from->folded_rank > 0 ? from->folded[from->folded_rank - 1] : 0;
    const int64_t b = to->folded_rank > 0 ? to->folded[to->folded_rank - 1] : 0;
    if (a == b && size_of(from) == size_of(to))
        return FINNC_OK;
    char words[FINNC_NODE_WORDS_MAX];
    return finnc_fail(in->cx, FINNC_BAD_VALUE,
                      "makes %" PRId64 " words of %" PRId64 " elements, %s takes %" PRId64
                      " words of %" PRId64 ": see InsertDWC",
                      from->words, a, finnc_node_words(consumer, words), to->words, b);
}

static finnc_status insert_between(inserting *in, finnc_node *node, size_t o, bool *inserted)
{
    finnc_value *value = finnc_node_output(node, o), *queued;
    finnc_stream from, to;
    finnc_use *use = value ? finnc_value_first_use(value) : NULL;
    if (!use || !is_suitable(finnc_use_node(use)))
        return FINNC_OK;
    if (finnc_value_nuses(value) > 1 || finnc_value_is_output(value)) {
        finnc_pass_missed(in->run, node,
                          "%s is read more than once: a stream is read once, see "
                          "InferDuplicateStreamsLayer",
                          finnc_value_name(value));
        return FINNC_OK;
    }
    finnc_node *consumer = finnc_use_node(use);
    const size_t i = finnc_use_index(use);
    FINNC_TRY(finnc_layer_output(in->cx, node, o, &from));
    FINNC_TRY(finnc_layer_input(in->cx, consumer, i, &to));
    FINNC_TRY(check_streams(in, consumer, &from, &to));
    const int64_t given = fnc_fifo_depth(node, "outFIFODepths", o);
    const int64_t taken = fnc_fifo_depth(consumer, "inFIFODepths", i);
    const int64_t depth = given > taken ? given : taken;
    if (!is_wanted(in, depth) || !finnc_pass_may_rewrite(in->run))
        return FINNC_OK;
    const fnc_fifo fifo = fifo_of(in, depth, &from);
    FINNC_TRY(fnc_hw_need_shape(in->cx, in->graph, value, &in->has_inferred));
    FINNC_TRY(fnc_hw_insert_stream(in->cx, in->graph, value, &from, &queued));
    FINNC_TRY(finnc_node_set_input(in->cx, consumer, i, queued));
    FINNC_TRY(fnc_fifo_insert(in->cx, in->graph, &fifo, value, queued, finnc_node_next(node)));
    finnc_pass_applied(in->run, consumer, "a FIFO of %" PRId64 " words before input %zu", depth, i);
    *inserted = true;
    return FINNC_OK;
}

static finnc_status insert_inside(inserting *in, bool *inserted)
{
    finnc_foreach_node (node, in->graph) {
        if (!is_suitable(node))
            continue;
        FNC_AT_NODE(in->cx, node);
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            FINNC_TRY(insert_between(in, node, o, inserted));
    }
    return FINNC_OK;
}

/* ---- at the ends ---- */

static bool needs_none(const finnc_node *node)
{
    return fnc_hw_is(node, "StreamingFIFO") || fnc_hw_is(node, "IODMA");
}

/* Those are never Vivado's: its simulator has them wrong there, says upstream. */
static fnc_fifo fifo_at_end(const inserting *in, int64_t depth, const finnc_stream *stream)
{
    return (fnc_fifo){.depth = depth, .stream = stream, .ram_style = in->ram_style};
}

static finnc_status insert_at_input(inserting *in, finnc_value *value)
{
    finnc_stream stream;
    finnc_value *queued;
    finnc_use *use = finnc_value_first_use(value);
    finnc_node *node = use ? finnc_use_node(use) : NULL;
    if (!node || needs_none(node) || finnc_value_is_constant(value))
        return FINNC_OK;
    FNC_AT_NODE(in->cx, node);
    const size_t i = finnc_use_index(use);
    FINNC_TRY(finnc_layer_input(in->cx, node, i, &stream));
    const int64_t depth = fnc_fifo_depth(node, "inFIFODepths", i);
    if (!is_wanted(in, depth)) {
        finnc_pass_missed(in->run, node,
                          "input %zu asks for %" PRId64
                          " words, which it has by itself; simulators may want a FIFO there",
                          i, depth);
        return FINNC_OK;
    }
    if (!finnc_pass_may_rewrite(in->run))
        return FINNC_OK;
    const fnc_fifo fifo = fifo_at_end(in, depth, &stream);
    FINNC_TRY(fnc_hw_need_shape(in->cx, in->graph, value, &in->has_inferred));
    FINNC_TRY(fnc_hw_insert_stream(in->cx, in->graph, value, &stream, &queued));
    finnc_value_replace_uses(value, queued);
    FINNC_TRY(fnc_fifo_insert(in->cx, in->graph, &fifo, value, queued,
                              finnc_graph_first_node(in->graph)));
    finnc_pass_applied(in->run, node, "a FIFO of %" PRId64 " words behind graph input %s", depth,
                       finnc_value_name(value));
    return FINNC_OK;
}

static finnc_status insert_at_output(inserting *in, finnc_value *value)
{
    finnc_stream stream;
    finnc_value *made;
    finnc_node *node = finnc_value_producer(value);
    if (!node || needs_none(node))
        return FINNC_OK;
    FNC_AT_NODE(in->cx, node);
    if (fnc_hw_is(node, "TLastMarker"))
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "marks the end of the stream already: InsertTLastMarker comes after "
                          "InsertFIFO");
    const size_t o = finnc_value_producer_index(value);
    FINNC_TRY(finnc_layer_output(in->cx, node, o, &stream));
    const int64_t depth = fnc_fifo_depth(node, "outFIFODepths", o);
    if (!is_wanted(in, depth)) {
        finnc_pass_missed(in->run, node,
                          "output %zu asks for %" PRId64
                          " words, which it has by itself; simulators may want a FIFO there",
                          o, depth);
        return FINNC_OK;
    }
    if (!finnc_pass_may_rewrite(in->run))
        return FINNC_OK;
    const fnc_fifo fifo = fifo_at_end(in, depth, &stream);
    FINNC_TRY(fnc_hw_need_shape(in->cx, in->graph, value, &in->has_inferred));
    FINNC_TRY(fnc_hw_insert_stream(in->cx, in->graph, value, &stream, &made));
    FINNC_TRY(finnc_node_set_output(in->cx, node, o, made));
    FINNC_TRY(fnc_fifo_insert(in->cx, in->graph, &fifo, made, value, NULL));
    finnc_pass_applied(in->run, node, "a FIFO of %" PRId64 " words before graph output %s", depth,
                       finnc_value_name(value));
    return FINNC_OK;
}

/* ---- the pass ---- */

static finnc_status read_limit(inserting *in)
{
    const char *text = finnc_pass_json(in->run, "max_qsrl_depth");
    char *end;
    in->max_srl = -1;
    if (!strcmp(text, "null"))
        return FINNC_OK;
    in->max_srl = strtoll(text, &end, 10);
    if (*end || in->max_srl < 0)
        return finnc_fail(in->cx, FINNC_BAD_VALUE, "max_qsrl_depth is %s, no number of words",
                          text);
    return FINNC_OK;
}

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    inserting in = {.run = run,
                    .cx = finnc_pass_ctx(run),
                    .graph = graph,
                    .with_shallow = finnc_pass_bool(run, "create_shallow_fifos"),
                    .ram_style = finnc_pass_string(run, "vivado_ram_style")};
    bool inserted = false;
    FINNC_TRY(read_limit(&in));
    FINNC_TRY(insert_inside(&in, &inserted));
    if (inserted)
        return FINNC_OK;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        FINNC_TRY(insert_at_input(&in, finnc_graph_input(graph, i)));
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++)
        FINNC_TRY(insert_at_output(&in, finnc_graph_output(graph, i)));
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_fifo = {
    .name = "InsertFIFO",
    .summary = "puts FIFOs between layers, and at the ends of the graph",
    .upstream = "finn.transformation.fpgadataflow.insert_fifo",
    .notes = "As deep as the deeper of the producer's outFIFODepths and the consumer's "
             "inFIFODepths. FIFOs deeper than max_qsrl_depth are Vivado's, the others FINN's own; "
             "at the ends all are FINN's own. A layer has room for two words without a FIFO. The "
             "FIFOs are abstract: SpecializeLayers comes next.",
    .flags = FINNC_PASS_REPEATS,
    .params = {{"create_shallow_fifos", FINNC_PARAM_BOOL, "false", "those of up to 2 words, too?"},
               {"max_qsrl_depth", FINNC_PARAM_JSON, "null",
                "words from which on they are Vivado's"},
               {"vivado_ram_style", FINNC_PARAM_STRING, "\"auto\"",
                "what Vivado makes them of: auto, block, distributed, ultra"}},
    .run = insert,
};

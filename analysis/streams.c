#include "streams.h"

#include <base/compiler.h>

#include <finnc/op.h>

#include <string.h>

/* ---- checks ---- */

/* FINN marks its layers by an attribute, and by the domain or one below it. */
static bool is_hardware(const finnc_node *node)
{
    static const char domain[] = "finn.custom_op.fpgadataflow";
    const size_t n = sizeof domain - 1;
    const char *own = finnc_node_domain(node);
    if (!strcmp(finnc_node_string(node, "backend", ""), "fpgadataflow"))
        return true;
    return !strncmp(own, domain, n) && (own[n] == '\0' || own[n] == '.');
}

static bool is_unknown(const finnc_node *node)
{
    return is_hardware(node) && !finnc_layer_find(node) &&
           !finnc_node_has_trait(node, FINNC_OP_PARTITION);
}

/* What nodes see at their inputs, of which their outputs see no less. */
enum { BEFORE_LAYERS, BEHIND_LAYER, BEHIND_OTHER };

static size_t most_of(const fnc_value_index *seen, const finnc_node *node)
{
    size_t most = BEFORE_LAYERS;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        const size_t place = value ? fnc_value_index_find(seen, value) : SIZE_MAX;
        if (place != SIZE_MAX && place > most)
            most = place;
    }
    return most;
}

typedef struct gaps {
    fnc_value_index seen; /* of values: what their readers see */
    const finnc_node *first;
    size_t count;
} gaps;

static finnc_status look_behind(void *user, finnc_ctx *cx, finnc_node *node)
{
    gaps *g = user;
    const bool is_layer = finnc_layer_find(node) || finnc_node_has_trait(node, FINNC_OP_PARTITION);
    const size_t most = most_of(&g->seen, node);
    const size_t own = is_layer ? BEHIND_LAYER : most == BEFORE_LAYERS ? most : BEHIND_OTHER;
    (void)cx;
    if (is_layer && most == BEHIND_OTHER && g->count++ == 0)
        g->first = node;
    for (size_t i = 0; i < finnc_node_noutputs(node) && own != BEFORE_LAYERS; i++)
        if (finnc_node_output(node, i))
            fnc_value_index_set(&g->seen, finnc_node_output(node, i), own);
    return FINNC_OK;
}

/* Figures of a network whose layers other nodes separate are those of fragments. Partitions are as
 * layers; nodes before and behind all layers are the rest of the network. */
static finnc_status warn_of_gaps(finnc_ctx *cx, fnc_arena *arena, const finnc_graph *graph)
{
    gaps g = {0};
    FINNC_TRY(fnc_value_index_init(cx, &g.seen, arena, finnc_graph_nvalues(graph)));
    FINNC_TRY(finnc_graph_visit(cx, graph, look_behind, &g));
    if (!g.first)
        return FINNC_OK;
    FNC_AT_NODE(cx, g.first);
    finnc_log(cx, FINNC_WARNING,
              "nodes that are no layers lie between this layer and others (%zu such gaps): figures "
              "are those of fragments, without these nodes; streamline before layers are made",
              g.count);
    return FINNC_OK;
}

static finnc_status warn(finnc_ctx *cx, const finnc_graph *graph)
{
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    const finnc_status status = warn_of_gaps(cx, &arena, graph);
    fnc_arena_clear(&arena);
    return status;
}

finnc_status fnc_streams_need_known(finnc_ctx *cx, const finnc_graph *graph)
{
    const finnc_node *first = NULL;
    size_t n = 0;
    finnc_foreach_node (node, graph) {
        if (!is_unknown(node))
            continue;
        first = first ? first : node;
        n++;
    }
    if (!first)
        return warn(cx, graph);
    FNC_AT_NODE(cx, first);
    if (n > 1)
        return finnc_fail(cx, FINNC_UNSUPPORTED,
                          "is no hardware layer that is known, nor are %zu other nodes that call "
                          "themselves one",
                          n - 1);
    return finnc_fail(cx, FINNC_UNSUPPORTED,
                      "is no hardware layer that is known, though it calls itself one (%s)",
                      finnc_node_domain(first));
}

finnc_status fnc_streams_need_one_reader(finnc_ctx *cx, const finnc_node *reader,
                                         const finnc_value *value)
{
    const size_t n = finnc_value_nuses(value) + finnc_value_is_output(value);
    if (n <= 1)
        return FINNC_OK;
    FNC_AT_NODE(cx, reader);
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "its input %s is read %zu times%s: a stream is read once, see "
                      "InferDuplicateStreamsLayer",
                      finnc_value_name(value), n,
                      finnc_value_is_output(value) ? ", once as the graph's output" : "");
}

/* ---- layers and edges ---- */

static finnc_status find_layers(fnc_streams *s, finnc_ctx *cx, fnc_arena *arena,
                                const finnc_graph *graph, size_t *ninputs)
{
    s->layers = FNC_NEW_ARRAY(arena, const finnc_node *, finnc_graph_nnodes(graph) + 1);
    if (!s->layers)
        return finnc_no_memory(cx);
    FINNC_TRY(fnc_value_index_init(cx, &s->made, arena, finnc_graph_nvalues(graph)));
    finnc_foreach_node (node, graph) {
        if (!finnc_layer_find(node))
            continue;
        *ninputs += finnc_node_ninputs(node);
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            if (finnc_node_output(node, o))
                fnc_value_index_set(&s->made, finnc_node_output(node, o), s->nlayers);
        s->layers[s->nlayers++] = node;
    }
    if (s->nlayers == 0)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "no node of the graph is a hardware layer: they are inferred before "
                          "(InferQuantizedMatrixVectorActivation and the like)");
    return FINNC_OK;
}

static finnc_status add_edge(fnc_streams *s, finnc_ctx *cx, size_t to, size_t input)
{
    const finnc_node *node = s->layers[to];
    const finnc_value *value = finnc_node_input(node, input);
    finnc_stream stream;
    if (!value)
        return FINNC_OK;
    FINNC_TRY(finnc_layer_input(cx, node, input, &stream));
    if (stream.width == 0)
        return FINNC_OK;
    const size_t from = fnc_value_index_find(&s->made, value);
    if (from != SIZE_MAX)
        FINNC_TRY(fnc_streams_need_one_reader(cx, node, value));
    s->edges[s->nedges++] =
        (fnc_stream_edge){.from = from,
                          .output = from != SIZE_MAX ? finnc_value_producer_index(value) : 0,
                          .to = to,
                          .input = input};
    return FINNC_OK;
}

finnc_status fnc_streams_init(fnc_streams *streams, finnc_ctx *cx, fnc_arena *arena,
                              const finnc_graph *graph)
{
    size_t ninputs = 0;
    *streams = (fnc_streams){0};
    FINNC_TRY(fnc_streams_need_known(cx, graph));
    FINNC_TRY(find_layers(streams, cx, arena, graph, &ninputs));
    streams->edges = FNC_NEW_ARRAY(arena, fnc_stream_edge, ninputs + 1);
    streams->first = FNC_NEW_ARRAY(arena, size_t, streams->nlayers + 1);
    if (!streams->edges || !streams->first)
        return finnc_no_memory(cx);
    for (size_t l = 0; l < streams->nlayers; l++) {
        for (size_t i = 0; i < finnc_node_ninputs(streams->layers[l]); i++)
            FINNC_TRY(add_edge(streams, cx, l, i));
        streams->first[l + 1] = streams->nedges;
    }
    return FINNC_OK;
}

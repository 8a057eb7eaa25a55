#include "stream_readers.h"

#include "hw.h"

bool fnc_joins_streams(const finnc_node *node)
{
    return fnc_hw_is(node, "AddStreams") || fnc_hw_is(node, "StreamingConcat");
}

bool fnc_hands_stream_on(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_HARDWARE) &&
           finnc_node_has_trait(node, FINNC_OP_MOVES) && finnc_node_input(node, 0);
}

const fnc_stream_readers *fnc_streams_readers(const fnc_streams *streams, const finnc_value *value)
{
    return fnc_value_map_find(&streams->readers, value);
}

static finnc_status add_readers(finnc_ctx *cx, fnc_streams *streams, const finnc_value *value,
                                fnc_stream_readers more)
{
    fnc_stream_readers *r = fnc_value_map_find(&streams->readers, value);
    if (!r) {
        r = FNC_NEW(streams->readers.arena, fnc_stream_readers);
        if (!r)
            return finnc_no_memory(cx);
        FINNC_TRY(fnc_value_map_add(cx, &streams->readers, value, r));
    }
    r->count += more.count;
    r->is_joined |= more.is_joined;
    return FINNC_OK;
}

/* Those behind a node whose outputs' readers are known: it is the one, unless it hands on. */
static fnc_stream_readers readers_behind(const fnc_streams *streams, const finnc_node *node)
{
    fnc_stream_readers all = {.count = 0};
    if (!fnc_hands_stream_on(node))
        return (fnc_stream_readers){.count = 1, .is_joined = fnc_joins_streams(node)};
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *value = finnc_node_output(node, o);
        const fnc_stream_readers *r = value ? fnc_streams_readers(streams, value) : NULL;
        all.count += r ? r->count : 0;
        all.is_joined |= r && r->is_joined;
    }
    return all;
}

static bool is_input_before(const finnc_node *node, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (finnc_node_input(node, j) == finnc_node_input(node, i))
            return true;
    return false;
}

static finnc_status note_node(void *user, finnc_ctx *cx, finnc_node *node)
{
    (void)cx;
    fnc_streams *streams = user;
    streams->nodes[streams->count++] = node;
    return FINNC_OK;
}

finnc_status fnc_streams_look(finnc_ctx *cx, const finnc_graph *graph, fnc_streams *streams)
{
    const fnc_stream_readers outside = {.count = 1};
    streams->nodes =
        FNC_NEW_ARRAY(streams->readers.arena, finnc_node *, finnc_graph_nnodes(graph) + 1);
    if (!streams->nodes)
        return finnc_no_memory(cx);
    FINNC_TRY(finnc_graph_visit(cx, graph, note_node, streams));
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++)
        FINNC_TRY(add_readers(cx, streams, finnc_graph_output(graph, i), outside));
    for (size_t n = streams->count; n-- > 0;) {
        const finnc_node *node = streams->nodes[n];
        const fnc_stream_readers behind = readers_behind(streams, node);
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            if (finnc_node_input(node, i) && !is_input_before(node, i))
                FINNC_TRY(add_readers(cx, streams, finnc_node_input(node, i), behind));
    }
    return FINNC_OK;
}

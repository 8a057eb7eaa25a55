/* What can be chosen: layers and the streams between them, who folds as whom, and how many cycles
 * there are to choose from. */
#include "fold.h"
#include "streams.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- layers and edges ---- */

/* The copies of the layers are where the layers are. */
static finnc_status add_layers(fnc_fold_space *s, const fnc_streams *streams,
                               const finnc_graph *graph)
{
    finnc_node *copy = finnc_graph_first_node(finnc_model_graph(s->model));
    s->layers = FNC_NEW_ARRAY(&s->arena, fnc_fold_layer, streams->nlayers);
    if (!s->layers)
        return finnc_no_memory(s->cx);
    finnc_foreach_node (node, graph) {
        if (s->nlayers < streams->nlayers && node == streams->layers[s->nlayers]) {
            if (finnc_node_style(node) == FINNC_STYLE_ABSTRACT) {
                FNC_AT_NODE(s->cx, node);
                return finnc_fail(s->cx, FINNC_BAD_VALUE,
                                  "is bound neither to HLS nor to RTL: SpecializeLayers comes "
                                  "before");
            }
            fnc_fold_layer *l = &s->layers[s->nlayers++];
            *l = (fnc_fold_layer){.node = node, .copy = copy, .is_fixed = s->keeps};
            FINNC_TRY(finnc_layer_folds(s->cx, copy, l->folds, &l->nfolds));
        }
        copy = finnc_node_next(copy);
    }
    return FINNC_OK;
}

static int by_name(const void *a, const void *b)
{
    const fnc_fold_layer *const *x = a, *const *y = b;
    return strcmp(finnc_node_name((*x)->node), finnc_node_name((*y)->node));
}

/* A folding file calls layers by their names. */
static finnc_status check_names(fnc_fold_space *s)
{
    fnc_fold_layer **sorted = FNC_NEW_ARRAY(&s->arena, fnc_fold_layer *, s->nlayers);
    if (!sorted)
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < s->nlayers; i++)
        sorted[i] = &s->layers[i];
    qsort(sorted, s->nlayers, sizeof *sorted, by_name);
    for (size_t i = 0; i < s->nlayers; i++) {
        const char *name = finnc_node_name(sorted[i]->node);
        if (!*name)
            return finnc_fail(s->cx, FINNC_BAD_VALUE,
                              "a node %s has no name: GiveUniqueNodeNames comes before",
                              finnc_node_op_type(sorted[i]->node));
        if (i > 0 && !by_name(&sorted[i - 1], &sorted[i]))
            return finnc_fail(s->cx, FINNC_BAD_VALUE,
                              "two nodes are called %s: GiveUniqueNodeNames comes before", name);
    }
    return FINNC_OK;
}

static size_t add_port(fnc_fold_space *s, size_t layer, bool is_output, size_t index)
{
    s->ports[s->nports] =
        (fnc_fold_port){.layer = layer, .edge = s->nedges, .is_output = is_output, .index = index};
    return s->nports++;
}

static finnc_status add_edges(fnc_fold_space *s, const fnc_streams *streams)
{
    s->edges = FNC_NEW_ARRAY(&s->arena, fnc_fold_edge, streams->nedges + 1);
    s->ports = FNC_NEW_ARRAY(&s->arena, fnc_fold_port, 2 * streams->nedges + 1);
    if (!s->edges || !s->ports)
        return finnc_no_memory(s->cx);
    for (size_t e = 0; e < streams->nedges; e++) {
        const fnc_stream_edge *x = &streams->edges[e];
        if (x->from == SIZE_MAX)
            continue;
        fnc_fold_edge *edge = &s->edges[s->nedges];
        edge->from = add_port(s, x->from, true, x->output);
        edge->to = add_port(s, x->to, false, x->input);
        s->nedges++;
    }
    return FINNC_OK;
}

/* Each layer's ports, in order. */
static finnc_status hand_out_ports(fnc_fold_space *s)
{
    for (size_t p = 0; p < s->nports; p++)
        s->layers[s->ports[p].layer].nports++;
    for (size_t l = 0; l < s->nlayers; l++) {
        fnc_fold_layer *layer = &s->layers[l];
        if (!(layer->ports = FNC_NEW_ARRAY(&s->arena, size_t, layer->nports + 1)))
            return finnc_no_memory(s->cx);
        layer->nports = 0;
    }
    for (size_t p = 0; p < s->nports; p++) {
        fnc_fold_layer *layer = &s->layers[s->ports[p].layer];
        layer->ports[layer->nports++] = p;
    }
    return FINNC_OK;
}

/* ---- generators that fold as their readers ---- */

static fnc_fold_layer *reader_of(fnc_fold_space *s, const fnc_fold_layer *l, fnc_fold_edge **edge)
{
    for (size_t i = 0; i < l->nports; i++) {
        const fnc_fold_port *p = &s->ports[l->ports[i]];
        if (!p->is_output)
            continue;
        *edge = &s->edges[p->edge];
        return &s->layers[s->ports[(*edge)->to].layer];
    }
    return NULL;
}

static finnc_status find_leader(fnc_fold_space *s, fnc_fold_layer *l)
{
    int64_t taps = 0;
    fnc_fold_edge *edge = NULL;
    const fnc_fold_layer *reader = reader_of(s, l, &edge);
    if (reader)
        FINNC_TRY(finnc_layer_taps(s->cx, reader->node, &taps));
    if (taps > 0)
        edge->is_led = true;
    else
        l->is_fixed = true; /* the order of its words depends on SIMD, and nobody says which */
    return FINNC_OK;
}

/* As SetFolding, which raises. */
static finnc_status need_generator(fnc_fold_space *s, const fnc_fold_layer *l)
{
    int64_t taps;
    FINNC_TRY(finnc_layer_taps(s->cx, l->node, &taps));
    for (size_t i = 0; taps > 1 && i < l->nports; i++) {
        const fnc_fold_port *p = &s->ports[l->ports[i]];
        if (p->is_output || p->index != 0)
            continue;
        const finnc_node *maker = s->layers[s->ports[s->edges[p->edge].from].layer].node;
        if (!finnc_layer_follows(maker)) {
            char words[FINNC_NODE_WORDS_MAX];
            FNC_AT_NODE(s->cx, l->node);
            return finnc_fail(s->cx, FINNC_BAD_VALUE,
                              "reads windows of %" PRId64
                              " elements, so a depthwise ConvolutionInputGenerator has to make "
                              "its input; %s does",
                              taps, finnc_node_words(maker, words));
        }
    }
    return FINNC_OK;
}

static bool is_queue(finnc_ctx *cx, const finnc_node *node)
{
    finnc_flow flow;
    if (finnc_layer_flow(cx, node, &flow) == FINNC_OK)
        return flow.is_queue;
    finnc_ctx_clear(cx);
    return false;
}

/* The words of a FIFO are an attribute, which nothing is to choose about. */
static void warn_of_queues(const fnc_fold_space *s)
{
    size_t n = 0;
    const finnc_node *first = NULL;
    for (size_t i = s->nlayers; !s->keeps && i-- > 0;)
        if (is_queue(s->cx, s->layers[i].node)) {
            first = s->layers[i].node;
            n++;
        }
    if (n > 0)
        finnc_log(
            s->cx, FINNC_WARNING,
            "%zu FIFO%s, the first is %s, keep%s the words of the folding that is there, with "
            "converters on both sides: fold before InsertFIFO",
            n, n == 1 ? "" : "s", finnc_node_name(first), n == 1 ? "s" : "");
}

static finnc_status find_leaders(fnc_fold_space *s)
{
    for (size_t i = 0; !s->keeps && i < s->nlayers; i++) {
        fnc_fold_layer *l = &s->layers[i];
        FINNC_TRY(need_generator(s, l));
        if (finnc_layer_follows(l->node))
            FINNC_TRY(find_leader(s, l));
    }
    return FINNC_OK;
}

/* ---- levels ---- */

static int ascending(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static finnc_status find_levels(fnc_fold_space *s)
{
    size_t n = 0;
    int64_t least = 0;
    for (size_t l = 0; l < s->nlayers; l++) {
        n += s->layers[l].nchoices;
        if (s->layers[l].least > least)
            least = s->layers[l].least;
    }
    if (!(s->levels = FNC_NEW_ARRAY(&s->arena, int64_t, n)))
        return finnc_no_memory(s->cx);
    n = 0;
    for (size_t l = 0; l < s->nlayers; l++)
        for (size_t i = 0; i < s->layers[l].nchoices; i++)
            if (s->layers[l].choices[i].cycles >= least)
                s->levels[n++] = s->layers[l].choices[i].cycles;
    qsort(s->levels, n, sizeof *s->levels, ascending);
    for (size_t i = 0; i < n; i++)
        if (s->nlevels == 0 || s->levels[s->nlevels - 1] != s->levels[i])
            s->levels[s->nlevels++] = s->levels[i];
    return FINNC_OK;
}

/* ---- the space ---- */

finnc_status fnc_fold_stream_at(fnc_fold_space *s, const fnc_fold_port *p, finnc_stream *stream)
{
    const finnc_node *node = s->layers[p->layer].copy;
    return p->is_output ? finnc_layer_output(s->cx, node, p->index, stream)
                        : finnc_layer_input(s->cx, node, p->index, stream);
}

finnc_status fnc_fold_space_init(fnc_fold_space *space, finnc_ctx *cx, const finnc_graph *graph,
                                 const finnc_part *part, bool keeps)
{
    fnc_streams streams;
    *space = (fnc_fold_space){.cx = cx, .part = *part, .keeps = keeps};
    fnc_arena_init(&space->arena, cx);
    FINNC_TRY(fnc_streams_init(&streams, cx, &space->arena, graph));
    FINNC_TRY(finnc_model_clone(cx, finnc_graph_model(graph), &space->model));
    FINNC_TRY(add_layers(space, &streams, graph));
    FINNC_TRY(check_names(space));
    warn_of_queues(space);
    FINNC_TRY(add_edges(space, &streams));
    FINNC_TRY(hand_out_ports(space));
    FINNC_TRY(find_leaders(space));
    for (size_t l = 0; l < space->nlayers; l++)
        FINNC_TRY(fnc_fold_find_choices(space, &space->layers[l]));
    for (size_t e = 0; e < space->nedges; e++)
        FINNC_TRY(fnc_fold_price_edge(space, &space->edges[e]));
    return find_levels(space);
}

void fnc_fold_space_clear(fnc_fold_space *space)
{
    finnc_model_destroy(space->model);
    fnc_arena_clear(&space->arena);
}

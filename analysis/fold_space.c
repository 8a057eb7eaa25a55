/* What can be chosen: the foldings of each layer with their cycles and resources, and what width
 * converters between them cost. Everything is asked of the layers' records, on a copy of the model
 * whose attributes are set one after the other. */
#include "fold.h"
#include "streams.h"

#include <base/divisors.h>

#include <finnc/op.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST_HLS = FNC_FOLD_WIDEST_HLS, MOST_CHOICES = 1 << 16 };

/* ---- lists ---- */

static finnc_status make_room(fnc_fold_space *s, void *list, size_t count, size_t *room,
                              size_t size)
{
    if (count < *room)
        return FINNC_OK;
    void **at = list;
    const size_t more = 2 * *room + 8;
    void *moved = fnc_arena_alloc_array(&s->arena, size, more);
    if (!moved)
        return finnc_no_memory(s->cx);
    if (count > 0)
        memcpy(moved, *at, count * size);
    *at = moved;
    *room = more;
    return FINNC_OK;
}

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
            FNC_AT_NODE(s->cx, l->node);
            return finnc_fail(s->cx, FINNC_BAD_VALUE,
                              "reads windows of %" PRId64
                              " elements, so a depthwise ConvolutionInputGenerator has to make "
                              "its input; %s (%s) does",
                              taps, finnc_node_name(maker), finnc_node_op_type(maker));
        }
    }
    return FINNC_OK;
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

/* ---- choices ---- */

static int64_t value_of(const fnc_fold_layer *l, const int64_t *values, const char *attr)
{
    for (size_t i = 0; i < l->nfolds; i++)
        if (!strcmp(l->folds[i].attr, attr))
            return values[i];
    return 1;
}

/* A generator that cannot lay windows out at once leaves its reader to a width converter. */
static void class_of_led(const fnc_fold_space *s, const fnc_fold_port *p, const fnc_fold_layer *l,
                         const int64_t *values, fnc_fold_class *c)
{
    const fnc_fold_edge *edge = &s->edges[p->edge];
    const fnc_fold_layer *generator = &s->layers[s->ports[edge->from].layer];
    const bool can = generator->nfolds > 1 && generator->folds[1].of > 0;
    c->pe = p->is_output ? values[0] : value_of(l, values, "PE");
    if (can)
        c->taps = p->is_output ? values[1] : value_of(l, values, "SIMD") > 1;
}

static finnc_status stream_at(fnc_fold_space *s, const fnc_fold_port *p, finnc_stream *stream)
{
    const finnc_node *node = s->layers[p->layer].copy;
    return p->is_output ? finnc_layer_output(s->cx, node, p->index, stream)
                        : finnc_layer_input(s->cx, node, p->index, stream);
}

static bool same_class(const fnc_fold_class *a, const fnc_fold_class *b)
{
    return a->elems == b->elems && a->width == b->width && a->pe == b->pe && a->taps == b->taps;
}

static finnc_status classify(fnc_fold_space *s, fnc_fold_port *p, const int64_t *values,
                             int64_t *widest, uint32_t *class)
{
    finnc_stream stream;
    FINNC_TRY(stream_at(s, p, &stream));
    fnc_fold_class c = {.width = stream.width};
    c.elems = finnc_stream_word(&stream);
    if (stream.width > *widest)
        *widest = stream.width;
    if (s->edges[p->edge].is_led)
        class_of_led(s, p, &s->layers[p->layer], values, &c);
    for (*class = 0; *class < p->nclasses; (*class)++)
        if (same_class(&p->classes[*class], &c))
            return FINNC_OK;
    FINNC_TRY(make_room(s, &p->classes, p->nclasses, &p->room, sizeof *p->classes));
    p->classes[p->nclasses++] = c;
    return FINNC_OK;
}

static finnc_status price(fnc_fold_space *s, const fnc_fold_layer *l, fnc_fold_choice *c)
{
    finnc_resources r;
    FINNC_TRY(finnc_layer_cycles(s->cx, l->copy, &c->cycles));
    FINNC_TRY(finnc_layer_resources(s->cx, l->copy, &s->part, &r));
    c->cost.of[FINNC_LUT] = r.lut;
    c->cost.of[FINNC_BRAM_18K] = r.bram_18k;
    c->cost.of[FINNC_DSP] = r.dsp;
    c->cost.of[FINNC_URAM] = r.uram;
    c->cost.of[FNC_FOLD_LANES] = 1;
    for (size_t i = 0; i < l->nfolds; i++)
        if (!l->folds[i].is_switch && c->values[i] > 0)
            c->cost.of[FNC_FOLD_LANES] *= (double)c->values[i];
    return FINNC_OK;
}

/* The folding that is set in the copy. */
static finnc_status add_choice(fnc_fold_space *s, fnc_fold_layer *l, const int64_t *values)
{
    fnc_fold_choice c = {0};
    int64_t widest;
    memcpy(c.values, values, l->nfolds * sizeof *values);
    FINNC_TRY(price(s, l, &c));
    FINNC_TRY(finnc_layer_inner_width(s->cx, l->copy, &widest));
    if (!(c.classes = FNC_NEW_ARRAY(&s->arena, uint32_t, l->nports + 1)))
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < l->nports; i++)
        FINNC_TRY(classify(s, &s->ports[l->ports[i]], values, &widest, &c.classes[i]));
    if (!l->is_fixed && widest > WIDEST_HLS && finnc_node_style(l->node) == FINNC_STYLE_HLS) {
        l->is_cut = true;
        return FINNC_OK;
    }
    if (l->nchoices >= MOST_CHOICES) {
        FNC_AT_NODE(s->cx, l->node);
        return finnc_fail(s->cx, FINNC_UNSUPPORTED, "can be folded in more than %d ways",
                          (int)MOST_CHOICES);
    }
    FINNC_TRY(make_room(s, &l->choices, l->nchoices, &l->room, sizeof *l->choices));
    if (l->nchoices == 0 || c.cycles < l->least)
        l->least = c.cycles;
    l->choices[l->nchoices++] = c;
    return FINNC_OK;
}

/* A last resort is none as long as what comes before it is not at its most. */
static int64_t most_of(const fnc_fold_layer *l, size_t i, const int64_t *values)
{
    const finnc_fold *fold = &l->folds[i];
    if (fold->is_last_resort && i > 0 && values[i - 1] != l->folds[i - 1].of)
        return fold->is_switch ? 0 : 1;
    return fold->of;
}

static finnc_status enumerate(fnc_fold_space *s, fnc_fold_layer *l, size_t i, int64_t *values)
{
    if (i == l->nfolds)
        return add_choice(s, l, values);
    const finnc_fold *fold = &l->folds[i];
    const int64_t most = most_of(l, i, values);
    for (int64_t x = fold->is_switch ? 0 : 1; x <= most;
         x = fold->is_switch ? x + 1 : fnc_next_divisor(fold->of, x)) {
        values[i] = x;
        FINNC_TRY(finnc_node_set_int(s->cx, l->copy, fold->attr, x));
        FINNC_TRY(enumerate(s, l, i + 1, values));
    }
    return FINNC_OK;
}

/* Beyond any layer that could be built, looking for divisors would take long. */
static finnc_status check_sizes(fnc_fold_space *s, const fnc_fold_layer *l)
{
    for (size_t i = 0; i < l->nfolds; i++)
        if (l->folds[i].of > UINT32_MAX) {
            FNC_AT_NODE(s->cx, l->node);
            return finnc_fail(s->cx, FINNC_UNSUPPORTED,
                              "%s has to divide %" PRId64 ", which is too large to be searched",
                              l->folds[i].attr, l->folds[i].of);
        }
    return FINNC_OK;
}

static finnc_status fill(fnc_fold_space *s, fnc_fold_layer *l)
{
    int64_t values[FINNC_LAYER_MAX_FOLDS];
    for (size_t i = 0; i < l->nfolds; i++)
        values[i] = l->folds[i].now;
    if (l->is_fixed)
        return add_choice(s, l, values);
    FINNC_TRY(check_sizes(s, l));
    FINNC_TRY(enumerate(s, l, 0, values));
    if (l->nchoices == 0) {
        FNC_AT_NODE(s->cx, l->node);
        return finnc_fail(s->cx, FINNC_BAD_VALUE,
                          "has words of more than %d bits however it is folded", (int)WIDEST_HLS);
    }
    return FINNC_OK;
}

/* ---- converters ---- */

/* The node that InsertDWC would insert, its widths not said yet. */
static finnc_status make_converter(fnc_fold_space *s, const fnc_fold_edge *edge, finnc_node **dwc)
{
    finnc_stream stream;
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_node_spec spec = {.op_type = "StreamingDataWidthConverter_hls",
                                  .domain = "finn.custom_op.fpgadataflow.hls"};
    FINNC_TRY(stream_at(s, &s->ports[edge->from], &stream));
    FINNC_TRY(finnc_graph_insert_node(s->cx, finnc_model_graph(s->model), &spec, NULL, dwc));
    FINNC_TRY(finnc_node_set_ints(s->cx, *dwc, "shape", stream.dims, (size_t)stream.rank));
    return finnc_node_set_string(s->cx, *dwc, "dataType", finnc_dtype_name(stream.dtype, name));
}

/* It cannot be made if words would not divide the last axis. */
static finnc_status price_converter(fnc_fold_space *s, finnc_node *dwc, const fnc_fold_class *a,
                                    const fnc_fold_class *b, double *luts)
{
    finnc_stream in, out;
    finnc_resources r;
    FINNC_TRY(finnc_node_set_int(s->cx, dwc, "inWidth", a->width));
    FINNC_TRY(finnc_node_set_int(s->cx, dwc, "outWidth", b->width));
    if (finnc_layer_input(s->cx, dwc, 0, &in) != FINNC_OK ||
        finnc_layer_output(s->cx, dwc, 0, &out) != FINNC_OK) {
        finnc_ctx_clear(s->cx);
        return FINNC_OK;
    }
    FINNC_TRY(finnc_layer_resources(s->cx, dwc, &s->part, &r));
    *luts = r.lut;
    return FINNC_OK;
}

/* Whole bytes are as good as the bits in them: IODMAs have those. */
static bool same_bytes(int64_t a, int64_t b)
{
    return (a + 7) / 8 == (b + 7) / 8;
}

static const finnc_node *node_at(const fnc_fold_space *s, size_t port)
{
    return s->layers[s->ports[port].layer].node;
}

bool fnc_fold_converts(const fnc_fold_space *space, const fnc_fold_edge *edge, size_t i, size_t j)
{
    return finnc_layer_converts(node_at(space, edge->from),
                                space->ports[edge->from].classes[i].elems, node_at(space, edge->to),
                                space->ports[edge->to].classes[j].elems);
}

static finnc_status fill_edge(fnc_fold_space *s, fnc_fold_edge *edge)
{
    const fnc_fold_port *from = &s->ports[edge->from], *to = &s->ports[edge->to];
    const bool rigid =
        finnc_layer_is_rigid(node_at(s, edge->from)) || finnc_layer_is_rigid(node_at(s, edge->to));
    finnc_node *dwc;
    FINNC_TRY(make_converter(s, edge, &dwc));
    edge->luts = FNC_NEW_ARRAY(&s->arena, double, from->nclasses * to->nclasses + 1);
    if (!edge->luts)
        return finnc_no_memory(s->cx);
    for (size_t i = 0; i < from->nclasses; i++)
        for (size_t j = 0; j < to->nclasses; j++) {
            const fnc_fold_class *a = &from->classes[i], *b = &to->classes[j];
            double *luts = &edge->luts[i * to->nclasses + j];
            *luts = -1;
            if (a->pe != b->pe || a->taps != b->taps || (rigid && !same_bytes(a->width, b->width)))
                continue;
            if (fnc_fold_converts(s, edge, i, j))
                FINNC_TRY(price_converter(s, dwc, a, b, luts));
            else
                *luts = 0;
        }
    finnc_graph_erase_node(dwc);
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
    FINNC_TRY(add_edges(space, &streams));
    FINNC_TRY(hand_out_ports(space));
    FINNC_TRY(find_leaders(space));
    for (size_t l = 0; l < space->nlayers; l++)
        FINNC_TRY(fill(space, &space->layers[l]));
    for (size_t e = 0; e < space->nedges; e++)
        FINNC_TRY(fill_edge(space, &space->edges[e]));
    return find_levels(space);
}

void fnc_fold_space_clear(fnc_fold_space *space)
{
    finnc_model_destroy(space->model);
    fnc_arena_clear(&space->arena);
}

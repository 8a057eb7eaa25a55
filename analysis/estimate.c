/* Cycles and resources of a graph of hardware layers, added up. */
#include <finnc/estimate.h>
#include <finnc/op.h>

#include "inside.h"
#include "streams.h"
#include "value_index.h"

#include <base/alloc.h>
#include <base/compiler.h>

#include <string.h>

struct finnc_estimate {
    finnc_ctx *cx;
    fnc_arena arena;
    finnc_part part;
    finnc_estimate_summary summary;
    finnc_layer_estimate **layers;
    size_t nlayers, layer_room;
    fnc_inside inside;
};

/* ---- one layer ---- */

static void add_resources(finnc_resources *sum, const finnc_resources *r)
{
    sum->bram_18k += r->bram_18k;
    sum->bram_efficiency += r->bram_efficiency;
    sum->lut += r->lut;
    sum->uram += r->uram;
    sum->uram_efficiency += r->uram_efficiency;
    sum->dsp += r->dsp;
}

static finnc_status add_layer(finnc_estimate *e, const finnc_node *node, const char *prefix,
                              int64_t *cycles)
{
    finnc_estimate_summary *s = &e->summary;
    finnc_layer_estimate *l = FNC_NEW(&e->arena, finnc_layer_estimate);
    finnc_layer_count *counts = FNC_NEW_ARRAY(&e->arena, finnc_layer_count, FINNC_LAYER_MAX_COUNTS);
    if (!l || !counts)
        return finnc_no_memory(e->cx);
    l->node = node;
    l->counts = counts;
    l->name = *prefix ? fnc_arena_printf(&e->arena, "%s%s", prefix, finnc_node_name(node))
                      : finnc_node_name(node);
    if (!l->name)
        return finnc_no_memory(e->cx);
    FINNC_TRY(finnc_layer_cycles(e->cx, node, &l->cycles));
    FINNC_TRY(finnc_layer_counts(e->cx, node, counts, &l->ncounts));
    if (s->part) {
        FINNC_TRY(finnc_layer_resources(e->cx, node, s->part, &l->resources));
        add_resources(&s->total, &l->resources);
    }
    finnc_layer_estimate **layers =
        fnc_arena_grow(&e->arena, e->layers, sizeof *layers, e->nlayers, &e->layer_room);
    if (!layers)
        return finnc_no_memory(e->cx);
    e->layers = layers;
    e->layers[e->nlayers++] = l;
    if (l->cycles > s->max_cycles) {
        s->max_cycles = l->cycles;
        s->bottleneck = l;
    }
    *cycles = l->cycles;
    return FINNC_OK;
}

/* ---- the graph ---- */

static finnc_status walk(finnc_estimate *e, const finnc_graph *graph, const char *prefix, int depth,
                         int64_t *longest);

static bool has_partitions(const finnc_graph *graph)
{
    size_t n = 0;
    finnc_foreach_node (node, graph)
        n += finnc_node_has_trait(node, FINNC_OP_PARTITION);
    return n > 1;
}

static finnc_status add_partition(finnc_estimate *e, const finnc_node *node, const char *prefix,
                                  int depth, int64_t *cycles)
{
    char path[4096];
    finnc_model *model;
    FNC_AT_NODE(e->cx, node);
    FINNC_TRY(
        fnc_inside_open(e->cx, &e->arena, &e->inside, depth, node, path, sizeof path, &model));
    const bool is_one_of_many = *prefix || has_partitions(finnc_node_graph(node));
    const char *inner =
        is_one_of_many ? fnc_arena_printf(&e->arena, "%s%s/", prefix, finnc_node_name(node)) : "";
    if (!inner)
        return finnc_no_memory(e->cx);
    return walk(e, finnc_model_graph(model), inner, depth + 1, cycles);
}

static finnc_status visit(finnc_estimate *e, const finnc_node *node, const char *prefix, int depth,
                          int64_t *cycles)
{
    *cycles = 0;
    if (finnc_node_has_trait(node, FINNC_OP_PARTITION))
        return add_partition(e, node, prefix, depth, cycles);
    if (!finnc_layer_find(node))
        return FINNC_OK;
    if (finnc_node_style(node) == FINNC_STYLE_ABSTRACT) {
        FNC_AT_NODE(e->cx, node);
        return finnc_fail(e->cx, FINNC_BAD_VALUE,
                          "is bound neither to HLS nor to RTL: SpecializeLayers comes before");
    }
    return add_layer(e, node, prefix, cycles);
}

/* On the way through a graph along the data: when a node is done if its layers run one after the
 * other, `done` of each value. */
typedef struct walking {
    finnc_estimate *e;
    const char *prefix;
    int depth;
    fnc_value_index index; /* of values in `done` */
    int64_t *done, *longest;
    size_t count;
} walking;

static int64_t when_all_is_there(const walking *w, const finnc_node *node)
{
    int64_t begin = 0;
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *x = finnc_node_input(node, i);
        const size_t at = x ? fnc_value_index_find(&w->index, x) : SIZE_MAX;
        if (at != SIZE_MAX && w->done[at] > begin)
            begin = w->done[at];
    }
    return begin;
}

static finnc_status pass_node(void *user, finnc_ctx *cx, finnc_node *node)
{
    walking *w = user;
    int64_t own, end;
    FINNC_TRY(visit(w->e, node, w->prefix, w->depth, &own));
    if (!fnc_add_i64(when_all_is_there(w, node), own, &end))
        return finnc_fail(cx, FINNC_BAD_VALUE, "cycles add up to more than can be counted");
    if (end > *w->longest)
        *w->longest = end;
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *y = finnc_node_output(node, o);
        if (!y)
            continue;
        fnc_value_index_set(&w->index, y, w->count);
        w->done[w->count++] = end;
    }
    return FINNC_OK;
}

static finnc_status walk(finnc_estimate *e, const finnc_graph *graph, const char *prefix, int depth,
                         int64_t *longest)
{
    const size_t nvalues = finnc_graph_nvalues(graph);
    walking w = {.e = e,
                 .prefix = prefix,
                 .depth = depth,
                 .done = FNC_NEW_ARRAY(&e->arena, int64_t, nvalues + 1),
                 .longest = longest};
    if (!w.done)
        return finnc_no_memory(e->cx);
    FINNC_TRY(fnc_streams_need_known(e->cx, graph));
    FINNC_TRY(fnc_value_index_init(e->cx, &w.index, &e->arena, nvalues));
    *longest = 0;
    return finnc_graph_visit(e->cx, graph, pass_node, &w);
}

/* ---- the estimate ---- */

static finnc_status fill(finnc_estimate *e, const finnc_graph *graph)
{
    finnc_estimate_summary *s = &e->summary;
    FINNC_TRY(walk(e, graph, "", 0, &s->critical_path_cycles));
    s->nlayers = e->nlayers;
    if (e->nlayers > 0) {
        s->total.bram_efficiency /= (double)e->nlayers;
        s->total.uram_efficiency /= (double)e->nlayers;
    }
    return FINNC_OK;
}

finnc_status finnc_estimate_create(finnc_ctx *cx, const finnc_graph *graph, const finnc_part *part,
                                   finnc_estimate **estimate)
{
    finnc_estimate *e = fnc_alloc(cx, sizeof *e);
    if (!e)
        return finnc_no_memory(cx);
    *e = (finnc_estimate){.cx = cx};
    fnc_arena_init(&e->arena, cx);
    if (part) {
        e->part = *part;
        e->summary.part = &e->part;
    }
    const finnc_status status = fill(e, graph);
    if (status == FINNC_OK)
        *estimate = e;
    else
        finnc_estimate_destroy(e);
    return status;
}

void finnc_estimate_destroy(finnc_estimate *estimate)
{
    if (!estimate)
        return;
    fnc_inside_end(&estimate->inside);
    fnc_arena_clear(&estimate->arena);
    fnc_free(estimate->cx, estimate);
}

const finnc_estimate_summary *finnc_estimate_summarise(const finnc_estimate *estimate)
{
    return &estimate->summary;
}

const finnc_layer_estimate *finnc_estimate_layer(const finnc_estimate *estimate, size_t i)
{
    return i < estimate->nlayers ? estimate->layers[i] : NULL;
}

double finnc_estimate_fps(const finnc_estimate *estimate, double clock_ns)
{
    const int64_t cycles = estimate->summary.max_cycles;
    return cycles > 0 ? 1e9 / clock_ns / (double)cycles : 0;
}

double finnc_estimate_latency_ns(const finnc_estimate *estimate, double clock_ns)
{
    return (double)estimate->summary.critical_path_cycles * clock_ns;
}

/* From a model to a drawing, in two rounds: all nodes with their clusters, then all edges, so that
 * an edge may come from anywhere. Constants are lines in their node's label, not nodes. A partition
 * is a cluster with what is in its model. */
#include "dot_graph.h"

#include "../ir/ir.h"
#include "dot_label.h"
#include "dot_layer.h"
#include "dot_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A node of the model and its picture. */
typedef struct pair {
    const fnc_dot_sheet *sheet;
    const finnc_node *node;
    Agnode_t *picture;
} pair;

typedef struct drawing {
    finnc_ctx *cx;
    Agraph_t *root;
    fnc_dot_names names;
    fnc_dot_sheets sheets;
    pair *pairs;
    size_t npairs;
    int64_t max_cycles; /* of one layer */
    bool has_bottleneck;
    bool kinds[FNC_NKINDS]; /* what occurs, for the legend */
    bool flows[FNC_NFLOWS];
    fnc_buf text;
} drawing;

static void set_text(drawing *d, void *object, const char *name)
{
    fnc_dot_set(object, name, fnc_buf_text(&d->text));
    fnc_buf_truncate(&d->text, 0);
}

/* ---- nodes ---- */

static const fnc_dot_node_style terminal_style = {"",        "oval",    "filled",
                                                  "#f4f4f4", "#777777", "0.01,0.01"};

static Agnode_t *add_terminal(drawing *d, Agraph_t *where, const finnc_value *value)
{
    Agnode_t *picture = fnc_dot_add_node(&d->names, where);
    fnc_dot_style_node(picture, &terminal_style);
    fnc_dot_terminal_label(&d->text, value);
    set_text(d, picture, "label");
    return picture;
}

static finnc_status add_node(drawing *d, fnc_dot_sheet *sheet, Agraph_t *where,
                             const finnc_node *node)
{
    int64_t cycles;
    fnc_kind kind = fnc_node_kind(node);
    Agnode_t *picture = fnc_dot_add_node(&d->names, where);
    d->kinds[kind] = true;
    fnc_dot_style_node(picture, &fnc_dot_node_styles[kind]);
    FINNC_TRY(fnc_dot_layer_cycles(d->cx, node, &cycles));
    if (cycles > 0 && cycles == d->max_cycles) {
        fnc_dot_style_node(picture, &fnc_dot_bottleneck_style);
        d->has_bottleneck = true;
    }
    fnc_dot_node_label(&d->text, node);
    FINNC_TRY(fnc_dot_layer_lines(d->cx, &d->text, node, cycles, d->max_cycles));
    set_text(d, picture, "label");
    fnc_dot_node_tooltip(&d->text, node);
    set_text(d, picture, "tooltip");
    for (size_t i = 0; i < finnc_node_noutputs(node); i++)
        if (finnc_node_output(node, i))
            sheet->makers[finnc_node_output(node, i)->id] = picture;
    d->pairs[d->npairs++] = (pair){sheet, node, picture};
    return FINNC_OK;
}

static finnc_status add_graph(drawing *d, fnc_dot_sheet *sheet, Agraph_t *where,
                              const finnc_graph *graph);

/* The bodies that a node runs, each in a cluster. */
static finnc_status add_bodies(drawing *d, fnc_dot_sheet *sheet, Agraph_t *where,
                               const finnc_node *node)
{
    const char *attr;
    const finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, &attr)); i++) {
        fnc_dot_put_text(&d->text, finnc_node_name(node), 40);
        fnc_buf_puts(&d->text, *finnc_node_name(node) ? ": " : "");
        fnc_dot_put_text(&d->text, attr, 40);
        Agraph_t *cluster = fnc_dot_add_cluster(&d->names, where, fnc_buf_text(&d->text));
        fnc_buf_truncate(&d->text, 0);
        FINNC_TRY(add_graph(d, sheet, cluster, body));
    }
    return FINNC_OK;
}

/* ---- partitions ---- */

/* "GenericPartition_0: partition_0.onnx, SLR 1" */
static finnc_status add_partition(drawing *d, fnc_dot_sheet *sheet, Agraph_t *where)
{
    const char *path = finnc_node_string(sheet->node, "model", "");
    const char *slash = strrchr(path, '/');
    const int64_t slr = finnc_node_int(sheet->node, "slr", -1);
    fnc_dot_put_text(&d->text, finnc_node_name(sheet->node), 40);
    fnc_buf_puts(&d->text, *finnc_node_name(sheet->node) ? ": " : "");
    fnc_dot_put_text(&d->text, slash ? slash + 1 : path, 40);
    if (slr >= 0)
        fnc_buf_printf(&d->text, ", SLR %lld", (long long)slr);
    Agraph_t *cluster = fnc_dot_add_cluster(&d->names, where, fnc_buf_text(&d->text));
    fnc_buf_truncate(&d->text, 0);
    return add_graph(d, sheet, cluster, finnc_model_graph(sheet->model));
}

typedef struct member {
    int64_t partition;
    size_t order;
    Agnode_t *picture;
} member;

static int by_partition(const void *a, const void *b)
{
    const member *x = a, *y = b;
    int difference = (x->partition > y->partition) - (x->partition < y->partition);
    return difference ? difference : (x->order > y->order) - (x->order < y->order);
}

/* A cluster for each partition of several nodes that is no model yet; pairs[from..] are the graph's
 * own. */
static finnc_status add_planned_partitions(drawing *d, Agraph_t *where, const finnc_graph *graph,
                                           size_t from)
{
    member *members = FNC_ALLOC_ARRAY(d->cx, member, d->npairs - from);
    if (!members)
        return finnc_no_memory(d->cx);
    size_t count = 0;
    for (size_t i = from; i < d->npairs; i++) {
        int64_t partition = finnc_node_int(d->pairs[i].node, "partition_id", -1);
        if (partition >= 0 && finnc_node_graph(d->pairs[i].node) == graph)
            members[count++] = (member){partition, i, d->pairs[i].picture};
    }
    if (count > 0)
        qsort(members, count, sizeof *members, by_partition);
    Agraph_t *cluster = NULL;
    for (size_t i = 0; i < count; i++) {
        bool follows = i > 0 && members[i - 1].partition == members[i].partition;
        bool leads = i + 1 < count && members[i + 1].partition == members[i].partition;
        if (!follows && leads) {
            char label[48];
            snprintf(label, sizeof label, "partition %lld", (long long)members[i].partition);
            cluster = fnc_dot_add_cluster(&d->names, where, label);
        }
        if (follows || leads)
            agsubnode(cluster, members[i].picture, 1);
    }
    fnc_free(d->cx, members);
    return FINNC_OK;
}

/* ---- a graph ---- */

/* What a partition's model gets comes from outside: only the outermost has inputs of its own. */
static void add_inputs(drawing *d, fnc_dot_sheet *sheet, Agraph_t *where, const finnc_graph *graph)
{
    if (sheet->outer && graph == finnc_model_graph(sheet->model))
        return;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *value = finnc_graph_input(graph, i);
        sheet->makers[value->id] = add_terminal(d, where, value);
    }
}

static finnc_status add_graph(drawing *d, fnc_dot_sheet *sheet, Agraph_t *where,
                              const finnc_graph *graph)
{
    size_t from = d->npairs;
    add_inputs(d, sheet, where, graph);
    finnc_foreach_node (node, graph) {
        FINNC_TRY(finnc_ctx_check(d->cx));
        fnc_dot_sheet *inner = fnc_dot_sheet_of(&d->sheets, sheet, node);
        if (inner) {
            FINNC_TRY(add_partition(d, inner, where));
            continue;
        }
        FINNC_TRY(add_node(d, sheet, where, node));
        FINNC_TRY(add_bodies(d, sheet, where, node));
    }
    /* Inside a partition they say what it was cut by. */
    return sheet->outer ? FINNC_OK : add_planned_partitions(d, where, graph, from);
}

/* ---- edges ---- */

/* To input `i` of `node`, or to a graph output: NULL. */
static finnc_status add_edge(drawing *d, const fnc_dot_sheet *sheet, const finnc_value *value,
                             Agnode_t *to, const finnc_node *node, size_t i)
{
    const fnc_dot_source from = fnc_dot_sheet_find(&d->sheets, sheet, value);
    if (!from.picture)
        return FINNC_OK;
    Agedge_t *edge = agedge(d->root, from.picture, to, NULL, 1);
    fnc_dot_flow flow = fnc_dot_flow_of(value);
    char width[32];
    int hundredths = (int)(fnc_dot_line_width(value) * 100);
    snprintf(width, sizeof width, "%d.%02d", hundredths / 100, hundredths % 100);
    d->flows[flow] = true;
    fnc_dot_set(edge, "color", fnc_dot_edge_styles[flow].colour);
    fnc_dot_set(edge, "fontcolor", fnc_dot_edge_styles[flow].colour);
    fnc_dot_set(edge, "penwidth", width);
    fnc_buf_puts(&d->text, "  "); /* off the line */
    fnc_dot_value_label(&d->text, value);
    FINNC_TRY(fnc_dot_stream_line(d->cx, &d->text, from.node, from.o, node, i));
    set_text(d, edge, "label");
    fnc_dot_put_text(&d->text, finnc_value_name(value), 0);
    set_text(d, edge, "tooltip");
    return FINNC_OK;
}

/* What a body computes goes to the node that runs it. */
static void add_results(drawing *d, const fnc_dot_sheet *sheet, const finnc_node *node,
                        Agnode_t *to)
{
    const finnc_graph *body;
    for (size_t k = 0; (body = finnc_node_body(node, k, NULL)); k++) {
        for (size_t i = 0; i < finnc_graph_noutputs(body); i++) {
            Agnode_t *from = sheet->makers[finnc_graph_output(body, i)->id];
            if (!from)
                continue;
            Agedge_t *edge = agedge(d->root, from, to, NULL, 1);
            fnc_dot_set(edge, "style", "dashed");
            fnc_dot_set(edge, "color", "#777777");
        }
    }
}

static finnc_status add_edges(drawing *d)
{
    for (size_t n = 0; n < d->npairs; n++) {
        const pair *p = &d->pairs[n];
        for (size_t i = 0; i < finnc_node_ninputs(p->node); i++)
            if (finnc_node_input(p->node, i))
                FINNC_TRY(
                    add_edge(d, p->sheet, finnc_node_input(p->node, i), p->picture, p->node, i));
        add_results(d, p->sheet, p->node, p->picture);
    }
    return FINNC_OK;
}

static finnc_status add_outputs(drawing *d, Agraph_t *where, const finnc_graph *graph)
{
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++) {
        const finnc_value *value = finnc_graph_output(graph, i);
        FINNC_TRY(add_edge(d, d->sheets.first, value, add_terminal(d, where, value), NULL, 0));
    }
    return FINNC_OK;
}

/* ---- the whole ---- */

/* Of one layer, in whichever model: all work at once, as a pipeline. */
static finnc_status find_most_cycles(drawing *d)
{
    for (const fnc_dot_sheet *s = d->sheets.first; s; s = s->next) {
        const finnc_graph *graph = finnc_model_graph(s->model);
        finnc_foreach_node (node, graph) {
            int64_t cycles;
            FINNC_TRY(fnc_dot_layer_cycles(d->cx, node, &cycles));
            if (cycles > d->max_cycles)
                d->max_cycles = cycles;
        }
    }
    return FINNC_OK;
}

static finnc_status draw(drawing *d, const finnc_model *model)
{
    fnc_dot_sheet *sheet = d->sheets.first;
    FINNC_TRY(find_most_cycles(d));
    FINNC_TRY(add_graph(d, sheet, d->root, finnc_model_graph(model)));
    const char *domain;
    finnc_graph *body;
    for (size_t i = 0; i < finnc_model_nfunctions(model); i++) {
        fnc_buf_puts(&d->text, "function ");
        fnc_dot_put_text(&d->text, finnc_model_function(model, i, &domain, &body), 40);
        Agraph_t *cluster = fnc_dot_add_cluster(&d->names, d->root, fnc_buf_text(&d->text));
        fnc_buf_truncate(&d->text, 0);
        FINNC_TRY(add_graph(d, sheet, cluster, body));
        FINNC_TRY(add_outputs(d, cluster, body));
    }
    FINNC_TRY(add_edges(d));
    FINNC_TRY(add_outputs(d, d->root, finnc_model_graph(model)));
    fnc_dot_add_legend(&d->names, d->root, d->kinds, d->flows, d->has_bottleneck);
    return fnc_buf_check(&d->text);
}

static void set_defaults(Agraph_t *root)
{
    static const struct {
        int kind;
        const char *name, *text;
    } defaults[] = {
        {AGRAPH, "rankdir", "TB"},
        {AGRAPH, "bgcolor", "white"},
        {AGRAPH, "nodesep", "0.35"},
        {AGRAPH, "ranksep", "0.22"},
        {AGRAPH, "fontname", "Helvetica,Arial,sans-serif"},
        {AGRAPH, "fontsize", "11"},
        {AGRAPH, "fontcolor", "#555555"},
        {AGNODE, "fontname", "Helvetica,Arial,sans-serif"},
        {AGNODE, "fontsize", "11"},
        {AGNODE, "height", "0.3"},
        {AGEDGE, "fontname", "Helvetica,Arial,sans-serif"},
        {AGEDGE, "fontsize", "9"},
        {AGEDGE, "arrowsize", "0.6"},
    };
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        agattr(root, defaults[i].kind, (char *)defaults[i].name, (char *)defaults[i].text);
}

static size_t count_nodes(const fnc_dot_sheets *sheets)
{
    size_t count = 0;
    for (const fnc_dot_sheet *s = sheets->first; s; s = s->next)
        for (const finnc_graph *graph = s->model->graphs; graph; graph = graph->next_graph)
            count += graph->nnodes;
    return count;
}

static finnc_status build(drawing *d, const finnc_model *model)
{
    d->pairs = FNC_ALLOC_ARRAY(d->cx, pair, count_nodes(&d->sheets));
    d->root = fnc_dot_open();
    if (!d->pairs || !d->root)
        return finnc_no_memory(d->cx);
    set_defaults(d->root);
    return draw(d, model);
}

finnc_status fnc_dot_build(finnc_ctx *cx, const finnc_model *model, Agraph_t **graph)
{
    drawing d = {.cx = cx};
    FINNC_TRY(fnc_dot_sheets_open(cx, model, &d.sheets));
    fnc_buf_init(&d.text, cx);
    const finnc_status status = build(&d, model);
    fnc_buf_clear(&d.text);
    fnc_free(cx, d.pairs);
    fnc_dot_sheets_clear(&d.sheets);
    if (status == FINNC_OK)
        *graph = d.root;
    else if (d.root)
        agclose(d.root);
    return status;
}

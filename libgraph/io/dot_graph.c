/* From a model to a drawing, in two rounds: all nodes with their clusters, then all edges, so that
 * an edge may come from anywhere. Constants are lines in their node's label, not nodes. */
#include "dot_graph.h"

#include "../ir/ir.h"
#include "dot_label.h"

#include <stdio.h>
#include <stdlib.h>

/* A node of the model and its picture. */
typedef struct pair {
    const finnc_node *node;
    Agnode_t *picture;
} pair;

typedef struct drawing {
    finnc_ctx *cx;
    Agraph_t *root;
    fnc_dot_names names;
    Agnode_t **makers; /* by value's id: what its edges leave from */
    pair *pairs;
    size_t npairs;
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

static Agnode_t *add_node(drawing *d, Agraph_t *where, const finnc_node *node)
{
    fnc_kind kind = fnc_node_kind(node);
    Agnode_t *picture = fnc_dot_add_node(&d->names, where);
    d->kinds[kind] = true;
    fnc_dot_style_node(picture, &fnc_dot_node_styles[kind]);
    fnc_dot_node_label(&d->text, node);
    set_text(d, picture, "label");
    fnc_dot_node_tooltip(&d->text, node);
    set_text(d, picture, "tooltip");
    for (size_t i = 0; i < finnc_node_noutputs(node); i++)
        if (finnc_node_output(node, i))
            d->makers[finnc_node_output(node, i)->id] = picture;
    d->pairs[d->npairs++] = (pair){node, picture};
    return picture;
}

static finnc_status add_graph(drawing *d, Agraph_t *where, const finnc_graph *graph);

/* The bodies that a node runs, each in a cluster. */
static finnc_status add_bodies(drawing *d, Agraph_t *where, const finnc_node *node)
{
    const char *attr;
    const finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, &attr)); i++) {
        fnc_dot_put_text(&d->text, finnc_node_name(node), 40);
        fnc_buf_puts(&d->text, *finnc_node_name(node) ? ": " : "");
        fnc_dot_put_text(&d->text, attr, 40);
        Agraph_t *cluster = fnc_dot_add_cluster(&d->names, where, fnc_buf_text(&d->text));
        fnc_buf_truncate(&d->text, 0);
        FINNC_TRY(add_graph(d, cluster, body));
    }
    return FINNC_OK;
}

/* ---- partitions ---- */

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

/* A cluster for each partition of several nodes; pairs[from..] are the graph's own. */
static finnc_status add_partitions(drawing *d, Agraph_t *where, const finnc_graph *graph,
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

static finnc_status add_graph(drawing *d, Agraph_t *where, const finnc_graph *graph)
{
    size_t from = d->npairs;
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *value = finnc_graph_input(graph, i);
        d->makers[value->id] = add_terminal(d, where, value);
    }
    finnc_foreach_node (node, graph) {
        FINNC_TRY(finnc_ctx_check(d->cx));
        (void)add_node(d, where, node);
        FINNC_TRY(add_bodies(d, where, node));
    }
    return add_partitions(d, where, graph, from);
}

/* ---- edges ---- */

static void add_edge(drawing *d, const finnc_value *value, Agnode_t *to)
{
    Agnode_t *from = d->makers[value->id];
    if (!from)
        return;
    Agedge_t *edge = agedge(d->root, from, to, NULL, 1);
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
    set_text(d, edge, "label");
    fnc_dot_put_text(&d->text, finnc_value_name(value), 0);
    set_text(d, edge, "tooltip");
}

/* What a body computes goes to the node that runs it. */
static void add_results(drawing *d, const finnc_node *node, Agnode_t *to)
{
    const finnc_graph *body;
    for (size_t k = 0; (body = finnc_node_body(node, k, NULL)); k++) {
        for (size_t i = 0; i < finnc_graph_noutputs(body); i++) {
            Agnode_t *from = d->makers[finnc_graph_output(body, i)->id];
            if (!from)
                continue;
            Agedge_t *edge = agedge(d->root, from, to, NULL, 1);
            fnc_dot_set(edge, "style", "dashed");
            fnc_dot_set(edge, "color", "#777777");
        }
    }
}

static void add_edges(drawing *d)
{
    for (size_t n = 0; n < d->npairs; n++) {
        const finnc_node *node = d->pairs[n].node;
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            if (finnc_node_input(node, i))
                add_edge(d, finnc_node_input(node, i), d->pairs[n].picture);
        add_results(d, node, d->pairs[n].picture);
    }
}

static void add_outputs(drawing *d, Agraph_t *where, const finnc_graph *graph)
{
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++) {
        const finnc_value *value = finnc_graph_output(graph, i);
        add_edge(d, value, add_terminal(d, where, value));
    }
}

/* ---- the whole ---- */

static finnc_status draw(drawing *d, const finnc_model *model)
{
    FINNC_TRY(add_graph(d, d->root, finnc_model_graph(model)));
    const char *domain;
    finnc_graph *body;
    for (size_t i = 0; i < finnc_model_nfunctions(model); i++) {
        fnc_buf_puts(&d->text, "function ");
        fnc_dot_put_text(&d->text, finnc_model_function(model, i, &domain, &body), 40);
        Agraph_t *cluster = fnc_dot_add_cluster(&d->names, d->root, fnc_buf_text(&d->text));
        fnc_buf_truncate(&d->text, 0);
        FINNC_TRY(add_graph(d, cluster, body));
        add_outputs(d, cluster, body);
    }
    add_edges(d);
    add_outputs(d, d->root, finnc_model_graph(model));
    fnc_dot_add_legend(&d->names, d->root, d->kinds, d->flows);
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

static size_t count_nodes(const finnc_model *model)
{
    size_t count = 0;
    for (const finnc_graph *graph = model->graphs; graph; graph = graph->next_graph)
        count += graph->nnodes;
    return count;
}

finnc_status fnc_dot_build(finnc_ctx *cx, const finnc_model *model, Agraph_t **graph)
{
    drawing d = {.cx = cx};
    fnc_buf_init(&d.text, cx);
    d.makers = FNC_ALLOC_ARRAY(cx, Agnode_t *, model->next_value_id);
    d.pairs = FNC_ALLOC_ARRAY(cx, pair, count_nodes(model));
    d.root = fnc_dot_open();
    finnc_status status = FINNC_OK;
    if (!d.makers || !d.pairs || !d.root) {
        status = finnc_no_memory(cx);
    } else {
        set_defaults(d.root);
        status = draw(&d, model);
    }
    fnc_buf_clear(&d.text);
    fnc_free(cx, d.makers);
    fnc_free(cx, d.pairs);
    if (status == FINNC_OK)
        *graph = d.root;
    else if (d.root)
        agclose(d.root);
    return status;
}

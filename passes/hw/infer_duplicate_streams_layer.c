/*      v = Op(...)  a(v)  b(v)        becomes        v = Op(...)  v', v'' = DuplicateStreams(v)
 *                                                    a(v')  b(v'')
 * A stream has one reader. Afterwards nothing that a node makes has two, so it ends. */
#include "hw.h"

#include "stream.h"

#include <base/arena.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    finnc_node *node;
    size_t index;         /* of the input */
    const finnc_node *at; /* where that is in the graph of the value */
    size_t age;           /* among the uses: the older ones have larger numbers */
} reader;

typedef struct forking {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    fnc_arena *scratch;
    finnc_node *maker;
    finnc_value *value;
    reader *readers;
    size_t nreaders;
    int rank;
    int64_t dims[FINNC_MAX_RANK];
} forking;

/* ---- who reads it ---- */

/* The node of `graph` in whose subgraphs `node` lies, or `node` itself. */
static const finnc_node *place_in(const finnc_graph *graph, const finnc_node *node)
{
    while (finnc_node_graph(node) != graph)
        node = finnc_graph_owner(finnc_node_graph(node));
    return node;
}

static int by_place(const void *a, const void *b)
{
    const reader *x = a, *y = b;
    if (x->at != y->at)
        return finnc_node_is_before(x->at, y->at) ? -1 : 1;
    if (x->node == y->node)
        return x->index < y->index ? -1 : 1;
    if (finnc_node_graph(x->node) == finnc_node_graph(y->node))
        return finnc_node_is_before(x->node, y->node) ? -1 : 1;
    return x->age > y->age ? -1 : 1; /* in two bodies of a node */
}

/* In the order of the nodes, then of their inputs; a graph output reads last. */
static finnc_status list_readers(forking *f)
{
    const size_t nuses = finnc_value_nuses(f->value);
    size_t n = 0;
    f->nreaders = nuses + finnc_value_is_output(f->value);
    f->readers = FNC_NEW_ARRAY(f->scratch, reader, f->nreaders);
    if (!f->readers)
        return finnc_no_memory(f->cx);
    finnc_foreach_use (use, f->value) {
        finnc_node *node = finnc_use_node(use);
        f->readers[n] = (reader){node, finnc_use_index(use), place_in(f->graph, node), n};
        n++;
    }
    qsort(f->readers, n, sizeof *f->readers, by_place);
    return FINNC_OK;
}

/* ---- the layer ---- */

/* Passes to come take data without a layout for channels-last, which upstream's copies all are. */
static finnc_status insert_copy(forking *f, const finnc_value *value, finnc_value **copy)
{
    const char *layout = finnc_value_layout(value);
    FINNC_TRY(finnc_graph_insert_value(f->cx, f->graph, finnc_value_name(value), copy));
    FINNC_TRY(finnc_value_set_shape(f->cx, *copy, finnc_value_elem(value), f->rank, f->dims));
    FINNC_TRY(finnc_value_set_dtype(f->cx, *copy, finnc_value_dtype(value)));
    if (!layout || !*layout || layout[strlen(layout) - 1] == 'C')
        return FINNC_OK;
    return finnc_value_set_layout(f->cx, *copy, layout);
}

/* The graph output keeps its name and becomes a copy: what the node makes gets a value of its own.
 */
static finnc_status set_aside_output(forking *f, finnc_value **copies)
{
    finnc_value *output = f->value;
    const size_t o = finnc_value_producer_index(output);
    FINNC_TRY(finnc_graph_insert_value(f->cx, f->graph, finnc_value_name(output), &f->value));
    FINNC_TRY(finnc_value_copy_type(f->cx, f->value, output));
    FINNC_TRY(finnc_node_set_output(f->cx, f->maker, o, f->value));
    copies[f->nreaders - 1] = output;
    return FINNC_OK;
}

static finnc_status make_copies(forking *f, finnc_value **copies)
{
    finnc_value *value = f->value;
    const bool is_output = finnc_value_is_output(value);
    for (size_t i = 0; i < f->nreaders - is_output; i++) {
        const reader *r = &f->readers[i];
        FINNC_TRY(insert_copy(f, value, &copies[i]));
        FINNC_TRY(finnc_node_set_input(f->cx, r->node, r->index, copies[i]));
    }
    return is_output ? set_aside_output(f, copies) : FINNC_OK;
}

static finnc_status insert_layer(forking *f, finnc_value *const *copies)
{
    finnc_ctx *cx = f->cx;
    const size_t n = f->nreaders;
    finnc_node *node;
    int64_t *depths = FNC_NEW_ARRAY(f->scratch, int64_t, n);
    if (!depths)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < n; i++)
        depths[i] = 2;
    FINNC_TRY(fnc_hw_insert(cx, f->graph, "DuplicateStreams", &f->value, 1, copies[0],
                            finnc_node_next(f->maker), &node));
    for (size_t i = 1; i < n; i++)
        FINNC_TRY(finnc_node_set_output(cx, node, i, copies[i]));
    FINNC_TRY(fnc_hw_name_after(cx, node, "DuplicateStreams_", f->maker));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumChannels", f->dims[f->rank - 1]));
    FINNC_TRY(finnc_node_set_int(cx, node, "PE", 1));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType", finnc_value_dtype(f->value)));
    FINNC_TRY(fnc_hw_attr_vectors(cx, node, f->dims, f->rank));
    FINNC_TRY(finnc_node_set_int(cx, node, "NumOutputStreams", (int64_t)n));
    return finnc_node_set_ints(cx, node, "outFIFODepths", depths, n);
}

static finnc_status duplicate(forking *f)
{
    FINNC_TRY(list_readers(f));
    finnc_value **copies = FNC_NEW_ARRAY(f->scratch, finnc_value *, f->nreaders);
    if (!copies)
        return finnc_no_memory(f->cx);
    finnc_pass_applied(f->run, f->maker, "%s is copied for %zu readers", finnc_value_name(f->value),
                       f->nreaders);
    FINNC_TRY(make_copies(f, copies));
    return insert_layer(f, copies);
}

static finnc_status visit(finnc_pass_run *run, finnc_graph *graph, finnc_node *node,
                          finnc_value *value)
{
    if (finnc_value_nuses(value) + finnc_value_is_output(value) < 2 || finnc_value_nuses(value) < 1)
        return FINNC_OK;
    fnc_hw_reason why;
    fnc_arena scratch;
    forking f = {.run = run,
                 .cx = finnc_pass_ctx(run),
                 .graph = graph,
                 .scratch = &scratch,
                 .maker = node,
                 .value = value,
                 .rank = finnc_value_rank(value)};
    if (!fnc_hw_is_stream(&why, value, -1, f.dims)) {
        finnc_pass_missed(run, node, "%s", why.text);
        return FINNC_OK;
    }
    if (!finnc_pass_may_rewrite(run))
        return FINNC_OK;
    fnc_arena_init(&scratch, f.cx);
    const finnc_status status = duplicate(&f);
    fnc_arena_clear(&scratch);
    return status;
}

static finnc_status visit_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++) {
        const finnc_value *input = finnc_graph_input(graph, i);
        if (finnc_value_nuses(input) > 1 && finnc_dtype_is_integer(finnc_value_dtype(input)))
            finnc_pass_missed(run, finnc_value_first_user(input),
                              "%s has %zu readers, but comes from outside", finnc_value_name(input),
                              finnc_value_nuses(input));
    }
    finnc_foreach_node (node, graph) {
        FNC_AT_NODE(cx, node);
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            if (finnc_node_output(node, o))
                FINNC_TRY(visit(run, graph, node, finnc_node_output(node, o)));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_duplicate_streams_layer = {
    .name = "InferDuplicateStreamsLayer",
    .summary = "streams with several readers are copied by DuplicateStreams",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "Every input that reads a value gets a copy of its own. A graph output is a reader, "
             "too, and all outputs of a node are looked at: upstream leaves such streams with two "
             "readers. Graph inputs stay as they are, as there.",
    .flags = FINNC_PASS_STABLE,
    .run = visit_all,
    .finish = "SortGraph,InferShapes,InferDataTypes",
};

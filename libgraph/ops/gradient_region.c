#include "gradient_region.h"

#include <stdlib.h>
#include <string.h>

/* Does the graph lie in a body of the node? */
static bool lies_inside(const finnc_graph *graph, const finnc_node *node)
{
    for (; graph->owner; graph = graph->owner->graph)
        if (graph->owner == node)
            return true;
    return false;
}

typedef finnc_status visit_read(fnc_region *r, finnc_value *value, void *user);

static finnc_status visit_graph(fnc_region *r, const finnc_graph *body, const finnc_node *outer,
                                visit_read *visit, void *user);

static finnc_status visit_reads(fnc_region *r, const finnc_node *node, const finnc_node *outer,
                                visit_read *visit, void *user)
{
    finnc_graph *body;
    for (size_t i = 0; i < node->ninputs; i++) {
        finnc_value *value = finnc_node_input(node, i);
        if (value && !lies_inside(value->graph, outer))
            FINNC_TRY(visit(r, value, user));
    }
    for (size_t b = 0; (body = finnc_node_body(node, b, NULL)); b++)
        FINNC_TRY(visit_graph(r, body, outer, visit, user));
    return FINNC_OK;
}

/* What a body of `outer` reads of the graphs around. */
static finnc_status visit_graph(fnc_region *r, const finnc_graph *body, const finnc_node *outer,
                                visit_read *visit, void *user)
{
    for (const finnc_node *n = body->first; n; n = n->next)
        FINNC_TRY(visit_reads(r, n, outer, visit, user));
    for (size_t o = 0; o < body->noutputs; o++)
        if (!lies_inside(body->outputs[o]->graph, outer))
            FINNC_TRY(visit(r, body->outputs[o], user));
    return FINNC_OK;
}

static finnc_status add_node(fnc_region *r, finnc_node *node)
{
    if (r->nnodes == r->room) {
        size_t room = r->room ? 2 * r->room : 32;
        finnc_node **grown = FNC_NEW_ARRAY(&r->scratch, finnc_node *, room);
        if (!grown)
            return finnc_no_memory(r->cx);
        if (r->nnodes)
            memcpy(grown, r->nodes, r->nnodes * sizeof *grown);
        r->nodes = grown;
        r->room = room;
    }
    r->nodes[r->nnodes++] = node;
    return FINNC_OK;
}

static finnc_status see(fnc_region *r, finnc_value *value, void *user)
{
    (void)user;
    if (r->marks[value->id] & FNC_REGION_SEEN)
        return FINNC_OK;
    r->marks[value->id] |= FNC_REGION_SEEN;
    finnc_node *producer = value->producer;
    if (!producer)
        return FINNC_OK;
    if (producer == r->at)
        return finnc_fail(r->cx, FINNC_BAD_VALUE, "%s is computed from its own gradient",
                          finnc_value_name(r->y));
    for (size_t o = 0; o < producer->noutputs; o++)
        if (producer->outputs[o])
            r->marks[producer->outputs[o]->id] |= FNC_REGION_SEEN;
    return add_node(r, producer);
}

static int depth_of(const finnc_graph *graph)
{
    int depth = 0;
    for (; graph->owner; graph = graph->owner->graph)
        depth++;
    return depth;
}

/* Outer graphs come first: inner ones read of them, never the other way. */
static int by_order(const void *a, const void *b)
{
    const finnc_node *x = *(finnc_node *const *)a, *y = *(finnc_node *const *)b;
    if (x->graph != y->graph)
        return depth_of(x->graph) - depth_of(y->graph);
    return (x->position > y->position) - (x->position < y->position);
}

/* All that y and the named tensors come from, in order. */
finnc_status fnc_region_collect(fnc_region *r)
{
    FINNC_TRY(see(r, r->y, NULL));
    for (size_t i = 0; i < r->nnamed; i++)
        FINNC_TRY(see(r, fnc_region_named(r, i), NULL));
    for (size_t n = 0; n < r->nnodes; n++)
        FINNC_TRY(visit_reads(r, r->nodes[n], r->nodes[n], see, NULL));
    if (r->nnodes)
        qsort(r->nodes, r->nnodes, sizeof *r->nodes, by_order);
    return FINNC_OK;
}

/* ---- what depends on what ---- */

static finnc_status join_marks(fnc_region *r, finnc_value *value, void *user)
{
    unsigned *marks = user;
    *marks |= r->marks[value->id];
    if (value->producer && !(r->marks[value->id] & FNC_REGION_DONE))
        return finnc_fail(r->cx, FINNC_BAD_VALUE,
                          "input %s is made by a later node: the graph is not sorted",
                          finnc_value_name(value));
    return FINNC_OK;
}

/* Numbers that are no floats change in steps: whatever makes them is flat. */
static bool is_flat(const finnc_node *node, const finnc_value *output)
{
    const fnc_gradient *row = fnc_gradient_find(node);
    finnc_elem elem = finnc_value_elem(output);
    return (row && !row->text && !row->why) ||
           (elem != FINNC_ELEM_UNDEFINED && !finnc_elem_is_float(elem));
}

static finnc_status mark_node(fnc_region *r, finnc_node *node)
{
    unsigned reads = 0;
    FNC_AT_NODE(r->cx, node);
    FINNC_TRY(visit_reads(r, node, node, join_marks, &reads));
    if (reads & FNC_REGION_ACTIVE)
        FINNC_TRY(finnc_node_infer_shapes(r->cx, node, false));
    for (size_t o = 0; o < node->noutputs; o++) {
        finnc_value *output = node->outputs[o];
        if (!output)
            continue;
        unsigned char *marks = &r->marks[output->id];
        *marks |= FNC_REGION_DONE;
        if (!(reads & (FNC_REGION_NAMED | FNC_REGION_DEPENDS)))
            continue;
        if (*marks & FNC_REGION_NAMED)
            return finnc_fail(r->cx, FINNC_BAD_VALUE,
                              "%s is no independent variable: it is computed from another of xs "
                              "and zs",
                              finnc_value_name(output));
        bool passes = reads & FNC_REGION_ACTIVE && !is_flat(node, output);
        *marks |=
            (unsigned char)(passes ? FNC_REGION_DEPENDS | FNC_REGION_ACTIVE : FNC_REGION_DEPENDS);
    }
    return FINNC_OK;
}

static finnc_status need(fnc_region *r, finnc_value *value, void *user)
{
    (void)user;
    r->marks[value->id] |= FNC_REGION_NEEDED;
    return FINNC_OK;
}

static bool has_mark(const fnc_region *r, const finnc_node *node, unsigned with, unsigned without)
{
    for (size_t o = 0; o < node->noutputs; o++) {
        unsigned marks = node->outputs[o] ? r->marks[node->outputs[o]->id] : 0;
        if ((marks & with) == with && !(marks & without))
            return true;
    }
    return false;
}

bool fnc_region_is_between(const fnc_region *r, const finnc_node *node)
{
    return has_mark(r, node, FNC_REGION_NEEDED, FNC_REGION_NAMED);
}

finnc_status fnc_region_mark(fnc_region *r)
{
    for (size_t i = 0; i < r->nnamed; i++)
        r->marks[fnc_region_named(r, i)->id] |=
            (unsigned char)(i < r->nx ? FNC_REGION_NAMED | FNC_REGION_ACTIVE : FNC_REGION_NAMED);
    for (size_t n = 0; n < r->nnodes; n++)
        FINNC_TRY(mark_node(r, r->nodes[n]));
    r->marks[r->y->id] |= FNC_REGION_NEEDED;
    for (size_t n = r->nnodes; n-- > 0;)
        if (fnc_region_is_between(r, r->nodes[n]))
            FINNC_TRY(visit_reads(r, r->nodes[n], r->nodes[n], need, NULL));
    return FINNC_OK;
}

/* ---- y from the values that are given ---- */

static finnc_status is_changed(fnc_region *r, finnc_value *value, void *user)
{
    *(bool *)user |= r->twins[value->id] != value;
    return FINNC_OK;
}

finnc_status fnc_region_copy_changed(fnc_region *r)
{
    for (size_t n = 0; n < r->nnodes; n++) {
        finnc_node *node = r->nodes[n];
        bool changed = false;
        if (!fnc_region_is_between(r, node))
            continue;
        FINNC_TRY(visit_reads(r, node, node, is_changed, &changed));
        if (!changed)
            continue;
        FINNC_TRY(fnc_node_clone(r->cx, node, r->at->graph, r->at, r->twins));
        for (size_t o = 0; o < node->noutputs; o++) /* other values may be of another shape */
            if (node->outputs[o])
                finnc_value_clear_type(r->twins[node->outputs[o]->id]);
        for (size_t i = 0; i < r->nnamed; i++)
            r->twins[fnc_region_named(r, i)->id] = fnc_region_given(r, i);
    }
    return FINNC_OK;
}

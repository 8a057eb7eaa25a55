/* Orders of nodes: sorting by level, visiting, and what the IR promises checked. */
#include "ir.h"

#include <string.h>

/* Nodes of one graph as a table: index = place in the list. The index of a node is found by its
 * position, which grows along the list. */
typedef struct table {
    finnc_node **nodes;
    size_t *waiting; /* inputs not made yet */
    size_t *level;
    size_t *queue;
    size_t tail; /* of the queue */
    size_t count;
    struct named_edge **named; /* by node: who names what it makes; NULL: nobody names anything */
} table;

/* A node that depends on another's output by its name (named.c). */
typedef struct named_edge {
    size_t user;
    struct named_edge *next;
} named_edge;

static size_t index_of(const table *t, const finnc_node *node)
{
    size_t low = 0, high = t->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (t->nodes[middle]->position <= node->position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The node of `graph` that makes a value which is named; NULL: none does. */
static finnc_node *maker_of(const finnc_graph *graph, const finnc_value *value)
{
    return value->graph == graph ? value->producer : NULL;
}

typedef struct naming {
    finnc_ctx *cx;
    fnc_arena *scratch;
    table *t;
    const finnc_graph *graph;
    size_t user;
    finnc_status status;
} naming;

static void add_named(void *user, finnc_value *value)
{
    naming *n = user;
    const finnc_node *maker = maker_of(n->graph, value);
    if (!maker || n->status != FINNC_OK)
        return;
    if (!n->t->named)
        n->t->named = FNC_NEW_ARRAY(n->scratch, named_edge *, n->t->count);
    named_edge *edge = FNC_NEW(n->scratch, named_edge);
    if (!n->t->named || !edge) {
        n->status = finnc_no_memory(n->cx);
        return;
    }
    named_edge **first = &n->t->named[index_of(n->t, maker)];
    *edge = (named_edge){.user = n->user, .next = *first};
    *first = edge;
}

static finnc_status add_all_named(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                                  table *t)
{
    naming n = {.cx = cx, .scratch = scratch, .t = t, .graph = graph};
    for (; n.user < t->count; n.user++)
        fnc_node_visit_named(t->nodes[n.user], add_named, &n);
    return n.status;
}

static finnc_status list_nodes(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                               table *t)
{
    *t = (table){.count = graph->nnodes};
    t->nodes = FNC_NEW_ARRAY(scratch, finnc_node *, t->count);
    t->waiting = FNC_NEW_ARRAY(scratch, size_t, t->count);
    t->level = FNC_NEW_ARRAY(scratch, size_t, t->count);
    t->queue = FNC_NEW_ARRAY(scratch, size_t, t->count);
    if (!t->nodes || !t->waiting || !t->level || !t->queue)
        return finnc_no_memory(cx);
    size_t i = 0;
    for (finnc_node *n = graph->first; n; n = n->next)
        t->nodes[i++] = n;
    return FINNC_OK;
}

static finnc_status table_init(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                               table *t)
{
    FINNC_TRY(list_nodes(cx, scratch, graph, t));
    return add_all_named(cx, scratch, graph, t);
}

/* Node `u` depends on node `i`, whose level is known. */
static void step(table *t, size_t i, size_t u)
{
    if (t->level[u] < t->level[i] + 1)
        t->level[u] = t->level[i] + 1;
    if (!--t->waiting[u])
        t->queue[t->tail++] = u;
}

/* Levels by Kahn's method: 0 without producers, else one more than the highest producer's. Edges
 * are uses of outputs, those inside of a node's subgraphs included, and names. Returns how many
 * nodes got one: fewer than all if there is a cycle. */
static size_t find_levels(const finnc_graph *graph, table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        for (size_t o = 0; o < t->nodes[i]->noutputs; o++) {
            const finnc_value *v = t->nodes[i]->outputs[o];
            for (const finnc_use *use = v ? v->uses : NULL; use; use = use->next) {
                const finnc_node *user = fnc_node_within(graph, use->node);
                if (user)
                    t->waiting[index_of(t, user)]++;
            }
        }
        for (const named_edge *e = t->named ? t->named[i] : NULL; e; e = e->next)
            t->waiting[e->user]++;
    }
    for (size_t i = 0; i < t->count; i++)
        if (!t->waiting[i])
            t->queue[t->tail++] = i;
    for (size_t head = 0; head < t->tail; head++) {
        size_t i = t->queue[head];
        for (size_t o = 0; o < t->nodes[i]->noutputs; o++) {
            const finnc_value *v = t->nodes[i]->outputs[o];
            for (const finnc_use *use = v ? v->uses : NULL; use; use = use->next) {
                const finnc_node *user = fnc_node_within(graph, use->node);
                if (user)
                    step(t, i, index_of(t, user));
            }
        }
        for (const named_edge *e = t->named ? t->named[i] : NULL; e; e = e->next)
            step(t, i, e->user);
    }
    return t->tail;
}

static finnc_status fail_cycle(finnc_ctx *cx, const table *t)
{
    size_t i = 0;
    while (!t->waiting[i])
        i++;
    FNC_AT_NODE(cx, t->nodes[i]);
    return finnc_fail(cx, FINNC_BAD_VALUE,
                      "the graph has a cycle: this node waits for what itself leads to");
}

typedef struct behind {
    const finnc_node *node;
    bool holds;
} behind;

static void look_behind(void *user, finnc_value *value)
{
    behind *b = user;
    const finnc_node *maker = maker_of(b->node->graph, value);
    b->holds &= !maker || maker->position < b->node->position;
}

static bool names_in_order(const finnc_graph *graph)
{
    behind b = {.holds = true};
    for (b.node = graph->first; b.node && b.holds; b.node = b.node->next)
        fnc_node_visit_named(b.node, look_behind, &b);
    return b.holds;
}

/* Does every node, but for those of bodies, stand behind those that make its inputs and what it
 * names? Then there is no cycle. */
static bool is_in_order(const finnc_graph *graph)
{
    for (const finnc_node *n = graph->first; n; n = n->next)
        for (size_t o = 0; o < n->noutputs; o++) {
            const finnc_value *v = n->outputs[o];
            for (const finnc_use *use = v ? v->uses : NULL; use; use = use->next) {
                const finnc_node *user = fnc_node_within(graph, use->node);
                if (user && user->position <= n->position)
                    return false;
            }
        }
    return names_in_order(graph);
}

static void rise_above(void *user, finnc_value *value)
{
    finnc_node *node = user;
    const finnc_node *maker = maker_of(node->graph, value);
    if (maker && node->level <= maker->level)
        node->level = maker->level + 1;
}

/* Is a graph in order sorted by level as well? Levels go from producers to users in one walk. */
static bool is_sorted(finnc_graph *graph)
{
    for (finnc_node *n = graph->first; n; n = n->next)
        n->level = 0;
    size_t level = 0;
    for (finnc_node *n = graph->first; n; n = n->next) {
        fnc_node_visit_named(n, rise_above, n);
        if (n->level < level)
            return false;
        level = n->level;
        for (size_t o = 0; o < n->noutputs; o++) {
            const finnc_value *v = n->outputs[o];
            for (const finnc_use *use = v ? v->uses : NULL; use; use = use->next) {
                finnc_node *user = fnc_node_within(graph, use->node);
                if (user && user->level <= level)
                    user->level = level + 1;
            }
        }
    }
    return true;
}

static finnc_status sort(finnc_ctx *cx, fnc_arena *scratch, finnc_graph *graph)
{
    table t;
    FINNC_TRY(table_init(cx, scratch, graph, &t));
    if (find_levels(graph, &t) < t.count)
        return fail_cycle(cx, &t);
    /* Counting sort by level; inside a level the old order stays. */
    size_t *start = FNC_NEW_ARRAY(scratch, size_t, t.count + 1);
    if (!start)
        return finnc_no_memory(cx);
    bool sorted = true;
    for (size_t i = 0; i < t.count; i++) {
        start[t.level[i] + 1 < t.count ? t.level[i] + 1 : t.count]++;
        sorted &= i == 0 || t.level[i - 1] <= t.level[i];
    }
    if (sorted)
        return FINNC_OK;
    for (size_t l = 1; l <= t.count; l++)
        start[l] += start[l - 1];
    size_t *order = t.queue; /* done with it */
    for (size_t i = 0; i < t.count; i++)
        order[start[t.level[i]]++] = i;
    for (size_t k = 0; k < t.count; k++)
        finnc_graph_move_node(t.nodes[order[k]], NULL);
    return FINNC_OK;
}

static finnc_status sort_one(finnc_ctx *cx, finnc_graph *graph)
{
    if (graph->nnodes < 2)
        return FINNC_OK;
    if (is_in_order(graph) && is_sorted(graph))
        return FINNC_OK;
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_status status = sort(cx, &scratch, graph);
    fnc_arena_clear(&scratch);
    return status;
}

finnc_status finnc_graph_sort(finnc_ctx *cx, finnc_graph *graph)
{
    for (finnc_graph *g = graph->model->graphs; g; g = g->next_graph)
        if (fnc_graph_lies_in(g, graph))
            FINNC_TRY(sort_one(cx, g));
    return FINNC_OK;
}

bool finnc_graph_is_in_order(const finnc_graph *graph)
{
    for (const finnc_graph *g = graph->model->graphs; g; g = g->next_graph)
        if (fnc_graph_lies_in(g, graph) && !is_in_order(g))
            return false;
    return true;
}

static bool is_of_function(const finnc_graph *graph)
{
    for (; graph->owner; graph = graph->owner->graph)
        if (graph->owner->erased)
            return false;
    return graph != graph->model->graph;
}

finnc_status fnc_model_sort_functions(finnc_ctx *cx, const finnc_model *model)
{
    for (finnc_graph *g = model->graphs; g; g = g->next_graph)
        if (is_of_function(g) && !is_in_order(g))
            FINNC_TRY(sort_one(cx, g));
    return FINNC_OK;
}

/* ---- visiting ---- */

static finnc_status visit_by_queue(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph,
                                   finnc_visit_fn visit, void *user)
{
    table t;
    FINNC_TRY(table_init(cx, scratch, graph, &t));
    if (find_levels(graph, &t) < t.count)
        return fail_cycle(cx, &t);
    for (size_t k = 0; k < t.count; k++)
        FINNC_TRY(visit(user, cx, t.nodes[t.queue[k]]));
    return FINNC_OK;
}

finnc_status finnc_graph_visit(finnc_ctx *cx, const finnc_graph *graph, finnc_visit_fn visit,
                               void *user)
{
    if (is_in_order(graph)) {
        finnc_foreach_node (node, graph)
            FINNC_TRY(visit(user, cx, node));
        return FINNC_OK;
    }
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    const finnc_status status = visit_by_queue(cx, &scratch, graph, visit, user);
    fnc_arena_clear(&scratch);
    return status;
}

/* ---- checking ---- */

static finnc_status check_value(finnc_ctx *cx, const finnc_value *v)
{
    FNC_AT_TENSOR(cx, v->name);
    size_t n = 0;
    for (const finnc_use *use = v->uses; use; use = use->next, n++)
        if (use->value != v || use->node->erased || use->index >= use->node->ninputs ||
            use->node->inputs[use->index] != use)
            return finnc_fail(cx, FINNC_BAD_VALUE, "its list of uses is broken");
    if (n != v->nuses)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%zu uses are counted, %zu are there", v->nuses, n);
    if (v->producer &&
        (v->producer->erased || finnc_node_output(v->producer, v->producer_index) != v))
        return finnc_fail(cx, FINNC_BAD_VALUE, "its producer does not make it");
    if (v->producer && v->tensor && !finnc_node_has_trait(v->producer, FINNC_OP_MEMORY))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "it has an initialiser, and node '%s' makes it as well",
                          v->producer->name);
    if (v->producer && finnc_value_is_input(v))
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "it is a graph input, and node '%s' makes it as well", v->producer->name);
    if (finnc_graph_find_value(v->graph, v->name) != v)
        return finnc_fail(cx, FINNC_BAD_VALUE, "its name leads to another value");
    return FINNC_OK;
}

static finnc_status check_outputs(finnc_ctx *cx, const finnc_node *node)
{
    FNC_AT_NODE(cx, node);
    for (size_t o = 0; o < node->noutputs; o++) {
        const finnc_value *v = node->outputs[o];
        if (v && (v->producer != node || v->producer_index != o))
            return finnc_fail(cx, FINNC_BAD_VALUE, "output %zu, '%s', has another producer", o,
                              v->name);
    }
    return FINNC_OK;
}

static finnc_status check_inputs(finnc_ctx *cx, const finnc_node *node)
{
    FNC_AT_NODE(cx, node);
    for (size_t i = 0; i < node->ninputs; i++) {
        const finnc_value *v = finnc_node_input(node, i);
        if (v && !fnc_value_has_source(v))
            return finnc_fail(
                cx, FINNC_BAD_VALUE,
                "input %zu, '%s', comes from nowhere: no node, initialiser or graph input has that name",
                i, v->name);
    }
    return FINNC_OK;
}

static finnc_status check_ends(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph)
{
    (void)scratch;
    for (const finnc_node *n = graph->first; n; n = n->next)
        FINNC_TRY(check_inputs(cx, n));
    for (size_t i = 0; i < graph->noutputs; i++)
        if (!fnc_value_has_source(graph->outputs[i]))
            return finnc_fail(cx, FINNC_BAD_VALUE, "graph output '%s' is made by nobody",
                              graph->outputs[i]->name);
    return FINNC_OK;
}

/* Of uses. A name is not what the editing functions keep in order: whoever sorts or runs tells. */
static finnc_status check_cycles(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph)
{
    if (is_in_order(graph))
        return FINNC_OK;
    table t;
    FINNC_TRY(list_nodes(cx, scratch, graph, &t));
    return find_levels(graph, &t) < t.count ? fail_cycle(cx, &t) : FINNC_OK;
}

static finnc_status check_one(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph)
{
    for (const finnc_value *v = graph->first_value; v; v = v->next)
        FINNC_TRY(check_value(cx, v));
    for (const finnc_node *n = graph->first; n; n = n->next)
        FINNC_TRY(check_outputs(cx, n));
    return check_cycles(cx, scratch, graph);
}

typedef finnc_status (*check_fn)(finnc_ctx *cx, fnc_arena *scratch, const finnc_graph *graph);

/* Runs `check` on a graph and on all graphs in it. */
static finnc_status check_all(finnc_ctx *cx, const finnc_graph *graph, check_fn check)
{
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_status status = FINNC_OK;
    for (const finnc_graph *g = graph->model->graphs; g && status == FINNC_OK; g = g->next_graph)
        if (fnc_graph_lies_in(g, graph)) {
            status = check(cx, &scratch, g);
            fnc_arena_clear(&scratch);
        }
    return status;
}

finnc_status finnc_graph_check(finnc_ctx *cx, const finnc_graph *graph)
{
    return check_all(cx, graph, check_one);
}

finnc_status finnc_graph_check_ends(finnc_ctx *cx, const finnc_graph *graph)
{
    return check_all(cx, graph, check_ends);
}

finnc_status fnc_graph_check_cycles(finnc_ctx *cx, const finnc_graph *graph)
{
    return check_all(cx, graph, check_cycles);
}

/* Nodes: their place in the list, their inputs (uses) and outputs. */
#include "ir.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Positions are this far apart when numbered anew: room for 40 insertions at one spot before that
 * has to happen again. */
#define POSITION_STEP (INT64_C(1) << 40)

finnc_graph *finnc_node_graph(const finnc_node *node)
{
    return node->graph;
}

const char *finnc_node_name(const finnc_node *node)
{
    return node->name;
}

const char *finnc_node_words(const finnc_node *node, char text[FINNC_NODE_WORDS_MAX])
{
    const finnc_value *made = NULL;
    for (size_t i = 0; !made && i < finnc_node_noutputs(node); i++)
        made = finnc_node_output(node, i);
    if (node->name[0])
        snprintf(text, FINNC_NODE_WORDS_MAX, "%.170s (%.80s)", node->name, node->op_type);
    else if (made)
        snprintf(text, FINNC_NODE_WORDS_MAX, "the maker of %.150s (%.80s)", finnc_value_name(made),
                 node->op_type);
    else
        snprintf(text, FINNC_NODE_WORDS_MAX, "%s", node->op_type);
    return text;
}

const char *finnc_node_op_type(const finnc_node *node)
{
    return node->op_type;
}

const char *finnc_node_domain(const finnc_node *node)
{
    return node->domain;
}

size_t finnc_node_ninputs(const finnc_node *node)
{
    return node->ninputs;
}

size_t finnc_node_noutputs(const finnc_node *node)
{
    return node->noutputs;
}

finnc_value *finnc_node_input(const finnc_node *node, size_t i)
{
    return i < node->ninputs && node->inputs[i] ? node->inputs[i]->value : NULL;
}

finnc_value *finnc_node_output(const finnc_node *node, size_t i)
{
    return i < node->noutputs ? node->outputs[i] : NULL;
}

finnc_node *finnc_node_revive(finnc_node *node)
{
    while (node && node->erased) /* an erased node keeps its way to what followed it */
        node = node->next;
    return node;
}

finnc_node *finnc_node_next(const finnc_node *node)
{
    return finnc_node_revive(node->next);
}

finnc_node *finnc_node_prev(const finnc_node *node)
{
    return node->prev;
}

bool finnc_node_is_erased(const finnc_node *node)
{
    return node->erased;
}

bool finnc_node_is_before(const finnc_node *a, const finnc_node *b)
{
    return a->position < b->position;
}

finnc_node *fnc_node_within(const finnc_graph *graph, finnc_node *node)
{
    while (node && node->graph != graph)
        node = node->graph->owner;
    return node;
}

/* ---- the list ---- */

static void number_anew(finnc_graph *graph)
{
    int64_t position = 0;
    for (finnc_node *n = graph->first; n; n = n->next)
        n->position = position += POSITION_STEP;
}

/* Gives `node`, which is linked already, a position between its neighbours' where there is no room:
 * the nodes around it are spread anew, as many as it takes to leave n * n between each two of n.
 * So wide a window is rarely filled up again, and many insertions at one spot stay cheap. */
static void make_room(finnc_node *node)
{
    finnc_node *first = node, *last = node;
    for (int64_t n = 1, reach = 1;; reach *= 2) {
        for (int64_t k = 0; k < reach && first->prev; k++, n++)
            first = first->prev;
        for (int64_t k = 0; k < reach && last->next; k++, n++)
            last = last->next;
        int64_t low = first->prev ? first->prev->position : 0;
        bool is_open = !last->next && n < INT64_MAX / POSITION_STEP - low / POSITION_STEP - 2;
        if (n > (1 << 20) || (!last->next && !is_open)) {
            number_anew(node->graph);
            return;
        }
        int64_t gap = is_open ? POSITION_STEP : (last->next->position - low) / (n + 1);
        if (gap < n * n)
            continue;
        for (finnc_node *at = first; at != last->next; at = at->next)
            at->position = low += gap;
        return;
    }
}

static void link_before(finnc_node *node, finnc_node *before)
{
    finnc_graph *graph = node->graph;
    node->next = before;
    node->prev = before ? before->prev : graph->last;
    if (node->prev)
        node->prev->next = node;
    else
        graph->first = node;
    if (before)
        before->prev = node;
    else
        graph->last = node;
    graph->nnodes++;
    graph->model->nnodes++;
    int64_t low = node->prev ? node->prev->position : 0;
    int64_t high = before                                 ? before->position
                   : low <= INT64_MAX - 2 * POSITION_STEP ? low + 2 * POSITION_STEP
                                                          : low;
    if (high - low < 2)
        make_room(node);
    else
        node->position = low + (high - low) / 2;
}

/* `node->next` stays, for whoever walks. */
static void unlink_node(finnc_node *node)
{
    finnc_graph *graph = node->graph;
    if (node->prev)
        node->prev->next = node->next;
    else
        graph->first = node->next;
    if (node->next)
        node->next->prev = node->prev;
    else
        graph->last = node->prev;
    graph->nnodes--;
    graph->model->nnodes--;
}

void finnc_graph_move_node(finnc_node *node, finnc_node *before)
{
    if (node == before || node->next == before)
        return;
    unlink_node(node);
    link_before(node, before);
    fnc_touch(node->graph);
}

/* ---- uses ---- */

static void unlink_use(finnc_use *use)
{
    finnc_value *value = use->value;
    if (!value)
        return;
    if (use->prev)
        use->prev->next = use->next;
    else
        value->uses = use->next;
    if (use->next)
        use->next->prev = use->prev;
    value->nuses--;
    use->value = NULL;
}

static void link_use(finnc_use *use, finnc_value *value)
{
    use->value = value;
    use->prev = NULL;
    use->next = value->uses;
    if (value->uses)
        value->uses->prev = use;
    value->uses = use;
    value->nuses++;
}

/* Makes room for `count` entries in an array of pointers; the new ones are NULL. */
static finnc_status reserve(finnc_ctx *cx, const finnc_node *node, void *array, size_t *room,
                            size_t count)
{
    if (count <= *room)
        return FINNC_OK;
    size_t more = *room ? 2 * *room : 2;
    if (more < count)
        more = count;
    void **grown = FNC_NEW_ARRAY(fnc_graph_arena(node->graph), void *, more);
    if (!grown)
        return finnc_no_memory(cx);
    void *old;
    memcpy(&old, array, sizeof old);
    if (*room)
        memcpy(grown, old, *room * sizeof *grown);
    memcpy(array, &grown, sizeof grown);
    *room = more;
    return FINNC_OK;
}

finnc_status finnc_node_set_input(finnc_ctx *cx, finnc_node *node, size_t i, finnc_value *value)
{
    assert(!node->erased);
    if (i < node->ninputs && finnc_node_input(node, i) == value)
        return FINNC_OK;
    size_t count;
    if (!fnc_add(i, 1, &count))
        return finnc_no_memory(cx);
    FINNC_TRY(reserve(cx, node, &node->inputs, &node->inputs_room, count));
    finnc_use *use = node->inputs[i];
    if (value && !use) {
        use = FNC_NEW(fnc_graph_arena(node->graph), finnc_use);
        if (!use)
            return finnc_no_memory(cx);
        use->node = node;
        use->index = i;
        node->inputs[i] = use;
    }
    if (i >= node->ninputs)
        node->ninputs = count;
    if (use)
        unlink_use(use);
    if (value)
        link_use(use, value);
    fnc_touch(node->graph);
    return FINNC_OK;
}

void finnc_node_trim_inputs(finnc_node *node, size_t ninputs)
{
    while (node->ninputs > ninputs) {
        finnc_use *use = node->inputs[--node->ninputs];
        if (use)
            unlink_use(use);
        fnc_touch(node->graph);
    }
}

finnc_status finnc_node_set_output(finnc_ctx *cx, finnc_node *node, size_t i, finnc_value *value)
{
    assert(!node->erased);
    if (i < node->noutputs && node->outputs[i] == value)
        return FINNC_OK;
    if (value && value->producer)
        return finnc_fail(cx, FINNC_BAD_VALUE, "'%s' is made by two nodes: %s and %s", value->name,
                          value->producer->name, node->name);
    size_t count;
    if (!fnc_add(i, 1, &count))
        return finnc_no_memory(cx);
    FINNC_TRY(reserve(cx, node, &node->outputs, &node->outputs_room, count));
    if (i >= node->noutputs)
        node->noutputs = count;
    if (node->outputs[i])
        node->outputs[i]->producer = NULL;
    node->outputs[i] = value;
    if (value) {
        value->producer = node;
        value->producer_index = i;
    }
    fnc_touch(node->graph);
    return FINNC_OK;
}

/* ---- making and ending ---- */

static finnc_status set_text(finnc_ctx *cx, const finnc_node *node, const char **field,
                             const char *text)
{
    text = text ? text : "";
    if (*field && !strcmp(*field, text))
        return FINNC_OK;
    char *copy = fnc_arena_strdup(fnc_graph_arena(node->graph), text);
    if (!copy)
        return finnc_no_memory(cx);
    *field = copy;
    fnc_touch(node->graph);
    return FINNC_OK;
}

finnc_status finnc_node_rename(finnc_ctx *cx, finnc_node *node, const char *name)
{
    return set_text(cx, node, &node->name, name);
}

finnc_status finnc_node_set_op(finnc_ctx *cx, finnc_node *node, const char *op_type,
                               const char *domain)
{
    FINNC_TRY(set_text(cx, node, &node->op_type, op_type));
    FINNC_TRY(set_text(cx, node, &node->domain, domain));
    atomic_store_explicit(&node->op, NULL, memory_order_relaxed);
    return FINNC_OK;
}

/* Inputs, outputs and name of a node that is in no list yet. */
static finnc_status fill(finnc_ctx *cx, finnc_node *node, const finnc_node_spec *spec)
{
    FINNC_TRY(set_text(cx, node, &node->op_type, spec->op_type));
    FINNC_TRY(set_text(cx, node, &node->domain, spec->domain));
    FINNC_TRY(set_text(cx, node, &node->name, spec->name));
    for (size_t i = 0; i < spec->ninputs; i++)
        FINNC_TRY(finnc_node_set_input(cx, node, i, spec->inputs[i]));
    for (size_t i = 0; i < spec->noutputs; i++)
        FINNC_TRY(finnc_node_set_output(cx, node, i, spec->outputs[i]));
    return FINNC_OK;
}

/* Lets go of whatever the node is connected to, in its subgraphs too. */
static void disconnect(finnc_node *node)
{
    for (size_t i = 0; i < node->ninputs; i++)
        if (node->inputs[i])
            unlink_use(node->inputs[i]);
    for (size_t i = 0; i < node->noutputs; i++)
        if (node->outputs[i])
            node->outputs[i]->producer = NULL;
    finnc_graph *body;
    for (size_t i = 0; (body = finnc_node_body(node, i, NULL)); i++)
        fnc_graph_erase_nodes(body);
}

finnc_status finnc_graph_insert_node(finnc_ctx *cx, finnc_graph *graph, const finnc_node_spec *spec,
                                     finnc_node *before, finnc_node **node)
{
    assert(!before || (before->graph == graph && !before->erased));
    FINNC_TRY(fnc_need_within(cx, FINNC_LIMIT_NODES, (uint64_t)graph->model->nnodes + 1));
    finnc_node *n = FNC_NEW(fnc_graph_arena(graph), finnc_node);
    if (!n)
        return finnc_no_memory(cx);
    n->graph = graph;
    finnc_status status = fill(cx, n, spec);
    if (status != FINNC_OK) {
        disconnect(n);
        return status;
    }
    link_before(n, before);
    fnc_touch(graph);
    if (node)
        *node = n;
    return FINNC_OK;
}

finnc_status finnc_graph_insert_like(finnc_ctx *cx, const finnc_node *like,
                                     finnc_value *const *inputs, size_t ninputs,
                                     finnc_value *const *outputs, size_t noutputs,
                                     finnc_node *before, finnc_node **node)
{
    finnc_node_spec spec = {.op_type = like->op_type,
                            .domain = like->domain,
                            .inputs = inputs,
                            .ninputs = ninputs,
                            .outputs = outputs,
                            .noutputs = noutputs};
    finnc_node *n;
    FINNC_TRY(finnc_graph_insert_node(cx, like->graph, &spec, before, &n));
    finnc_status status = finnc_node_copy_attrs(cx, n, like);
    if (status != FINNC_OK) {
        finnc_graph_erase_node(n);
        return status;
    }
    if (node)
        *node = n;
    return FINNC_OK;
}

void finnc_graph_erase_node(finnc_node *node)
{
    if (node->erased)
        return;
    disconnect(node);
    unlink_node(node);
    node->erased = true;
    fnc_touch(node->graph);
}

void fnc_graph_erase_nodes(finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        finnc_graph_erase_node(node);
}

/* Repeats a pass's rules until none fits.
 *
 * The first sweep visits all nodes in order. What a rewrite may have changed behind the sweep's
 * back is queued: the nodes it made, and their users as far as a picture reaches. The queue is
 * worked off in rounds, each in node order. Then a sweep confirms that nothing is left, since
 * `when` may look at anything. So a fixpoint over N nodes takes two sweeps and the rewrites
 * themselves: linear where repeating whole sweeps, as upstream does, is quadratic. */
#include "rule.h"

#include <base/alloc.h>

#include <stdlib.h>

typedef struct queue {
    finnc_node **nodes;
    size_t count, room;
} queue;

typedef struct worker {
    finnc_ctx *cx;
    fnc_manager *manager;
    finnc_match match;
    const struct fnc_rules *rules;
    queue next; /* for the next round */
    uint64_t rewrites, most;
    fnc_described constants; /* of the rewrite at work, as they were before */
} worker;

static finnc_status push(worker *w, finnc_node *node)
{
    queue *q = &w->next;
    if (q->count == q->room) {
        size_t room = q->room ? 2 * q->room : 64, nbytes;
        if (!fnc_mul(room, sizeof(finnc_node *), &nbytes))
            return finnc_no_memory(w->cx);
        finnc_node **grown = fnc_realloc(w->cx, q->nodes, nbytes);
        if (!grown)
            return finnc_no_memory(w->cx);
        q->nodes = grown;
        q->room = room;
    }
    q->nodes[q->count++] = node;
    return FINNC_OK;
}

/* Users beyond this many are left to the sweep that confirms, so that a value with a thousand users
 * does not queue them all again for each of them. */
enum { MAX_USERS = 8 };

/* Queues a node, and the users of its values that a picture of `depth` nodes may reach it from. */
static finnc_status push_reaching(worker *w, finnc_node *node, int depth)
{
    FINNC_TRY(push(w, node));
    if (depth <= 1)
        return FINNC_OK;
    for (size_t i = 0; i < finnc_node_noutputs(node); i++) {
        finnc_value *value = finnc_node_output(node, i);
        if (!value || finnc_value_nuses(value) > MAX_USERS)
            continue;
        finnc_foreach_use (use, value)
            if (finnc_node_graph(finnc_use_node(use)) == w->match.graph)
                FINNC_TRY(push_reaching(w, finnc_use_node(use), depth - 1));
    }
    return FINNC_OK;
}

/* A value that lost a user may have become private to the one that is left. */
static finnc_status push_freed(worker *w, const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        finnc_value *value = finnc_node_input(node, i);
        finnc_node *only = value ? finnc_value_only_user(value) : NULL;
        if (only && finnc_node_graph(only) == w->match.graph && !finnc_value_is_constant(value))
            FINNC_TRY(push_reaching(w, only, w->rules->depth));
    }
    return FINNC_OK;
}

static finnc_status rewrite(worker *w)
{
    finnc_match *m = &w->match;
    const bool listens = fnc_listens(w->manager);
    if (++w->rewrites > w->most)
        return finnc_fail(w->cx, FINNC_BAD_VALUE, "still rewrites after %llu rewrites",
                          (unsigned long long)w->most);
    fnc_touched touched;
    if (listens)
        fnc_match_describe(m, &w->constants);
    FINNC_TRY(fnc_match_build(m, &touched));
    if (listens)
        fnc_match_announce(m, &w->constants, &touched);
    for (size_t i = 0; i < touched.count; i++) {
        if (finnc_node_is_erased(touched.nodes[i]))
            continue;
        FINNC_TRY(push_reaching(w, touched.nodes[i], w->rules->depth));
        FINNC_TRY(push_freed(w, touched.nodes[i]));
    }
    return FINNC_OK;
}

/* Applies the first rule that fits at `root`. */
static finnc_status visit(worker *w, finnc_node *root)
{
    finnc_match *m = &w->match;
    for (size_t i = 0; i < w->rules->count; i++) {
        const fnc_rule_text *rule = &w->rules->rules[i];
        if (!fnc_picture_has_op(rule->have, root))
            continue;
        FNC_AT_NODE(w->cx, root);
        bool applies;
        FINNC_TRY(fnc_match_find(m, rule, root, &applies));
        if (applies)
            return fnc_rewrite_begin(w->manager) ? rewrite(w) : FINNC_OK;
    }
    return FINNC_OK;
}

static finnc_status sweep(worker *w)
{
    size_t n = 0;
    finnc_foreach_node (node, w->match.graph) {
        if (fnc_stopped(w->manager))
            return FINNC_OK;
        if (++n % 1024 == 0)
            FINNC_TRY(finnc_ctx_check(w->cx));
        FINNC_TRY(visit(w, node));
    }
    return FINNC_OK;
}

static int by_order(const void *a, const void *b)
{
    const finnc_node *x = *(finnc_node *const *)a, *y = *(finnc_node *const *)b;
    return finnc_node_is_before(x, y) ? -1 : finnc_node_is_before(y, x);
}

/* Visits what was queued, in node order, each once. */
static finnc_status work_off(worker *w, queue *round)
{
    size_t living = 0;
    for (size_t i = 0; i < round->count; i++)
        if (!finnc_node_is_erased(round->nodes[i]))
            round->nodes[living++] = round->nodes[i];
    if (living > 1)
        qsort(round->nodes, living, sizeof(finnc_node *), by_order);
    for (size_t i = 0; i < living; i++) {
        finnc_node *node = round->nodes[i];
        if (fnc_stopped(w->manager))
            return FINNC_OK;
        if (i % 1024 == 0)
            FINNC_TRY(finnc_ctx_check(w->cx));
        if (finnc_node_is_erased(node) || (i > 0 && node == round->nodes[i - 1]))
            continue;
        FINNC_TRY(visit(w, node));
    }
    return FINNC_OK;
}

static finnc_status drain(worker *w)
{
    while (w->next.count > 0 && !fnc_stopped(w->manager)) {
        queue round = w->next;
        w->next = (queue){0};
        finnc_status status = work_off(w, &round);
        fnc_free(w->cx, round.nodes);
        FINNC_TRY(status);
    }
    return FINNC_OK;
}

static finnc_status repeat(worker *w)
{
    uint64_t rewrites;
    do {
        rewrites = w->rewrites;
        FINNC_TRY(sweep(w));
        FINNC_TRY(drain(w));
    } while (w->rewrites != rewrites && !fnc_stopped(w->manager));
    return FINNC_OK;
}

/* Once nothing is left to do: why not more? The graph is then as the user will see it. */
static finnc_status explain(worker *w)
{
    finnc_match *m = &w->match;
    m->explains = true;
    finnc_foreach_node (node, m->graph) {
        m->miss.kind = FNC_MISS_NOTHING;
        m->miss.progress = 0;
        FNC_AT_NODE(w->cx, node);
        for (size_t i = 0; i < w->rules->count; i++) {
            bool applies;
            if (fnc_picture_has_op(w->rules->rules[i].have, node))
                FINNC_TRY(fnc_match_find(m, &w->rules->rules[i], node, &applies));
        }
        fnc_match_explain(m);
    }
    return FINNC_OK;
}

finnc_status fnc_rules_run(finnc_pass_run *run, finnc_graph *graph)
{
    fnc_manager *manager = run->manager;
    if (!run->known->rules)
        FINNC_TRY(fnc_rules_parse(manager->cx, &manager->arena, run->pass, &run->known->rules));
    uint64_t n = finnc_graph_nnodes(graph);
    worker w = {
        .cx = manager->cx,
        .manager = manager,
        .match = {.run = run, .graph = graph},
        .rules = run->known->rules,
        /* Each of N nodes may pass each other; what takes more goes in circles. */
        .most = 1000 + n * (n < 1000 ? n : 1000),
    };
    fnc_arena_init(&w.match.scratch, w.cx);
    finnc_status status = repeat(&w);
    /* With `finish` there is another round as long as something is rewritten. */
    bool is_last = w.rewrites == 0 || !run->pass->finish;
    if (status == FINNC_OK && is_last && fnc_listens(manager) && !fnc_stopped(manager))
        status = explain(&w);
    fnc_arena_clear(&w.match.scratch);
    fnc_free(w.cx, w.next.nodes);
    return status;
}

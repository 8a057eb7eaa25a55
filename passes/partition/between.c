/* A partition P with a path P -> n -> P: n depends on P, and P depends on n. The nodes in between
 * are those that can be reached from P both ways. */
#include "between.h"

enum { MOST_NAMES = 8 };

/* Which nodes were met, by their outputs. */
typedef struct walk {
    fnc_parting *p;
    fnc_value_map met;
    finnc_node **stack;
    size_t depth;
} walk;

static finnc_status visit(walk *w, finnc_node *node)
{
    const finnc_value *key = node ? fnc_first_output(node) : NULL;
    if (!key || fnc_value_map_find(&w->met, key))
        return FINNC_OK;
    w->stack[w->depth++] = node;
    return fnc_value_map_add(w->p->cx, &w->met, key, node);
}

static finnc_status begin(walk *w, fnc_parting *p, finnc_node *from)
{
    *w = (walk){.p = p, .met = {.arena = p->scratch}};
    w->stack = FNC_NEW_ARRAY(p->scratch, finnc_node *, finnc_graph_nnodes(p->graph) + 1);
    return w->stack ? visit(w, from) : finnc_no_memory(p->cx);
}

static finnc_status walk_down(walk *w, fnc_parting *p, finnc_node *from)
{
    FINNC_TRY(begin(w, p, from));
    while (w->depth > 0) {
        const finnc_node *node = w->stack[--w->depth];
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            finnc_value *value = finnc_node_output(node, o);
            if (!value)
                continue;
            finnc_foreach_use (use, value)
                FINNC_TRY(visit(w, fnc_parting_outermost(p, finnc_use_node(use))));
        }
    }
    return FINNC_OK;
}

static finnc_status walk_up(walk *w, fnc_parting *p, finnc_node *from)
{
    FINNC_TRY(begin(w, p, from));
    while (w->depth > 0) {
        const finnc_node *node = w->stack[--w->depth];
        for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
            const finnc_value *value = finnc_node_input(node, i);
            if (value)
                FINNC_TRY(visit(w, finnc_value_producer(value)));
        }
    }
    return FINNC_OK;
}

static bool was_met(const walk *w, const finnc_node *node)
{
    const finnc_value *key = fnc_first_output(node);
    return key && fnc_value_map_find(&w->met, key);
}

/* The nodes on a path from `from` back to it, in order, as parts: 0 for those that are not
 * partitions themselves. */
static finnc_status find_between(fnc_parting *p, finnc_node *from, fnc_parts *between,
                                 size_t *count)
{
    walk down, up;
    FINNC_TRY(walk_down(&down, p, from));
    FINNC_TRY(walk_up(&up, p, from));
    FINNC_TRY(fnc_parts_init(p->cx, p->scratch, p->graph, between));
    between->count = 1;
    *count = 0;
    for (size_t i = 0; i < between->nnodes; i++) {
        const finnc_node *node = between->nodes[i];
        if (node == from || !was_met(&down, node) || !was_met(&up, node))
            continue;
        ++*count;
        if (fnc_parting_find(p, node) == FNC_NO_PART)
            between->part_of[i] = 0;
    }
    return FINNC_OK;
}

/* "n (Neg), r (Relu) and 3 more" */
static void list_names(const fnc_part *nodes, fnc_buf *words)
{
    char one[FINNC_NODE_WORDS_MAX];
    for (size_t i = 0; i < nodes->count && i < MOST_NAMES; i++)
        fnc_buf_printf(words, "%s%s", i ? ", " : " by way of ",
                       finnc_node_words(nodes->nodes[i], one));
    if (nodes->count > MOST_NAMES)
        fnc_buf_printf(words, " and %zu more", nodes->count - MOST_NAMES);
}

/* The nodes alone, as a model. */
static finnc_status extract(fnc_parting *inner, finnc_model **model)
{
    FINNC_TRY(fnc_parting_find_ends(inner, 0));
    const fnc_part *own = &inner->parts[0];
    return finnc_model_extract(inner->cx, inner->graph, own->nodes, own->count, own->inputs.values,
                               own->inputs.count, own->outputs.values, own->outputs.count, model);
}

static finnc_status describe(finnc_pass_run *run, fnc_parting *p, const fnc_partition_kind *kind,
                             fnc_parts *between, fnc_buf *words)
{
    fnc_parting inner;
    finnc_model *model;
    FINNC_TRY(fnc_parting_init(p->cx, p->graph, p->scratch, between, &inner));
    if (inner.parts[0].count == 0) {
        fnc_buf_puts(words, " by way of another one");
        return FINNC_OK;
    }
    list_names(&inner.parts[0], words);
    if (!kind->explain)
        return FINNC_OK;
    FINNC_TRY(extract(&inner, &model));
    const finnc_status status = kind->explain(run, model, words);
    finnc_model_destroy(model);
    return status;
}

static finnc_status say(finnc_pass_run *run, fnc_parting *p, const fnc_partition_kind *kind,
                        int part, fnc_parts *between)
{
    fnc_buf words;
    fnc_buf_init(&words, p->cx);
    finnc_status status = describe(run, p, kind, between, &words);
    if (status == FINNC_OK)
        status = fnc_buf_check(&words);
    if (status == FINNC_OK)
        status =
            finnc_fail(p->cx, FINNC_BAD_VALUE, "a path leaves partition %s and comes back to it%s",
                       p->assigned->ids[part], fnc_buf_text(&words));
    fnc_buf_clear(&words);
    return status;
}

finnc_status fnc_partition_say_between(finnc_pass_run *run, fnc_parting *p,
                                       const fnc_partition_kind *kind)
{
    finnc_foreach_node (node, p->graph) {
        fnc_parts between;
        size_t count;
        const int k = fnc_parting_find(p, node);
        if (k == FNC_NO_PART)
            continue;
        FINNC_TRY(find_between(p, node, &between, &count));
        if (count > 0)
            return say(run, p, kind, k, &between);
    }
    return finnc_fail(p->cx, FINNC_BAD_VALUE, "the graph has a cycle");
}

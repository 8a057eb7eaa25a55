#include "counterpart.h"

#include <finnc/op.h>

#include <stdlib.h>
#include <string.h>

/* ---- the table ---- */

static int by_address(const void *x, const void *y)
{
    const fnc_pair *p = x, *q = y;
    return (p->a > q->a) - (p->a < q->a);
}

static int by_value(const void *x, const void *y)
{
    const finnc_value *const *p = x, *const *q = y;
    return (*p > *q) - (*p < *q);
}

finnc_status fnc_pairs_init(finnc_ctx *cx, fnc_arena *arena, const finnc_graph *a,
                            const finnc_graph *b, fnc_pairs *pairs)
{
    size_t na = finnc_graph_nvalues(a) + 1, nb = finnc_graph_nvalues(b) + 1, n = 0;
    *pairs = (fnc_pairs){.a = a,
                         .b = b,
                         .all = FNC_NEW_ARRAY(arena, fnc_pair, na),
                         .values_b = FNC_NEW_ARRAY(arena, const finnc_value *, nb),
                         .origins = FNC_NEW_ARRAY(arena, const finnc_value *, nb),
                         .is_taken = FNC_NEW_ARRAY(arena, bool, nb)};
    if (!pairs->all || !pairs->values_b || !pairs->origins || !pairs->is_taken)
        return finnc_no_memory(cx);
    finnc_foreach_value (value, a)
        pairs->all[pairs->nvalues++].a = value;
    finnc_foreach_value (value, b)
        pairs->values_b[n++] = value;
    pairs->nvalues_b = n;
    qsort(pairs->all, pairs->nvalues, sizeof *pairs->all, by_address);
    qsort(pairs->values_b, n, sizeof *pairs->values_b, by_value);
    return FINNC_OK;
}

static fnc_pair *find(const fnc_pairs *pairs, const finnc_value *a)
{
    const fnc_pair wanted = {.a = a};
    return bsearch(&wanted, pairs->all, pairs->nvalues, sizeof wanted, by_address);
}

const fnc_pair *fnc_pairs_find_value(const fnc_pairs *pairs, const finnc_value *a)
{
    return find(pairs, a);
}

/* Among `values_b`; SIZE_MAX for a value of a graph around or inside. */
static size_t place_of(const fnc_pairs *pairs, const finnc_value *b)
{
    const finnc_value **found = bsearch(&b, pairs->values_b, pairs->nvalues_b, sizeof b, by_value);
    return found ? (size_t)(found - pairs->values_b) : SIZE_MAX;
}

static bool *mark_of(const fnc_pairs *pairs, const finnc_value *b)
{
    const size_t place = place_of(pairs, b);
    return place == SIZE_MAX ? NULL : &pairs->is_taken[place];
}

void fnc_pairs_set(fnc_pairs *pairs, const finnc_value *a, const finnc_value *b)
{
    fnc_pair *pair = find(pairs, a);
    bool *mark = mark_of(pairs, b);
    if (pair && mark) {
        pair->b = b;
        *mark = true;
    }
}

const finnc_value *fnc_pairs_get(const fnc_pairs *pairs, const finnc_value *a)
{
    const fnc_pair *pair = find(pairs, a);
    return pair ? pair->b : NULL;
}

/* May `b` still become a counterpart? */
static bool is_free(const fnc_pairs *pairs, const finnc_value *b)
{
    const bool *mark = mark_of(pairs, b);
    return mark && !*mark;
}

/* ---- what makes it ---- */

static bool are_of_one_op(const finnc_node *x, const finnc_node *y)
{
    return !strcmp(finnc_node_op_type(x), finnc_node_op_type(y));
}

/* What a node that only moves elements has made `value` of; NULL: it is made otherwise. */
static const finnc_value *moved_from(const finnc_value *value)
{
    const finnc_node *node = finnc_value_producer(value);
    const finnc_value *from =
        node && finnc_node_ninputs(node) > 0 ? finnc_node_input(node, 0) : NULL;
    const bool moves = from && !finnc_value_is_constant(from) && finnc_node_noutputs(node) == 1 &&
                       finnc_node_has_trait(node, FINNC_OP_MOVES);
    return moves ? from : NULL;
}

/* The value that the elements came from: behind nodes that only move them. It is kept for all on
 * the way, so that a long chain is walked along once. */
static const finnc_value *origin(const fnc_pairs *pairs, const finnc_value *value)
{
    const finnc_value *end = value, *from;
    size_t place;
    while ((place = place_of(pairs, end)) != SIZE_MAX && !pairs->origins[place] &&
           (from = moved_from(end)))
        end = from;
    if (place != SIZE_MAX && pairs->origins[place])
        end = pairs->origins[place];
    for (; value && (place = place_of(pairs, value)) != SIZE_MAX && !pairs->origins[place];
         value = moved_from(value))
        pairs->origins[place] = end;
    return end;
}

/* Reads `y` what stands for everything that `x` computes with, and does it the same? Constants may
 * be others: that is how models differ. */
static bool are_alike(const fnc_pairs *pairs, const finnc_node *x, const finnc_node *y)
{
    size_t n = finnc_node_ninputs(x);
    if (!are_of_one_op(x, y) || finnc_node_ninputs(y) != n ||
        finnc_node_noutputs(x) != finnc_node_noutputs(y))
        return false;
    for (size_t i = 0; i < n; i++) {
        const finnc_value *a = finnc_node_input(x, i), *b = finnc_node_input(y, i);
        if (!a || finnc_value_is_constant(a))
            continue;
        const finnc_value *wanted = fnc_pairs_get(pairs, a);
        if (!b || !wanted || origin(pairs, b) != origin(pairs, wanted))
            return false;
    }
    return true;
}

/* A search for the node of the second graph that is like `node`, whose output `o` is free. */
typedef struct search {
    const fnc_pairs *pairs;
    const finnc_node *node;
    size_t o;
    int left; /* readers that may still be looked at: a value may have very many */
} search;

enum { MAX_READERS = 1000, MAX_MOVES = 3 /* between two nodes that compute */ };

/* Looks among the readers of `b`, and of what moves its elements, `depth` moves deep. */
static const finnc_node *find_alike(search *s, const finnc_value *b, int depth)
{
    finnc_foreach_use (use, b) {
        const finnc_node *y = finnc_use_node(use), *deeper = NULL;
        const finnc_value *made = s->o < finnc_node_noutputs(y) ? finnc_node_output(y, s->o) : NULL;
        if (s->left-- <= 0)
            return NULL;
        if (made && is_free(s->pairs, made) && are_alike(s->pairs, s->node, y))
            return y;
        if (depth > 0 && finnc_node_noutputs(y) == 1 && finnc_node_has_trait(y, FINNC_OP_MOVES) &&
            finnc_node_output(y, 0))
            deeper = find_alike(s, finnc_node_output(y, 0), depth - 1);
        if (deeper)
            return deeper;
    }
    return NULL;
}

/* Through the first input that is no constant. */
static const finnc_value *made_alike(const fnc_pairs *pairs, const finnc_node *x, size_t o)
{
    for (size_t i = 0; i < finnc_node_ninputs(x); i++) {
        const finnc_value *a = finnc_node_input(x, i);
        if (!a || finnc_value_is_constant(a))
            continue;
        const finnc_value *b = fnc_pairs_get(pairs, a);
        search s = {.pairs = pairs, .node = x, .o = o, .left = MAX_READERS};
        const finnc_node *y = b ? find_alike(&s, origin(pairs, b), MAX_MOVES) : NULL;
        return y ? finnc_node_output(y, o) : NULL;
    }
    return NULL;
}

/* ---- all of it ---- */

/* What a node of the second graph makes under the name of `a`. */
static const finnc_value *namesake(const fnc_pairs *pairs, const finnc_value *a)
{
    const finnc_value *b = finnc_graph_find_value(pairs->b, finnc_value_name(a));
    return b && finnc_value_producer(b) && is_free(pairs, b) ? b : NULL;
}

/* Passes give names to other things: a name counts first where the op is the same. */
static void pair_names(fnc_pairs *pairs)
{
    finnc_foreach_node (node, pairs->a)
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *a = finnc_node_output(node, o), *b = a ? namesake(pairs, a) : NULL;
            if (b && are_of_one_op(node, finnc_value_producer(b)))
                fnc_pairs_set(pairs, a, b);
        }
}

/* Of `a`, the output `o` of `node`. `twin`: the second model's node in the same place; NULL unless
 * it is of the same op. */
static const finnc_value *counterpart(const fnc_pairs *pairs, const finnc_node *node, size_t o,
                                      const finnc_value *a, const finnc_node *twin)
{
    const finnc_value *b =
        twin && o < finnc_node_noutputs(twin) ? finnc_node_output(twin, o) : NULL;
    if (!b || !is_free(pairs, b))
        b = made_alike(pairs, node, o);
    return b ? b : namesake(pairs, a);
}

finnc_status fnc_pairs_find(finnc_ctx *cx, fnc_pairs *pairs)
{
    bool is_alike = finnc_graph_nnodes(pairs->a) == finnc_graph_nnodes(pairs->b);
    const finnc_node *twin = is_alike ? finnc_graph_first_node(pairs->b) : NULL;
    pair_names(pairs);
    finnc_foreach_node (node, pairs->a) {
        FINNC_TRY(finnc_ctx_check(cx));
        const bool is_same = twin && are_of_one_op(node, twin);
        for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
            const finnc_value *a = finnc_node_output(node, o);
            if (!a || fnc_pairs_get(pairs, a))
                continue;
            const finnc_value *b = counterpart(pairs, node, o, a, is_same ? twin : NULL);
            if (b)
                fnc_pairs_set(pairs, a, b);
        }
        twin = twin ? finnc_node_next(twin) : NULL;
    }
    return FINNC_OK;
}

/* The cheapest design below a number of cycles, exactly: by eliminating ports.
 *
 * Each layer is a factor: for each combination of classes at its ports the choices that give it.
 * Each edge is one: what its converter costs, for each pair of classes. Two factors are joined over
 * the ports that they share, and a port that nobody else has goes: of all ways to fill it in only
 * those are kept than which none is better. On a chain of layers a factor never has more than one
 * port left, so this is dynamic programming along the chain; a branch that comes together again
 * leaves two.
 *
 * Without budgets one partial design per combination is the best. With budgets all are kept that
 * are better than every other in the order of costs or in a resource whose budget may bind. */
#include "fold.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_SCOPE = 12,
    MAX_LABELS = 1 << 21, /* partial designs kept at once: about 200 MB */
};
#define NOBODY UINT32_MAX

/* A partial design: a choice of one layer, a converter, or two designs together. */
typedef struct label {
    fnc_fold_cost cost;
    const struct label *a, *b;
    uint32_t layer, choice; /* layer NOBODY: a converter, or two together */
} label;

typedef struct labels {
    label *at;
    size_t count, room;
} labels;

/* For one combination of classes. */
typedef struct entry {
    uint32_t key[MAX_SCOPE];
    labels designs;
    size_t next; /* with the same hash; or, sorted out, the same key */
} entry;

typedef struct factor {
    uint32_t scope[MAX_SCOPE]; /* ports, ascending */
    size_t nscope;
    entry *entries;
    size_t nentries, room;
    size_t *heads; /* of hash chains; SIZE_MAX: empty */
    size_t mask;
    double least[FINNC_NRESOURCES]; /* of the layers in it: they cannot do with less */
    bool is_dead;
} factor;

typedef struct solver {
    fnc_fold_space *space;
    const fnc_fold_query *query;
    fnc_arena arena;
    factor **factors;
    size_t nfactors;
    int order[FNC_FOLD_NCOSTS];
    double least[FINNC_NRESOURCES];
    bool matters[FINNC_NRESOURCES]; /* its budget may bind, so a dearer design may be the one */
    bool has_budgets;
    size_t nlabels;
} solver;

/* ---- comparing ---- */

static int compare(const solver *v, const fnc_fold_cost *a, const fnc_fold_cost *b)
{
    for (int i = 0; i < FNC_FOLD_NCOSTS; i++) {
        const double x = a->of[v->order[i]], y = b->of[v->order[i]];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* `a` is cheaper, or equal and older. */
static bool is_better(const solver *v, const fnc_fold_cost *a, const fnc_fold_cost *b)
{
    if (compare(v, a, b) > 0)
        return false;
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        if (v->matters[r] && a->of[r] > b->of[r])
            return false;
    return true;
}

/* Can what is in `cost` become a whole design within the budgets? `least`: its layers' minimum. */
static bool can_fit(const solver *v, const fnc_fold_cost *cost, const double *least)
{
    for (int r = 0; v->has_budgets && r < FINNC_NRESOURCES; r++)
        if (cost->of[r] + (v->least[r] - least[r]) > v->query->budget[r])
            return false;
    return true;
}

/* ---- lists of designs ---- */

/* A stable merge sort: which of two equal designs is kept must not depend on the library's qsort.
 */
static void sort(const solver *v, label *at, label *spare, size_t n)
{
    if (n < 2)
        return;
    const size_t half = n / 2;
    sort(v, at, spare, half);
    sort(v, at + half, spare, n - half);
    memcpy(spare, at, half * sizeof *at);
    for (size_t i = 0, j = half, k = 0; i < half; k++)
        at[k] = j < n && compare(v, &at[j].cost, &spare[i].cost) < 0 ? at[j++] : spare[i++];
}

static finnc_status prune(solver *v, labels *list)
{
    size_t kept = 0;
    if (list->count < 2)
        return FINNC_OK;
    label *spare = FNC_NEW_ARRAY(&v->arena, label, list->count);
    if (!spare)
        return finnc_no_memory(v->space->cx);
    sort(v, list->at, spare, list->count);
    for (size_t i = 0; i < list->count; i++) {
        bool is_beaten = false;
        for (size_t k = kept; k > 0 && !is_beaten; k--)
            is_beaten = is_better(v, &list->at[k - 1].cost, &list->at[i].cost);
        if (!is_beaten)
            list->at[kept++] = list->at[i];
    }
    v->nlabels -= list->count - kept;
    list->count = kept;
    return FINNC_OK;
}

static finnc_status add(solver *v, labels *list, const label *x)
{
    finnc_ctx *cx = v->space->cx;
    if (list->count > 0 && is_better(v, &list->at[list->count - 1].cost, &x->cost))
        return FINNC_OK;
    if (list->count > 0 && is_better(v, &x->cost, &list->at[list->count - 1].cost)) {
        list->at[list->count - 1] = *x;
        return FINNC_OK;
    }
    if (list->count == list->room) {
        FINNC_TRY(prune(v, list));
        if (list->count * 2 > list->room || list->room == 0) {
            const size_t room = list->room ? 2 * list->room : 1;
            label *at = FNC_NEW_ARRAY(&v->arena, label, room);
            if (!at)
                return finnc_no_memory(cx);
            if (list->count > 0)
                memcpy(at, list->at, list->count * sizeof *at);
            list->at = at;
            list->room = room;
        }
    }
    list->at[list->count++] = *x;
    if (++v->nlabels > MAX_LABELS)
        return finnc_fail(
            cx, FINNC_UNSUPPORTED,
            "more than %d partial designs, none of which is better than another: an "
            "exact answer takes fewer budgets at once, or a graph with fewer branches",
            (int)MAX_LABELS);
    return FINNC_OK;
}

/* ---- factors ---- */

static finnc_status new_factor(solver *v, size_t expected, factor **made)
{
    factor *f = FNC_NEW(&v->arena, factor);
    size_t n = 16;
    while (n < 2 * expected && n < (1u << 20))
        n *= 2;
    if (!f || !(f->heads = FNC_NEW_ARRAY(&v->arena, size_t, n)))
        return finnc_no_memory(v->space->cx);
    f->mask = n - 1;
    for (size_t i = 0; i < n; i++)
        f->heads[i] = SIZE_MAX;
    *made = f;
    return FINNC_OK;
}

static size_t hash_of(const uint32_t *key, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ key[i]) * 0xff51afd7ed558ccdu;
    return (size_t)(h >> 32);
}

static finnc_status entry_at(solver *v, factor *f, const uint32_t *key, entry **found)
{
    size_t *head = &f->heads[hash_of(key, f->nscope) & f->mask];
    for (size_t i = *head; i != SIZE_MAX; i = f->entries[i].next)
        if (!memcmp(f->entries[i].key, key, f->nscope * sizeof *key)) {
            *found = &f->entries[i];
            return FINNC_OK;
        }
    if (f->nentries == f->room) {
        const size_t room = 2 * f->room + 16;
        entry *moved = FNC_NEW_ARRAY(&v->arena, entry, room);
        if (!moved)
            return finnc_no_memory(v->space->cx);
        if (f->nentries > 0)
            memcpy(moved, f->entries, f->nentries * sizeof *moved);
        f->entries = moved;
        f->room = room;
    }
    *found = &f->entries[f->nentries];
    **found = (entry){.next = *head};
    memcpy((*found)->key, key, f->nscope * sizeof *key);
    *head = f->nentries++;
    return FINNC_OK;
}

static finnc_status finish(solver *v, factor *f)
{
    for (size_t i = 0; i < f->nentries; i++)
        FINNC_TRY(prune(v, &f->entries[i].designs));
    return FINNC_OK;
}

static finnc_status add_layer_factor(solver *v, uint32_t layer)
{
    const fnc_fold_layer *l = &v->space->layers[layer];
    factor *f;
    if (l->nports > MAX_SCOPE)
        return finnc_fail(v->space->cx, FINNC_UNSUPPORTED,
                          "%s (%s) has %zu streams, more than %d, which a search does not bear",
                          finnc_node_name(l->node), finnc_node_op_type(l->node), l->nports,
                          (int)MAX_SCOPE);
    FINNC_TRY(new_factor(v, l->nchoices, &f));
    f->nscope = l->nports;
    for (size_t i = 0; i < l->nports; i++)
        f->scope[i] = (uint32_t)l->ports[i];
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        f->least[r] = INFINITY;
    for (uint32_t i = 0; i < l->nchoices; i++) {
        const fnc_fold_choice *c = &l->choices[i];
        entry *e;
        if (c->cycles > v->query->max_cycles)
            continue;
        for (int r = 0; r < FINNC_NRESOURCES; r++)
            f->least[r] = fmin(f->least[r], c->cost.of[r]);
        const label x = {.cost = c->cost, .layer = layer, .choice = i};
        FINNC_TRY(entry_at(v, f, c->classes, &e));
        FINNC_TRY(add(v, &e->designs, &x));
    }
    v->factors[v->nfactors++] = f;
    return finish(v, f);
}

static finnc_status add_edge_factor(solver *v, const fnc_fold_edge *edge)
{
    const size_t nfrom = v->space->ports[edge->from].nclasses;
    const size_t nto = v->space->ports[edge->to].nclasses;
    const bool is_in_order = edge->from < edge->to;
    factor *f;
    FINNC_TRY(new_factor(v, nfrom * nto, &f));
    f->nscope = 2;
    f->scope[!is_in_order] = (uint32_t)edge->from;
    f->scope[is_in_order] = (uint32_t)edge->to;
    for (uint32_t i = 0; i < nfrom; i++)
        for (uint32_t j = 0; j < nto; j++) {
            label x = {.layer = NOBODY};
            entry *e;
            x.cost.of[FINNC_LUT] = edge->luts[i * nto + j];
            if (x.cost.of[FINNC_LUT] < 0)
                continue;
            FINNC_TRY(entry_at(v, f, is_in_order ? (uint32_t[]){i, j} : (uint32_t[]){j, i}, &e));
            FINNC_TRY(add(v, &e->designs, &x));
        }
    v->factors[v->nfactors++] = f;
    return FINNC_OK;
}

/* ---- joining ---- */

/* Where the ports of two factors go: shared ones, and those of the result. */
typedef struct plan {
    size_t nshared, shared_a[MAX_SCOPE], shared_b[MAX_SCOPE];
    size_t nscope, from[MAX_SCOPE]; /* place in a, or MAX_SCOPE + place in b */
    uint32_t scope[MAX_SCOPE];
    bool is_too_wide;
} plan;

static void put_port(plan *p, uint32_t port, size_t from, uint32_t gone)
{
    if (port == gone)
        return;
    if (p->nscope == MAX_SCOPE) {
        p->is_too_wide = true;
        return;
    }
    p->scope[p->nscope] = port;
    p->from[p->nscope++] = from;
}

static plan plan_join(const factor *a, const factor *b, uint32_t gone)
{
    plan p = {0};
    size_t i = 0, j = 0;
    while (i < a->nscope || j < b->nscope) {
        const uint32_t x = i < a->nscope ? a->scope[i] : NOBODY;
        const uint32_t y = j < b->nscope ? b->scope[j] : NOBODY;
        if (x == y) {
            p.shared_a[p.nshared] = i;
            p.shared_b[p.nshared++] = j;
        }
        put_port(&p, x < y ? x : y, x <= y ? i : MAX_SCOPE + j, gone);
        i += x <= y;
        j += y <= x;
    }
    return p;
}

static size_t shared_key(const entry *e, const size_t *places, size_t n, uint32_t *key)
{
    for (size_t i = 0; i < n; i++)
        key[i] = e->key[places[i]];
    return hash_of(key, n);
}

static finnc_status pair_up(solver *v, factor *out, const plan *p, const entry *a, const entry *b)
{
    uint32_t key[MAX_SCOPE];
    entry *e;
    for (size_t i = 0; i < p->nscope; i++)
        key[i] = p->from[i] < MAX_SCOPE ? a->key[p->from[i]] : b->key[p->from[i] - MAX_SCOPE];
    FINNC_TRY(entry_at(v, out, key, &e));
    for (size_t i = 0; i < a->designs.count; i++)
        for (size_t j = 0; j < b->designs.count; j++) {
            label x = {.cost = a->designs.at[i].cost,
                       .a = &a->designs.at[i],
                       .b = &b->designs.at[j],
                       .layer = NOBODY};
            fnc_fold_cost_add(&x.cost, &b->designs.at[j].cost);
            if (can_fit(v, &x.cost, out->least))
                FINNC_TRY(add(v, &e->designs, &x));
        }
    return FINNC_OK;
}

/* Entries of `b` by what they have in common with `a`. */
typedef struct matches {
    size_t *heads, *next;
    size_t mask;
} matches;

static finnc_status make_index(solver *v, const factor *b, const plan *p, matches *x)
{
    uint32_t key[MAX_SCOPE];
    size_t n = 16;
    while (n < 2 * b->nentries && n < (1u << 20))
        n *= 2;
    x->heads = FNC_NEW_ARRAY(&v->arena, size_t, n);
    x->next = FNC_NEW_ARRAY(&v->arena, size_t, b->nentries + 1);
    x->mask = n - 1;
    if (!x->heads || !x->next)
        return finnc_no_memory(v->space->cx);
    for (size_t i = 0; i < n; i++)
        x->heads[i] = SIZE_MAX;
    for (size_t i = b->nentries; i > 0; i--) {
        size_t *head =
            &x->heads[shared_key(&b->entries[i - 1], p->shared_b, p->nshared, key) & x->mask];
        x->next[i - 1] = *head;
        *head = i - 1;
    }
    return FINNC_OK;
}

/* Both factors in one, without the port `gone` (NOBODY: all ports stay). */
static finnc_status join(solver *v, factor *a, factor *b, uint32_t gone, factor **made)
{
    const plan p = plan_join(a, b, gone);
    uint32_t key[MAX_SCOPE], other[MAX_SCOPE];
    factor *out;
    matches x;
    if (p.is_too_wide)
        return finnc_fail(v->space->cx, FINNC_UNSUPPORTED,
                          "the graph's branches cross so that more than %d streams depend on one "
                          "another",
                          (int)MAX_SCOPE);
    FINNC_TRY(new_factor(v, a->nentries, &out));
    out->nscope = p.nscope;
    memcpy(out->scope, p.scope, sizeof out->scope);
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        out->least[r] = a->least[r] + b->least[r];
    FINNC_TRY(make_index(v, b, &p, &x));
    for (size_t i = 0; i < a->nentries; i++) {
        const size_t hash = shared_key(&a->entries[i], p.shared_a, p.nshared, key);
        for (size_t j = x.heads[hash & x.mask]; j != SIZE_MAX; j = x.next[j]) {
            shared_key(&b->entries[j], p.shared_b, p.nshared, other);
            if (!memcmp(key, other, p.nshared * sizeof *key))
                FINNC_TRY(pair_up(v, out, &p, &a->entries[i], &b->entries[j]));
        }
    }
    a->is_dead = b->is_dead = true;
    *made = out;
    return finish(v, out);
}

/* ---- eliminating ---- */

/* Each port is in its layer's factor and in its edge's, or in what these have become: `of[port]`.
 */
typedef struct elimination {
    factor *(*of)[2];
    bool *is_gone;
} elimination;

static void replace(elimination *el, const factor *f, const factor *old, factor *by)
{
    for (size_t i = 0; i < f->nscope; i++)
        for (int k = 0; k < 2; k++)
            if (el->of[f->scope[i]][k] == old)
                el->of[f->scope[i]][k] = by;
}

/* The port that leaves the fewest others together, and of those the one with the fewest entries to
 * look at. */
static uint32_t choose(const solver *v, const elimination *el)
{
    uint32_t best = NOBODY;
    size_t least_scope = SIZE_MAX;
    double least_work = INFINITY;
    for (uint32_t p = 0; p < v->space->nports; p++) {
        if (el->is_gone[p])
            continue;
        const factor *a = el->of[p][0], *b = el->of[p][1];
        const plan left = a == b ? (plan){.nscope = a->nscope - 1} : plan_join(a, b, p);
        const size_t scope = left.is_too_wide ? SIZE_MAX - 1 : left.nscope;
        const double work = (double)a->nentries * (double)b->nentries;
        if (scope < least_scope || (scope == least_scope && work < least_work)) {
            best = p;
            least_scope = scope;
            least_work = work;
        }
    }
    return best;
}

/* A port of one factor alone: joined with a factor of nothing. */
static finnc_status nothing(solver *v, factor **made)
{
    const label x = {.layer = NOBODY};
    entry *e;
    FINNC_TRY(new_factor(v, 1, made));
    FINNC_TRY(entry_at(v, *made, (uint32_t[]){0}, &e));
    return add(v, &e->designs, &x);
}

static finnc_status eliminate(solver *v, elimination *el, uint32_t port, factor **last)
{
    factor *a = el->of[port][0], *b = el->of[port][1], *made;
    if (a == b)
        FINNC_TRY(nothing(v, &b));
    FINNC_TRY(join(v, a, b, port, &made));
    replace(el, made, a, made);
    replace(el, made, b, made);
    el->is_gone[port] = true;
    *last = made;
    return FINNC_OK;
}

static finnc_status eliminate_all(solver *v)
{
    const size_t n = v->space->nports;
    elimination el = {.of = fnc_arena_alloc_array(&v->arena, sizeof *el.of, n + 1),
                      .is_gone = FNC_NEW_ARRAY(&v->arena, bool, n + 1)};
    if (!el.of || !el.is_gone)
        return finnc_no_memory(v->space->cx);
    for (size_t i = 0; i < v->nfactors; i++)
        for (size_t k = 0; k < v->factors[i]->nscope; k++)
            el.of[v->factors[i]->scope[k]][el.of[v->factors[i]->scope[k]][0] != NULL] =
                v->factors[i];
    for (size_t i = 0; i < n; i++) {
        factor *made;
        FINNC_TRY(finnc_ctx_check(v->space->cx));
        FINNC_TRY(eliminate(v, &el, choose(v, &el), &made));
        if (made->nscope == 0)
            v->factors[v->nfactors++] = made;
    }
    return FINNC_OK;
}

/* What is left has no ports: pieces of the graph that no stream joins. */
static finnc_status put_together(solver *v, factor **whole)
{
    FINNC_TRY(nothing(v, whole));
    for (size_t i = 0; i < v->nfactors; i++)
        if (!v->factors[i]->is_dead && v->factors[i]->nscope == 0)
            FINNC_TRY(join(v, *whole, v->factors[i], NOBODY, whole));
    return FINNC_OK;
}

/* ---- the answer ---- */

static void read_off(const label *x, size_t *choices)
{
    if (x->layer != NOBODY)
        choices[x->layer] = x->choice;
    if (x->a) {
        read_off(x->a, choices);
        read_off(x->b, choices);
    }
}

static finnc_status run(solver *v, fnc_fold_solution *solution)
{
    fnc_fold_space *s = v->space;
    factor *whole;
    v->factors = FNC_NEW_ARRAY(&v->arena, factor *, s->nlayers + s->nedges + s->nports + 1);
    if (!v->factors)
        return finnc_no_memory(s->cx);
    for (uint32_t l = 0; l < s->nlayers; l++)
        FINNC_TRY(add_layer_factor(v, l));
    for (size_t i = 0; i < v->nfactors; i++)
        for (int r = 0; r < FINNC_NRESOURCES; r++)
            v->least[r] += v->factors[i]->least[r];
    for (size_t e = 0; e < s->nedges; e++)
        FINNC_TRY(add_edge_factor(v, &s->edges[e]));
    FINNC_TRY(eliminate_all(v));
    FINNC_TRY(put_together(v, &whole));
    solution->is_found = whole->nentries > 0 && whole->entries[0].designs.count > 0;
    if (!solution->is_found)
        return FINNC_OK;
    const label *best = &whole->entries[0].designs.at[0];
    solution->cost = best->cost;
    solution->choices = FNC_NEW_ARRAY(&s->arena, size_t, s->nlayers);
    if (!solution->choices)
        return finnc_no_memory(s->cx);
    read_off(best, solution->choices);
    return FINNC_OK;
}

static void set_order(solver *v, finnc_resource first)
{
    int n = 0;
    v->order[n++] = (int)first;
    for (int i = 0; i < FNC_FOLD_NCOSTS; i++)
        if (i != (int)first)
            v->order[n++] = i;
}

static finnc_status solve_once(fnc_fold_space *space, const fnc_fold_query *query,
                               const bool *matters, fnc_fold_solution *solution)
{
    solver v = {.space = space, .query = query, .has_budgets = matters != NULL};
    *solution = (fnc_fold_solution){0};
    set_order(&v, query->first);
    for (int r = 0; matters && r < FINNC_NRESOURCES; r++)
        v.matters[r] = matters[r] && r != (int)query->first;
    fnc_arena_init(&v.arena, space->cx);
    const finnc_status status = run(&v, solution);
    fnc_arena_clear(&v.arena);
    return status;
}

static bool is_within(const fnc_fold_query *query, const fnc_fold_cost *cost, int r)
{
    return cost->of[r] <= query->budget[r];
}

/* Most questions are answered without keeping more than one partial design: the cheapest of all is
 * within the budgets, or the least of one resource is beyond its own. */
finnc_status fnc_fold_solve(fnc_fold_space *space, const fnc_fold_query *query,
                            fnc_fold_solution *solution)
{
    bool matters[FINNC_NRESOURCES], is_fine = true;
    for (size_t l = 0; l < space->nlayers; l++)
        if (space->layers[l].least > query->max_cycles) {
            *solution = (fnc_fold_solution){0};
            return FINNC_OK;
        }
    FINNC_TRY(solve_once(space, query, NULL, solution));
    for (int r = 0; solution->is_found && r < FINNC_NRESOURCES; r++)
        is_fine &= is_within(query, &solution->cost, r);
    if (is_fine)
        return FINNC_OK;
    for (int r = 0; r < FINNC_NRESOURCES; r++) {
        fnc_fold_query alone = *query;
        alone.first = (finnc_resource)r;
        matters[r] = query->budget[r] < INFINITY;
        if (!matters[r])
            continue;
        FINNC_TRY(solve_once(space, &alone, NULL, solution));
        if (!is_within(query, &solution->cost, r)) {
            *solution = (fnc_fold_solution){0};
            return FINNC_OK;
        }
    }
    return solve_once(space, query, matters, solution);
}

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
#include "fold_solver.h"

#include <math.h>

/* ---- eliminating ---- */

/* Each port is in its layer's factor and in its edge's, or in what these have become: `of[port]`.
 */
typedef struct elimination {
    fnc_factor *(*of)[2];
    bool *is_gone;
} elimination;

static void replace(elimination *el, const fnc_factor *f, const fnc_factor *old, fnc_factor *by)
{
    for (size_t i = 0; i < f->nscope; i++)
        for (int k = 0; k < 2; k++)
            if (el->of[f->scope[i]][k] == old)
                el->of[f->scope[i]][k] = by;
}

/* The port that leaves the fewest others together, and of those the one with the fewest entries to
 * look at. */
static uint32_t choose(const fnc_solver *v, const elimination *el)
{
    uint32_t best = FNC_NOBODY;
    size_t least_scope = SIZE_MAX;
    double least_work = INFINITY;
    for (uint32_t p = 0; p < v->space->nports; p++) {
        if (el->is_gone[p])
            continue;
        const fnc_factor *a = el->of[p][0], *b = el->of[p][1];
        size_t scope = a->nscope - 1;
        if (a != b) {
            const fnc_join_plan left = fnc_factor_plan_join(a, b, p);
            scope = left.is_too_wide ? SIZE_MAX - 1 : left.nscope;
        }
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
static finnc_status nothing(fnc_solver *v, fnc_factor **made)
{
    const fnc_label x = {.layer = FNC_NOBODY};
    fnc_entry *e;
    FINNC_TRY(fnc_factor_new(v, 1, made));
    FINNC_TRY(fnc_factor_entry(v, *made, (uint32_t[]){0}, &e));
    return fnc_designs_add(v, &e->designs, &x);
}

static finnc_status eliminate(fnc_solver *v, elimination *el, uint32_t port, fnc_factor **last)
{
    fnc_factor *a = el->of[port][0], *b = el->of[port][1], *made;
    if (a == b)
        FINNC_TRY(nothing(v, &b));
    FINNC_TRY(fnc_factor_join(v, a, b, port, &made));
    replace(el, made, a, made);
    replace(el, made, b, made);
    el->is_gone[port] = true;
    *last = made;
    return FINNC_OK;
}

static finnc_status eliminate_all(fnc_solver *v)
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
        fnc_factor *made;
        FINNC_TRY(finnc_ctx_check(v->space->cx));
        FINNC_TRY(eliminate(v, &el, choose(v, &el), &made));
        if (made->nscope == 0)
            v->factors[v->nfactors++] = made;
    }
    return FINNC_OK;
}

/* What is left has no ports: pieces of the graph that no stream joins. */
static finnc_status put_together(fnc_solver *v, fnc_factor **whole)
{
    FINNC_TRY(nothing(v, whole));
    for (size_t i = 0; i < v->nfactors; i++)
        if (!v->factors[i]->is_dead && v->factors[i]->nscope == 0)
            FINNC_TRY(fnc_factor_join(v, *whole, v->factors[i], FNC_NOBODY, whole));
    return FINNC_OK;
}

/* ---- the answer ---- */

static void read_off(const fnc_label *x, size_t *choices)
{
    if (x->layer != FNC_NOBODY)
        choices[x->layer] = x->choice;
    if (x->a) {
        read_off(x->a, choices);
        read_off(x->b, choices);
    }
}

static finnc_status run(fnc_solver *v, fnc_fold_solution *solution)
{
    fnc_fold_space *s = v->space;
    fnc_factor *whole;
    v->factors = FNC_NEW_ARRAY(&v->arena, fnc_factor *, s->nlayers + s->nedges + s->nports + 1);
    if (!v->factors)
        return finnc_no_memory(s->cx);
    for (uint32_t l = 0; l < s->nlayers; l++)
        FINNC_TRY(fnc_factor_add_layer(v, l));
    for (size_t i = 0; i < v->nfactors; i++)
        for (int r = 0; r < FINNC_NRESOURCES; r++)
            v->least[r] += v->factors[i]->least[r];
    for (size_t e = 0; e < s->nedges; e++)
        FINNC_TRY(fnc_factor_add_edge(v, &s->edges[e]));
    FINNC_TRY(eliminate_all(v));
    FINNC_TRY(put_together(v, &whole));
    solution->is_found = whole->nentries > 0 && whole->entries[0].designs.count > 0;
    if (!solution->is_found)
        return FINNC_OK;
    const fnc_label *best = &whole->entries[0].designs.at[0];
    solution->cost = best->cost;
    solution->choices = FNC_NEW_ARRAY(&s->arena, size_t, s->nlayers);
    if (!solution->choices)
        return finnc_no_memory(s->cx);
    read_off(best, solution->choices);
    return FINNC_OK;
}

static void set_order(fnc_solver *v, finnc_resource first)
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
    fnc_solver v = {.space = space, .query = query, .has_budgets = matters != NULL};
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

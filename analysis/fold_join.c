/* Two factors in one, over the ports that they share. */
#include "fold_solver.h"

#include <string.h>

/* Can what is in `cost` become a whole design within the budgets? `least`: its layers' minimum. */
static bool can_fit(const fnc_solver *v, const fnc_fold_cost *cost, const double *least)
{
    for (int r = 0; v->has_budgets && r < FINNC_NRESOURCES; r++)
        if (cost->of[r] + (v->least[r] - least[r]) > v->query->budget[r])
            return false;
    return true;
}

static void put_port(fnc_join_plan *p, uint32_t port, size_t from, uint32_t gone)
{
    if (port == gone)
        return;
    if (p->nscope == FNC_MAX_SCOPE) {
        p->is_too_wide = true;
        return;
    }
    p->scope[p->nscope] = port;
    p->from[p->nscope++] = from;
}

fnc_join_plan fnc_factor_plan_join(const fnc_factor *a, const fnc_factor *b, uint32_t gone)
{
    fnc_join_plan p = {0};
    size_t i = 0, j = 0;
    while (i < a->nscope || j < b->nscope) {
        const uint32_t x = i < a->nscope ? a->scope[i] : FNC_NOBODY;
        const uint32_t y = j < b->nscope ? b->scope[j] : FNC_NOBODY;
        if (x == y) {
            p.shared_a[p.nshared] = i;
            p.shared_b[p.nshared++] = j;
        }
        put_port(&p, x < y ? x : y, x <= y ? i : FNC_MAX_SCOPE + j, gone);
        i += x <= y;
        j += y <= x;
    }
    return p;
}

static size_t shared_key(const fnc_entry *e, const size_t *places, size_t n, uint32_t *key)
{
    for (size_t i = 0; i < n; i++)
        key[i] = e->key[places[i]];
    return fnc_factor_hash(key, n);
}

static finnc_status pair_up(fnc_solver *v, fnc_factor *out, const fnc_join_plan *p,
                            const fnc_entry *a, const fnc_entry *b)
{
    uint32_t key[FNC_MAX_SCOPE];
    fnc_entry *e;
    for (size_t i = 0; i < p->nscope; i++)
        key[i] =
            p->from[i] < FNC_MAX_SCOPE ? a->key[p->from[i]] : b->key[p->from[i] - FNC_MAX_SCOPE];
    FINNC_TRY(fnc_factor_entry(v, out, key, &e));
    for (size_t i = 0; i < a->designs.count; i++)
        for (size_t j = 0; j < b->designs.count; j++) {
            fnc_label x = {.cost = a->designs.at[i].cost,
                           .a = &a->designs.at[i],
                           .b = &b->designs.at[j],
                           .layer = FNC_NOBODY};
            fnc_fold_cost_add(&x.cost, &b->designs.at[j].cost);
            if (can_fit(v, &x.cost, out->least))
                FINNC_TRY(fnc_designs_add(v, &e->designs, &x));
        }
    return FINNC_OK;
}

/* Entries of `b` by what they have in common with `a`. */
typedef struct matches {
    size_t *heads, *next;
    size_t mask;
} matches;

static finnc_status make_index(fnc_solver *v, const fnc_factor *b, const fnc_join_plan *p,
                               matches *x)
{
    uint32_t key[FNC_MAX_SCOPE];
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

finnc_status fnc_factor_join(fnc_solver *v, fnc_factor *a, fnc_factor *b, uint32_t gone,
                             fnc_factor **made)
{
    const fnc_join_plan p = fnc_factor_plan_join(a, b, gone);
    uint32_t key[FNC_MAX_SCOPE], other[FNC_MAX_SCOPE];
    fnc_factor *out;
    matches x;
    if (p.is_too_wide)
        return finnc_fail(v->space->cx, FINNC_UNSUPPORTED,
                          "the graph's branches cross so that more than %d streams depend on one "
                          "another",
                          (int)FNC_MAX_SCOPE);
    FINNC_TRY(fnc_factor_new(v, a->nentries, &out));
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
    return fnc_factor_finish(v, out);
}

/* Factors as they are made of the space: one per layer, one per edge. */
#include "fold_solver.h"

#include <math.h>
#include <string.h>

finnc_status fnc_factor_new(fnc_solver *v, size_t expected, fnc_factor **made)
{
    fnc_factor *f = FNC_NEW(&v->arena, fnc_factor);
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

size_t fnc_factor_hash(const uint32_t *key, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ key[i]) * 0xff51afd7ed558ccdu;
    return (size_t)(h >> 32);
}

finnc_status fnc_factor_entry(fnc_solver *v, fnc_factor *f, const uint32_t *key, fnc_entry **found)
{
    size_t *head = &f->heads[fnc_factor_hash(key, f->nscope) & f->mask];
    for (size_t i = *head; i != SIZE_MAX; i = f->entries[i].next)
        if (!memcmp(f->entries[i].key, key, f->nscope * sizeof *key)) {
            *found = &f->entries[i];
            return FINNC_OK;
        }
    if (f->nentries == f->room) {
        const size_t room = 2 * f->room + 16;
        fnc_entry *moved = FNC_NEW_ARRAY(&v->arena, fnc_entry, room);
        if (!moved)
            return finnc_no_memory(v->space->cx);
        if (f->nentries > 0)
            memcpy(moved, f->entries, f->nentries * sizeof *moved);
        f->entries = moved;
        f->room = room;
    }
    *found = &f->entries[f->nentries];
    **found = (fnc_entry){.next = *head};
    memcpy((*found)->key, key, f->nscope * sizeof *key);
    *head = f->nentries++;
    return FINNC_OK;
}

finnc_status fnc_factor_finish(fnc_solver *v, fnc_factor *f)
{
    for (size_t i = 0; i < f->nentries; i++)
        FINNC_TRY(fnc_designs_prune(v, &f->entries[i].designs));
    return FINNC_OK;
}

finnc_status fnc_factor_add_layer(fnc_solver *v, uint32_t layer)
{
    const fnc_fold_layer *l = &v->space->layers[layer];
    fnc_factor *f;
    char words[FINNC_NODE_WORDS_MAX];
    if (l->nports > FNC_MAX_SCOPE)
        return finnc_fail(v->space->cx, FINNC_UNSUPPORTED,
                          "%s has %zu streams, more than %d, which a search does not bear",
                          finnc_node_words(l->node, words), l->nports, (int)FNC_MAX_SCOPE);
    FINNC_TRY(fnc_factor_new(v, l->nchoices, &f));
    f->nscope = l->nports;
    for (size_t i = 0; i < l->nports; i++)
        f->scope[i] = (uint32_t)l->ports[i];
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        f->least[r] = INFINITY;
    for (uint32_t i = 0; i < l->nchoices; i++) {
        const fnc_fold_choice *c = &l->choices[i];
        fnc_entry *e;
        if (c->cycles > v->query->max_cycles)
            continue;
        for (int r = 0; r < FINNC_NRESOURCES; r++)
            f->least[r] = fmin(f->least[r], c->cost.of[r]);
        const fnc_label x = {.cost = c->cost, .layer = layer, .choice = i};
        FINNC_TRY(fnc_factor_entry(v, f, c->classes, &e));
        FINNC_TRY(fnc_designs_add(v, &e->designs, &x));
    }
    v->factors[v->nfactors++] = f;
    return fnc_factor_finish(v, f);
}

finnc_status fnc_factor_add_edge(fnc_solver *v, const fnc_fold_edge *edge)
{
    const size_t nfrom = v->space->ports[edge->from].nclasses;
    const size_t nto = v->space->ports[edge->to].nclasses;
    const bool is_in_order = edge->from < edge->to;
    fnc_factor *f;
    FINNC_TRY(fnc_factor_new(v, nfrom * nto, &f));
    f->nscope = 2;
    f->scope[!is_in_order] = (uint32_t)edge->from;
    f->scope[is_in_order] = (uint32_t)edge->to;
    for (uint32_t i = 0; i < nfrom; i++)
        for (uint32_t j = 0; j < nto; j++) {
            fnc_label x = {.layer = FNC_NOBODY};
            fnc_entry *e;
            x.cost.of[FINNC_LUT] = edge->luts[i * nto + j];
            if (x.cost.of[FINNC_LUT] < 0)
                continue;
            FINNC_TRY(
                fnc_factor_entry(v, f, is_in_order ? (uint32_t[]){i, j} : (uint32_t[]){j, i}, &e));
            FINNC_TRY(fnc_designs_add(v, &e->designs, &x));
        }
    v->factors[v->nfactors++] = f;
    return FINNC_OK;
}

#include "fold_proof.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *finnc_resource_name(finnc_resource resource)
{
    static const char *const names[FINNC_NRESOURCES] = {
        [FINNC_LUT] = "LUTs",
        [FINNC_BRAM_18K] = "BRAMs of 18 Kibit",
        [FINNC_DSP] = "DSP blocks",
        [FINNC_URAM] = "UltraRAMs",
    };
    return names[resource];
}

/* ---- what is lacking ---- */

static bool has_budget(const fnc_fold_query *query, int r)
{
    return query->budget[r] < INFINITY;
}

/* As `query` with the budgets of `kept` alone, and `first` to be made the least. */
static finnc_status solve_with(fnc_fold_space *s, const fnc_fold_query *query,
                               const bool kept[FINNC_NRESOURCES], finnc_resource first,
                               fnc_fold_solution *solution)
{
    fnc_fold_query q = {.max_cycles = query->max_cycles, .first = first};
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        q.budget[r] = kept[r] ? query->budget[r] : INFINITY;
    return fnc_fold_solve(s, &q, solution);
}

static finnc_status explain_budgets(fnc_fold_space *s, const fnc_fold_query *query,
                                    fnc_fold_lack *lack)
{
    fnc_fold_solution tried;
    bool is_chosen = false;
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        lack->kept[r] = has_budget(query, r);
    /* Budgets are dropped one by one as long as what is left has no answer either. */
    for (int r = FINNC_NRESOURCES - 1; r >= 0; r--) {
        if (!lack->kept[r])
            continue;
        lack->kept[r] = false;
        FINNC_TRY(solve_with(s, query, lack->kept, FINNC_LUT, &tried));
        lack->kept[r] = tried.is_found;
    }
    for (int r = 0; r < FINNC_NRESOURCES && !is_chosen; r++)
        if (lack->kept[r]) {
            lack->resource = (finnc_resource)r;
            lack->kept[r] = false;
            is_chosen = true;
        }
    FINNC_TRY(solve_with(s, query, lack->kept, lack->resource, &lack->nearest));
    lack->needed = lack->nearest.cost.of[lack->resource];
    return FINNC_OK;
}

finnc_status fnc_fold_explain(fnc_fold_space *space, const fnc_fold_query *query,
                              fnc_fold_lack *lack)
{
    static const bool none[FINNC_NRESOURCES];
    fnc_fold_solution free;
    *lack = (fnc_fold_lack){.limit = FINNC_FOLD_LAYER};
    for (size_t l = 0; l < space->nlayers; l++)
        if (space->layers[l].least > query->max_cycles &&
            (space->layers[lack->layer].least < space->layers[l].least))
            lack->layer = l;
    if (space->layers[lack->layer].least > query->max_cycles)
        return FINNC_OK;
    lack->limit = FINNC_FOLD_WIDTHS;
    FINNC_TRY(solve_with(space, query, none, FINNC_LUT, &free));
    if (!free.is_found)
        return FINNC_OK;
    lack->limit = FINNC_FOLD_BUDGET;
    return explain_budgets(space, query, lack);
}

/* ---- words ---- */

const char *fnc_fold_lack_text(const fnc_fold_query *query, const fnc_fold_lack *lack,
                               char text[FNC_FOLD_TEXT_MAX])
{
    size_t n = (size_t)snprintf(text, FNC_FOLD_TEXT_MAX, "%.10g %s", lack->needed,
                                finnc_resource_name(lack->resource));
    const char *join = ", with no more than";
    for (int r = 0; r < FINNC_NRESOURCES && n < FNC_FOLD_TEXT_MAX; r++)
        if (lack->kept[r]) {
            n += (size_t)snprintf(text + n, FNC_FOLD_TEXT_MAX - n, "%s %.10g %s", join,
                                  query->budget[r], finnc_resource_name((finnc_resource)r));
            join = " and";
        }
    return text;
}

const char *fnc_fold_choice_text(const fnc_fold_layer *layer, const fnc_fold_choice *choice,
                                 char text[FNC_FOLD_TEXT_MAX])
{
    size_t n = (size_t)snprintf(text, FNC_FOLD_TEXT_MAX, "%.100s", finnc_node_name(layer->node));
    for (size_t i = 0; i < layer->nfolds && n < FNC_FOLD_TEXT_MAX; i++)
        n += (size_t)snprintf(text + n, FNC_FOLD_TEXT_MAX - n, "%s %s %" PRId64, i ? "," : " at",
                              layer->folds[i].attr, choice->values[i]);
    return text;
}

const char *fnc_fold_why_least(const fnc_fold_layer *layer)
{
    if (layer->is_cut)
        return ", the least it can with words of up to 8191 bits, which HLS ends at";
    return layer->nchoices > 1 ? ", the least it can" : ", and cannot be folded otherwise";
}

/* ---- what binds ---- */

size_t fnc_fold_slowest(const fnc_fold_space *space, const fnc_fold_solution *solution,
                        int64_t *cycles)
{
    size_t slowest = 0;
    *cycles = -1;
    for (size_t l = 0; l < space->nlayers; l++) {
        const int64_t own = space->layers[l].choices[solution->choices[l]].cycles;
        if (own > *cycles) {
            *cycles = own;
            slowest = l;
        }
    }
    return slowest;
}

/* The greatest level below, or 0. */
static int64_t level_below(const fnc_fold_space *s, int64_t cycles)
{
    int64_t below = 0;
    for (size_t i = 0; i < s->nlevels && s->levels[i] < cycles; i++)
        below = s->levels[i];
    return below;
}

static void say_layer(fnc_fold_space *s, size_t layer, const fnc_fold_choice *choice,
                      finnc_fold_proof *proof)
{
    char text[FNC_FOLD_TEXT_MAX];
    const fnc_fold_layer *l = &s->layers[layer];
    proof->limit = FINNC_FOLD_LAYER;
    proof->layer = l->node;
    proof->cycles = choice->cycles;
    snprintf(proof->words, sizeof proof->words, "%s takes %" PRId64 " cycle%s%s",
             fnc_fold_choice_text(l, choice, text), choice->cycles, choice->cycles == 1 ? "" : "s",
             fnc_fold_why_least(l));
}

/* A level below the least of all: which layer's least that is. */
static finnc_status prove_least(fnc_fold_space *s, const fnc_fold_solution *solution,
                                finnc_fold_proof *proof)
{
    int64_t cycles;
    fnc_fold_slowest(s, solution, &cycles);
    for (size_t l = 0; l < s->nlayers; l++) {
        const fnc_fold_choice *c = &s->layers[l].choices[solution->choices[l]];
        if (s->layers[l].least == cycles) {
            say_layer(s, l, c, proof);
            break;
        }
    }
    return FINNC_OK;
}

static finnc_status prove_fastest(fnc_fold_space *s, const fnc_fold_query *query,
                                  const fnc_fold_solution *solution, finnc_fold_proof *proof)
{
    int64_t cycles;
    char lacking[FNC_FOLD_TEXT_MAX], layer[FNC_FOLD_TEXT_MAX];
    fnc_fold_query faster = *query;
    fnc_fold_lack lack;
    const size_t slowest = fnc_fold_slowest(s, solution, &cycles);
    faster.max_cycles = level_below(s, cycles);
    if (faster.max_cycles == 0)
        return prove_least(s, solution, proof);
    FINNC_TRY(fnc_fold_explain(s, &faster, &lack));
    proof->limit = lack.limit;
    proof->layer = s->layers[slowest].node;
    proof->cycles = faster.max_cycles;
    if (lack.limit == FINNC_FOLD_WIDTHS) {
        snprintf(proof->words, sizeof proof->words,
                 "no design takes fewer than %" PRId64
                 " cycles whose words a width converter can bring together",
                 cycles);
        return FINNC_OK;
    }
    assert(lack.nearest.choices); /* no layer is too slow for a level */
    proof->resource = lack.resource;
    proof->needed = lack.needed;
    proof->budget = query->budget[lack.resource];
    snprintf(proof->words, sizeof proof->words,
             "faster than %" PRId64 " cycles takes at least %s (%s); the budget is %.10g %s",
             cycles, fnc_fold_lack_text(&faster, &lack, lacking),
             fnc_fold_choice_text(&s->layers[slowest],
                                  &s->layers[slowest].choices[lack.nearest.choices[slowest]],
                                  layer),
             proof->budget, finnc_resource_name(lack.resource));
    return FINNC_OK;
}

/* The first resource in which `a` is cheaper; FINNC_NRESOURCES: it is not. */
static int cheaper_in(const fnc_fold_cost *a, const fnc_fold_cost *b)
{
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        if (a->of[r] != b->of[r])
            return a->of[r] < b->of[r] ? r : FINNC_NRESOURCES;
    return FINNC_NRESOURCES;
}

/* The lowest level at which a design is cheaper: costs never rise with the level. */
static finnc_status find_cheaper(fnc_fold_space *s, const fnc_fold_query *query,
                                 const fnc_fold_solution *solution, int64_t *level,
                                 fnc_fold_solution *cheaper)
{
    size_t low = 0, high = s->nlevels;
    *level = 0;
    while (low < s->nlevels && s->levels[low] <= query->max_cycles)
        low++;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        fnc_fold_query slower = *query;
        fnc_fold_solution tried;
        slower.max_cycles = s->levels[middle];
        FINNC_TRY(fnc_fold_solve(s, &slower, &tried));
        if (cheaper_in(&tried.cost, &solution->cost) < FINNC_NRESOURCES) {
            *level = s->levels[middle];
            *cheaper = tried;
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return FINNC_OK;
}

static finnc_status prove_cheapest(fnc_fold_space *s, const fnc_fold_query *query,
                                   const fnc_fold_solution *solution, finnc_fold_proof *proof)
{
    fnc_fold_solution cheaper = {0};
    int64_t cycles, level;
    char layer[FNC_FOLD_TEXT_MAX];
    const size_t slowest = fnc_fold_slowest(s, solution, &cycles);
    const fnc_fold_layer *l = &s->layers[slowest];
    proof->layer = l->node;
    FINNC_TRY(find_cheaper(s, query, solution, &level, &cheaper));
    if (level == 0) {
        proof->limit = FINNC_FOLD_NOTHING;
        snprintf(proof->words, sizeof proof->words,
                 "no design is cheaper, however slow: %" PRId64 " cycles are no limit",
                 query->max_cycles);
        return FINNC_OK;
    }
    const finnc_resource r = (finnc_resource)cheaper_in(&cheaper.cost, &solution->cost);
    proof->limit = FINNC_FOLD_TARGET;
    proof->cycles = level;
    proof->resource = r;
    proof->needed = cheaper.cost.of[r];
    proof->budget = solution->cost.of[r];
    snprintf(proof->words, sizeof proof->words,
             "no design of at most %" PRId64 " cycles takes less (%s takes %" PRId64
             "); the next cheaper one takes %" PRId64 " cycles and %.10g %s instead of %.10g",
             query->max_cycles,
             fnc_fold_choice_text(l, &l->choices[solution->choices[slowest]], layer), cycles, level,
             proof->needed, finnc_resource_name(r), proof->budget);
    return FINNC_OK;
}

finnc_status fnc_fold_prove(fnc_fold_space *space, const fnc_fold_query *query,
                            const fnc_fold_solution *solution, bool is_target,
                            finnc_fold_proof *proof)
{
    *proof = (finnc_fold_proof){.limit = FINNC_FOLD_KEPT};
    if (space->keeps)
        return FINNC_OK;
    return is_target ? prove_cheapest(space, query, solution, proof)
                     : prove_fastest(space, query, solution, proof);
}

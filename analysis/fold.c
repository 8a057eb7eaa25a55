/* The folding of a graph: the goal, and what comes out. */
#include "fold_proof.h"

#include <base/alloc.h>

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

struct finnc_fold_plan {
    finnc_ctx *cx;
    fnc_arena arena;
    finnc_fold_summary summary;
    finnc_fold_proof proof;
    finnc_folded *layers;
    finnc_fold_converter *converters;
};

/* ---- the goal ---- */

static finnc_status read_goal(finnc_ctx *cx, const finnc_fold_goal *goal, fnc_fold_query *query)
{
    *query = (fnc_fold_query){.max_cycles = goal->max_cycles, .first = FINNC_LUT};
    if (goal->max_cycles < 0)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%" PRId64 " cycles at most: no layer takes so few",
                          goal->max_cycles);
    for (int r = 0; r < FINNC_NRESOURCES; r++) {
        query->budget[r] = goal->has_budget[r] ? goal->budget[r] : INFINITY;
        if (!(query->budget[r] >= 0))
            return finnc_fail(cx, FINNC_BAD_VALUE, "a budget of %.10g %s", goal->budget[r],
                              finnc_resource_name((finnc_resource)r));
    }
    return FINNC_OK;
}

/* The lowest level at which there is a design, from which on there is one at all levels. */
static finnc_status find_fastest(fnc_fold_space *s, fnc_fold_query *query,
                                 fnc_fold_solution *solution)
{
    size_t low = 0, high = s->nlevels;
    *solution = (fnc_fold_solution){0};
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        fnc_fold_solution tried;
        query->max_cycles = s->levels[middle];
        FINNC_TRY(fnc_fold_solve(s, query, &tried));
        if (tried.is_found) {
            *solution = tried;
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    query->max_cycles = s->levels[high < s->nlevels ? high : s->nlevels - 1];
    return FINNC_OK;
}

/* ---- no answer ---- */

static const fnc_fold_choice *fastest_choice(const fnc_fold_layer *l)
{
    size_t i = 0;
    while (l->choices[i].cycles != l->least)
        i++;
    return &l->choices[i];
}

static finnc_status too_slow(fnc_fold_space *s, const fnc_fold_query *query,
                             const fnc_fold_layer *l)
{
    char text[FNC_FOLD_TEXT_MAX];
    return finnc_fail(s->cx, FINNC_BAD_VALUE,
                      "%" PRId64 " cycles are out of reach: %s takes %" PRId64 "%s",
                      query->max_cycles, fnc_fold_choice_text(l, fastest_choice(l), text), l->least,
                      fnc_fold_why_least(l));
}

/* Names what is lacking, and what could be had. */
static finnc_status too_dear(fnc_fold_space *s, const fnc_fold_query *query, bool is_target,
                             const fnc_fold_lack *lack)
{
    char lacking[FNC_FOLD_TEXT_MAX];
    fnc_fold_query q = *query;
    fnc_fold_solution fastest = {0};
    const double budget = query->budget[lack->resource];
    const char *name = finnc_resource_name(lack->resource);
    fnc_fold_lack_text(query, lack, lacking);
    if (is_target)
        FINNC_TRY(find_fastest(s, &q, &fastest));
    if (fastest.is_found)
        return finnc_fail(s->cx, FINNC_BAD_VALUE,
                          "%" PRId64
                          " cycles take at least %s, and the budget is %.10g %s: the fastest "
                          "design within it takes %" PRId64 " cycles",
                          query->max_cycles, lacking, budget, name, q.max_cycles);
    if (is_target) {
        q = *query;
        q.max_cycles = s->levels[s->nlevels - 1];
        fnc_fold_lack slowest;
        FINNC_TRY(fnc_fold_explain(s, &q, &slowest));
        if (slowest.limit == FINNC_FOLD_BUDGET)
            return too_dear(s, &q, false, &slowest);
    }
    return finnc_fail(s->cx, FINNC_BAD_VALUE,
                      "no design fits: even the slowest takes at least %s, and the budget is "
                      "%.10g %s",
                      lacking, budget, name);
}

static finnc_status no_answer(fnc_fold_space *s, const fnc_fold_query *query, bool is_target)
{
    fnc_fold_lack lack;
    FINNC_TRY(fnc_fold_explain(s, query, &lack));
    if (lack.limit == FINNC_FOLD_LAYER)
        return too_slow(s, query, &s->layers[lack.layer]);
    if (lack.limit == FINNC_FOLD_BUDGET)
        return too_dear(s, query, is_target, &lack);
    return finnc_fail(s->cx, FINNC_BAD_VALUE,
                      "no design of at most %" PRId64
                      " cycles has words that width converters can bring together",
                      query->max_cycles);
}

static finnc_status solve(fnc_fold_space *s, fnc_fold_query *query, bool is_target,
                          fnc_fold_solution *solution)
{
    if (s->keeps)
        query->max_cycles = INT64_MAX;
    if (s->keeps || is_target)
        FINNC_TRY(fnc_fold_solve(s, query, solution));
    else
        FINNC_TRY(find_fastest(s, query, solution));
    return solution->is_found ? FINNC_OK : no_answer(s, query, is_target);
}

/* ---- the plan ---- */

static void note_layer(finnc_fold_plan *plan, const fnc_fold_layer *l, size_t choice)
{
    finnc_fold_summary *s = &plan->summary;
    assert(l->choices); /* who has none ends the search */
    const fnc_fold_choice *c = &l->choices[choice];
    finnc_folded *f = &plan->layers[s->nlayers++];
    *f = (finnc_folded){
        .node = l->node, .nfolds = l->nfolds, .nchoices = l->nchoices, .cycles = c->cycles};
    for (size_t i = 0; i < l->nfolds; i++) {
        f->folds[i] = l->folds[i];
        f->before[i] = l->folds[i].now;
        f->folds[i].now = c->values[i];
    }
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        f->resources[r] = c->cost.of[r];
    s->ndesigns *= (double)l->nchoices;
    if (c->cycles > s->max_cycles) {
        s->max_cycles = c->cycles;
        s->bottleneck = l->node;
    }
}

static void note_edge(finnc_fold_plan *plan, const fnc_fold_space *space, const fnc_fold_edge *e,
                      const fnc_fold_solution *solution)
{
    size_t class[2];
    const fnc_fold_port *ports[] = {&space->ports[e->from], &space->ports[e->to]};
    for (int k = 0; k < 2; k++) {
        const fnc_fold_layer *l = &space->layers[ports[k]->layer];
        size_t at = 0;
        assert(l->choices);
        while (&space->ports[l->ports[at]] != ports[k])
            at++;
        class[k] = l->choices[solution->choices[ports[k]->layer]].classes[at];
    }
    if (!fnc_fold_converts(space, e, class[0], class[1]))
        return;
    plan->converters[plan->summary.nconverters++] = (finnc_fold_converter){
        .from = space->layers[ports[0]->layer].node,
        .to = space->layers[ports[1]->layer].node,
        .output = ports[0]->index,
        .input = ports[1]->index,
        .from_width = ports[0]->classes[class[0]].width,
        .to_width = ports[1]->classes[class[1]].width,
        .luts = e->luts[class[0] * ports[1] -> nclasses + class[1]],
    };
}

static finnc_status note(finnc_fold_plan *plan, const fnc_fold_space *space,
                         const fnc_fold_solution *solution)
{
    plan->layers = FNC_NEW_ARRAY(&plan->arena, finnc_folded, space->nlayers);
    plan->converters = FNC_NEW_ARRAY(&plan->arena, finnc_fold_converter, space->nedges + 1);
    if (!plan->layers || !plan->converters)
        return finnc_no_memory(plan->cx);
    plan->summary.ndesigns = 1;
    for (size_t l = 0; l < space->nlayers; l++)
        note_layer(plan, &space->layers[l], solution->choices[l]);
    for (size_t e = 0; e < space->nedges; e++)
        note_edge(plan, space, &space->edges[e], solution);
    for (int r = 0; r < FINNC_NRESOURCES; r++)
        plan->summary.total[r] = solution->cost.of[r];
    return FINNC_OK;
}

static finnc_status search(finnc_fold_plan *plan, fnc_fold_space *space, const finnc_graph *graph,
                           const finnc_part *part, const finnc_fold_goal *goal)
{
    fnc_fold_query query;
    fnc_fold_solution solution;
    const bool is_target = goal->max_cycles > 0;
    FINNC_TRY(read_goal(plan->cx, goal, &query));
    FINNC_TRY(fnc_fold_space_init(space, plan->cx, graph, part, goal->keeps));
    FINNC_TRY(solve(space, &query, is_target, &solution));
    FINNC_TRY(note(plan, space, &solution));
    return fnc_fold_prove(space, &query, &solution, is_target, &plan->proof);
}

finnc_status finnc_fold_search(finnc_ctx *cx, const finnc_graph *graph, const finnc_part *part,
                               const finnc_fold_goal *goal, finnc_fold_plan **plan)
{
    finnc_fold_plan *p = fnc_alloc(cx, sizeof *p);
    fnc_fold_space space = {.cx = cx};
    if (!p)
        return finnc_no_memory(cx);
    *p = (finnc_fold_plan){.cx = cx};
    fnc_arena_init(&p->arena, cx);
    const finnc_status status = search(p, &space, graph, part, goal);
    fnc_fold_space_clear(&space);
    if (status == FINNC_OK)
        *plan = p;
    else
        finnc_fold_plan_destroy(p);
    return status;
}

void finnc_fold_plan_destroy(finnc_fold_plan *plan)
{
    if (!plan)
        return;
    fnc_arena_clear(&plan->arena);
    fnc_free(plan->cx, plan);
}

const finnc_fold_summary *finnc_fold_plan_summary(const finnc_fold_plan *plan)
{
    return &plan->summary;
}

const finnc_folded *finnc_fold_plan_layer(const finnc_fold_plan *plan, size_t i)
{
    return i < plan->summary.nlayers ? &plan->layers[i] : NULL;
}

const finnc_fold_converter *finnc_fold_plan_converter(const finnc_fold_plan *plan, size_t i)
{
    return i < plan->summary.nconverters ? &plan->converters[i] : NULL;
}

const finnc_fold_proof *finnc_fold_plan_proof(const finnc_fold_plan *plan)
{
    return &plan->proof;
}

/* ---- what becomes of it ---- */

/* Of layers the plan knows that their names differ; another node may be called like one of them. */
static bool is_folded(const finnc_folded *folded, const finnc_node *node)
{
    return !strcmp(finnc_node_name(node), finnc_node_name(folded->node)) &&
           !strcmp(finnc_node_op_type(node), finnc_node_op_type(folded->node)) &&
           !strcmp(finnc_node_domain(node), finnc_node_domain(folded->node));
}

finnc_status finnc_fold_plan_apply(finnc_ctx *cx, const finnc_fold_plan *plan, finnc_graph *graph)
{
    size_t set = 0;
    const finnc_folded *f = plan->layers, *end = f + plan->summary.nlayers;
    /* Layers stand in the graph's order, so that each is found from where the last one was. */
    for (finnc_node *node = finnc_graph_first_node(graph); node && f < end;
         node = finnc_node_next(node)) {
        if (!is_folded(f, node))
            continue;
        for (size_t i = 0; i < f->nfolds; i++)
            FINNC_TRY(finnc_node_set_int(cx, node, f->folds[i].attr, f->folds[i].now));
        f++;
        set++;
    }
    if (set < plan->summary.nlayers)
        return finnc_fail(cx, FINNC_NOT_FOUND, "the graph has no node %s where it is expected",
                          finnc_node_name(f->node));
    return FINNC_OK;
}

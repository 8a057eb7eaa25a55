#include "forest.h"

#include <base/compiler.h>

#include <inttypes.h>
#include <math.h>

int64_t fnc_count_targets(const fnc_call *call, const int64_t *targets, int64_t count)
{
    int64_t n = 0;
    if (finnc_node_find_attr(call->node, "n_targets"))
        return finnc_node_int(call->node, "n_targets", 0);
    for (int64_t i = 0; i < count; i++)
        if (targets[i] >= n && targets[i] < INT64_MAX)
            n = targets[i] + 1;
    return n;
}

finnc_status fnc_forest_alloc(fnc_call *call, fnc_forest *forest)
{
    forest->nodes = FNC_SCRATCH(call, fnc_tree_node, forest->nnodes);
    forest->roots = FNC_SCRATCH(call, fnc_place_in_tree, forest->ntrees);
    forest->first_vote = FNC_SCRATCH(call, int64_t, forest->nleaves + 1);
    forest->votes = FNC_SCRATCH(call, fnc_vote, forest->nvotes);
    if (!forest->nodes || !forest->roots || !forest->first_vote || !forest->votes)
        return finnc_no_memory(call->cx);
    return FINNC_OK;
}

/* ---- is it a forest? ---- */

static finnc_status check_node(fnc_call *call, const fnc_forest *forest, int64_t i,
                               int64_t nfeatures)
{
    int64_t feature = forest->nodes[i].feature;
    if (feature < 0 || feature >= nfeatures)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "tree node %" PRId64 " looks at feature %" PRId64 " of %" PRId64, i,
                          feature, nfeatures);
    return FINNC_OK;
}

static finnc_status check_place(fnc_call *call, const fnc_forest *forest, fnc_place_in_tree place)
{
    if (place < 0 ? FNC_LEAF(place) >= forest->nleaves : place >= forest->nnodes)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no tree %s %" PRId64,
                          place < 0 ? "leaf" : "node", place < 0 ? FNC_LEAF(place) : place);
    return FINNC_OK;
}

/* How far the search has come with a node. */
enum { UNSEEN, IN_YES, IN_NO, DONE };

/* Depth first from one root; nodes that an earlier one has done with are not looked at again.
 * `open`: the path from the root, `nnodes` places. */
static finnc_status check_tree(fnc_call *call, const fnc_forest *forest, fnc_place_in_tree root,
                               int64_t nfeatures, unsigned char *progress, int64_t *open)
{
    int64_t depth = 0;
    fnc_place_in_tree next = root;
    while (true) {
        FINNC_TRY(check_place(call, forest, next));
        if (next >= 0 && (progress[next] == IN_YES || progress[next] == IN_NO))
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "tree node %" PRId64 " leads back to itself", next);
        if (next >= 0 && progress[next] == UNSEEN) {
            FINNC_TRY(check_node(call, forest, next, nfeatures));
            progress[next] = IN_YES;
            open[depth++] = next;
            next = forest->nodes[next].yes;
            continue;
        }
        while (depth > 0 && progress[open[depth - 1]] == IN_NO)
            progress[open[--depth]] = DONE;
        if (depth == 0)
            return FINNC_OK;
        progress[open[depth - 1]] = IN_NO;
        next = forest->nodes[open[depth - 1]].no;
    }
}

finnc_status fnc_forest_check(fnc_call *call, const fnc_forest *forest, int64_t nfeatures)
{
    unsigned char *progress = FNC_SCRATCH(call, unsigned char, forest->nnodes);
    int64_t *open = FNC_SCRATCH(call, int64_t, forest->nnodes);
    if (!progress || !open)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < forest->nnodes; i++)
        progress[i] = UNSEEN;
    for (int64_t t = 0; t < forest->ntrees; t++)
        FINNC_TRY(check_tree(call, forest, forest->roots[t], nfeatures, progress, open));
    if (forest->ntargets < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there are %" PRId64 " targets",
                          forest->ntargets);
    for (int64_t v = 0; v < forest->nvotes; v++)
        if (forest->votes[v].target < 0 || forest->votes[v].target >= forest->ntargets)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "a leaf is for target %" PRId64 " of %" PRId64,
                              forest->votes[v].target, forest->ntargets);
    return FINNC_OK;
}

/* ---- walks ---- */

static bool is_member(const fnc_forest *forest, const fnc_tree_node *node, double x)
{
    const double *members = forest->members + node->first_member;
    for (int64_t i = 0; i < node->nmembers; i++)
        if (members[i] == x)
            return true;
    return false;
}

static bool is_true(const fnc_forest *forest, const fnc_tree_node *node, double x)
{
    if (isnan(x)) /* the standard's rule for all modes; onnxruntime finds NaN != split true */
        return node->nan_is_true;
    switch (node->branch) {
    case FNC_BRANCH_LEQ:
        return x <= node->split;
    case FNC_BRANCH_LT:
        return x < node->split;
    case FNC_BRANCH_GTE:
        return x >= node->split;
    case FNC_BRANCH_GT:
        return x > node->split;
    case FNC_BRANCH_EQ:
        return x == node->split;
    case FNC_BRANCH_NEQ:
        return x != node->split;
    case FNC_BRANCH_MEMBER:
        return is_member(forest, node, x);
    }
    return false;
}

static int64_t find_leaf(const fnc_forest *forest, fnc_place_in_tree at, const double *x)
{
    while (at >= 0) {
        const fnc_tree_node *node = &forest->nodes[at];
        at = is_true(forest, node, x[node->feature]) ? node->yes : node->no;
    }
    return FNC_LEAF(at);
}

static void add_vote(fnc_aggregate aggregate, double weight, double *score, bool *has_score)
{
    switch (aggregate) {
    case FNC_AGGREGATE_AVERAGE:
    case FNC_AGGREGATE_SUM:
        *score += weight;
        break;
    case FNC_AGGREGATE_MIN:
        *score = !*has_score || weight < *score ? weight : *score;
        break;
    case FNC_AGGREGATE_MAX:
        *score = !*has_score || weight > *score ? weight : *score;
        break;
    }
    *has_score = true;
}

static void walk_trees(const fnc_forest_run *run, int64_t begin, int64_t end, const double *x,
                       double *scores, bool *has_score)
{
    const fnc_forest *forest = run->forest;
    for (int64_t t = begin; t < end; t++) {
        int64_t leaf = find_leaf(forest, forest->roots[t], x);
        for (int64_t v = forest->first_vote[leaf]; v < forest->first_vote[leaf + 1]; v++) {
            const fnc_vote *vote = &forest->votes[v];
            add_vote(run->aggregate, vote->weight, &scores[vote->target], &has_score[vote->target]);
        }
    }
}

static void score_row(const fnc_forest_run *run, int64_t row, double *scores, bool *has_score,
                      fnc_patience *patience)
{
    const fnc_forest *forest = run->forest;
    const double *x = run->rows.x + row * run->rows.nfeatures;
    const int64_t at_once = FNC_PATIENCE / run->walk + 1;
    for (int64_t t = 0; t < forest->ntargets; t++) {
        scores[t] = 0;
        has_score[t] = false;
    }
    for (int64_t t = 0; t < forest->ntrees; t += at_once) {
        int64_t end = forest->ntrees - t < at_once ? forest->ntrees : t + at_once;
        if (!fnc_patience_lasts(patience, (end - t) * run->walk))
            return;
        walk_trees(run, t, end, x, scores, has_score);
    }
    for (int64_t t = 0; t < forest->ntargets; t++) {
        if (run->aggregate == FNC_AGGREGATE_AVERAGE)
            scores[t] /= (double)forest->ntrees;
        if (run->base)
            scores[t] += run->base[run->nbase == 1 ? 0 : t];
    }
}

/* Items: rows. */
static void apply(void *user, int64_t begin, int64_t end)
{
    const fnc_forest_run *run = user;
    int64_t at = fnc_parallel_thread() * run->forest->ntargets;
    fnc_patience patience = {.cx = run->cx};
    for (int64_t i = begin; i < end; i++) {
        score_row(run, i, run->scores + at, run->has_score + at, &patience);
        run->finish(run->user, i, run->scores + at);
    }
}

/* Through every node, each with its set of members, to a leaf that has all votes. */
static int64_t longest_walk(const fnc_forest *forest)
{
    int64_t cost = 8 + forest->nvotes;
    for (int64_t i = 0; i < forest->nnodes; i++)
        cost += 8 + forest->nodes[i].nmembers;
    return cost;
}

finnc_status fnc_forest_apply(fnc_call *call, fnc_forest_run *run)
{
    const int64_t shape[] = {call->threads, run->forest->ntargets};
    int64_t count;
    FINNC_TRY(finnc_shape_nelems(call->cx, 2, shape, &count));
    if (run->base && run->nbase != 1 && run->nbase != run->forest->ntargets)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "%" PRId64 " base values for %" PRId64 " targets", run->nbase,
                          run->forest->ntargets);
    if (run->forest->ntrees < 1)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no tree");
    run->scores = FNC_SCRATCH(call, double, count);
    run->has_score = FNC_SCRATCH(call, bool, count);
    if (!run->scores || !run->has_score)
        return finnc_no_memory(call->cx);
    run->cx = call->cx;
    run->walk = longest_walk(run->forest);
    fnc_parallel_long(call, run->rows.n, run->forest->ntrees * 64 + run->forest->ntargets * 8,
                      apply, run);
    return finnc_ctx_check(call->cx); /* labels are looked up by what was found */
}

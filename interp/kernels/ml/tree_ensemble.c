/* TreeEnsemble: trees told by nodes and leaves that point at one another. */
#include "forest.h"

#include <inttypes.h>
#include <math.h>

/* The attributes, all of `nnodes` or `nleaves` entries. */
typedef struct spec {
    int64_t nnodes, nleaves;
    const int64_t *features, *yes, *no, *yes_is_leaf, *no_is_leaf;
    const int64_t *nan_is_true; /* NULL: never */
    const double *modes, *splits, *weights;
    const int64_t *targets;
} spec;

static finnc_status read_tensor(fnc_call *call, const char *name, int64_t want, const double **x)
{
    const char *names[] = {name, NULL};
    return fnc_attr_numbers_of(call, names, want, x);
}

static finnc_status read_spec(fnc_call *call, spec *s)
{
    static const char missing[] = "nodes_missing_value_tracks_true";
    size_t nnodes, nleaves;
    s->features = finnc_node_ints(call->node, "nodes_featureids", &nnodes);
    s->targets = finnc_node_ints(call->node, "leaf_targetids", &nleaves);
    s->nnodes = (int64_t)nnodes;
    s->nleaves = (int64_t)nleaves;
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_truenodeids", s->nnodes, &s->yes));
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_falsenodeids", s->nnodes, &s->no));
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_trueleafs", s->nnodes, &s->yes_is_leaf));
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_falseleafs", s->nnodes, &s->no_is_leaf));
    FINNC_TRY(read_tensor(call, "nodes_modes", s->nnodes, &s->modes));
    FINNC_TRY(read_tensor(call, "nodes_splits", s->nnodes, &s->splits));
    FINNC_TRY(read_tensor(call, "leaf_weights", s->nleaves, &s->weights));
    s->nan_is_true = NULL;
    if (finnc_node_find_attr(call->node, missing))
        FINNC_TRY(fnc_attr_ints_of(call, missing, s->nnodes, &s->nan_is_true));
    return FINNC_OK;
}

/* ---- nodes ---- */

/* Negative numbers lead nowhere: they must not become leaves. */
static finnc_status place_of(fnc_call *call, int64_t number, bool is_leaf, fnc_place_in_tree *place)
{
    if (number < 0)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no tree %s %" PRId64,
                          is_leaf ? "leaf" : "node", number);
    *place = is_leaf ? FNC_LEAF(number) : number;
    return FINNC_OK;
}

static finnc_status make_node(fnc_call *call, const spec *s, int64_t i, fnc_tree_node *node)
{
    if (!(s->modes[i] >= FNC_BRANCH_LEQ && s->modes[i] <= FNC_BRANCH_MEMBER))
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "tree node %" PRId64 " has mode %g", i,
                          s->modes[i]);
    *node = (fnc_tree_node){.branch = (fnc_branch)s->modes[i],
                            .nan_is_true = s->nan_is_true && s->nan_is_true[i],
                            .feature = s->features[i],
                            .split = s->splits[i]};
    FINNC_TRY(place_of(call, s->yes[i], s->yes_is_leaf[i] != 0, &node->yes));
    return place_of(call, s->no[i], s->no_is_leaf[i] != 0, &node->no);
}

/* One set of members, ended by NaN, for each node that tests membership, in the order of nodes. */
static finnc_status give_members(fnc_call *call, fnc_forest *forest)
{
    int64_t count, at = 0;
    FINNC_TRY(fnc_attr_doubles(call, "membership_values", &forest->members, &count));
    for (int64_t i = 0; i < forest->nnodes; i++) {
        fnc_tree_node *node = &forest->nodes[i];
        if (node->branch != FNC_BRANCH_MEMBER)
            continue;
        if (at >= count)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "attribute membership_values has no set for tree node %" PRId64, i);
        node->first_member = at;
        while (at < count && !isnan(forest->members[at]))
            at++;
        node->nmembers = at++ - node->first_member;
    }
    if (at < count)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute membership_values has more sets than nodes test membership");
    return FINNC_OK;
}

/* ---- trees ---- */

/* A tree that is but a leaf is written as a node with that leaf on both sides. */
static finnc_status make_root(fnc_call *call, const fnc_forest *forest, int64_t number,
                              fnc_place_in_tree *root)
{
    if (number < 0 || number >= forest->nnodes)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no tree node %" PRId64, number);
    const fnc_tree_node *node = &forest->nodes[number];
    *root = node->yes < 0 && node->yes == node->no ? node->yes : number;
    return FINNC_OK;
}

static finnc_status make_forest(fnc_call *call, fnc_forest *forest)
{
    spec s;
    size_t ntrees;
    FINNC_TRY(read_spec(call, &s));
    const int64_t *roots = finnc_node_ints(call->node, "tree_roots", &ntrees);
    *forest = (fnc_forest){.nnodes = s.nnodes,
                           .ntrees = (int64_t)ntrees,
                           .nleaves = s.nleaves,
                           .nvotes = s.nleaves,
                           .ntargets = fnc_count_targets(call, s.targets, s.nleaves)};
    FINNC_TRY(fnc_forest_alloc(call, forest));
    for (int64_t i = 0; i < s.nnodes; i++)
        FINNC_TRY(make_node(call, &s, i, &forest->nodes[i]));
    FINNC_TRY(give_members(call, forest));
    for (int64_t i = 0; i <= s.nleaves; i++)
        forest->first_vote[i] = i;
    for (int64_t i = 0; i < s.nleaves; i++)
        forest->votes[i] = (fnc_vote){s.targets[i], s.weights[i]};
    for (size_t t = 0; t < ntrees; t++)
        FINNC_TRY(make_root(call, forest, roots[t], &forest->roots[t]));
    return FINNC_OK;
}

/* ---- the operator ---- */

typedef struct job {
    fnc_transform transform;
    int64_t ntargets;
    finnc_elem elem;
    char *y;
} job;

static void finish(void *user, int64_t row, double *scores)
{
    const job *j = user;
    fnc_transform_row(j->transform, scores, j->ntargets);
    fnc_convert(FINNC_ELEM_DOUBLE, scores, j->elem,
                j->y + (size_t)(row * j->ntargets) * fnc_elem_size(j->elem), j->ntargets);
}

/* An attribute that numbers a choice of `count`. */
static finnc_status read_choice(fnc_call *call, const char *name, int64_t absent, int64_t count,
                                int64_t *choice)
{
    *choice = finnc_node_int(call->node, name, absent);
    if (*choice < 0 || *choice >= count)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "attribute %s is %" PRId64 ", it may be 0 to %" PRId64, name, *choice,
                          count - 1);
    return FINNC_OK;
}

static finnc_status tree_ensemble(fnc_call *call)
{
    fnc_forest forest;
    fnc_forest_run run = {.forest = &forest, .finish = finish};
    int64_t transform, aggregate;
    FINNC_TRY(fnc_rows_read(call, &run.rows));
    FINNC_TRY(read_choice(call, "post_transform", 0, FNC_TRANSFORM_PROBIT + 1, &transform));
    FINNC_TRY(read_choice(call, "aggregate_function", 1, FNC_AGGREGATE_MAX + 1, &aggregate));
    FINNC_TRY(make_forest(call, &forest));
    FINNC_TRY(fnc_forest_check(call, &forest, run.rows.nfeatures));
    job j = {.transform = (fnc_transform)transform,
             .ntargets = forest.ntargets,
             .elem = call->in[0].elem};
    run.aggregate = (fnc_aggregate)aggregate;
    run.user = &j;
    const int64_t dims[] = {run.rows.n, forest.ntargets};
    FINNC_TRY(fnc_out(call, 0, j.elem, 2, dims, &j.y));
    return fnc_forest_apply(call, &run);
}

const fnc_kernel fnc_kernel_ml_tree_ensemble = {.run = tree_ensemble};

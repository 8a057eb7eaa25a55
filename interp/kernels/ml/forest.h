/* Decision trees, made ready to be walked: what the three operators on trees have in common. */
#ifndef FNC_ML_FOREST_H
#define FNC_ML_FOREST_H

#include "scores.h"

/* How a feature is compared with the node's split, numbered as in TreeEnsemble. */
typedef enum fnc_branch {
    FNC_BRANCH_LEQ,
    FNC_BRANCH_LT,
    FNC_BRANCH_GTE,
    FNC_BRANCH_GT,
    FNC_BRANCH_EQ,
    FNC_BRANCH_NEQ,
    FNC_BRANCH_MEMBER
} fnc_branch;

/* Where a branch leads: to a node, or to a leaf (FNC_LEAF of its number). */
typedef int64_t fnc_place_in_tree;
#define FNC_LEAF(leaf) (~(leaf)) /* negative; its own inverse */

typedef struct fnc_tree_node {
    fnc_branch branch;
    bool nan_is_true; /* a NaN takes the true branch */
    int64_t feature;
    double split;
    int64_t first_member, nmembers; /* of FNC_BRANCH_MEMBER, in fnc_forest.members */
    fnc_place_in_tree yes, no;
} fnc_tree_node;

/* What a leaf adds to a target. */
typedef struct fnc_vote {
    int64_t target;
    double weight;
} fnc_vote;

typedef struct fnc_forest {
    fnc_tree_node *nodes;
    int64_t nnodes;
    fnc_place_in_tree *roots; /* one per tree */
    int64_t ntrees;
    int64_t *first_vote; /* leaf i has votes first_vote[i] to first_vote[i + 1] - 1 */
    int64_t nleaves;
    fnc_vote *votes;
    int64_t nvotes, ntargets;
    const double *members;
} fnc_forest;

/* The attribute n_targets, or where it is absent one more than the greatest of `count` targets. */
int64_t fnc_count_targets(const fnc_call *call, const int64_t *targets, int64_t count);
/* Makes the parts of a forest whose counts are set, with undefined contents. */
FINNC_MUST_USE finnc_status fnc_forest_alloc(fnc_call *call, fnc_forest *forest);
/* BAD_VALUE unless whatever can be reached from the roots exists, without cycles, and features and
 * targets are in range: after this a walk ends. */
FINNC_MUST_USE finnc_status fnc_forest_check(fnc_call *call, const fnc_forest *forest,
                                             int64_t nfeatures);

typedef enum fnc_aggregate { /* numbered as in TreeEnsemble */
                             FNC_AGGREGATE_AVERAGE,
                             FNC_AGGREGATE_SUM,
                             FNC_AGGREGATE_MIN,
                             FNC_AGGREGATE_MAX
} fnc_aggregate;

/* Rows through a forest, side by side. */
typedef struct fnc_forest_run {
    const fnc_forest *forest;
    fnc_aggregate aggregate;
    fnc_rows rows;
    const double *base; /* added at the end; NULL: nothing */
    int64_t nbase;      /* one for all targets, or one for each */
    void (*finish)(void *user, int64_t row, double *scores); /* forest->ntargets of them */
    void *user;
    /* From here on fnc_forest_apply's. */
    const finnc_ctx *cx;
    int64_t walk;   /* what the longest walk through a tree could cost */
    double *scores; /* a row for each thread */
    bool *has_score;
} fnc_forest_run;
FINNC_MUST_USE finnc_status fnc_forest_apply(fnc_call *call, fnc_forest_run *run);

#endif

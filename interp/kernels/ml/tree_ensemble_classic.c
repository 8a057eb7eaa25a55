/* TreeEnsembleClassifier and TreeEnsembleRegressor: trees told by nodes with numbers, to which
 * other lists give votes. */
#include "forest.h"

#include <inttypes.h>
#include <string.h>

/* ---- nodes by their numbers ---- */

/* A node is named by its tree and its number in it. Trees are represented by the last place where
 * their number stands, so that one integer names a node. */
typedef struct names {
    fnc_keys trees, nodes;
} names;

static const int64_t NOBODY = -1;

static int64_t name_of(int64_t tree_place, int64_t number)
{
    bool is_name = tree_place >= 0 && number >= 0 && number <= UINT32_MAX;
    return is_name ? (int64_t)((uint64_t)tree_place << 32 | (uint64_t)number) : NOBODY;
}

static fnc_array list_of(const int64_t *ints, int64_t count)
{
    return (fnc_array){.elem = FINNC_ELEM_INT64, .rank = 1, .nelems = count, .data = ints};
}

/* The places of nodes that trees and numbers name, in scratch; -1: there is none. */
static finnc_status find_nodes(fnc_call *call, const names *n, const int64_t *trees,
                               const int64_t *numbers, int64_t count, const int64_t **places)
{
    const int64_t *tree_places;
    fnc_array list = list_of(trees, count);
    FINNC_TRY(fnc_keys_find_all(call, &n->trees, &list, &tree_places));
    int64_t *keys = FNC_SCRATCH(call, int64_t, count);
    if (!keys)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < count; i++)
        keys[i] = name_of(tree_places[i], numbers[i]);
    list = list_of(keys, count);
    return fnc_keys_find_all(call, &n->nodes, &list, places);
}

static finnc_status name_nodes(fnc_call *call, const int64_t *trees, const int64_t *numbers,
                               int64_t count, names *n)
{
    const int64_t *tree_places, *places;
    fnc_array list = list_of(trees, count);
    FINNC_TRY(fnc_keys_init(call, &list, &n->trees));
    FINNC_TRY(fnc_keys_find_all(call, &n->trees, &list, &tree_places));
    int64_t *keys = FNC_SCRATCH(call, int64_t, count);
    if (!keys)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < count; i++) {
        keys[i] = name_of(tree_places[i], numbers[i]);
        if (keys[i] == NOBODY)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "a node of tree %" PRId64 " has number %" PRId64, trees[i],
                              numbers[i]);
    }
    list = list_of(keys, count);
    FINNC_TRY(fnc_keys_init(call, &list, &n->nodes));
    FINNC_TRY(find_nodes(call, n, trees, numbers, count, &places));
    for (int64_t i = 0; i < count; i++)
        if (places[i] != i)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "node %" PRId64 " of tree %" PRId64 " is there twice", numbers[i],
                              trees[i]);
    return FINNC_OK;
}

/* ---- attributes ---- */

typedef struct spec {
    int64_t nnodes, nvotes;
    const int64_t *trees, *numbers, *features, *yes, *no, *nan_is_true;
    const double *splits;
    fnc_array modes;
    const int64_t *vote_trees, *vote_numbers, *vote_targets;
    const double *weights;
    names n;
} spec;

/* Floats, or since version 3 a tensor of doubles under a longer name. */
static finnc_status read_numbers(fnc_call *call, const char *name, const char *as_tensor,
                                 int64_t want, const double **x)
{
    const char *either[] = {name, as_tensor, NULL};
    return fnc_attr_numbers_of(call, either, want, x);
}

static finnc_status read_nodes(fnc_call *call, spec *s)
{
    static const char *const modes[] = {"nodes_modes", NULL};
    size_t count;
    s->trees = finnc_node_ints(call->node, "nodes_treeids", &count);
    s->nnodes = (int64_t)count;
    if (s->nnodes > INT32_MAX) /* name_of */
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "trees of %" PRId64 " nodes", s->nnodes);
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_nodeids", s->nnodes, &s->numbers));
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_featureids", s->nnodes, &s->features));
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_truenodeids", s->nnodes, &s->yes));
    FINNC_TRY(fnc_attr_ints_of(call, "nodes_falsenodeids", s->nnodes, &s->no));
    FINNC_TRY(read_numbers(call, "nodes_values", "nodes_values_as_tensor", s->nnodes, &s->splits));
    FINNC_TRY(fnc_attr_need_list(call, modes, &s->modes));
    FINNC_TRY(fnc_attr_need_count(call, modes[0], s->modes.nelems, s->nnodes));
    s->nan_is_true = finnc_node_ints(call->node, "nodes_missing_value_tracks_true", &count);
    if (count > 0)
        FINNC_TRY(fnc_attr_need_count(call, "nodes_missing_value_tracks_true", (int64_t)count,
                                      s->nnodes));
    return name_nodes(call, s->trees, s->numbers, s->nnodes, &s->n);
}

static finnc_status read_classes(fnc_call *call, spec *s)
{
    size_t count;
    s->vote_targets = finnc_node_ints(call->node, "class_ids", &count);
    s->nvotes = (int64_t)count;
    FINNC_TRY(fnc_attr_ints_of(call, "class_treeids", s->nvotes, &s->vote_trees));
    FINNC_TRY(fnc_attr_ints_of(call, "class_nodeids", s->nvotes, &s->vote_numbers));
    return read_numbers(call, "class_weights", "class_weights_as_tensor", s->nvotes, &s->weights);
}

static finnc_status read_targets(fnc_call *call, spec *s)
{
    size_t count;
    s->vote_targets = finnc_node_ints(call->node, "target_ids", &count);
    s->nvotes = (int64_t)count;
    FINNC_TRY(fnc_attr_ints_of(call, "target_treeids", s->nvotes, &s->vote_trees));
    FINNC_TRY(fnc_attr_ints_of(call, "target_nodeids", s->nvotes, &s->vote_numbers));
    return read_numbers(call, "target_weights", "target_weights_as_tensor", s->nvotes, &s->weights);
}

/* ---- the forest ---- */

static const char *const branches[] = {"BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE",
                                       "BRANCH_GT",  "BRANCH_EQ", "BRANCH_NEQ"};
enum { NBRANCHES = sizeof branches / sizeof *branches, LEAF_MODE = NBRANCHES };

static bool is_word(finnc_string s, const char *word)
{
    return s.length == strlen(word) && !memcmp(s.data, word, s.length);
}

static finnc_status find_mode(fnc_call *call, finnc_string name, int *mode)
{
    for (*mode = 0; *mode < NBRANCHES; ++*mode)
        if (is_word(name, branches[*mode]))
            return FINNC_OK;
    if (is_word(name, "LEAF"))
        return FINNC_OK;
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "nodes_modes holds %.*s",
                      (int)(name.length < 40 ? name.length : 40), name.data);
}

/* Nodes and leaves keep their places, so that some nodes and some leaves are never reached. */
static finnc_status make_nodes(fnc_call *call, const spec *s, fnc_forest *forest, int *modes)
{
    const finnc_string *words = s->modes.data;
    const int64_t *yes, *no;
    if (s->modes.elem != FINNC_ELEM_STRING)
        return finnc_fail(call->cx, FINNC_BAD_VALUE, "attribute nodes_modes holds no strings");
    for (int64_t i = 0; i < s->nnodes; i++)
        FINNC_TRY(find_mode(call, words[i], &modes[i]));
    FINNC_TRY(find_nodes(call, &s->n, s->trees, s->yes, s->nnodes, &yes));
    FINNC_TRY(find_nodes(call, &s->n, s->trees, s->no, s->nnodes, &no));
    for (int64_t i = 0; i < s->nnodes; i++) {
        if (modes[i] == LEAF_MODE)
            continue;
        if (yes[i] < 0 || no[i] < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "node %" PRId64 " of tree %" PRId64 " leads to node %" PRId64
                              ", which is not there",
                              s->numbers[i], s->trees[i], yes[i] < 0 ? s->yes[i] : s->no[i]);
        forest->nodes[i] = (fnc_tree_node){
            .branch = (fnc_branch)modes[i],
            .nan_is_true = s->nan_is_true && s->nan_is_true[i],
            .feature = s->features[i],
            .split = s->splits[i],
            .yes = modes[yes[i]] == LEAF_MODE ? FNC_LEAF(yes[i]) : yes[i],
            .no = modes[no[i]] == LEAF_MODE ? FNC_LEAF(no[i]) : no[i],
        };
    }
    return FINNC_OK;
}

/* A tree begins where its number stands first. */
static finnc_status make_roots(fnc_call *call, const spec *s, fnc_forest *forest, const int *modes)
{
    const int64_t *tree_places;
    fnc_array list = list_of(s->trees, s->nnodes);
    bool *is_seen = FNC_SCRATCH(call, bool, s->nnodes);
    if (!is_seen)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_keys_find_all(call, &s->n.trees, &list, &tree_places));
    for (int64_t i = 0; i < s->nnodes; i++)
        is_seen[i] = false;
    forest->ntrees = 0;
    for (int64_t i = 0; i < s->nnodes; i++) {
        if (is_seen[tree_places[i]])
            continue;
        is_seen[tree_places[i]] = true;
        forest->roots[forest->ntrees++] = modes[i] == LEAF_MODE ? FNC_LEAF(i) : i;
    }
    return FINNC_OK;
}

/* Votes sorted by leaf, in their order. Those of nodes that are no leaves are dropped by nobody
 * ever coming there. */
static finnc_status make_votes(fnc_call *call, const spec *s, fnc_forest *forest)
{
    const int64_t *places;
    int64_t *first = forest->first_vote;
    FINNC_TRY(find_nodes(call, &s->n, s->vote_trees, s->vote_numbers, s->nvotes, &places));
    for (int64_t i = 0; i <= s->nnodes; i++)
        first[i] = 0;
    for (int64_t v = 0; v < s->nvotes; v++) {
        if (places[v] < 0)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "a weight is for node %" PRId64 " of tree %" PRId64
                              ", which is not there",
                              s->vote_numbers[v], s->vote_trees[v]);
        first[places[v] + 1]++;
    }
    for (int64_t i = 0; i < s->nnodes; i++)
        first[i + 1] += first[i];
    for (int64_t v = s->nvotes; v-- > 0;) /* from behind: each leaf's end moves to its beginning */
        forest->votes[--first[places[v] + 1]] = (fnc_vote){s->vote_targets[v], s->weights[v]};
    for (int64_t i = 0; i < s->nnodes; i++)
        first[i] = first[i + 1];
    first[s->nnodes] = s->nvotes;
    return FINNC_OK;
}

static finnc_status make_forest(fnc_call *call, const spec *s, int64_t ntargets, fnc_forest *forest)
{
    *forest = (fnc_forest){.nnodes = s->nnodes,
                           .ntrees = s->nnodes,
                           .nleaves = s->nnodes,
                           .nvotes = s->nvotes,
                           .ntargets = ntargets};
    int *modes = FNC_SCRATCH(call, int, s->nnodes);
    if (!modes)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_forest_alloc(call, forest));
    FINNC_TRY(make_nodes(call, s, forest, modes));
    FINNC_TRY(make_roots(call, s, forest, modes));
    return make_votes(call, s, forest);
}

static finnc_status read_base(fnc_call *call, fnc_forest_run *run)
{
    static const char *const both[] = {"base_values", "base_values_as_tensor", NULL};
    FINNC_TRY(fnc_attr_numbers(call, both, &run->base, &run->nbase));
    if (run->nbase == 0)
        run->base = NULL;
    return FINNC_OK;
}

/* ---- TreeEnsembleRegressor ---- */

typedef struct regressor {
    fnc_transform transform;
    int64_t ntargets;
    float *y;
} regressor;

static void finish_regression(void *user, int64_t row, double *scores)
{
    const regressor *r = user;
    fnc_transform_row(r->transform, scores, r->ntargets);
    fnc_convert(FINNC_ELEM_DOUBLE, scores, FINNC_ELEM_FLOAT, r->y + row * r->ntargets, r->ntargets);
}

static finnc_status read_aggregate(fnc_call *call, fnc_aggregate *aggregate)
{
    static const char *const words[] = {"AVERAGE", "SUM", "MIN", "MAX"};
    const char *name = finnc_node_string(call->node, "aggregate_function", "SUM");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], name)) {
            *aggregate = (fnc_aggregate)i;
            return FINNC_OK;
        }
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "there is no aggregate_function %s", name);
}

static finnc_status tree_ensemble_regressor(fnc_call *call)
{
    spec s;
    fnc_forest forest;
    regressor r;
    fnc_forest_run run = {.forest = &forest, .finish = finish_regression, .user = &r};
    FINNC_TRY(fnc_rows_read(call, &run.rows));
    FINNC_TRY(fnc_transform_read(call, &r.transform));
    FINNC_TRY(read_aggregate(call, &run.aggregate));
    FINNC_TRY(read_nodes(call, &s));
    FINNC_TRY(read_targets(call, &s));
    r.ntargets = fnc_count_targets(call, s.vote_targets, s.nvotes);
    FINNC_TRY(make_forest(call, &s, r.ntargets, &forest));
    FINNC_TRY(fnc_forest_check(call, &forest, run.rows.nfeatures));
    FINNC_TRY(read_base(call, &run));
    const int64_t dims[] = {run.rows.n, r.ntargets};
    FINNC_TRY(fnc_out(call, 0, FINNC_ELEM_FLOAT, 2, dims, &r.y));
    return fnc_forest_apply(call, &run);
}

/* ---- TreeEnsembleClassifier ---- */

typedef struct classifier {
    fnc_transform transform;
    int64_t nclasses;
    int64_t only;  /* the one of two classes that all votes are for; -1: there are several */
    bool is_share; /* no weight is negative: scores are shares of one */
    float *z;
    int64_t *classes;
} classifier;

/* Two classes and votes for but one of them: its score decides, whichever it is, on the second
 * class. As in onnxruntime. */
static void finish_one_sided(const classifier *c, int64_t row, double *scores)
{
    double score = scores[c->only];
    c->classes[row] = c->is_share ? score > 0.5 : score > 0;
    if (c->only == 0)
        fnc_transform_pair(c->transform, c->is_share, score, scores);
    else
        fnc_transform_row(c->transform, scores, 2);
}

static void finish_classification(void *user, int64_t row, double *scores)
{
    const classifier *c = user;
    int64_t k = c->nclasses;
    if (c->only >= 0) {
        finish_one_sided(c, row, scores);
    } else {
        c->classes[row] = k == 1 ? scores[0] > 0 : fnc_greatest(scores, k);
        fnc_transform_row(c->transform, scores, k);
    }
    fnc_convert(FINNC_ELEM_DOUBLE, scores, FINNC_ELEM_FLOAT, c->z + row * k, k);
}

static void look_at_votes(const spec *s, classifier *c)
{
    c->only = c->nclasses == 2 && s->nvotes > 0 ? s->vote_targets[0] : -1;
    c->is_share = true;
    for (int64_t v = 0; v < s->nvotes; v++) {
        if (s->vote_targets[v] != c->only)
            c->only = -1;
        if (s->weights[v] < 0)
            c->is_share = false;
    }
}

static finnc_status tree_ensemble_classifier(fnc_call *call)
{
    static const char *const label_names[] = {"classlabels_int64s", "classlabels_strings", NULL};
    spec s;
    fnc_forest forest;
    fnc_labels labels;
    classifier c;
    fnc_forest_run run = {.forest = &forest,
                          .aggregate = FNC_AGGREGATE_SUM,
                          .finish = finish_classification,
                          .user = &c};
    FINNC_TRY(fnc_rows_read(call, &run.rows));
    FINNC_TRY(fnc_transform_read(call, &c.transform));
    FINNC_TRY(fnc_labels_read(call, label_names, &labels));
    FINNC_TRY(read_nodes(call, &s));
    FINNC_TRY(read_classes(call, &s));
    c.nclasses = labels.list.nelems;
    labels.is_positive = c.nclasses == 1;
    FINNC_TRY(make_forest(call, &s, c.nclasses, &forest));
    FINNC_TRY(fnc_forest_check(call, &forest, run.rows.nfeatures));
    FINNC_TRY(read_base(call, &run));
    look_at_votes(&s, &c);
    const int64_t dims[] = {run.rows.n, c.nclasses};
    FINNC_TRY(fnc_out(call, 1, FINNC_ELEM_FLOAT, 2, dims, &c.z));
    c.classes = FNC_SCRATCH(call, int64_t, run.rows.n);
    if (!c.classes)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_forest_apply(call, &run));
    return fnc_labels_put(call, &labels, c.classes, run.rows.n);
}

const fnc_kernel fnc_kernel_ml_tree_ensemble_classifier = {.run = tree_ensemble_classifier};
const fnc_kernel fnc_kernel_ml_tree_ensemble_regressor = {.run = tree_ensemble_regressor};

/* What the solver works with: factors, which have partial designs for each combination of classes
 * at some ports. */
#ifndef FNC_FOLD_SOLVER_H
#define FNC_FOLD_SOLVER_H

#include "fold.h"

enum { FNC_MAX_SCOPE = 12 /* ports that a factor depends on */ };
#define FNC_NOBODY UINT32_MAX

/* A partial design: a choice of one layer, a converter, or two designs together. */
typedef struct fnc_label {
    fnc_fold_cost cost;
    const struct fnc_label *a, *b;
    uint32_t layer, choice; /* layer FNC_NOBODY: a converter, or two together */
} fnc_label;

typedef struct fnc_labels {
    fnc_label *at;
    size_t count, room;
} fnc_labels;

/* For one combination of classes. */
typedef struct fnc_entry {
    uint32_t key[FNC_MAX_SCOPE];
    fnc_labels designs;
    size_t next; /* with the same hash; or, sorted out, the same key */
} fnc_entry;

typedef struct fnc_factor {
    uint32_t scope[FNC_MAX_SCOPE]; /* ports, ascending */
    size_t nscope;
    fnc_entry *entries;
    size_t nentries, room;
    size_t *heads; /* of hash chains; SIZE_MAX: empty */
    size_t mask;
    double least[FINNC_NRESOURCES]; /* of the layers in it: they cannot do with less */
    bool is_dead;
} fnc_factor;

typedef struct fnc_solver {
    fnc_fold_space *space;
    const fnc_fold_query *query;
    fnc_arena arena;
    fnc_factor **factors;
    size_t nfactors;
    int order[FNC_FOLD_NCOSTS];
    double least[FINNC_NRESOURCES];
    bool matters[FINNC_NRESOURCES]; /* its budget may bind, so a dearer design may be the one */
    bool has_budgets;
    size_t nlabels;
} fnc_solver;

/* ---- partial designs ---- */

/* Adds one, unless another one is better. UNSUPPORTED: there are too many. */
FINNC_MUST_USE finnc_status fnc_designs_add(fnc_solver *v, fnc_labels *list, const fnc_label *x);
/* Leaves those than which none is better, the cheapest first. */
FINNC_MUST_USE finnc_status fnc_designs_prune(fnc_solver *v, fnc_labels *list);

/* ---- factors ---- */

FINNC_MUST_USE finnc_status fnc_factor_new(fnc_solver *v, size_t expected, fnc_factor **made);
/* The entry of a combination; made if it is not there. */
FINNC_MUST_USE finnc_status fnc_factor_entry(fnc_solver *v, fnc_factor *f, const uint32_t *key,
                                             fnc_entry **found);
size_t fnc_factor_hash(const uint32_t *key, size_t n);
/* When all designs are in it. */
FINNC_MUST_USE finnc_status fnc_factor_finish(fnc_solver *v, fnc_factor *f);
/* A layer's choices, what an edge's converters cost: as one more of the solver's factors. */
FINNC_MUST_USE finnc_status fnc_factor_add_layer(fnc_solver *v, uint32_t layer);
FINNC_MUST_USE finnc_status fnc_factor_add_edge(fnc_solver *v, const fnc_fold_edge *edge);

/* ---- joining ---- */

/* Where the ports of two factors go: shared ones, and those of the result. */
typedef struct fnc_join_plan {
    size_t nshared, shared_a[FNC_MAX_SCOPE], shared_b[FNC_MAX_SCOPE];
    size_t nscope, from[FNC_MAX_SCOPE]; /* place in a, or FNC_MAX_SCOPE + place in b */
    uint32_t scope[FNC_MAX_SCOPE];
    bool is_too_wide;
} fnc_join_plan;
fnc_join_plan fnc_factor_plan_join(const fnc_factor *a, const fnc_factor *b, uint32_t gone);
/* Both factors in one, without the port `gone` (FNC_NOBODY: all ports stay). */
FINNC_MUST_USE finnc_status fnc_factor_join(fnc_solver *v, fnc_factor *a, fnc_factor *b,
                                            uint32_t gone, fnc_factor **made);

#endif

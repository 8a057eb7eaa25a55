/* Which rewrite broke the result? */
#ifndef FINNC_BISECT_H
#define FINNC_BISECT_H

#include <finnc/compare.h>
#include <finnc/pass.h>

FINNC_BEGIN_DECLS

enum { FINNC_BISECT_WORDS_MAX = 512 };

/** The first rewrite that changes what a model computes. End it with finnc_bisection_clear. */
typedef struct finnc_bisection {
    uint64_t nrewrites; /**< of the whole run, as far as it came */
    uint64_t rewrite;   /**< the first that changes a result; 0: none does */
    /** The last of those that belong to it: a pass that makes several without asking for leave
     * (finnc_pass_may_rewrite) cannot be stopped between them. Mostly `rewrite`. */
    uint64_t last;
    unsigned nruns; /**< how often the pipeline was run */
    /* What the rewrite said of itself (finnc_remark); cut where longer. */
    int step;
    char pass[128], rule[FINNC_BISECT_WORDS_MAX], node[256], op_type[128];
    char text[FINNC_BISECT_WORDS_MAX];
    /** It is by a pass that changes values on purpose (FINNC_PASS_CHANGES_VALUES). */
    bool is_on_purpose;
    /** The words of a failure, where the run fails from this rewrite on, or its model cannot be
     * run, rather than that results differ; else "". */
    char failure[FINNC_BISECT_WORDS_MAX];
    /** The model without the rewrite and with it, and how they differ, first of all where
     * (comparison.parting). Without anything to compare `after` is NULL. */
    finnc_model *before, *after;
    finnc_comparison comparison;
} finnc_bisection;

typedef struct finnc_bisect_options {
    /** Which inputs to compare on, and how exactly: as in finnc_compare. */
    finnc_compare_options compare;
    bool check_each; /**< a broken invariant counts as a failure of the run */
    int stop_after;  /**< only that many steps; 0: all */
} finnc_bisect_options;

/** Runs the pipeline on clones of `model` that stop after so many rewrites, compares with the model
 * as it is, and halves the distance: about log2(nrewrites) runs. That finds the first wrong rewrite
 * if what follows it does not right it again, and a wrong one in any case. FINNC_OK with `rewrite`
 * 0: equal to the end. Fails if the model itself cannot be run on the inputs, with NO_MEMORY and
 * CANCELLED. */
FINNC_API FINNC_MUST_USE finnc_status finnc_bisect(finnc_ctx *cx, const finnc_model *model,
                                                   const finnc_pipeline *pipeline,
                                                   const finnc_bisect_options *options,
                                                   finnc_bisection *bisection);
FINNC_API void finnc_bisection_clear(finnc_bisection *bisection);

FINNC_END_DECLS
#endif

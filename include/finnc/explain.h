/* What would become of a node, and why nothing else? */
#ifndef FINNC_EXPLAIN_H
#define FINNC_EXPLAIN_H

#include <finnc/pass.h>

FINNC_BEGIN_DECLS

typedef enum finnc_fate_kind {
    FINNC_FATE_REWRITTEN, /**< a rewrite had to do with it */
    FINNC_FATE_DECLINED,  /**< one nearly had: `text` says why not */
    FINNC_FATE_STEP       /**< a top-level step is over */
} finnc_fate_kind;

/** One event in the life of a node and whatever becomes of it. All of it is borrowed for the time
 * of the call. */
typedef struct finnc_fate {
    finnc_fate_kind kind;
    int step;                   /**< number of the top-level step, from 1 */
    const char *pass;           /**< of STEP: the step's */
    const char *rule;           /**< the picture, or "" */
    const char *node, *op_type; /**< which of those followed it is about, before; "" for STEP */
    const char *text;
    uint64_t rewrite; /**< REWRITTEN: its number; 0: one that the pass did not count */
    bool is_far;      /**< DECLINED: nothing but the root of the picture fits */
    const finnc_remark_value *values; /**< the constants that decided */
    size_t nvalues;
    const finnc_node *const *now; /**< what is followed from here on; none: it is gone.
                                     A pass that is a function may say what it does before it does
                                     it: STEP knows */
    size_t nnow;
} finnc_fate;

typedef struct finnc_explain_options {
    bool wants_far; /**< tell also of pictures of which nothing but the root fits */
    int stop_after; /**< only that many steps; 0: all */
} finnc_explain_options;

/** Runs the pipeline on a clone of `model` and tells what happens to the node called `name`, or, if
 * no node is, the one that makes the value of that name. A node that a rewrite replaces is followed
 * as the nodes of the same op that the rewrite makes; without such as all that it makes; without
 * any as those that it went into. NOT_FOUND: there is no such node. `options` may be NULL. */
FINNC_API FINNC_MUST_USE finnc_status
finnc_explain(finnc_ctx *cx, const finnc_model *model, const finnc_pipeline *pipeline,
              const char *name, const finnc_explain_options *options,
              void (*tell)(void *user, const finnc_fate *fate), void *user);

FINNC_END_DECLS
#endif

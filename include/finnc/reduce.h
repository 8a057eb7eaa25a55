/* The smallest model that still fails. */
#ifndef FINNC_REDUCE_H
#define FINNC_REDUCE_H

#include <finnc/model.h>

FINNC_BEGIN_DECLS

/** Is this candidate still what one is after? A failure ends the search. */
typedef finnc_status (*finnc_interesting_fn)(void *user, finnc_ctx *cx,
                                             const finnc_model *candidate, bool *is_interesting);

typedef struct finnc_reduce_options {
    /** Each time that a smaller one is found: the best so far, to be kept; may be NULL. */
    finnc_status (*better)(void *user, finnc_ctx *cx, const finnc_model *model);
    void *user;           /**< of both functions */
    double seconds;       /**< begin no further candidate after that long; 0: no limit */
    uint64_t ncandidates; /**< nor after so many; 0: no limit */
} finnc_reduce_options;

/** What came of it. */
typedef struct finnc_reduction {
    uint64_t ncandidates, nbetter;
    bool is_finished; /**< no limit was reached: nothing more can be taken away */
} finnc_reduction;

/** Shrinks a model as long as `is_interesting` says yes: takes outputs away, cuts off what lies
 * behind or before nodes (what was computed becomes an input), has nodes passed by, and makes sizes
 * of inputs smaller; in large pieces first, then in smaller ones, until nothing more goes. The same
 * answers give the same model. `model` has to be interesting itself (else BAD_VALUE); `reduced`,
 * which is the best one found even if a limit was reached, is the caller's to end. */
FINNC_API FINNC_MUST_USE finnc_status finnc_reduce(finnc_ctx *cx, const finnc_model *model,
                                                   finnc_interesting_fn is_interesting,
                                                   const finnc_reduce_options *options,
                                                   finnc_model **reduced,
                                                   finnc_reduction *reduction);

FINNC_END_DECLS
#endif

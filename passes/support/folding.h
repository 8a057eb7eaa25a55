/*      Op(constants)       becomes       a constant
 * by running the op once, now. In node order, so that what folding makes constant is folded in the
 * same sweep. */
#ifndef FNC_TIDY_FOLDING_H
#define FNC_TIDY_FOLDING_H

#include <finnc/pass.h>

/* Why a node that could be folded stays, or NULL. */
typedef const char *fnc_fold_keep(const void *user, const finnc_node *node);

FINNC_MUST_USE finnc_status fnc_fold_constants(finnc_pass_run *run, finnc_graph *graph,
                                               fnc_fold_keep *keep, const void *user);

#endif

/* What a node makes of inputs that have lost channels. */
#ifndef FNC_PRUNE_LOSSES_H
#define FNC_PRUNE_LOSSES_H

#include <finnc/graph.h>

typedef struct fnc_sizes {
    int rank;                     /* -1: not known */
    int64_t size[FINNC_MAX_RANK]; /* negative: not known */
} fnc_sizes;

/* NULL is not known, nor are more axes than that. */
fnc_sizes fnc_sizes_of(const finnc_value *value);

/* A value has fewer channels than it had. */
typedef struct fnc_loss {
    fnc_sizes before;
    uint64_t axes; /* bit i: along axis i */
    bool
        is_followed; /* by what a node makes of its inputs, not by a mask: nobody says which ones */
} fnc_loss;

/* Do the elements that are left of its outputs come out as they did, channels that are gone having
 * been zero? `lost`: of each input, NULL where nothing is; `made`: what output 0 was. BAD_VALUE
 * says what is in the way. */
FINNC_MUST_USE finnc_status fnc_losses_check(finnc_ctx *cx, const finnc_node *node,
                                             const fnc_loss *const *lost, const fnc_sizes *made);

#endif

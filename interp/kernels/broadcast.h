/* Element-wise kernels over numpy's broadcasting. */
#ifndef FNC_BROADCAST_H
#define FNC_BROADCAST_H

#include "../kernel.h"

enum { FNC_BROADCAST_MAX = 4 };

/* How up to four operands lie under one output shape, axes merged where all of them allow it: most
 * often one axis, over which every operand has stride 1 or 0. */
typedef struct fnc_broadcast {
    int count; /* operands */
    int rank;  /* merged axes, at least 1 */
    int64_t dims[FINNC_MAX_RANK];
    int64_t strides[FNC_BROADCAST_MAX][FINNC_MAX_RANK]; /* elements; 0: repeated */
    int out_rank;
    int64_t out_dims[FINNC_MAX_RANK];
    int64_t nelems;
} fnc_broadcast;

/* BAD_VALUE says both shapes if two operands do not fit. */
FINNC_MUST_USE finnc_status fnc_broadcast_init(fnc_call *call, fnc_broadcast *b, int count,
                                               const fnc_array *const *operands);

/* A loop over `n` elements of the innermost axis: `in[k]` advances by `step[k]` (0 or 1) elements.
 */
typedef void fnc_broadcast_loop(const void *const *in, const int64_t *step, void *out, int64_t n,
                                const void *user);
/* Runs `loop` over all of it; element sizes in bytes. */
void fnc_broadcast_run(const fnc_call *call, const fnc_broadcast *b, const fnc_array *const *in,
                       void *out, size_t out_size, fnc_broadcast_loop *loop, const void *user);

#endif

/* numpy's matmul, for MatMul and whatever multiplies matrices in its own way. */
#ifndef FNC_MATMUL_H
#define FNC_MATMUL_H

#include "../kernel.h"

typedef struct fnc_matmul {
    int64_t m, n, k;
    int batch_rank;
    int64_t batch_dims[FINNC_MAX_RANK];
    int64_t a_steps[FINNC_MAX_RANK], b_steps[FINNC_MAX_RANK]; /* matrices; 0: repeated */
    int64_t batches;
    int rank; /* of the result */
    int64_t dims[FINNC_MAX_RANK];
    int64_t nelems;
} fnc_matmul;

FINNC_MUST_USE finnc_status fnc_matmul_init(fnc_call *call, const fnc_array *a, const fnc_array *b,
                                            fnc_matmul *matmul);
/* `a`, `b` and `c` all of type `elem`: a float type, or an integer one (sums wrap). */
FINNC_MUST_USE finnc_status fnc_matmul_run(fnc_call *call, const fnc_matmul *matmul,
                                           finnc_elem elem, const void *a, const void *b, void *c);
/* Inputs 0 times 1, of the data types given, into scratch: as FLOAT, or DOUBLE where that keeps
 * integers exact. */
FINNC_MUST_USE finnc_status fnc_matmul_inputs(fnc_call *call, finnc_dtype a_dtype,
                                                 finnc_dtype b_dtype, fnc_matmul *matmul,
                                                 fnc_array *c);

#endif

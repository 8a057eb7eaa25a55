/* One node run on tensors: what sessions and finnc_node_eval share. */
#ifndef FNC_STEP_H
#define FNC_STEP_H

#include "kernel.h"
#include "pool.h"

typedef struct fnc_step {
    const finnc_node *node;
    const fnc_kernel *kernel;
    const finnc_op *op;
    int version;
} fnc_step;

/* Looks up the kernel (UNSUPPORTED "unsupported op", with node, op and domain) and checks the node
 * against its op. Failures name the node; when it runs, its place is the caller's to declare. */
FINNC_MUST_USE finnc_status fnc_step_init(finnc_ctx *cx, const finnc_node *node, fnc_step *step);
/* Runs it. `inputs`: NULL where absent. `outputs` receives references for those flagged in
 * `wanted` (NULL: all), NULL for the others; on failure it is untouched. */
FINNC_MUST_USE finnc_status fnc_step_run(finnc_ctx *cx, fnc_pool *pool, int threads,
                                         const fnc_step *step, const finnc_tensor *const *inputs,
                                         size_t ninputs, const bool *wanted, finnc_tensor **outputs,
                                         size_t noutputs);

#endif

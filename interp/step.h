/* One node run on tensors: what sessions and finnc_node_eval share. */
#ifndef FNC_STEP_H
#define FNC_STEP_H

#include "grid.h"
#include "kernel.h"
#include "pool.h"

typedef struct fnc_step {
    const finnc_node *node;
    const finnc_node *origin; /* whom that is told of: the caller's, where `node` is a copy of it */
    const fnc_kernel *kernel;
    const finnc_op *op;
    int version;
    /* What is around it in its network: */
    fnc_grid grids[2];       /* of inputs 0 and 1, if the op is linear */
    fnc_grid_kept *kept;     /* of the same two; NULL: it is not, or stands alone */
    const finnc_node *maker; /* of the stream that a layer reads as input 0; NULL */
} fnc_step;

/* Looks up the kernel (UNSUPPORTED "unsupported op", with node, op and domain) and checks the node
 * against its op. Failures name the node; when it runs, its place is the caller's to declare. */
FINNC_MUST_USE finnc_status fnc_step_init(finnc_ctx *cx, const finnc_node *node, fnc_step *step);
/* Looks around: in `plan`, whose step it is and which is complete; NULL: in the node's graph. */
void fnc_step_look(const struct fnc_plan *plan, fnc_step *step);

/* What a step needs of the run that it is part of. */
typedef struct fnc_runner {
    finnc_ctx *cx;
    fnc_pool *pool;
    int threads;
    const finnc_session_options *options; /* trace, unsanitised, check_dtypes; NULL: none */
    double start_us;                      /* of the run, for the trace */
    struct fnc_fast *fast;                /* in the place of steps of the main plan; NULL: none */
} fnc_runner;

/* Runs it. `inputs`: NULL where absent. `bodies`: `nbodies` of the node's subgraphs. `outputs`
 * receives references for those flagged in `wanted` (NULL: all), NULL for the others; on failure
 * it is untouched. */
FINNC_MUST_USE finnc_status fnc_step_run(const fnc_runner *runner, const fnc_step *step,
                                         const finnc_tensor *const *inputs, size_t ninputs,
                                         fnc_body *bodies, size_t nbodies, const bool *wanted,
                                         finnc_tensor **outputs, size_t noutputs);

#endif

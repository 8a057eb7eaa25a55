/* Is a model valid, and does it keep what FINN's passes rely on? */
#ifndef FINNC_CHECK_H
#define FINNC_CHECK_H

#include <finnc/model.h>

FINNC_BEGIN_DECLS

typedef struct finnc_finding {
    /** Wrong for everybody: a cycle, a node that contradicts its op or is newer than the opset,
     * weights outside of their data type, a partition that cannot be read. Otherwise it breaks what
     * FINN's passes rely on, or is not known. */
    bool is_error;
    const char *text; /**< one line; borrowed for the time of the call */
} finnc_finding;

/** Receives each finding; a failure ends the check. */
typedef finnc_status (*finnc_finding_fn)(void *user, finnc_ctx *cx, const finnc_finding *finding);

/** Tells all that is wrong with a model and those of its partitions, not only the first. Types that
 * it infers on the way stay in the model. FINNC_OK means that the check was made, whatever it
 * found. */
FINNC_API FINNC_MUST_USE finnc_status finnc_model_examine(finnc_ctx *cx, finnc_model *model,
                                                          finnc_finding_fn found, void *user);

/** The checks of qonnx.analysis.topology, by its names. */
typedef struct finnc_topology {
    bool is_linear;       /**< no value is used by two nodes */
    bool all_tensors_f32; /**< every value of known type has float32 elements, whatever its
                             annotation */
    bool node_inputs_in_expected_order; /**< MatMul, Conv, Add and Mul have two inputs, the first is
                                           computed and, unless it is Add, the second constant */
    bool nodes_topologically_sorted;    /**< every node stands behind those that it needs */
} finnc_topology;

FINNC_API FINNC_MUST_USE finnc_status finnc_graph_topology(finnc_ctx *cx, const finnc_graph *graph,
                                                           finnc_topology *topology);

FINNC_END_DECLS
#endif

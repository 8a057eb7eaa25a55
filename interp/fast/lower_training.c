/* Ops that treat each element by itself only where they do not train: then they look at the whole
 * batch, or draw numbers. */
#include "lower.h"

#include <finnc/op.h>

extern const finnc_op fnc_op_onnx_batch_normalization, fnc_op_onnx_dropout;

static void check_normalization(const fnc_plan_step *step, const char **why)
{
    const finnc_node *node = step->step.node;
    if (finnc_node_trains(node))
        *why = "it trains: the statistics are those of the batch";
    else if (finnc_node_version(node) < 9 && finnc_node_int(node, "spatial", 1) == 0)
        *why = "it has statistics for each element";
}

/* An input may be known here that was computed from constants. */
static finnc_status check_dropout(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const finnc_tensor *training;
    FINNC_TRY(fnc_lower_constant(l, s, 2, &training));
    const bool is_said = step->ninputs > 2 && step->inputs[2] != SIZE_MAX;
    const bool is_one = training && finnc_tensor_nelems(training) == 1;
    if (is_said ? !is_one || finnc_tensor_get(training, 0) != 0
                : finnc_node_trains(step->step.node))
        *why = "it trains: what it drops is random";
    return FINNC_OK;
}

finnc_status fnc_lower_check_training(fnc_lowering *l, size_t s, const char **why)
{
    const fnc_plan_step *step = &l->plan->steps[s];
    const finnc_op *op = finnc_node_find_op(step->step.node);
    if (op == &fnc_op_onnx_batch_normalization)
        check_normalization(step, why);
    return op == &fnc_op_onnx_dropout ? check_dropout(l, s, why) : FINNC_OK;
}

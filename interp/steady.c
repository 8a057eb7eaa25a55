/* Steps that make the same in every run, such as quantisers of weights, run in the first run that
 * needs them; from then on, what they made is a constant of the plan.
 *
 * Not when a session is made: a step that fails, or takes long, need not be one that anybody needs.
 * Of a row of them the last one's tensor alone is kept. */
#include "plan.h"

#include <finnc/op.h>

/* Is it the same in every run? What a body's inputs are, who runs it says each time. */
static bool is_steady_value(const fnc_plan *plan, const fnc_plan_value *value)
{
    if (value->fed || value->is_captured)
        return false;
    if (value->producer != SIZE_MAX)
        return plan->steps[value->producer].is_steady;
    return value->constant && !(plan->parent && finnc_value_is_input(value->value));
}

static bool is_steady_step(const fnc_plan *plan, const fnc_plan_step *step)
{
    if (step->nbodies > 0 ||
        finnc_node_has_trait(step->step.node, FINNC_OP_RANDOM | FINNC_OP_CONTROL))
        return false;
    for (size_t i = 0; i < step->nreads; i++)
        if (step->inputs[i] != SIZE_MAX && !is_steady_value(plan, &plan->values[step->inputs[i]]))
            return false;
    for (size_t o = 0; o < step->noutputs; o++)
        if (step->outputs[o] != SIZE_MAX && plan->values[step->outputs[o]].fed)
            return false;
    return true;
}

static void forget(fnc_plan *plan, fnc_plan_step *step)
{
    for (size_t o = 0; o < step->noutputs; o++) {
        fnc_plan_value *value =
            step->outputs[o] == SIZE_MAX ? NULL : &plan->values[step->outputs[o]];
        if (!value)
            continue;
        finnc_tensor_release(value->constant);
        value->constant = NULL;
    }
    step->is_done = false;
}

void fnc_plan_settle(fnc_plan *plan)
{
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        if (step->nreads == 0) { /* it ran when the plan was made, and stays as it is */
            step->is_steady = step->is_done;
            continue;
        }
        if (step->is_done)
            forget(plan, step);
        step->is_steady = is_steady_step(plan, step);
    }
    for (size_t v = 0; v < plan->nvalues; v++) /* nobody marks the steps of bodies anew: all stay */
        plan->values[v].has_other_readers = plan->values[v].is_fetched || plan->parent;
    for (size_t s = 0; s < plan->nsteps; s++)
        for (size_t i = 0; i < plan->steps[s].nreads && !plan->steps[s].is_steady; i++)
            if (plan->steps[s].inputs[i] != SIZE_MAX)
                plan->values[plan->steps[s].inputs[i]].has_other_readers = true;
}

bool fnc_plan_is_settled(const fnc_plan *plan, size_t v)
{
    const fnc_plan_value *value = &plan->values[v];
    if (value->fed)
        return false;
    return value->constant ||
           (value->producer != SIZE_MAX && plan->steps[value->producer].is_steady);
}

void fnc_plan_keep_steady(fnc_plan *plan, fnc_plan_step *step)
{
    if (!step->is_steady || step->is_done)
        return;
    for (size_t o = 0; o < step->noutputs; o++) {
        fnc_plan_value *value =
            step->outputs[o] == SIZE_MAX ? NULL : &plan->values[step->outputs[o]];
        if (value && value->has_other_readers && value->tensor)
            value->constant = finnc_tensor_retain(value->tensor);
    }
    step->is_done = true;
}

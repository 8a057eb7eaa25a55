#include "plan.h"

#include <stdlib.h>

static int by_address(const void *a, const void *b)
{
    const finnc_value *x = ((const fnc_plan_value *)a)->value;
    const finnc_value *y = ((const fnc_plan_value *)b)->value;
    return (x > y) - (x < y);
}

size_t fnc_plan_find(const fnc_plan *plan, const finnc_value *value)
{
    if (!value || plan->nvalues == 0)
        return SIZE_MAX;
    const fnc_plan_value key = {.value = value};
    const fnc_plan_value *found =
        bsearch(&key, plan->values, plan->nvalues, sizeof key, by_address);
    return found ? (size_t)(found - plan->values) : SIZE_MAX;
}

static finnc_status init_values(fnc_plan *plan)
{
    plan->values = FNC_NEW_ARRAY(&plan->arena, fnc_plan_value, finnc_graph_nvalues(plan->graph));
    if (!plan->values && finnc_graph_nvalues(plan->graph) > 0)
        return finnc_no_memory(plan->cx);
    finnc_foreach_value (value, plan->graph) {
        const finnc_tensor *tensor = finnc_value_tensor(value);
        plan->values[plan->nvalues++] = (fnc_plan_value){
            .value = value,
            .constant = tensor ? finnc_tensor_retain(tensor) : NULL,
            .producer = SIZE_MAX,
            .is_fetched = finnc_value_is_output(value),
        };
    }
    if (plan->nvalues > 0)
        qsort(plan->values, plan->nvalues, sizeof *plan->values, by_address);
    return FINNC_OK;
}

/* Some exporters name an optional input that nothing makes, such as Resize's roi: it is absent. */
static void drop_dangling(const fnc_plan *plan, fnc_plan_step *step)
{
    const finnc_op *op = finnc_node_find_op(step->step.node);
    for (size_t i = 0; i < step->ninputs && i < FINNC_OP_MAX_FORMALS && op->in[i].name; i++) {
        size_t v = step->inputs[i];
        const finnc_value *value = v == SIZE_MAX ? NULL : plan->values[v].value;
        if (value && op->in[i].flags & FINNC_OPTIONAL && !finnc_value_producer(value) &&
            !finnc_value_is_input(value) && !finnc_value_is_constant(value))
            step->inputs[i] = SIZE_MAX;
    }
}

static finnc_status init_step(fnc_plan *plan, const finnc_node *node, fnc_plan_step *step)
{
    finnc_ctx *cx = plan->cx;
    FINNC_TRY(fnc_step_init(cx, node, &step->step));
    step->ninputs = finnc_node_ninputs(node);
    step->noutputs = finnc_node_noutputs(node);
    step->inputs = FNC_NEW_ARRAY(&plan->arena, size_t, step->ninputs + 1);
    step->outputs = FNC_NEW_ARRAY(&plan->arena, size_t, step->noutputs + 1);
    if (!step->inputs || !step->outputs)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < step->ninputs; i++)
        step->inputs[i] = fnc_plan_find(plan, finnc_node_input(node, i));
    drop_dangling(plan, step);
    for (size_t o = 0; o < step->noutputs; o++) {
        step->outputs[o] = fnc_plan_find(plan, finnc_node_output(node, o));
        if (step->outputs[o] != SIZE_MAX)
            plan->values[step->outputs[o]].producer = (size_t)(step - plan->steps);
    }
    if (step->ninputs > plan->max_inputs)
        plan->max_inputs = step->ninputs;
    if (step->noutputs > plan->max_outputs)
        plan->max_outputs = step->noutputs;
    return FINNC_OK;
}

static finnc_status init_steps(fnc_plan *plan)
{
    plan->steps = FNC_NEW_ARRAY(&plan->arena, fnc_plan_step, finnc_graph_nnodes(plan->graph) + 1);
    if (!plan->steps)
        return finnc_no_memory(plan->cx);
    finnc_foreach_node (node, plan->graph) {
        FINNC_TRY(init_step(plan, node, &plan->steps[plan->nsteps]));
        plan->nsteps++;
    }
    return FINNC_OK;
}

/* A value dies at its last reader, or where it is made if nobody reads it. Inputs have to come from
 * earlier steps: the order of the nodes is the order of the run. */
static finnc_status init_deaths(fnc_plan *plan)
{
    size_t *last = FNC_NEW_ARRAY(&plan->arena, size_t, plan->nvalues + 1);
    if (!last)
        return finnc_no_memory(plan->cx);
    for (size_t v = 0; v < plan->nvalues; v++)
        last[v] = SIZE_MAX;
    for (size_t s = 0; s < plan->nsteps; s++) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t i = 0; i < step->ninputs; i++) {
            size_t v = step->inputs[i];
            if (v == SIZE_MAX)
                continue;
            const fnc_plan_value *value = &plan->values[v];
            if (value->producer != SIZE_MAX && value->producer >= s) {
                FNC_AT_NODE(plan->cx, step->step.node);
                return finnc_fail(plan->cx, FINNC_BAD_VALUE,
                                  "input %s is made by a later node: the graph is not sorted",
                                  finnc_value_name(value->value));
            }
            last[v] = s;
        }
        for (size_t o = 0; o < step->noutputs; o++)
            if (step->outputs[o] != SIZE_MAX)
                last[step->outputs[o]] = s;
    }
    for (size_t v = 0; v < plan->nvalues; v++)
        if (last[v] != SIZE_MAX)
            plan->steps[last[v]].ndying++;
    for (size_t s = 0; s < plan->nsteps; s++) {
        plan->steps[s].dying = FNC_NEW_ARRAY(&plan->arena, size_t, plan->steps[s].ndying + 1);
        if (!plan->steps[s].dying)
            return finnc_no_memory(plan->cx);
        plan->steps[s].ndying = 0;
    }
    for (size_t v = 0; v < plan->nvalues; v++) {
        fnc_plan_step *step = last[v] == SIZE_MAX ? NULL : &plan->steps[last[v]];
        if (step)
            step->dying[step->ndying++] = v;
    }
    return FINNC_OK;
}

finnc_status fnc_plan_init(finnc_ctx *cx, const finnc_graph *graph, fnc_plan *plan)
{
    *plan = (fnc_plan){.cx = cx, .graph = graph};
    fnc_arena_init(&plan->arena, cx);
    FINNC_TRY(init_values(plan));
    FINNC_TRY(init_steps(plan));
    return init_deaths(plan);
}

void fnc_plan_clear(fnc_plan *plan)
{
    for (size_t v = 0; v < plan->nvalues; v++) {
        finnc_tensor_release(plan->values[v].constant);
        finnc_tensor_release(plan->values[v].fed);
        finnc_tensor_release(plan->values[v].tensor);
    }
    fnc_arena_clear(&plan->arena);
}

/* `node` reads the value; NULL: it is to be fetched. */
static finnc_status missing(const fnc_plan *plan, const fnc_plan_value *value,
                            const finnc_node *node)
{
    if (finnc_value_is_input(value->value))
        return finnc_fail(plan->cx, FINNC_BAD_VALUE, "input %s has no tensor",
                          finnc_value_name(value->value));
    if (node) {
        FNC_AT_NODE(plan->cx, node);
        return finnc_fail(plan->cx, FINNC_BAD_VALUE,
                          "input %s: nothing makes it and it has no initialiser",
                          finnc_value_name(value->value));
    }
    return finnc_fail(plan->cx, FINNC_BAD_VALUE, "nothing makes %s and it has no initialiser",
                      finnc_value_name(value->value));
}

/* Backwards: a step is needed if it makes a value that is fetched or that a needed step reads, and
 * that nobody gave. */
finnc_status fnc_plan_mark(fnc_plan *plan, bool all)
{
    for (size_t s = 0; s < plan->nsteps; s++)
        plan->steps[s].is_needed = all && !plan->steps[s].is_done;
    for (size_t v = 0; v < plan->nvalues; v++) {
        const fnc_plan_value *value = &plan->values[v];
        if (!value->is_fetched || value->fed || value->constant)
            continue;
        if (value->producer == SIZE_MAX)
            return missing(plan, value, NULL);
        plan->steps[value->producer].is_needed = true;
    }
    for (size_t s = plan->nsteps; s-- > 0;) {
        const fnc_plan_step *step = &plan->steps[s];
        for (size_t i = 0; step->is_needed && i < step->ninputs; i++) {
            if (step->inputs[i] == SIZE_MAX)
                continue;
            const fnc_plan_value *value = &plan->values[step->inputs[i]];
            if (value->fed || value->constant)
                continue;
            if (value->producer == SIZE_MAX)
                return missing(plan, value, step->step.node);
            plan->steps[value->producer].is_needed = true;
        }
    }
    return FINNC_OK;
}

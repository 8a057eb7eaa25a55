#include "run.h"

#include "allowed.h"
#include "fast/fast.h"
#include "sanitise.h"

#include <base/clock.h>

#include <finnc/op.h>

/* What the value's annotations have to say of a new tensor. */
static finnc_status clean(const fnc_runner *runner, const char *role, const finnc_value *value,
                          const finnc_tensor **tensor)
{
    const finnc_session_options *options = runner->options;
    FINNC_TRY(fnc_sanitise(runner, value, tensor));
    if (!options || !options->check_dtypes)
        return FINNC_OK;
    return fnc_check_dtype(runner->cx, role, value, *tensor);
}

/* What a step finds of constants need not be found again. */
static void tell_constants(const fnc_plan *plan, const fnc_plan_step *step)
{
    for (size_t i = 0; step->step.kept && i < 2 && i < step->ninputs; i++) {
        const size_t v = step->inputs[i];
        step->step.kept[i].is_constant = !plan->is_short && v != SIZE_MAX && plan->in[i] &&
                                         plan->values[v].constant == plan->in[i];
    }
}

/* Runs a step and leaves its outputs in plan->out; the caller owns them. */
static finnc_status run_step(const fnc_runner *runner, const fnc_plan *plan,
                             const fnc_plan_step *step)
{
    FNC_AT_NODE(runner->cx, step->step.node);
    for (size_t i = 0; i < step->ninputs; i++) {
        size_t v = step->inputs[i];
        plan->in[i] = v == SIZE_MAX ? NULL : plan->values[v].tensor;
    }
    for (size_t o = 0; o < step->noutputs; o++)
        plan->wanted[o] = step->outputs[o] != SIZE_MAX;
    tell_constants(plan, step);
    FINNC_TRY(fnc_step_run(runner, &step->step, plan->in, step->ninputs, step->bodies,
                           step->nbodies, plan->wanted, plan->out, step->noutputs));
    finnc_status status = FINNC_OK;
    for (size_t o = 0; o < step->noutputs && status == FINNC_OK; o++) {
        const finnc_tensor *tensor = plan->out[o];
        if (!tensor)
            continue;
        status = clean(runner, "output", plan->values[step->outputs[o]].value, &tensor);
        plan->out[o] = (finnc_tensor *)tensor;
    }
    for (size_t o = 0; o < step->noutputs && status != FINNC_OK; o++)
        finnc_tensor_release(plan->out[o]);
    return status;
}

finnc_status fnc_plan_run_constants(const fnc_runner *runner, fnc_plan *plan)
{
    for (size_t v = 0; v < plan->nvalues; v++) {
        fnc_plan_value *value = &plan->values[v];
        if (value->constant)
            FINNC_TRY(clean(runner, "initialiser", value->value, &value->constant));
    }
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        for (size_t b = 0; b < step->nbodies; b++) {
            FINNC_TRY(fnc_plan_run_constants(runner, step->bodies[b].plan));
            FINNC_TRY(fnc_plan_mark(step->bodies[b].plan, false));
        }
        if (step->nreads > 0 || step->nbodies > 0 ||
            finnc_node_has_trait(step->step.node, FINNC_OP_RANDOM | FINNC_OP_CONTROL))
            continue;
        FINNC_TRY(run_step(runner, plan, step));
        for (size_t o = 0; o < step->noutputs; o++)
            if (step->outputs[o] != SIZE_MAX)
                plan->values[step->outputs[o]].constant = plan->out[o];
        step->is_done = true;
    }
    fnc_plan_settle(plan);
    return FINNC_OK;
}

static void set(fnc_plan_value *value, const finnc_tensor *tensor)
{
    finnc_tensor_release(value->tensor);
    value->tensor = tensor;
}

static void begin_run(fnc_plan *plan)
{
    for (size_t v = 0; v < plan->nvalues; v++) {
        fnc_plan_value *value = &plan->values[v];
        const finnc_tensor *tensor = value->fed ? value->fed : value->constant;
        set(value, tensor ? finnc_tensor_retain(tensor) : NULL);
    }
}

static finnc_status run_and_trace(const fnc_runner *runner, fnc_plan *plan, fnc_plan_step *step)
{
    const finnc_session_options *options = runner->options;
    bool is_traced = options && options->trace;
    double before = is_traced ? fnc_now_us() : 0;
    FINNC_TRY(run_step(runner, plan, step));
    finnc_status status = FINNC_OK;
    if (is_traced) {
        const finnc_trace trace = {.node = step->step.origin,
                                   .outputs = (const finnc_tensor *const *)plan->out,
                                   .noutputs = step->noutputs,
                                   .depth = plan->depth,
                                   .start_us = before - runner->start_us,
                                   .duration_us = fnc_now_us() - before};
        status = options->trace(options->user, runner->cx, &trace);
    }
    for (size_t o = 0; o < step->noutputs; o++) {
        size_t v = step->outputs[o];
        if (v == SIZE_MAX)
            continue;
        if (plan->values[v].fed) /* the user's tensor has precedence */
            finnc_tensor_release(plan->out[o]);
        else
            set(&plan->values[v], plan->out[o]);
    }
    if (status == FINNC_OK && !is_traced)
        fnc_plan_keep_steady(plan, step);
    return status;
}

static void bury(fnc_plan *plan, const fnc_plan_step *step)
{
    for (size_t d = 0; d < step->ndying; d++) {
        fnc_plan_value *value = &plan->values[step->dying[d]];
        if (!value->is_fetched)
            set(value, NULL);
    }
}

/* A program found something that it was not compiled for, at step `s`: the constants that it kept
 * for itself have to be there for its steps. What is folded behind `s` runs in its turn, since it
 * may need what others make until then. */
static finnc_status run_folded(const fnc_runner *runner, fnc_plan *plan, const fnc_program *missed,
                               size_t s)
{
    for (size_t i = 0; missed && i < missed->nfolded && missed->folded[i] < s; i++)
        if (plan->steps[missed->folded[i]].is_needed)
            FINNC_TRY(run_and_trace(runner, plan, &plan->steps[missed->folded[i]]));
    return FINNC_OK;
}

finnc_status fnc_plan_run(const fnc_runner *runner, fnc_plan *plan)
{
    const fnc_program *missed;
    begin_run(plan);
    fnc_fast_begin(runner->fast);
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        FINNC_TRY(finnc_progress(runner->cx, "running", s, plan->nsteps));
        FINNC_TRY(fnc_fast_step(runner->fast, runner, s, &missed));
        FINNC_TRY(run_folded(runner, plan, missed, s));
        if (fnc_fast_has_done(runner->fast, s))
            continue;
        if (step->is_needed)
            FINNC_TRY(run_and_trace(runner, plan, step));
        bury(plan, step);
    }
    return finnc_progress(runner->cx, "running", plan->nsteps, plan->nsteps);
}

/* ---- bodies ---- */

static void begin_body(fnc_plan *plan, const finnc_tensor *const *inputs)
{
    begin_run(plan);
    for (size_t k = 0; k < plan->ncaptured; k++) {
        const finnc_tensor *tensor = plan->parent->values[plan->outer[k]].tensor;
        set(&plan->values[plan->captured[k]], tensor ? finnc_tensor_retain(tensor) : NULL);
    }
    for (size_t i = 0; i < finnc_graph_ninputs(plan->graph); i++) {
        size_t v = fnc_plan_find(plan, finnc_graph_input(plan->graph, i));
        if (inputs[i])
            set(&plan->values[v], finnc_tensor_retain(inputs[i]));
    }
}

static finnc_status collect(const fnc_plan *plan, finnc_tensor **outputs)
{
    size_t n = finnc_graph_noutputs(plan->graph);
    for (size_t o = 0; o < n; o++) {
        const finnc_value *value = finnc_graph_output(plan->graph, o);
        if (!plan->values[fnc_plan_find(plan, value)].tensor)
            return finnc_fail(plan->cx, FINNC_BAD_VALUE, "output %s of the body is not computed",
                              finnc_value_name(value));
    }
    for (size_t o = 0; o < n; o++)
        outputs[o] = finnc_tensor_retain(
            plan->values[fnc_plan_find(plan, finnc_graph_output(plan->graph, o))].tensor);
    return FINNC_OK;
}

/* As a session's own inputs: a partition's model may say more of them than its node's graph. */
static finnc_status clean_body_inputs(const fnc_runner *runner, fnc_plan *plan)
{
    for (size_t i = 0; i < finnc_graph_ninputs(plan->graph); i++) {
        fnc_plan_value *v = &plan->values[fnc_plan_find(plan, finnc_graph_input(plan->graph, i))];
        if (v->tensor)
            FINNC_TRY(clean(runner, "input", v->value, &v->tensor));
    }
    return FINNC_OK;
}

/* Leaves nothing behind: a body's tensors are dead when it ends. */
static void end_body(fnc_plan *plan)
{
    for (size_t v = 0; v < plan->nvalues; v++)
        set(&plan->values[v], NULL);
}

static finnc_status run_body_steps(const fnc_runner *runner, fnc_plan *plan)
{
    for (size_t s = 0; s < plan->nsteps; s++) {
        fnc_plan_step *step = &plan->steps[s];
        FINNC_TRY(finnc_ctx_check(runner->cx));
        if (step->is_needed && !step->is_done)
            FINNC_TRY(run_and_trace(runner, plan, step));
        bury(plan, step);
    }
    return finnc_ctx_check(runner->cx);
}

finnc_status fnc_plan_run_body(const fnc_runner *runner, fnc_plan *plan,
                               const finnc_tensor *const *inputs, finnc_tensor **outputs)
{
    begin_body(plan, inputs);
    finnc_status status = clean_body_inputs(runner, plan);
    if (status == FINNC_OK)
        status = run_body_steps(runner, plan);
    if (status == FINNC_OK)
        status = collect(plan, outputs);
    end_body(plan);
    return status;
}

/* A plan at work. */
#ifndef FNC_RUN_H
#define FNC_RUN_H

#include "plan.h"

/* Nodes without inputs make the same tensors in every run: they run once, here, in bodies too. What
 * the model's annotations say of constants is applied to them. */
FINNC_MUST_USE finnc_status fnc_plan_run_constants(const fnc_runner *runner, fnc_plan *plan);
/* Runs the steps that fnc_plan_mark marked. What is fetched stays in the values until the next
 * run. */
FINNC_MUST_USE finnc_status fnc_plan_run(const fnc_runner *runner, fnc_plan *plan);
/* Runs the plan of a subgraph while its parent runs: inputs as the graph's, `outputs` receives
 * references. */
FINNC_MUST_USE finnc_status fnc_plan_run_body(const fnc_runner *runner, fnc_plan *plan,
                                              const finnc_tensor *const *inputs,
                                              finnc_tensor **outputs);

#endif

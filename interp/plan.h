/* A graph made ready to run: steps and values numbered, with who needs what and until when.
 *
 * Today a value holds a tensor. Control flow, sequences and optionals fit in without another shape
 * of things: plan_value.tensor becomes a tagged value (tensor, sequence, optional); a node with
 * subgraphs gets a fnc_plan per body, made here with the enclosing plan as parent so that outer
 * values are found by their index there, and its kernel (If, Loop, Scan) runs a body through a
 * function on fnc_call that does what finnc_session_run does with a plan. */
#ifndef FNC_PLAN_H
#define FNC_PLAN_H

#include "step.h"

#include <base/arena.h>

typedef struct fnc_plan_value {
    const finnc_value *value;
    const finnc_tensor *constant; /* what it always is; retained */
    const finnc_tensor *fed;      /* what the user gave; retained */
    const finnc_tensor *tensor;   /* what it is in the run at hand; retained */
    size_t producer;              /* the step; SIZE_MAX: none */
    bool is_fetched;              /* a graph output or kept: stays until the next run */
} fnc_plan_value;

typedef struct fnc_plan_step {
    fnc_step step;
    size_t *inputs; /* values; SIZE_MAX where absent */
    size_t *outputs;
    size_t ninputs, noutputs;
    size_t *dying; /* values that nobody reads after this step */
    size_t ndying;
    bool is_needed; /* in the run at hand */
    bool is_done;   /* once and for all: it makes constants */
} fnc_plan_step;

typedef struct fnc_plan {
    finnc_ctx *cx;
    const finnc_graph *graph;
    fnc_arena arena; /* of everything here */
    fnc_plan_step *steps;
    size_t nsteps;
    fnc_plan_value *values; /* sorted by the address of their finnc_value */
    size_t nvalues;
    size_t max_inputs, max_outputs;
} fnc_plan;

FINNC_MUST_USE finnc_status fnc_plan_init(finnc_ctx *cx, const finnc_graph *graph, fnc_plan *plan);
void fnc_plan_clear(fnc_plan *plan);
/* Which value that is; SIZE_MAX if it is none of this graph's or NULL. */
size_t fnc_plan_find(const fnc_plan *plan, const finnc_value *value);
/* Marks the steps that have to run so that fetched values come to be (all of them if `all`), and
 * fails if that takes a graph input that has no tensor. */
FINNC_MUST_USE finnc_status fnc_plan_mark(fnc_plan *plan, bool all);

#endif

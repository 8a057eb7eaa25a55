/* A graph made ready to run: steps and values numbered, with who needs what and until when.
 *
 * A node with subgraphs (If, Loop, Scan) has a plan per body. What a body reads of the graphs
 * around it, it captures: the value has a place in the body's plan too, and the step that runs the
 * body reads it like an input, so that it is computed before and lives long enough. The model of a
 * partition is a body too. A plan is the
 * state of one run as well: bodies run one after the other, and none runs inside itself. */
#ifndef FNC_PLAN_H
#define FNC_PLAN_H

#include "step.h"

#include <base/arena.h>

typedef struct fnc_plan fnc_plan;

typedef struct fnc_plan_value {
    const finnc_value *value;
    const finnc_tensor *constant; /* what it always is; retained */
    const finnc_tensor *fed;      /* what the user gave; retained */
    const finnc_tensor *tensor;   /* what it is in the run at hand; retained */
    size_t producer;              /* the step; SIZE_MAX: none */
    bool is_fetched;              /* a graph output or kept: stays until the next run */
    bool is_captured;             /* of a graph around this one */
    bool has_other_readers;       /* than steady steps, which need it once */
} fnc_plan_value;

/* The plan of a node's subgraph. */
struct fnc_body {
    const char *name; /* of the attribute */
    size_t index;     /* in a list of graphs */
    fnc_plan *plan;
    finnc_model *model; /* of a partition, whose graph it is; else NULL */
};

typedef struct fnc_plan_step {
    fnc_step step;
    size_t *inputs; /* values; SIZE_MAX where absent */
    size_t *outputs;
    size_t ninputs, noutputs;
    size_t nreads; /* >= ninputs: behind the inputs stand the values that bodies capture */
    fnc_body *bodies;
    size_t nbodies;
    size_t *dying; /* values that nobody reads after this step */
    size_t ndying;
    bool is_needed; /* in the run at hand */
    bool is_steady; /* it makes the same in every run, as what it reads is the same */
    bool is_done;   /* what it makes is there, and stays: it makes constants */
} fnc_plan_step;

struct fnc_plan {
    finnc_ctx *cx;
    const finnc_graph *graph;
    fnc_plan *parent;            /* of the graph around; NULL */
    const char *file;            /* of a partition's model, without links; NULL: it is none */
    const finnc_node *partition; /* whose model it is; NULL: it is none */
    int depth;                   /* how many are around */
    size_t npartitions;          /* of the outermost plan: in all */
    fnc_arena arena; /* of everything here, bodies included, which have arenas of their own */
    fnc_plan_step *steps;
    size_t nsteps;
    fnc_plan_value *values; /* sorted by the address of their finnc_value */
    size_t nvalues;
    size_t *captured, *outer; /* ncaptured: values here, and where they stand in the parent */
    size_t ncaptured;
    size_t max_inputs, max_outputs;
    bool is_short; /* of memory: nothing is kept that a run can do without */
    /* Of the step at hand. */
    const finnc_tensor **in;
    finnc_tensor **out;
    bool *wanted;
};

/* Gives back what steps keep to be faster, bodies' too, and keeps nothing from now on; false: there
 * was nothing. */
bool fnc_plan_spare(fnc_plan *plan);
/* On failure too, fnc_plan_clear ends it. `parent`: NULL for a graph that stands alone; `file`: of
 * a partition's model, else NULL. */
FINNC_MUST_USE finnc_status fnc_plan_init(finnc_ctx *cx, const finnc_graph *graph, fnc_plan *parent,
                                          const char *file, fnc_plan *plan);
/* The one body of a partition: its model is read. `step` is the node's, in `plan`. (partition.c) */
FINNC_MUST_USE finnc_status fnc_plan_init_partition(fnc_plan *plan, const finnc_node *node,
                                                    fnc_plan_step *step);
void fnc_plan_clear(fnc_plan *plan);
/* Which value that is; SIZE_MAX if it is none that the plan knows, or NULL. */
size_t fnc_plan_find(const fnc_plan *plan, const finnc_value *value);
/* Where a value that the plan's graph reads comes from, as if partitions were no boundaries: an
 * input of a partition is what its node reads, an output of the node what the partition's model
 * returns. `plan`: NULL looks at no more than the value itself. (source.c) */
typedef struct fnc_source {
    const fnc_plan *plan; /* of the graph that has the value */
    const finnc_value *value;
} fnc_source;
fnc_source fnc_plan_source(const fnc_plan *plan, const finnc_value *value);
/* The node that makes the stream which a value carries on, in front of layers that hand it on;
 * NULL: none does. */
const finnc_node *fnc_plan_stream_maker(const fnc_plan *plan, const finnc_value *value);
/* Finds the steps that are steady: all that they read are constants that nobody has fed anything in
 * place of, or made by such steps. What steps made before that are no longer so, goes. (steady.c)
 */
void fnc_plan_settle(fnc_plan *plan);
/* `value` is fed: steps, bodies' too, that took it as an absent input, as nothing makes it, read it
 * from now on; false: none did. */
bool fnc_plan_adopt(fnc_plan *plan, const finnc_value *value);
/* Was the value taken as the same in every run, until now that it is fed? */
bool fnc_plan_is_settled(const fnc_plan *plan, size_t v);
/* Step `s` has run: what it made stays for later runs, if it is steady. */
void fnc_plan_keep_steady(fnc_plan *plan, fnc_plan_step *step);
/* Marks the steps that have to run so that fetched values come to be (all of them if `all`), and
 * fails if that takes a graph input that has no tensor. Inputs of a subgraph are the matter of the
 * node that runs it. */
FINNC_MUST_USE finnc_status fnc_plan_mark(fnc_plan *plan, bool all);

#endif

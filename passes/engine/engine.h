/* What the manager, the matcher, the remarks and the verifier share: one finnc_transform at work.
 */
#ifndef FNC_ENGINE_H
#define FNC_ENGINE_H

#include "pipeline.h"

struct fnc_rules; /* rule.h */

/* What the manager remembers of a pass (with given arguments) during one finnc_transform. */
typedef struct fnc_known_pass {
    const finnc_pass *pass;
    const fnc_arg *args;
    bool settled;            /* it ended, and running it again at ... */
    uint64_t edits;          /* ... this count of edits would change nothing */
    struct fnc_rules *rules; /* its pictures, parsed; NULL: not yet */
    struct fnc_known_pass *next;
} fnc_known_pass;

/* A pipeline's text that passes name inside (steps, finnc_pass_call), read once. */
typedef struct fnc_known_text {
    const char *text;
    finnc_pipeline *pipeline;
    struct fnc_known_text *next;
} fnc_known_text;

/* Remarks made during a step, by hash: a set with open addressing. */
typedef struct fnc_said {
    uint64_t *keys; /* 0: free */
    size_t count, room;
} fnc_said;

/* An output that has its name for the time of a top-level step only. */
typedef struct fnc_named {
    finnc_value *value;
    struct fnc_named *next;
} fnc_named;

typedef struct fnc_manager {
    finnc_ctx *cx;
    finnc_model *model;
    finnc_transform_options options;
    fnc_arena arena;
    fnc_known_pass *passes;
    fnc_known_text *texts;
    fnc_named *named;
    fnc_said said;             /* misses, in this top-level step */
    uint64_t rewrites;         /* so far: the number of the last one */
    uint64_t checked;          /* count of edits at the last finnc_graph_check */
    bool sound;                /* shapes and data types held when the run began */
    bool whole;                /* every value that is used came from somewhere when the run began */
    finnc_failure_cause cause; /* of a failure at this moment */
    bool has_gradients;        /* when the step began: FINNC_PASS_KEEPS_GRAPH is asked for */
    bool cleaning;             /* at work on the clean-up after a pass */
    bool hidden;               /* at work on what belongs to another pass: clean-up, `finish` */
    unsigned flags;            /* of the passes that have edited anything in the step at hand */
    bool warned;               /* of a model that cannot be run to verify a step */
    bool stopped;              /* options.rewrite_limit is reached */
    int step;                  /* number of the top-level step at work, from 1 */
    int depth;                 /* of the pass at work: 0 for a top-level step */
} fnc_manager;

struct finnc_pass_run {
    fnc_manager *manager;
    fnc_known_pass *known;
    const finnc_pass *pass;
    const fnc_arg *args;
};

/* Runs one step with whatever belongs to it: clean-up, checks, reports. */
FINNC_MUST_USE finnc_status fnc_run_step(fnc_manager *manager, const fnc_step *step);
/* Runs the steps of a text one after the other, and `each` (NULL: nothing) after each of them. */
FINNC_MUST_USE finnc_status fnc_run_text(fnc_manager *manager, const char *text, const char *each);

/* Applies the pass's pictures until none fits (rule.c). */
FINNC_MUST_USE finnc_status fnc_rules_run(finnc_pass_run *run, finnc_graph *graph);

/* Counts a rewrite and says whether it may be made: false, for good, once the limit is reached.
 * What is hidden does not count. */
bool fnc_rewrite_begin(fnc_manager *manager);
/* Is the limit reached? What is hidden still runs, so that the graph is left in order. */
static inline bool fnc_stopped(const fnc_manager *manager)
{
    return manager->stopped && !manager->hidden;
}

/* ---- unnamed outputs (unnamed.c) ---- */

/* Gives every node of the model a first output; those that make nothing at all go. */
FINNC_MUST_USE finnc_status fnc_name_outputs(fnc_manager *manager);
/* Takes the names away again where nobody has come to use them. */
FINNC_MUST_USE finnc_status fnc_unname_outputs(fnc_manager *manager);

/* ---- remarks (remark.c) ---- */

static inline bool fnc_listens(const fnc_manager *manager)
{
    return manager->options.remark && !manager->hidden;
}
/* Hands a remark on, with pass, step and (of what was applied) the rewrite's number put in. */
void fnc_remark_put(fnc_manager *manager, finnc_remark *remark);
/* The same for words alone; nothing is formatted if nobody listens. `node` may be NULL. A miss is
 * told once in a top-level step, however often its pass runs. */
FINNC_PRINTF(5, 6)
void fnc_remark(fnc_manager *manager, finnc_remark_kind kind, const char *pass,
                const finnc_node *node, const char *format, ...);
void fnc_said_clear(fnc_manager *manager);
void fnc_remark_v(fnc_manager *manager, finnc_remark_kind kind, const char *pass,
                  const finnc_node *node, const char *format, va_list args);

/* ---- invariants (soundness.c) ---- */

/* Are shapes those that the ops give, and constants of the data type that they are annotated with?
 * BAD_VALUE says which is not. */
FINNC_MUST_USE finnc_status fnc_check_soundness(finnc_ctx *cx, const finnc_model *model);

/* ---- verification (verify.c) ---- */

/* A node inside the model at the beginning of a step, in order: what it and its clone make keeps
 * its meaning as long as it is the same node making the same value. */
typedef struct fnc_witness {
    finnc_node *node;
    const finnc_value *made;
    const finnc_value *clone; /* what its clone makes */
    const char *op_type;
} fnc_witness;

/* The state of a model before a step. */
typedef struct fnc_before {
    finnc_model *model; /* a clone */
    fnc_arena arena;
    fnc_witness *witnesses; /* with options.verify_tensors */
    size_t nwitnesses;
} fnc_before;

/* Takes it down; whatever it answers, end with fnc_before_clear. */
FINNC_MUST_USE finnc_status fnc_before_init(fnc_manager *manager, fnc_before *before);
void fnc_before_clear(fnc_before *before);

/* Compares what the model before a step and the manager's compute. BAD_VALUE: they differ, or only
 * the one before can be run. Where they cannot be compared a remark of `step` says so, and one
 * warning for the whole run. */
FINNC_MUST_USE finnc_status fnc_verify(fnc_manager *manager, const fnc_step *step,
                                       fnc_before *before);
/* The pipeline of a text, from the manager's memory. */
FINNC_MUST_USE finnc_status fnc_manager_read(fnc_manager *manager, const char *text,
                                             const finnc_pipeline **pipeline);
const char *fnc_step_name(const fnc_step *step);

#endif

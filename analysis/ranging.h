/* What the parts of range analysis share: the walk (range.c), the way into partitions
 * (range_inside.c), running nodes on bounds (range_eval.c), the rules (range_rules.c,
 * range_linear.c), the scaled form (range_scaled.c) and what is said of it all (range_report.c). */
#ifndef FNC_RANGING_H
#define FNC_RANGING_H

#include <finnc/op.h>
#include <finnc/range.h>
#include <finnc/run.h>

#include <base/arena.h>

#include "inside.h"
#include "value_index.h"

/* Two tensors of one shape, in double. */
typedef struct fnc_bounds {
    finnc_tensor *lo, *hi;
} fnc_bounds;

/* value = scale * q + bias, element by element; no tensors: there is no such form. */
typedef struct fnc_scaled {
    fnc_bounds q;
    finnc_tensor *scale, *bias;
} fnc_scaled;

/* What is known of a value while somebody still needs it. */
typedef struct fnc_fact {
    const finnc_value *value;
    finnc_elem elem;
    finnc_tensor *constant; /* its elements, if they do not depend on the inputs */
    fnc_bounds bounds;      /* no tensors: not even its shape is known */
    bool is_integer;
    bool is_rounded; /* it is only because its annotation makes sessions round it */
    fnc_scaled scaled;
    const char *reason;
    size_t nusers; /* that are still to come */
    finnc_range seen;
    finnc_scaled_range scaled_seen;
} fnc_fact;

/* The walk through one graph. */
typedef struct fnc_ranging {
    finnc_ctx *cx;
    fnc_arena *arena; /* the whole's */
    finnc_ranges *whole;
    const finnc_graph *graph;
    const finnc_ranges_options *options;
    int axis; /* of channels, as it was asked for */
    fnc_value_index index;
    fnc_fact *facts;
    size_t nfacts, nmade;                 /* inputs and what nodes make come before initialisers */
    const struct fnc_ranged_node *around; /* the partition whose model's graph it is; or NULL */
    const char *where;                    /* before names, in a partition: "Part_0/" */
    int depth;                            /* how many partitions are around */
} fnc_ranging;

struct finnc_ranges {
    fnc_arena arena;
    fnc_ranging main;
    const finnc_range **listed; /* of the main graph and of partitions */
    size_t nlisted, list_room;
    fnc_inside inside; /* partitions that were looked into */
    bool assumes_ones; /* sizes of inputs that are not known were taken as 1 */
};

/* A node at work: what its inputs are, its rule. */
enum { FNC_RANGING_INPUTS = 64 };
typedef struct fnc_ranged_node {
    fnc_ranging *r;
    const finnc_node *node;
    finnc_range_rule rule;
    fnc_fact *in[FNC_RANGING_INPUTS]; /* NULL: absent */
    size_t ninputs, noutputs;
    fnc_fact *out[FNC_RANGING_INPUTS];
} fnc_ranged_node;

/* The axis of channels of a tensor; -1: it has none. */
static inline int fnc_range_axis(const fnc_ranging *r, int rank)
{
    const int axis = r->axis < 0 ? r->axis + rank : r->axis;
    return axis >= 0 && axis < rank ? axis : -1;
}

/* ---- range.c ---- */

/* From inputs to outputs; `graph`, `around` and what is asked for are set. */
FINNC_MUST_USE finnc_status fnc_range_see_graph(fnc_ranging *r);
/* NULL: the value is another graph's. */
fnc_fact *fnc_range_find_fact(const fnc_ranging *r, const finnc_value *value);
void fnc_range_forget_all(fnc_ranging *r);

/* The node does not tell: its outputs may be anything. */
FINNC_MUST_USE finnc_status fnc_range_give_up(fnc_ranged_node *n, const char *reason);
/* The value is `constant`, which is handed over. */
void fnc_range_take(fnc_fact *fact, finnc_tensor *constant);
/* Output `o` lies in `bounds`, which are handed over; outside of what its element type holds they
 * are no bounds at all. */
FINNC_MUST_USE finnc_status fnc_range_set(fnc_ranged_node *n, size_t o, fnc_bounds *bounds,
                                          const char *reason);
/* Bounds of an input, those of a constant made on demand; borrowed. */
FINNC_MUST_USE finnc_status fnc_range_need(fnc_ranging *r, fnc_fact *fact, fnc_bounds *bounds);
static inline bool fnc_range_varies(const fnc_fact *fact)
{
    return fact && !fact->constant;
}

/* ---- range_inside.c: partitions ---- */

/* A node that stands for a model; where that cannot be looked into, its outputs may be anything. */
FINNC_MUST_USE finnc_status fnc_range_partition(fnc_ranged_node *n);
/* An input of a partition's model is what the node around is given. */
FINNC_MUST_USE finnc_status fnc_range_take_given(fnc_ranging *r, fnc_fact *fact);

/* ---- range_eval.c: tensors in double ---- */

/* Runs the node. A failure that is the node's is none here: `outputs` are then NULL, and `why` (an
 * arena's text) says it. */
FINNC_MUST_USE finnc_status fnc_range_run(fnc_ranged_node *n, const finnc_tensor *const *inputs,
                                          finnc_tensor **outputs, const char **why);
/* A tensor with what `f` makes of the elements of a (and b, of its shape, or NULL). */
typedef double fnc_map_fn(double a, double b, double user);
FINNC_MUST_USE finnc_status fnc_range_map(fnc_ranging *r, const finnc_tensor *a,
                                          const finnc_tensor *b, fnc_map_fn *f, double user,
                                          finnc_tensor **result);
double fnc_map_min(double a, double b, double user); /* minus infinity if one is NaN */
double fnc_map_max(double a, double b, double user); /* plus infinity */
double fnc_map_minus(double a, double b, double user);
/* As numbers of `elem`, rounded down or up; NULL if that cannot be. */
FINNC_MUST_USE finnc_status fnc_range_cast(fnc_ranging *r, const finnc_tensor *x, finnc_elem elem,
                                           bool up, finnc_tensor **cast);
/* Numbers that lie on a line: neither complex ones nor strings. */
bool fnc_range_is_real(finnc_elem elem);
/* Any tensor of such; NULL for others. */
FINNC_MUST_USE finnc_status fnc_range_widen(fnc_ranging *r, const finnc_tensor *x,
                                            finnc_tensor **wide);
FINNC_MUST_USE finnc_status fnc_range_fill(fnc_ranging *r, int rank, const int64_t *dims, double x,
                                           finnc_tensor **filled);
/* Stretched to a shape, as broadcasting does; NULL if it does not fit. */
FINNC_MUST_USE finnc_status fnc_range_stretch(fnc_ranging *r, const finnc_tensor *x, int rank,
                                              const int64_t *dims, finnc_tensor **stretched);
/* All integers that are smaller are numbers of double. */
#define FNC_RANGE_EXACT 0x1p53
extern const char fnc_range_too_large[];             /* the reason not to follow others */
double fnc_range_largest(const finnc_tensor *x);     /* magnitude */
const double *fnc_range_data(const finnc_tensor *x); /* of a tensor made here */
bool fnc_range_is_uniform(const finnc_tensor *x);    /* all elements are that of the first one */
bool fnc_range_are_whole(const finnc_tensor *x);     /* of any type */
bool fnc_range_has_dims(const finnc_tensor *a, const finnc_tensor *b);
void fnc_bounds_clear(fnc_bounds *b);
void fnc_scaled_clear(fnc_scaled *s);

/* ---- the rules: each sets the facts of the outputs that it finds out about ---- */

FINNC_MUST_USE finnc_status fnc_range_constant(fnc_ranged_node *n); /* all inputs are constant */
FINNC_MUST_USE finnc_status fnc_range_corners(fnc_ranged_node *n);  /* RISES, MONOTONE, TURNS */
FINNC_MUST_USE finnc_status fnc_range_bounded(fnc_ranged_node *n);  /* BOUNDED */
FINNC_MUST_USE finnc_status fnc_range_products(fnc_ranged_node *n); /* LINEAR */
/* The node on tensors in double, in place of the inputs 0, 1 and (NULL: zeros if it is there) 2. */
FINNC_MUST_USE finnc_status fnc_range_apply(fnc_ranged_node *n, const finnc_tensor *a,
                                            const finnc_tensor *b, const finnc_tensor *bias,
                                            finnc_tensor **y, const char **why);
/* Extremes of sums of products of `weights`, which are input `w`, with x, plus `bias` (or NULL).
 * `y` is empty if it could not be run. */
FINNC_MUST_USE finnc_status fnc_range_extremes(fnc_ranged_node *n, int w,
                                               const finnc_tensor *weights, const fnc_bounds *x,
                                               const fnc_bounds *bias, fnc_bounds *y,
                                               const char **why);

/* ---- annotations, the scaled form, and the report ---- */

/* What a session makes of the value before somebody reads it, if it is annotated with integers. */
FINNC_MUST_USE finnc_status fnc_range_round(fnc_ranging *r, fnc_fact *fact);
FINNC_MUST_USE finnc_status fnc_range_scale_node(fnc_ranged_node *n);
FINNC_MUST_USE finnc_status fnc_range_scale_source(fnc_ranging *r, fnc_fact *fact);
/* Each finds the scaled form of an output (0 if it does not say which) in those of the inputs, or
 * leaves parts of it out. */
FINNC_MUST_USE finnc_status fnc_range_carry_moved(fnc_ranged_node *n, size_t o, fnc_scaled *s);
FINNC_MUST_USE finnc_status fnc_range_carry_affine(fnc_ranged_node *n, fnc_scaled *s);
FINNC_MUST_USE finnc_status fnc_range_carry_sum(fnc_ranged_node *n, fnc_scaled *s);
FINNC_MUST_USE finnc_status fnc_range_carry_products(fnc_ranged_node *n, fnc_scaled *s);
FINNC_MUST_USE finnc_status fnc_range_describe(fnc_ranging *r, fnc_fact *fact);

#endif

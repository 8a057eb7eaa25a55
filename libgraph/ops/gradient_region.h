/* The part of a graph that a Gradient node is about: the nodes between the tensors that it names.
 */
#ifndef FNC_GRADIENT_REGION_H
#define FNC_GRADIENT_REGION_H

#include "gradient.h"

/* What is known of a value. */
enum {
    FNC_REGION_SEEN = 1u << 0,    /* y or a named tensor depends on it */
    FNC_REGION_NAMED = 1u << 1,   /* x or z */
    FNC_REGION_DEPENDS = 1u << 2, /* on one of these */
    FNC_REGION_ACTIVE = 1u << 3,  /* and on an x, in a way that has a derivative */
    FNC_REGION_NEEDED = 1u << 4,  /* y depends on it, but not only through named tensors */
    FNC_REGION_DONE = 1u << 5     /* gone past in the order of the nodes */
};

typedef struct fnc_region {
    finnc_ctx *cx;
    const finnc_model *library;
    fnc_arena scratch;
    finnc_node *at; /* the Gradient node: inputs are values for x... and z..., these, and y */
    size_t nx, nnamed;
    finnc_value *y;
    /* By the ids of values; new ones have none. */
    unsigned char *marks;
    finnc_value **twins; /* what stands for it */
    finnc_value **grads; /* dy/d of it, as far as it is summed up; NULL: none yet */
    finnc_node **nodes;
    size_t nnodes, room;
} fnc_region;

static inline finnc_value *fnc_region_given(const fnc_region *r, size_t i)
{
    return finnc_node_input(r->at, i);
}

static inline finnc_value *fnc_region_named(const fnc_region *r, size_t i)
{
    return finnc_node_input(r->at, r->nnamed + i);
}

/* All that y and the named tensors come from, in order. BAD_VALUE if y comes from the node itself.
 */
FINNC_MUST_USE finnc_status fnc_region_collect(fnc_region *r);
/* What depends on what. BAD_VALUE if named tensors depend on one another. */
FINNC_MUST_USE finnc_status fnc_region_mark(fnc_region *r);
/* Makes y from the values that are given, where these are not the named tensors themselves. */
FINNC_MUST_USE finnc_status fnc_region_copy_changed(fnc_region *r);
/* Has y to be computed through it, given the named tensors? */
bool fnc_region_is_between(const fnc_region *r, const finnc_node *node);

/* Gradients of all values between, and of the named ones, from y backwards (gradient_back.c). */
FINNC_MUST_USE finnc_status fnc_region_go_back(fnc_region *r);
/* Inserts what the helper `name` of the library makes of `inputs`. */
FINNC_MUST_USE finnc_status fnc_region_call(fnc_region *r, const char *name,
                                            finnc_value *const *inputs, finnc_value **output);

#endif

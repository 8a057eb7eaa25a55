/* Which tensor of one model stands for which of another: by name, by place, by what makes it. */
#ifndef FNC_COUNTERPART_H
#define FNC_COUNTERPART_H

#include <finnc/graph.h>

#include <base/arena.h>

typedef struct fnc_pair {
    const finnc_value *a, *b;
} fnc_pair;

/* Pairs of values, of which there may be one for each of the first graph. */
typedef struct fnc_pairs {
    const finnc_graph *a, *b;
    fnc_pair *all; /* sorted by the address of a; b is NULL where there is no counterpart */
    size_t nvalues;
    const finnc_value **values_b; /* the second graph's, sorted by address */
    const finnc_value **origins;  /* what those that are moved come from, as far as it was asked */
    bool *is_taken;               /* whether it is somebody's counterpart */
    size_t nvalues_b;
} fnc_pairs;

/* Begins with no pair; memory is the arena's. */
FINNC_MUST_USE finnc_status fnc_pairs_init(finnc_ctx *cx, fnc_arena *arena, const finnc_graph *a,
                                           const finnc_graph *b, fnc_pairs *pairs);
/* The inputs are given (fnc_pairs_set); finds counterparts for what nodes make:
 * - the value of the same name that a node of the same op makes;
 * - in graphs that are alike node by node, the value in the same place;
 * - what a node of the same op makes of the counterparts of the same inputs, wherever their axes
 *   were moved between;
 * - the value of the same name, where it is nobody else's counterpart yet. */
FINNC_MUST_USE finnc_status fnc_pairs_find(finnc_ctx *cx, fnc_pairs *pairs);
void fnc_pairs_set(fnc_pairs *pairs, const finnc_value *a, const finnc_value *b);
/* The first graph's value with its counterpart, if it has one; NULL for a value of another graph.
 */
const fnc_pair *fnc_pairs_find_value(const fnc_pairs *pairs, const finnc_value *a);
/* The counterpart, or NULL. */
const finnc_value *fnc_pairs_get(const fnc_pairs *pairs, const finnc_value *a);

#endif

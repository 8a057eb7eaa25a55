/* Where a quantiser changes its mind. */
#ifndef FNC_QUANT_EDGES_H
#define FNC_QUANT_EDGES_H

#include "../support/quantiser.h"

/** The levels that a quantiser goes through as its input rises, as a MultiThreshold counts them:
 * level k is (first + k) * scale for k = 0..count. */
typedef struct fnc_levels {
    const finnc_node *quantiser;
    const finnc_node *activation; /* in front of it, on input 0, all others constant; NULL: none */
    int rank;                     /* axes of the data */
    int axis;                     /* along which `scale` varies, not 0; FNC_AXIS_NONE: nowhere */
    const finnc_tensor *scale;    /* float32 */
    double factor;                /* on the scale: 2 where a step is from -1 to +1 */
    double first;
    int64_t count; /* of steps */
} fnc_levels;

/** Runs activation and quantiser at -infinity and +infinity, and says which integers times the
 * scale (one number) that gives. `first`, `count` and `factor` may still be open. */
FINNC_MUST_USE finnc_status fnc_levels_ends(finnc_ctx *cx, const fnc_levels *levels, double *low,
                                            double *high);

/** Finds, for each element of the scale (one row if it has no axis) and each k = 1..count, the
 * smallest float32 for which activation and quantiser, run as the network runs them, reach level k:
 * -infinity if all do. The rows compare as the network rounds, ties and all rounding modes
 * included. */
FINNC_MUST_USE finnc_status fnc_levels_edges(finnc_ctx *cx, const fnc_levels *levels,
                                             finnc_tensor **edges);

#endif

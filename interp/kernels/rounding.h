/* The rounding modes of QONNX's quantisers. */
#ifndef FNC_ROUNDING_H
#define FNC_ROUNDING_H

#include "broadcast.h"

typedef enum fnc_rounding {
    FNC_ROUND_EVEN, /* ROUND, HALF_EVEN */
    FNC_ROUND_CEIL,
    FNC_ROUND_FLOOR,
    FNC_ROUND_UP,   /* away from zero */
    FNC_ROUND_DOWN, /* towards zero */
    FNC_ROUND_HALF_UP,
    FNC_ROUND_HALF_DOWN
} fnc_rounding;

/* From the node's attribute, whatever its case; `fallback` if absent. */
FINNC_MUST_USE finnc_status fnc_rounding_read(fnc_call *call, const char *fallback,
                                              fnc_rounding *rounding);
/* In the precision of the argument: the half that HALF_UP adds may round before it is floored. */
float fnc_round_float(fnc_rounding rounding, float x);
double fnc_round_double(fnc_rounding rounding, double x);
/* What numpy computes `inputs` in: DOUBLE if the first, or one of rank 1 and more, is; single
 * numbers do not count. Else FLOAT. */
finnc_elem fnc_rounding_elem(const fnc_call *call, const size_t *inputs, size_t count);
/* Runs the loop for `elem` over operands of it, and leaves FLOAT in `out`. */
FINNC_MUST_USE finnc_status fnc_rounding_run(fnc_call *call, const fnc_broadcast *shape,
                                             const fnc_array *const *operands, finnc_elem elem,
                                             fnc_broadcast_loop *floats,
                                             fnc_broadcast_loop *doubles, void *out,
                                             const void *user);
/* Bounds of integers of `bits` bits, which need not be a whole number. */
void fnc_integer_bounds(double bits, bool is_signed, bool is_narrow, double *low, double *high);

#endif

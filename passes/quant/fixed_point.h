/* Constants on a fixed-point grid. */
#ifndef FNC_QUANT_FIXED_POINT_H
#define FNC_QUANT_FIXED_POINT_H

#include <pass.h>

/** Puts a constant on the grid of `dtype`, a FIXED type, clipped to its range, and annotates it. */
FINNC_MUST_USE finnc_status fnc_fix_constant(finnc_pass_run *run, finnc_value *value,
                                             finnc_dtype dtype, const char *rounding_mode);
/** The FIXED type of that name; others are BAD_VALUE. */
FINNC_MUST_USE finnc_status fnc_fixed_dtype(finnc_ctx *cx, const char *name, finnc_dtype *dtype);

#endif

/* Products of vectors of zeros and ones that count where they agree. */
#ifndef FNC_XNOR_H
#define FNC_XNOR_H

#include "matmul.h"

/* 0.5 * ((2a - 1)(2b - 1) + k) for inputs 0 and 1, (.., k) and (k, n), into scratch as FLOAT: exact
 * for zeros and ones; UNSUPPORTED for k above 2^23. */
FINNC_MUST_USE finnc_status fnc_xnor_inputs(fnc_call *call, fnc_matmul *shape, fnc_array *counts);
/* The same for given FLOAT arrays. */
FINNC_MUST_USE finnc_status fnc_xnor(fnc_call *call, const fnc_array *a, const fnc_array *b,
                                     fnc_matmul *shape, fnc_array *counts);

#endif

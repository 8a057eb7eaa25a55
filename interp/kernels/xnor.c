#include "xnor.h"

#include <inttypes.h>

/* x becomes 2x - 1. */
static finnc_status to_signs(fnc_call *call, const fnc_array *x, const float **signs)
{
    float *s = FNC_SCRATCH(call, float, x->nelems);
    const float *data = x->data;
    if (!s)
        return finnc_no_memory(call->cx);
    for (int64_t i = 0; i < x->nelems; i++)
        s[i] = 2 * data[i] - 1;
    *signs = s;
    return FINNC_OK;
}

finnc_status fnc_xnor(fnc_call *call, const fnc_array *a, const fnc_array *b, fnc_matmul *shape,
                      fnc_array *counts)
{
    const float *left = NULL, *right = NULL;
    FINNC_TRY(fnc_matmul_init(call, a, b, shape));
    if (shape->k > 1 << 23) /* the sum of agreements and places has to be exact */
        return finnc_fail(call->cx, FINNC_UNSUPPORTED, "%" PRId64 " places, at most 2^23",
                          shape->k);
    FINNC_TRY(to_signs(call, a, &left));
    FINNC_TRY(to_signs(call, b, &right));
    float *y = FNC_SCRATCH(call, float, shape->nelems);
    if (!y)
        return finnc_no_memory(call->cx);
    FINNC_TRY(fnc_matmul_run(call, shape, FINNC_ELEM_FLOAT, left, right, y));
    for (int64_t i = 0; i < shape->nelems; i++)
        y[i] = 0.5f * (y[i] + (float)shape->k);
    *counts = (fnc_array){.elem = FINNC_ELEM_FLOAT,
                          .rank = shape->rank,
                          .nelems = shape->nelems,
                          .dims = shape->dims,
                          .data = y};
    return FINNC_OK;
}

finnc_status fnc_xnor_inputs(fnc_call *call, fnc_matmul *shape, fnc_array *counts)
{
    fnc_array a, b;
    FINNC_TRY(fnc_in_as(call, 0, FINNC_ELEM_FLOAT, &a));
    FINNC_TRY(fnc_in_as(call, 1, FINNC_ELEM_FLOAT, &b));
    return fnc_xnor(call, &a, &b, shape, counts);
}

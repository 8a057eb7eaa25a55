#include "../../kernel.h"

#include <base/range.h>

#include <inttypes.h>

static finnc_status no_range(fnc_call *call, double start, double limit, double delta)
{
    return finnc_fail(call->cx, FINNC_BAD_VALUE, "no range from %g to %g by %g", start, limit,
                      delta);
}

/* 16-bit floats are computed in `stash_type`; the other types in the widest of their kind. */
static finnc_status floats(fnc_call *call, finnc_elem elem)
{
    double start, limit, delta;
    int64_t n;
    void *out;
    FINNC_TRY(fnc_in_scalar(call, 0, &start));
    FINNC_TRY(fnc_in_scalar(call, 1, &limit));
    FINNC_TRY(fnc_in_scalar(call, 2, &delta));
    bool is_small = finnc_elem_bits(finnc_tensor_elem(fnc_in_tensor(call, 0))) == 16;
    int64_t stash = is_small ? finnc_node_attr_int(call->node, "stash_type") : FINNC_ELEM_DOUBLE;
    if (stash != FINNC_ELEM_FLOAT && stash != FINNC_ELEM_DOUBLE)
        return finnc_fail(call->cx, FINNC_BAD_VALUE,
                          "stash_type is %" PRId64 ", it may be 1 (FLOAT) or 11 (DOUBLE)", stash);
    if (!fnc_range_floats(start, limit, delta, &n))
        return no_range(call, start, limit, delta);
    FINNC_TRY(fnc_out(call, 0, elem, 1, &n, &out));
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; i < n && fnc_patience_lasts(&patience, 4); i++) {
        double x = start + (double)i * delta;
        if (stash == FINNC_ELEM_FLOAT)
            x = (float)start + (float)i * (float)delta;
        if (elem == FINNC_ELEM_FLOAT)
            ((float *)out)[i] = (float)x;
        else
            ((double *)out)[i] = x;
    }
    return FINNC_OK;
}

static finnc_status ints(fnc_call *call, finnc_elem elem)
{
    int64_t at[3], n, count;
    void *out;
    for (size_t i = 0; i < 3; i++) {
        const int64_t *x;
        FINNC_TRY(fnc_in_ints(call, i, &x, &count));
        if (count != 1)
            return finnc_fail(call->cx, FINNC_BAD_VALUE,
                              "input %zu has %" PRId64 " elements where one number belongs", i,
                              count);
        at[i] = *x;
    }
    if (!fnc_range_ints(at[0], at[1], at[2], &n))
        return no_range(call, (double)at[0], (double)at[1], (double)at[2]);
    FINNC_TRY(fnc_out(call, 0, elem, 1, &n, &out));
    fnc_patience patience = {.cx = call->cx};
    for (int64_t i = 0; i < n && fnc_patience_lasts(&patience, 4); i++) {
        int64_t x = at[0] + i * at[2];
        if (elem == FINNC_ELEM_INT16)
            ((int16_t *)out)[i] = (int16_t)x;
        else if (elem == FINNC_ELEM_INT32)
            ((int32_t *)out)[i] = (int32_t)x;
        else
            ((int64_t *)out)[i] = x;
    }
    return FINNC_OK;
}

static finnc_status range(fnc_call *call)
{
    FINNC_TRY(fnc_need_inputs(call, 3));
    finnc_elem elem = call->in[0].elem;
    for (size_t i = 1; i < 3; i++)
        if (call->in[i].elem != elem)
            return fnc_bad_elem(call, i);
    switch ((int)elem) {
    case FINNC_ELEM_FLOAT:
    case FINNC_ELEM_DOUBLE:
        return floats(call, elem);
    case FINNC_ELEM_INT16:
    case FINNC_ELEM_INT32:
    case FINNC_ELEM_INT64:
        return ints(call, elem);
    }
    return fnc_bad_elem(call, 0);
}

const fnc_kernel fnc_kernel_onnx_range = {.run = range};

/* What the constants of a node have to be: on the grid of a data type, thresholds in order. */
#include "infer.h"

#include <inttypes.h>
#include <math.h>

/* Integers of a float tensor, which is what most weights are, in a loop that vectorises. */
static bool are_integers_within(const float *x, int64_t n, float min, float max)
{
    int odd = 0;
    for (int64_t i = 0; i < n; i++)
        odd |= !(x[i] >= min) | !(x[i] <= max) | (x[i] != rintf(x[i]));
    return !odd;
}

static finnc_status all_within(finnc_ctx *cx, const finnc_tensor *t, finnc_dtype dtype, bool *all)
{
    const void *data;
    *all = false;
    bool is_range = dtype.kind == FINNC_DTYPE_INT || dtype.kind == FINNC_DTYPE_UINT;
    if (!is_range || dtype.bits > 24 || finnc_tensor_elem(t) != FINNC_ELEM_FLOAT)
        return FINNC_OK;
    FINNC_TRY(finnc_tensor_need_data(cx, t, &data));
    *all = are_integers_within(data, finnc_tensor_nelems(t), (float)finnc_dtype_min(dtype),
                               (float)finnc_dtype_max(dtype));
    return FINNC_OK;
}

finnc_status fnc_check_allowed(const finnc_infer *in, size_t i, finnc_dtype dtype, const char *what)
{
    const finnc_tensor *t = finnc_infer_const(in, i);
    bool all;
    if (!t)
        return FINNC_OK;
    FINNC_TRY(all_within(in->cx, t, dtype, &all));
    for (int64_t k = 0; !all && k < finnc_tensor_nelems(t); k++) {
        double x = finnc_tensor_get(t, k);
        char name[FINNC_DTYPE_NAME_MAX];
        if (!finnc_dtype_allows(dtype, x))
            return finnc_fail(in->cx, FINNC_BAD_VALUE,
                              "%s %" PRId64 " is %.9g, which %s does not hold", what, k, x,
                              finnc_dtype_name(dtype, name));
    }
    return FINNC_OK;
}

/* Rows in rising order, equal ones allowed. A NaN is in no order. */
static finnc_status check_order(const finnc_infer *in, const finnc_tensor *t)
{
    int64_t rows = finnc_tensor_dim(t, 0), steps = finnc_tensor_dim(t, 1);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t s = 0; s < steps; s++) {
            double x = finnc_tensor_get(t, r * steps + s);
            double before = s ? finnc_tensor_get(t, r * steps + s - 1) : x;
            if (isnan(x))
                return finnc_fail(in->cx, FINNC_BAD_VALUE,
                                  "threshold %" PRId64 " of channel %" PRId64 " is not a number", s,
                                  r);
            if (x < before)
                return finnc_fail(in->cx, FINNC_BAD_VALUE,
                                  "thresholds of channel %" PRId64
                                  " are not sorted: %.9g comes after %.9g",
                                  r, x, before);
        }
    return FINNC_OK;
}

finnc_status fnc_check_thresholds(const finnc_infer *in, size_t i, finnc_dim channels)
{
    int rank = finnc_infer_rank(in, i);
    int64_t rows = rank == 2 ? finnc_infer_dim(in, i, 0).size : -1;
    if (rank >= 0 && rank != 2)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "thresholds have rank %d, should be (channels or 1, steps)", rank);
    if (rows >= 0 && rows != 1 && channels.size >= 0 && rows != channels.size)
        return finnc_fail(in->cx, FINNC_BAD_VALUE,
                          "thresholds for %" PRId64 " channels, the input has %" PRId64, rows,
                          channels.size);
    const finnc_tensor *t = finnc_infer_const(in, i);
    return t && finnc_tensor_rank(t) == 2 ? check_order(in, t) : FINNC_OK;
}

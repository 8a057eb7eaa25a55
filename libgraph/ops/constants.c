/* What the constants of a node have to be: on the grid of a data type, thresholds in order. */
#include "infer.h"

#include <inttypes.h>
#include <math.h>

finnc_status fnc_check_constant(const finnc_infer *in, size_t i, finnc_dtype dtype,
                                const char *what)
{
    const finnc_tensor *t = finnc_infer_const(in, i);
    char name[FINNC_DTYPE_NAME_MAX];
    int64_t at;
    if (!t)
        return FINNC_OK;
    FINNC_TRY(finnc_dtype_find_forbidden(in->cx, dtype, t, &at));
    if (at < 0)
        return FINNC_OK;
    return finnc_fail(in->cx, FINNC_BAD_VALUE, "%s %" PRId64 " is %.9g, which %s does not hold",
                      what, at, finnc_tensor_get(t, at), finnc_dtype_name(dtype, name));
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

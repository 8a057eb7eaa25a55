#include "spread.h"

#include <finnc/ctx.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

void fnc_tensor_range(const finnc_tensor *tensor, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    const int64_t n = finnc_tensor_nelems(tensor);
    for (int64_t i = 0; i < n; i++) {
        const double x = finnc_tensor_get(tensor, i);
        *lo = fmin(*lo, x);
        *hi = fmax(*hi, x);
    }
}

static int64_t count_nans(const finnc_tensor *tensor)
{
    int64_t count = 0;
    const int64_t n = finnc_tensor_nelems(tensor);
    for (int64_t i = 0; i < n; i++)
        count += isnan(finnc_tensor_get(tensor, i));
    return count;
}

const char *fnc_tensor_spread(const finnc_tensor *tensor, char text[FNC_SPREAD_MAX])
{
    const int64_t n = finnc_tensor_nelems(tensor);
    const finnc_elem elem = finnc_tensor_elem(tensor);
    if (elem == FINNC_ELEM_STRING || elem == FINNC_ELEM_UNDEFINED) {
        snprintf(text, FNC_SPREAD_MAX, "%" PRId64 " %s", n,
                 elem == FINNC_ELEM_STRING ? "texts" : "items");
        return text;
    }
    if (n == 0)
        return "no values";
    double lo, hi;
    fnc_tensor_range(tensor, &lo, &hi);
    const int64_t nnans = count_nans(tensor);
    char nans[40] = "";
    if (nnans > 0)
        snprintf(nans, sizeof nans, ", %" PRId64 " NaN", nnans);
    if (n == 1)
        snprintf(text, FNC_SPREAD_MAX, "%.9g", finnc_tensor_get(tensor, 0));
    else if (nnans == n)
        snprintf(text, FNC_SPREAD_MAX, "%" PRId64 " values, all NaN", n);
    else if (lo == hi)
        snprintf(text, FNC_SPREAD_MAX, "%" PRId64 " values, all %.4g%s", n, lo, nans);
    else
        snprintf(text, FNC_SPREAD_MAX, "%" PRId64 " values, %.4g to %.4g%s", n, lo, hi, nans);
    return text;
}

/* What is said of a value: extremes of all its elements, and of each channel. */
#include "ranging.h"

#include <math.h>

/* Extremes per index along an axis of `size`, `inner` elements apart. */
static finnc_status by_channel(fnc_ranging *r, const fnc_bounds *b, const double **min,
                               const double **max)
{
    int rank = finnc_tensor_rank(b->lo);
    const int axis = fnc_range_axis(r, rank);
    int64_t size = finnc_tensor_dim(b->lo, axis), inner = 1, n = finnc_tensor_nelems(b->lo);
    double *lo = FNC_NEW_ARRAY(r->arena, double, (size_t)size);
    double *hi = FNC_NEW_ARRAY(r->arena, double, (size_t)size);
    if (!lo || !hi)
        return finnc_no_memory(r->cx);
    for (int i = axis + 1; i < rank; i++)
        inner *= finnc_tensor_dim(b->lo, i);
    for (int64_t k = 0; k < size; k++) {
        lo[k] = INFINITY;
        hi[k] = -INFINITY;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t k = i / inner % size;
        lo[k] = fmin(lo[k], fnc_range_data(b->lo)[i]);
        hi[k] = fmax(hi[k], fnc_range_data(b->hi)[i]);
    }
    *min = lo;
    *max = hi;
    return FINNC_OK;
}

static void over_all(const fnc_bounds *b, double *min, double *max)
{
    int64_t n = finnc_tensor_nelems(b->lo);
    *min = n ? INFINITY : 0;
    *max = n ? -INFINITY : 0;
    for (int64_t i = 0; i < n; i++) {
        *min = fmin(*min, fnc_range_data(b->lo)[i]);
        *max = fmax(*max, fnc_range_data(b->hi)[i]);
    }
}

/* The largest numbers of 64 bits are no doubles: as the end of a range they are rounded up, out of
 * the type that they are of. */
static bool is_range_of(finnc_dtype dtype, double min, double max)
{
    return min >= finnc_dtype_min(dtype) && max <= finnc_dtype_max(dtype);
}

static finnc_dtype holding(const finnc_value *value, double min, double max)
{
    const finnc_elem elem = finnc_value_elem(value);
    const finnc_dtype found = finnc_dtype_holding(min, max),
                      own = elem == FINNC_ELEM_INT64    ? finnc_dtype_int(64)
                            : elem == FINNC_ELEM_UINT64 ? finnc_dtype_uint(64)
                                                        : found;
    return !finnc_dtype_is_integer(found) && is_range_of(own, min, max) ? own : found;
}

/* An annotation that is no wider and holds the range is preferred: BIPOLAR to INT2. */
static finnc_dtype narrowest(const finnc_value *value, double min, double max)
{
    finnc_dtype found = holding(value, min, max), said = finnc_value_dtype(value);
    bool is_said = finnc_value_has_dtype(value) && finnc_dtype_is_integer(said);
    if (is_said && !finnc_dtype_is_integer(found))
        return is_range_of(said, min, max) ? said : found;
    bool fits = is_said && finnc_dtype_allows(said, min) && finnc_dtype_allows(said, max) &&
                finnc_dtype_bits(said) <= finnc_dtype_bits(found);
    return fits ? said : found;
}

/* One number if there is only one, else one for each channel; none if they differ within one. */
static finnc_status factors(fnc_ranging *r, const finnc_tensor *x, const double **list,
                            int64_t *count)
{
    fnc_bounds both = {(finnc_tensor *)x, (finnc_tensor *)x};
    const double *max;
    *count = 0;
    if (fnc_range_is_uniform(x)) {
        double *one = FNC_NEW(r->arena, double);
        if (!one)
            return finnc_no_memory(r->cx);
        *one = finnc_tensor_nelems(x) ? finnc_tensor_get(x, 0) : 1;
        *list = one;
        *count = 1;
        return FINNC_OK;
    }
    const int axis = fnc_range_axis(r, finnc_tensor_rank(x));
    if (axis < 0)
        return FINNC_OK;
    FINNC_TRY(by_channel(r, &both, list, &max));
    int64_t n = finnc_tensor_dim(x, axis);
    for (int64_t k = 0; k < n; k++)
        if ((*list)[k] != max[k])
            return FINNC_OK;
    *count = n;
    return FINNC_OK;
}

static finnc_status repeat(fnc_ranging *r, const double **list, int64_t count)
{
    double *more = FNC_NEW_ARRAY(r->arena, double, (size_t)count);
    if (!more)
        return finnc_no_memory(r->cx);
    for (int64_t k = 0; k < count; k++)
        more[k] = (*list)[0];
    *list = more;
    return FINNC_OK;
}

static finnc_status describe_scaled(fnc_ranging *r, fnc_fact *fact)
{
    const fnc_scaled *s = &fact->scaled;
    finnc_scaled_range *seen = &fact->scaled_seen;
    int64_t nbias;
    if (!s->q.lo)
        return FINNC_OK;
    over_all(&s->q, &seen->min, &seen->max);
    seen->dtype = finnc_dtype_holding(seen->min, seen->max);
    if (fact->seen.nchannels)
        FINNC_TRY(by_channel(r, &s->q, &seen->channel_min, &seen->channel_max));
    FINNC_TRY(factors(r, s->scale, &seen->scale, &seen->count));
    FINNC_TRY(factors(r, s->bias, &seen->bias, &nbias));
    if (!seen->count || !nbias)
        return FINNC_OK; /* neither per tensor nor per channel: nothing that can be told */
    if (seen->count < nbias)
        FINNC_TRY(repeat(r, &seen->scale, nbias));
    if (nbias < seen->count)
        FINNC_TRY(repeat(r, &seen->bias, seen->count));
    seen->count = seen->count < nbias ? nbias : seen->count;
    fact->seen.scaled = seen;
    return FINNC_OK;
}

finnc_status fnc_range_describe(fnc_ranging *r, fnc_fact *fact)
{
    finnc_range *seen = &fact->seen;
    fnc_bounds b;
    seen->value = fact->value;
    seen->name = *r->where
                     ? fnc_arena_printf(r->arena, "%s%s", r->where, finnc_value_name(fact->value))
                     : finnc_value_name(fact->value);
    if (!seen->name)
        return finnc_no_memory(r->cx);
    seen->reason = fact->reason;
    seen->min = -INFINITY;
    seen->max = INFINITY;
    seen->is_constant = fact->constant != NULL;
    seen->is_integer = fact->is_integer;
    seen->dtype = finnc_dtype_float32();
    FINNC_TRY(fnc_range_need(r, fact, &b));
    if (!b.lo)
        return FINNC_OK;
    over_all(&b, &seen->min, &seen->max);
    if (fact->is_integer)
        seen->dtype = narrowest(fact->value, seen->min, seen->max);
    const int axis = fnc_range_axis(r, finnc_tensor_rank(b.lo));
    if (axis >= 0 && finnc_tensor_dim(b.lo, axis) > 0) {
        seen->nchannels = finnc_tensor_dim(b.lo, axis);
        FINNC_TRY(by_channel(r, &b, &seen->channel_min, &seen->channel_max));
    }
    return describe_scaled(r, fact);
}

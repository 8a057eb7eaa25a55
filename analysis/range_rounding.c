/* A session rounds what a value annotated with an integer type holds, or refuses what is too far
 * from any integer, before somebody reads it. Rounding keeps order, so that rounded bounds hold. */
#include "ranging.h"

#include <nodes/rounding.h>

#include <math.h>

static double round_one(double x, double b, double user)
{
    (void)b, (void)user;
    return rint(x);
}

static finnc_status round_constant(fnc_ranging *r, fnc_fact *fact)
{
    const finnc_tensor *x = fact->constant;
    finnc_tensor *rounded;
    FINNC_TRY(finnc_tensor_create(r->cx, finnc_tensor_elem(x), finnc_tensor_rank(x),
                                  finnc_tensor_dims(x), &rounded));
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
        finnc_tensor_set(rounded, i, rint(finnc_tensor_get(x, i)));
    finnc_tensor_release(fact->constant);
    fact->constant = rounded;
    fnc_bounds_clear(&fact->bounds);
    return FINNC_OK;
}

finnc_status fnc_range_round(fnc_ranging *r, fnc_fact *fact)
{
    fnc_bounds rounded = {NULL, NULL};
    const finnc_elem elem = fact->constant ? finnc_tensor_elem(fact->constant) : fact->elem;
    /* Of an input somebody may have given a range that does not end at integers. */
    const bool is_so = fact->is_integer && !finnc_value_is_input(fact->value);
    if (is_so || !fnc_is_rounded(fact->value, elem) ||
        (fact->constant && finnc_tensor_kind(fact->constant) != FINNC_KIND_TENSOR))
        return FINNC_OK;
    fact->is_rounded = fact->is_integer = true;
    fnc_scaled_clear(&fact->scaled);
    if (fact->constant)
        return round_constant(r, fact);
    if (!fact->bounds.lo)
        return FINNC_OK;
    finnc_status status = fnc_range_map(r, fact->bounds.lo, NULL, round_one, 0, &rounded.lo);
    if (status == FINNC_OK)
        status = fnc_range_map(r, fact->bounds.hi, NULL, round_one, 0, &rounded.hi);
    if (status != FINNC_OK) {
        fnc_bounds_clear(&rounded);
        return status;
    }
    fnc_bounds_clear(&fact->bounds);
    fact->bounds = rounded;
    return FINNC_OK;
}

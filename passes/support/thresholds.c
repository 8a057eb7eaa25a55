#include "thresholds.h"

#include "constants.h"
#include "float_order.h"

#include <nodes/threshold_axis.h>

#include <inttypes.h>
#include <math.h>

finnc_verdict fnc_when_absorbable(finnc_match *match, const char *c, const char *what)
{
    const finnc_tensor *t = finnc_match_tensor(match, "t");
    const finnc_value *x = finnc_match_value(match, "x");
    const int rank = finnc_value_rank(x);
    if (finnc_tensor_rank(t) != 2 || finnc_tensor_dim(t, 0) == 0)
        return finnc_skip(match,
                          "the thresholds have %d axes, not one per channel and one for the "
                          "steps",
                          finnc_tensor_rank(t));
    finnc_verdict verdict = fnc_when_real(match, c, what);
    if (verdict == FINNC_APPLY)
        verdict = fnc_when_real(match, "t", "the list of thresholds");
    /* What it is added to has two axes at the least, as a quantiser's data have. */
    if (verdict == FINNC_APPLY)
        verdict = fnc_when_no_new_axes(match, c, "x", 1, what);
    if (verdict != FINNC_APPLY || finnc_match_nelems(match, c) == 1)
        return verdict;
    if (rank < 2)
        return finnc_skip(
            match, "%s differs per channel and the rank of %s is not known: InferShapes finds it",
            what, finnc_value_name(x));
    const int axis = fnc_threshold_axis(finnc_match_node(match, "q"), rank);
    const int64_t rows = finnc_tensor_dim(t, 0);
    const finnc_verdict along = fnc_when_along(match, c, rank, axis, rows > 1 ? rows : -1, what);
    return along == FINNC_APPLY ? fnc_when_as_many(match, c, "x", axis, what) : along;
}

static float shifted(fnc_shift_kind kind, float x, float c)
{
    return kind == FNC_SHIFT_ADD ? x + c : x * c;
}

/* The smallest x whose image, which does not fall as x rises, reaches t. */
static float smallest_reaching(fnc_shift_kind kind, float t, float c)
{
    if (isnan(t) || isnan(c))
        return NAN;
    if (kind == FNC_SHIFT_MUL && c == 0)
        return t <= 0 ? -INFINITY : INFINITY;
    uint32_t lo = fnc_float_rank(-INFINITY);
    uint32_t hi = fnc_float_rank(INFINITY);
    while (lo < hi) {
        const uint32_t middle = lo + (hi - lo) / 2;
        if (shifted(kind, fnc_float_ranked(middle), c) >= t)
            hi = middle;
        else
            lo = middle + 1;
    }
    const float x = fnc_float_ranked(hi);
    return x == 0 ? 0 : x; /* not -0 */
}

static float pulled_back(fnc_shift_kind kind, float t, float c, bool integers)
{
    const float exact = smallest_reaching(kind, t, c);
    const float rounded = kind == FNC_SHIFT_ADD ? t - c : t / c;
    if (!integers)
        return exact;
    return ceilf(rounded) == ceilf(exact) ? rounded : ceilf(exact);
}

/* Other element types than float32 are rare; they get plain double arithmetic. */
static double pulled_back_double(fnc_shift_kind kind, double t, double c)
{
    if (kind == FNC_SHIFT_MUL && c == 0)
        return t <= 0 ? -INFINITY : INFINITY;
    return kind == FNC_SHIFT_ADD ? t - c : t / c;
}

/* Of two thresholds between the same integers the first may have been rounded up and the second
 * not: 4 before 3.8. Which integers reach them is the same for 4 and 4. */
static void sort_rows(const finnc_tensor *old, finnc_tensor *moved)
{
    const int64_t steps = finnc_tensor_dim(moved, 1);
    const int64_t nold = finnc_tensor_nelems(old);
    for (int64_t i = 0; i < finnc_tensor_nelems(moved); i++) {
        const bool was_sorted = i % steps > 0 && finnc_tensor_get(old, i % nold) >=
                                                     finnc_tensor_get(old, (i - 1) % nold);
        const double before = i > 0 ? finnc_tensor_get(moved, i - 1) : 0;
        if (was_sorted && finnc_tensor_get(moved, i) < before)
            finnc_tensor_set(moved, i, before);
    }
}

finnc_status fnc_thresholds_absorb(finnc_match *match, const char *c, fnc_shift_kind kind)
{
    const finnc_tensor *t = finnc_match_tensor(match, "t");
    const finnc_tensor *constant = finnc_match_tensor(match, c);
    const int64_t nconstants = finnc_tensor_nelems(constant);
    const int64_t old_rows = finnc_tensor_dim(t, 0);
    const int64_t rows = nconstants > old_rows ? nconstants : old_rows;
    const int64_t steps = finnc_tensor_dim(t, 1);
    const bool integers = finnc_dtype_is_integer(finnc_value_dtype(finnc_match_value(match, "x")));
    const bool floats =
        finnc_tensor_elem(t) == FINNC_ELEM_FLOAT && finnc_tensor_elem(constant) == FINNC_ELEM_FLOAT;

    finnc_tensor *moved;
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(match), finnc_tensor_elem(t), 2,
                                  (int64_t[]){rows, steps}, &moved));
    for (int64_t row = 0; row < rows; row++) {
        const double by = finnc_tensor_get(constant, nconstants > 1 ? row : 0);
        for (int64_t step = 0; step < steps; step++) {
            const double old = finnc_tensor_get(t, (old_rows > 1 ? row : 0) * steps + step);
            finnc_tensor_set(moved, row * steps + step,
                             floats ? (double)pulled_back(kind, (float)old, (float)by, integers)
                                    : pulled_back_double(kind, old, by));
        }
    }
    if (integers)
        sort_rows(t, moved);
    const finnc_status status = finnc_match_bind(match, "t", moved, NULL);
    finnc_tensor_release(moved);
    return status;
}

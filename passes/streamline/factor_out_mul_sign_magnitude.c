/* A factor is its sign times its magnitude: the magnitude can go into thresholds, the signs into
 * the weights before. What is split is marked BIPOLAR or has no sign left, so it ends. */
#include "../support/constants.h"

#include <math.h>

/* The lowest integer of a type, whose magnitude the type does not have. */
static bool is_lowest(finnc_elem elem, double x)
{
    return finnc_elem_is_integer(elem) && finnc_elem_is_signed(elem) &&
           x == -exp2(finnc_elem_bits(elem) - 1);
}

static finnc_verdict has_signs(finnc_match *m)
{
    const finnc_tensor *s = finnc_match_tensor(m, "s");
    const finnc_dtype dtype = finnc_value_dtype(finnc_match_value(m, "s"));
    if (finnc_dtype_equal(dtype, finnc_dtype_bipolar()))
        return FINNC_SKIP; /* nothing but signs */
    bool negative = false;
    for (int64_t i = 0; i < finnc_tensor_nelems(s); i++)
        negative |= finnc_tensor_get(s, i) < 0;
    if (!negative)
        return FINNC_SKIP;
    const finnc_elem elem = finnc_tensor_elem(s);
    for (int64_t i = 0; i < finnc_tensor_nelems(s); i++)
        if (is_lowest(elem, finnc_tensor_get(s, i)))
            return finnc_skip(m, "%g has no magnitude in %s", finnc_tensor_get(s, i),
                              finnc_elem_name(elem));
    char spread[FNC_SPREAD_MAX];
    if (fnc_tensor_axis(s, finnc_tensor_rank(s)) == FNC_AXIS_SEVERAL)
        return finnc_skip(m, "the factor varies along several axes: %s",
                          fnc_tensor_spread(s, spread));
    return FINNC_APPLY;
}

/* The sign of 0 is +1 here, which BIPOLAR can say: 0 times it is 0 all the same. */
static finnc_status signs(finnc_match *m)
{
    const finnc_tensor *s = finnc_match_tensor(m, "s");
    finnc_tensor *g;
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), finnc_tensor_elem(s), finnc_tensor_rank(s),
                                  finnc_tensor_dims(s), &g));
    for (int64_t i = 0; i < finnc_tensor_nelems(s); i++)
        finnc_tensor_set(g, i, finnc_tensor_get(s, i) < 0 ? -1 : 1);
    const finnc_status status = finnc_match_bind(m, "g", g, "sign");
    finnc_tensor_release(g);
    return status;
}

static finnc_status bipolar(finnc_match *m)
{
    return finnc_value_set_dtype(finnc_match_ctx(m), finnc_match_value(m, "g"),
                                 finnc_dtype_bipolar());
}

const finnc_pass fnc_pass_factor_out_mul_sign_magnitude = {
    .name = "FactorOutMulSignMagnitude",
    .summary = "a factor with negative elements becomes its signs and its magnitudes",
    .upstream = "finn.transformation.streamline.absorb",
    .notes = "Upstream stores a sign of 0 for a factor of 0, against its own BIPOLAR annotation; "
             "here it is +1. A Mul of two values that are not constant does not end the pass with "
             "an error.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "e:Mul(x, $s)",
        .want = "e(Mul(x, $g), s@=Abs($s))",
        .when = has_signs,
        .make = signs,
        .then = bipolar,
    }},
};

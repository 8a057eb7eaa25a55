/* Quantising is: divide by the scale, add the zero point, round and clip, and back. All but the
 * middle part may as well be nodes of their own, in the same order and so with the same rounding.
 * What is left has scale 1 and zero point 0, where nothing applies any more. */
#include "pass.h"

static bool is_all(const finnc_tensor *tensor, double x)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++)
        if (finnc_tensor_get(tensor, i) != x)
            return false;
    return true;
}

/* Quant takes what numpy divides, and makes float32 of it; ops of ONNX want one type, and so that.
 */
static finnc_verdict meet(finnc_match *m, const char *name)
{
    const finnc_elem x = finnc_value_elem(finnc_match_value(m, "x"));
    const finnc_elem by = finnc_value_elem(finnc_match_value(m, name));
    const finnc_elem y = finnc_value_elem(finnc_match_value(m, "y"));
    const char *what = *name == 's' ? "the scale" : "the zero point";
    if (x != FINNC_ELEM_UNDEFINED && x != by)
        return finnc_skip(m, "the input is %s, %s is %s: arithmetic wants one type",
                          finnc_elem_name(x), what, finnc_elem_name(by));
    if (by != FINNC_ELEM_FLOAT || (y != FINNC_ELEM_UNDEFINED && y != by))
        return finnc_skip(m, "%s is %s and the result %s: what is left would be FLOAT", what,
                          finnc_elem_name(by), finnc_elem_name(y));
    return FINNC_APPLY;
}

static finnc_verdict has_both(finnc_match *m)
{
    const finnc_verdict scale = is_all(finnc_match_tensor(m, "s"), 1) ? FINNC_SKIP : meet(m, "s");
    if (scale != FINNC_APPLY || is_all(finnc_match_tensor(m, "z"), 0))
        return scale == FINNC_APPLY ? FINNC_SKIP : scale;
    return meet(m, "z");
}

/* A zero point that stays at the Quant may be of any type that has it compute in float32. */
static finnc_verdict has_scale(finnc_match *m)
{
    const finnc_verdict scale = is_all(finnc_match_tensor(m, "s"), 1) ? FINNC_SKIP : meet(m, "s");
    const bool is_wide = finnc_tensor_elem(finnc_match_tensor(m, "z")) == FINNC_ELEM_DOUBLE;
    return scale == FINNC_APPLY && is_wide ? meet(m, "z") : scale;
}

/* With a scale besides, the zero point is added to the quotient: not a matter of this rule. */
static finnc_verdict has_zero_point(finnc_match *m)
{
    if (is_all(finnc_match_tensor(m, "z"), 0) || !is_all(finnc_match_tensor(m, "s"), 1))
        return FINNC_SKIP;
    const finnc_verdict zero = meet(m, "z");
    return zero == FINNC_APPLY ? meet(m, "s") : zero;
}

static finnc_status bind_number(finnc_match *m, const char *name, double x)
{
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_scalar(finnc_match_ctx(m), FINNC_ELEM_FLOAT, x, &tensor));
    finnc_status status = finnc_match_bind(m, name, tensor, NULL);
    finnc_tensor_release(tensor);
    return status;
}

static finnc_status bind_one(finnc_match *m)
{
    return bind_number(m, "one", 1);
}

static finnc_status bind_zero(finnc_match *m)
{
    return bind_number(m, "zero", 0);
}

static finnc_status bind_both(finnc_match *m)
{
    FINNC_TRY(bind_one(m));
    return bind_zero(m);
}

const finnc_pass fnc_pass_extract_quant_scale_zero_pt = {
    .name = "ExtractQuantScaleZeroPt",
    .summary = "scale and zero point of a Quant become nodes around it",
    .upstream = "qonnx.transformation.extract_quant_scale_zeropt",
    .notes = "IntQuant is Quant by another name and treated alike; upstream leaves it.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{.have = "y@q:Quant|IntQuant(x, $s, $z, n)",
               .want = "Mul(Sub(q(Add(Div(x, $s), $z), $one, $zero, n), $z), $s)",
               .when = has_both,
               .make = bind_both},
              {.have = "y@q:Quant|IntQuant(x, $s, $z, n)",
               .want = "Mul(q(Div(x, $s), $one, $z, n), $s)",
               .when = has_scale,
               .make = bind_one},
              {.have = "y@q:Quant|IntQuant(x, $s, $z, n)",
               .want = "Sub(q(Add(x, $z), $s, $zero, n), $z)",
               .when = has_zero_point,
               .make = bind_zero}},
    .finish = "RemoveIdentityOps",
};

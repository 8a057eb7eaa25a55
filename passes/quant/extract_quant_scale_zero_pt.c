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

/* Quant takes what numpy divides; a Div of ONNX wants both of one type. */
static finnc_verdict meet(finnc_match *m, const char *name)
{
    const finnc_elem x = finnc_value_elem(finnc_match_value(m, "x"));
    const finnc_elem by = finnc_value_elem(finnc_match_value(m, name));
    if (x == FINNC_ELEM_UNDEFINED || x == by)
        return FINNC_APPLY;
    return finnc_skip(m, "the input is %s, %s is %s: arithmetic wants one type", finnc_elem_name(x),
                      *name == 's' ? "the scale" : "the zero point", finnc_elem_name(by));
}

static finnc_verdict has_both(finnc_match *m)
{
    const bool apply =
        !is_all(finnc_match_tensor(m, "s"), 1) && !is_all(finnc_match_tensor(m, "z"), 0);
    const finnc_verdict scale = apply ? meet(m, "s") : FINNC_SKIP;
    return scale == FINNC_APPLY ? meet(m, "z") : scale;
}

static finnc_verdict has_scale(finnc_match *m)
{
    return is_all(finnc_match_tensor(m, "s"), 1) ? FINNC_SKIP : meet(m, "s");
}

static finnc_verdict has_zero_point(finnc_match *m)
{
    return is_all(finnc_match_tensor(m, "z"), 0) ? FINNC_SKIP : meet(m, "z");
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
    .rules = {{.have = "q:Quant|IntQuant(x, $s, $z, n)",
               .want = "Mul(Sub(q(Add(Div(x, $s), $z), $one, $zero, n), $z), $s)",
               .when = has_both,
               .make = bind_both},
              {.have = "q:Quant|IntQuant(x, $s, $z, n)",
               .want = "Mul(q(Div(x, $s), $one, $z, n), $s)",
               .when = has_scale,
               .make = bind_one},
              {.have = "q:Quant|IntQuant(x, $s, $z, n)",
               .want = "Sub(q(Add(x, $z), $s, $zero, n), $z)",
               .when = has_zero_point,
               .make = bind_zero}},
    .finish = "RemoveIdentityOps",
};

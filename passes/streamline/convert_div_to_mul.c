/* x / c becomes x * (1/c): two roundings instead of one, so results may differ in the last bit, as
 * upstream's do. Nothing makes a Div again. */
#include "../support/constants.h"

static finnc_verdict float_constant(finnc_match *m)
{
    const finnc_elem elem = finnc_tensor_elem(finnc_match_tensor(m, "c"));
    if (!finnc_elem_is_float(elem))
        return finnc_skip(m, "the divisor is %s, and a reciprocal is no integer",
                          finnc_elem_name(elem));
    return FINNC_APPLY;
}

const finnc_pass fnc_pass_convert_div_to_mul = {
    .name = "ConvertDivToMul",
    .summary = "dividing by a constant becomes multiplying by its reciprocal",
    .upstream = "qonnx.transformation.general",
    .notes = "Upstream also converts divisors of integer element type, whose reciprocals become 0 "
             "or 1; here they stay.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "Div(x, $c)",
        .want = "Mul(x, c@=Reciprocal($c))",
        .when = float_constant,
    }},
};

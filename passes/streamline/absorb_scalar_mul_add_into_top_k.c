/* Which elements are the largest does not change when all are multiplied by one positive number, or
 * shifted by one. Each application takes a node away, so it ends. */
#include "../support/constants.h"

#include <math.h>

static finnc_verdict keeps_order(finnc_match *m)
{
    const finnc_verdict verdict = fnc_when_number(m, "s", "x", 0, "the constant");
    if (verdict != FINNC_APPLY)
        return verdict;
    const finnc_verdict real = fnc_when_real(m, "s", "the constant");
    if (real != FINNC_APPLY)
        return real;
    const double s = finnc_tensor_get(finnc_match_tensor(m, "s"), 0);
    if (!isfinite(s))
        return finnc_skip(m, "the constant %g leaves no order", s);
    if (finnc_node_is(finnc_match_node(m, "e"), "Mul") && !(s > 0))
        return finnc_skip(m, "the factor %g is not positive", s);
    const finnc_value *values = finnc_node_output(finnc_match_root(m), 0);
    if (values && (finnc_value_nuses(values) > 0 || finnc_value_is_output(values)))
        return finnc_skip(m, "the largest values, %s, are used, not only their indices",
                          finnc_value_name(values));
    return FINNC_APPLY;
}

const finnc_pass fnc_pass_absorb_scalar_mul_add_into_top_k = {
    .name = "AbsorbScalarMulAddIntoTopK",
    .summary = "a Mul by one positive number or an Add of one before a TopK goes",
    .upstream = "finn.transformation.streamline.absorb",
    .notes =
        "Where the values output of the TopK is used, which would change, or somebody else uses "
        "the scaled value, nothing is done; upstream does not look.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes,InferDataTypes",
    .rules = {{
        .have = "t:TopK(e:Mul|Add(x, $s), k?)",
        .want = "t(x, k)",
        .when = keeps_order,
    }},
};

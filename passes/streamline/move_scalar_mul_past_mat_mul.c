/* A product is linear, so one factor may as well come after it. Pushes scales towards the outputs;
 * no pass pushes them back over a product (Absorb1BitMulIntoMatMul takes signs in for good), so it
 * ends. */
#include "../support/constants.h"

static finnc_verdict one_factor(finnc_match *m)
{
    const finnc_verdict verdict = fnc_when_number(m, "s", "x", 0, "the factor");
    if (verdict != FINNC_APPLY)
        return verdict;
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    return fnc_when_no_new_axes(m, "s", "y", rank > 1 ? rank - 1 : 0, "the factor");
}

static finnc_status retype(finnc_match *m)
{
    return fnc_between_retype(m, "v", "x", "y");
}

const finnc_pass fnc_pass_move_scalar_mul_past_mat_mul = {
    .name = "MoveScalarMulPastMatMul",
    .summary = "multiplies by one number after a MatMul instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@p:MatMul(v@Mul(x, $s), $w)",
        .want = "Mul(v@p(x, $w), $s)",
        .when = one_factor,
        .then = retype,
    }},
};

/* A convolution is linear, so one factor may as well come after it. Pushes scales towards the
 * outputs; no pass pushes them back over a convolution (Absorb1BitMulIntoConv takes signs in for
 * good), so it ends. */
#include "../support/constants.h"

static finnc_verdict one_factor(finnc_match *m)
{
    if (finnc_match_value(m, "b"))
        return finnc_skip(m, "the convolution has a bias, which would be scaled, too: "
                             "ExtractBiasFromConv takes it out");
    return fnc_when_number(m, "s", "x", 3, "the factor");
}

static finnc_status retype(finnc_match *m)
{
    return fnc_between_retype(m, "v", "x", "y");
}

const finnc_pass fnc_pass_move_scalar_mul_past_conv = {
    .name = "MoveScalarMulPastConv",
    .summary = "multiplies by one number after a Conv instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .notes =
        "A convolution with a bias is left alone; upstream moves the factor, which then scales "
        "the bias.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@c:\"*\"Conv(v@Mul(x, $s), $w, b?)",
        .want = "Mul(v@c(x, $w), $s)",
        .when = one_factor,
        .then = retype,
    }},
};

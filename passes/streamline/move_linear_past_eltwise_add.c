/* x * s + y * s is (x + y) * s, and (x + a) + (y + b) is (x + y) + (a + b). Each application takes
 * a node away, so it ends. */
#include "../support/constants.h"

static finnc_verdict same_factor(finnc_match *m)
{
    char left[FNC_SPREAD_MAX];
    char right[FNC_SPREAD_MAX];
    const finnc_tensor *a = finnc_match_tensor(m, "a");
    const finnc_tensor *b = finnc_match_tensor(m, "b");
    if (!finnc_tensor_equal(a, b))
        return finnc_skip(m, "the factors differ: %s; %s", fnc_tensor_spread(a, left),
                          fnc_tensor_spread(b, right));
    return FINNC_APPLY;
}

static finnc_status retype_between(finnc_match *m)
{
    FINNC_TRY(fnc_between_retype(m, "v", "x", "sum"));
    return fnc_between_retype(m, "v", "y", "sum");
}

const finnc_pass fnc_pass_move_linear_past_eltwise_add = {
    .name = "MoveLinearPastEltwiseAdd",
    .summary = "adds two values before the scale or shift that both have, instead of after",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "If somebody else uses a scaled value, nothing is moved; upstream gives that user "
             "another value.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules =
        {
            {
                .have = "sum@j:Add(v@e:Mul(x, $a), Mul(y, $b))",
                .want = "e(v@j(x, y), $a)",
                .when = same_factor,
                .then = retype_between,
            },
            {
                .have = "sum@j:Add(v@e:Add(x, $a), Add(y, $b))",
                .want = "e(v@j(x, y), a@=Add($a, $b))",
                .then = retype_between,
            },
        },
};

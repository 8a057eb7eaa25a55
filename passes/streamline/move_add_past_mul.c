/* (x + a) * s is x * s + a * s. Pushes factors towards the inputs and shifts towards the outputs;
 * no pass pushes an Add back over a Mul, so it ends. */
#include "../support/constants.h"

static finnc_status retype(finnc_match *m)
{
    return fnc_between_retype(m, "v", "x", "y");
}

const finnc_pass fnc_pass_move_add_past_mul = {
    .name = "MoveAddPastMul",
    .summary = "adds after multiplying instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@m:Mul(v@n:Add(x, $a), $s)",
        .want = "n(v@m(x, $s), a@=Mul($a, $s))",
        .then = retype,
    }},
};

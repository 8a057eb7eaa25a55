/* (x + a) + b is x + (a + b). Each application takes a node away, so it ends. */
#include "../support/constants.h"

static finnc_status forget_types(finnc_match *m)
{
    return fnc_not_quantised(m, "a", "y");
}

const finnc_pass fnc_pass_collapse_repeated_add = {
    .name = "CollapseRepeatedAdd",
    .summary = "two Add nodes in a row with constants become one",
    .upstream = "finn.transformation.streamline.collapse_repeated",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@e:Add(Add(x, $a), $b)",
        .want = "e(x, a@=Add($a, $b))",
        .then = forget_types,
    }},
};

/* (x * a) * b is x * (a * b). Each application takes a node away, so it ends. */
#include <pass.h>

/* Whatever types the constants had, those of their result are not known. */
static finnc_status not_quantised(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    FINNC_TRY(finnc_value_set_dtype(cx, finnc_match_value(m, "a"), finnc_dtype_float32()));
    return finnc_value_set_dtype(cx, finnc_match_value(m, "y"), finnc_dtype_float32());
}

const finnc_pass fnc_pass_collapse_repeated_mul = {
    .name = "CollapseRepeatedMul",
    .summary = "two Mul nodes in a row with constants become one",
    .upstream = "finn.transformation.streamline.collapse_repeated",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@e:Mul(Mul(x, $a), $b)",
        .want = "e(x, a@=Mul($a, $b))",
        .then = not_quantised,
    }},
};

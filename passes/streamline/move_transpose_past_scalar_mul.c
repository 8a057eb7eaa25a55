/* Multiplying all elements by one number does not mind their order. Pushes Transposes towards the
 * outputs. MoveScalarLinearPastInvariants pushes the other way: the two don't belong in one
 * fixpoint; each alone ends. */
#include "../support/constants.h"

static bool is_laid_out(const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    return layout && layout[0];
}

static finnc_verdict one_factor(finnc_match *m)
{
    const finnc_value *x = finnc_match_value(m, "x");
    const finnc_value *v = finnc_match_value(m, "v");
    if (!is_laid_out(x) || !is_laid_out(v))
        return finnc_skip(m, "the layout of %s is not known: InferDataLayouts finds it",
                          finnc_value_name(is_laid_out(x) ? v : x));
    return fnc_when_number(m, "s", "x", 0, "the factor");
}

/* The value between now has the order of x, which annotations have to say. */
static finnc_status lay_out(finnc_match *m)
{
    FINNC_TRY(fnc_between_retype(m, "v", "x", "y"));
    return finnc_value_set_layout(finnc_match_ctx(m), finnc_match_value(m, "v"),
                                  finnc_value_layout(finnc_match_value(m, "x")));
}

const finnc_pass fnc_pass_move_transpose_past_scalar_mul = {
    .name = "MoveTransposePastScalarMul",
    .summary = "transposes after multiplying by one number instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferDataLayouts,InferShapes",
    .rules = {{
        .have = "y@e:Mul(v@t:Transpose(x), $s)",
        .want = "t(v@e(x, $s))",
        .when = one_factor,
        .then = lay_out,
    }},
};

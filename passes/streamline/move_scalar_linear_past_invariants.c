/* Ops that only move elements about, repeat or average them do not mind whether all elements are
 * scaled or shifted by one number before or after. Pushes numbers towards the outputs; no pass
 * pushes them back over these ops, so it ends. */
#include "../support/constants.h"

#include <string.h>

/* A Resize that invents elements: those of the border would be shifted, too. */
static bool invents(const finnc_node *f)
{
    return strcmp(finnc_node_string(f, "coordinate_transformation_mode", ""),
                  "tf_crop_and_resize") == 0;
}

static finnc_verdict invariant(finnc_match *m)
{
    const finnc_node *f = finnc_match_node(m, "f");
    const bool resamples = finnc_node_is(f, "Resize") || finnc_node_is(f, "Upsample");
    const char *mode = finnc_node_string(f, "mode", "nearest");
    if (resamples && strcmp(mode, "nearest") != 0)
        return finnc_skip(m, "mode is %s, not nearest", mode);
    if (resamples && invents(f))
        return finnc_skip(m, "tf_crop_and_resize fills the border with a number of its own");
    return fnc_when_number(m, "s", "x", 0, "the constant");
}

/* Behind a Reshape the value may have fewer axes: the number is stored without any. */
static finnc_status without_axes(finnc_match *m)
{
    finnc_tensor *number;
    FINNC_TRY(
        finnc_tensor_reshape(finnc_match_ctx(m), finnc_match_tensor(m, "s"), 0, NULL, &number));
    const finnc_status status = finnc_match_bind(m, "s", number, NULL);
    finnc_tensor_release(number);
    return status;
}

/* What only moves elements keeps their type; of the others InferDataTypes knows. */
static finnc_status type_between(finnc_match *m)
{
    const bool moves = finnc_node_has_trait(finnc_match_node(m, "f"), FINNC_OP_MOVES);
    return finnc_value_set_dtype(finnc_match_ctx(m), finnc_match_value(m, "v"),
                                 moves ? finnc_value_dtype(finnc_match_value(m, "x"))
                                       : finnc_dtype_float32());
}

const finnc_pass fnc_pass_move_scalar_linear_past_invariants = {
    .name = "MoveScalarLinearPastInvariants",
    .summary = "multiplies by or adds one number after a Reshape, Transpose, ... instead of before",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "Moves Mul, Add and Div past Reshape, Flatten, Transpose, GlobalAveragePool, and "
             "Upsample and Resize with mode nearest, and here also past DepthToSpace and "
             "SpaceToDepth. If somebody else uses the scaled value, "
             "nothing is moved; upstream moves it and gives that user the value unscaled.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes,InferDataTypes",
    .rules = {{
        .have =
            "f:Reshape|Flatten|Transpose|GlobalAveragePool|Upsample|Resize|DepthToSpace|SpaceToDepth("
            "v@e:Mul|Add|Div(x, $s), p1?, p2?, p3?)",
        .want = "e(v@f(x, p1, p2, p3), $s)",
        .when = invariant,
        .make = without_axes,
        .then = type_between,
    }},
};

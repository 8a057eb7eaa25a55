/* On an image of one pixel with the channels last, a product with a matrix and operations per
 * channel do the same before and after flattening. Pushes Flatten towards the outputs, so it ends.
 */
#include "../support/constants.h"
#include "image_vector.h"

#include <inttypes.h>

static finnc_verdict one_pixel(finnc_match *m)
{
    char why[128];
    if (!fnc_is_image_vector(finnc_match_value(m, "x"), why))
        return finnc_skip(m, "%s", why);
    const int64_t axis = finnc_node_attr_int(finnc_match_node(m, "f"), "axis");
    if (axis != 1)
        return finnc_skip(m, "the Flatten is at axis %" PRId64 ", not 1", axis);
    if (finnc_node_is(finnc_match_node(m, "o"), "MatMul")) {
        const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
        return rank == 2 ? FINNC_APPLY : finnc_skip(m, "the matrix has %d axes", rank);
    }
    return fnc_when_along(m, "w", 2, 1, -1, "the constant");
}

static finnc_status as_result(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_value *v = finnc_match_value(m, "v");
    FINNC_TRY(finnc_value_set_dtype(cx, v, finnc_value_dtype(finnc_match_value(m, "y"))));
    return finnc_value_set_layout(cx, v, "NHWC");
}

const finnc_pass fnc_pass_move_flatten_past_affine = {
    .name = "MoveFlattenPastAffine",
    .summary = "flattens an image of one pixel after a MatMul, Mul or Add instead of before",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_ALWAYS_FINISHES,
    .finish = "InferShapes,InferDataTypes,InferDataLayouts",
    .rules = {{
        .have = "y@o:MatMul|Mul|Add(v@f:Flatten(x), $w)",
        .want = "f(v@o(x, $w))",
        .when = one_pixel,
        .then = as_result,
    }},
};

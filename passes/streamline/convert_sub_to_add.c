/* x - c is x + (-c), bit for bit. One kind of node less for the passes that follow; nothing makes a
 * Sub again. */
#include "../support/constants.h"

static finnc_verdict signed_constant(finnc_match *m)
{
    const finnc_elem elem = finnc_tensor_elem(finnc_match_tensor(m, "c"));
    if (!finnc_elem_is_float(elem) && !finnc_elem_is_signed(elem))
        return finnc_skip(m, "the constant is %s, which has no negative numbers",
                          finnc_elem_name(elem));
    return FINNC_APPLY;
}

const finnc_pass fnc_pass_convert_sub_to_add = {
    .name = "ConvertSubToAdd",
    .summary = "subtracting a constant becomes adding its negative",
    .upstream = "qonnx.transformation.general",
    .notes = "Upstream leaves the constant's data type as it was, UINT4 for instance; here it "
             "becomes the smallest that holds the negated elements.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "Sub(x, $c)",
        .want = "Add(x, c@=Neg($c))",
        .when = signed_constant,
    }},
};

/* x + a reaches T where x reaches T - a. Each application takes a node away, so it ends. */
#include "../support/constants.h"
#include "../support/thresholds.h"

static finnc_verdict absorbable(finnc_match *m)
{
    return fnc_when_absorbable(m, "a", "the constant added");
}

static finnc_status absorbed(finnc_match *m)
{
    return fnc_thresholds_absorb(m, "a", FNC_SHIFT_ADD);
}

static bool counts(const finnc_node *node)
{
    return node && finnc_node_is(node, "MultiThreshold");
}

/* What counts thresholds is named after the type of its sum with a bias, behind an op that shapes
 * it maybe; now it is without one. */
static finnc_status retype(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_node *maker = finnc_value_producer(finnc_match_value(m, "x"));
    if (counts(maker))
        return finnc_node_infer_dtypes(cx, maker, true);
    if (!maker || !finnc_node_has_trait(maker, FINNC_OP_MOVES) || !finnc_node_input(maker, 0))
        return FINNC_OK;
    finnc_node *before = finnc_value_producer(finnc_node_input(maker, 0));
    if (!counts(before))
        return FINNC_OK;
    FINNC_TRY(finnc_node_infer_dtypes(cx, before, true));
    return finnc_node_infer_dtypes(cx, maker, true);
}

const finnc_pass fnc_pass_absorb_add_into_multi_threshold = {
    .name = "AbsorbAddIntoMultiThreshold",
    .summary = "an Add before a MultiThreshold goes into the thresholds",
    .upstream = "finn.transformation.streamline.absorb",
    .notes = "The new thresholds decide for every float32 input as the Add and the old ones did; "
             "upstream's T - a, rounded, can decide otherwise within an ulp of a threshold. The "
             "constant's axis has to be that of the channels, which upstream takes for granted.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "q:MultiThreshold(Add(x, $a), $t)",
        .want = "q(x, $t)",
        .when = absorbable,
        .make = absorbed,
        .then = retype,
    }},
};

/* For s > 0, x * s reaches T where x reaches T / s; for s = 0 it does everywhere or nowhere. Each
 * application takes a node away, so it ends. */
#include "../support/constants.h"
#include "../support/thresholds.h"

static finnc_verdict absorbable(finnc_match *m)
{
    const finnc_verdict verdict = fnc_when_not_negative(m, "s", "the factor");
    return verdict == FINNC_APPLY ? fnc_when_absorbable(m, "s", "the factor") : verdict;
}

static finnc_status absorbed(finnc_match *m)
{
    return fnc_thresholds_absorb(m, "s", FNC_SHIFT_MUL);
}

const finnc_pass fnc_pass_absorb_mul_into_multi_threshold = {
    .name = "AbsorbMulIntoMultiThreshold",
    .summary = "a Mul by something positive before a MultiThreshold goes into the thresholds",
    .upstream = "finn.transformation.streamline.absorb",
    .notes = "The new thresholds decide for every float32 input as the Mul and the old ones did; "
             "upstream's T / s, rounded, can decide otherwise within an ulp of a threshold, and is "
             "not a number for 0 / 0. The factor's axis has to be that of the channels, which "
             "upstream takes for granted. A Mul of two values that are not constant does not end "
             "the pass with an error.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "q:MultiThreshold(Mul(x, $s), $t)",
        .want = "q(x, $t)",
        .when = absorbable,
        .make = absorbed,
    }},
};

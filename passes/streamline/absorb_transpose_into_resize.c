/* Taking the nearest element works on each axis alone: with the scales in the other order, the
 * Transpose from channels last to first may as well come behind it. Pushes it towards the outputs,
 * so it ends. */
#include "resize.h"

#include <inttypes.h>
#include <string.h>

static finnc_verdict nearest(finnc_match *m)
{
    const char *mode = finnc_node_string(finnc_match_node(m, "r"), "mode", "nearest");
    if (strcmp(mode, "nearest") != 0)
        return finnc_skip(m, "mode is %s, not nearest", mode);
    return fnc_when_resize_permutes(m);
}

static finnc_verdict by_scales(finnc_match *m)
{
    const int64_t n = finnc_match_nelems(m, "scales");
    if (n != 4)
        return finnc_skip(m, "there are %" PRId64 " scales, not 4", n);
    return nearest(m);
}

static finnc_verdict by_sizes(finnc_match *m)
{
    const int64_t n = finnc_match_nelems(m, "sizes");
    if (n != 4)
        return finnc_skip(m, "there are %" PRId64 " sizes, not 4", n);
    return nearest(m);
}

static finnc_verdict by_factors(finnc_match *m)
{
    const finnc_verdict verdict = by_sizes(m);
    if (verdict != FINNC_APPLY)
        return verdict;
    return fnc_resize_has_factors(m) ? FINNC_APPLY : FINNC_SKIP; /* the next rule's */
}

static finnc_status scales_last(finnc_match *m)
{
    return fnc_resize_scales_last(m, "scales");
}

static finnc_status factors_last(finnc_match *m)
{
    return fnc_resize_factors_last(m, "factors");
}

static finnc_status sizes_last(finnc_match *m)
{
    return fnc_resize_sizes_last(m, "sizes");
}

const finnc_pass fnc_pass_absorb_transpose_into_resize = {
    .name = "AbsorbTransposeIntoResize",
    .summary = "a Transpose to channels first moves behind the Resize that follows",
    .upstream = "finn.transformation.streamline.absorb",
    .notes = "Sizes become scales where these say the same, as upstream writes them; others stay "
             "sizes, in the other order.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferDataTypes",
    .rules =
        {
            {
                .have = "r:Resize(v@t:Transpose{perm=[0,3,1,2]}(x), roi?, $scales)",
                .want = "t(r(x, roi, $scales))",
                .when = by_scales,
                .make = scales_last,
            },
            {
                .have = "r:Resize(v@t:Transpose{perm=[0,3,1,2]}(x), roi?, scales?, $sizes)",
                .want = "t(r(x, roi, $factors))",
                .when = by_factors,
                .make = factors_last,
            },
            {
                .have = "r:Resize(v@t:Transpose{perm=[0,3,1,2]}(x), roi?, scales?, $sizes)",
                .want = "t(r(x, roi, scales, $sizes))",
                .when = by_sizes,
                .make = sizes_last,
            },
        },
};

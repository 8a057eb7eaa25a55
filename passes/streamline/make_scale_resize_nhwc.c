/* Resizing with the channels last is resizing with the channels first between two Transposes: where
 * one of them is there already, it moves to the other side, and the scales change their order. In
 * front of it only (0,2,3,1) moves, behind it only (0,3,1,2), so it ends. */
#include "resize.h"

#include <inttypes.h>
#include <string.h>

static finnc_verdict channels_first(finnc_match *m, const char *input)
{
    const finnc_value *value = finnc_match_value(m, input);
    const char *layout = finnc_value_layout(value);
    if (!layout || strcmp(layout, "NCHW") != 0)
        return finnc_skip(m, "the layout of %s is %s, not NCHW (InferDataLayouts finds layouts)",
                          finnc_value_name(value), layout && layout[0] ? layout : "not known");
    const int64_t n = finnc_match_nelems(m, "scales");
    if (n != 4)
        return finnc_skip(m, "there are %" PRId64 " scales, not 4", n);
    return fnc_when_resize_permutes(m);
}

static finnc_verdict when_behind(finnc_match *m)
{
    return channels_first(m, "v");
}

static finnc_verdict when_in_front(finnc_match *m)
{
    return channels_first(m, "x");
}

static finnc_status scales_last(finnc_match *m)
{
    return fnc_resize_scales_last(m, "scales");
}

const finnc_pass fnc_pass_make_scale_resize_nhwc = {
    .name = "MakeScaleResizeNHWC",
    .summary = "an Upsample or Resize beside a Transpose moves to its other side, channels last",
    .upstream = "finn.transformation.streamline.reorder",
    .flags = FINNC_PASS_STABLE,
    .rules =
        {
            {
                .have = "r:Resize(v@t:Transpose{perm=[0,3,1,2]}(x), roi?, $scales)",
                .want = "t(v@r(x, roi, $scales))",
                .when = when_behind,
                .make = scales_last,
            },
            {
                .have = "r:Upsample(v@t:Transpose{perm=[0,3,1,2]}(x), $scales)",
                .want = "t(v@r(x, $scales))",
                .when = when_behind,
                .make = scales_last,
            },
            {
                .have = "t:Transpose{perm=[0,2,3,1]}(v@r:Resize(x, roi?, $scales))",
                .want = "r(v@t(x), roi, $scales)",
                .when = when_in_front,
                .make = scales_last,
            },
            {
                .have = "t:Transpose{perm=[0,2,3,1]}(v@r:Upsample(x, $scales))",
                .want = "r(v@t(x), $scales)",
                .when = when_in_front,
                .make = scales_last,
            },
        },
};

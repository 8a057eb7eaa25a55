/* A depthwise convolution does not mix channels, so a factor per channel may as well come after it.
 * With several filters per channel the factor is repeated for each. Pushes scales towards the
 * outputs; no pass pushes them back, so it ends. */
#include "../support/constants.h"

#include <inttypes.h>

static int64_t nfilters_of(finnc_match *m)
{
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    return finnc_tensor_rank(w) > 0 ? finnc_tensor_dim(w, 0) : 0;
}

static finnc_verdict depthwise(finnc_match *m)
{
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    const int64_t group = finnc_node_int(finnc_match_node(m, "c"), "group", 1);
    if (finnc_tensor_rank(w) < 3 || finnc_tensor_dim(w, 1) != 1 || group < 1)
        return finnc_skip(m, "not depthwise: a group of %" PRId64 " has several input channels",
                          group);
    if (nfilters_of(m) % group != 0)
        return finnc_skip(m, "%" PRId64 " filters for %" PRId64 " channels", nfilters_of(m), group);
    if (finnc_match_value(m, "b"))
        return finnc_skip(m, "the convolution has a bias, which would be scaled, too: "
                             "ExtractBiasFromConv takes it out");
    const finnc_tensor *s = finnc_match_tensor(m, "s");
    if (finnc_tensor_rank(s) != finnc_tensor_rank(w) || finnc_tensor_nelems(s) != group)
        return finnc_skip(m,
                          "the factor has %" PRId64 " elements in %d axes, not one per channel "
                          "of %" PRId64,
                          finnc_tensor_nelems(s), finnc_tensor_rank(s), group);
    const finnc_verdict along =
        fnc_when_along(m, "s", finnc_tensor_rank(w), 1, group, "the factor");
    return along == FINNC_APPLY ? fnc_when_as_many(m, "s", "x", 1, "the factor") : along;
}

static finnc_status per_filter(finnc_match *m)
{
    const finnc_tensor *s = finnc_match_tensor(m, "s");
    const int64_t nfilters = nfilters_of(m);
    const int64_t multiplier = nfilters / finnc_tensor_nelems(s);
    if (multiplier == 1)
        return FINNC_OK;
    int64_t dims[FINNC_MAX_RANK];
    const int rank = finnc_tensor_rank(s);
    for (int i = 0; i < rank; i++)
        dims[i] = i == 1 ? nfilters : 1;
    finnc_tensor *repeated;
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), finnc_tensor_elem(s), rank, dims, &repeated));
    for (int64_t i = 0; i < nfilters; i++)
        finnc_tensor_set(repeated, i, finnc_tensor_get(s, i / multiplier));
    const finnc_status status = finnc_match_bind(m, "s", repeated, NULL);
    finnc_tensor_release(repeated);
    return status;
}

static finnc_status forget_types(finnc_match *m)
{
    return fnc_not_quantised(m, "v", "y");
}

const finnc_pass fnc_pass_move_mul_past_dw_conv = {
    .name = "MoveMulPastDWConv",
    .summary = "multiplies per channel after a depthwise Conv instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "With several filters per channel the factor is repeated for each of them, where "
             "upstream leaves one per channel, which does not fit. The data type of the "
             "convolution's new input is kept; upstream overwrites it with FLOAT32.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@c:Conv(v@Mul(x, $s), $w, b?)",
        .want = "Mul(v@c(x, $w), $s)",
        .when = depthwise,
        .make = per_filter,
        .then = forget_types,
    }},
};

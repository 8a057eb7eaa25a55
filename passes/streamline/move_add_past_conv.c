/* A convolution is linear: that of x + a is that of x plus that of a. Without padding the second is
 * one number per output channel, computed by running the convolution, in double, on a patch as
 * large as its kernel that is filled with a. Pushes shifts towards the outputs; no pass pushes them
 * back over a convolution, so it ends. */
#include "../support/constants.h"
#include "../support/window.h"

#include <inttypes.h>

/* The channels that the convolution reads; -1 if its filters do not make `group` groups. No more
 * than the weights have elements, so the product fits. */
static int64_t ninputs_of(finnc_match *m)
{
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    const int64_t group = finnc_node_attr_int(finnc_match_node(m, "c"), "group");
    if (group < 1 || finnc_tensor_dim(w, 0) % group != 0)
        return -1;
    return finnc_tensor_dim(w, 1) * group;
}

/* What the convolution reads is there before a is added: one channel would be repeated. */
static finnc_verdict fits_channels(finnc_match *m)
{
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    const int64_t n = ninputs_of(m);
    const finnc_value *x = finnc_match_value(m, "x");
    const int64_t size = finnc_value_rank(x) > 1 ? finnc_value_dim(x, 1).size : -1;
    if (n < 0)
        return finnc_skip(m, "%" PRId64 " filters for %" PRId64 " groups",
                          finnc_tensor_dim(finnc_match_tensor(m, "w"), 0),
                          finnc_node_attr_int(finnc_match_node(m, "c"), "group"));
    if (size >= 0 && size != n)
        return finnc_skip(m, "the convolution reads %" PRId64 " channels, %s has %" PRId64, n,
                          finnc_value_name(x), size);
    const finnc_verdict along = fnc_when_along(m, "a", rank, 1, n, "the constant");
    return along == FINNC_APPLY ? fnc_when_as_many(m, "a", "x", 1, "the constant") : along;
}

static finnc_verdict unpadded(finnc_match *m)
{
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    if (rank < 3 || finnc_match_nelems(m, "w") == 0)
        return finnc_skip(m, "the weights have %d axes and %" PRId64 " elements", rank,
                          finnc_match_nelems(m, "w"));
    const finnc_verdict verdict = fits_channels(m);
    if (verdict != FINNC_APPLY)
        return verdict;
    fnc_windows w;
    const char *wrong = fnc_node_windows(finnc_match_node(m, "c"), true, &w);
    if (wrong)
        return finnc_skip(m, "%s", wrong);
    if (fnc_windows_are_padded(&w))
        return finnc_skip(m, "the convolution is padded: at the border fewer elements would be "
                             "shifted");
    return FINNC_APPLY;
}

/* One patch under the kernel, each channel filled with its element of a. */
static finnc_status patch_of(finnc_match *m, finnc_tensor **patch)
{
    const finnc_tensor *a = finnc_match_tensor(m, "a");
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    fnc_windows windows;
    const char *wrong = fnc_node_windows(finnc_match_node(m, "c"), true, &windows);
    if (wrong)
        return finnc_fail(finnc_match_ctx(m), FINNC_BAD_VALUE, "%s", wrong);
    int64_t dims[FINNC_MAX_RANK] = {1, ninputs_of(m)};
    const int rank = finnc_tensor_rank(w);
    int64_t area = 1;
    for (int i = 0; i < windows.rank; i++) /* fits: of 2^30 each */
        dims[i + 2] = (windows.kernel[i] - 1) * windows.dilation[i] + 1;
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), FINNC_ELEM_DOUBLE, rank, dims, patch));
    for (int i = 2; i < rank; i++)
        area *= dims[i];
    double *elements = finnc_tensor_edit(*patch);
    for (int64_t i = 0; area > 0 && i < finnc_tensor_nelems(*patch); i++)
        elements[i] = finnc_tensor_get(a, finnc_tensor_nelems(a) > 1 ? i / area : 0);
    return FINNC_OK;
}

static finnc_status convolved(finnc_match *m)
{
    finnc_tensor *x;
    FINNC_TRY(patch_of(m, &x));
    return fnc_bind_image(m, "c", x, "w", "a");
}

static finnc_status retype(finnc_match *m)
{
    return fnc_between_retype(m, "v", "x", "y");
}

const finnc_pass fnc_pass_move_add_past_conv = {
    .name = "MoveAddPastConv",
    .summary = "adds after an unpadded Conv, per output channel, instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .notes =
        "Convolutions over any number of axes, grouped and with a bias included; one without a "
        "`pads` attribute counts as unpadded, where upstream ends with an error.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferShapes",
    .rules = {{
        .have = "y@c:Conv(v@Add(x, $a), $w, b?)",
        .want = "Add(v@c(x, $w, b), $a)",
        .when = unpadded,
        .make = convolved,
        .then = retype,
    }},
};

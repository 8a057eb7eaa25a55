/* A convolution is linear: that of x + a is that of x plus that of a. Without padding the second is
 * one number per output channel, computed by running the convolution, in double, on a patch as
 * large as its kernel that is filled with a. Pushes shifts towards the outputs; no pass pushes them
 * back over a convolution, so it ends. */
#include "../support/constants.h"

#include <inttypes.h>
#include <string.h>

static bool is_padded(const finnc_node *conv)
{
    const char *mode = finnc_node_string(conv, "auto_pad", "NOTSET");
    if (strncmp(mode, "SAME", 4) == 0)
        return true;
    size_t count;
    const int64_t *pads = finnc_node_ints(conv, "pads", &count);
    for (size_t i = 0; i < count; i++)
        if (pads[i] > 0 && strcmp(mode, "VALID") != 0)
            return true;
    return false;
}

static int64_t ninputs_of(finnc_match *m)
{
    return finnc_tensor_dim(finnc_match_tensor(m, "w"), 1) *
           finnc_node_int(finnc_match_node(m, "c"), "group", 1);
}

static finnc_verdict unpadded(finnc_match *m)
{
    const int rank = finnc_tensor_rank(finnc_match_tensor(m, "w"));
    if (rank < 3 || finnc_match_nelems(m, "w") == 0)
        return finnc_skip(m, "the weights have %d axes and %" PRId64 " elements", rank,
                          finnc_match_nelems(m, "w"));
    const finnc_verdict verdict = fnc_when_along(m, "a", rank, 1, ninputs_of(m), "the constant");
    if (verdict != FINNC_APPLY)
        return verdict;
    if (is_padded(finnc_match_node(m, "c")))
        return finnc_skip(m, "the convolution is padded: at the border fewer elements would be "
                             "shifted");
    return FINNC_APPLY;
}

/* One patch under the kernel, each channel filled with its element of a. */
static finnc_status patch_of(finnc_match *m, finnc_tensor **patch)
{
    const finnc_tensor *a = finnc_match_tensor(m, "a");
    const finnc_tensor *w = finnc_match_tensor(m, "w");
    size_t count;
    const int64_t *dilations = finnc_node_ints(finnc_match_node(m, "c"), "dilations", &count);
    int64_t dims[FINNC_MAX_RANK] = {1, ninputs_of(m)};
    const int rank = finnc_tensor_rank(w);
    int64_t area = 1;
    for (int i = 2; i < rank; i++) {
        const int64_t dilation = (size_t)(i - 2) < count ? dilations[i - 2] : 1;
        int64_t reach;
        if (!fnc_mul_i64(finnc_tensor_dim(w, i) - 1, dilation, &reach) ||
            !fnc_add_i64(reach, 1, &dims[i]))
            return finnc_fail(finnc_match_ctx(m), FINNC_BAD_VALUE,
                              "a dilation of %" PRId64 " is too large", dilation);
    }
    FINNC_TRY(finnc_tensor_create(finnc_match_ctx(m), FINNC_ELEM_DOUBLE, rank, dims, patch));
    for (int i = 2; i < rank; i++)
        area *= dims[i];
    double *elements = finnc_tensor_edit(*patch);
    for (int64_t i = 0; i < finnc_tensor_nelems(*patch); i++)
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

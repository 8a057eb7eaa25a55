/* Pooling with the channels last is pooling with the channels first between two Transposes: where
 * one of them is there already, it moves to the other side. In front of a pool only (0,2,3,1)
 * moves, behind it only (0,3,1,2), and a MaxPoolNHWC is no MaxPool, so it ends. */
#include "../support/window.h"

#include <pass.h>

#include <inttypes.h>
#include <string.h>

/* MaxPoolNHWC knows kernel_shape, strides, pads and ceil_mode. */
static finnc_verdict plain_pool(finnc_match *m)
{
    const finnc_node *p = finnc_match_node(m, "p");
    const finnc_value *indices = finnc_node_output(p, 1);
    if (indices)
        return finnc_skip(m, "the pool gives the indices %s, too", finnc_value_name(indices));
    const char *auto_pad = finnc_node_string(p, "auto_pad", "NOTSET");
    if (*auto_pad && strcmp(auto_pad, "NOTSET") != 0)
        return finnc_skip(m, "auto_pad is %s: the paddings have to be numbers", auto_pad);
    fnc_windows w;
    const char *wrong = fnc_node_windows(p, false, &w);
    if (wrong)
        return finnc_skip(m, "%s", wrong);
    for (int i = 0; i < w.rank; i++)
        if (w.dilation[i] != 1)
            return finnc_skip(m, "the pool is dilated by %" PRId64, w.dilation[i]);
    return FINNC_APPLY;
}

static bool is_transpose(const finnc_node *node, const int64_t *perm)
{
    size_t count = 0;
    const int64_t *own = node ? finnc_node_ints(node, "perm", &count) : NULL;
    return own && finnc_node_is(node, "Transpose") && count == 4 &&
           memcmp(own, perm, 4 * sizeof *perm) == 0;
}

static finnc_verdict not_for_the_first_rule(finnc_match *m)
{
    const finnc_value *y = finnc_match_value(m, "y");
    if (is_transpose(finnc_value_only_user(y), (const int64_t[]){0, 2, 3, 1}))
        return FINNC_SKIP;
    return plain_pool(m);
}

static finnc_status say_ceil_mode(finnc_match *m)
{
    finnc_node *p = finnc_match_node(m, "p");
    return finnc_node_set_int(finnc_match_ctx(m), p, "ceil_mode",
                              finnc_node_int(p, "ceil_mode", 0) != 0);
}

const finnc_pass fnc_pass_make_max_pool_nhwc = {
    .name = "MakeMaxPoolNHWC",
    .summary = "a MaxPool beside a Transpose becomes a MaxPoolNHWC on its other side",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "Pools that MaxPoolNHWC cannot express (dilated, auto_pad, with indices) stay, and so "
             "do those whose Transpose somebody else uses; upstream converts them all the same.",
    .flags = FINNC_PASS_STABLE,
    .rules =
        {
            {
                .have = "t:Transpose{perm=[0,2,3,1]}(v@p:MaxPool(x))",
                .want = "p:\"qonnx.custom_op.general\"MaxPoolNHWC(v@t(x))",
                .when = plain_pool,
                .then = say_ceil_mode,
            },
            {
                .have = "y@p:MaxPool(v@t:Transpose{perm=[0,3,1,2]}(x))",
                .want = "t(v@p:\"qonnx.custom_op.general\"MaxPoolNHWC(x))",
                .when = not_for_the_first_rule,
                .then = say_ceil_mode,
            },
        },
};

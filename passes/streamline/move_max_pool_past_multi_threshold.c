/* A MultiThreshold does not fall as its input rises, so the largest of some numbers reaches as many
 * thresholds as the largest count among them. Pushes pools towards the outputs, over quantisers, so
 * it ends; behind them the pool works on small integers. */
#include "../support/window.h"

#include <nodes/threshold_axis.h>

#include <pass.h>

static finnc_verdict rising(finnc_match *m)
{
    const finnc_node *q = finnc_match_node(m, "q");
    const double scale = finnc_node_float(q, "out_scale", 1.0);
    if (scale < 0)
        return finnc_skip(m, "out_scale is %g: the quantiser falls as its input rises", scale);
    const finnc_value *y = finnc_match_value(m, "y");
    fnc_windows w;
    const bool is_signed = finnc_dtype_is_signed(finnc_value_dtype(y));
    const char *wrong = fnc_node_windows(finnc_match_node(m, "p"), false, &w);
    if (is_signed && wrong)
        return finnc_skip(m, "%s", wrong);
    if (is_signed && fnc_windows_are_padded(&w)) {
        char name[FINNC_DTYPE_NAME_MAX];
        return finnc_skip(m, "the pool is padded, with zeros in hardware, and %s is below them",
                          finnc_dtype_name(finnc_value_dtype(y), name));
    }
    if (fnc_pool_may_miss(finnc_match_node(m, "p")))
        return finnc_skip(m,
                          "a window may lie over padding alone: it gives -infinity, of which the "
                          "quantiser makes a number");
    const int rank = finnc_value_rank(y);
    const finnc_tensor *t = finnc_match_tensor(m, "t");
    if (finnc_tensor_rank(t) == 2 && finnc_tensor_dim(t, 0) > 1 &&
        (rank < 2 || fnc_threshold_axis(q, rank) != 1))
        return finnc_skip(m, "the thresholds differ along an axis that is pooled");
    return FINNC_APPLY;
}

const finnc_pass fnc_pass_move_max_pool_past_multi_threshold = {
    .name = "MoveMaxPoolPastMultiThreshold",
    .summary = "pools after a MultiThreshold instead of before it",
    .upstream = "finn.transformation.streamline.reorder",
    .notes = "Any padding counts as padding; upstream multiplies the four numbers. Thresholds need "
             "not rise along a row, as counting does not mind; upstream ends with an error.",
    .flags = FINNC_PASS_STABLE,
    .rules = {{
        .have = "y@q:MultiThreshold(p:MaxPool(x), $t)",
        .want = "p(q(x, $t))",
        .when = rising,
    }},
};

/* A MultiThreshold works on each element alone, told by `data_layout` where the channels are: the
 * Transpose from channels last to first may as well come behind it. Pushes it towards the outputs,
 * so it ends. */
#include <nodes/threshold_axis.h>

#include <pass.h>

static finnc_verdict channels_first(finnc_match *m)
{
    const finnc_node *q = finnc_match_node(m, "q");
    if (fnc_thresholds_are_last(q))
        return finnc_skip(m,
                          "data_layout is %s already: its channels are not those of the "
                          "Transpose",
                          finnc_node_string(q, "data_layout", ""));
    return FINNC_APPLY;
}

static finnc_status channels_last(finnc_match *m)
{
    finnc_ctx *cx = finnc_match_ctx(m);
    finnc_value *n = finnc_match_value(m, "n");
    const finnc_value *y = finnc_match_value(m, "y");
    if (finnc_value_has_dtype(y))
        FINNC_TRY(finnc_value_set_dtype(cx, n, finnc_value_dtype(y)));
    return finnc_value_set_layout(cx, n, "NHWC");
}

const finnc_pass fnc_pass_absorb_transpose_into_multi_threshold = {
    .name = "AbsorbTransposeIntoMultiThreshold",
    .summary = "a Transpose to channels first moves behind the MultiThreshold that follows",
    .upstream = "finn.transformation.streamline.absorb",
    .notes =
        "A MultiThreshold that already says its channels come last is left alone; upstream does "
        "not look.",
    .flags = FINNC_PASS_STABLE,
    .finish = "InferDataTypes",
    .rules = {{
        .have = "y@q:MultiThreshold(v@p:Transpose{perm=[0,3,1,2]}(x), $t)",
        .want = "p(n@q{data_layout=\"NHWC\"}(x, $t))",
        .when = channels_first,
        .then = channels_last,
    }},
};

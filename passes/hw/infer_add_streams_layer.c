/* The sum of two streams is an AddStreams. Adds go and none come back, so it ends. */
#include "hw.h"

#include "two_streams.h"

static finnc_status convert(finnc_ctx *cx, finnc_node *add, const fnc_hw_two_streams *streams)
{
    finnc_node *node;
    FINNC_TRY(fnc_hw_two_streams_replace(cx, add, "AddStreams", streams, add, &node));
    return fnc_hw_attr_dtype(cx, node, "inputDataType", finnc_value_dtype(streams->in[0]));
}

static bool can_convert(fnc_hw_reason *why, const finnc_node *add, fnc_hw_two_streams *s)
{
    char a[FINNC_DTYPE_NAME_MAX], b[FINNC_DTYPE_NAME_MAX];
    if (!fnc_hw_two_streams_read(why, add, finnc_node_output(add, 0), s))
        return false;
    const finnc_dtype first = finnc_value_dtype(s->in[0]), second = finnc_value_dtype(s->in[1]);
    if (finnc_dtype_equal(first, second))
        return true;
    return fnc_hw_decline(why, "%s is %s and %s is %s: streams have one type",
                          finnc_value_name(s->in[0]), finnc_dtype_name(first, a),
                          finnc_value_name(s->in[1]), finnc_dtype_name(second, b));
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Add") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        fnc_hw_two_streams streams;
        fnc_hw_reason why;
        if (!can_convert(&why, node, &streams)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node, "adds two streams");
        FINNC_TRY(convert(cx, node, &streams));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_add_streams_layer = {
    .name = "InferAddStreamsLayer",
    .summary = "sums of two streams become AddStreams",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "If one of the three values is annotated as NCHW, all are, and Transposes are put "
             "around the layer; upstream goes by each value alone, and adds pixels to channels if "
             "only one has an annotation.",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
    .finish = "InferShapes,InferDataTypes",
};

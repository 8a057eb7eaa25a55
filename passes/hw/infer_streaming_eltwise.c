/*      y = Sub(a, b)         becomes      y = StreamingEltwise{Sub}(a, b)
 *      y = Abs(Sub(a, b))    becomes      y = StreamingEltwise{AbsDiff}(a, b)
 * Subs go and none come back, so it ends. */
#include "hw.h"

#include "two_streams.h"

typedef struct joining {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *sub, *abs; /* abs: NULL if there is none that reads the difference alone */
    fnc_hw_two_streams streams;
} joining;

static void find_abs(joining *j)
{
    finnc_value *difference = finnc_node_output(j->sub, 0);
    finnc_node *user = difference ? finnc_value_only_user(difference) : NULL;
    if (user && finnc_node_is(user, "Abs") && finnc_node_graph(user) == j->graph &&
        finnc_node_output(user, 0))
        j->abs = user;
}

static bool can_convert(fnc_hw_reason *why, joining *j)
{
    fnc_hw_two_streams *s = &j->streams;
    find_abs(j);
    if (!fnc_hw_two_streams_read(why, j->sub, finnc_node_output(j->abs ? j->abs : j->sub, 0), s))
        return false;
    char a[FINNC_DTYPE_NAME_MAX], b[FINNC_DTYPE_NAME_MAX];
    const finnc_dtype first = finnc_value_dtype(s->in[0]), second = finnc_value_dtype(s->in[1]);
    if (finnc_dtype_is_signed(first) == finnc_dtype_is_signed(second))
        return true;
    return fnc_hw_decline(why, "%s is %s and %s is %s: both or neither of the streams is signed",
                          finnc_value_name(s->in[0]), finnc_dtype_name(first, a),
                          finnc_value_name(s->in[1]), finnc_dtype_name(second, b));
}

static finnc_status convert(joining *j)
{
    finnc_ctx *cx = j->cx;
    const fnc_hw_two_streams *s = &j->streams;
    finnc_value *difference = finnc_node_output(j->sub, 0);
    finnc_node *last = j->abs ? j->abs : j->sub, *node;
    FINNC_TRY(fnc_hw_two_streams_replace(cx, last, "StreamingEltwise", s, j->sub, &node));
    if (j->abs) {
        finnc_graph_erase_node(j->sub);
        finnc_graph_erase_value(difference);
    }
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType0", finnc_value_dtype(s->in[0])));
    FINNC_TRY(fnc_hw_attr_dtype(cx, node, "inputDataType1", finnc_value_dtype(s->in[1])));
    return finnc_node_set_string(cx, node, "eltwiseOp", j->abs ? "AbsDiff" : "Sub");
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Sub") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        joining j = {.cx = cx, .graph = graph, .sub = node};
        fnc_hw_reason why;
        if (!can_convert(&why, &j)) {
            finnc_pass_missed(run, node, "%s", why.text);
            continue;
        }
        finnc_pass_applied(run, node, "gives the %s of two streams",
                           j.abs ? "distance" : "difference");
        FINNC_TRY(convert(&j));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_streaming_eltwise = {
    .name = "InferStreamingEltwise",
    .summary = "differences and distances of two streams become StreamingEltwise",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes = "An Abs is taken in if it is alone in reading the difference; upstream takes the "
             "first reader in and leaves the others without their input. The result keeps its "
             "data type until InferDataTypes gives it another, as there. Streams of which one is "
             "signed stay: the layer has no type for what they give. Layouts as "
             "InferAddStreamsLayer.",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
};

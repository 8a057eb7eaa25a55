/* On an image of one pixel with the channels last, the largest channels are the largest elements of
 * the flattened vector. Pushes Flatten towards the outputs, so it ends.
 *
 *     x -> Flatten -> TopK(axis -1) -> (values), indices
 *     x -> TopK(axis -1) -> (values), i -> Flatten -> indices
 *
 * A picture has one value to give away and a TopK makes two, so it is written out. */
#include "image_vector.h"

#include <pass.h>

static bool is_used(const finnc_value *value)
{
    return value && (finnc_value_nuses(value) > 0 || finnc_value_is_output(value));
}

/* Why not here? NULL: it can be done. */
static const char *obstacle(const finnc_node *topk, const finnc_node *flatten, char why[128])
{
    if (finnc_node_attr_int(topk, "axis") != -1)
        return "the axis of TopK is not -1";
    if (finnc_node_attr_int(flatten, "axis") != 1)
        return "the axis of Flatten is not 1";
    if (finnc_value_only_user(finnc_node_output(flatten, 0)) != topk)
        return "somebody else uses the flattened value";
    if (is_used(finnc_node_output(topk, 0)))
        return "the largest values are used, not only their indices";
    if (!is_used(finnc_node_output(topk, 1)))
        return "nobody uses the indices";
    return fnc_is_image_vector(finnc_node_input(flatten, 0), why) ? NULL : why;
}

static finnc_status swap(finnc_ctx *cx, finnc_graph *graph, finnc_node *topk, finnc_node *flatten)
{
    finnc_value *indices = finnc_node_output(topk, 1);
    finnc_value *between;
    FINNC_TRY(finnc_graph_insert_value(cx, graph, "indices", &between));
    FINNC_TRY(finnc_node_set_input(cx, topk, 0, finnc_node_input(flatten, 0)));
    FINNC_TRY(finnc_node_set_output(cx, topk, 1, between));
    FINNC_TRY(finnc_graph_insert_like(cx, flatten, (finnc_value *[]){between}, 1,
                                      (finnc_value *[]){indices}, 1, finnc_node_next(topk), NULL));
    finnc_value *flat = finnc_node_output(flatten, 0);
    finnc_graph_erase_node(flatten);
    finnc_graph_erase_value(flat);
    return finnc_node_infer_shapes(cx, topk, true);
}

static finnc_status run(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        finnc_value *in = finnc_node_is(node, "TopK") ? finnc_node_input(node, 0) : NULL;
        finnc_node *flatten = in ? finnc_value_producer(in) : NULL;
        if (!flatten || !finnc_node_is(flatten, "Flatten"))
            continue;
        char why[128];
        const char *reason = obstacle(node, flatten, why);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        if (!finnc_pass_may_rewrite(run))
            return FINNC_OK;
        FINNC_TRY(swap(cx, graph, node, flatten));
        finnc_pass_applied(run, node, "looks for the largest before flattening");
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_move_flatten_past_top_k = {
    .name = "MoveFlattenPastTopK",
    .summary = "flattens the indices that TopK finds instead of its input",
    .upstream = "finn.transformation.streamline.reorder",
    .notes =
        "Where the values output of the TopK is used, whose shape would change, nothing is done; "
        "upstream does not look.",
    .flags = FINNC_PASS_STABLE,
    .run = run,
};

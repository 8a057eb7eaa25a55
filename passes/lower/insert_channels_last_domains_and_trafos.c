/*      x -> Conv -> y    becomes    x -> Transpose -> Conv -> Transpose -> y
 * where the Conv, a MaxPool or a BatchNormalization likewise, is now the op of that name in the
 * domain qonnx.custom_op.channels_last, with its weights turned as well. The Transposes are for
 * other passes to cancel and to move away. A converted node is none of ONNX's any more, so it ends.
 */
#include "pass.h"

#include "../support/channels.h"
#include "../support/window.h"
#include "spell_window.h"

#include <finnc/op.h>

static const char domain[] = "qonnx.custom_op.channels_last";

static bool has_kind(const finnc_node *node)
{
    static const char *const ops[] = {"Conv", "MaxPool", "BatchNormalization"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (finnc_node_is(node, ops[i]))
            return true;
    return false;
}

/* How many of its first inputs have the channels as their second axis. */
static size_t count_turning(const finnc_node *node)
{
    return finnc_node_is(node, "Conv") ? 2 : 1;
}

static const char *shape_obstacle(const finnc_node *node)
{
    for (size_t i = 0; i < count_turning(node); i++) {
        const finnc_value *x = finnc_node_input(node, i);
        const int rank = x ? finnc_value_rank(x) : -1;
        if (rank < 0)
            return "the shapes of its inputs are not known";
        if (rank != 3 && rank != 4)
            return "only tensors of three and four axes can have their channels last";
        if (rank != finnc_value_rank(finnc_node_input(node, 0)))
            return "its weights have another number of axes than its input";
    }
    return NULL;
}

static const char *window_obstacle(const finnc_node *node, fnc_windows *w)
{
    const char *wrong = fnc_node_windows(node, finnc_node_is(node, "Conv"), w);
    for (int i = 0; !wrong && i < w->rank; i++)
        if (w->before[i] < 0 || w->after[i] < 0)
            wrong = "its padding is negative";
    return wrong;
}

static bool is_plain_inference(const finnc_node *norm)
{
    return finnc_node_int(norm, "spatial", 1) != 0 && !finnc_node_trains(norm);
}

/* "": there is nothing to do. */
static const char *obstacle(const finnc_node *node, fnc_windows *window)
{
    const bool is_norm = finnc_node_is(node, "BatchNormalization");
    const finnc_value *x = finnc_node_input(node, 0);
    if (is_norm && x && finnc_value_rank(x) == 2)
        return "";
    for (size_t i = 1; i < finnc_node_noutputs(node); i++)
        if (finnc_node_output(node, i))
            return "it makes a second value, for which there is no op with the channels last";
    if (is_norm && !is_plain_inference(node))
        return "only plain inference has an op with the channels last";
    const char *reason = shape_obstacle(node);
    return reason || is_norm ? reason : window_obstacle(node, window);
}

/* Ops with the channels last are those of the standard underneath, in its version. */
static finnc_status import_domain(finnc_ctx *cx, finnc_graph *graph)
{
    finnc_model *model = finnc_graph_model(graph);
    const int64_t version = finnc_model_find_opset(model, "");
    if (finnc_model_find_opset(model, domain) > 0)
        return FINNC_OK;
    return finnc_model_set_opset(cx, model, domain, version > 0 ? version : 1);
}

static finnc_status turn_input(finnc_ctx *cx, finnc_node *node, size_t i)
{
    int64_t perm[FINNC_MAX_RANK];
    finnc_graph *graph = finnc_node_graph(node);
    finnc_value *x = finnc_node_input(node, i), *turned;
    const int rank = finnc_value_rank(x);
    fnc_channels_perm(FNC_CHANNELS_LAST, rank, perm);
    FINNC_TRY(fnc_insert_turned(cx, graph, finnc_value_name(x), x, FNC_CHANNELS_LAST, &turned));
    FINNC_TRY(fnc_insert_transpose(cx, graph, x, rank, perm, turned, node, NULL));
    return finnc_node_set_input(cx, node, i, turned);
}

static finnc_status turn_output(finnc_ctx *cx, finnc_node *node, int rank)
{
    int64_t perm[FINNC_MAX_RANK];
    finnc_graph *graph = finnc_node_graph(node);
    finnc_value *y = finnc_node_output(node, 0), *turned;
    fnc_channels_perm(FNC_CHANNELS_FIRST, rank, perm);
    FINNC_TRY(fnc_insert_turned(cx, graph, finnc_value_name(y), y, FNC_CHANNELS_LAST, &turned));
    FINNC_TRY(finnc_node_set_output(cx, node, 0, NULL));
    FINNC_TRY(finnc_node_set_output(cx, node, 0, turned));
    return fnc_insert_transpose(cx, graph, turned, rank, perm, y, finnc_node_next(node), NULL);
}

static finnc_status convert(finnc_ctx *cx, finnc_node *node, const fnc_windows *window)
{
    const int rank = finnc_value_rank(finnc_node_input(node, 0));
    if (!finnc_node_is(node, "BatchNormalization"))
        FINNC_TRY(fnc_spell_window(cx, node, window));
    FINNC_TRY(import_domain(cx, finnc_node_graph(node)));
    for (size_t i = 0, n = count_turning(node); i < n; i++)
        FINNC_TRY(turn_input(cx, node, i));
    FINNC_TRY(turn_output(cx, node, rank));
    FINNC_TRY(finnc_node_set_op(cx, node, finnc_node_op_type(node), domain));
    /* It is 0. A model may import the domain in a version that does not know it. */
    if (finnc_node_version(node) < 14)
        finnc_node_erase_attr(node, "training_mode");
    return FINNC_OK;
}

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        fnc_windows window;
        if (!has_kind(node))
            continue;
        const char *reason = obstacle(node, &window);
        if (reason && *reason)
            finnc_pass_missed(run, node, "%s", reason);
        if (reason)
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        FNC_AT_NODE(cx, node);
        finnc_pass_applied(run, node, "its channels are the last axis now");
        FINNC_TRY(convert(cx, node, &window));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_channels_last_domains_and_trafos = {
    .name = "InsertChannelsLastDomainsAndTrafos",
    .summary =
        "Conv, MaxPool and BatchNormalization work on channels-last data, between Transposes",
    .upstream = "qonnx.transformation.channels_last",
    .notes =
        "Tensors of three and four axes; others are left, with a remark. Attributes that the node "
        "left to their defaults or to auto_pad are spelled out, since the new ops know no "
        "defaults. The values between keep data type and layout, which upstream leaves out.",
    .flags = FINNC_PASS_STABLE,
    .run = insert,
};

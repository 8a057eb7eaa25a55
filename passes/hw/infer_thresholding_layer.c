/*      y = MultiThreshold(x, t)   becomes   y = Thresholding(x, t)
 * where x and t are integers, between two Transposes if the channels come first. */
#include "pass.h"

#include "activation.h"
#include "layout.h"

#include <inttypes.h>
#include <string.h>

typedef struct layer {
    finnc_pass_run *run;
    finnc_node *node; /* the MultiThreshold */
    finnc_value *x, *y;
    fnc_activation activation;
} layer;

static bool has_integers(fnc_hw_reason *why, const layer *l)
{
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_value *t = finnc_node_input(l->node, 1);
    const finnc_dtype dtype = finnc_value_dtype(t);
    if (!fnc_hw_is_integer(why, l->x))
        return false;
    if (finnc_dtype_is_integer(dtype))
        return true;
    return fnc_hw_decline(why, "its thresholds are %s: RoundAndClipThresholds makes them integers",
                          finnc_dtype_name(dtype, name));
}

/* Upstream ends with an assertion here, which callers wait for. */
static finnc_status check_scale(const layer *l)
{
    const double scale = finnc_node_attr_float(l->node, "out_scale");
    const bool is_bipolar = finnc_value_dtype(l->y).kind == FINNC_DTYPE_BIPOLAR;
    if (scale == 1 || (scale == 2 && is_bipolar))
        return FINNC_OK;
    return finnc_fail(
        finnc_pass_ctx(l->run), FINNC_BAD_VALUE,
        "out_scale is %g: a Thresholding layer counts, which is a scale of 1, or of 2 "
        "for outputs that are BIPOLAR; streamlining moves other scales out",
        scale);
}

/* Upstream's convention besides ours: a BIPOLAR output with scale 1 says that its 0 and 1 stand for
 * -1 and +1, if the node says so, and not its annotation alone. Of more steps, or with a bias, its
 * numbers may be signs as they are, and the layer would make others of them. */
static bool read_activation(fnc_hw_reason *why, layer *l)
{
    const double bias = finnc_node_attr_float(l->node, "out_bias");
    finnc_value *t = finnc_node_input(l->node, 1);
    const int64_t steps = finnc_tensor_dim(finnc_value_tensor(t), 1);
    if (finnc_value_dtype(l->y).kind != FINNC_DTYPE_BIPOLAR ||
        finnc_node_attr_float(l->node, "out_scale") != 1)
        return fnc_activation_read(why, l->node, &l->activation);
    if (steps != 1 || bias != 0)
        return fnc_hw_decline(
            why,
            "its output is BIPOLAR with a scale of 1, which stands for signs if it "
            "counts one threshold: it counts %" PRId64 " and adds %g",
            steps, bias);
    const char *said = finnc_node_string(l->node, "out_dtype", "FLOAT32");
    if (strcmp(said, "BIPOLAR") != 0)
        return fnc_hw_decline(
            why, "its output is annotated BIPOLAR, but 0 and 1 come out, of out_dtype %s", said);
    l->activation =
        (fnc_activation){.node = l->node, .thresholds = t, .dtype = finnc_value_dtype(l->y)};
    return true;
}

/* Where the channels are is said twice: by the layouts of the data and by data_layout. */
static bool read_channels(fnc_hw_reason *why, layer *l)
{
    finnc_value *const data[] = {l->x, l->y};
    int64_t dims[FINNC_MAX_RANK];
    if (!fnc_hw_layouts_agree(why, data, 2) || !fnc_hw_is_stream(why, l->x, -1, dims))
        return false;
    const int rank = finnc_value_rank(l->x);
    const int axis = fnc_hw_are_channels_first(data, 2) ? 1 : rank - 1;
    return fnc_thresholds_fit(why, l->node, rank, axis, dims[axis]);
}

/* `fits`: can a layer do it? Otherwise a remark says why. */
static finnc_status read_layer(layer *l, bool *fits)
{
    fnc_hw_reason why;
    *fits = fnc_hw_has_inputs(&why, l->node, 2) && has_integers(&why, l);
    if (*fits) {
        FINNC_TRY(check_scale(l));
        *fits = read_channels(&why, l) && read_activation(&why, l);
    }
    if (!*fits)
        finnc_pass_missed(l->run, l->node, "%s", why.text);
    return FINNC_OK;
}

static finnc_status replace(layer *l)
{
    finnc_ctx *cx = finnc_pass_ctx(l->run);
    finnc_value *t = l->activation.thresholds;
    const finnc_dtype dtype = finnc_value_dtype(l->x);
    int64_t dims[FINNC_MAX_RANK];
    fnc_hw_gap gap;
    finnc_node *made;
    FINNC_TRY(fnc_hw_make_gap(cx, l->node, &l->x, 1, l->y, &gap));
    FINNC_TRY(fnc_hw_insert(cx, finnc_node_graph(l->node), "Thresholding",
                            (finnc_value *const[]){gap.x[0], t}, 2, gap.y, gap.before, &made));
    FINNC_TRY(fnc_hw_name_after(cx, made, "Thresholding_", l->node));
    finnc_dtype type = finnc_value_dtype(t);
    FINNC_TRY(fnc_thresholds_widen(cx, t, &type));
    const int rank = finnc_value_rank(gap.x[0]);
    if (!finnc_value_dims(gap.x[0], rank, dims))
        return finnc_fail(cx, FINNC_BAD_VALUE, "no shape");
    FINNC_TRY(finnc_node_set_int(cx, made, "NumChannels", dims[rank - 1]));
    FINNC_TRY(finnc_node_set_int(cx, made, "PE", 1));
    FINNC_TRY(finnc_node_set_int(cx, made, "numSteps", finnc_tensor_dim(finnc_value_tensor(t), 1)));
    FINNC_TRY(fnc_hw_attr_dtype(cx, made, "inputDataType", dtype));
    FINNC_TRY(fnc_hw_attr_dtype(cx, made, "weightDataType", type));
    FINNC_TRY(fnc_hw_attr_dtype(cx, made, "outputDataType", l->activation.dtype));
    FINNC_TRY(finnc_node_set_int(cx, made, "ActVal", l->activation.act_val));
    return fnc_hw_attr_vectors(cx, made, dims, rank);
}

static finnc_status infer_layers(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "MultiThreshold") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        layer l = {.run = run,
                   .node = node,
                   .x = finnc_node_input(node, 0),
                   .y = finnc_node_output(node, 0)};
        bool fits;
        FINNC_TRY(read_layer(&l, &fits));
        if (!fits)
            continue;
        finnc_pass_applied(run, node, "it is a Thresholding layer now");
        FINNC_TRY(replace(&l));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_infer_thresholding_layer = {
    .name = "InferThresholdingLayer",
    .summary = "a MultiThreshold of integers becomes a Thresholding layer",
    .upstream = "finn.transformation.fpgadataflow.convert_to_hw_layers",
    .notes =
        "A scale is an error, as upstream, but for -1 and +1, which the layer makes, too. "
        "Thresholds that differ have to belong to the axis that the data's layout says the "
        "channels are; upstream takes the last one whatever data_layout is. Where one of input and "
        "output is annotated as NCHW, both are; upstream turns one of them only.",
    .flags = FINNC_PASS_STABLE,
    .run = infer_layers,
};

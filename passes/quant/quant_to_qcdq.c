/*      Quant(x)   becomes   DequantizeLinear(Clip(QuantizeLinear(x)))
 *
 * the same quantiser in ops that every ONNX runtime knows: eight bits, clipped to fewer. Nothing
 * makes a Quant again. */
#include "../support/constants.h"
#include "../support/opset.h"
#include "../support/quantiser.h"

#include <string.h>

/* What QuantizeLinear with an axis, and Clip of 8-bit integers, need. */
enum { PLAIN_OPSET = 10, WHOLE_OPSET = 13 };

typedef struct conversion {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node;
    fnc_quantiser q;
    int axis; /* FNC_AXIS_NONE: one scale */
    finnc_elem elem;
    bool clips;
} conversion;

static const char *obstacle(conversion *c)
{
    const finnc_value *x = finnc_node_input(c->node, 0);
    const finnc_value *y = finnc_node_output(c->node, 0);
    const char *reason = fnc_quantiser_read(c->node, &c->q);
    if (reason)
        return reason;
    if (!fnc_quantiser_is_float(c->node))
        return "it does not compute in float32";
    reason = fnc_quantiser_enlarges(c->node);
    if (reason)
        return reason;
    if (!finnc_node_attr_is(c->node, "rounding_mode", "ROUND") &&
        !finnc_node_attr_is(c->node, "rounding_mode", "HALF_EVEN"))
        return "QuantizeLinear rounds to the nearest, ties to even";
    if (c->q.zero != 0)
        return "its zero point is not 0";
    if (c->q.bits < 2 || c->q.bits > 8)
        return "its bit width is not 2 to 8";
    if (finnc_value_rank(finnc_node_input(c->node, 3)) != 0)
        return "its bit width has axes";
    const int rank = finnc_value_rank(y) >= 0 ? finnc_value_rank(y) : finnc_value_rank(x);
    c->axis =
        finnc_tensor_nelems(c->q.scale) == 1 ? FNC_AXIS_NONE : fnc_tensor_axis(c->q.scale, rank);
    if (c->axis == FNC_AXIS_SEVERAL)
        return "its scale varies along several axes, or more than its data has";
    return NULL;
}

/* A Constant node, as exporters write parameters of these ops. */
static finnc_status insert_constant(conversion *c, const finnc_tensor *tensor, finnc_value **value)
{
    finnc_node *node;
    FINNC_TRY(finnc_graph_insert_value(c->cx, c->graph, NULL, value));
    const finnc_node_spec spec = {.op_type = "Constant", .outputs = value, .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(c->cx, c->graph, &spec, c->node, &node));
    FINNC_TRY(finnc_node_set_tensor(c->cx, node, "value", tensor));
    return finnc_node_infer_shapes(c->cx, node, true);
}

static finnc_status insert_integer(conversion *c, double x, finnc_value **value)
{
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_scalar(c->cx, c->elem, x, &tensor));
    const finnc_status status = insert_constant(c, tensor, value);
    finnc_tensor_release(tensor);
    return status;
}

/* Scale and zero point as lists along the axis, or as numbers. */
static finnc_status insert_parameters(conversion *c, finnc_value **scale, finnc_value **zero)
{
    finnc_tensor *flat, *zeros;
    const int64_t n = finnc_tensor_nelems(c->q.scale);
    const int rank = c->axis == FNC_AXIS_NONE ? 0 : 1;
    FINNC_TRY(finnc_tensor_reshape(c->cx, c->q.scale, rank, &n, &flat));
    finnc_status status = insert_constant(c, flat, scale);
    finnc_tensor_release(flat);
    FINNC_TRY(status);
    FINNC_TRY(finnc_tensor_create(c->cx, c->elem, rank, &n, &zeros));
    status = insert_constant(c, zeros, zero);
    finnc_tensor_release(zeros);
    return status;
}

static finnc_status insert_op(conversion *c, const char *op_type, finnc_value *const inputs[3],
                              finnc_value *output, finnc_node **node)
{
    const finnc_node_spec spec = {
        .op_type = op_type, .inputs = inputs, .ninputs = 3, .outputs = &output, .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(c->cx, c->graph, &spec, c->node, node));
    if (c->axis != FNC_AXIS_NONE && strcmp(op_type, "Clip") != 0)
        return finnc_node_set_int(c->cx, *node, "axis", c->axis);
    return FINNC_OK;
}

static finnc_status convert(conversion *c)
{
    finnc_node *node;
    finnc_value *scale, *zero, *integers;
    finnc_value *x = finnc_node_input(c->node, 0);
    finnc_value *y = finnc_node_output(c->node, 0);
    finnc_pass_applied(c->run, c->node, "%s integers%s", finnc_elem_name(c->elem),
                       c->clips ? ", clipped" : "");
    FINNC_TRY(insert_parameters(c, &scale, &zero));
    FINNC_TRY(finnc_graph_insert_value(c->cx, c->graph, NULL, &integers));
    FINNC_TRY(
        insert_op(c, "QuantizeLinear", (finnc_value *const[]){x, scale, zero}, integers, &node));
    if (c->clips) {
        finnc_value *low, *high, *clipped;
        FINNC_TRY(insert_integer(c, c->q.low, &low));
        FINNC_TRY(insert_integer(c, c->q.high, &high));
        FINNC_TRY(finnc_graph_insert_value(c->cx, c->graph, NULL, &clipped));
        FINNC_TRY(
            insert_op(c, "Clip", (finnc_value *const[]){integers, low, high}, clipped, &node));
        integers = clipped;
    }
    finnc_graph_erase_node(c->node);
    c->node = finnc_node_next(node);
    return insert_op(c, "DequantizeLinear", (finnc_value *const[]){integers, scale, zero}, y,
                     &node);
}

static finnc_status quant_to_qcdq(finnc_pass_run *run, finnc_graph *graph)
{
    int64_t version = 0;
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Quant") && !finnc_node_is(node, "IntQuant"))
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        conversion c = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph, .node = node};
        const char *reason = obstacle(&c);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        c.elem = c.q.is_signed ? FINNC_ELEM_INT8 : FINNC_ELEM_UINT8;
        c.clips = c.q.high - c.q.low < 255;
        const int64_t needs = c.clips || c.axis != FNC_AXIS_NONE ? WHOLE_OPSET : PLAIN_OPSET;
        version = needs > version ? needs : version;
        FINNC_TRY(convert(&c));
    }
    return fnc_raise_opset(finnc_pass_ctx(run), finnc_graph_model(graph), "", version);
}

const finnc_pass fnc_pass_quant_to_qcdq = {
    .name = "QuantToQCDQ",
    .summary = "a Quant becomes QuantizeLinear, Clip and DequantizeLinear, which are plain ONNX",
    .upstream = "qonnx.transformation.qonnx_to_qcdq",
    .notes =
        "Only rounding to the nearest, zero point 0 and 2 to 8 bits are converted; others "
        "stay, with a remark. The opset rises to 13 if a Clip or an axis needs that, else to "
        "10, and nodes that are written otherwise there (axes of Squeeze and Unsqueeze, limits "
        "of Clip, operands before opset 7) are rewritten; where that cannot be, the pass fails and "
        "names the node. Upstream leaves them as they are, which is then no model.",
    .flags = FINNC_PASS_STABLE,
    .run = quant_to_qcdq,
    .finish = "InferShapes",
};

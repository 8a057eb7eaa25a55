/*      DequantizeLinear(Clip(QuantizeLinear(x)))   becomes   Quant(x)
 *      DequantizeLinear(integers)                  becomes   Quant(what they stand for)
 *
 * Each step takes a DequantizeLinear away. */
#include "quantiser.h"

#include <math.h>
#include <stdio.h>

#define GENERAL "qonnx.custom_op.general"

typedef struct conversion {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node;             /* the DequantizeLinear */
    finnc_node *clip, *quantise;  /* in front of it; NULL: not there */
    finnc_value *x;               /* what is quantised */
    const finnc_tensor *integers; /* constant data instead */
    const finnc_tensor *scale, *zero;
    finnc_elem elem;
    double low, high; /* after clipping */
    int bits;
    bool is_signed, is_narrow;
} conversion;

/* ---- what is there ---- */

static const finnc_tensor *constant(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value && finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
}

/* Are parameters 1 and 2 of two nodes the same? */
static bool same_parameters(const finnc_node *a, const finnc_node *b)
{
    for (size_t i = 1; i <= 2; i++) {
        const finnc_tensor *s = constant(a, i), *t = constant(b, i);
        if (finnc_node_input(a, i) != finnc_node_input(b, i) &&
            (!s || !t || !finnc_tensor_equal(s, t)))
            return false;
    }
    return finnc_node_int(a, "axis", 1) == finnc_node_int(b, "axis", 1);
}

static bool find_range(conversion *c)
{
    const int bits = finnc_elem_bits(c->elem);
    const bool is_signed = finnc_elem_is_signed(c->elem);
    if (!finnc_elem_is_integer(c->elem) || bits > 64)
        return false;
    c->low = is_signed ? -exp2(bits - 1) : 0;
    c->high = exp2(bits - is_signed) - 1;
    for (size_t i = 1; c->clip && i <= 2; i++) {
        if (!finnc_node_input(c->clip, i))
            continue;
        const finnc_tensor *bound = constant(c->clip, i);
        if (!bound || finnc_tensor_nelems(bound) != 1)
            return false;
        const double x = finnc_tensor_get(bound, 0);
        c->low = i == 1 ? fmax(c->low, x) : c->low;
        c->high = i == 2 ? fmin(c->high, x) : c->high;
    }
    return true;
}

/* Finds the Quant whose integers are low..high. */
static bool find_width(conversion *c)
{
    if (!(c->low <= 0 && c->high > 0))
        return false;
    c->is_signed = c->low < 0;
    c->is_narrow = c->is_signed ? c->low == -c->high : false;
    c->bits = (int)ceil(log2(c->high - c->low + 1));
    const double half = exp2(c->bits - 1);
    if (c->is_signed)
        return c->bits > 1 && c->high == half - 1 && c->low == -half + c->is_narrow;
    c->is_narrow = c->high == 2 * half - 2;
    return c->is_narrow || c->high == 2 * half - 1;
}

static const char *look(conversion *c)
{
    c->scale = constant(c->node, 1);
    c->zero = constant(c->node, 2);
    if (!c->scale || (!c->zero && finnc_node_input(c->node, 2)))
        return "its scale or zero point is not a constant";
    finnc_value *data = finnc_node_input(c->node, 0);
    c->elem = c->zero ? finnc_tensor_elem(c->zero) : finnc_value_elem(data);
    c->integers = finnc_value_is_constant(data) ? finnc_value_tensor(data) : NULL;
    if (!c->integers) {
        finnc_node *producer = finnc_value_producer(data);
        if (producer && finnc_node_is(producer, "Clip")) {
            c->clip = producer;
            producer = finnc_value_producer(finnc_node_input(producer, 0));
        }
        if (!producer || !finnc_node_is(producer, "QuantizeLinear"))
            return "no QuantizeLinear is in front of it";
        c->quantise = producer;
        c->x = finnc_node_input(producer, 0);
        if (!same_parameters(producer, c->node))
            return "QuantizeLinear has another scale or zero point";
    }
    if (!find_range(c))
        return "it is not an integer's, or is clipped to what is not constant";
    if (!find_width(c))
        return "no bit width has this range";
    return NULL;
}

/* ---- the Quant's operands ---- */

/* A list along the axis lines up with it; a number stays. */
static finnc_status align(conversion *c, const finnc_tensor *list, finnc_tensor **aligned)
{
    const finnc_value *y = finnc_node_output(c->node, 0);
    const int rank = c->integers ? finnc_tensor_rank(c->integers) : finnc_value_rank(y);
    if (finnc_tensor_rank(list) != 1 ||
        (finnc_tensor_nelems(list) == 1 && !finnc_node_find_attr(c->node, "axis"))) {
        *aligned = finnc_tensor_retain(list);
        return FINNC_OK;
    }
    if (rank < 0)
        return finnc_fail(c->cx, FINNC_BAD_VALUE,
                          "the rank of %s is not known: InferShapes finds it", finnc_value_name(y));
    int64_t axis = finnc_node_int(c->node, "axis", 1);
    axis += axis < 0 ? rank : 0;
    if (axis < 0 || axis >= rank)
        return finnc_fail(c->cx, FINNC_BAD_VALUE, "axis %lld of a tensor of rank %d",
                          (long long)axis, rank);
    int64_t dims[FINNC_MAX_RANK];
    for (int i = 0; i < rank; i++)
        dims[i] = i == axis ? finnc_tensor_nelems(list) : 1;
    return finnc_tensor_reshape(c->cx, list, rank, dims, aligned);
}

static finnc_status insert_aligned(conversion *c, const finnc_tensor *list, finnc_value *old,
                                   finnc_value **value)
{
    finnc_tensor *aligned;
    FINNC_TRY(align(c, list, &aligned));
    const finnc_status status = finnc_graph_insert_constant(
        c->cx, c->graph, old ? finnc_value_name(old) : "zeropt", aligned, value);
    finnc_tensor_release(aligned);
    return status;
}

static finnc_status insert_number(conversion *c, const char *hint, double x, finnc_value **value)
{
    finnc_tensor *number;
    FINNC_TRY(finnc_tensor_create_scalar(c->cx, FINNC_ELEM_FLOAT, x, &number));
    const finnc_status status = finnc_graph_insert_constant(c->cx, c->graph, hint, number, value);
    finnc_tensor_release(number);
    return status;
}

/* What constant integers stand for, by running the DequantizeLinear. */
static finnc_status insert_data(conversion *c)
{
    finnc_tensor *numbers = NULL;
    const finnc_value *data = finnc_node_input(c->node, 0);
    FINNC_TRY(finnc_node_eval(c->cx, c->node,
                              (const finnc_tensor *const[]){c->integers, c->scale, c->zero},
                              finnc_node_ninputs(c->node), &numbers, 1));
    const finnc_status status =
        finnc_graph_insert_constant(c->cx, c->graph, finnc_value_name(data), numbers, &c->x);
    finnc_tensor_release(numbers);
    return status;
}

static finnc_status insert_operands(conversion *c, finnc_value *inputs[4])
{
    if (c->integers)
        FINNC_TRY(insert_data(c));
    inputs[0] = c->x;
    FINNC_TRY(insert_aligned(c, c->scale, finnc_node_input(c->node, 1), &inputs[1]));
    if (!c->zero || fnc_tensor_is_all(c->zero, 0))
        FINNC_TRY(insert_number(c, "zeropt", 0, &inputs[2]));
    else
        FINNC_TRY(insert_aligned(c, c->zero, finnc_node_input(c->node, 2), &inputs[2]));
    return insert_number(c, "bitwidth", c->bits, &inputs[3]);
}

/* ---- the pass ---- */

static void erase_if_unused(finnc_node *node)
{
    finnc_value *value = node ? finnc_node_output(node, 0) : NULL;
    if (!value || finnc_value_nuses(value) > 0 || finnc_value_is_output(value))
        return;
    finnc_graph_erase_node(node);
    finnc_graph_erase_value(value);
}

static finnc_status convert(conversion *c)
{
    finnc_node *quant;
    finnc_value *inputs[4];
    finnc_value *y = finnc_node_output(c->node, 0);
    finnc_node *next = finnc_node_next(c->node);
    finnc_pass_applied(c->run, c->node, "%d bits, %s%s", c->bits,
                       c->is_signed ? "signed" : "unsigned", c->is_narrow ? ", narrow" : "");
    FINNC_TRY(insert_operands(c, inputs));
    finnc_graph_erase_node(c->node);
    erase_if_unused(c->clip);
    erase_if_unused(c->quantise);
    const finnc_node_spec spec = {.op_type = "Quant",
                                  .domain = GENERAL,
                                  .inputs = inputs,
                                  .ninputs = 4,
                                  .outputs = &y,
                                  .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(c->cx, c->graph, &spec, next, &quant));
    FINNC_TRY(finnc_node_set_int(c->cx, quant, "signed", c->is_signed));
    FINNC_TRY(finnc_node_set_int(c->cx, quant, "narrow", c->is_narrow));
    return finnc_node_set_string(c->cx, quant, "rounding_mode", "ROUND");
}

static finnc_status qcdq_to_quant(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "DequantizeLinear") || finnc_node_is_custom(node) ||
            finnc_node_ninputs(node) < 2)
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        FNC_AT_NODE(finnc_pass_ctx(run), node);
        conversion c = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph, .node = node};
        const char *reason = look(&c);
        if (reason)
            finnc_pass_missed(run, node, "%s", reason);
        else
            FINNC_TRY(convert(&c));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_qcdq_to_quant = {
    .name = "QCDQToQuant",
    .summary = "QuantizeLinear, Clip and DequantizeLinear become one Quant",
    .upstream = "qonnx.transformation.qcdq_to_qonnx",
    .notes = "A Clip has to leave the range of a Quant: its sign and width are read from the "
             "bounds, while upstream takes the sign of the element type. Lists of scales without "
             "an axis belong to axis 1, as ONNX has it.",
    .flags = FINNC_PASS_STABLE,
    .run = qcdq_to_quant,
    .finish = "InferShapes",
};

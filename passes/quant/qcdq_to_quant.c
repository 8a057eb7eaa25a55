/*      DequantizeLinear(Clip(QuantizeLinear(x)))   becomes   Quant(x), or Quant(Clip(x))
 *      DequantizeLinear(integers)                  becomes   Quant(what they stand for)
 *
 * QuantizeLinear adds the zero point to the rounded quotient, Quant before it rounds: ties, which
 * go to the even integer, and whatever the sum loses of its last bits can come out otherwise. So
 * the Quant of data has zero point 0, and its integers are those of QuantizeLinear minus its zero
 * point. If no width has exactly these, a Clip to what the outermost stand for goes before a wider
 * Quant: beyond them data are rounded to them, on this side of them as ever.
 *
 * Each step takes a DequantizeLinear away. */
#include "../support/eval.h"
#include "../support/quantiser.h"

#include <math.h>
#include <stdio.h>

#define GENERAL "qonnx.custom_op.general"

enum { MOST_BOUNDED_BITS = 17, CLIP_OPSET = 11 /* its bounds are inputs */ };

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
    double low, high; /* after clipping, of the Quant's integers */
    bool is_bounded;  /* by a Clip in front */
    int bits;
    bool is_signed, is_narrow;
} conversion;

/* ---- what is there ---- */

static const finnc_tensor *constant(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    return value && finnc_value_is_constant(value) ? finnc_value_tensor(value) : NULL;
}

/* Is it a list along an axis? A list of one is a number, whatever axis it is said to lie along. */
static bool is_list(const finnc_tensor *tensor)
{
    return tensor && finnc_tensor_rank(tensor) == 1 && finnc_tensor_nelems(tensor) != 1;
}

static int data_rank(const conversion *c)
{
    const finnc_value *y = finnc_node_output(c->node, 0), *x = finnc_node_input(c->node, 0);
    if (c->integers)
        return finnc_tensor_rank(c->integers);
    return finnc_value_rank(y) >= 0 ? finnc_value_rank(y) : finnc_value_rank(x);
}

/* Where lists lie, or -1. */
static int data_axis(const conversion *c)
{
    const int rank = data_rank(c);
    int64_t axis = finnc_node_attr_int(c->node, "axis");
    axis += axis < 0 ? rank : 0;
    return axis >= 0 && axis < rank && rank <= FINNC_MAX_RANK ? (int)axis : -1;
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
    return (!is_list(constant(a, 1)) && !is_list(constant(a, 2))) ||
           finnc_node_attr_int(a, "axis") == finnc_node_attr_int(b, "axis");
}

static bool find_range(conversion *c)
{
    const int bits = finnc_elem_bits(c->elem);
    const bool is_signed = finnc_elem_is_signed(c->elem);
    if (!finnc_elem_is_integer(c->elem) || bits > 64)
        return false;
    c->low = is_signed ? -exp2(bits - 1) : 0;
    c->high = exp2(bits - is_signed) - 1;
    if (c->clip && finnc_node_version(c->clip) < CLIP_OPSET) {
        c->low = fmax(c->low, finnc_node_float(c->clip, "min", -INFINITY));
        c->high = fmin(c->high, finnc_node_float(c->clip, "max", INFINITY));
        return true;
    }
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

/* A Quant makes float32, whatever it is given. */
static bool is_float(const conversion *c)
{
    const finnc_elem y = finnc_value_elem(finnc_node_output(c->node, 0));
    const finnc_elem x = c->quantise ? finnc_value_elem(c->x) : FINNC_ELEM_UNDEFINED;
    const int64_t said = finnc_node_int(c->node, "output_dtype", FINNC_ELEM_FLOAT);
    const int64_t precision = c->quantise ? finnc_node_int(c->quantise, "precision", 0) : 0;
    return finnc_tensor_elem(c->scale) == FINNC_ELEM_FLOAT &&
           (x == FINNC_ELEM_UNDEFINED || x == FINNC_ELEM_FLOAT) &&
           (y == FINNC_ELEM_UNDEFINED || y == FINNC_ELEM_FLOAT) &&
           (said == FINNC_ELEM_UNDEFINED || said == FINNC_ELEM_FLOAT) &&
           (precision == FINNC_ELEM_UNDEFINED || precision == FINNC_ELEM_FLOAT);
}

/* Finds a Quant of zero point 0. */
static const char *without_zero(conversion *c)
{
    const double zero = finnc_tensor_get(c->zero, 0);
    if (!fnc_tensor_is_all(c->zero, zero))
        return "its zero point differs per channel, and Quant would round with it";
    c->low -= zero;
    c->high -= zero;
    c->zero = NULL;
    if (find_width(c))
        return NULL;
    c->is_signed = c->is_bounded = true;
    c->is_narrow = false;
    c->bits = 2;
    while (c->bits <= MOST_BOUNDED_BITS &&
           (c->low < -exp2(c->bits - 1) || c->high > exp2(c->bits - 1) - 1))
        c->bits++;
    if (!(c->low < c->high) || c->bits > MOST_BOUNDED_BITS)
        return "no bit width has this range";
    if (finnc_tensor_nelems(c->scale) != 1)
        return "its zero point is not 0, and its scale, which differs per channel, gives no one "
               "range to clip to";
    if (finnc_model_find_opset(finnc_graph_model(c->graph), "") < CLIP_OPSET)
        return "its zero point is not 0, and before opset 11 Clip has no bounds to compute";
    return NULL;
}

/* A scale of nothing gives no integers back; blocks of several numbers have no Quant. */
static const char *look_at_scale(const conversion *c)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(c->scale); i++) {
        const double s = finnc_tensor_get(c->scale, i);
        if (s == 0 || !isfinite(s))
            return "its scale is 0 or not finite";
    }
    if (finnc_node_int(c->node, "block_size", 0) != 0 || finnc_tensor_rank(c->scale) > 1)
        return "its scale is one per block";
    return NULL;
}

static const char *look(conversion *c)
{
    if (!finnc_node_input(c->node, 0) || !finnc_node_output(c->node, 0))
        return "it has no data, or no output";
    c->scale = constant(c->node, 1);
    c->zero = constant(c->node, 2);
    if (!c->scale || (!c->zero && finnc_node_input(c->node, 2)))
        return "its scale or zero point is not a constant";
    const char *reason = look_at_scale(c);
    if (reason)
        return reason;
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
    if (is_list(c->scale) || is_list(c->zero)) {
        if (data_rank(c) < 0)
            return "its scale is one per channel, and the rank of its data is not known: "
                   "InferShapes finds it";
        if (data_axis(c) < 0)
            return "its scale lies along an axis that its data have not";
    }
    if (!is_float(c))
        return "it does not compute in float32";
    if (!find_range(c))
        return "it is not an integer's, or is clipped to what is not constant";
    if (c->quantise && c->zero && !fnc_tensor_is_all(c->zero, 0))
        return without_zero(c);
    if (!find_width(c))
        return "no bit width has this range";
    return NULL;
}

/* ---- the Quant's operands ---- */

/* A list along the axis lines up with it; a number stays, and a list of one does not make data of
 * rank 0 a list. */
static finnc_status align(conversion *c, const finnc_tensor *list, finnc_tensor **aligned)
{
    const int rank = data_rank(c);
    if (finnc_tensor_rank(list) == 1 && !is_list(list) && rank <= 0)
        return finnc_tensor_reshape(c->cx, list, 0, NULL, aligned);
    if (!is_list(list)) {
        *aligned = finnc_tensor_retain(list);
        return FINNC_OK;
    }
    int64_t dims[FINNC_MAX_RANK];
    for (int i = 0; i < rank; i++)
        dims[i] = i == data_axis(c) ? finnc_tensor_nelems(list) : 1;
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
    FINNC_TRY(fnc_eval_on(c->cx, c->node, 0, c->integers, &numbers));
    const finnc_status status =
        finnc_graph_insert_constant(c->cx, c->graph, finnc_value_name(data), numbers, &c->x);
    finnc_tensor_release(numbers);
    return status;
}

/* x, no further out than the outermost integers. */
static finnc_status insert_bounds(conversion *c)
{
    finnc_value *bounds[3] = {c->x}, *clipped;
    const double scale = finnc_tensor_get(c->scale, 0);
    const double a = c->low * scale, b = c->high * scale; /* a scale may be negative */
    FINNC_TRY(insert_number(c, "lowest", fmin(a, b), &bounds[1]));
    FINNC_TRY(insert_number(c, "highest", fmax(a, b), &bounds[2]));
    FINNC_TRY(finnc_graph_insert_value(c->cx, c->graph, NULL, &clipped));
    const finnc_node_spec spec = {
        .op_type = "Clip", .inputs = bounds, .ninputs = 3, .outputs = &clipped, .noutputs = 1};
    finnc_node *node;
    FINNC_TRY(finnc_graph_insert_node(c->cx, c->graph, &spec, c->node, &node));
    c->x = clipped;
    return finnc_node_infer_shapes(c->cx, node, true);
}

/* As list of the type that a Quant computes in. */
static finnc_status insert_zeros(conversion *c, finnc_value **value)
{
    finnc_tensor *zeros;
    FINNC_TRY(finnc_tensor_cast(c->cx, c->zero, FINNC_ELEM_FLOAT, &zeros));
    const finnc_status status = insert_aligned(c, zeros, finnc_node_input(c->node, 2), value);
    finnc_tensor_release(zeros);
    return status;
}

static finnc_status insert_operands(conversion *c, finnc_value *inputs[4])
{
    if (c->integers)
        FINNC_TRY(insert_data(c));
    if (c->is_bounded)
        FINNC_TRY(insert_bounds(c));
    inputs[0] = c->x;
    FINNC_TRY(insert_aligned(c, c->scale, finnc_node_input(c->node, 1), &inputs[1]));
    if (!c->zero || fnc_tensor_is_all(c->zero, 0))
        FINNC_TRY(insert_number(c, "zeropt", 0, &inputs[2]));
    else
        FINNC_TRY(insert_zeros(c, &inputs[2]));
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
    finnc_pass_applied(c->run, c->node, "%d bits, %s%s%s", c->bits,
                       c->is_signed ? "signed" : "unsigned", c->is_narrow ? ", narrow" : "",
                       c->is_bounded ? ", of data clipped to its range" : "");
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
        if (!finnc_node_is(node, "DequantizeLinear") || finnc_node_ninputs(node) < 2)
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
             "an axis belong to axis 1, as ONNX has it.\n\n"
             "A zero point goes: QuantizeLinear adds it behind rounding, Quant before, and so "
             "upstream's Quant decides ties otherwise. The Quant's integers are those minus the "
             "zero point, with a Clip of the data in front where no bit width has that range.",
    .flags = FINNC_PASS_STABLE,
    .run = qcdq_to_quant,
    .finish = "InferShapes",
};

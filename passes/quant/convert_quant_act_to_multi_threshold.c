/*      Quant(Relu(x))   becomes   (MultiThreshold(x) + bias) * scale
 *
 * Thresholds are where the quantiser's result changes, found by running it (edges.h). Each step
 * takes a quantiser away. */
#include "../support/build.h"
#include "../support/constants.h"
#include "../support/opset.h"
#include "edges.h"

#include <math.h>
#include <string.h>

#define GENERAL "qonnx.custom_op.general"

/* What the quantiser may find in front of it. */
typedef struct handler {
    const char *op_type;
    bool folds;            /* goes into the thresholds; it must not fall as its input rises */
    double floor;          /* it never gives less */
    bool refuses_unsigned; /* as upstream does */
    bool is_bounded;       /* from above, too: levels that it never gives need no width */
} handler;

static const handler handlers[] = {
    {"Relu", true, 0, false, false},
    {"Selu", true, -INFINITY, false, false},
    {"Clip", true, -INFINITY, false, true},
    {"Sigmoid", false, -INFINITY, true, false},
};

/* All others: the quantiser is looked at alone. */
static const handler identity = {NULL, false, -INFINITY, false, false};

static const handler *find_handler(const finnc_node *node)
{
    for (size_t i = 0; node && i < sizeof handlers / sizeof *handlers; i++)
        if (finnc_node_is(node, handlers[i].op_type))
            return &handlers[i];
    return &identity;
}

/* An activation that falls somewhere has no thresholds; only odd attributes make one do so. Nor has
 * one that data decide about. */
static bool rises(const finnc_node *activation)
{
    for (size_t i = 1; i < finnc_node_ninputs(activation); i++) {
        const finnc_value *input = finnc_node_input(activation, i);
        if (input && (!finnc_value_is_constant(input) || finnc_value_nelems(input) != 1))
            return false;
    }
    return finnc_node_attr_float(activation, "gamma") >= 0 &&
           finnc_node_attr_float(activation, "alpha") >= 0;
}

enum { MOST_BITS = 16 }; /* 65,535 thresholds per channel */

typedef struct conversion {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node;       /* the quantiser */
    finnc_node *activation; /* that goes into the thresholds, or NULL */
    finnc_value *x, *y;
    fnc_quantiser q;
    fnc_levels levels;
    const char *layout;  /* that the channels' axis asks for; NULL: the default */
    finnc_dtype dtype;   /* of the MultiThreshold */
    finnc_node *last;    /* that was made */
    finnc_value *result; /* of it */
} conversion;

/* ---- may it be converted? ---- */

/* Finds the axis of the channels; NULL, or why there is none. */
static const char *find_axis(conversion *c)
{
    const int rank = finnc_value_rank(c->y);
    c->levels.rank = rank;
    c->levels.axis =
        finnc_tensor_nelems(c->q.scale) == 1 ? FNC_AXIS_NONE : fnc_tensor_axis(c->q.scale, rank);
    if (c->levels.axis == FNC_AXIS_NONE || (c->levels.axis == 1 && rank >= 2))
        return NULL;
    if (rank < 0)
        return "its scale differs per channel and the rank of its data is not known: InferShapes "
               "finds it";
    c->layout = rank == 4 ? "NHWC" : rank == 3 ? "NWC" : NULL;
    if (c->levels.axis != rank - 1 || !c->layout)
        return "its scale does not vary along the channels";
    return NULL;
}

static const char *obstacle(conversion *c)
{
    const char *reason = fnc_quantiser_read(c->node, &c->q);
    if (reason)
        return reason;
    if (!fnc_broadcasts(c->graph))
        return FNC_NO_BROADCAST;
    if (!fnc_quantiser_is_float(c->node))
        return "it does not compute in float32";
    reason = fnc_quantiser_enlarges(c->node);
    if (reason)
        return reason;
    const int rank = finnc_value_rank(c->x) > finnc_value_rank(c->y) ? finnc_value_rank(c->x)
                                                                     : finnc_value_rank(c->y);
    if (rank == 0 || rank == 1)
        return "a MultiThreshold needs data of two axes or more";
    if (c->q.bits > MOST_BITS)
        return "it has more levels than one would list";
    return find_axis(c);
}

/* ---- the levels ---- */

static finnc_status find_levels(conversion *c, const handler *h)
{
    const fnc_quantiser *q = &c->q;
    double lowest = fmin(fmax(q->low, h->floor + q->zero), q->high);
    double highest = q->high;
    c->levels.quantiser = c->node;
    c->levels.activation = c->activation;
    c->levels.scale = q->scale;
    c->levels.factor = q->is_sign ? 2 : 1;
    if (h->is_bounded) {
        FINNC_TRY(fnc_levels_ends(c->cx, &c->levels, &lowest, &highest));
        lowest += q->zero;
        highest += q->zero;
    }
    c->levels.first = q->is_sign ? -0.5 - q->zero / 2 : lowest - q->zero;
    c->levels.count = q->is_sign ? 1 : (int64_t)(highest - lowest);
    /* What is not below zero is no signed type's lower half: it counts in the upper one. */
    c->dtype = (q->is_signed && !q->is_sign && lowest > q->low) || highest < q->high
                   ? finnc_dtype_smallest(highest - lowest)
                   : q->dtype;
    return FINNC_OK;
}

/* How many bits its levels need. */
static int width_of(const conversion *c, const handler *h)
{
    int bits = c->q.bits;
    while (h->is_bounded && bits > 1 && exp2(bits - 1) > (double)c->levels.count)
        bits--;
    return bits;
}

/* One row for each of the channels, as upstream writes them; a sign has one for all. */
static finnc_status spread(conversion *c, finnc_tensor *edges, finnc_tensor **thresholds)
{
    const finnc_dim channels =
        finnc_value_rank(c->y) >= 2 ? finnc_value_dim(c->y, 1) : (finnc_dim){.size = 1};
    const int64_t steps = finnc_tensor_dim(edges, 1);
    if (finnc_tensor_dim(edges, 0) > 1 || channels.size <= 1 || c->q.is_sign) {
        *thresholds = finnc_tensor_retain(edges);
        return FINNC_OK;
    }
    FINNC_TRY(finnc_tensor_create(c->cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){channels.size, steps},
                                  thresholds));
    for (int64_t i = 0; i < channels.size * steps; i++)
        finnc_tensor_set(*thresholds, i, finnc_tensor_get(edges, i % steps));
    return FINNC_OK;
}

/* A sign has the same edge in all channels, unless tiny quotients vanish. */
static finnc_status find_thresholds(conversion *c, finnc_tensor **thresholds)
{
    finnc_tensor *edges;
    FINNC_TRY(fnc_levels_edges(c->cx, &c->levels, &edges));
    finnc_status status;
    if (c->q.is_sign && fnc_tensor_is_all(edges, finnc_tensor_get(edges, 0)))
        status = finnc_tensor_create_from(c->cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){1, 1},
                                          &(float){(float)finnc_tensor_get(edges, 0)}, thresholds);
    else
        status = spread(c, edges, thresholds);
    finnc_tensor_release(edges);
    return status;
}

/* ---- the nodes ---- */

/* Appends a node behind what was made so far. */
static finnc_status append(conversion *c, const char *op_type, const char *domain, const char *hint,
                           const finnc_tensor *constant)
{
    finnc_value *operand, *made;
    FINNC_TRY(finnc_graph_insert_constant(c->cx, c->graph, hint, constant, &operand));
    FINNC_TRY(finnc_graph_insert_value(c->cx, c->graph, NULL, &made));
    const finnc_node_spec spec = {.op_type = op_type,
                                  .domain = domain,
                                  .inputs = (finnc_value *const[]){c->result, operand},
                                  .ninputs = 2,
                                  .outputs = &made,
                                  .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(c->cx, c->graph, &spec, c->node, &c->last));
    c->result = made;
    return FINNC_OK;
}

static finnc_status append_thresholds(conversion *c)
{
    finnc_tensor *thresholds;
    FINNC_TRY(find_thresholds(c, &thresholds));
    const finnc_status status = append(c, "MultiThreshold", GENERAL, "thresholds", thresholds);
    finnc_tensor_release(thresholds);
    FINNC_TRY(status);
    char name[FINNC_DTYPE_NAME_MAX];
    FINNC_TRY(finnc_node_set_string(c->cx, c->last, "out_dtype", finnc_dtype_name(c->dtype, name)));
    return c->layout ? finnc_node_set_string(c->cx, c->last, "data_layout", c->layout) : FINNC_OK;
}

static finnc_status append_bias(conversion *c)
{
    if (c->levels.first == 0)
        return FINNC_OK;
    finnc_tensor *bias;
    FINNC_TRY(finnc_tensor_create_scalar(c->cx, FINNC_ELEM_FLOAT, c->levels.first, &bias));
    const finnc_status status = append(c, "Add", NULL, "bias", bias);
    finnc_tensor_release(bias);
    return status;
}

static finnc_status append_scale(conversion *c, double factor)
{
    finnc_tensor *scale, *times;
    FINNC_TRY(fnc_factor_of(c->cx, c->q.scale, finnc_value_rank(c->y), &scale));
    finnc_status status = finnc_tensor_create(c->cx, FINNC_ELEM_FLOAT, finnc_tensor_rank(scale),
                                              finnc_tensor_dims(scale), &times);
    if (status == FINNC_OK) {
        for (int64_t i = 0; i < finnc_tensor_nelems(scale); i++)
            finnc_tensor_set(times, i, factor * finnc_tensor_get(scale, i));
        if (!fnc_tensor_is_all(times, 1))
            status = append(c, "Mul", NULL, finnc_value_name(finnc_node_input(c->node, 1)), times);
        finnc_tensor_release(times);
    }
    finnc_tensor_release(scale);
    return status;
}

/* A BipolarQuant's -1 and +1 come out of the MultiThreshold itself. */
static finnc_status append_all(conversion *c)
{
    c->result = c->x;
    FINNC_TRY(append_thresholds(c));
    if (finnc_node_is(c->node, "BipolarQuant")) {
        FINNC_TRY(finnc_node_set_float(c->cx, c->last, "out_scale", 2));
        FINNC_TRY(finnc_node_set_float(c->cx, c->last, "out_bias", -1));
        return append_scale(c, 1);
    }
    FINNC_TRY(append_bias(c));
    return append_scale(c, c->levels.factor);
}

static finnc_status convert(conversion *c)
{
    finnc_pass_applied(c->run, c->node, "%d bits, %lld thresholds%s%s", c->q.bits,
                       (long long)c->levels.count, c->activation ? " that take in " : "",
                       c->activation ? finnc_node_op_type(c->activation) : "");
    FINNC_TRY(append_all(c));
    /* The last node makes what the quantiser made, for its users. */
    finnc_graph_erase_node(c->node);
    finnc_value *spare = c->result;
    FINNC_TRY(finnc_node_set_output(c->cx, c->last, 0, c->y));
    finnc_graph_erase_value(spare);

    finnc_value *active = c->activation ? finnc_node_output(c->activation, 0) : NULL;
    if (active && finnc_value_nuses(active) == 0 && !finnc_value_is_output(active)) {
        finnc_graph_erase_node(c->activation);
        finnc_graph_erase_value(active);
    }
    return FINNC_OK;
}

/* ---- the pass ---- */

static bool is_candidate(const finnc_node *node)
{
    const finnc_value *x = finnc_node_input(node, 0);
    const finnc_value *y = finnc_node_output(node, 0);
    return fnc_is_quantiser(node) && x && y && !finnc_value_is_constant(x) &&
           finnc_node_ninputs(node) >= 2 && finnc_node_ninputs(node) <= 4;
}

/* Would it be too wide, but for what is in front? Others stay with a Clip before them, as upstream
 * leaves them. */
static bool needs_bounds(const conversion *c, int64_t most)
{
    return c->q.bits > most && !c->q.is_sign && c->levels.axis == FNC_AXIS_NONE;
}

static finnc_status consider(conversion *c)
{
    FNC_AT_NODE(c->cx, c->node);
    c->x = finnc_node_input(c->node, 0);
    c->y = finnc_node_output(c->node, 0);
    finnc_node *producer = finnc_value_producer(c->x);
    const handler *h = find_handler(producer);
    finnc_node *maker = finnc_value_producer(c->x);
    if (maker && finnc_value_rank(c->x) < 0) /* decides whether its parameters enlarge it */
        FINNC_TRY(finnc_node_infer_shapes(c->cx, maker, false));
    const char *reason = obstacle(c);
    if (reason) {
        finnc_pass_missed(c->run, c->node, "%s", reason);
        return FINNC_OK;
    }
    const int64_t most = finnc_pass_int(c->run, "max_multithreshold_bit_width");
    const bool takes_in = h->folds && finnc_node_graph(producer) == c->graph && rises(producer) &&
                          (!h->is_bounded || needs_bounds(c, most));
    if (h->folds && !takes_in)
        h = &identity;
    if (!h->is_bounded && c->q.bits > most) {
        finnc_pass_missed(c->run, c->node, "it has %d bits, more than %lld", c->q.bits,
                          (long long)most);
        return FINNC_OK;
    }
    if (h->refuses_unsigned && !c->q.is_signed)
        return finnc_fail(c->cx, FINNC_UNSUPPORTED,
                          "unsigned quantisation of a %s has no thresholds on its input",
                          h->op_type);
    if (takes_in) {
        c->activation = producer;
        c->x = finnc_node_input(producer, 0);
    }
    FINNC_TRY(find_levels(c, h));
    if (c->levels.count < 1) {
        finnc_pass_missed(c->run, c->node, "it has one level only");
        return FINNC_OK;
    }
    if (width_of(c, h) > most) {
        finnc_pass_missed(c->run, c->node, "it has %d bits, more than %lld", width_of(c, h),
                          (long long)most);
        return FINNC_OK;
    }
    return convert(c);
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        if (!is_candidate(node))
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        conversion c = {.run = run, .cx = finnc_pass_ctx(run), .graph = graph, .node = node};
        FINNC_TRY(consider(&c));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_convert_quant_act_to_multi_threshold = {
    .name = "ConvertQuantActToMultiThreshold",
    .summary = "quantisers of activations become MultiThresholds, activation functions included",
    .upstream = "finn.transformation.qonnx.quant_act_to_multithreshold",
    .notes =
        "Each threshold is the smallest float32 for which the network's own nodes, run with their "
        "rounding, reach the next level: the decision is the same for every input, ties and all "
        "rounding modes included. Relu and Selu go into the thresholds, others stay in front of "
        "them. What the quantiser makes comes out of an Add and a Mul behind, which streamlining "
        "moves on.\n\n"
        "Quantisers of more bits than max_multithreshold_bit_width stay, unless a Clip in front, "
        "which goes into the thresholds then, leaves no more levels; as do those whose "
        "parameters are computed, whose scale is not positive or varies along other axes than the "
        "channels: with a remark.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"max_multithreshold_bit_width", FINNC_PARAM_INT, "8",
                "quantisers of more bits stay (upstream: filter_function)"}},
    .run = convert_all,
    .finish = "InferShapes",
};

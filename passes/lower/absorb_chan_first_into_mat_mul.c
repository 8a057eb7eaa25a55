/*      x (N, H, W, C) -> Transpose -> Flatten -> MatMul by w
 * becomes
 *      x -> Flatten -> MatMul by w'
 * where w' has the rows of w in the order in which its channels-last input comes. A Reshape may
 * stand for the Flatten, a Gemm for the MatMul, and a quantiser before w. Takes a Transpose away,
 * so it ends. */
#include "pass.h"

#include "../support/build.h"
#include "../support/channels.h"

typedef struct place {
    finnc_node *transpose, *flatten, *product;
    finnc_node *quantiser; /* of the weights; NULL: none */
    finnc_value *x;        /* channels last */
    int64_t depth;         /* rows of the weights: H * W * C */
    int axis;              /* of the weights, along which these are */
} place;

/* ---- does it fit? ---- */

/* The second axis of the Flatten's value is all of x but its batch? */
static const char *flatten_obstacle(place *p)
{
    const finnc_value *y = finnc_node_output(p->flatten, 0);
    const finnc_dim batch = finnc_value_dim(p->x, 0);
    p->depth = 1;
    for (int i = 1; i < finnc_value_rank(p->x); i++) {
        const int64_t size = finnc_value_dim(p->x, i).size;
        if (size < 1 || !fnc_mul_i64(p->depth, size, &p->depth))
            return "the shape of its input is not known";
    }
    if (finnc_value_rank(y) != 2)
        return "it does not make a matrix";
    if (finnc_node_is(p->flatten, "Flatten") && finnc_node_attr_int(p->flatten, "axis") == 1)
        return NULL;
    if (batch.size < 1 || finnc_value_dim(y, 0).size < 0)
        return "the batch size is not known";
    return batch.size == finnc_value_dim(y, 0).size ? NULL : "it does not keep the batch";
}

static const char *product_obstacle(place *p)
{
    finnc_value *rows = finnc_node_output(p->flatten, 0);
    if (!(p->product = finnc_value_only_user(rows)) ||
        finnc_node_graph(p->product) != finnc_node_graph(p->flatten))
        return "its value is not read by one node alone";
    const bool is_gemm = finnc_node_is(p->product, "Gemm");
    if (!is_gemm && !finnc_node_is(p->product, "MatMul"))
        return "what follows is no matrix product";
    for (size_t i = 1; i < finnc_node_ninputs(p->product); i++)
        if (finnc_node_input(p->product, i) == rows)
            return "its value is not the left operand of the product";
    if (is_gemm && finnc_node_attr_int(p->product, "transA") != 0)
        return "the product transposes its left operand";
    p->axis = is_gemm && finnc_node_attr_int(p->product, "transB") != 0;
    return NULL;
}

/* The axis of a parameter that goes along the rows, or -1: one value serves them all. */
static int axis_of_rows(const place *p, const finnc_tensor *param)
{
    const int axis = p->axis - (2 - finnc_tensor_rank(param));
    return axis >= 0 && finnc_tensor_dim(param, axis) == p->depth ? axis : -1;
}

static const char *quantiser_obstacle(place *p, const finnc_value *weights)
{
    p->quantiser = finnc_value_producer(weights);
    if (!p->quantiser ||
        !(finnc_node_is(p->quantiser, "Quant") || finnc_node_is(p->quantiser, "IntQuant")))
        return "the weights are neither a constant nor a quantised one";
    if (finnc_value_only_user(weights) != p->product)
        return "the quantised weights have other readers";
    for (size_t i = 1; i < finnc_node_ninputs(p->quantiser); i++) {
        const finnc_value *param = finnc_node_input(p->quantiser, i);
        const finnc_tensor *tensor = param ? finnc_value_tensor(param) : NULL;
        if (tensor ? finnc_tensor_rank(tensor) > 2 : param && finnc_value_nelems(param) != 1)
            return "a parameter of the weights' quantiser is neither one number nor a constant";
    }
    return NULL;
}

static const char *weights_obstacle(place *p)
{
    const finnc_value *w = finnc_node_input(p->product, 1);
    const char *reason = NULL;
    p->quantiser = NULL;
    if (!w || !finnc_value_is_constant(w)) {
        reason = w ? quantiser_obstacle(p, w) : "the product has no weights";
        if (reason)
            return reason;
        w = finnc_node_input(p->quantiser, 0);
    }
    const finnc_tensor *tensor = w ? finnc_value_tensor(w) : NULL;
    if (!tensor)
        return "the weights are not a constant";
    if (finnc_tensor_rank(tensor) != 2 || finnc_tensor_dim(tensor, p->axis) != p->depth)
        return "the weights are no matrix with a row per element of its input";
    return NULL;
}

/* "": there is nothing to do. */
static const char *obstacle(place *p)
{
    finnc_value *turned = finnc_node_input(p->flatten, 0);
    p->transpose = turned ? finnc_value_producer(turned) : NULL;
    if (!p->transpose || !fnc_brings_channels(p->transpose, FNC_CHANNELS_FIRST))
        return "";
    p->x = finnc_node_input(p->transpose, 0);
    const char *reason = flatten_obstacle(p);
    if (!reason)
        reason = product_obstacle(p);
    return reason ? reason : weights_obstacle(p);
}

/* ---- doing it ---- */

/* Brings what belongs to the rows, along `axis`, from the order (C, H, W) into (H, W, C). */
static finnc_status turn_rows(finnc_ctx *cx, const place *p, const finnc_tensor *t, int axis,
                              finnc_tensor **turned)
{
    static const int perm[] = {0, 2, 1, 3};
    const int rank = finnc_tensor_rank(t);
    const int64_t channels = finnc_value_dim(p->x, finnc_value_rank(p->x) - 1).size;
    const int64_t dims[] = {axis == 1 ? finnc_tensor_dim(t, 0) : 1, channels, p->depth / channels,
                            axis + 1 < rank ? finnc_tensor_dim(t, axis + 1) : 1};
    finnc_tensor *apart, *moved = NULL;
    FINNC_TRY(finnc_tensor_reshape(cx, t, 4, dims, &apart));
    finnc_status status = finnc_tensor_transpose(cx, apart, perm, &moved);
    if (status == FINNC_OK)
        status = finnc_tensor_reshape(cx, moved, rank, finnc_tensor_dims(t), turned);
    finnc_tensor_release(moved);
    finnc_tensor_release(apart);
    return status;
}

static finnc_status turn_constant(finnc_ctx *cx, const place *p, finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    const finnc_tensor *tensor = value ? finnc_value_tensor(value) : NULL;
    const int axis = tensor ? axis_of_rows(p, tensor) : -1;
    finnc_tensor *turned;
    if (axis < 0)
        return FINNC_OK;
    FINNC_TRY(turn_rows(cx, p, tensor, axis, &turned));
    return fnc_set_constant(cx, node, i, turned);
}

static finnc_status turn_weights(finnc_ctx *cx, const place *p)
{
    if (!p->quantiser)
        return turn_constant(cx, p, p->product, 1);
    for (size_t i = 0; i < finnc_node_ninputs(p->quantiser); i++)
        FINNC_TRY(turn_constant(cx, p, p->quantiser, i));
    return FINNC_OK;
}

static finnc_status absorb(finnc_ctx *cx, finnc_graph *graph, place *p)
{
    finnc_value *rows = finnc_node_output(p->flatten, 0);
    finnc_value *turned = finnc_node_input(p->flatten, 0);
    finnc_node *flatten;
    FINNC_TRY(turn_weights(cx, p));
    finnc_graph_erase_node(p->flatten);
    FINNC_TRY(fnc_insert_op(cx, graph, NULL, "Flatten", &p->x, 1, rows, p->product, &flatten));
    FINNC_TRY(finnc_node_set_int(cx, flatten, "axis", 1));
    if (finnc_value_nuses(turned) == 0 && !finnc_value_is_output(turned)) {
        finnc_graph_erase_node(p->transpose);
        finnc_graph_erase_value(turned);
    }
    return FINNC_OK;
}

static finnc_status absorb_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        place p = {.flatten = node};
        if (!finnc_node_is(node, "Flatten") && !finnc_node_is(node, "Reshape"))
            continue;
        const char *reason = obstacle(&p);
        if (reason && *reason)
            finnc_pass_missed(run, node, "%s", reason);
        if (reason)
            continue;
        if (!finnc_pass_may_rewrite(run))
            break;
        FNC_AT_NODE(cx, node);
        finnc_pass_applied(run, p.product, "its weights take their input with the channels last");
        FINNC_TRY(absorb(cx, graph, &p));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_absorb_chan_first_into_mat_mul = {
    .name = "AbsorbChanFirstIntoMatMul",
    .summary =
        "a Transpose to channels first before a Flatten becomes another order of the weights",
    .upstream = "qonnx.transformation.channels_last",
    .notes = "The weights are a constant, or a quantised one, whose parameters follow if they "
             "differ from row to row. Weights and Transposes that somebody else reads stay for "
             "them; transB counts by its value. Upstream looks at neither.",
    .flags = FINNC_PASS_STABLE,
    .run = absorb_all,
};

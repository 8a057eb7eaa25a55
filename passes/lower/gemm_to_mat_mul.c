/*      y = Gemm(a, b, c)
 * becomes
 *      y = Add(Mul(MatMul(Transpose(a), Transpose(b)), alpha), Mul(c, beta))
 * without the parts that do nothing: transposing if not asked for, factors of 1, an absent c. */
#include "pass.h"

#include "../support/build.h"

#include <math.h>

typedef struct gemm {
    finnc_ctx *cx;
    finnc_graph *graph;
    finnc_node *node; /* where new nodes go before */
    finnc_value *y;
} gemm;

/* `result`: the value that the last op writes is the Gemm's own, all others are new. */
static finnc_status put(gemm *g, const char *op_type, finnc_value *const *inputs, size_t ninputs,
                        bool last, finnc_value **result)
{
    if (last)
        *result = g->y;
    else
        FINNC_TRY(finnc_graph_insert_value(g->cx, g->graph, NULL, result));
    finnc_node *node;
    FINNC_TRY(
        fnc_insert_op(g->cx, g->graph, NULL, op_type, inputs, ninputs, *result, g->node, &node));
    return last ? FINNC_OK : finnc_node_infer_shapes(g->cx, node, false);
}

static finnc_status copy_dtype(gemm *g, const finnc_value *from, finnc_value *to)
{
    if (!finnc_value_has_dtype(from))
        return FINNC_OK;
    return finnc_value_set_dtype(g->cx, to, finnc_value_dtype(from));
}

static bool is_symmetric(finnc_dtype dtype)
{
    return finnc_dtype_min(dtype) == -finnc_dtype_max(dtype);
}

static finnc_status put_transpose(gemm *g, bool asked, finnc_value **matrix)
{
    if (!asked)
        return FINNC_OK;
    const finnc_value *old = *matrix;
    FINNC_TRY(put(g, "Transpose", (finnc_value *const[]){*matrix}, 1, false, matrix));
    return copy_dtype(g, old, *matrix);
}

/* A factor has rank 0 and the element type of what it multiplies. */
static finnc_status put_factor(gemm *g, double factor, const char *hint, bool last,
                               finnc_value **value)
{
    if (factor == 1)
        return FINNC_OK;
    const finnc_elem elem = finnc_value_elem(*value);
    finnc_tensor *tensor;
    finnc_value *constant;
    FINNC_TRY(finnc_tensor_create_scalar(
        g->cx, elem == FINNC_ELEM_UNDEFINED ? FINNC_ELEM_FLOAT : elem, factor, &tensor));
    FINNC_TRY(fnc_insert_tensor(g->cx, g->graph, hint, tensor, &constant));
    return put(g, "Mul", (finnc_value *const[]){*value, constant}, 2, last, value);
}

static finnc_status split(finnc_ctx *cx, finnc_node *node)
{
    finnc_value *a = finnc_node_input(node, 0), *b = finnc_node_input(node, 1);
    finnc_value *c = finnc_node_input(node, 2), *product;
    const double alpha = finnc_node_attr_float(node, "alpha");
    const double beta = finnc_node_attr_float(node, "beta");
    const bool turn_a = finnc_node_attr_int(node, "transA"),
               turn_b = finnc_node_attr_int(node, "transB");
    gemm g = {.cx = cx, .graph = finnc_node_graph(node), .y = finnc_node_output(node, 0)};

    g.node = finnc_node_next(node);
    finnc_graph_erase_node(node);
    FINNC_TRY(put_transpose(&g, turn_a, &a));
    FINNC_TRY(put_transpose(&g, turn_b, &b));
    FINNC_TRY(put(&g, "MatMul", (finnc_value *const[]){a, b}, 2, !c && alpha == 1, &product));
    FINNC_TRY(put_factor(&g, alpha, "alpha", !c, &product));
    if (!c)
        return FINNC_OK;
    const finnc_value *bias = c;
    FINNC_TRY(put_factor(&g, beta, "beta", false, &c));
    if (c != bias && beta == -1 && is_symmetric(finnc_value_dtype(bias)))
        FINNC_TRY(copy_dtype(&g, bias, c));
    return put(&g, "Add", (finnc_value *const[]){product, c}, 2, true, &product);
}

/* A factor becomes a constant of the operands' type. */
static bool holds(finnc_elem elem, double factor)
{
    if (!finnc_elem_is_integer(elem))
        return true;
    const bool is_signed = finnc_elem_is_signed(elem);
    const double end = exp2(finnc_elem_bits(elem) - is_signed);
    return factor == trunc(factor) && factor < end && factor >= (is_signed ? -end : 0);
}

static const char *obstacle(const finnc_node *node)
{
    const finnc_value *a = finnc_node_input(node, 0), *b = finnc_node_input(node, 1);
    const finnc_value *c = finnc_node_input(node, 2);
    const double alpha = finnc_node_attr_float(node, "alpha");
    const double beta = finnc_node_attr_float(node, "beta");
    if (!a || !b || !finnc_node_output(node, 0))
        return "it lacks an operand";
    /* One of them is enough: all operands are of one type. */
    const finnc_elem elem = finnc_value_elem(finnc_value_elem(a) ? a : b);
    if (!holds(elem, alpha) || (c && !holds(elem, beta)))
        return "it multiplies integers by a factor that their type does not hold";
    if ((c || alpha != 1) && !fnc_broadcasts(finnc_node_graph(node)))
        return "before version 7 of the standard an Add or Mul does not stretch its operands";
    return NULL;
}

static finnc_status split_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_foreach_node (node, graph) {
        if (!finnc_node_is(node, "Gemm") || !finnc_pass_may_rewrite(run))
            continue;
        FNC_AT_NODE(cx, node);
        const char *reason = obstacle(node);
        if (reason) {
            finnc_pass_missed(run, node, "%s", reason);
            continue;
        }
        finnc_pass_applied(run, node, "it is a MatMul now");
        FINNC_TRY(split(cx, node));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_gemm_to_mat_mul = {
    .name = "GemmToMatMul",
    .summary = "Gemm becomes MatMul with Transpose, Mul and Add as needed",
    .upstream = "qonnx.transformation.gemm_to_matmul",
    .notes =
        "Factors are of the operands' element type; upstream makes them float64, so that a "
        "Gemm with alpha or beta other than 1 becomes a model that does not run. C may be "
        "left out. An integer Gemm whose factor its type does not hold stays, and so does, before "
        "version 7 of the standard, one that is more than a product.",
    .flags = FINNC_PASS_STABLE,
    .run = split_all,
    .finish = "RemoveIdentityOps",
};

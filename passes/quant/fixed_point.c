#include "fixed_point.h"

#include "../support/eval.h"

#include <finnc/op.h>

#include <math.h>

finnc_status fnc_fixed_dtype(finnc_ctx *cx, const char *name, finnc_dtype *dtype)
{
    FINNC_TRY(finnc_dtype_parse(cx, name, dtype));
    if (dtype->kind != FINNC_DTYPE_FIXED || dtype->bits < 2)
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s is no fixed-point type of two bits or more",
                          name);
    return FINNC_OK;
}

static finnc_status add_number(finnc_ctx *cx, finnc_graph *graph, double x, finnc_value **value)
{
    finnc_tensor *number;
    FINNC_TRY(finnc_tensor_create_scalar(cx, FINNC_ELEM_FLOAT, x, &number));
    const finnc_status status = finnc_graph_insert_constant(cx, graph, NULL, number, value);
    finnc_tensor_release(number);
    return status;
}

/* A Quant in a model of its own: it knows the rounding modes. */
static finnc_status make_quant(finnc_ctx *cx, finnc_graph *graph, finnc_dtype dtype,
                               const char *rounding_mode, finnc_node **node)
{
    finnc_value *in[4], *out;
    FINNC_TRY(finnc_graph_insert_value(cx, graph, "x", &in[0]));
    FINNC_TRY(finnc_graph_insert_value(cx, graph, "y", &out));
    FINNC_TRY(add_number(cx, graph, exp2(dtype.int_bits - dtype.bits), &in[1]));
    FINNC_TRY(add_number(cx, graph, 0, &in[2]));
    FINNC_TRY(add_number(cx, graph, dtype.bits, &in[3]));
    const finnc_node_spec spec = {.op_type = "Quant",
                                  .domain = "qonnx.custom_op.general",
                                  .inputs = in,
                                  .ninputs = 4,
                                  .outputs = &out,
                                  .noutputs = 1};
    FINNC_TRY(finnc_graph_insert_node(cx, graph, &spec, NULL, node));
    FINNC_TRY(finnc_node_set_int(cx, *node, "signed", 1));
    FINNC_TRY(finnc_node_set_int(cx, *node, "narrow", 0));
    return finnc_node_set_string(cx, *node, "rounding_mode", rounding_mode);
}

static finnc_status quantise(finnc_ctx *cx, finnc_model *scratch, const finnc_tensor *x,
                             finnc_dtype dtype, const char *rounding_mode, finnc_tensor **y)
{
    finnc_node *quant;
    FINNC_TRY(make_quant(cx, finnc_model_graph(scratch), dtype, rounding_mode, &quant));
    return fnc_eval_on(cx, quant, 0, x, y);
}

static finnc_status replace(finnc_pass_run *run, finnc_value *value, finnc_dtype dtype,
                            const finnc_tensor *fixed)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const finnc_tensor *old = finnc_value_tensor(value);
    double largest = 0;
    for (int64_t i = 0; i < finnc_tensor_nelems(old); i++)
        largest = fmax(largest, fabs(finnc_tensor_get(fixed, i) - finnc_tensor_get(old, i)));
    if (finnc_tensor_equal(old, fixed) && finnc_dtype_equal(finnc_value_dtype(value), dtype))
        return FINNC_OK;
    char name[FINNC_DTYPE_NAME_MAX];
    finnc_pass_applied(run, finnc_value_first_user(value), "%s is %s, off by %g at most",
                       finnc_value_name(value), finnc_dtype_name(dtype, name), largest);
    FINNC_TRY(finnc_value_set_tensor(cx, value, fixed));
    return finnc_value_set_dtype(cx, value, dtype);
}

static bool are_same_numbers(const finnc_tensor *a, const finnc_tensor *b)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(a); i++)
        if (finnc_tensor_get(a, i) != finnc_tensor_get(b, i))
            return false;
    return true;
}

/* A Quant makes float32 of whatever it gets; the constant stays of its element type, if that has
 * the digits of the outermost numbers, to which others are clipped. */
static finnc_status replace_typed(finnc_pass_run *run, finnc_value *value, finnc_dtype dtype,
                                  const finnc_tensor *fixed)
{
    finnc_tensor *typed;
    finnc_status status = FINNC_OK;
    char name[FINNC_DTYPE_NAME_MAX];
    const finnc_elem elem = finnc_value_elem(value);
    FINNC_TRY(finnc_tensor_cast(finnc_pass_ctx(run), fixed, elem, &typed));
    if (are_same_numbers(fixed, typed))
        status = replace(run, value, dtype, typed);
    else
        finnc_pass_missed(run, finnc_value_first_user(value),
                          "%s is of %s, which has fewer digits than %s", finnc_value_name(value),
                          finnc_elem_name(elem), finnc_dtype_name(dtype, name));
    finnc_tensor_release(typed);
    return status;
}

/* A layer says in attributes of what type its parameters are, and was folded for that. */
static const finnc_node *find_layer(const finnc_value *value)
{
    finnc_foreach_use (use, value)
        if (finnc_node_has_trait(finnc_use_node(use), FINNC_OP_HARDWARE))
            return finnc_use_node(use);
    return NULL;
}

finnc_status fnc_fix_constant(finnc_pass_run *run, finnc_value *value, finnc_dtype dtype,
                              const char *rounding_mode)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const finnc_node *layer = find_layer(value);
    if (layer) {
        finnc_pass_missed(run, layer, "a layer's attributes say of what type %s is",
                          finnc_value_name(value));
        return FINNC_OK;
    }
    if (!finnc_elem_is_float(finnc_value_elem(value))) {
        finnc_pass_missed(run, finnc_value_first_user(value), "%s is not of floats",
                          finnc_value_name(value));
        return FINNC_OK;
    }
    if (!finnc_pass_may_rewrite(run))
        return FINNC_OK;
    finnc_model *scratch;
    finnc_tensor *fixed = NULL;
    FINNC_TRY(finnc_model_create(cx, &scratch));
    finnc_status status = finnc_model_set_opset(cx, scratch, "qonnx.custom_op.general", 1);
    if (status == FINNC_OK)
        status = quantise(cx, scratch, finnc_value_tensor(value), dtype, rounding_mode, &fixed);
    finnc_model_destroy(scratch);
    if (status == FINNC_OK)
        status = replace_typed(run, value, dtype, fixed);
    finnc_tensor_release(fixed);
    return status;
}

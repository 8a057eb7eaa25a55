#include "exact.h"

#include <finnc/finnc.h>

#include <math.h>
#include <string.h>

/* Beyond the ops that move, pick, quantise or are linear: sums, products and their like. Division
 * and whatever is no polynomial rounds. */
static const char *const exact_ops[] = {"Abs",      "Add",       "Clip",   "Concat", "Constant",
                                        "Identity", "Max",       "Min",    "Mul",    "Neg",
                                        "Relu",     "Shape",     "Sign",   "Split",  "Sub",
                                        "TopK",     "ReduceSum", "ArgMax", "Im2Col"};

static bool is_exact_number(double x)
{
    return fabs(x) <= 1024 && x * 16 == floor(x * 16);
}

static bool is_exact_tensor(const finnc_tensor *tensor)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++)
        if (!is_exact_number(finnc_tensor_get(tensor, i)))
            return false;
    return true;
}

static bool is_exact_attr(const finnc_attr *attr)
{
    switch (finnc_attr_get_kind(attr)) {
    case FINNC_ATTR_FLOAT:
        return is_exact_number(finnc_attr_float(attr, 0));
    case FINNC_ATTR_TENSOR:
        return is_exact_tensor(finnc_attr_tensor(attr, 0));
    case FINNC_ATTR_INT:
    case FINNC_ATTR_INTS:
    case FINNC_ATTR_STRING:
        return true;
    default:
        return false;
    }
}

/* FINN's layers take 0 and 1 that are called BIPOLAR for signs, so that numbers change on purpose.
 */
static bool stands_for_signs(const finnc_node *node)
{
    return !strcmp(finnc_node_string(node, "out_dtype", ""), "BIPOLAR") &&
           finnc_node_float(node, "out_scale", 1) == 1;
}

/* Data of a scale of 0 are no numbers: what a quantiser that thresholds or QuantizeLinear stand for
 * makes of those is left open. */
static bool may_divide_by_zero(const finnc_node *node)
{
    const finnc_op *op = finnc_node_find_op(node);
    for (size_t i = 0;
         op && i < finnc_node_ninputs(node) && i < FINNC_OP_MAX_FORMALS && op->in[i].name; i++) {
        const char *name = op->in[i].name;
        const finnc_value *scale = finnc_node_input(node, i);
        if (!scale || !strstr(name, "scale"))
            continue;
        const finnc_tensor *numbers = finnc_value_tensor(scale);
        for (int64_t k = 0; numbers && k < finnc_tensor_nelems(numbers); k++)
            if (finnc_tensor_get(numbers, k) == 0)
                return true;
        if (!numbers)
            return true;
    }
    return false;
}

static bool is_exact_node(const finnc_node *node)
{
    enum { FINE = FINNC_OP_MOVES | FINNC_OP_PICKS | FINNC_OP_QUANTISER | FINNC_OP_LINEAR };
    bool is_fine = finnc_node_has_trait(node, FINE) &&
                   !finnc_node_has_trait(node, FINNC_OP_RANDOM) && !stands_for_signs(node) &&
                   !may_divide_by_zero(node);
    for (size_t i = 0; i < sizeof exact_ops / sizeof *exact_ops; i++)
        is_fine |= finnc_node_is(node, exact_ops[i]);
    for (size_t i = 0; is_fine && i < finnc_node_nattrs(node); i++)
        is_fine = is_exact_attr(finnc_node_attr(node, i));
    return is_fine;
}

static bool jumps(const finnc_node *node)
{
    const unsigned traits = FINNC_OP_QUANTISER | FINNC_OP_PICKS | FINNC_OP_HARDWARE;
    return finnc_node_has_trait(node, traits) || finnc_node_is(node, "Sign") ||
           finnc_node_is(node, "TopK") || finnc_node_is(node, "ArgMax");
}

static bool is_small_integer(const finnc_value *value)
{
    const finnc_dtype dtype = finnc_value_dtype(value);
    return finnc_dtype_is_integer(dtype) && finnc_dtype_bits(dtype) <= 10;
}

static finnc_status count(void *user, finnc_ctx *cx, const finnc_finding *finding)
{
    (void)cx;
    *(int *)user += finding->is_error;
    return FINNC_OK;
}

/* Types that the check finds out on its way stay in the model that it gets. */
bool model_is_sound(finnc_ctx *cx, const finnc_model *model)
{
    finnc_model *copy;
    int nerrors = 0;
    finnc_status status = finnc_model_clone(cx, model, &copy);
    if (status == FINNC_OK) {
        status = finnc_model_examine(cx, copy, count, &nerrors);
        finnc_model_destroy(copy);
    }
    finnc_ctx_clear(cx);
    return status == FINNC_OK && nerrors == 0;
}

/* What a node makes and somebody calls integers is compared bit for bit. */
static bool is_called_integer(const finnc_value *value)
{
    return finnc_value_producer(value) && finnc_value_has_dtype(value) &&
           finnc_dtype_is_integer(finnc_value_dtype(value));
}

bool model_is_exact(const finnc_model *model)
{
    const finnc_graph *graph = finnc_model_graph(model);
    bool may_round = true;
    finnc_foreach_node (node, graph) {
        if (!is_exact_node(node))
            return false;
        may_round &= !jumps(node);
    }
    finnc_foreach_value (value, graph)
        may_round &= !is_called_integer(value);
    finnc_foreach_value (value, graph) {
        const finnc_tensor *tensor = finnc_value_tensor(value);
        if (tensor && !is_exact_tensor(tensor))
            return false;
        if (!may_round && !tensor && finnc_value_is_input(value) && !is_small_integer(value))
            return false;
    }
    return true;
}

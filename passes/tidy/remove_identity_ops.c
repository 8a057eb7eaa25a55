/* Nodes that give back what they get. All rules push nodes out, so together they end. */
#include "pass.h"

#include <math.h>

/* numpy's isclose adds this much of the number compared with, here 1. */
static const double relative = 1e-5;

static bool is_close(const finnc_tensor *tensor, double to, double tolerance)
{
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++)
        if (!(fabs(finnc_tensor_get(tensor, i) - to) <= tolerance))
            return false;
    return true;
}

/* Has `x` with a constant `a` beside it the shape of `x`? */
static bool keeps_shape(const finnc_value *x, const finnc_tensor *a)
{
    const int rank = finnc_value_rank(x), extent = finnc_tensor_rank(a);
    if (extent == 0)
        return true;
    if (extent > rank)
        return false;
    for (int i = 0; i < extent; i++) {
        const int64_t dim = finnc_tensor_dim(a, i);
        if (dim != 1 && dim != finnc_value_dim(x, rank - extent + i).size)
            return false;
    }
    return true;
}

/* Can the values before and after the node be one? */
static finnc_verdict can_go(finnc_match *m)
{
    finnc_value *x = finnc_match_value(m, "x");
    const finnc_value *y = finnc_node_output(finnc_match_root(m), 0);
    if (finnc_value_is_output(y) && !finnc_value_producer(x))
        return finnc_skip(m, "it connects a graph input or constant to a graph output");
    if (finnc_value_is_output(y) && finnc_value_is_output(x))
        return finnc_skip(m, "both its sides are graph outputs");
    return FINNC_APPLY;
}

static finnc_verdict neutral(finnc_match *m, double element, double tolerance)
{
    const finnc_tensor *a = finnc_match_tensor(m, "a");
    if (!is_close(a, element, tolerance))
        return FINNC_SKIP;
    if (finnc_tensor_rank(a) > 0 && finnc_value_rank(finnc_match_value(m, "x")) < 0)
        return finnc_skip(m, "the shape of its input is not known");
    if (!keeps_shape(finnc_match_value(m, "x"), a))
        return finnc_skip(m, "its constant may make the result larger than its input");
    return can_go(m);
}

static finnc_verdict zeros(finnc_match *m)
{
    return neutral(m, 0, finnc_pass_float(finnc_match_run(m), "atol"));
}

static finnc_verdict ones(finnc_match *m)
{
    return neutral(m, 1, finnc_pass_float(finnc_match_run(m), "atol") + relative);
}

static finnc_verdict no_padding(finnc_match *m)
{
    size_t count;
    const int64_t *pads = finnc_node_ints(finnc_match_root(m), "pads", &count);
    const finnc_value *value = finnc_match_value(m, "p");
    const finnc_tensor *tensor = value ? finnc_value_tensor(value) : NULL;
    if (!pads && !tensor)
        return finnc_skip(m, "its padding is no constant");
    for (size_t i = 0; pads && i < count; i++)
        if (pads[i] != 0)
            return FINNC_SKIP;
    if (!pads && !is_close(tensor, 0, 0))
        return FINNC_SKIP;
    return can_go(m);
}

/* Is element 0 of an input there and equal to 0? */
static bool is_zero(const finnc_value *value)
{
    const finnc_tensor *tensor = value ? finnc_value_tensor(value) : NULL;
    return tensor && is_close(tensor, 0, 0);
}

/* Outside of training nothing is dropped, whatever the ratio. */
static bool may_drop(const finnc_node *node)
{
    const finnc_value *ratio = finnc_node_input(node, 1);
    return finnc_node_trains(node) &&
           !(ratio ? is_zero(ratio) : finnc_node_float(node, "ratio", 0.5) == 0);
}

static finnc_verdict no_dropping(finnc_match *m)
{
    const finnc_node *node = finnc_match_root(m);
    if (finnc_node_output(node, 1))
        return finnc_skip(m, "its mask is asked for");
    if (may_drop(node))
        return finnc_skip(m, "it may drop elements");
    return can_go(m);
}

const finnc_pass fnc_pass_remove_identity_ops = {
    .name = "RemoveIdentityOps",
    .summary = "takes out x + 0, x - 0, x * 1, x / 1, Pad by nothing, Identity, Dropout",
    .upstream = "qonnx.transformation.remove",
    .notes =
        "Constants may be off by atol (products by 1e-5 more). A node whose constant has a larger "
        "shape than its input stays: it repeats elements; upstream takes it out. Between a "
        "graph input and a graph output, or two graph outputs, the node stays too, where upstream "
        "stops with an assertion; and a node that joins two branches does not make it loop. Dropout goes wherever it drops "
        "nothing, which is always so outside of training.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_ALWAYS_FINISHES,
    .params = {{"atol", FINNC_PARAM_FLOAT, "1e-5", "how far from 0 or 1 a constant may be"}},
    .rules = {{.have = "Add|Sub(x, $a)", .want = "x", .when = zeros},
              {.have = "Mul|Div(x, $a)", .want = "x", .when = ones},
              {.have = "Pad(x, p?, v?, axes?)", .want = "x", .when = no_padding},
              {.have = "Identity(x)", .want = "x", .when = can_go},
              {.have = "Dropout(x, r?, t?)", .want = "x", .when = no_dropping}},
    .finish = "InferShapes",
};

/* Gives each layer the narrowest type that its weights fit. */
#include "hw.h"

#include <math.h>

typedef struct weights {
    const finnc_tensor *tensor;
    finnc_dtype type;
    double least, most;
} weights;

static void find_range(weights *w)
{
    w->least = INFINITY;
    w->most = -INFINITY;
    for (int64_t i = 0; i < finnc_tensor_nelems(w->tensor); i++) {
        w->least = fmin(w->least, finnc_tensor_get(w->tensor, i));
        w->most = fmax(w->most, finnc_tensor_get(w->tensor, i));
    }
}

/* Upstream's choice, by the number farthest from 0. */
static finnc_dtype by_range(const weights *w)
{
    if (w->least >= 0)
        return finnc_dtype_smallest(w->most);
    return finnc_dtype_smallest(-w->least > w->most ? w->least : -w->most - 1);
}

static finnc_status holds(finnc_ctx *cx, const weights *w, finnc_dtype type, bool *yes)
{
    int64_t at;
    FINNC_TRY(finnc_dtype_find_forbidden(cx, type, w->tensor, &at));
    *yes = at < 0;
    return FINNC_OK;
}

/* Signs by signs are counted, not multiplied, as long as both are BIPOLAR: there weights have to
 * stay what they are, be they all +1. */
static bool counts_signs(const weights *w, finnc_dtype input)
{
    return w->type.kind == FINNC_DTYPE_BIPOLAR && input.kind == FINNC_DTYPE_BIPOLAR;
}

/* Elsewhere upstream makes INT2 of BIPOLAR. */
static bool keeps_narrower(const finnc_pass_run *run, const weights *w)
{
    return w->type.kind != FINNC_DTYPE_BIPOLAR || finnc_pass_bool(run, "keep_bipolar");
}

/* Not BIPOLAR for zeros; nor, where it was not before, on signs. What weights have already may be
 * narrower. */
static finnc_status choose(finnc_pass_run *run, const finnc_node *node, const weights *w,
                           finnc_dtype *type, bool *fits)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    finnc_dtype input = finnc_dtype_float32();
    const char *name = finnc_node_string(node, "inputDataType", NULL);
    bool is_held;
    if (name)
        FINNC_TRY(finnc_dtype_parse(cx, name, &input));
    *type = by_range(w);
    FINNC_TRY(holds(cx, w, *type, fits));
    if (!*fits || (type->kind == FINNC_DTYPE_BIPOLAR && input.kind == FINNC_DTYPE_BIPOLAR))
        *type = finnc_dtype_holding(w->least, w->most);
    FINNC_TRY(holds(cx, w, w->type, &is_held));
    const bool is_narrower = finnc_dtype_bits(w->type) < finnc_dtype_bits(*type);
    if (is_held && (counts_signs(w, input) || (is_narrower && keeps_narrower(run, w))))
        *type = w->type;
    *fits = finnc_dtype_is_integer(*type);
    return *fits ? holds(cx, w, *type, fits) : FINNC_OK;
}

static finnc_status narrow(finnc_pass_run *run, finnc_node *node, finnc_value *value)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    char was[FINNC_DTYPE_NAME_MAX], is[FINNC_DTYPE_NAME_MAX];
    const char *name;
    finnc_dtype type;
    bool fits;
    FNC_AT_NODE(cx, node);
    weights w = {.tensor = finnc_value_tensor(value)};
    FINNC_TRY(finnc_node_need_string(cx, node, "weightDataType", &name));
    FINNC_TRY(finnc_dtype_parse(cx, name, &w.type));
    find_range(&w);
    FINNC_TRY(choose(run, node, &w, &type, &fits));
    if (!fits)
        finnc_pass_missed(run, node, "its weights, %g to %g, are not integers", w.least, w.most);
    if (!fits || finnc_dtype_equal(type, w.type))
        return FINNC_OK;
    finnc_pass_applied(run, node, "weights, %g to %g, become %s instead of %s", w.least, w.most,
                       finnc_dtype_name(type, is), finnc_dtype_name(w.type, was));
    return fnc_hw_attr_dtype(cx, node, "weightDataType", type);
}

static finnc_status minimize(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph) {
        finnc_constants c;
        if (!finnc_layer_find(node) || !finnc_pass_may_rewrite(run))
            continue;
        FINNC_TRY(finnc_layer_constants(finnc_pass_ctx(run), node, &c));
        if (c.weights < 0)
            continue;
        finnc_value *value = finnc_node_input(node, (size_t)c.weights);
        if (finnc_node_int(node, "runtime_writeable_weights", 0))
            finnc_pass_missed(run, node, "its weights may change while it runs");
        else if (!value || !finnc_value_tensor(value))
            finnc_pass_missed(run, node, "its weights are not constant");
        else
            FINNC_TRY(narrow(run, node, value));
    }
    return FINNC_OK;
}

const finnc_pass fnc_pass_minimize_weight_bit_width = {
    .name = "MinimizeWeightBitWidth",
    .summary = "gives layers the narrowest type that their weights fit",
    .upstream = "finn.transformation.fpgadataflow.minimize_weight_bit_width",
    .notes =
        "As upstream, BIPOLAR weights become INT2, which takes twice the memory, unless "
        "keep_bipolar is set. They stay it on BIPOLAR inputs, where the layer counts signs that "
        "agree, and INT2 would change results. Weights of -1 and 0 become INT2, of which upstream "
        "makes BIPOLAR, which has no 0.",
    .flags = FINNC_PASS_STABLE,
    .params = {{"keep_bipolar", FINNC_PARAM_BOOL, "false", "do BIPOLAR weights stay it?"}},
    .run = minimize,
};

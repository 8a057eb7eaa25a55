#include "folding.h"

#include "pass.h"

#include <base/arena.h>

#include <finnc/layer.h>

#include <inttypes.h>

/* Nobody wants a ConstantOfShape of gigabytes in the file. */
static const int64_t most_elements = INT64_C(1) << 28;

typedef struct folding {
    finnc_pass_run *run;
    finnc_ctx *cx;
    fnc_fold_keep *keep;
    const void *user;
    fnc_arena scratch;
} folding;

static bool has_constant_inputs(const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && !finnc_value_is_constant(value))
            return false;
    }
    return true;
}

static bool is_shape_known(const finnc_node *node)
{
    int64_t dims[FINNC_MAX_RANK];
    const finnc_value *x = finnc_node_input(node, 0);
    return finnc_node_is(node, "Shape") && x && finnc_value_dims(x, -1, dims);
}

/* Why a node with constant inputs stays; NULL if it does not. */
static const char *obstacle(const folding *f, const finnc_node *node)
{
    const char *reason = f->keep(f->user, node);
    if (reason)
        return reason;
    if (finnc_node_has_trait(node, FINNC_OP_RANDOM))
        return "every run gives other numbers";
    if (finnc_node_has_trait(node, FINNC_OP_CONTROL | FINNC_OP_PARTITION))
        return "it runs subgraphs";
    if (finnc_node_has_trait(node, FINNC_OP_MEMORY))
        return "it brings what lies in a memory, in the memory's order";
    if (finnc_node_noutputs(node) == 0)
        return "it has no outputs";
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        const finnc_value *value = finnc_node_output(node, o);
        if (value && finnc_value_nelems(value) > most_elements)
            return "its output is too large to be kept";
    }
    if (!is_shape_known(node) && !finnc_node_can_run(node))
        return "there is no kernel for it";
    return NULL;
}

static int64_t clamp_axis(int64_t axis, int rank)
{
    if (axis < 0)
        axis += rank;
    return axis < 0 ? 0 : axis > rank ? rank : axis;
}

/* Shape needs no elements, so its input need not be constant. */
static finnc_status shape_of(finnc_ctx *cx, const finnc_node *node, finnc_tensor **tensor)
{
    int64_t dims[FINNC_MAX_RANK];
    const finnc_value *x = finnc_node_input(node, 0);
    const int rank = finnc_value_rank(x);
    if (!finnc_value_dims(x, rank, dims))
        return finnc_fail(cx, FINNC_BAD_VALUE, "the shape of %s is not known", finnc_value_name(x));
    const int64_t start = clamp_axis(finnc_node_int(node, "start", 0), rank);
    const int64_t end = clamp_axis(finnc_node_int(node, "end", rank), rank);
    const int64_t count = end > start ? end - start : 0;
    return finnc_tensor_create_from(cx, FINNC_ELEM_INT64, 1, &count, dims + start, tensor);
}

static finnc_status evaluate(folding *f, const finnc_node *node, finnc_tensor **outputs)
{
    if (is_shape_known(node))
        return shape_of(f->cx, node, &outputs[0]);

    const size_t n = finnc_node_ninputs(node);
    const finnc_tensor **inputs = FNC_NEW_ARRAY(&f->scratch, const finnc_tensor *, n + 1);
    if (!inputs)
        return finnc_no_memory(f->cx);
    for (size_t i = 0; i < n; i++) {
        const finnc_value *value = finnc_node_input(node, i);
        inputs[i] = value ? finnc_value_tensor(value) : NULL;
    }
    return finnc_node_eval(f->cx, node, inputs, n, outputs, finnc_node_noutputs(node));
}

/* All outputs become constants; data types that they are annotated with stay. */
static finnc_status replace(folding *f, finnc_node *node, finnc_tensor *const *outputs)
{
    finnc_graph_erase_node(node);
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        finnc_value *value = finnc_node_output(node, o);
        if (value && outputs[o])
            FINNC_TRY(finnc_value_set_tensor(f->cx, value, outputs[o]));
    }
    return FINNC_OK;
}

static bool is_numeric(const finnc_tensor *tensor)
{
    const finnc_elem elem = tensor ? finnc_tensor_elem(tensor) : FINNC_ELEM_UNDEFINED;
    return finnc_elem_is_float(elem) || finnc_elem_is_integer(elem);
}

/* Does an output's annotation say something else? Who states it may count on it, so the node stays
 * for somebody to look at. */
static finnc_status contradicts(folding *f, const finnc_node *node, finnc_tensor *const *outputs,
                                bool *is_wrong)
{
    *is_wrong = false;
    for (size_t o = 0; o < finnc_node_noutputs(node) && !*is_wrong; o++) {
        char name[FINNC_DTYPE_NAME_MAX];
        int64_t at;
        const finnc_value *value = finnc_node_output(node, o);
        if (!value || !is_numeric(outputs[o]))
            continue;
        FINNC_TRY(finnc_value_find_forbidden(f->cx, value, outputs[o], &at, NULL));
        if (at < 0)
            continue;
        *is_wrong = true;
        finnc_pass_missed(f->run, node, "%s is annotated %s, but its element %" PRId64 " is %.9g",
                          finnc_value_name(value), finnc_dtype_name(finnc_value_dtype(value), name),
                          at, finnc_tensor_get(outputs[o], at));
    }
    return FINNC_OK;
}

static bool are_tensors(finnc_tensor *const *outputs, size_t n)
{
    for (size_t o = 0; o < n; o++)
        if (outputs[o] && finnc_tensor_kind(outputs[o]) != FINNC_KIND_TENSOR)
            return false;
    return true;
}

static finnc_status fold(folding *f, finnc_node *node)
{
    FNC_AT_NODE(f->cx, node);
    const size_t n = finnc_node_noutputs(node);
    finnc_tensor **outputs = FNC_NEW_ARRAY(&f->scratch, finnc_tensor *, n);
    if (!outputs)
        return finnc_no_memory(f->cx);

    finnc_status status = evaluate(f, node, outputs);
    if (status == FINNC_UNSUPPORTED) {
        finnc_ctx_clear(f->cx);
        finnc_pass_missed(f->run, node, "its kernel cannot run it as it is");
        return FINNC_OK;
    }
    bool is_kept = status == FINNC_OK && !are_tensors(outputs, n);
    if (is_kept)
        finnc_pass_missed(f->run, node, "its result is no tensor, so it cannot be an initialiser");
    else if (status == FINNC_OK)
        status = contradicts(f, node, outputs, &is_kept);
    if (status == FINNC_OK && !is_kept) {
        finnc_pass_applied(f->run, node, "its result is a constant");
        status = replace(f, node, outputs);
    }
    for (size_t o = 0; o < n; o++)
        finnc_tensor_release(outputs[o]);
    return status;
}

static finnc_status fold_all(folding *f, finnc_graph *graph)
{
    FINNC_TRY(finnc_graph_sort(f->cx, graph));
    finnc_foreach_node (node, graph) {
        if (!has_constant_inputs(node) && !is_shape_known(node))
            continue;
        if (!finnc_pass_may_rewrite(f->run))
            break;
        const char *reason = obstacle(f, node);
        if (reason)
            finnc_pass_missed(f->run, node, "%s", reason);
        else
            FINNC_TRY(fold(f, node));
    }
    return FINNC_OK;
}

finnc_status fnc_fold_constants(finnc_pass_run *run, finnc_graph *graph, fnc_fold_keep *keep,
                                const void *user)
{
    folding f = {.run = run, .cx = finnc_pass_ctx(run), .keep = keep, .user = user};
    fnc_arena_init(&f.scratch, f.cx);
    const finnc_status status = fold_all(&f, graph);
    fnc_arena_clear(&f.scratch);
    return status;
}

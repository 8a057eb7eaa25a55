/* Another first dimension for graph inputs and outputs and all that is computed between. */
#include "pass.h"

#include "../support/build.h"
#include "../support/value_map.h"

#include <inttypes.h>

typedef struct resizing {
    finnc_pass_run *run;
    finnc_ctx *cx;
    finnc_graph *graph;
    int64_t old, size; /* old: -1 if it was not known */
    fnc_arena scratch;
    fnc_value_map reached; /* values that depend on a graph input */
} resizing;

static finnc_status reach(resizing *r, finnc_value *value)
{
    if (fnc_value_map_find(&r->reached, value))
        return FINNC_OK;
    return fnc_value_map_add(r->cx, &r->reached, value, value);
}

static bool is_reached(const resizing *r, const finnc_node *node)
{
    for (size_t i = 0; i < finnc_node_ninputs(node); i++) {
        const finnc_value *value = finnc_node_input(node, i);
        if (value && fnc_value_map_find(&r->reached, value))
            return true;
    }
    return false;
}

/* An end of the graph whose first dimension is the batch. */
static finnc_status resize_end(resizing *r, finnc_value *value)
{
    finnc_dim dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(value);
    if (rank < 1 || rank > FINNC_MAX_RANK || finnc_value_dim(value, 0).size != r->old)
        return FINNC_OK;
    dims[0] = (finnc_dim){.size = r->size};
    for (int i = 1; i < rank; i++)
        dims[i] = finnc_value_dim(value, i);
    return finnc_value_set_type(r->cx, value, finnc_value_elem(value), rank, dims);
}

/* What input `i` always is: an initialiser, or what a Constant makes; else NULL. */
static const finnc_tensor *constant_of(const finnc_node *node, size_t i)
{
    const finnc_value *value = finnc_node_input(node, i);
    const finnc_node *producer = value ? finnc_value_producer(value) : NULL;
    if (!producer || !finnc_node_is(producer, "Constant"))
        return value ? finnc_value_tensor(value) : NULL;
    const finnc_attr *attr = finnc_node_find_attr(producer, "value");
    return attr ? finnc_attr_tensor(attr, 0) : NULL;
}

/* Gives back the caller's reference to `target`, also on failure. */
static finnc_status set_target(resizing *r, finnc_node *node, finnc_tensor *target)
{
    finnc_value *old = finnc_node_input(node, 1), *value;
    if (!finnc_value_producer(old))
        return fnc_set_constant(r->cx, node, 1, target);
    FINNC_TRY(fnc_insert_tensor(r->cx, r->graph, finnc_value_name(old), target, &value));
    return finnc_node_set_input(r->cx, node, 1, value);
}

/* A Reshape that spells the batch size out has to spell the new one. */
static finnc_status resize_target(resizing *r, finnc_node *node)
{
    const finnc_tensor *target = constant_of(node, 1);
    if (!target || finnc_tensor_nelems(target) < 1)
        return FINNC_OK;
    const int64_t first = finnc_tensor_get_int(target, 0);
    if (first == 0 || first == -1) /* as before; what is left */
        return FINNC_OK;
    if (r->old >= 0 && first != r->old) { /* be it by chance the new size */
        finnc_pass_missed(r->run, node, "its target begins with %" PRId64 ", not the batch size",
                          first);
        return FINNC_OK;
    }
    if (first == r->size)
        return FINNC_OK;
    finnc_tensor *changed;
    FINNC_TRY(finnc_tensor_create(r->cx, finnc_tensor_elem(target), finnc_tensor_rank(target),
                                  finnc_tensor_dims(target), &changed));
    for (int64_t i = 0; i < finnc_tensor_nelems(target); i++)
        finnc_tensor_set_int(changed, i, i == 0 ? r->size : finnc_tensor_get_int(target, i));
    return set_target(r, node, changed);
}

static finnc_status resize_node(resizing *r, finnc_node *node)
{
    if (finnc_node_is(node, "Reshape"))
        FINNC_TRY(resize_target(r, node));
    for (size_t o = 0; o < finnc_node_noutputs(node); o++) {
        finnc_value *value = finnc_node_output(node, o);
        if (!value)
            continue;
        FINNC_TRY(reach(r, value));
        if (finnc_value_is_output(value))
            FINNC_TRY(resize_end(r, value));
        else
            finnc_value_clear_type(value); /* inferred anew */
    }
    return FINNC_OK;
}

static finnc_status resize(resizing *r)
{
    FINNC_TRY(finnc_graph_sort(r->cx, r->graph));
    finnc_value *value;
    for (size_t at = 0; (value = finnc_graph_next_free_input(r->graph, &at));) {
        FINNC_TRY(reach(r, value));
        FINNC_TRY(resize_end(r, value));
    }
    finnc_foreach_node (node, r->graph) {
        if (is_reached(r, node))
            FINNC_TRY(resize_node(r, node));
    }
    return FINNC_OK;
}

static finnc_status change(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    resizing r = {.run = run, .cx = cx, .graph = graph, .size = finnc_pass_int(run, "bsize")};
    if (r.size < 1)
        return finnc_fail(cx, FINNC_BAD_VALUE, "bsize is %" PRId64 ", not at least 1", r.size);
    if (finnc_graph_ninputs(graph) == 0 || finnc_value_rank(finnc_graph_input(graph, 0)) < 1)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the first graph input has no batch dimension");
    r.old = finnc_value_dim(finnc_graph_input(graph, 0), 0).size;
    if (r.old == r.size)
        return FINNC_OK;
    fnc_arena_init(&r.scratch, cx);
    r.reached.arena = &r.scratch;
    const finnc_status status = resize(&r);
    fnc_arena_clear(&r.scratch);
    return status;
}

const finnc_pass fnc_pass_change_batch_size = {
    .name = "ChangeBatchSize",
    .summary = "gives the network another batch size",
    .upstream = "qonnx.transformation.change_batchsize",
    .notes =
        "The batch size is the first dimension of the first graph input. Every input and output "
        "that begins with it follows (upstream: the first ones), shapes between are inferred, and "
        "a Reshape on the way that spells it out is changed; Reshapes of weights are not, which "
        "upstream breaks.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_IO,
    .params = {{"bsize", FINNC_PARAM_INT, NULL, "the new batch size"}},
    .run = change,
    .finish = "InferShapes",
};

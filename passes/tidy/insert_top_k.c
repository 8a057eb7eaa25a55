/*      y = f(...)        becomes        _, indices = TopK(f(...), k)
 * for the first graph output: the classes in place of their scores. */
#include "pass.h"

#include "../support/build.h"
#include "../support/opset.h"

#include <base/arena.h>

#include <finnc/op.h>

#include <inttypes.h>
#include <string.h>

/* The shape of a TopK of `scores`; rank -1 if that one is not known. */
typedef struct shape {
    int rank;
    finnc_dim dims[FINNC_MAX_RANK];
} shape;

static finnc_status find_shape(finnc_ctx *cx, const finnc_value *scores, int64_t k, int64_t axis,
                               shape *s)
{
    s->rank = finnc_value_rank(scores);
    if (s->rank > FINNC_MAX_RANK)
        s->rank = -1;
    if (s->rank < 0)
        return FINNC_OK;
    if (axis < -s->rank || axis >= s->rank)
        return finnc_fail(cx, FINNC_BAD_VALUE, "axis %" PRId64 " is outside a tensor of rank %d",
                          axis, s->rank);
    for (int i = 0; i < s->rank; i++)
        s->dims[i] = finnc_value_dim(scores, i);
    finnc_dim *along = &s->dims[axis < 0 ? axis + s->rank : axis];
    if (along->size >= 0 && k > along->size)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "k is %" PRId64 ", more than the %" PRId64 " entries along axis %" PRId64,
                          k, along->size, axis);
    *along = (finnc_dim){.size = k};
    return FINNC_OK;
}

/* Whether k elements are there has to be known before there is a TopK. */
static finnc_status learn_type(finnc_ctx *cx, finnc_graph *graph, const finnc_value *scores)
{
    const int rank = finnc_value_rank(scores);
    bool is_known = rank >= 0 && finnc_value_elem(scores) != FINNC_ELEM_UNDEFINED;
    for (int i = 0; i < rank; i++)
        is_known &= finnc_value_dim(scores, i).size >= 0;
    return is_known ? FINNC_OK : finnc_graph_infer_shapes(cx, graph);
}

static finnc_status check_type(finnc_ctx *cx, const finnc_value *scores)
{
    FNC_AT_TENSOR(cx, finnc_value_name(scores));
    return finnc_op_check_elem(cx, finnc_op_find("", "TopK"), 0, finnc_value_elem(scores));
}

static finnc_status insert_k(finnc_ctx *cx, finnc_graph *graph, int64_t k, finnc_value **value)
{
    finnc_tensor *tensor;
    FINNC_TRY(finnc_tensor_create_from(cx, FINNC_ELEM_INT64, 1, (int64_t[]){1}, &k, &tensor));
    finnc_status status = finnc_graph_insert_constant(cx, graph, "topk_k", tensor, value);
    finnc_tensor_release(tensor);
    return status;
}

/* As its version has it: how many was an attribute, and the largest ones in order were all that
 * there was. */
static finnc_status insert_node(finnc_pass_run *run, finnc_graph *graph, finnc_value *scores,
                                finnc_value *const *outputs, finnc_node **node)
{
    enum { K_IS_INPUT = 10, HAS_SMALLEST = 11 };
    finnc_ctx *cx = finnc_pass_ctx(run);
    const int64_t k = finnc_pass_int(run, "k"), largest = finnc_pass_int(run, "largest");
    FINNC_TRY(fnc_import(cx, graph, NULL));
    if (!largest)
        FINNC_TRY(fnc_raise_opset(cx, finnc_graph_model(graph), "", HAS_SMALLEST));
    const int64_t version = fnc_standard_version(graph);
    finnc_value *inputs[2] = {scores};
    if (version >= K_IS_INPUT)
        FINNC_TRY(insert_k(cx, graph, k, &inputs[1]));
    const finnc_node_spec spec = {.op_type = "TopK",
                                  .inputs = inputs,
                                  .ninputs = version >= K_IS_INPUT ? 2 : 1,
                                  .outputs = outputs,
                                  .noutputs = 2};
    FINNC_TRY(finnc_graph_insert_node(cx, graph, &spec, NULL, node));
    FINNC_TRY(finnc_node_set_int(cx, *node, "axis", finnc_pass_int(run, "axis")));
    if (version < K_IS_INPUT)
        FINNC_TRY(finnc_node_set_int(cx, *node, "k", k));
    if (version < HAS_SMALLEST)
        return FINNC_OK;
    FINNC_TRY(finnc_node_set_int(cx, *node, "largest", largest));
    return finnc_node_set_int(cx, *node, "sorted", finnc_pass_int(run, "sorted"));
}

/* Puts `value` where the first graph output was. */
static finnc_status show_instead(finnc_ctx *cx, finnc_graph *graph, finnc_value *value)
{
    const size_t n = finnc_graph_noutputs(graph);
    fnc_arena scratch;
    fnc_arena_init(&scratch, cx);
    finnc_value **outputs = FNC_NEW_ARRAY(&scratch, finnc_value *, n);
    finnc_status status = outputs ? FINNC_OK : finnc_no_memory(cx);
    if (outputs) {
        for (size_t i = 0; i < n; i++)
            outputs[i] = i == 0 ? value : finnc_graph_output(graph, i);
        status = finnc_graph_set_outputs(cx, graph, outputs, n);
    }
    fnc_arena_clear(&scratch);
    return status;
}

static finnc_status insert(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    const int64_t k = finnc_pass_int(run, "k");
    const int64_t axis = finnc_pass_int(run, "axis");
    if (k < 1)
        return finnc_fail(cx, FINNC_BAD_VALUE, "k is %" PRId64 ", not at least 1", k);
    if (finnc_graph_noutputs(graph) == 0)
        return finnc_fail(cx, FINNC_BAD_VALUE, "the graph has no output");

    finnc_value *scores = finnc_graph_output(graph, 0);
    const finnc_node *producer = finnc_value_producer(scores);
    if (producer && finnc_node_is(producer, "TopK")) {
        finnc_pass_missed(run, producer, "the first graph output is a TopK's already");
        return FINNC_OK;
    }

    shape s;
    FINNC_TRY(learn_type(cx, graph, scores));
    FINNC_TRY(check_type(cx, scores));
    FINNC_TRY(find_shape(cx, scores, k, axis, &s));
    finnc_value *values, *indices;
    FINNC_TRY(finnc_graph_insert_value(cx, graph, "topk_values", &values));
    FINNC_TRY(finnc_graph_insert_value(cx, graph, "topk_indices", &indices));
    FINNC_TRY(finnc_value_set_type(cx, values, finnc_value_elem(scores), s.rank, s.dims));
    FINNC_TRY(finnc_value_set_dtype(cx, values, finnc_value_dtype(scores)));
    FINNC_TRY(finnc_value_set_type(cx, indices, FINNC_ELEM_INT64, s.rank, s.dims));
    FINNC_TRY(finnc_value_set_dtype(cx, indices, finnc_dtype_uint(32)));

    finnc_node *node;
    FINNC_TRY(insert_node(run, graph, scores, (finnc_value *const[]){values, indices}, &node));
    FINNC_TRY(show_instead(cx, graph, indices));
    finnc_pass_applied(run, node, "the first graph output is now the %" PRId64 " best classes", k);
    return FINNC_OK;
}

const finnc_pass fnc_pass_insert_top_k = {
    .name = "InsertTopK",
    .summary = "the first graph output becomes the indices of its k largest elements",
    .upstream = "qonnx.transformation.insert_topk",
    .notes =
        "Does nothing if the first output is a TopK's already. A k larger than the axis, an "
        "axis that is not there, or an output that TopK does not take, is an error; upstream builds a "
        "model that cannot run. Before opset 11 the TopK is written as it was then (k is an "
        "attribute before 10); the smallest elements need 11, to which the model is brought.",
    .flags = FINNC_PASS_STABLE | FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO,
    .params = {{"k", FINNC_PARAM_INT, "5", "how many"},
               {"axis", FINNC_PARAM_INT, "-1", "along which axis; from the end if negative"},
               {"largest", FINNC_PARAM_INT, "1", "1: the largest; 0: the smallest"},
               {"sorted", FINNC_PARAM_INT, "1", "1: the best one first"}},
    .run = insert,
};

/*      y = MatMul(x, w), both of -1 and +1
 * becomes
 *      y = XnorPopcountMatMul(x', w') * 2 - K, x' and w' of 0 and 1
 * With x = 2x' - 1 and w = 2w' - 1, a product is +1 where x' and w' agree and -1 elsewhere; over K
 * of them, with p agreeing, that makes p - (K - p). */
#include "pass.h"

#include "../support/build.h"
#include "../support/opset.h"
#include "binary_source.h"

/* K, the length of the sums; 0 if `w` is no constant matrix. */
static int64_t count_rows(const finnc_value *w)
{
    const finnc_tensor *tensor = finnc_value_tensor(w);
    return tensor && finnc_tensor_rank(tensor) == 2 ? finnc_tensor_dim(tensor, 0) : 0;
}

static bool is_bipolar(const finnc_value *value)
{
    return value && finnc_value_dtype(value).kind == FINNC_DTYPE_BIPOLAR;
}

static const char *obstacle(const finnc_node *node)
{
    const finnc_value *w = finnc_node_input(node, 1);
    if (!finnc_value_is_constant(w))
        return "its weights are no constant";
    if (!fnc_broadcasts(finnc_node_graph(node)))
        return FNC_NO_BROADCAST;
    if (count_rows(w) == 0)
        return "its weights are no matrix";
    return fnc_binary_source_obstacle(node);
}

/* 0 for -1 and 1 for +1. False if there are others: depthwise layers are annotated BIPOLAR although
 * they have zeros. Millions of them are usual. */
static bool to_bits(const float *x, float *bit, int64_t count)
{
    bool others = false;
    for (int64_t i = 0; i < count; i++) {
        others |= x[i] != 1 && x[i] != -1;
        bit[i] = x[i] > 0 ? 1 : 0;
    }
    return !others;
}

/* `*bits`: the weights as 0 and 1, in their own element type; NULL if they are not all bipolar. */
static finnc_status find_bits(finnc_ctx *cx, const finnc_tensor *w, finnc_tensor **bits)
{
    finnc_tensor *floats, *single = NULL;
    const void *data;
    *bits = NULL;
    FINNC_TRY(finnc_tensor_cast(cx, w, FINNC_ELEM_FLOAT, &floats));
    finnc_status status = finnc_tensor_need_data(cx, floats, &data);
    if (status == FINNC_OK)
        status = finnc_tensor_create(cx, FINNC_ELEM_FLOAT, finnc_tensor_rank(w),
                                     finnc_tensor_dims(w), &single);
    if (status == FINNC_OK && to_bits(data, finnc_tensor_edit(single), finnc_tensor_nelems(w)))
        status = finnc_tensor_cast(cx, single, finnc_tensor_elem(w), bits);
    finnc_tensor_release(single);
    finnc_tensor_release(floats);
    return status;
}

/* `y` = counts * 2 - K, behind the node that counts. */
static finnc_status insert_affine(finnc_ctx *cx, finnc_node *node, finnc_value *counts,
                                  finnc_value *y, int64_t k)
{
    finnc_graph *graph = finnc_node_graph(node);
    finnc_node *next = finnc_node_next(node);
    finnc_value *two, *minus_k, *doubled;
    FINNC_TRY(fnc_insert_number(cx, graph, "two", 2, y, &two));
    FINNC_TRY(fnc_insert_number(cx, graph, "minus_k", -(double)k, y, &minus_k));
    FINNC_TRY(finnc_graph_insert_value(cx, graph, "doubled", &doubled));
    FINNC_TRY(fnc_insert_op(cx, graph, NULL, "Mul", (finnc_value *const[]){counts, two}, 2, doubled,
                            next, NULL));
    return fnc_insert_op(cx, graph, NULL, "Add", (finnc_value *const[]){doubled, minus_k}, 2, y,
                         next, NULL);
}

/* `bits` is given back here. */
static finnc_status convert(fnc_binary_source *source, finnc_node *node, finnc_tensor *bits)
{
    finnc_ctx *cx = source->cx;
    const int64_t k = finnc_tensor_dim(bits, 0);
    finnc_value *y = finnc_node_output(node, 0), *counts;

    FINNC_TRY(fnc_set_constant(cx, node, 1, bits));
    FINNC_TRY(finnc_value_set_dtype(cx, finnc_node_input(node, 1), finnc_dtype_uint(1)));
    FINNC_TRY(fnc_binary_source_use(source, node));
    FINNC_TRY(finnc_graph_insert_value(cx, source->graph, "popcount", &counts));
    FINNC_TRY(finnc_value_set_dtype(cx, counts, finnc_dtype_uint(32)));
    FINNC_TRY(finnc_node_set_output(cx, node, 0, counts));
    FINNC_TRY(fnc_import(cx, source->graph, "qonnx.custom_op.general"));
    FINNC_TRY(finnc_node_set_op(cx, node, "XnorPopcountMatMul", "qonnx.custom_op.general"));
    return insert_affine(cx, node, counts, y, k);
}

static finnc_status convert_or_explain(finnc_pass_run *run, fnc_binary_source *source,
                                       finnc_node *node)
{
    FNC_AT_NODE(source->cx, node);
    finnc_tensor *bits = NULL;
    const char *reason = obstacle(node);
    if (!reason) {
        FINNC_TRY(find_bits(source->cx, finnc_value_tensor(finnc_node_input(node, 1)), &bits));
        if (!bits)
            reason = "its weights are annotated BIPOLAR, but not all are -1 or +1";
    }
    if (reason) {
        finnc_pass_missed(run, node, "%s", reason);
        return FINNC_OK;
    }
    finnc_pass_applied(run, node, "it counts agreeing bits now");
    return convert(source, node, bits);
}

static bool is_candidate(const finnc_node *node)
{
    return finnc_node_is(node, "MatMul") && is_bipolar(finnc_node_input(node, 0)) &&
           is_bipolar(finnc_node_input(node, 1));
}

static finnc_status convert_all(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_ctx *cx = finnc_pass_ctx(run);
    fnc_binary_source source;
    fnc_binary_source_init(&source, cx, graph);
    finnc_status status = FINNC_OK;
    finnc_foreach_node (node, graph) {
        if (is_candidate(node) && finnc_pass_may_rewrite(run))
            status = convert_or_explain(run, &source, node);
        if (status != FINNC_OK)
            break;
    }
    fnc_binary_source_clear(&source);
    return status;
}

const finnc_pass fnc_pass_convert_bipolar_mat_mul_to_xnor_popcount = {
    .name = "ConvertBipolarMatMulToXnorPopcount",
    .summary = "products of -1 and +1 become XNOR and popcount of 0 and 1",
    .upstream = "qonnx.transformation.bipolar_to_xnor",
    .notes =
        "The MultiThreshold that made -1 and +1 makes 0 and 1 instead. If others read its output, "
        "they keep it and the matrix products share a copy that makes 0 and 1; upstream changes "
        "the data under the other readers, whose results are wrong then. A graph input becomes "
        "BINARY, with a warning, if nobody else reads it.\n\n"
        "Left alone, with a remark: data padded with zeros on the way (a 0 would count as -1), "
        "weights that are annotated BIPOLAR but have zeros, data from elsewhere (upstream stops "
        "with an exception).",
    .flags = FINNC_PASS_STABLE,
    .run = convert_all,
    .finish = "InferShapes,InferDataTypes",
};

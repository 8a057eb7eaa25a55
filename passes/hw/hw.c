#include "hw.h"

#include <base/buf.h>

#include <inttypes.h>
#include <string.h>

finnc_status fnc_hw_insert(finnc_ctx *cx, finnc_graph *graph, const char *op_type,
                           finnc_value *const *inputs, size_t ninputs, finnc_value *output,
                           finnc_node *before, finnc_node **node)
{
    finnc_node *made;
    FINNC_TRY(
        fnc_insert_op(cx, graph, FNC_HW_DOMAIN, op_type, inputs, ninputs, output, before, &made));
    if (node)
        *node = made;
    return finnc_node_set_string(cx, made, "backend", "fpgadataflow");
}

finnc_status fnc_hw_name_after(finnc_ctx *cx, finnc_node *node, const char *prefix,
                               const finnc_node *old)
{
    fnc_buf name;
    fnc_buf_init(&name, cx);
    fnc_buf_printf(&name, "%s%s", prefix, finnc_node_name(old));
    finnc_status status = fnc_buf_check(&name);
    if (status == FINNC_OK)
        status = finnc_node_rename(cx, node, fnc_buf_text(&name));
    fnc_buf_clear(&name);
    return status;
}

finnc_status fnc_hw_attr_dtype(finnc_ctx *cx, finnc_node *node, const char *name, finnc_dtype dtype)
{
    char text[FINNC_DTYPE_NAME_MAX];
    return finnc_node_set_string(cx, node, name, finnc_dtype_name(dtype, text));
}

finnc_status fnc_hw_attr_vectors(finnc_ctx *cx, finnc_node *node, const int64_t *dims, int rank)
{
    return finnc_node_set_ints(cx, node, "numInputVectors", dims, rank > 0 ? (size_t)rank - 1 : 0);
}

bool fnc_hw_is(const finnc_node *node, const char *layer)
{
    const finnc_layer *own = node ? finnc_layer_find(node) : NULL;
    return own && !strcmp(finnc_layer_name(own), layer);
}

bool fnc_hw_is_dataflow(const finnc_node *node)
{
    return node && !strcmp(finnc_node_string(node, "backend", ""), "fpgadataflow");
}

finnc_status fnc_hw_need_dataflow(finnc_ctx *cx, const finnc_graph *graph, const char *who)
{
    finnc_foreach_node (node, graph) {
        if (fnc_hw_is_dataflow(node))
            continue;
        FNC_AT_NODE(cx, node);
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "is no hardware layer, and %s needs a graph of layers alone: see "
                          "CreateDataflowPartition",
                          who);
    }
    return FINNC_OK;
}

finnc_status fnc_hw_insert_twin(finnc_ctx *cx, finnc_graph *graph, const finnc_value *value,
                                finnc_value **twin)
{
    finnc_dim dims[FINNC_MAX_RANK];
    const int rank = finnc_value_rank(value);
    if (rank > FINNC_MAX_RANK)
        return finnc_fail(cx, FINNC_UNSUPPORTED, "%s has %d axes", finnc_value_name(value), rank);
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_value_dim(value, i);
    FINNC_TRY(finnc_graph_insert_value(cx, graph, finnc_value_name(value), twin));
    FINNC_TRY(finnc_value_set_type(cx, *twin, FINNC_ELEM_FLOAT, rank, dims));
    return finnc_value_set_dtype(cx, *twin, finnc_value_dtype(value));
}

finnc_status fnc_hw_need_shape(finnc_ctx *cx, finnc_graph *graph, const finnc_value *value,
                               bool *has_inferred)
{
    if (*has_inferred || finnc_value_rank(value) >= 0)
        return FINNC_OK;
    *has_inferred = true;
    return finnc_graph_infer_shapes(cx, graph);
}

finnc_status fnc_hw_insert_untyped_stream(finnc_ctx *cx, finnc_graph *graph,
                                          const finnc_value *like, const finnc_stream *stream,
                                          finnc_value **value)
{
    int64_t dims[FINNC_MAX_RANK], nelems;
    const int rank = finnc_value_rank(like);
    /* Attributes that contradict the tensor would make two shapes of one stream. */
    const bool is_known = finnc_value_dims(like, rank, dims);
    FINNC_TRY(finnc_shape_nelems(cx, stream->rank, stream->dims, &nelems));
    if (is_known && finnc_value_nelems(like) != nelems)
        return finnc_fail(cx, FINNC_BAD_VALUE,
                          "%s has %" PRId64 " elements, the layer's attributes make it %" PRId64,
                          finnc_value_name(like), finnc_value_nelems(like), nelems);
    FINNC_TRY(finnc_graph_insert_value(cx, graph, finnc_value_name(like), value));
    return finnc_value_set_shape(cx, *value, FINNC_ELEM_FLOAT, is_known ? rank : stream->rank,
                                 is_known ? dims : stream->dims);
}

finnc_status fnc_hw_insert_stream(finnc_ctx *cx, finnc_graph *graph, const finnc_value *like,
                                  const finnc_stream *stream, finnc_value **value)
{
    FINNC_TRY(fnc_hw_insert_untyped_stream(cx, graph, like, stream, value));
    return finnc_value_set_dtype(cx, *value, stream->dtype);
}

finnc_node *fnc_hw_stream_maker(const finnc_node *node)
{
    const finnc_value *x = finnc_node_input(node, 0);
    return x ? finnc_value_producer(finnc_stream_source(x)) : NULL;
}

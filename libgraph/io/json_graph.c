#include "json_graph.h"

#include "kind.h"
#include "text_kind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- attributes ---- */

static json_t *tensor_summary(fnc_json *j, const finnc_tensor *tensor)
{
    json_t *t = fnc_json_object(j);
    const char *elem = finnc_elem_name(finnc_tensor_elem(tensor));
    json_t *shape = fnc_json_array(j);
    for (int i = 0; i < finnc_tensor_rank(tensor); i++)
        fnc_json_append(j, shape, fnc_json_int(j, finnc_tensor_dim(tensor, i)));
    fnc_json_put(j, t, "shape", shape);
    fnc_json_put(j, t, "type", elem ? fnc_json_text(j, elem) : json_null());
    if (j->weights)
        fnc_json_put(j, t, "data", fnc_json_elements(j, tensor));
    return t;
}

static json_t *subgraph(fnc_json *j, const finnc_graph *graph)
{
    json_t *g = fnc_json_object(j);
    fnc_json_put(j, g, "name", fnc_json_text(j, finnc_graph_name(graph)));
    fnc_json_add_graph(j, g, graph);
    return g;
}

static json_t *attr_item(fnc_json *j, const finnc_attr *attr, size_t i)
{
    switch (fnc_text_kind_single(finnc_attr_get_kind(attr))) {
    case FINNC_ATTR_FLOAT:
        return fnc_json_real(j, (double)finnc_attr_float(attr, i));
    case FINNC_ATTR_INT:
        return fnc_json_int(j, finnc_attr_int(attr, i));
    case FINNC_ATTR_STRING:
        return fnc_json_string(j, finnc_attr_string(attr, i));
    case FINNC_ATTR_TENSOR:
        return tensor_summary(j, finnc_attr_tensor(attr, i));
    case FINNC_ATTR_GRAPH:
        return subgraph(j, finnc_attr_graph(attr, i));
    case FINNC_ATTR_UNDEFINED:
    case FINNC_ATTR_FLOATS:
    case FINNC_ATTR_INTS:
    case FINNC_ATTR_STRINGS:
    case FINNC_ATTR_TENSORS:
    case FINNC_ATTR_GRAPHS:
    case FINNC_ATTR_SPARSE_TENSOR:
    case FINNC_ATTR_SPARSE_TENSORS:
    case FINNC_ATTR_TYPE_PROTO:
    case FINNC_ATTR_TYPE_PROTOS:
        break;
    }
    return json_null();
}

json_t *fnc_json_attr(fnc_json *j, const finnc_attr *attr)
{
    if (finnc_attr_ref(attr)) {
        json_t *ref = fnc_json_object(j);
        fnc_json_put(j, ref, "ref", fnc_json_text(j, finnc_attr_ref(attr)));
        return ref;
    }
    if (!fnc_text_kind_is_list(finnc_attr_get_kind(attr)))
        return attr_item(j, attr, 0);
    json_t *list = fnc_json_array(j);
    for (size_t i = 0; i < finnc_attr_count(attr) && !j->failed; i++)
        fnc_json_append(j, list, attr_item(j, attr, i));
    return list;
}

/* ---- nodes ---- */

static json_t *value_name(fnc_json *j, const finnc_value *value)
{
    return fnc_json_text(j, value ? finnc_value_name(value) : "");
}

/* What inference_cost counts; null if the shapes are not known well enough. */
static json_t *cost_of(fnc_json *j, const finnc_node *node)
{
    finnc_cost cost = {0};
    finnc_status status = finnc_node_cost(j->cx, node, &cost);
    if (status != FINNC_OK) {
        if (status == FINNC_NO_MEMORY || status == FINNC_CANCELLED)
            j->status = status;
        else
            finnc_ctx_clear(j->cx);
        return json_null();
    }
    j->macs += cost.macs;
    json_t *c = fnc_json_object(j);
    fnc_json_put(j, c, "macs", fnc_json_real(j, cost.macs));
    fnc_json_put(j, c, "weights", fnc_json_real(j, cost.weights));
    fnc_json_put(j, c, "outputs", fnc_json_real(j, cost.outputs));
    return c;
}

static json_t *node_object(fnc_json *j, const finnc_node *node)
{
    json_t *n = fnc_json_object(j), *inputs = fnc_json_array(j), *outputs = fnc_json_array(j);
    for (size_t i = 0; i < finnc_node_ninputs(node); i++)
        fnc_json_append(j, inputs, value_name(j, finnc_node_input(node, i)));
    for (size_t i = 0; i < finnc_node_noutputs(node); i++)
        fnc_json_append(j, outputs, value_name(j, finnc_node_output(node, i)));
    fnc_json_put(j, n, "op", fnc_json_text(j, finnc_node_op_type(node)));
    fnc_json_put(j, n, "domain", fnc_json_text(j, finnc_node_domain(node)));
    fnc_json_put(j, n, "name", fnc_json_text(j, finnc_node_name(node)));
    fnc_json_put(j, n, "kind", fnc_json_text(j, fnc_kind_name(fnc_node_kind(node))));
    fnc_json_put(j, n, "inputs", inputs);
    fnc_json_put(j, n, "outputs", outputs);
    json_t *attrs = fnc_json_object(j);
    for (size_t i = 0; i < finnc_node_nattrs(node) && !j->failed; i++) {
        const finnc_attr *attr = finnc_node_attr(node, i);
        fnc_json_put_name(j, attrs, finnc_attr_name(attr), fnc_json_attr(j, attr));
    }
    fnc_json_put(j, n, "attrs", attrs);
    fnc_json_put(j, n, "cost", cost_of(j, node));
    j->nodes++;
    return n;
}

/* ---- values ---- */

/* Sizes as numbers, named dimensions as strings, unknown ones and unknown shapes as null. */
static json_t *shape_of(fnc_json *j, const finnc_value *value)
{
    if (finnc_value_rank(value) < 0)
        return json_null();
    json_t *shape = fnc_json_array(j);
    for (int i = 0; i < finnc_value_rank(value); i++) {
        finnc_dim dim = finnc_value_dim(value, i);
        fnc_json_append(j, shape,
                        dim.size >= 0 ? fnc_json_int(j, dim.size)
                        : dim.symbol  ? fnc_json_text(j, dim.symbol)
                                      : json_null());
    }
    return shape;
}

static json_t *layout_of(fnc_json *j, const finnc_value *value)
{
    const char *layout = finnc_value_layout(value);
    if (!layout)
        return json_null();
    json_t *letters = fnc_json_array(j);
    for (; *layout; layout++)
        fnc_json_append(j, letters, fnc_json_string(j, (finnc_string){layout, 1}));
    return letters;
}

static void count_parameters(fnc_json *j, const finnc_value *value)
{
    char type[FINNC_DTYPE_NAME_MAX];
    int64_t nelems = finnc_tensor_nelems(finnc_value_tensor(value));
    fnc_value_type_name(value, type);
    const json_t *before = json_object_get(j->parameter_bits, type);
    int64_t bits;
    if (!fnc_mul_i64(nelems, fnc_value_type_bits(value), &bits) ||
        !fnc_add_i64(bits, json_integer_value(before), &bits))
        bits = INT64_MAX;
    fnc_json_put(j, j->parameter_bits, type, fnc_json_int(j, bits));
    if (!fnc_add_i64(j->parameters, nelems, &j->parameters))
        j->parameters = INT64_MAX;
}

static json_t *value_object(fnc_json *j, const finnc_value *value)
{
    char dtype[FINNC_DTYPE_NAME_MAX];
    json_t *v = fnc_json_object(j);
    const char *elem = finnc_value_elem(value) ? finnc_elem_name(finnc_value_elem(value)) : NULL;
    const finnc_tensor *tensor = finnc_value_tensor(value);
    int64_t nelems = finnc_value_nelems(value);
    fnc_json_put(j, v, "shape", shape_of(j, value));
    fnc_json_put(j, v, "datatype",
                 fnc_json_text(j, finnc_dtype_name(finnc_value_dtype(value), dtype)));
    fnc_json_put(j, v, "layout", layout_of(j, value));
    fnc_json_put(j, v, "initializer", json_boolean(tensor != NULL));
    fnc_json_put(j, v, "type", elem ? fnc_json_text(j, elem) : json_null());
    fnc_json_put(j, v, "elements", nelems >= 0 ? fnc_json_int(j, nelems) : json_null());
    if (finnc_value_sparsity(value))
        fnc_json_put(j, v, "sparsity", fnc_json_text(j, finnc_value_sparsity(value)));
    if (tensor && j->parameter_bits)
        count_parameters(j, value);
    if (tensor && j->weights)
        fnc_json_put(j, v, "data", fnc_json_elements(j, tensor));
    return v;
}

/* ---- graphs ---- */

void fnc_json_add_graph(fnc_json *j, json_t *object, const finnc_graph *graph)
{
    json_t *inputs = fnc_json_array(j), *outputs = fnc_json_array(j);
    json_t *nodes = fnc_json_array(j), *tensors = fnc_json_object(j);
    for (size_t i = 0; i < finnc_graph_ninputs(graph); i++)
        fnc_json_append(j, inputs, value_name(j, finnc_graph_input(graph, i)));
    for (size_t i = 0; i < finnc_graph_noutputs(graph); i++)
        fnc_json_append(j, outputs, value_name(j, finnc_graph_output(graph, i)));
    fnc_json_put(j, object, "inputs", inputs);
    fnc_json_put(j, object, "outputs", outputs);
    finnc_foreach_node (node, graph)
        if (!j->failed && j->status == FINNC_OK)
            fnc_json_append(j, nodes, node_object(j, node));
    finnc_foreach_value (value, graph)
        if (!j->failed && j->status == FINNC_OK)
            fnc_json_put_name(j, tensors, finnc_value_name(value), value_object(j, value));
    fnc_json_put(j, object, "nodes", nodes);
    fnc_json_put(j, object, "tensors", tensors);
}

/* Graphs: GraphProto. */
#include "onnx_graph.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static finnc_status read_input(fnc_onnx_reader *r, finnc_graph *graph, size_t i,
                               const Onnx__ValueInfoProto *info, finnc_value **value)
{
    if (!info->name || !*info->name)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "graph input %zu has no name", i);
    if (finnc_graph_find_value(graph, info->name))
        return finnc_fail(r->cx, FINNC_BAD_FILE, "graph input '%s' is there twice", info->name);
    return fnc_graph_add_value(r->cx, graph, info->name, value);
}

static finnc_status read_output(fnc_onnx_reader *r, finnc_graph *graph, size_t i,
                                const Onnx__ValueInfoProto *info, finnc_value **value)
{
    if (!info->name || !*info->name)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "graph output %zu has no name", i);
    *value = finnc_graph_find_value(graph, info->name);
    return *value ? FINNC_OK : fnc_graph_add_value(r->cx, graph, info->name, value);
}

static finnc_status read_inputs(fnc_onnx_reader *r, finnc_graph *graph, Onnx__GraphProto *p)
{
    finnc_value **values = FNC_NEW_ARRAY(r->scratch, finnc_value *, p->n_input);
    if (!values)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_input; i++)
        FINNC_TRY(read_input(r, graph, i, p->input[i], &values[i]));
    return finnc_graph_set_inputs(r->cx, graph, values, p->n_input);
}

static finnc_status read_outputs(fnc_onnx_reader *r, finnc_graph *graph, Onnx__GraphProto *p)
{
    finnc_value **values = FNC_NEW_ARRAY(r->scratch, finnc_value *, p->n_output);
    if (!values)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_output; i++)
        FINNC_TRY(read_output(r, graph, i, p->output[i], &values[i]));
    return finnc_graph_set_outputs(r->cx, graph, values, p->n_output);
}

/* Gives an initialiser to its value and ends our reference to it. */
static finnc_status attach(fnc_onnx_reader *r, finnc_value *value, finnc_tensor *tensor)
{
    value->tensor = tensor;
    value->init_order = fnc_next_order(r->model);
    finnc_dim dims[FINNC_MAX_RANK];
    for (int i = 0; i < tensor->rank; i++)
        dims[i] = (finnc_dim){tensor->dims[i], NULL};
    bool changed;
    return fnc_type_set(r->cx, &r->model->arena, &value->type, tensor->elem, tensor->rank, dims,
                        &changed);
}

/* The value of an initialiser: new, or a graph input whose default it is. */
static finnc_status need_initialised(fnc_onnx_reader *r, finnc_graph *graph, const char *name,
                                     size_t i, finnc_value **value)
{
    if (!name || !*name)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "initialiser %zu has no name", i);
    *value = finnc_graph_find_value(graph, name);
    if (*value && (*value)->tensor)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "initialiser '%s' is there twice", name);
    return *value ? FINNC_OK : fnc_graph_add_value(r->cx, graph, name, value);
}

static finnc_status read_initializer(fnc_onnx_reader *r, finnc_graph *graph, size_t i,
                                     Onnx__TensorProto *p)
{
    finnc_value *value;
    finnc_tensor *tensor;
    FINNC_TRY(need_initialised(r, graph, p->name, i, &value));
    FNC_AT_TENSOR(r->cx, value->name);
    FINNC_TRY(fnc_onnx_tensor_read(r->source, p, &tensor));
    return attach(r, value, tensor);
}

static finnc_status read_sparse(fnc_onnx_reader *r, finnc_graph *graph, size_t i,
                                Onnx__SparseTensorProto *p)
{
    finnc_value *value;
    finnc_tensor *tensor;
    FINNC_TRY(need_initialised(r, graph, p->values ? p->values->name : NULL, i, &value));
    FNC_AT_TENSOR(r->cx, value->name);
    FINNC_TRY(fnc_onnx_sparse_read(r->source, p, &tensor));
    return attach(r, value, tensor);
}

/* What the entries of inputs or outputs tell. Those that have to be kept as they are move to the
 * list's beginning, marked with their place, from 1 on. `told` knows, by a value's id, of which
 * values something was told before. */
static finnc_status read_entries(fnc_onnx_reader *r, bool *told, finnc_value *const *values,
                                 size_t *count, Onnx__ValueInfoProto **infos)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        finnc_value *v = values[i];
        bool first = !told[v->id], same;
        told[v->id] = true;
        FINNC_TRY(fnc_onnx_info_read(r, v, first, infos[i], &same));
        if (same)
            continue;
        FINNC_TRY(fnc_onnx_info_mark(r, v, i + 1, infos[i]));
        infos[kept++] = infos[i];
    }
    *count = kept;
    return FINNC_OK;
}

static finnc_status read_values(fnc_onnx_reader *r, Onnx__GraphProto *p, finnc_graph *graph)
{
    FINNC_TRY(read_inputs(r, graph, p));
    for (size_t i = 0; i < p->n_initializer; i++)
        FINNC_TRY(read_initializer(r, graph, i, p->initializer[i]));
    for (size_t i = 0; i < p->n_sparse_initializer; i++)
        FINNC_TRY(read_sparse(r, graph, i, p->sparse_initializer[i]));
    FINNC_TRY(fnc_onnx_outputs_read(r, graph, p->n_node, p->node));
    FINNC_TRY(read_outputs(r, graph, p));
    bool *told = FNC_NEW_ARRAY(r->scratch, bool, r->model->next_value_id);
    if (!told)
        return finnc_no_memory(r->cx);
    FINNC_TRY(read_entries(r, told, graph->inputs, &p->n_input, p->input));
    FINNC_TRY(read_entries(r, told, graph->outputs, &p->n_output, p->output));
    FINNC_TRY(fnc_onnx_infos_read(r, graph, &p->n_value_info, p->value_info));
    return fnc_onnx_annotations_read(r, graph, &p->n_quantization_annotation,
                                     p->quantization_annotation);
}

finnc_status fnc_onnx_graph_read(fnc_onnx_reader *r, Onnx__GraphProto *p, finnc_graph *graph)
{
    FINNC_TRY(fnc_onnx_take_text(r, &p->name, &graph->name));
    FINNC_TRY(read_values(r, p, graph));
    FINNC_TRY(fnc_onnx_nodes_read(r, graph, p->n_node, p->node));
    p->n_node = p->n_initializer = p->n_sparse_initializer = 0;
    return fnc_onnx_keep(r, &p->base, &graph->extra);
}

/* ---- writing ---- */

/* The entries of inputs or outputs: `kept` ones where they still hold, else what the value tells.
 */
static finnc_status write_entries(fnc_onnx_writer *w, finnc_value *const *values, size_t nvalues,
                                  size_t *count, Onnx__ValueInfoProto ***infos)
{
    Onnx__ValueInfoProto **list = FNC_NEW_ARRAY(w->arena, Onnx__ValueInfoProto *, nvalues);
    if (!list)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < *count; i++) {
        Onnx__ValueInfoProto *info = (*infos)[i];
        fnc_onnx_mark mark = fnc_onnx_info_unmark(info);
        if (mark.order == 0 || mark.order > nvalues)
            continue;
        const finnc_value *v = values[mark.order - 1];
        bool holds;
        FINNC_TRY(fnc_onnx_mark_holds(w, &mark, v, &holds));
        if (holds && strcmp(v->name, info->name) == 0)
            list[mark.order - 1] = info;
    }
    for (size_t i = 0; i < nvalues; i++)
        if (!list[i])
            FINNC_TRY(fnc_onnx_info_write(w, values[i], &list[i]));
    *infos = list;
    *count = nvalues;
    return FINNC_OK;
}

static int by_order(const void *a, const void *b)
{
    uint64_t x = (*(const finnc_value *const *)a)->init_order;
    uint64_t y = (*(const finnc_value *const *)b)->init_order;
    return (x > y) - (x < y);
}

/* The values with initialisers, in their order. */
static finnc_status list_initialisers(fnc_onnx_writer *w, const finnc_graph *graph,
                                      const finnc_value ***list, size_t *count)
{
    const finnc_value **values = FNC_NEW_ARRAY(w->arena, const finnc_value *, graph->nvalues);
    if (!values)
        return finnc_no_memory(w->cx);
    size_t n = 0;
    bool sorted = true;
    for (const finnc_value *v = graph->first_value; v; v = v->next) {
        if (!v->tensor)
            continue;
        sorted &= n == 0 || values[n - 1]->init_order <= v->init_order;
        values[n++] = v;
    }
    if (!sorted)
        qsort(values, n, sizeof *values, by_order);
    *list = values;
    *count = n;
    return FINNC_OK;
}

static finnc_status write_initialiser(fnc_onnx_writer *w, const finnc_value *value,
                                      Onnx__GraphProto *p)
{
    FNC_AT_TENSOR(w->cx, value->name);
    if (value->tensor->storage == FNC_STORAGE_SPARSE) {
        Onnx__SparseTensorProto *sparse;
        FINNC_TRY(fnc_onnx_begin(w, &onnx__sparse_tensor_proto__descriptor, value->tensor->extra,
                                 &sparse));
        sparse->values->name = fnc_pb_text(value->name);
        p->sparse_initializer[p->n_sparse_initializer++] = sparse;
        return FINNC_OK;
    }
    Onnx__TensorProto *tensor;
    FINNC_TRY(fnc_onnx_tensor_write(w->cx, w->arena, value->tensor, w->form, &tensor));
    tensor->name = fnc_pb_text(value->name);
    p->initializer[p->n_initializer++] = tensor;
    return FINNC_OK;
}

static finnc_status write_initialisers(fnc_onnx_writer *w, const finnc_graph *graph,
                                       Onnx__GraphProto *p)
{
    const finnc_value **list = NULL;
    size_t count = 0;
    FINNC_TRY(list_initialisers(w, graph, &list, &count));
    p->initializer = FNC_NEW_ARRAY(w->arena, Onnx__TensorProto *, count);
    p->sparse_initializer = FNC_NEW_ARRAY(w->arena, Onnx__SparseTensorProto *, count);
    if (!p->initializer || !p->sparse_initializer)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < count; i++)
        FINNC_TRY(write_initialiser(w, list[i], p));
    return FINNC_OK;
}

finnc_status fnc_onnx_graph_write(fnc_onnx_writer *w, const finnc_graph *graph,
                                  Onnx__GraphProto **proto)
{
    Onnx__GraphProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__graph_proto__descriptor, graph->extra, &p));
    *proto = p;
    fnc_onnx_put_text(graph->name, &p->name);
    FINNC_TRY(fnc_onnx_nodes_write(w, graph, &p->n_node, &p->node));
    FINNC_TRY(write_initialisers(w, graph, p));
    FINNC_TRY(write_entries(w, graph->inputs, graph->ninputs, &p->n_input, &p->input));
    FINNC_TRY(write_entries(w, graph->outputs, graph->noutputs, &p->n_output, &p->output));
    FINNC_TRY(fnc_onnx_infos_write(w, graph, &p->n_value_info, &p->value_info));
    return fnc_onnx_annotations_write(w, graph, &p->n_quantization_annotation,
                                      &p->quantization_annotation);
}

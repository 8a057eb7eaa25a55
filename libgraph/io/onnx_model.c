/* Models: ModelProto, FunctionProto. */
#include "onnx_graph.h"

/* ---- reading ---- */

static finnc_status read_opsets(fnc_onnx_reader *r, Onnx__ModelProto *p)
{
    finnc_model *m = r->model;
    FINNC_TRY(fnc_check_few(r->cx, p->n_opset_import, "opset imports"));
    m->opsets = FNC_NEW_ARRAY(&m->arena, fnc_opset, p->n_opset_import);
    if (!m->opsets)
        return finnc_no_memory(r->cx);
    m->nopsets = p->n_opset_import;
    for (size_t i = 0; i < m->nopsets; i++) {
        Onnx__OperatorSetIdProto *o = p->opset_import[i];
        FINNC_TRY(fnc_onnx_take_text(r, &o->domain, &m->opsets[i].domain));
        m->opsets[i].version = o->version;
        if (o->version != 0)
            o->has_version = false;
        FINNC_TRY(fnc_onnx_keep(r, &o->base, &m->opsets[i].extra));
    }
    p->n_opset_import = 0;
    return FINNC_OK;
}

/* Entries without key or value, or with more than these, stay in the rest, all of them: their order
 * is theirs. */
static finnc_status read_metadata(fnc_onnx_reader *r, Onnx__ModelProto *p)
{
    finnc_model *m = r->model;
    for (size_t i = 0; i < p->n_metadata_props; i++) {
        const Onnx__StringStringEntryProto *e = p->metadata_props[i];
        if (!e->key || !e->value || e->base.n_unknown_fields)
            return FINNC_OK;
    }
    m->metadata = FNC_NEW_ARRAY(&m->arena, fnc_metadata, p->n_metadata_props);
    if (!m->metadata)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_metadata_props; i++) {
        m->metadata[i].key = fnc_arena_strdup(&m->arena, p->metadata_props[i]->key);
        m->metadata[i].text = fnc_arena_strdup(&m->arena, p->metadata_props[i]->value);
        if (!m->metadata[i].key || !m->metadata[i].text)
            return finnc_no_memory(r->cx);
    }
    m->nmetadata = p->n_metadata_props;
    p->n_metadata_props = 0;
    return FINNC_OK;
}

static finnc_status read_head(fnc_onnx_reader *r, Onnx__ModelProto *p)
{
    finnc_model *m = r->model;
    m->ir_version = p->ir_version;
    if (p->ir_version != 0)
        p->has_ir_version = false;
    FINNC_TRY(fnc_onnx_take_text(r, &p->producer_name, &m->producer_name));
    FINNC_TRY(fnc_onnx_take_text(r, &p->producer_version, &m->producer_version));
    FINNC_TRY(read_opsets(r, p));
    return read_metadata(r, p);
}

/* The parameters of a function: names without types. */
static finnc_status read_parameters(fnc_onnx_reader *r, finnc_graph *body, Onnx__FunctionProto *p)
{
    finnc_value **values = FNC_NEW_ARRAY(r->scratch, finnc_value *, p->n_input);
    if (!values)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_input; i++)
        FINNC_TRY(fnc_graph_add_value(r->cx, body, p->input[i], &values[i]));
    return finnc_graph_set_inputs(r->cx, body, values, p->n_input);
}

static finnc_status read_results(fnc_onnx_reader *r, finnc_graph *body, Onnx__FunctionProto *p)
{
    finnc_value **values = FNC_NEW_ARRAY(r->scratch, finnc_value *, p->n_output);
    if (!values)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_output; i++) {
        values[i] = finnc_graph_find_value(body, p->output[i]);
        if (!values[i])
            FINNC_TRY(fnc_graph_add_value(r->cx, body, p->output[i], &values[i]));
    }
    return finnc_graph_set_outputs(r->cx, body, values, p->n_output);
}

static finnc_status read_function(fnc_onnx_reader *r, Onnx__FunctionProto *p, fnc_function *f)
{
    FNC_AT(r->cx, "function", p->name ? p->name : "", NULL);
    FINNC_TRY(fnc_check_few(r->cx, p->n_opset_import, "opset imports"));
    FINNC_TRY(fnc_function_create_body(r->cx, r->model, f, p->name ? p->name : ""));
    FINNC_TRY(read_parameters(r, f->body, p));
    FINNC_TRY(fnc_onnx_outputs_read(r, f->body, p->n_node, p->node));
    FINNC_TRY(read_results(r, f->body, p));
    FINNC_TRY(fnc_onnx_infos_read(r, f->body, &p->n_value_info, p->value_info));
    FINNC_TRY(fnc_onnx_nodes_read(r, f->body, p->n_node, p->node));
    FINNC_TRY(fnc_onnx_take_text(r, &p->name, &f->name));
    FINNC_TRY(fnc_onnx_take_text(r, &p->domain, &f->domain));
    FINNC_TRY(fnc_onnx_take_text(r, &p->overload, &f->overload));
    p->n_input = p->n_output = p->n_node = 0;
    FINNC_TRY(fnc_onnx_keep(r, &p->base, &f->extra));
    return fnc_graph_check_cycles(r->cx, f->body);
}

static finnc_status read_functions(fnc_onnx_reader *r, Onnx__ModelProto *p)
{
    finnc_model *m = r->model;
    m->functions = FNC_NEW_ARRAY(&m->arena, fnc_function, p->n_functions);
    if (!m->functions)
        return finnc_no_memory(r->cx);
    for (size_t i = 0; i < p->n_functions; i++) {
        FINNC_TRY(read_function(r, p->functions[i], &m->functions[i]));
        m->nfunctions = i + 1;
    }
    p->n_functions = 0;
    return fnc_model_check_functions(r->cx, m);
}

/* Once all producers are known. */
static finnc_status check_outputs(finnc_ctx *cx, const finnc_model *model)
{
    for (const finnc_graph *g = model->graphs; g; g = g->next_graph)
        for (size_t i = 0; g->owner && i < g->noutputs; i++) {
            FNC_AT_NODE(cx, g->owner);
            if (fnc_output_find_outer(g->outputs[i]))
                return finnc_fail(cx, FINNC_BAD_FILE, FNC_OUTER_OUTPUT, g->outputs[i]->name);
        }
    return FINNC_OK;
}

finnc_status fnc_onnx_model_read(fnc_onnx_reader *r, Onnx__ModelProto *p)
{
    if (!p->graph)
        return finnc_fail(r->cx, FINNC_BAD_FILE, "there is no graph in it: is it an ONNX model?");
    FINNC_TRY(read_head(r, p));
    FINNC_TRY(fnc_onnx_graph_read(r, p->graph, r->model->graph));
    FINNC_TRY(fnc_graph_check_cycles(r->cx, r->model->graph));
    FINNC_TRY(read_functions(r, p));
    FINNC_TRY(check_outputs(r->cx, r->model));
    p->graph = NULL;
    return fnc_onnx_keep(r, &p->base, &r->model->extra);
}

/* ---- writing ---- */

static finnc_status write_opsets(fnc_onnx_writer *w, const finnc_model *model, Onnx__ModelProto *p)
{
    p->opset_import = FNC_NEW_ARRAY(w->arena, Onnx__OperatorSetIdProto *, model->nopsets);
    if (!p->opset_import)
        return finnc_no_memory(w->cx);
    p->n_opset_import = model->nopsets;
    for (size_t i = 0; i < model->nopsets; i++) {
        const fnc_opset *opset = &model->opsets[i];
        Onnx__OperatorSetIdProto *o;
        FINNC_TRY(fnc_onnx_begin(w, &onnx__operator_set_id_proto__descriptor, opset->extra, &o));
        p->opset_import[i] = o;
        fnc_onnx_put_text(opset->domain, &o->domain);
        o->has_version |= opset->version != 0;
        o->version = opset->version;
    }
    return FINNC_OK;
}

static finnc_status write_metadata(fnc_onnx_writer *w, const finnc_model *model,
                                   Onnx__ModelProto *p)
{
    size_t n = model->nmetadata;
    if (n == 0)
        return FINNC_OK;
    p->metadata_props = FNC_NEW_ARRAY(w->arena, Onnx__StringStringEntryProto *, n);
    Onnx__StringStringEntryProto *entries =
        FNC_NEW_ARRAY(w->arena, Onnx__StringStringEntryProto, n);
    if (!p->metadata_props || !entries)
        return finnc_no_memory(w->cx);
    p->n_metadata_props = n;
    for (size_t i = 0; i < n; i++) {
        p->metadata_props[i] = &entries[i];
        onnx__string_string_entry_proto__init(&entries[i]);
        entries[i].key = fnc_pb_text(model->metadata[i].key);
        entries[i].value = fnc_pb_text(model->metadata[i].text);
    }
    return FINNC_OK;
}

static finnc_status write_names(fnc_onnx_writer *w, finnc_value *const *values, size_t count,
                                char ***names)
{
    *names = FNC_NEW_ARRAY(w->arena, char *, count);
    if (!*names)
        return finnc_no_memory(w->cx);
    for (size_t i = 0; i < count; i++)
        (*names)[i] = fnc_pb_text(values[i]->name);
    return FINNC_OK;
}

static finnc_status write_function(fnc_onnx_writer *w, const fnc_function *f,
                                   Onnx__FunctionProto **proto)
{
    Onnx__FunctionProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__function_proto__descriptor, f->extra, &p));
    *proto = p;
    fnc_onnx_put_text(f->name, &p->name);
    fnc_onnx_put_text(f->domain, &p->domain);
    fnc_onnx_put_text(f->overload, &p->overload);
    p->n_input = f->body->ninputs;
    p->n_output = f->body->noutputs;
    FINNC_TRY(write_names(w, f->body->inputs, p->n_input, &p->input));
    FINNC_TRY(write_names(w, f->body->outputs, p->n_output, &p->output));
    FINNC_TRY(fnc_onnx_nodes_write(w, f->body, &p->n_node, &p->node));
    return fnc_onnx_infos_write(w, f->body, &p->n_value_info, &p->value_info);
}

finnc_status fnc_onnx_model_write(fnc_onnx_writer *w, const finnc_model *model,
                                  Onnx__ModelProto **proto)
{
    Onnx__ModelProto *p;
    FINNC_TRY(fnc_onnx_begin(w, &onnx__model_proto__descriptor, model->extra, &p));
    *proto = p;
    p->has_ir_version |= model->ir_version != 0;
    p->ir_version = model->ir_version;
    fnc_onnx_put_text(model->producer_name, &p->producer_name);
    fnc_onnx_put_text(model->producer_version, &p->producer_version);
    FINNC_TRY(write_opsets(w, model, p));
    FINNC_TRY(write_metadata(w, model, p));
    FINNC_TRY(fnc_onnx_graph_write(w, model->graph, &p->graph));
    p->functions = FNC_NEW_ARRAY(w->arena, Onnx__FunctionProto *, model->nfunctions);
    if (!p->functions)
        return finnc_no_memory(w->cx);
    p->n_functions = model->nfunctions;
    for (size_t i = 0; i < model->nfunctions; i++)
        FINNC_TRY(write_function(w, &model->functions[i], &p->functions[i]));
    return FINNC_OK;
}

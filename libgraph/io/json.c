/* A model as JSON: docs/schema-dump.md says what is where. jansson keeps the tree in memory of its
 * own, which the context doesn't count. */
#include "json_graph.h"

#include <finnc/version.h>

#include <jansson.h>

static json_t *producer(fnc_json *j, const finnc_model *model)
{
    json_t *p = fnc_json_object(j);
    fnc_json_put(j, p, "name", fnc_json_text(j, model->producer_name ? model->producer_name : ""));
    fnc_json_put(j, p, "version",
                 fnc_json_text(j, model->producer_version ? model->producer_version : ""));
    return p;
}

static json_t *opsets(fnc_json *j, const finnc_model *model)
{
    json_t *list = fnc_json_array(j);
    for (size_t i = 0; i < finnc_model_nopsets(model); i++) {
        int64_t version;
        const char *domain = finnc_model_opset(model, i, &version);
        json_t *opset = fnc_json_object(j);
        fnc_json_put(j, opset, "domain", fnc_json_text(j, domain));
        fnc_json_put(j, opset, "version", fnc_json_int(j, version));
        fnc_json_append(j, list, opset);
    }
    return list;
}

static json_t *metadata(fnc_json *j, const finnc_model *model)
{
    json_t *all = fnc_json_object(j);
    for (size_t i = 0; i < finnc_model_nmetadata(model); i++) {
        const char *key;
        const char *text = finnc_model_metadata(model, i, &key);
        fnc_json_put_name(j, all, key, fnc_json_text(j, text));
    }
    return all;
}

static json_t *functions(fnc_json *j, const finnc_model *model)
{
    json_t *list = fnc_json_array(j);
    for (size_t i = 0; i < finnc_model_nfunctions(model); i++) {
        const char *domain;
        finnc_graph *body;
        const char *name = finnc_model_function(model, i, &domain, &body);
        json_t *function = fnc_json_object(j);
        fnc_json_put(j, function, "domain", fnc_json_text(j, domain));
        fnc_json_put(j, function, "name", fnc_json_text(j, name));
        fnc_json_add_graph(j, function, body);
        fnc_json_append(j, list, function);
    }
    return list;
}

static json_t *totals(fnc_json *j)
{
    json_t *all = fnc_json_object(j);
    fnc_json_put(j, all, "nodes", fnc_json_int(j, j->nodes));
    fnc_json_put(j, all, "parameters", fnc_json_int(j, j->parameters));
    fnc_json_put(j, all, "parameter_bits", j->parameter_bits);
    fnc_json_put(j, all, "macs", fnc_json_real(j, j->macs));
    j->parameter_bits = NULL;
    return all;
}

static json_t *build(fnc_json *j, const finnc_model *model)
{
    json_t *root = fnc_json_object(j);
    json_t *head = fnc_json_object(j);
    fnc_json_put(j, head, "kind", fnc_json_text(j, "model"));
    fnc_json_put(j, head, "schema", fnc_json_int(j, 1));
    fnc_json_put(j, head, "version", fnc_json_text(j, finnc_version()));
    fnc_json_put(j, root, "finnc", head);
    fnc_json_put(j, root, "ir_version", fnc_json_int(j, finnc_model_ir_version(model)));
    fnc_json_put(j, root, "producer", producer(j, model));
    fnc_json_put(j, root, "opset_imports", opsets(j, model));
    fnc_json_put(j, root, "metadata", metadata(j, model));
    fnc_json_put(j, root, "name", fnc_json_text(j, finnc_graph_name(finnc_model_graph(model))));
    fnc_json_add_graph(j, root, finnc_model_graph(model));
    /* Before the functions: what they cost depends on who calls them. */
    fnc_json_put(j, root, "totals", totals(j));
    fnc_json_put(j, root, "functions", functions(j, model));
    return root;
}

finnc_status finnc_json_write(finnc_ctx *cx, const finnc_model *model, unsigned flags,
                              finnc_write_fn write, void *user)
{
    fnc_json j = {.cx = cx, .weights = flags & FINNC_TEXT_WEIGHTS};
    j.parameter_bits = fnc_json_object(&j);
    json_t *root = build(&j, model);
    json_decref(j.parameter_bits);
    finnc_status status = j.status;
    if (status == FINNC_OK && j.failed)
        status = finnc_no_memory(cx);
    if (status == FINNC_OK)
        status = fnc_json_write(cx, root, FNC_JSON_COMPACT, write, user);
    json_decref(root);
    return status;
}

#include "names.h"
#include "partitions.h"

#include <stdlib.h>
#include <string.h>

finnc_status fnc_wire_copy(finnc_ctx *cx, fnc_arena *arena, const void *data, size_t length,
                           fnc_wire *wire)
{
    const uint8_t *copy = length ? fnc_arena_copy(arena, data, length) : NULL;
    if (length && !copy)
        return finnc_no_memory(cx);
    *wire = (fnc_wire){copy, length};
    return FINNC_OK;
}

finnc_status finnc_model_create(finnc_ctx *cx, finnc_model **model)
{
    finnc_model *m = fnc_alloc(cx, sizeof *m);
    if (!m)
        return finnc_no_memory(cx);
    m->cx = cx;
    m->own_ops = finnc_ctx_ops(cx);
    m->ir_version = 8;
    fnc_arena_init(&m->arena, cx);
    finnc_status status = fnc_graph_create(cx, m, NULL, "", &m->graph);
    if (status != FINNC_OK) {
        finnc_model_destroy(m);
        return status;
    }
    *model = m;
    return FINNC_OK;
}

void finnc_model_destroy(finnc_model *model)
{
    if (!model)
        return;
    for (finnc_graph *g = model->graphs; g; g = g->next_graph) {
        for (finnc_value *v = g->first_value; v; v = v->next)
            finnc_tensor_release(v->tensor);
        fnc_graph_forget_names(g);
    }
    fnc_model_forget_names(model);
    fnc_partitions_destroy(model);
    for (size_t i = 0; i < model->ntensors; i++)
        finnc_tensor_release(model->tensors[i]);
    fnc_arena_clear(&model->arena);
    fnc_free(model->cx, model);
}

finnc_status fnc_model_keep_tensor(finnc_ctx *cx, finnc_model *model, const finnc_tensor *tensor)
{
    const finnc_tensor **tensors = fnc_arena_grow(&model->arena, model->tensors, sizeof *tensors,
                                                  model->ntensors, &model->tensors_room);
    if (!tensors)
        return finnc_no_memory(cx);
    model->tensors = tensors;
    model->tensors[model->ntensors++] = finnc_tensor_retain(tensor);
    return FINNC_OK;
}

void finnc_model_swap(finnc_model *a, finnc_model *b)
{
    finnc_model t = *a;
    *a = *b;
    *b = t;
    for (finnc_graph *g = a->graphs; g; g = g->next_graph)
        g->model = a;
    for (finnc_graph *g = b->graphs; g; g = g->next_graph)
        g->model = b;
}

finnc_graph *finnc_model_graph(const finnc_model *model)
{
    return model->graph;
}

int64_t finnc_model_ir_version(const finnc_model *model)
{
    return model->ir_version;
}

void finnc_model_set_ir_version(finnc_model *model, int64_t version)
{
    model->edits += model->ir_version != version;
    model->ir_version = version;
}

const char *finnc_model_producer(const finnc_model *model)
{
    return model->producer_name ? model->producer_name : "";
}

finnc_status finnc_model_set_producer(finnc_ctx *cx, finnc_model *model, const char *name,
                                      const char *version)
{
    const char *n = fnc_arena_strdup(&model->arena, name);
    const char *v = fnc_arena_strdup(&model->arena, version);
    if (!n || !v)
        return finnc_no_memory(cx);
    model->producer_name = n;
    model->producer_version = v;
    model->edits++;
    return FINNC_OK;
}

const char *finnc_model_folder(const finnc_model *model)
{
    return model->folder;
}

const char *finnc_model_data_file(const finnc_model *model, size_t i)
{
    const fnc_data_file *file = model->data_files;
    while (file && i-- > 0)
        file = file->next;
    return file ? file->path : NULL;
}

size_t finnc_model_nopsets(const finnc_model *model)
{
    return model->nopsets;
}

const char *finnc_model_opset(const finnc_model *model, size_t i, int64_t *version)
{
    if (i >= model->nopsets)
        return NULL;
    if (version)
        *version = model->opsets[i].version;
    return model->opsets[i].domain;
}

static const char *plain_domain(const char *domain)
{
    return !domain || !strcmp(domain, "ai.onnx") ? "" : domain;
}

finnc_status fnc_check_few(finnc_ctx *cx, size_t count, const char *what)
{
    return count <= FNC_MAX_FEW
               ? FINNC_OK
               : finnc_fail(cx, FINNC_BAD_VALUE, "more than %d %s", FNC_MAX_FEW, what);
}

static fnc_opset *find_opset(const finnc_model *model, const char *domain)
{
    for (size_t i = 0; i < model->nopsets; i++)
        if (!strcmp(plain_domain(model->opsets[i].domain), plain_domain(domain)))
            return &model->opsets[i];
    return NULL;
}

int64_t finnc_model_find_opset(const finnc_model *model, const char *domain)
{
    const fnc_opset *opset = find_opset(model, domain);
    return opset ? opset->version : 0;
}

fnc_opset *fnc_model_add_opset(finnc_model *model)
{
    fnc_opset *all = fnc_arena_grow(&model->arena, model->opsets, sizeof *all, model->nopsets,
                                    &model->opsets_room);
    if (!all)
        return NULL;
    model->opsets = all;
    return &all[model->nopsets++];
}

finnc_status finnc_model_set_opset(finnc_ctx *cx, finnc_model *model, const char *domain,
                                   int64_t version)
{
    fnc_opset *opset = find_opset(model, domain);
    if (opset) {
        model->edits += opset->version != version;
        opset->version = version;
        return FINNC_OK;
    }
    const char *copy = fnc_arena_strdup(&model->arena, domain ? domain : "");
    opset = copy ? fnc_model_add_opset(model) : NULL;
    if (!opset)
        return finnc_no_memory(cx);
    *opset = (fnc_opset){.domain = copy, .version = version};
    model->edits++;
    return FINNC_OK;
}

size_t finnc_model_nmetadata(const finnc_model *model)
{
    return model->nmetadata;
}

const char *finnc_model_metadata(const finnc_model *model, size_t i, const char **key)
{
    if (i >= model->nmetadata)
        return NULL;
    if (key)
        *key = model->metadata[i].key;
    return model->metadata[i].text;
}

static fnc_metadata *find_metadata(const finnc_model *model, const char *key)
{
    for (size_t i = 0; i < model->nmetadata; i++)
        if (!strcmp(model->metadata[i].key, key))
            return &model->metadata[i];
    return NULL;
}

fnc_metadata *fnc_model_add_metadata(finnc_model *model)
{
    fnc_metadata *all = fnc_arena_grow(&model->arena, model->metadata, sizeof *all,
                                       model->nmetadata, &model->metadata_room);
    if (!all)
        return NULL;
    model->metadata = all;
    return &all[model->nmetadata++];
}

finnc_status finnc_model_set_metadata(finnc_ctx *cx, finnc_model *model, const char *key,
                                      const char *text)
{
    fnc_metadata *entry = find_metadata(model, key);
    if (entry && !strcmp(entry->text, text))
        return FINNC_OK;
    const char *copy = fnc_arena_strdup(&model->arena, text);
    if (!copy)
        return finnc_no_memory(cx);
    if (!entry) {
        const char *name = fnc_arena_strdup(&model->arena, key);
        entry = name ? fnc_model_add_metadata(model) : NULL;
        if (!entry)
            return finnc_no_memory(cx);
        entry->key = name;
    }
    entry->text = copy;
    model->edits++;
    return FINNC_OK;
}

size_t finnc_model_nfunctions(const finnc_model *model)
{
    return model->nfunctions;
}

const char *finnc_model_function(const finnc_model *model, size_t i, const char **domain,
                                 finnc_graph **body)
{
    if (i >= model->nfunctions)
        return NULL;
    if (domain)
        *domain = model->functions[i].domain;
    if (body)
        *body = model->functions[i].body;
    return model->functions[i].name;
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare_functions(const void *a, const void *b)
{
    const fnc_function *f = *(const fnc_function *const *)a, *g = *(const fnc_function *const *)b;
    int order = compare_texts(f->domain, g->domain);
    order = order ? order : compare_texts(f->name, g->name);
    return order ? order : compare_texts(f->overload, g->overload);
}

static finnc_status check_functions(finnc_ctx *cx, const finnc_model *model, fnc_arena *scratch)
{
    const size_t count = model->nfunctions;
    const fnc_function **sorted = FNC_NEW_ARRAY(scratch, const fnc_function *, count + 1);
    if (!sorted)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &model->functions[i];
    qsort(sorted, count, sizeof *sorted, compare_functions);
    for (size_t i = 1; i < count; i++)
        if (!compare_functions(&sorted[i - 1], &sorted[i]))
            return finnc_fail(cx, FINNC_BAD_FILE, "function %s of domain '%s' is there twice",
                              sorted[i]->name ? sorted[i]->name : "''",
                              sorted[i]->domain ? sorted[i]->domain : "");
    return FINNC_OK;
}

/* Who calls it would not know which. */
finnc_status fnc_model_check_functions(finnc_ctx *cx, const finnc_model *model)
{
    fnc_arena scratch;
    if (model->nfunctions < 2)
        return FINNC_OK;
    fnc_arena_init(&scratch, cx);
    const finnc_status status = check_functions(cx, model, &scratch);
    fnc_arena_clear(&scratch);
    return status;
}

/* A partition's model is found by the name that its nodes give it, so that two nodes which name the
 * same file share one, and what a pass changes in it is seen through both. */
#include "partitions.h"

#include <finnc/op.h>

#include <string.h>

static fnc_partition_model *find(const finnc_model *model, const char *name)
{
    fnc_partition_model *found;
    HASH_FIND(hh, model->partitions, name, strlen(name), found);
    return found;
}

fnc_partition_model *fnc_partition_find(const finnc_node *node)
{
    const finnc_model *model = node->graph->model;
    if (!model->partitions || !finnc_node_has_trait(node, FINNC_OP_PARTITION))
        return NULL;
    const char *name = finnc_node_string(node, "model", NULL);
    fnc_partition_model *found = name ? find(model, name) : NULL;
    return found && found->model ? found : NULL;
}

finnc_model *finnc_node_partition(const finnc_node *node)
{
    const fnc_partition_model *found = fnc_partition_find(node);
    return found ? found->model : NULL;
}

static uint64_t edits_of(const finnc_model *model)
{
    return finnc_graph_edits(model->graph);
}

bool fnc_partition_is_edited(const fnc_partition_model *partition)
{
    return !partition->source || edits_of(partition->model) != partition->edits;
}

/* The entry of that name, new and empty if there was none. */
static finnc_status need(finnc_ctx *cx, finnc_model *model, const char *name,
                         fnc_partition_model **entry)
{
    finnc_ctx *memory = model->cx;
    bool failed = false;
    *entry = find(model, name);
    if (*entry)
        return FINNC_OK;
    *entry = FNC_NEW(&model->arena, fnc_partition_model);
    const char *copy = fnc_arena_strdup(&model->arena, name);
    if (!*entry || !copy)
        return finnc_no_memory(cx);
    (*entry)->name = copy;
    fnc_partition_model *added = *entry;
    HASH_ADD_KEYPTR(hh, model->partitions, added->name, strlen(added->name), added);
    return failed ? finnc_no_memory(cx) : FINNC_OK;
}

static void fill(finnc_model *model, fnc_partition_model *entry, finnc_model *part,
                 const char *source)
{
    if (entry->model)
        model->edits += edits_of(entry->model); /* which are not counted any more */
    finnc_model_destroy(entry->model);
    entry->model = part;
    entry->source = source;
    entry->edits = edits_of(part);
}

finnc_status fnc_partition_put(finnc_ctx *cx, finnc_node *node, const char *name, finnc_model *part,
                               const char *source)
{
    finnc_model *model = node->graph->model;
    fnc_partition_model *entry;
    const char *copy = source ? fnc_arena_strdup(&model->arena, source) : NULL;
    if (source && !copy)
        return finnc_no_memory(cx);
    FINNC_TRY(need(cx, model, name, &entry));
    FINNC_TRY(finnc_node_set_string(cx, node, "model", name));
    fill(model, entry, part, copy);
    return FINNC_OK;
}

finnc_status finnc_node_set_partition(finnc_ctx *cx, finnc_node *node, const char *path,
                                      finnc_model *part)
{
    if (!*path)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a partition's model needs a path");
    if (!finnc_node_has_trait(node, FINNC_OP_PARTITION))
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s is no partition", node->op_type);
    FINNC_TRY(fnc_partition_put(cx, node, path, part, NULL));
    node->graph->model->edits++;
    return FINNC_OK;
}

finnc_status fnc_partition_copy(finnc_ctx *cx, const finnc_node *from, finnc_node *node)
{
    const fnc_partition_model *held = fnc_partition_find(from);
    finnc_model *model = node->graph->model, *clone;
    fnc_partition_model *entry;
    if (!held || fnc_partition_find(node))
        return FINNC_OK;
    const char *source = held->source ? fnc_arena_strdup(&model->arena, held->source) : NULL;
    if (held->source && !source)
        return finnc_no_memory(cx);
    FINNC_TRY(need(cx, model, held->name, &entry));
    FINNC_TRY(finnc_model_clone(cx, held->model, &clone));
    fill(model, entry, clone, source);
    if (fnc_partition_is_edited(held)) /* so is the copy */
        entry->edits--;
    return FINNC_OK;
}

uint64_t fnc_partitions_edits(const finnc_model *model)
{
    uint64_t sum = 0;
    for (const fnc_partition_model *p = model->partitions; p; p = p->hh.next)
        sum += p->model ? edits_of(p->model) : 0;
    return sum;
}

void fnc_partitions_destroy(finnc_model *model)
{
    finnc_ctx *memory = model->cx;
    for (const fnc_partition_model *p = model->partitions; p; p = p->hh.next)
        finnc_model_destroy(p->model);
    HASH_CLEAR(hh, model->partitions);
}

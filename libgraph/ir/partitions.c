/* A partition's model is found by the name that its nodes give it, so that two nodes which name the
 * same file share one, and what a pass changes in it is seen through both. */
#include "partitions.h"

#include <finnc/op.h>

#include <string.h>

/* uthash's own allocations come from `memory`, a context in scope; a failed one sets `failed`. */
#undef uthash_malloc
#undef uthash_free
#undef uthash_nonfatal_oom
#define uthash_malloc(size)          fnc_alloc(memory, (size))
#define uthash_free(ptr, size)       fnc_free(memory, (ptr))
#define uthash_nonfatal_oom(element) ((void)(failed = true))

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
    return name ? find(model, name) : NULL;
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
    return partition->is_made || edits_of(partition->model) != partition->edits;
}

finnc_status fnc_partition_put(finnc_ctx *cx, finnc_model *model, const char *name,
                               finnc_model *part, bool is_made)
{
    finnc_ctx *memory = model->cx;
    bool failed = false;
    fnc_partition_model *entry = find(model, name);
    if (entry) {
        model->edits += edits_of(entry->model); /* which are not counted any more */
        finnc_model_destroy(entry->model);
    } else {
        entry = FNC_NEW(&model->arena, fnc_partition_model);
        const char *copy = fnc_arena_strdup(&model->arena, name);
        if (!entry || !copy)
            return finnc_no_memory(cx);
        entry->name = copy;
        HASH_ADD_KEYPTR(hh, model->partitions, entry->name, strlen(entry->name), entry);
        if (failed)
            return finnc_no_memory(cx);
    }
    entry->model = part;
    entry->is_made = is_made;
    entry->edits = edits_of(part);
    return FINNC_OK;
}

finnc_status finnc_node_set_partition(finnc_ctx *cx, finnc_node *node, const char *path,
                                      finnc_model *part)
{
    if (!*path)
        return finnc_fail(cx, FINNC_BAD_VALUE, "a partition's model needs a path");
    if (!finnc_node_has_trait(node, FINNC_OP_PARTITION))
        return finnc_fail(cx, FINNC_BAD_VALUE, "%s is no partition", node->op_type);
    FINNC_TRY(finnc_node_set_string(cx, node, "model", path));
    FINNC_TRY(fnc_partition_put(cx, node->graph->model, path, part, true));
    node->graph->model->edits++;
    return FINNC_OK;
}

finnc_status fnc_partition_copy(finnc_ctx *cx, const finnc_node *from, finnc_node *node)
{
    const fnc_partition_model *entry = fnc_partition_find(from);
    if (!entry || find(node->graph->model, entry->name))
        return FINNC_OK;
    finnc_model *clone;
    FINNC_TRY(finnc_model_clone(cx, entry->model, &clone));
    const finnc_status status =
        fnc_partition_put(cx, node->graph->model, entry->name, clone, entry->is_made);
    if (status != FINNC_OK) {
        finnc_model_destroy(clone);
        return status;
    }
    if (fnc_partition_is_edited(entry)) /* so is the copy */
        find(node->graph->model, entry->name)->edits--;
    return FINNC_OK;
}

uint64_t fnc_partitions_edits(const finnc_model *model)
{
    uint64_t sum = 0;
    for (const fnc_partition_model *p = model->partitions; p; p = p->hh.next)
        sum += edits_of(p->model);
    return sum;
}

void fnc_partitions_destroy(finnc_model *model)
{
    finnc_ctx *memory = model->cx;
    for (const fnc_partition_model *p = model->partitions; p; p = p->hh.next)
        finnc_model_destroy(p->model);
    HASH_CLEAR(hh, model->partitions);
}

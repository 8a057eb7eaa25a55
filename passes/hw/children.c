#include "children.h"

#include <finnc/op.h>

#include <string.h>

enum { MAX_PATH = 4096, MAX_DEPTH = 32 };

bool fnc_children_has(const finnc_node *node)
{
    return finnc_node_has_trait(node, FINNC_OP_PARTITION) &&
           finnc_node_has_trait(node, FINNC_OP_HARDWARE);
}

void fnc_children_init(fnc_children *children, finnc_ctx *cx)
{
    *children = (fnc_children){.cx = cx};
    fnc_arena_init(&children->arena, cx);
}

static finnc_status read_child(fnc_children *children, const char *path, fnc_child **child)
{
    fnc_child *made = FNC_NEW(&children->arena, fnc_child);
    const char *copy = fnc_arena_strdup(&children->arena, path);
    if (!made || !copy)
        return finnc_no_memory(children->cx);
    FINNC_TRY(finnc_model_read(children->cx, path, &made->model));
    made->path = copy;
    made->edits = finnc_graph_edits(finnc_model_graph(made->model));
    made->next = children->first;
    children->first = made;
    *child = made;
    return FINNC_OK;
}

finnc_status fnc_children_enter(fnc_children *children, const finnc_node *node, fnc_child **child)
{
    char path[MAX_PATH];
    FNC_AT_NODE(children->cx, node);
    FINNC_TRY(finnc_node_find_partition(children->cx, node, path, sizeof path));
    for (*child = children->first; *child && strcmp((*child)->path, path) != 0;)
        *child = (*child)->next;
    if (*child && (*child)->is_entered)
        return finnc_fail(children->cx, FINNC_BAD_VALUE, "its model %s lies in itself", path);
    if (children->depth >= MAX_DEPTH)
        return finnc_fail(children->cx, FINNC_BAD_VALUE, "partitions are nested %d deep",
                          children->depth + 1);
    if (!*child)
        FINNC_TRY(read_child(children, path, child));
    (*child)->is_entered = true;
    children->depth++;
    return FINNC_OK;
}

void fnc_children_leave(fnc_children *children, fnc_child *child)
{
    child->is_entered = false;
    children->depth--;
}

finnc_status fnc_children_write(fnc_children *children)
{
    for (const fnc_child *c = children->first; c; c = c->next)
        if (finnc_graph_edits(finnc_model_graph(c->model)) != c->edits)
            FINNC_TRY(finnc_model_write(children->cx, c->model, c->path, FINNC_EXTERNAL_KEEP));
    return FINNC_OK;
}

void fnc_children_clear(fnc_children *children)
{
    for (const fnc_child *c = children->first; c; c = c->next)
        finnc_model_destroy(c->model);
    fnc_arena_clear(&children->arena);
}

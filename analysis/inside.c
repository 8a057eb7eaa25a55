#include "inside.h"

#include <nodes/nesting.h>

finnc_status fnc_inside_open(finnc_ctx *cx, fnc_arena *arena, fnc_inside *inside, int depth,
                             const finnc_node *node, char *path, size_t size, finnc_model **model)
{
    FINNC_TRY(fnc_check_nesting(cx, depth, inside->count));
    finnc_model **models =
        fnc_arena_grow(arena, inside->models, sizeof *models, inside->count, &inside->room);
    if (!models)
        return finnc_no_memory(cx);
    inside->models = models;
    FINNC_TRY(finnc_node_open_partition(cx, node, path, size, model));
    models[inside->count++] = *model;
    return FINNC_OK;
}

void fnc_inside_end(fnc_inside *inside)
{
    while (inside->count > 0)
        finnc_model_destroy(inside->models[--inside->count]);
}

#include "value_map.h"

typedef struct fnc_value_pair {
    const finnc_value *key; /* NULL: free */
    void *value;
} fnc_value_pair;

static fnc_value_pair *find_place(const fnc_value_map *map, const finnc_value *key)
{
    const uint64_t hash = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(hash >> 32) & (map->room - 1);
    while (map->pairs[i].key && map->pairs[i].key != key)
        i = (i + 1) & (map->room - 1);
    return &map->pairs[i];
}

void *fnc_value_map_find(const fnc_value_map *map, const finnc_value *key)
{
    return map->room > 0 ? find_place(map, key)->value : NULL;
}

static finnc_status grow(finnc_ctx *cx, fnc_value_map *map)
{
    const fnc_value_map old = *map;
    map->room = old.room > 0 ? 2 * old.room : 64;
    map->pairs = FNC_NEW_ARRAY(map->arena, fnc_value_pair, map->room);
    if (!map->pairs)
        return finnc_no_memory(cx);
    for (size_t i = 0; i < old.room; i++)
        if (old.pairs[i].key)
            *find_place(map, old.pairs[i].key) = old.pairs[i];
    return FINNC_OK;
}

finnc_status fnc_value_map_add(finnc_ctx *cx, fnc_value_map *map, const finnc_value *key,
                               void *value)
{
    if (2 * map->count >= map->room)
        FINNC_TRY(grow(cx, map));
    *find_place(map, key) = (fnc_value_pair){key, value};
    map->count++;
    return FINNC_OK;
}

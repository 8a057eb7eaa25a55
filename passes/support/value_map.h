/* What a pass remembers about values: a table from value to anything, often another value. */
#ifndef FNC_VALUE_MAP_H
#define FNC_VALUE_MAP_H

#include <base/arena.h>

#include <finnc/graph.h>

/* All zero but the arena is an empty one. */
typedef struct fnc_value_map {
    fnc_arena *arena;
    struct fnc_value_pair *pairs; /* open addressing, at most half full */
    size_t count, room;
} fnc_value_map;

/* What `key` was mapped to, or NULL. */
void *fnc_value_map_find(const fnc_value_map *map, const finnc_value *key);
/* Maps `key`, which was not mapped yet, to `value`. */
FINNC_MUST_USE finnc_status fnc_value_map_add(finnc_ctx *cx, fnc_value_map *map,
                                              const finnc_value *key, void *value);

#endif

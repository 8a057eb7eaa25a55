/* A number for each of some values: where an analysis keeps what it knows of it. */
#ifndef FNC_VALUE_INDEX_H
#define FNC_VALUE_INDEX_H

#include <base/arena.h>

#include <finnc/graph.h>

typedef struct fnc_value_index {
    const finnc_value **keys; /* open addressing, at most half full; NULL: free */
    size_t *places;
    size_t mask;
} fnc_value_index;

/* Room for `max` values. */
FINNC_MUST_USE finnc_status fnc_value_index_init(finnc_ctx *cx, fnc_value_index *index,
                                                 fnc_arena *arena, size_t max);
void fnc_value_index_set(fnc_value_index *index, const finnc_value *value, size_t place);
/* SIZE_MAX: the value has none. */
size_t fnc_value_index_find(const fnc_value_index *index, const finnc_value *value);

#endif

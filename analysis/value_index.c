#include "value_index.h"

finnc_status fnc_value_index_init(finnc_ctx *cx, fnc_value_index *index, fnc_arena *arena,
                                  size_t max)
{
    size_t room = 16;
    while (room / 2 < max && room <= SIZE_MAX / 4)
        room *= 2;
    *index = (fnc_value_index){.keys = FNC_NEW_ARRAY(arena, const finnc_value *, room),
                               .places = FNC_NEW_ARRAY(arena, size_t, room),
                               .mask = room - 1};
    return index->keys && index->places ? FINNC_OK : finnc_no_memory(cx);
}

static size_t slot_of(const fnc_value_index *index, const finnc_value *value)
{
    const uint64_t hash = (uint64_t)(uintptr_t)value * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(hash >> 32) & index->mask;
    while (index->keys[i] && index->keys[i] != value)
        i = (i + 1) & index->mask;
    return i;
}

void fnc_value_index_set(fnc_value_index *index, const finnc_value *value, size_t place)
{
    size_t i = slot_of(index, value);
    index->keys[i] = value;
    index->places[i] = place;
}

size_t fnc_value_index_find(const fnc_value_index *index, const finnc_value *value)
{
    size_t i = slot_of(index, value);
    return index->keys[i] ? index->places[i] : SIZE_MAX;
}

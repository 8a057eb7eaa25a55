/* An arena: blocks that die together. For whatever lives as long as its owner, and for scratch. */
#ifndef FNC_ARENA_H
#define FNC_ARENA_H

#include "compiler.h"

typedef struct fnc_arena {
    finnc_ctx *cx;
    struct fnc_arena_block *blocks; /* the newest first */
} fnc_arena;

void fnc_arena_init(fnc_arena *arena, finnc_ctx *cx);
/* Frees everything in it; it may be used again. */
void fnc_arena_clear(fnc_arena *arena);

/* Zeroed, aligned to 16 bytes; NULL without words when there is no memory. */
void *fnc_arena_alloc(fnc_arena *arena, size_t nbytes);
void *fnc_arena_alloc_array(fnc_arena *arena, size_t size, size_t count);
/* `array` if it has room for another element behind its `count`, or else a copy with more `*room`,
 * zeros behind; NULL: no memory, and nothing has changed. */
void *fnc_arena_grow(fnc_arena *arena, void *array, size_t size, size_t count, size_t *room);
void *fnc_arena_copy(fnc_arena *arena, const void *data, size_t nbytes);
char *fnc_arena_strdup(fnc_arena *arena, const char *text);
char *fnc_arena_strndup(fnc_arena *arena, const char *text, size_t length);
FINNC_PRINTF(2, 3) char *fnc_arena_printf(fnc_arena *arena, const char *format, ...);

#define FNC_NEW(arena, type) ((type *)fnc_arena_alloc((arena), sizeof(type)))
/* The product is checked inside. */
#define FNC_NEW_ARRAY(arena, type, count)                                                          \
    ((type *)fnc_arena_alloc_array((arena), sizeof(type), (count)))

#endif

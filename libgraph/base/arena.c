#include "arena.h"
#include "alloc.h"

#include <stdio.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define FNC_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FNC_ASAN 1
#endif
#endif

#ifdef FNC_ASAN
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = 16 };
#define POISON(ptr, n)   ASAN_POISON_MEMORY_REGION((ptr), (n))
#define UNPOISON(ptr, n) ASAN_UNPOISON_MEMORY_REGION((ptr), (n))
#else
enum { RED_ZONE = 0 };
#define POISON(ptr, n)   ((void)(ptr))
#define UNPOISON(ptr, n) ((void)(ptr))
#endif

#ifdef FNC_THIN_ARENAS
/* For tests: a block for each piece, so that each can fail, and its end is the allocator's. */
enum { FIRST_BLOCK = 0, LARGEST_BLOCK = 0 };
#else
enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };
#endif
enum { ALIGNMENT = 16 };

typedef struct fnc_arena_block {
    struct fnc_arena_block *next;
    size_t used, size; /* of `bytes` */
    size_t pad;
    char bytes[];
} fnc_arena_block;

_Static_assert(offsetof(fnc_arena_block, bytes) % ALIGNMENT == 0, "blocks start aligned");

void fnc_arena_init(fnc_arena *arena, finnc_ctx *cx)
{
    *arena = (fnc_arena){.cx = cx};
}

void fnc_arena_clear(fnc_arena *arena)
{
    fnc_arena_block *block = arena->blocks;
    while (block) {
        fnc_arena_block *next = block->next;
        UNPOISON(block->bytes, block->size);
        fnc_free(arena->cx, block);
        block = next;
    }
    arena->blocks = NULL;
}

/* A block with room for `nbytes`; blocks double, so that their number stays small. */
static fnc_arena_block *grow(fnc_arena *arena, size_t nbytes)
{
    size_t size = arena->blocks ? 2 * arena->blocks->size : FIRST_BLOCK;
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < nbytes)
        size = nbytes;
    size_t whole;
    if (!fnc_add(size, sizeof(fnc_arena_block), &whole))
        return NULL;
    fnc_arena_block *block = fnc_alloc(arena->cx, whole);
    if (!block)
        return NULL;
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    POISON(block->bytes, size);
    return block;
}

void *fnc_arena_alloc(fnc_arena *arena, size_t nbytes)
{
    size_t need;
    if (!fnc_add(nbytes, RED_ZONE, &need) || !fnc_align_up(need, ALIGNMENT, &need))
        return NULL;
    fnc_arena_block *block = arena->blocks;
    if (!block || block->size - block->used < need)
        block = grow(arena, need);
    if (!block)
        return NULL;
    char *ptr =
        block->bytes + block->used; /* zero: the block came cleared and nothing is given twice */
    block->used += need;
    UNPOISON(ptr, nbytes);
    return ptr;
}

void *fnc_arena_alloc_array(fnc_arena *arena, size_t size, size_t count)
{
    size_t nbytes;
    return fnc_mul(size, count, &nbytes) ? fnc_arena_alloc(arena, nbytes) : NULL;
}

void *fnc_arena_grow(fnc_arena *arena, void *array, size_t size, size_t count, size_t *room)
{
    if (count < *room)
        return array;
    size_t more;
    void *grown = fnc_mul(2, count, &more) ? fnc_arena_alloc_array(arena, size, more + 4) : NULL;
    if (!grown)
        return NULL;
    if (count > 0)
        memcpy(grown, array, count * size);
    *room = more + 4;
    return grown;
}

void *fnc_arena_copy(fnc_arena *arena, const void *data, size_t nbytes)
{
    void *copy = fnc_arena_alloc(arena, nbytes);
    if (copy && nbytes)
        memcpy(copy, data, nbytes);
    return copy;
}

char *fnc_arena_strndup(fnc_arena *arena, const char *text, size_t length)
{
    size_t nbytes;
    char *copy = fnc_add(length, 1, &nbytes) ? fnc_arena_alloc(arena, nbytes) : NULL;
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

char *fnc_arena_strdup(fnc_arena *arena, const char *text)
{
    return fnc_arena_strndup(arena, text, strlen(text));
}

char *fnc_arena_printf(fnc_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = n < 0 ? NULL : fnc_arena_alloc(arena, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

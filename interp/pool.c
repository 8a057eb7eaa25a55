#include "pool.h"

#include <base/alloc.h>

/* Buffers come in sizes of which eight double, and wait by size: however many there are, nobody
 * searches. */
enum {
    ALIGNMENT = 64,
    STEPS = 8,
    NSIZES = (63 - 9) * STEPS + 2 * STEPS + 1 /* of size_of, up to SIZE_MAX */
};

struct fnc_buffer {
    fnc_pool *pool;
    fnc_buffer *next;    /* in the list of free ones, or a chain of scratch */
    size_t size;         /* its place among the sizes */
    size_t tensor_bytes; /* that the tensor over it has; 0: scratch */
};

struct fnc_pool {
    finnc_ctx *cx;
    fnc_buffer *free[NSIZES]; /* the last one given back first: it is still in the cache */
    size_t nused;
    uint64_t live, peak;
    bool is_closed;
};

enum { HEADER = (sizeof(fnc_buffer) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

/* The least size for `nbytes`, 1 or more, and its place among the sizes: those up to 1024 are
 * multiples of 64, those up to 2048 of 128, and so on. False: there is none. */
static bool size_of(size_t nbytes, size_t *room, size_t *size)
{
    size_t step = ALIGNMENT, first = 0;
    for (size_t most = (size_t)2 * STEPS * ALIGNMENT; nbytes > most; most *= 2) {
        if (most > SIZE_MAX / 2)
            return false;
        step *= 2;
        first += STEPS;
    }
    if (!fnc_align_up(nbytes, step, room))
        return false;
    *size = first + *room / step;
    return true;
}

finnc_status fnc_pool_create(finnc_ctx *cx, fnc_pool **pool)
{
    fnc_pool *p = fnc_alloc(cx, sizeof *p);
    if (!p)
        return finnc_no_memory(cx);
    p->cx = cx;
    *pool = p;
    return FINNC_OK;
}

static void drop_free_buffers(fnc_pool *pool)
{
    for (size_t i = 0; i < NSIZES; i++)
        while (pool->free[i]) {
            fnc_buffer *buffer = pool->free[i];
            pool->free[i] = buffer->next;
            fnc_free(pool->cx, buffer);
        }
}

void fnc_pool_destroy(fnc_pool *pool)
{
    if (!pool)
        return;
    drop_free_buffers(pool);
    pool->is_closed = true;
    if (pool->nused == 0)
        fnc_free(pool->cx, pool);
}

/* The smallest free buffer that wastes at most half of itself. */
static fnc_buffer *take_free(fnc_pool *pool, size_t size)
{
    for (size_t i = size; i <= size + STEPS && i < NSIZES; i++) {
        fnc_buffer *buffer = pool->free[i];
        if (!buffer)
            continue;
        pool->free[i] = buffer->next;
        return buffer;
    }
    return NULL;
}

fnc_buffer *fnc_pool_take(fnc_pool *pool, size_t nbytes)
{
    size_t room, size, all;
    if (!size_of(nbytes ? nbytes : 1, &room, &size) || !fnc_add(room, HEADER, &all))
        return NULL;
    fnc_buffer *buffer = take_free(pool, size);
    if (!buffer) {
        buffer = fnc_alloc(pool->cx, all);
        if (!buffer) { /* the cap may be met by what lies idle */
            drop_free_buffers(pool);
            buffer = fnc_alloc(pool->cx, all);
        }
        if (!buffer)
            return NULL;
        buffer->pool = pool;
        buffer->size = size;
    }
    buffer->next = NULL;
    buffer->tensor_bytes = 0;
    pool->nused++;
    return buffer;
}

void *fnc_buffer_data(fnc_buffer *buffer)
{
    return (char *)buffer + HEADER;
}

void fnc_buffer_give_back(fnc_buffer *buffer)
{
    fnc_pool *pool = buffer->pool;
    pool->nused--;
    pool->live -= buffer->tensor_bytes;
    if (!pool->is_closed) {
        buffer->next = pool->free[buffer->size];
        pool->free[buffer->size] = buffer;
        return;
    }
    fnc_free(pool->cx, buffer);
    if (pool->nused == 0)
        fnc_free(pool->cx, pool);
}

void *fnc_pool_scratch(fnc_pool *pool, fnc_buffer **chain, size_t nbytes)
{
    fnc_buffer *buffer = fnc_pool_take(pool, nbytes);
    if (!buffer)
        return NULL;
    buffer->next = *chain;
    *chain = buffer;
    return fnc_buffer_data(buffer);
}

void fnc_buffer_give_back_all(fnc_buffer **chain)
{
    while (*chain) {
        fnc_buffer *buffer = *chain;
        *chain = buffer->next;
        fnc_buffer_give_back(buffer);
    }
}

static void give_back(void *buffer)
{
    fnc_buffer_give_back(buffer);
}

finnc_status fnc_buffer_to_tensor(finnc_ctx *cx, fnc_buffer *buffer, finnc_elem elem, int rank,
                                  const int64_t *dims, finnc_tensor **tensor)
{
    finnc_tensor *t;
    finnc_status status = finnc_tensor_create_view(cx, elem, rank, dims, fnc_buffer_data(buffer),
                                                   give_back, buffer, &t);
    if (status != FINNC_OK) {
        fnc_buffer_give_back(buffer);
        return status;
    }
    fnc_pool *pool = buffer->pool;
    buffer->tensor_bytes = finnc_tensor_nbytes(t);
    pool->live += buffer->tensor_bytes;
    if (pool->live > pool->peak)
        pool->peak = pool->live;
    *tensor = t;
    return FINNC_OK;
}

uint64_t fnc_pool_peak(const fnc_pool *pool)
{
    return pool->peak;
}

void fnc_pool_reset_peak(fnc_pool *pool)
{
    pool->peak = pool->live;
}

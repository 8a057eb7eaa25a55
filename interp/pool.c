#include "pool.h"

#include <base/alloc.h>

struct fnc_buffer {
    fnc_pool *pool;
    fnc_buffer *next;    /* in the list of free ones, or a chain of scratch */
    size_t nbytes;       /* that it has room for */
    size_t tensor_bytes; /* that the tensor over it has; 0: scratch */
};

struct fnc_pool {
    finnc_ctx *cx;
    fnc_buffer *free; /* the last one given back first: it is still in the cache */
    size_t nused;
    uint64_t live, peak;
    bool is_closed;
};

enum { ALIGNMENT = 64, HEADER = (sizeof(fnc_buffer) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT };

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
    while (pool->free) {
        fnc_buffer *buffer = pool->free;
        pool->free = buffer->next;
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

/* The smallest free buffer with room for `nbytes` that wastes less than half of itself. */
static fnc_buffer *take_free(fnc_pool *pool, size_t nbytes)
{
    fnc_buffer **best = NULL;
    for (fnc_buffer **at = &pool->free; *at; at = &(*at)->next) {
        size_t room = (*at)->nbytes;
        if (room >= nbytes && room / 2 <= nbytes && (!best || room < (*best)->nbytes))
            best = at;
    }
    if (!best)
        return NULL;
    fnc_buffer *buffer = *best;
    *best = buffer->next;
    return buffer;
}

fnc_buffer *fnc_pool_take(fnc_pool *pool, size_t nbytes)
{
    size_t room, all;
    if (!fnc_align_up(nbytes ? nbytes : 1, ALIGNMENT, &room) || !fnc_add(room, HEADER, &all))
        return NULL;
    fnc_buffer *buffer = take_free(pool, room);
    if (!buffer) {
        buffer = fnc_alloc(pool->cx, all);
        if (!buffer) { /* the cap may be met by what lies idle */
            drop_free_buffers(pool);
            buffer = fnc_alloc(pool->cx, all);
        }
        if (!buffer)
            return NULL;
        buffer->pool = pool;
        buffer->nbytes = room;
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
        buffer->next = pool->free;
        pool->free = buffer;
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

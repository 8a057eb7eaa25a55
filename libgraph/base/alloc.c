/* Each block is preceded by a header with its size, so that live bytes can be counted and growth
 * can clear what is new. What follows is aligned for every vector load. */
#include "alloc.h"
#include "ctx.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNMENT = 64 };

typedef struct header {
    void *block;   /* what the allocator gave */
    size_t nbytes; /* what the caller asked for */
} header;

/* However the allocator aligns, there is room for the header before the first aligned place. */
enum { OVERHEAD = ALIGNMENT + sizeof(header) };

static void *system_realloc(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size);
}

/* Asking takes several system calls, and every op that runs wants to know. */
static int count_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 && n < 1024 ? (int)n : 1;
}

finnc_ctx *finnc_ctx_create(const finnc_ctx_options *options)
{
    finnc_ctx_options o = options ? *options : (finnc_ctx_options){0};
    if (!o.realloc)
        o.realloc = system_realloc;
    if (o.threads <= 0)
        o.threads = count_cores();
    finnc_ctx *cx = o.realloc(o.user, NULL, sizeof *cx);
    if (!cx)
        return NULL;
    memset(cx, 0, sizeof *cx);
    cx->options = o;
    return cx;
}

finnc_ctx *fnc_ctx_fork(const finnc_ctx *cx, int threads, int shares)
{
    finnc_ctx_options options = {.realloc = cx->options.realloc,
                                 .user = cx->options.user,
                                 .threads = threads,
                                 .ops = cx->options.ops,
                                 .passes = cx->options.passes,
                                 .limits = cx->options.limits,
                                 .max_memory = cx->options.max_memory};
    if (options.max_memory) {
        uint64_t live = atomic_load(&cx->live_bytes);
        uint64_t left = live < options.max_memory ? options.max_memory - live : 0;
        options.max_memory = left / (uint64_t)shares + 1; /* 0 would be no cap */
    }
    finnc_ctx *made = finnc_ctx_create(&options);
    if (made)
        made->parent = cx;
    return made;
}

void finnc_ctx_destroy(finnc_ctx *cx)
{
    if (cx)
        cx->options.realloc(cx->options.user, cx, 0);
}

/* Counts `nbytes` more, unless the cap forbids them. */
static bool reserve(finnc_ctx *cx, size_t nbytes)
{
    uint64_t live = atomic_fetch_add(&cx->live_bytes, nbytes) + nbytes;
    if (cx->options.max_memory && live > cx->options.max_memory) {
        atomic_fetch_sub(&cx->live_bytes, nbytes);
        return false;
    }
    uint64_t peak = atomic_load(&cx->peak_bytes);
    while (live > peak && !atomic_compare_exchange_weak(&cx->peak_bytes, &peak, live))
        ;
    return true;
}

/* Not cleared. */
static void *allocate(finnc_ctx *cx, size_t nbytes)
{
    size_t whole;
    if (!fnc_add(nbytes, OVERHEAD, &whole) || !reserve(cx, nbytes))
        return NULL;
    char *block = cx->options.realloc(cx->options.user, NULL, whole);
    if (!block) {
        atomic_fetch_sub(&cx->live_bytes, nbytes);
        return NULL;
    }
    char *ptr = block + sizeof(header);
    ptr += (ALIGNMENT - (uintptr_t)ptr % ALIGNMENT) % ALIGNMENT;
    memcpy(ptr - sizeof(header), &(header){block, nbytes}, sizeof(header));
    return ptr;
}

void *fnc_alloc(finnc_ctx *cx, size_t nbytes)
{
    void *ptr = allocate(cx, nbytes);
    if (ptr)
        memset(ptr, 0, nbytes);
    return ptr;
}

void *fnc_alloc_array(finnc_ctx *cx, size_t size, size_t count)
{
    size_t nbytes;
    return fnc_mul(size, count, &nbytes) ? fnc_alloc(cx, nbytes) : NULL;
}

static header load_header(const void *ptr)
{
    header h;
    memcpy(&h, (const char *)ptr - sizeof h, sizeof h);
    return h;
}

void *fnc_realloc(finnc_ctx *cx, void *ptr, size_t nbytes)
{
    if (!ptr)
        return fnc_alloc(cx, nbytes);
    size_t old = load_header(ptr).nbytes;
    void *grown = allocate(cx, nbytes);
    if (!grown)
        return NULL;
    memcpy(grown, ptr, old < nbytes ? old : nbytes);
    if (nbytes > old)
        memset((char *)grown + old, 0, nbytes - old);
    fnc_free(cx, ptr);
    return grown;
}

void fnc_free(finnc_ctx *cx, void *ptr)
{
    if (!ptr)
        return;
    header h = load_header(ptr);
    atomic_fetch_sub(&cx->live_bytes, h.nbytes);
    cx->options.realloc(cx->options.user, h.block, 0);
}

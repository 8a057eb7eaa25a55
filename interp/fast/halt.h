/* Work that was left half done, because somebody cancelled or the time is over: codes may be any
 * then, and nothing may be looked up by them. All threads see it behind the next place where they
 * meet. */
#ifndef FNC_FAST_HALT_H
#define FNC_FAST_HALT_H

#include <base/limit.h>

#include <stdatomic.h>

typedef struct fnc_halt {
    const finnc_ctx *cx;
    atomic_bool is_over;
} fnc_halt;

static inline bool fnc_halt_is_over(fnc_halt *h)
{
    return atomic_load_explicit(&h->is_over, memory_order_relaxed);
}

/* Asks the context: before some tenths of a second's work. */
static inline bool fnc_halt_ask(fnc_halt *h)
{
    if (fnc_ctx_is_stopped(h->cx))
        atomic_store(&h->is_over, true);
    return fnc_halt_is_over(h);
}

#endif

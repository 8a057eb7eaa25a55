/* Work that may take minutes: whether to go on is asked once in some tenths of a second, however
 * much or little is done between two places where it could be. */
#ifndef FNC_PATIENCE_H
#define FNC_PATIENCE_H

#include <base/limit.h>

#include <stddef.h>
#include <stdint.h>

/* Additions between two looks: where they are guessed too low, several times as much. */
#define FNC_PATIENCE INT64_C(100000000)

/* Of one thread; `left` begins with 0. */
typedef struct fnc_patience {
    const finnc_ctx *cx;
    int64_t left;
} fnc_patience;

/* Before as much work as `cost` additions. False: somebody cancelled, or the time is over; what is
 * done from there on is for nothing, and the same holds for each later call. NULL lasts: items so
 * short that fnc_parallel_long asks often enough (at most FNC_PATIENCE) need none. */
static inline bool fnc_patience_lasts(fnc_patience *p, int64_t cost)
{
    if (!p)
        return true;
    if (p->left > cost) {
        p->left -= cost;
        return true;
    }
    if (fnc_ctx_is_stopped(p->cx)) {
        p->left = 0;
        return false;
    }
    p->left = FNC_PATIENCE;
    return true;
}

#endif

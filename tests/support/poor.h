/* Running out of memory: each allocation of a call fails once. */
#ifndef TEST_POOR_H
#define TEST_POOR_H

#include <finnc/ctx.h>

#include <stdbool.h>

/* A call with all that it needs, in a context of its own; leaves nothing behind, whatever becomes
 * of it. */
typedef finnc_status (*poor_fn)(finnc_ctx *cx, void *user);

/* Makes the N-th allocation of `call` fail, N = 1, 2, 3... (later in growing steps) until it
 * succeeds: NO_MEMORY with words each time, and no memory left. */
void check_poor(poor_fn call, void *user);

/* What the allocations of a context are paid from. All zero: there is enough. */
typedef struct poor_purse {
    bool is_poor; /* nothing is given once `left` are spent */
    long left, spent;
} poor_purse;

/* The purse has to live as long as the context, which has one thread. */
finnc_ctx *purse_open(poor_purse *purse);

/* The same for a call on things that live in `cx`, once with enough and then with ever fewer
 * allocations: each of the first ones fails, and of those that follow as many as take some
 * milliseconds, others for another `salt`. The call may fill the purse (is_poor = false) when it
 * has done what is tried, to look at what came of it. It may succeed though an allocation failed,
 * if then the result is what it always is. `where` is for messages. */
void check_poor_sample(poor_purse *purse, finnc_ctx *cx, unsigned salt, poor_fn call, void *user,
                       const char *where);

#endif

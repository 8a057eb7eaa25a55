/* Running out of memory: each allocation of a call fails once. */
#ifndef TEST_POOR_H
#define TEST_POOR_H

#include <finnc/ctx.h>

/* A call with all that it needs, in a context of its own; leaves nothing behind, whatever becomes
 * of it. */
typedef finnc_status (*poor_fn)(finnc_ctx *cx, void *user);

/* Makes the N-th allocation of `call` fail, N = 1, 2, 3... until it succeeds: NO_MEMORY with words
 * each time, and no memory left. */
void check_poor(poor_fn call, void *user);

#endif

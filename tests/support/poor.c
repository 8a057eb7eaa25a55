#include "poor.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* No call of a test allocates as often as MOST; beyond EACH a sample has to do, or the time would
 * grow with the square. */
enum { MOST = 1000000, EACH = 128 };

static void *failing_realloc(void *user, void *ptr, size_t size)
{
    int *left = user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return (*left)-- > 0 ? realloc(ptr, size) : NULL;
}

void check_poor(poor_fn call, void *user)
{
    finnc_status status = FINNC_NO_MEMORY;
    for (int n = 0; status != FINNC_OK; n += n < EACH ? 1 : n / 32) {
        cr_assert_lt(n, MOST, "it never succeeds");
        int left = n;
        const finnc_ctx_options options = {.realloc = failing_realloc, .user = &left};
        finnc_ctx *cx = finnc_ctx_create(&options);
        if (!cx)
            continue;
        status = call(cx, user);
        cr_assert(status == FINNC_OK || status == FINNC_NO_MEMORY, "allocation %d: %s", n,
                  finnc_ctx_message(cx));
        cr_assert_eq(status == FINNC_OK, !*finnc_ctx_message(cx), "allocation %d: %s", n,
                     finnc_ctx_message(cx));
        cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "allocation %d leaves memory", n);
        finnc_ctx_destroy(cx);
    }
}

/* ---- a sample ---- */

enum { FIRST = 24, SAMPLES = 48 };

static void *paid_realloc(void *user, void *ptr, size_t size)
{
    poor_purse *p = user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    p->spent++;
    return !p->is_poor || p->left-- > 0 ? realloc(ptr, size) : NULL;
}

finnc_ctx *purse_open(poor_purse *purse)
{
    const finnc_ctx_options options = {.realloc = paid_realloc, .user = purse, .threads = 1};
    return finnc_ctx_create(&options);
}

static void try_with(poor_purse *purse, finnc_ctx *cx, long left, poor_fn call, void *user,
                     const char *where)
{
    const uint64_t live = finnc_ctx_live_bytes(cx);
    purse->is_poor = true;
    purse->left = left;
    const finnc_status status = call(cx, user);
    purse->is_poor = false;
    cr_assert(status == FINNC_OK || status == FINNC_NO_MEMORY, "%s: allocation %ld: %s", where,
              left, finnc_ctx_message(cx));
    cr_assert_eq(status == FINNC_OK, !*finnc_ctx_message(cx), "%s: allocation %ld: %s", where, left,
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_ctx_live_bytes(cx), live, "%s: allocation %ld leaves memory", where, left);
    finnc_ctx_clear(cx);
}

void check_poor_sample(poor_purse *purse, finnc_ctx *cx, unsigned salt, poor_fn call, void *user,
                       const char *where)
{
    purse->spent = 0;
    cr_assert_eq(call(cx, user), FINNC_OK, "%s: %s", where, finnc_ctx_message(cx));
    const long total = purse->spent;
    for (long left = 0; left < total && left < FIRST; left++)
        try_with(purse, cx, left, call, user, where);
    const long stride = (total - FIRST) / SAMPLES + 1;
    for (long left = FIRST + (long)salt % stride; left < total; left += stride)
        try_with(purse, cx, left, call, user, where);
}

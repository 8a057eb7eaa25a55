#include "poor.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { MOST = 20000 }; /* no call of a test allocates that often */

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
    for (int n = 0; status != FINNC_OK; n++) {
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

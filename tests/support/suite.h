/* A suite whose tests share a context, `cx`, and must leave nothing in it. */
#ifndef FNC_TEST_SUITE_H
#define FNC_TEST_SUITE_H

#include <finnc/ctx.h>

#include <criterion/criterion.h>

#define FNC_SUITE(name)                                                                            \
    static finnc_ctx *cx;                                                                          \
    static void suite_begin(void)                                                                  \
    {                                                                                              \
        cx = finnc_ctx_create(NULL);                                                               \
    }                                                                                              \
    static void suite_end(void)                                                                    \
    {                                                                                              \
        cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%llu bytes are left",                           \
                     (unsigned long long)finnc_ctx_live_bytes(cx));                                \
        finnc_ctx_destroy(cx);                                                                     \
    }                                                                                              \
    TestSuite(name, .init = suite_begin, .fini = suite_end)

#endif

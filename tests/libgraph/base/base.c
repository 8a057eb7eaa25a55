/* Memory, buffers, places and text helpers. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/divisors.h"
#include "base/float_bits.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(alloc, blocks_are_zero_aligned_and_counted)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t n = 0; n < 300; n += 37) {
        unsigned char *p = fnc_alloc(cx, n);
        cr_assert_eq((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < n; i++)
            cr_assert_eq(p[i], 0);
        cr_assert_eq(finnc_ctx_live_bytes(cx), n);
        fnc_free(cx, p);
    }
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    cr_assert_eq(finnc_ctx_peak_bytes(cx), 296);
    finnc_ctx_destroy(cx);
}

Test(alloc, growing_keeps_old_bytes_and_clears_new_ones)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    char *p = fnc_alloc(cx, 5);
    memcpy(p, "abcd", 5);
    p = fnc_realloc(cx, p, 1000);
    cr_assert_str_eq(p, "abcd");
    cr_assert_eq(p[999], 0);
    p = fnc_realloc(cx, p, 3);
    cr_assert_eq(memcmp(p, "abc", 3), 0);
    fnc_free(cx, p);
    finnc_ctx_destroy(cx);
}

Test(alloc, the_cap_is_kept)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 1000});
    void *p = fnc_alloc(cx, 900);
    cr_assert(p);
    cr_assert_null(fnc_alloc(cx, 101));
    cr_assert_null(fnc_alloc(cx, SIZE_MAX));
    cr_assert_null(fnc_alloc_array(cx, SIZE_MAX / 2, 3));
    void *q = fnc_alloc(cx, 100);
    cr_assert(q);
    cr_assert_eq(finnc_no_memory(cx), FINNC_NO_MEMORY);
    cr_assert(strstr(finnc_ctx_message(cx), "at most 1000 bytes"));
    fnc_free(cx, p);
    fnc_free(cx, q);
    finnc_ctx_destroy(cx);
}

Test(arena, blocks_do_not_overlap_and_go_together)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    unsigned char *blocks[500];
    for (size_t i = 0; i < 500; i++) {
        blocks[i] = fnc_arena_alloc(&arena, i);
        cr_assert_eq((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], (int)(i & 255), i);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t k = 0; k < i; k++)
            cr_assert_eq(blocks[i][k], i & 255);
    cr_assert_str_eq(fnc_arena_printf(&arena, "%s_%d", "Conv", 7), "Conv_7");
    cr_assert_null(fnc_arena_alloc_array(&arena, SIZE_MAX / 4, 8));
    fnc_arena_clear(&arena);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

Test(buf, text_grows_and_failure_is_remembered)
{
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = 4096});
    fnc_buf buf;
    fnc_buf_init(&buf, cx);
    cr_assert_str_eq(fnc_buf_text(&buf), "");
    for (int i = 0; i < 100; i++)
        fnc_buf_printf(&buf, "%d,", i);
    cr_assert_eq(buf.length, 290);
    cr_assert_eq(fnc_buf_check(&buf), FINNC_OK);
    fnc_buf_truncate(&buf, 300);
    cr_assert_eq(buf.length, 290);
    fnc_buf_truncate(&buf, 4);
    cr_assert_str_eq(fnc_buf_text(&buf), "0,1,");
    for (int i = 0; i < 1000; i++)
        fnc_buf_puts(&buf, "ten bytes.");
    cr_assert_eq(fnc_buf_check(&buf), FINNC_NO_MEMORY);
    fnc_buf_clear(&buf);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

static finnc_status fail_inside(finnc_ctx *cx)
{
    FNC_AT_FILE(cx, "net.onnx");
    FNC_AT(cx, "", "Concat_7", "Concat");
    return finnc_fail(cx, FINNC_BAD_VALUE, "axis %d is outside", 4);
}

Test(ctx, a_failure_names_its_places_and_leaves_them)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    cr_assert_eq(fail_inside(cx), FINNC_BAD_VALUE);
    cr_assert_str_eq(finnc_ctx_message(cx), "net.onnx: Concat_7 (Concat): axis 4 is outside");
    cr_assert_eq(finnc_fail(cx, FINNC_BAD_FILE, "again"), FINNC_BAD_FILE);
    cr_assert_str_eq(finnc_ctx_message(cx), "again");
    finnc_ctx_clear(cx);
    cr_assert_str_eq(finnc_ctx_message(cx), "");
    finnc_ctx_destroy(cx);
}

/* As a getter does that says its node, called by somebody who has said it. */
static finnc_status fail_twice_inside(finnc_ctx *cx, const char *node, const char *op,
                                      const char *again, const char *op_again)
{
    FNC_AT(cx, "", node, op);
    FNC_AT(cx, "", again, op_again);
    return finnc_fail(cx, FINNC_BAD_VALUE, "no");
}

Test(ctx, a_place_within_itself_is_said_once)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    static const char name[] = "Concat_7", op[] = "Concat", other[] = "Concat";
    cr_assert_eq(fail_twice_inside(cx, name, op, name, op), FINNC_BAD_VALUE);
    cr_expect_str_eq(finnc_ctx_message(cx), "Concat_7 (Concat): no");
    cr_assert_eq(fail_twice_inside(cx, name, op, "inner", op), FINNC_BAD_VALUE);
    cr_expect_str_eq(finnc_ctx_message(cx), "Concat_7 (Concat): inner (Concat): no");
    cr_assert_eq(fail_twice_inside(cx, "", op, "", op), FINNC_BAD_VALUE);
    cr_expect_str_eq(finnc_ctx_message(cx), "Concat: no");
    cr_assert_eq(fail_twice_inside(cx, "", op, "", other), FINNC_BAD_VALUE);
    cr_expect_str_eq(finnc_ctx_message(cx), "Concat: Concat: no", "two nodes without names");
    finnc_ctx_destroy(cx);
}

Test(ctx, words_are_one_printable_line_and_quote_safely)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    cr_assert_eq(finnc_fail(cx, FINNC_BAD_VALUE, "a\nb\x1b[31m"), FINNC_BAD_VALUE);
    cr_assert_str_eq(finnc_ctx_message(cx), "a?b?[31m");
    cr_assert_eq(finnc_fail(cx, FINNC_BAD_VALUE, "%s again", finnc_ctx_message(cx)),
                 FINNC_BAD_VALUE);
    cr_assert_str_eq(finnc_ctx_message(cx), "a?b?[31m again");
    char longer[10000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    cr_assert_eq(finnc_fail(cx, FINNC_BAD_VALUE, "%s", longer), FINNC_BAD_VALUE);
    cr_assert_lt(strlen(finnc_ctx_message(cx)), 2048);
    finnc_ctx_destroy(cx);
}

Test(ctx, cancelling_is_seen_until_resumed)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    cr_assert_eq(finnc_ctx_check(cx), FINNC_OK);
    finnc_ctx_cancel(cx);
    cr_assert_eq(finnc_ctx_check(cx), FINNC_CANCELLED);
    cr_assert_eq(finnc_progress(cx, "running", 1, 2), FINNC_CANCELLED);
    finnc_ctx_resume(cx);
    cr_assert_eq(finnc_ctx_check(cx), FINNC_OK);
    finnc_ctx_destroy(cx);
}

Test(text, names_compare_loosely)
{
    cr_assert(fnc_same_loosely("MoveScalarMulPastConv", "move-scalar_mul-past-CONV"));
    cr_assert_not(fnc_same_loosely("MoveScalarMulPastConv", "MoveScalarMulPastConvTranspose"));
    cr_assert_not(fnc_same_loosely("", "a"));
    cr_assert(fnc_same(NULL, ""));
}

Test(text, the_nearest_name_is_found_and_strangers_are_not_offered)
{
    cr_assert_eq(fnc_distance("kitten", "sitting", 9), 3);
    cr_assert_eq(fnc_distance("ab", "ba", 9), 1);
    cr_assert_eq(fnc_distance("abcdef", "uvwxyz", 2), 3);
    fnc_nearest nearest = {.wanted = "Streamlin"};
    fnc_nearest_offer(&nearest, "SortGraph");
    cr_assert_null(nearest.best);
    fnc_nearest_offer(&nearest, "Streamline");
    fnc_nearest_offer(&nearest, "InferShapes");
    cr_assert_str_eq(nearest.best, "Streamline");
}

Test(divisors, come_in_order_and_end)
{
    static const int64_t of_60[] = {1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 61};
    for (size_t i = 0; i + 1 < sizeof of_60 / sizeof *of_60; i++)
        cr_expect_eq(fnc_next_divisor(60, of_60[i]), of_60[i + 1]);
    cr_expect_eq(fnc_next_divisor(1, 1), 2);
    cr_expect_eq(fnc_next_divisor(49, 1), 7);
    cr_expect_eq(fnc_next_divisor(49, 7), 49);
    cr_expect_eq(fnc_next_divisor(97, 1), 97);
    cr_expect_eq(fnc_gcd(12, 18), 6);
    cr_expect_eq(fnc_gcd(7, 9), 1);
    cr_expect_eq(fnc_gcd(0, 5), 5);
}

Test(float_bits, tell_zeros_apart_and_know_a_nan)
{
    const float nan = nanf("");
    cr_expect_eq(fnc_float_bits(1), 0x3f800000);
    cr_expect(fnc_float_is_same(0.5f, 0.5f));
    cr_expect_not(fnc_float_is_same(0.5f, 0.25f));
    cr_expect_not(fnc_float_is_same(0, -0.0f));
    cr_expect(fnc_float_is_same(nan, nan));
    cr_expect_not(fnc_float_is_same(nan, -nan));
}

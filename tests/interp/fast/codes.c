/* Codes side by side, against the same done one by one; every number of channels up to some words'.
 */
#include "interp/fast/codes.h"

#include <criterion/criterion.h>

#include <stdlib.h>

enum { MOST = 70, SPARE = 16 };

static uint64_t seed = 88172645463325252u;

static int draw(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

Test(codes, bits_come_back)
{
    for (int n = 0; n <= MOST; n++) {
        uint8_t codes[MOST + SPARE], bits[MOST], zeros[MOST + SPARE] = {0}, back[MOST];
        for (int i = 0; i < MOST + SPARE; i++)
            codes[i] = (uint8_t)draw(2);
        memset(bits, 0xff, sizeof bits);
        fnc_codes_to_bits(codes, n, bits);
        for (int i = 0; i < (n + 7) / 8 * 8; i++)
            cr_assert_eq(bits[i / 8] >> i % 8 & 1, i < n ? codes[i] : 0, "%d of %d", i, n);
        cr_assert_eq(bits[(n + 7) / 8], 0xff);
        fnc_codes_add(bits, true, zeros, false, n, back);
        cr_assert_arr_eq(back, codes, (size_t)n);
    }
    uint8_t eight[8] = {1, 2, 3, 0, 5, 250, 7, 8};
    cr_expect_eq(fnc_eight_bits(eight, 1), 2 | 4 | 32 | 64);
}

Test(codes, sums_of_bits_and_bytes)
{
    for (int n = 1; n <= MOST; n++)
        for (int kinds = 0; kinds < 4; kinds++) {
            uint8_t x[2][MOST + SPARE], bits[2][MOST + SPARE], sums[MOST + 1];
            bool is_packed[2] = {kinds & 1, kinds & 2};
            for (int k = 0; k < 2; k++) {
                for (int i = 0; i < MOST + SPARE; i++)
                    x[k][i] = (uint8_t)draw(is_packed[k] ? 2 : 128);
                fnc_codes_to_bits(x[k], n, bits[k]);
            }
            sums[n] = 77;
            fnc_codes_add(is_packed[0] ? bits[0] : x[0], is_packed[0],
                          is_packed[1] ? bits[1] : x[1], is_packed[1], n, sums);
            for (int i = 0; i < n; i++)
                cr_assert_eq(sums[i], x[0][i] + x[1][i], "%d of %d, kinds %d", i, n, kinds);
            cr_assert_eq(sums[n], 77);
        }
}

static int count_reached(const int32_t *thresholds, int n, int32_t sum)
{
    int code = 0;
    for (int k = 0; k < n; k++)
        code += sum >= thresholds[k];
    return code;
}

/* Thresholds at even distances, at which a guess will do, and others, some alike, some never
 * reached. */
Test(codes, sums_and_many_thresholds)
{
    enum { CHANNELS = 9, N = 255 };
    finnc_ctx *cx = finnc_ctx_create(NULL);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    for (int is_even = 0; is_even < 2; is_even++) {
        int32_t thresholds[CHANNELS * N], sums[CHANNELS];
        fnc_digits d = {.h = 1, .w = 1, .c = CHANNELS, .high = N};
        fnc_program p = {.digits = &d, .ndigits = 1};
        fnc_ladder ladder;
        for (int c = 0; c < CHANNELS; c++)
            for (int32_t k = 0, at = -draw(3000); k < N; k++) {
                at += is_even ? 7 + (c + k) % 2 : draw(3) ? draw(3) : draw(200);
                thresholds[c * N + k] = !is_even && k > 250 ? INT32_MAX : at;
            }
        if (!is_even)
            thresholds[0] = INT32_MIN;
        const fnc_layer layer = {.thresholds = thresholds, .nthresholds = N};
        cr_assert_eq(fnc_ladder_make(cx, &arena, &p, &layer, &ladder), FINNC_OK);
        cr_expect_eq(ladder.has_guess, is_even);
        for (int round = 0; round < 3000; round++) {
            uint8_t codes[CHANNELS + 1] = {[CHANNELS] = 77};
            int first = draw(CHANNELS), n = draw(CHANNELS - first) + 1;
            for (int i = 0; i < n; i++)
                sums[i] = round % 3   ? draw(6000) - 3000
                          : round % 2 ? (1 << 24) - 1 - draw(2)
                                      : -(1 << 24) + 1 + draw(2);
            fnc_ladder_climb(&ladder, first, sums, n, codes);
            for (int i = 0; i < n; i++) {
                int code = count_reached(thresholds + (first + i) * N, N, sums[i]);
                cr_assert_eq(codes[i], code, "sum %d, even %d", (int)sums[i], is_even);
            }
        }
    }
    fnc_arena_clear(&arena);
    finnc_ctx_destroy(cx);
}

/* Sums are of codes, so that they go further than the numbers they stand for. A guess that is right
 * for the first half of the thresholds is wrong for the others, which lie side by side. */
Test(codes, thresholds_of_large_sums)
{
    enum { N = 20, HALF = 10, FIRST = 32743680 };
    finnc_ctx *cx = finnc_ctx_create(NULL);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    int32_t thresholds[N];
    for (int k = 0; k < N; k++)
        thresholds[k] = k < HALF ? 743680 + 1600000 * k : FIRST + k - HALF;
    fnc_digits d = {.h = 1, .w = 1, .c = 1, .high = N};
    fnc_program p = {.digits = &d, .ndigits = 1};
    fnc_ladder ladder;
    const fnc_layer layer = {.thresholds = thresholds, .nthresholds = N};
    cr_assert_eq(fnc_ladder_make(cx, &arena, &p, &layer, &ladder), FINNC_OK);
    for (int32_t k = -3; k < HALF + 3; k++) {
        uint8_t code;
        fnc_ladder_climb(&ladder, 0, (const int32_t[]){FIRST + k}, 1, &code);
        cr_expect_eq(code, k < 0 ? HALF : k >= HALF ? N : HALF + k + 1, "sum %d", FIRST + k);
    }
    fnc_arena_clear(&arena);
    finnc_ctx_destroy(cx);
}

/* Thresholds `first` on are at `from`, `by` apart; all sums reach those before, none those from
 * `last` on. */
static void fill_thresholds(int32_t *thresholds, int n, int first, int last, int32_t from,
                            int32_t by)
{
    for (int k = 0; k < n; k++)
        thresholds[k] = k < first ? INT32_MIN : k >= last ? INT32_MAX : from + (k - first) * by;
}

/* A channel with many thresholds, and one with few: the guess is right for both, from the least sum
 * to the greatest. */
Test(codes, thresholds_that_no_sum_tells_apart)
{
    enum { N = 255, FAR = 1 << 25 };
    static const struct {
        int first, last;
        int32_t from, by;
    } few[] = {{0, 1, -16000000, 0}, {254, 255, 16500000, 0}, {0, 1, 0, 0}, {100, 102, 0, 10},
               {0, 2, -9, 1},        {253, 255, 7, 2},        {0, 0, 0, 0}, {255, 255, 0, 0},
               {99, 99, 0, 0},       {9, 245, -FAR, 284000}};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
        int32_t thresholds[2 * N];
        fill_thresholds(thresholds, N, 0, N, -127 * 125984, 125984);
        fill_thresholds(thresholds + N, N, few[i].first, few[i].last, few[i].from, few[i].by);
        fnc_digits d = {.h = 1, .w = 1, .c = 2, .high = N};
        fnc_program p = {.digits = &d, .ndigits = 1};
        fnc_ladder ladder;
        const fnc_layer layer = {.thresholds = thresholds, .nthresholds = N};
        cr_assert_eq(fnc_ladder_make(cx, &arena, &p, &layer, &ladder), FINNC_OK);
        cr_expect(ladder.has_guess, "%zu", i);
        for (int k = -1; k <= 2 * N; k++)
            for (int32_t by = -2; by <= 2; by++) {
                int32_t sum = by * (FAR / 2);
                uint8_t codes[2];
                if (k >= 0 && k < 2 * N && thresholds[k] > -FAR && thresholds[k] < FAR)
                    sum = thresholds[k] + by;
                fnc_ladder_climb(&ladder, 0, (const int32_t[]){sum, sum}, 2, codes);
                for (int c = 0; c < 2; c++)
                    cr_assert_eq(codes[c], count_reached(thresholds + c * N, N, sum),
                                 "%zu: channel %d, sum %d", i, c, (int)sum);
            }
    }
    fnc_arena_clear(&arena);
    finnc_ctx_destroy(cx);
}

/* A map that changes at `jumps` places, at most. */
static void draw_map(uint8_t *map, int high, int jumps)
{
    memset(map, draw(256), 256);
    for (int j = 0; j < jumps; j++) {
        int from = 1 + draw(high);
        memset(map + from, draw(256), (size_t)(256 - from));
    }
}

Test(codes, maps_with_few_jumps)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    fnc_arena arena;
    fnc_arena_init(&arena, cx);
    for (int n = 1; n <= MOST; n++)
        for (int jumps = 0; jumps <= FNC_JUMPS + 1; jumps++) {
            int high = 1 + draw(255);
            fnc_digits d = {.h = 1, .w = 1, .c = n, .high = high};
            fnc_program p = {.digits = &d, .ndigits = 1};
            uint8_t map[MOST * 256], x[MOST + SPARE], y[MOST + 1];
            for (int c = 0; c < n; c++)
                draw_map(map + c * 256, high, jumps);
            fnc_jumps found;
            cr_assert_eq(fnc_jumps_find(cx, &arena, &p,
                                        &(fnc_layer){.kind = FNC_LAYER_MAP, .map = map}, &found),
                         FINNC_OK);
            cr_assert(found.n >= 0 || jumps > FNC_JUMPS);
            cr_assert_leq(found.n, jumps);
            for (int i = 0; i < MOST + SPARE; i++)
                x[i] = (uint8_t)draw(high + 1);
            y[n] = 77;
            if (found.n >= 0)
                fnc_codes_jump(&found, 0, x, n, y);
            for (int c = 0; c < n && found.n >= 0; c++)
                cr_assert_eq(y[c], map[c * 256 + x[c]], "channel %d of %d, %d jumps", c, n, jumps);
            cr_assert_eq(y[n], 77);
        }
    uint8_t map[256];
    for (int k = 0; k < 256; k++)
        map[k] = (uint8_t)(3 * k);
    fnc_digits d = {.h = 1, .w = 1, .c = 1, .high = FNC_JUMPS + 1};
    fnc_program p = {.digits = &d, .ndigits = 1};
    fnc_jumps found;
    cr_assert_eq(fnc_jumps_find(cx, &arena, &p, &(fnc_layer){.map = map}, &found), FINNC_OK);
    cr_expect_eq(found.n, -1, "more than there may be");
    fnc_arena_clear(&arena);
    finnc_ctx_destroy(cx);
}

#include "interp/elem.h"

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

static bool is_converted(finnc_elem e)
{
    return e != FINNC_ELEM_STRING && e != FINNC_ELEM_COMPLEX64 && e != FINNC_ELEM_COMPLEX128 &&
           e != FINNC_ELEM_FLOAT8E8M0; /* has no zero */
}

/* 0, 1, 0, 1, ...: what every type holds, over more than one block and an odd number of nibbles. */
Test(convert, every_type_becomes_every_other)
{
    enum { N = 601 };
    for (finnc_elem from = FINNC_ELEM_FLOAT; from <= FINNC_ELEM_FLOAT6E3M2; from++)
        for (finnc_elem to = FINNC_ELEM_FLOAT; to <= FINNC_ELEM_FLOAT6E3M2; to++) {
            double bits[N], a[N], b[N], back[N];
            if (!is_converted(from) || !is_converted(to))
                continue;
            for (int i = 0; i < N; i++)
                bits[i] = i % 2;
            fnc_convert(FINNC_ELEM_DOUBLE, bits, from, a, N);
            fnc_convert(from, a, to, b, N);
            fnc_convert(to, b, FINNC_ELEM_DOUBLE, back, N);
            cr_assert_eq(memcmp(bits, back, sizeof bits), 0, "%s to %s", finnc_elem_name(from),
                         finnc_elem_name(to));
        }
}

static int64_t to_int(double x, finnc_elem elem)
{
    int64_t y = 0;
    char raw[8];
    fnc_convert(FINNC_ELEM_DOUBLE, &x, elem, raw, 1);
    fnc_convert(elem, raw, FINNC_ELEM_INT64, &y, 1);
    return y;
}

Test(convert, floats_are_cut_off_and_clamped)
{
    cr_assert_eq(to_int(2.9, FINNC_ELEM_INT8), 2);
    cr_assert_eq(to_int(-2.9, FINNC_ELEM_INT8), -2);
    cr_assert_eq(to_int(300, FINNC_ELEM_INT8), 127);
    cr_assert_eq(to_int(-300, FINNC_ELEM_INT8), -128);
    cr_assert_eq(to_int(300, FINNC_ELEM_UINT8), 255);
    cr_assert_eq(to_int(-1, FINNC_ELEM_UINT8), 0);
    cr_assert_eq(to_int(9, FINNC_ELEM_INT4), 7);
    cr_assert_eq(to_int(1e30, FINNC_ELEM_INT64), INT64_MAX);
    cr_assert_eq(to_int(-1e30, FINNC_ELEM_INT64), INT64_MIN);
    cr_assert_eq(to_int(1e30, FINNC_ELEM_UINT64), -1, "all bits set");
    cr_assert_eq(to_int(0x1p63, FINNC_ELEM_UINT64), INT64_MIN, "the top bit");
    cr_assert_eq(to_int(NAN, FINNC_ELEM_INT32), 0);
}

Test(convert, large_integers_are_rounded_once)
{
    /* The first lies a little above the middle of two floats, and in the middle of two doubles. */
    const int64_t x[] = {9007199791611905, -9007199791611905, (1LL << 60) + (1LL << 36) + 1,
                         INT64_MAX,        INT64_MIN,         (1LL << 53) + 1,
                         16777217};
    const float want[] = {9007200328482816.0F,
                          -9007200328482816.0F,
                          0x1.000002p60F,
                          0x1p63F,
                          -0x1p63F,
                          0x1p53F,
                          16777216};
    float y[sizeof x / sizeof *x];
    fnc_convert(FINNC_ELEM_INT64, x, FINNC_ELEM_FLOAT, y, sizeof x / sizeof *x);
    cr_assert_eq(memcmp(y, want, sizeof y), 0);
    const uint64_t top = UINT64_MAX, above = (1ULL << 63) + (1ULL << 55) + 1;
    uint16_t half;
    fnc_convert(FINNC_ELEM_UINT64, &top, FINNC_ELEM_FLOAT, y, 1);
    cr_assert_eq(y[0], 0x1p64F);
    fnc_convert(FINNC_ELEM_UINT64, &above, FINNC_ELEM_BFLOAT16, &half, 1);
    cr_assert_eq(half, 0x5f01, "7 bits of mantissa: just above the middle of two");
}

Test(convert, integers_wrap)
{
    const int64_t x[] = {257, -1, INT64_MAX};
    uint8_t bytes[3];
    int64_t back[3];
    fnc_convert(FINNC_ELEM_INT64, x, FINNC_ELEM_UINT8, bytes, 3);
    cr_assert_eq(bytes[0], 1);
    cr_assert_eq(bytes[1], 255);
    cr_assert_eq(bytes[2], 255);
    fnc_convert(FINNC_ELEM_INT64, x, FINNC_ELEM_INT4, bytes, 3); /* two to a byte, low first */
    cr_assert_eq(bytes[0], 0xf1);
    fnc_convert(FINNC_ELEM_INT4, bytes, FINNC_ELEM_INT64, back, 3);
    cr_assert_eq(back[1], -1);
    cr_assert_eq(back[2], -1);
}

Test(convert, anything_but_zero_is_true)
{
    const double x[] = {0, 0.25, -3, NAN};
    uint8_t truth[4];
    fnc_convert(FINNC_ELEM_DOUBLE, x, FINNC_ELEM_BOOL, truth, 4);
    cr_assert_eq(memcmp(truth, (uint8_t[]){0, 1, 1, 1}, 4), 0);
}

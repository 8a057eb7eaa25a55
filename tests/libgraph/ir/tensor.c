#include "ir/ir.h"

#include "support/suite.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

FNC_SUITE(tensor);
TestSuite(elem, .init = suite_begin, .fini = suite_end);

Test(tensor, every_numeric_type_stores_small_integers_exactly)
{
    for (finnc_elem e = FINNC_ELEM_FLOAT; e <= FINNC_ELEM_FLOAT6E3M2; e++) {
        if (e == FINNC_ELEM_STRING || e == FINNC_ELEM_FLOAT8E8M0)
            continue;
        finnc_tensor *t;
        cr_assert_eq(finnc_tensor_create(cx, e, 2, (int64_t[]){3, 3}, &t), FINNC_OK);
        for (int64_t i = 0; i < 9; i++)
            finnc_tensor_set(t, i, (double)(i % 2));
        for (int64_t i = 0; i < 9; i++)
            cr_assert_eq(finnc_tensor_get(t, i), (double)(i % 2), "%s", finnc_elem_name(e));
        cr_assert_eq(finnc_tensor_nbytes(t), (9 * (size_t)finnc_elem_bits(e) + 7) / 8);
        finnc_tensor_release(t);
    }
}

Test(tensor, shapes_that_overflow_are_refused)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 3, (int64_t[]){1 << 30, 1 << 30, 8}, &t),
                 FINNC_BAD_VALUE);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){INT64_MAX}, &t),
                 FINNC_BAD_VALUE);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){-1}, &t),
                 FINNC_BAD_VALUE);
    cr_assert_eq(finnc_tensor_create(cx, (finnc_elem)99, 0, NULL, &t), FINNC_UNSUPPORTED);
    /* A zero makes it empty, but not if its strides would overflow all the same. */
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 3, (int64_t[]){INT64_MAX, 0, 2}, &t),
                 FINNC_BAD_VALUE);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){INT64_MAX, 0}, &t),
                 FINNC_OK);
    cr_assert_eq(finnc_tensor_nelems(t), 0);
    finnc_tensor_release(t);
}

static int freed;
static void count_free(void *user)
{
    freed += *(int *)user;
}

Test(tensor, a_misaligned_view_is_copied_on_demand_and_freed_once)
{
    _Alignas(8) unsigned char bytes[13];
    float values[3] = {1, 2, 3};
    memcpy(bytes + 1, values, sizeof values);
    int one = 1;
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create_view(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){3}, bytes + 1,
                                          count_free, &one, &t),
                 FINNC_OK);
    cr_assert_eq(finnc_tensor_get(t, 2), 3);
    cr_assert_null(finnc_tensor_edit(t));
    const void *p, *q;
    cr_assert_eq(finnc_tensor_need_data(cx, t, &p), FINNC_OK);
    cr_assert_eq(((const float *)p)[1], 2);
    cr_assert_eq(finnc_tensor_need_data(cx, t, &q), FINNC_OK);
    cr_assert_eq(p, q);
    finnc_tensor *r;
    cr_assert_eq(finnc_tensor_reshape(cx, t, 2, (int64_t[]){3, 1}, &r), FINNC_OK);
    finnc_tensor_release(t);
    cr_assert_eq(freed, 0);
    cr_assert_eq(finnc_tensor_get(r, 0), 1);
    finnc_tensor_release(r);
    cr_assert_eq(freed, 1);
}

Test(tensor, transposing_any_width)
{
    static const finnc_elem elems[] = {FINNC_ELEM_INT4, FINNC_ELEM_INT8, FINNC_ELEM_FLOAT,
                                       FINNC_ELEM_COMPLEX128};
    for (size_t k = 0; k < 4; k++) {
        finnc_tensor *t, *u;
        cr_assert_eq(finnc_tensor_create(cx, elems[k], 3, (int64_t[]){2, 3, 1}, &t), FINNC_OK);
        for (int64_t i = 0; i < 6; i++)
            finnc_tensor_set(t, i, (double)i);
        cr_assert_eq(finnc_tensor_transpose(cx, t, (int[]){1, 2, 0}, &u), FINNC_OK);
        cr_assert_eq(finnc_tensor_dim(u, 0), 3);
        cr_assert_eq(finnc_tensor_dim(u, 2), 2);
        for (int64_t i = 0; i < 3; i++)
            for (int64_t j = 0; j < 2; j++)
                cr_assert_eq(finnc_tensor_get(u, i * 2 + j), (double)(j * 3 + i));
        finnc_tensor_release(u);
        cr_assert_eq(finnc_tensor_transpose(cx, t, (int[]){1, 1, 0}, &u), FINNC_BAD_VALUE);
        finnc_tensor_release(t);
    }
}

Test(tensor, strings_are_owned_and_compared)
{
    finnc_tensor *t, *u;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_STRING, 1, (int64_t[]){2}, &t), FINNC_OK);
    cr_assert_eq(finnc_tensor_set_string(cx, t, 0, "frog", 4), FINNC_OK);
    cr_assert_eq(finnc_tensor_set_string(cx, t, 0, "ship", 4), FINNC_OK);
    cr_assert_eq(finnc_tensor_transpose(cx, t, (int[]){0}, &u), FINNC_OK);
    cr_assert(finnc_tensor_equal(t, u));
    cr_assert_eq(finnc_tensor_set_string(cx, u, 1, "x", 1), FINNC_OK);
    cr_assert_not(finnc_tensor_equal(t, u));
    finnc_tensor_release(t);
    finnc_tensor_release(u);
}

Test(tensor, wide_integers_stay_exact)
{
    finnc_tensor *t, *u, *f;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_INT64, 1, (int64_t[]){2}, &t), FINNC_OK);
    finnc_tensor_set_int(t, 0, INT64_MAX);
    finnc_tensor_set_int(t, 1, -5);
    cr_assert_eq(finnc_tensor_get_int(t, 0), INT64_MAX);
    cr_assert_eq(finnc_tensor_cast(cx, t, FINNC_ELEM_UINT64, &u), FINNC_OK);
    cr_assert_eq(finnc_tensor_get_int(u, 0), INT64_MAX);
    cr_assert_eq(finnc_tensor_cast(cx, t, FINNC_ELEM_FLOAT, &f), FINNC_OK);
    cr_assert_eq(finnc_tensor_get(f, 1), -5);
    cr_assert_eq(finnc_tensor_get_int(f, 0), INT64_MAX);
    finnc_tensor_release(t);
    finnc_tensor_release(u);
    finnc_tensor_release(f);
}

Test(elem, every_code_of_a_small_format_survives)
{
    for (finnc_elem e = FINNC_ELEM_FLOAT; e <= FINNC_ELEM_FLOAT6E3M2; e++) {
        int bits = finnc_elem_bits(e);
        if (e == FINNC_ELEM_STRING || e == FINNC_ELEM_BOOL || bits == 0 || bits > 16)
            continue;
        for (uint64_t code = 0; code < UINT64_C(1) << bits; code++) {
            double x = finnc_elem_decode(e, code);
            if (isnan(x)) {
                cr_assert(isnan(finnc_elem_decode(e, finnc_elem_encode(e, x))), "%s",
                          finnc_elem_name(e));
                continue;
            }
            if (e == FINNC_ELEM_FLOAT8E5M2 && isinf(x))
                continue; /* saturates by design */
            cr_assert_eq(finnc_elem_encode(e, x), code, "%s 0x%x -> %g -> 0x%x", finnc_elem_name(e),
                         (unsigned)code, x, (unsigned)finnc_elem_encode(e, x));
        }
    }
}

Test(tensor, six_bits_cross_bytes)
{
    /* 1, 62, 31, 8 and 7, low bits first: four codes are three bytes. */
    static const uint8_t packed[] = {0x81, 0xff, 0x21, 0x07};
    static const double want[] = {0.125, -7, 7.5, 1, 0.875};
    const int64_t n = 5;
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create_from(cx, FINNC_ELEM_FLOAT6E2M3, 1, &n, packed, &t), FINNC_OK);
    cr_assert_eq(finnc_tensor_nbytes(t), sizeof packed);
    for (int64_t i = 0; i < n; i++)
        cr_expect_eq(finnc_tensor_get(t, i), want[i]);
    finnc_tensor_set(t, 2, -28);
    finnc_tensor_set(t, 1, 0.25);
    cr_expect_eq(finnc_tensor_get(t, 0), 0.125);
    cr_expect_eq(finnc_tensor_get(t, 1), 0.25);
    cr_expect_eq(finnc_tensor_get(t, 2), -7.5);
    cr_expect_eq(finnc_tensor_get(t, 3), 1);
    finnc_tensor_release(t);
}

Test(elem, halves_round_to_even_and_overflow_as_the_format_says)
{
    cr_assert_eq(finnc_elem_encode(FINNC_ELEM_FLOAT16, 2049),
                 finnc_elem_encode(FINNC_ELEM_FLOAT16, 2048));
    cr_assert_eq(finnc_elem_encode(FINNC_ELEM_FLOAT16, 2051),
                 finnc_elem_encode(FINNC_ELEM_FLOAT16, 2052));
    cr_assert(
        isinf(finnc_elem_decode(FINNC_ELEM_FLOAT16, finnc_elem_encode(FINNC_ELEM_FLOAT16, 65520))));
    cr_assert_eq(
        finnc_elem_decode(FINNC_ELEM_FLOAT16, finnc_elem_encode(FINNC_ELEM_FLOAT16, 65519)), 65504);
    cr_assert_eq(
        finnc_elem_decode(FINNC_ELEM_FLOAT8E4M3FN, finnc_elem_encode(FINNC_ELEM_FLOAT8E4M3FN, 1e9)),
        448);
    cr_assert_eq(finnc_elem_decode(FINNC_ELEM_FLOAT4E2M1,
                                   finnc_elem_encode(FINNC_ELEM_FLOAT4E2M1, -INFINITY)),
                 -6);
    cr_assert_eq(finnc_elem_decode(FINNC_ELEM_INT4, finnc_elem_encode(FINNC_ELEM_INT4, -100)), -8);
    cr_assert_eq(finnc_elem_decode(FINNC_ELEM_UINT2, finnc_elem_encode(FINNC_ELEM_UINT2, 2.5)), 2);
    cr_assert_eq(
        finnc_elem_decode(FINNC_ELEM_FLOAT16, finnc_elem_encode(FINNC_ELEM_FLOAT16, 0x1p-24)),
        0x1p-24);
    cr_assert_eq(
        finnc_elem_decode(FINNC_ELEM_FLOAT16, finnc_elem_encode(FINNC_ELEM_FLOAT16, 0x1p-26)), 0);
}

#include "interp/compare/difference.h"

#include <finnc/compare.h>

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

static finnc_ctx *cx;
static finnc_tensor *a, *b;

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
}

static void teardown(void)
{
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(difference, .init = setup, .fini = teardown);

static finnc_difference compare(double rtol)
{
    finnc_difference d;
    finnc_tensor_compare(a, b, rtol, "t", &d);
    return d;
}

static finnc_tensor *list(finnc_elem elem, int64_t n, const void *elements)
{
    finnc_tensor *tensor;
    cr_assert_eq(finnc_tensor_create_from(cx, elem, 1, &n, elements, &tensor), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return tensor;
}

static finnc_tensor *string(const char *text)
{
    finnc_tensor *tensor;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_STRING, 0, NULL, &tensor), FINNC_OK);
    cr_assert_eq(finnc_tensor_set_string(cx, tensor, 0, text, strlen(text)), FINNC_OK);
    return tensor;
}

Test(difference, strings_are_compared_by_content)
{
    a = string("cat");
    b = string("cat");
    cr_assert_null(compare(1).value);
    finnc_tensor_release(b);
    b = string("dog");
    finnc_difference d = compare(1);
    cr_assert_str_eq(d.value, "t");
    cr_assert_eq(d.index, 0);
    cr_assert_eq(d.count, 1);
    cr_assert(isnan(d.a) && isnan(d.b), "strings are no numbers");
}

Test(difference, integers_are_exact_where_doubles_skip_some)
{
    a = list(FINNC_ELEM_INT64, 2, (int64_t[]){1, INT64_C(1) << 53});
    b = list(FINNC_ELEM_INT64, 2, (int64_t[]){1, (INT64_C(1) << 53) + 1});
    finnc_difference d = compare(1);
    cr_assert_str_eq(d.value, "t");
    cr_assert_eq(d.index, 1);
    cr_assert_eq(d.count, 1);
    cr_assert_eq(d.largest, 1);
}

Test(difference, integers_from_end_to_end_are_far_apart)
{
    a = list(FINNC_ELEM_INT64, 1, (int64_t[]){INT64_MIN});
    b = list(FINNC_ELEM_INT64, 1, (int64_t[]){INT64_MAX});
    cr_assert_eq(compare(1).largest, 0x1p64);
}

Test(difference, unsigned_integers_are_exact_beyond_the_signed_ones)
{
    a = list(FINNC_ELEM_UINT64, 1, (uint64_t[]){UINT64_MAX});
    b = list(FINNC_ELEM_UINT64, 1, (uint64_t[]){UINT64_MAX - 2});
    finnc_difference d = compare(1);
    cr_assert_eq(d.index, 0);
    cr_assert_eq(d.largest, 2);
}

Test(difference, packed_integers_are_exact_too)
{
    a = list(FINNC_ELEM_INT4, 2, (uint8_t[]){0x17});
    b = list(FINNC_ELEM_INT4, 2, (uint8_t[]){0xf7});
    finnc_difference d = compare(1);
    cr_assert_eq(d.index, 1);
    cr_assert_eq(d.a, 1);
    cr_assert_eq(d.b, -1);
}

Test(difference, bools_differ_whatever_the_tolerance)
{
    a = list(FINNC_ELEM_BOOL, 3, (uint8_t[]){1, 0, 1});
    b = list(FINNC_ELEM_BOOL, 3, (uint8_t[]){1, 1, 0});
    finnc_difference d = compare(1);
    cr_assert_eq(d.index, 1);
    cr_assert_eq(d.count, 2);
}

Test(difference, a_complex_number_has_two_parts)
{
    a = list(FINNC_ELEM_COMPLEX64, 2, (float[]){1, 2, 3, 4});
    b = list(FINNC_ELEM_COMPLEX64, 2, (float[]){1, 2, 3, 5});
    finnc_difference d = compare(0.1);
    cr_assert_eq(d.index, 1);
    cr_assert_eq(d.a, 4);
    cr_assert_eq(d.b, 5);
    cr_assert_null(compare(0.25).value, "its parts are floats");
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    a = list(FINNC_ELEM_COMPLEX128, 1, (double[]){1, -1});
    b = list(FINNC_ELEM_COMPLEX128, 1, (double[]){1, 1});
    cr_assert_eq(compare(0.1).largest, 2);
}

Test(difference, nan_equals_nan_and_nothing_else)
{
    a = list(FINNC_ELEM_FLOAT, 2, (float[]){NAN, NAN});
    b = list(FINNC_ELEM_FLOAT, 2, (float[]){-NAN, 1});
    finnc_difference d = compare(1);
    cr_assert_eq(d.index, 1);
    cr_assert_eq(d.count, 1);
    cr_assert(isnan(d.largest));
}

Test(difference, zeros_are_equal_and_infinities_too)
{
    a = list(FINNC_ELEM_DOUBLE, 2, (double[]){0.0, INFINITY});
    b = list(FINNC_ELEM_DOUBLE, 2, (double[]){-0.0, INFINITY});
    cr_assert_null(compare(0).value);
    finnc_tensor_release(b);
    b = list(FINNC_ELEM_DOUBLE, 2, (double[]){0.0, -INFINITY});
    cr_assert_eq(compare(1).index, 1);
}

Test(difference, the_same_numbers_in_another_type_or_shape_are_others)
{
    a = list(FINNC_ELEM_FLOAT, 2, (float[]){1, 2});
    b = list(FINNC_ELEM_DOUBLE, 2, (double[]){1, 2});
    cr_assert_str_eq(compare(1).value, "t");
    cr_assert_eq(compare(1).index, -1);
    finnc_tensor_release(b);
    cr_assert_eq(finnc_tensor_reshape(cx, a, 2, (int64_t[]){2, 1}, &b), FINNC_OK);
    cr_assert_eq(compare(1).index, -1);
    cr_assert_str_eq(compare(1).value, "t");
}

static finnc_tensor *pair_of(finnc_tensor *item)
{
    finnc_tensor *made;
    const finnc_tensor *items[] = {item, item};
    cr_assert_eq(finnc_tensor_create_of(cx, FINNC_KIND_SEQUENCE, items, 2, &made), FINNC_OK);
    finnc_tensor_release(item);
    return made;
}

Test(difference, items_are_compared_one_by_one_until_time_is_over)
{
    a = list(FINNC_ELEM_FLOAT, 2, (float[]){1, 2});
    b = list(FINNC_ELEM_FLOAT, 2, (float[]){1, 3});
    for (int level = 0; level < 4; level++) {
        a = pair_of(a);
        b = pair_of(b);
    }
    finnc_difference d;
    fnc_tensor_compare(cx, a, b, 0, "t", &d);
    cr_assert_str_eq(d.value, "t");
    cr_expect_eq(d.index, 1);
    finnc_ctx_set_timeout(cx, 1e-9);
    fnc_tensor_compare(cx, a, b, 0, "t", &d);
    cr_expect_null(d.value);
    cr_expect_eq(finnc_ctx_check(cx), FINNC_CANCELLED);
    finnc_ctx_clear(cx);
    finnc_ctx_set_timeout(cx, 0);
}

Test(difference, sequences_of_other_lengths_and_kinds_differ)
{
    a = pair_of(list(FINNC_ELEM_FLOAT, 1, (float[]){1}));
    b = list(FINNC_ELEM_FLOAT, 1, (float[]){1});
    cr_assert_str_eq(compare(0).value, "t");
    b = pair_of(pair_of(b));
    cr_assert_str_eq(compare(0).value, "t");
    finnc_tensor_release(b);
    b = pair_of(list(FINNC_ELEM_FLOAT, 1, (float[]){1}));
    cr_assert_null(compare(0).value);
    finnc_tensor_release(b);
    b = finnc_tensor_retain(a);
    cr_assert_null(compare(0).value);
}

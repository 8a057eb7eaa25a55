#include "support/run_text.h"

#include <criterion/criterion.h>
#include <stdio.h>

static finnc_ctx *cx;

static void setup(void)
{
    cx = finnc_ctx_create(NULL);
}

static void teardown(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(compare, .init = setup, .fini = teardown);

static finnc_difference compare(const char *a, const char *b, double rtol)
{
    static finnc_difference d;
    finnc_model *x = read_text(cx, a), *y = read_text(cx, b);
    cr_assert_eq(finnc_compare(cx, x, y, 42, 3, rtol, &d), FINNC_OK, "%s", finnc_ctx_message(cx));
    if (d.value) { /* the name dies with the model */
        static char name[32];
        snprintf(name, sizeof name, "%s", d.value);
        d.value = name;
    }
    finnc_model_destroy(x);
    finnc_model_destroy(y);
    return d;
}

Test(compare, models_that_compute_the_same_do_not_differ)
{
    finnc_difference d =
        compare("g (float[4] x) => (float[4] y) <float s = {3}> { y = Mul(x, s) }",
                "g (float[4] in) => (float[4] out) <float s = {3}> { out = Mul(s, in) }", 0);
    cr_assert_null(d.value);
}

Test(compare, rounding_is_forgiven_where_floats_are)
{
    const char *a = "g (float[4] x) => (float[4] y) <float s = {3.0}> { y = Mul(x, s) }";
    const char *b = "g (float[4] x) => (float[4] y) <float s = {3.000001}> { y = Mul(x, s) }";
    cr_assert_null(compare(a, b, 1e-5).value);
    finnc_difference d = compare(a, b, 0);
    cr_assert_str_eq(d.value, "y");
    cr_assert_gt(d.count, 0);
    cr_assert_gt(d.largest, 0);
    cr_assert_lt(d.largest, 1e-4);
}

Test(compare, integers_have_to_be_equal)
{
    finnc_difference d = compare(
        "g (float[4] x {UINT8}) => (float[4] y {INT32}) <float s = {100}> { y = Mul(x, s) }",
        "g (float[4] x {UINT8}) => (float[4] y {INT32}) <float s = {101}> { y = Mul(x, s) }", 0.5);
    cr_assert_str_eq(d.value, "y");
    cr_assert_eq(d.b / d.a, 1.01);
}

Test(compare, other_shapes_are_a_difference_without_a_place)
{
    finnc_difference d = compare("g (float[4] x) => (float[4] y) { y = Neg(x) }",
                                 "g (float[4] x) => (float[1,4] y) <int64[1] a = {0}> {"
                                 " n = Neg(x) y = Unsqueeze(n, a) }",
                                 0);
    cr_assert_str_eq(d.value, "y");
    cr_assert_eq(d.index, -1);
}

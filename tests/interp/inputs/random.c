#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static finnc_tensor *draw(finnc_ctx *cx, const char *value, uint64_t seed)
{
    char text[200];
    finnc_tensor *tensor;
    snprintf(text, sizeof text, "g (%s) => (float y) { y = Identity(x) }", value);
    finnc_model *model = read_text(cx, text);
    const finnc_value *x = finnc_graph_find_value(finnc_model_graph(model), "x");
    cr_assert_eq(finnc_value_draw(cx, x, seed, &tensor), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    return tensor;
}

/* Every data type's numbers have to be allowed by it, and not be all the same. */
Test(random, numbers_suit_their_data_type)
{
    static const char *const names[] = {"BINARY",  "BIPOLAR",    "TERNARY",      "INT3",
                                        "UINT8",   "INT32",      "UINT64",       "FIXED<8,3>",
                                        "FLOAT16", "FLOAT32",    "FLOAT<4,3,7>", "FLOAT<2,1,1>",
                                        "INT1",    "FIXED<4,0>", "SCALEDINT<8>"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char value[64];
        finnc_dtype dtype;
        bool varies = false;
        snprintf(value, sizeof value, "float[1000] x {%s}", names[k]);
        cr_assert_eq(finnc_dtype_parse(cx, names[k], &dtype), FINNC_OK);
        finnc_tensor *tensor = draw(cx, value, 5);
        for (int64_t i = 0; i < 1000; i++) {
            double x = finnc_tensor_get(tensor, i);
            cr_assert(finnc_dtype_allows(dtype, x), "%s: %g", names[k], x);
            varies |= x != finnc_tensor_get(tensor, 0);
        }
        cr_assert(varies, "%s", names[k]);
        finnc_tensor_release(tensor);
    }
    finnc_ctx_destroy(cx);
}

Test(random, floats_are_normal)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *tensor = draw(cx, "float[10000] x", 1);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < 10000; i++) {
        double x = finnc_tensor_get(tensor, i);
        sum += x;
        squares += x * x;
    }
    cr_assert_lt(fabs(sum / 10000), 0.05);
    cr_assert_lt(fabs(squares / 10000 - 1), 0.05);
    finnc_tensor_release(tensor);
    finnc_ctx_destroy(cx);
}

/* These numbers are part of the contract: reproducers name a seed. */
Test(random, a_seed_means_the_same_numbers_everywhere)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *a = draw(cx, "float[4,N] x {UINT8}", 42),
                 *b = draw(cx, "float[4,1] x {UINT8}", 42),
                 *c = draw(cx, "float[4,1] x {UINT8}", 43);
    cr_assert(finnc_tensor_equal(a, b));
    cr_assert_not(finnc_tensor_equal(a, c));
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    finnc_tensor_release(c);
    finnc_ctx_destroy(cx);
}

Test(random, sequences_and_optionals_are_drawn_to_the_tensors)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *x = draw(cx, "optional(seq(int64[N,3])) x {UINT2}", 7), *same;
    cr_assert_eq(finnc_tensor_kind(x), FINNC_KIND_OPTIONAL);
    const finnc_tensor *list = finnc_tensor_item(x, 0);
    cr_assert_eq(finnc_tensor_kind(list), FINNC_KIND_SEQUENCE);
    cr_assert_eq(finnc_tensor_nelems(list), 2);
    for (int64_t i = 0; i < 2; i++) {
        const finnc_tensor *item = finnc_tensor_item(list, i);
        cr_expect_eq(finnc_tensor_elem(item), FINNC_ELEM_INT64);
        cr_assert_eq(finnc_tensor_rank(item), 2);
        cr_expect_eq(finnc_tensor_dim(item, 0), 1);
        cr_expect_eq(finnc_tensor_dim(item, 1), 3);
        for (int64_t k = 0; k < 3; k++)
            cr_expect(finnc_tensor_get(item, k) >= 0 && finnc_tensor_get(item, k) <= 3);
    }
    same = draw(cx, "seq(int64[1,3]) x {UINT2}", 7);
    for (int64_t i = 0; i < 2; i++)
        cr_expect(finnc_tensor_equal(finnc_tensor_item(same, i), finnc_tensor_item(list, i)));
    cr_expect_not(finnc_tensor_equal(finnc_tensor_item(list, 0), finnc_tensor_item(list, 1)));
    finnc_tensor_release(x);
    finnc_tensor_release(same);
    finnc_ctx_destroy(cx);
}

Test(random, maps_and_what_has_no_end_are_not_drawn)
{
    static const struct {
        const char *type, *words;
    } cases[] = {{"map(int64, float)", "x is a map, for which nothing is drawn"},
                 {"seq(map(int64, float))", "x is made of maps, for which nothing is drawn"},
                 {"seq(seq(seq(seq(seq(float)))))", "x is nested deeper than 4 levels"}};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        finnc_tensor *tensor;
        snprintf(text, sizeof text, "g (%s x) => (y) { y = Identity(x) }", cases[i].type);
        finnc_model *model = read_text(cx, text);
        const finnc_value *x = finnc_graph_find_value(finnc_model_graph(model), "x");
        cr_expect_eq(finnc_value_draw(cx, x, 1, &tensor), FINNC_UNSUPPORTED, "%s", text);
        cr_expect(strstr(finnc_ctx_message(cx), cases[i].words), "%s", finnc_ctx_message(cx));
        finnc_model_destroy(model);
    }
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

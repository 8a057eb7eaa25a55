#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

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

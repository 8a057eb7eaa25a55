/* What cases cannot say of the random ops: how their numbers are spread, and that they come again.
 */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>

static finnc_tensor *run(finnc_ctx *cx, const char *text, int threads)
{
    finnc_session *session;
    finnc_model *model = read_text(cx, text);
    const finnc_session_options options = {.threads = threads};
    cr_assert_eq(finnc_session_create(cx, model, &options, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_tensor *y = finnc_tensor_retain(finnc_session_fetch(session, "y"));
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    return y;
}

static void moments(const finnc_tensor *y, double *mean, double *variance)
{
    int64_t n = finnc_tensor_nelems(y);
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += finnc_tensor_get(y, i);
        squares += finnc_tensor_get(y, i) * finnc_tensor_get(y, i);
    }
    *mean = sum / (double)n;
    *variance = squares / (double)n - *mean * *mean;
}

static void expect_moments(const char *text, double mean, double variance)
{
    double m, v;
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *y = run(cx, text, 1);
    moments(y, &m, &v);
    cr_expect_lt(fabs(m - mean), 0.02 * sqrt(variance), "%s: mean %g", text, m);
    cr_expect_lt(fabs(v / variance - 1), 0.03, "%s: variance %g", text, v);
    finnc_tensor_release(y);
    finnc_ctx_destroy(cx);
}

Test(random_ops, numbers_have_the_moments_that_are_asked_for)
{
    expect_moments("g () => (float[200,300] y) { y = RandomNormal<shape = [200, 300], mean = 3.0, "
                   "scale = 2.0>() }",
                   3, 4);
    expect_moments(
        "g () => (float16[200,300] y) { y = RandomUniform<shape = [200, 300], low = -1.0, "
        "high = 2.0, dtype = 10, seed = 4.0>() }",
        0.5, 9.0 / 12);
    expect_moments(
        "g (float p = {0.25}) => (float[60000] y) { n = Constant<value_ints = [60000]>() "
        "e = Expand(p, n) y = Bernoulli(e) }",
        0.25, 0.1875);
    /* Classes 0 to 3 with a share of 1/8, 1/8, 1/4, 1/2; logarithms with 5 added to all. */
    expect_moments(
        "g (double[1,4] x = {2.920558, 2.920558, 3.6137056, 4.306853}) => (int32[1,60000] y) "
        "{ y = Multinomial<sample_size = 60000, seed = 9.0>(x) }",
        2.125, 1.109375);
}

Test(random_ops, runs_and_threads_draw_the_same_numbers)
{
    static const char text[] = "g () => (double[300,300] y) { y = RandomNormal<shape = [300, 300], "
                               "dtype = 11>() }";
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *a = run(cx, text, 1), *b = run(cx, text, 4);
    cr_expect(finnc_tensor_equal(a, b));
    finnc_tensor_release(a);
    finnc_tensor_release(b);
    finnc_ctx_destroy(cx);
}

/* The first numbers of a seed, as they have to be on every machine. */
Test(random_ops, seeds_mean_numbers_that_stay)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_tensor *y = run(
        cx, "g () => (double[2] y) { y = RandomNormal<shape = [2], dtype = 11, seed = 1.0>() }", 1);
    cr_expect_eq(finnc_tensor_get(y, 0), 0x1.e6c0f1b7d0f00p-1);
    cr_expect_eq(finnc_tensor_get(y, 1), 0x1.11c755670380ep-1);
    finnc_tensor_release(y);
    finnc_ctx_destroy(cx);
}

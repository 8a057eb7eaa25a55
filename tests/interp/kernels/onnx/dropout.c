/* How many elements Dropout drops, and that places of an output do not depend on each other. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

enum { N = 20000 };

/* The mask of so many ones, as numbers. */
static void draw_mask(double ratio, int64_t seed, double mask[N])
{
    char text[700];
    snprintf(text, sizeof text,
             "<ir_version: 10, opset_import: [\"\" : 22]> g () => (float[%d] kept) {"
             "  n = Constant <value_ints = [%d]> ()  x = ConstantOfShape <value = float[1] {1}> (n)"
             "  ratio = Constant <value = float {%g}> ()  on = Constant <value = bool {1}> ()"
             "  y, mask = Dropout <seed = %d> (x, ratio, on)  kept = Cast <to = 1> (mask) }",
             N, N, ratio, (int)seed);
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_session *session;
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_tensor *kept = finnc_session_fetch(session, "kept");
    for (int64_t i = 0; i < N; i++)
        mask[i] = finnc_tensor_get(kept, i);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

static double mean(const double *x)
{
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += x[i];
    return sum / N;
}

Test(dropout, drops_the_share_that_it_is_told)
{
    static const double ratios[] = {0.1, 0.5, 0.75};
    static double mask[N];
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        draw_mask(ratios[i], 7, mask);
        double deviation = sqrt(ratios[i] * (1 - ratios[i]) / N);
        cr_expect_float_eq(mean(mask), 1 - ratios[i], 5 * deviation);
    }
}

Test(dropout, neighbours_and_seeds_are_independent)
{
    static double a[N], b[N], both[N], next[N];
    draw_mask(0.5, 1, a);
    draw_mask(0.5, 2, b);
    for (int i = 0; i < N; i++) {
        both[i] = a[i] * b[i];
        next[i] = a[i] * a[(i + 1) % N];
    }
    double deviation = sqrt(0.25 * 0.75 / N);
    cr_expect_float_eq(mean(both), 0.25, 5 * deviation);
    cr_expect_float_eq(mean(next), 0.25, 5 * deviation);
}

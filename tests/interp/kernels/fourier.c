/* Transforms of every small length, and of lengths with large primes, against the definition. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX = 1100 };

static double signal_at(int k)
{
    return (double)(k * 7919 % 101) / 50 - 1;
}

/* The transform of `n` complex numbers whose parts are signal_at(2k) and signal_at(2k + 1). */
static finnc_tensor *transform(finnc_ctx *cx, int n, bool is_inverse)
{
    static double x[2 * MAX];
    char text[400];
    const int64_t dims[] = {1, n, 2};
    finnc_tensor *input;
    finnc_session *session;
    snprintf(text, sizeof text,
             "g (double[1,%d,2] x) => (double[1,%d,2] y) { y = DFT<inverse = %d>(x) }", n, n,
             is_inverse);
    for (int k = 0; k < 2 * n; k++)
        x[k] = signal_at(k);
    finnc_model *model = read_text(cx, text);
    cr_assert_eq(finnc_tensor_create_from(cx, FINNC_ELEM_DOUBLE, 3, dims, x, &input), FINNC_OK);
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed(session, "x", input), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_tensor *y = finnc_tensor_retain(finnc_session_fetch(session, "y"));
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_tensor_release(input);
    return y;
}

static void check_length(finnc_ctx *cx, int n, bool is_inverse)
{
    finnc_tensor *y = transform(cx, n, is_inverse);
    for (int j = 0; j < n; j++) {
        double re = 0, im = 0, sign = is_inverse ? 1 : -1;
        for (int k = 0; k < n; k++) {
            double angle = sign * 2 * M_PI * (double)((int64_t)j * k % n) / n;
            re += signal_at(2 * k) * cos(angle) - signal_at(2 * k + 1) * sin(angle);
            im += signal_at(2 * k) * sin(angle) + signal_at(2 * k + 1) * cos(angle);
        }
        double factor = is_inverse ? 1.0 / n : 1;
        cr_assert_lt(fabs(finnc_tensor_get(y, 2 * j) - re * factor), 1e-12 * n, "%d", n);
        cr_assert_lt(fabs(finnc_tensor_get(y, 2 * j + 1) - im * factor), 1e-12 * n, "%d", n);
    }
    finnc_tensor_release(y);
}

Test(fourier, any_length_gives_what_the_definition_gives)
{
    static const int large[] = {97,  127, 128, 134, 201,  243,  256,
                                360, 509, 512, 521, 1009, 1024, 1067};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (int n = 1; n <= 70; n++)
        check_length(cx, n, n % 2);
    for (size_t i = 0; i < sizeof large / sizeof *large; i++)
        check_length(cx, large[i], i % 2);
    finnc_ctx_destroy(cx);
}

/* Thresholds against a count over all of them: few and many steps, which are counted in different
 * ways, at every threshold and one step beside it. */
#include "support/run_text.h"
#include "support/suite.h"

#include <math.h>
#include <stdio.h>

FNC_SUITE(threshold);

enum { MAX_STEPS = 300 };

/* Sorted, unevenly spaced, some of them twice. */
static void make_thresholds(int steps, float *t)
{
    float at = -20;
    for (int i = 0; i < steps; i++) {
        at += (float)(i * 7 % 5) * 0.375f;
        t[i] = at;
    }
}

static int count(int steps, const float *t, float x)
{
    int n = 0;
    for (int i = 0; i < steps; i++)
        n += x >= t[i];
    return n;
}

/* MultiThreshold of `n` elements in one channel. */
static void check_counts(int steps, const float *t, int n, const float *x)
{
    char text[400];
    finnc_session *session;
    snprintf(text, sizeof text,
             "<opset_import: [\"\": 13, \"qonnx.custom_op.general\": 1]>"
             "g (float[1,1,%d] x, float[1,%d] t) => (float[1,1,%d] y) {"
             " y = qonnx.custom_op.general.MultiThreshold (x, t) }",
             n, steps, n);
    finnc_model *model = read_text(cx, text);
    finnc_tensor *data = floats(cx, 3, (int64_t[]){1, 1, n}, x);
    finnc_tensor *thresholds = floats(cx, 2, (int64_t[]){1, steps}, t);
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(finnc_session_feed(session, "x", data), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "t", thresholds), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
    const finnc_tensor *y = finnc_session_fetch(session, "y");
    for (int i = 0; i < n; i++)
        cr_assert_eq(finnc_tensor_get(y, i), count(steps, t, x[i]), "%g among %d thresholds",
                     (double)x[i], steps);
    finnc_session_destroy(session);
    finnc_tensor_release(thresholds);
    finnc_tensor_release(data);
    finnc_model_destroy(model);
}

Test(threshold, each_threshold_is_reached_exactly_and_not_one_step_before)
{
    static const int steps[] = {1, 2, 3, 15, 24, 25, 31, 32, 33, 255, MAX_STEPS};
    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
        float t[MAX_STEPS], x[3 * MAX_STEPS + 3];
        int n = 0;
        make_thresholds(steps[s], t);
        for (int i = 0; i < steps[s]; i++) {
            x[n++] = nextafterf(t[i], -INFINITY);
            x[n++] = t[i];
            x[n++] = nextafterf(t[i], INFINITY);
        }
        x[n++] = -INFINITY;
        x[n++] = INFINITY;
        x[n++] = NAN; /* reaches nothing */
        check_counts(steps[s], t, n, x);
    }
}

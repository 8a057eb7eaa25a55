/* Programs that a run wants nothing of: neither they nor the constants that they folded run. */
#include "engines.h"

TestSuite(unneeded, .init = setup, .fini = teardown);

/* y is the program's, with u folded; t is for q too. */
static const char text[] =
    "<ir_version: 8, opset_import: [\"\": 17]>"
    "n (float[1,2] x {UINT8}) => (float[1,2] z, float[2,2] q) <float[2,2] c = {1, 0, 0, 1}> {"
    "t = Neg(c) u = Neg(t) q = Softmax(t) y = MatMul(x, u) z = Softmax(y) }";

static void feed(finnc_session *session, const char *name, int64_t rows, const float *elements)
{
    finnc_tensor *x = floats(cx, 2, (const int64_t[]){rows, 2}, elements);
    cr_assert_eq(finnc_session_feed(session, name, x), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_tensor_release(x);
}

static double time_of(const finnc_session *session)
{
    finnc_stage stage;
    double seconds = 0;
    for (size_t i = 0; finnc_session_stage(session, i, &stage); i++)
        seconds += stage.seconds;
    return seconds;
}

/* Its input is there, but the run has z already. */
Test(unneeded, whose_output_is_given)
{
    static const float some[] = {1, 2, 3, 4};
    finnc_model *model = read_text(cx, text);
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    feed(fast, "x", 1, some);
    feed(fast, "z", 1, some);
    cr_assert_eq(finnc_session_run(fast), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_eq(time_of(fast), 0);
    finnc_session_destroy(fast);
    finnc_model_destroy(model);
}

/* What u reads is not there. */
Test(unneeded, with_constants_of_which_nothing_is_made)
{
    static const float some[] = {1, 2, 3, 4};
    finnc_model *model = read_text(cx, text);
    finnc_session *fast = open(model, FINNC_ENGINE_FAST, 1);
    cr_assert_eq(count_fast(fast), 2, "%zu nodes are fast", count_fast(fast));
    feed(fast, "z", 1, some);
    feed(fast, "q", 2, some);
    cr_expect_eq(finnc_session_run(fast), FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    finnc_session_destroy(fast);
    finnc_model_destroy(model);
}

/* Values that are annotated with integers: both engines round them, or neither does. */
#include "engines.h"

TestSuite(sanitise, .init = setup, .fini = teardown);

#define HEAD "<ir_version: 8, opset_import: [\"\": 14, \"qonnx.custom_op.general\": 1]>"
#define MT   "qonnx.custom_op.general.MultiThreshold"

static finnc_status run_as(const finnc_model *model, finnc_engine engine, bool unsanitised,
                           size_t nfast, const finnc_tensor *x, finnc_session **session)
{
    const finnc_session_options options = {
        .engine = engine, .threads = 1, .unsanitised = unsanitised};
    const finnc_value *input = finnc_graph_input(finnc_model_graph(model), 0);
    FINNC_TRY(finnc_session_create(cx, model, &options, session));
    cr_assert(engine == FINNC_ENGINE_REFERENCE || count_fast(*session) == nfast, "%zu are fast",
              count_fast(*session));
    FINNC_TRY(finnc_session_feed(*session, finnc_value_name(input), x));
    return finnc_session_run(*session);
}

/* Both engines give `y`; NULL: both refuse it. */
static void check(const char *text, bool unsanitised, size_t nfast, int rank, const int64_t *dims,
                  const float *elements, const float *y)
{
    finnc_model *model = read_text(cx, text);
    finnc_tensor *x = floats(cx, rank, dims, elements);
    for (int engine = 0; engine < 2; engine++) {
        finnc_session *session = NULL;
        finnc_status status = run_as(model, engine ? FINNC_ENGINE_FAST : FINNC_ENGINE_REFERENCE,
                                     unsanitised, nfast, x, &session);
        cr_expect_eq(status, y ? FINNC_OK : FINNC_BAD_VALUE, "engine %d: %s", engine,
                     finnc_ctx_message(cx));
        const finnc_tensor *made = status == FINNC_OK ? finnc_session_fetch(session, "y") : NULL;
        for (int64_t i = 0; made && y && i < finnc_tensor_nelems(made); i++)
            cr_expect_eq((float)finnc_tensor_get(made, i), y[i], "engine %d: %g for %g", engine,
                         finnc_tensor_get(made, i), (double)y[i]);
        finnc_ctx_clear(cx);
        finnc_session_destroy(session);
    }
    finnc_tensor_release(x);
    finnc_model_destroy(model);
}

/* 0.995 becomes 1 before it is compared; the program begins behind that. */
Test(sanitise, a_vector_that_is_rounded_before_a_quantiser)
{
    static const char text[] =
        HEAD "n (float[N,1,2,2] f) => (float[N,2] y) <float[4,2] w = {1, 0, 0, 1, 1, 1, 0, 1},"
             "float[1,2] t = {1, 2}, float[N,4] v {INT32}> {"
             "v = Flatten(f) m = " MT "<out_dtype = \"UINT2\">(v, t) y = MatMul(m, w) }";
    static const float f[] = {0.995f, 1, 2, 0};
    check(text, false, 2, 4, (const int64_t[]){1, 1, 2, 2}, f, (const float[]){3, 3});
    check(text, true, 3, 4, (const int64_t[]){1, 1, 2, 2}, f, (const float[]){2, 3});
}

/* Twice 0.3 is no integer. */
Test(sanitise, a_chain_that_is_refused_before_a_quantiser)
{
    static const char text[] =
        HEAD "n (float[N,2] f) => (float[N,2] y) <float[2,2] w = {1, 0, 0, 1},"
             "float[1,2] t = {1, 2}, float two = {2}, float[N,2] v {INT32}> {"
             "v = Mul(f, two) m = " MT "<out_dtype = \"UINT2\">(v, t) y = MatMul(m, w) }";
    static const float f[] = {0.3f, 1};
    check(text, false, 2, 2, (const int64_t[]){1, 2}, f, NULL);
    check(text, true, 3, 2, (const int64_t[]){1, 2}, f, (const float[]){0, 2});
}

/* 1 times 0.998 is below a threshold of 1, unless it is rounded. */
Test(sanitise, a_table_of_sums)
{
    static const char text[] =
        HEAD "n (float[N,2] x {UINT2}) => (float[N,2] y) <float[2,2] w = {1, 0, 0, 1},"
             "float k = {0.998}, float[N,2] b {INT32}, float[1,2] t = {1, 2}> { a = MatMul(x, w)"
             "b = Mul(a, k) c = " MT "<out_dtype = \"UINT2\">(b, t) y = MatMul(c, w) }";
    static const float x[] = {1, 2};
    check(text, false, 4, 2, (const int64_t[]){1, 2}, x, (const float[]){1, 2});
    check(text, true, 4, 2, (const int64_t[]){1, 2}, x, (const float[]){0, 1});
}

/* Weights of 127/128 become 1. */
Test(sanitise, a_constant_that_is_folded)
{
    static const char text[] =
        HEAD "n (float[N,2] x {INT4}) => (float[N,2] y) <float[2,2] w = {1, 0, 1, -1},"
             "float k = {0.9921875}, float[2,2] e {INT4}> { e = Mul(w, k) y = MatMul(x, e) }";
    static const float x[] = {1, 2};
    check(text, false, 2, 2, (const int64_t[]){1, 2}, x, (const float[]){3, -2});
    check(text, true, 2, 2, (const int64_t[]){1, 2}, x, (const float[]){2.9765625f, -1.984375f});
}

/* Nodes that make what is no number, of sums that are too many to be tried all; and such as do not
 * run on data of that shape. */
#include "engines.h"

#include <math.h>

TestSuite(table, .init = setup, .fini = teardown);

#define HEAD "<ir_version: 8, opset_import: [\"\": 14, \"qonnx.custom_op.general\": 1]>"
#define MT   "qonnx.custom_op.general.MultiThreshold"

enum { TERMS = 200 };

/* Sums of 200 elements, all of them `x`, in two channels. */
static void check_sums(const char *constants, const char *nodes, size_t nfast, float x)
{
    char text[4000];
    float elements[TERMS];
    int n = snprintf(text, sizeof text,
                     HEAD "n (float[1,%d] x {INT8}) => (float[1,2] y) <float[2,2] i = {1, 0, 0, 1},"
                          "%s, float[%d,2] w = {1",
                     TERMS, constants, TERMS);
    for (int k = 1; k < 2 * TERMS; k++)
        n += snprintf(text + n, sizeof text - (size_t)n, ",1");
    snprintf(text + n, sizeof text - (size_t)n, "}> { c = MatMul(x, w) %s }", nodes);
    for (int k = 0; k < TERMS; k++)
        elements[k] = x;
    check_elements(text, nfast, 2, (const int64_t[]){1, TERMS}, elements);
}

/* 1e35 times some hundreds is a number, and times some ten thousands infinite. */
Test(table, infinities_that_become_no_number)
{
    check_sums("float[2] a = {1e35, 1}, float[2] z = {0, 1}, float[2,1] t = {-1, 10}",
               "d = Mul(c, a) e = Mul(d, z) f = " MT "(e, t) y = MatMul(f, i)", 4, 1);
    check_sums("float[2] a = {1e35, 1}, float[2,1] t = {-1, 10}",
               "d = Mul(c, a) f = " MT "(d, t) y = MatMul(f, i)", 4, 1);
}

/* Of a sum of 0 alone, between others of which one result comes: another program begins behind it.
 * Of a float, likewise. */
Test(table, a_zero_that_becomes_no_number)
{
    check_sums("float[2] a = {inf, 1}, float[2,1] t = {-inf, 10}",
               "d = Mul(c, a) f = " MT "(d, t) y = MatMul(f, i)", 3, 0);
    check_sums("float[2] a = {0, 1}, float[2,1] t = {-inf, 10}",
               "d = Div(c, a) f = " MT "(d, t) y = MatMul(f, i)", 3, 0);
    check_elements(HEAD "n (float[1,2] x) => (float[1,2] y) <float[2,2] i = {1, 0, 0, 1},"
                        "float[2] a = {0, 1}, float[2,1] t = {-inf, 10}> {"
                        "d = Div(x, a) f = " MT "(d, t) y = MatMul(f, i) }",
                   0, 2, (const int64_t[]){1, 2}, (const float[]){0, 20});
}

/* ---- sizes ---- */

#define ONE                                                                                        \
    "float[1] g = {2}, float[1] b = {1}, float[1] m = {0.5}, float[1] v = {1}, float one = {1}"

/* Neither engine runs on zeros of these dimensions, and both say why. */
static void check_refused(const char *text, int rank, const int64_t *dims, const char *words)
{
    finnc_model *model = read_text(cx, text);
    const char *input = finnc_value_name(finnc_graph_input(finnc_model_graph(model), 0));
    finnc_tensor *x = NULL;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, rank, dims, &x), FINNC_OK);
    for (int i = 0; i < 2; i++) {
        finnc_session *session = open(model, i ? FINNC_ENGINE_FAST : FINNC_ENGINE_REFERENCE, 1);
        cr_assert_eq(finnc_session_feed(session, input, x), FINNC_OK);
        cr_expect_eq(finnc_session_run(session), FINNC_BAD_VALUE, "engine %d runs %s", i, text);
        cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
        finnc_ctx_clear(cx);
        finnc_session_destroy(session);
    }
    finnc_tensor_release(x);
    finnc_model_destroy(model);
}

/* Parameters of one element are for one channel. A network may begin with one channel that stands
 * for all, and what is tried on one pixel takes its height for channels. */
Test(table, parameters_that_do_not_fit)
{
    check_refused(HEAD "n (float[N,5] x) => (float[N,2] y) <" ONE ", float[5,2] w = {1, -1, 1, 1,"
                       "-1, 1, 1, 1, -1, -1}> { a = BatchNormalization(x, g, b, m, v)"
                       "q = qonnx.custom_op.general.BipolarQuant(a, one) y = MatMul(q, w) }",
                  2, (const int64_t[]){3, 5}, "input 1 has 1 elements for 5 channels");
    check_refused(HEAD "n (float[N,3,1,1] x) => (float[N,1,1,1] y) <" ONE
                       ", float[1,3,1,1] w = {1, -1, 1}> { a = BatchNormalization(x, g, b, m, v)"
                       "q = qonnx.custom_op.general.BipolarQuant(a, one) y = Conv(q, w) }",
                  4, (const int64_t[]){2, 3, 1, 1}, "input 1 has 1 elements for 3 channels");
    check_refused(HEAD "n (float[N,1,3,4] x {INT4}) => (float[N,3,4,1] y) <" ONE
                       ", float[1,1,1,1] w = {1}> { a = Conv(x, w)"
                       "t = Transpose<perm = [0, 2, 3, 1]>(a)"
                       "y = BatchNormalization(t, g, b, m, v) }",
                  4, (const int64_t[]){2, 1, 3, 4}, "input 1 has 1 elements for 3 channels");
}

/* ...and where they fit, it is as fast as ever. */
Test(table, parameters_that_fit)
{
    check_elements(HEAD "n (float[N,2,1,2] x {INT4}) => (float[N,1,2,2] y) <" ONE
                        ", float[2,2,1,1] w = {1, 2, -1, 1}> { a = Conv(x, w)"
                        "t = Transpose<perm = [0, 2, 3, 1]>(a)"
                        "y = BatchNormalization(t, g, b, m, v) }",
                   3, 4, (const int64_t[]){1, 2, 1, 2}, (const float[]){1, -8, 7, 0});
    check_elements(HEAD "n (float[N,1] x) => (float[N,2] y) <" ONE ", float[1,2] w = {1, -1}> {"
                        "a = BatchNormalization(x, g, b, m, v)"
                        "q = qonnx.custom_op.general.BipolarQuant(a, one) y = MatMul(q, w) }",
                   3, 2, (const int64_t[]){3, 1}, (const float[]){-1, 0, 1});
}

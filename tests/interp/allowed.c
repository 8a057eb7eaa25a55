#include "support/run_text.h"
#include "support/suite.h"

#include <finnc/finnc.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

FNC_SUITE(allowed);

static const finnc_session_options checked = {.check_dtypes = true};

/* Runs with the check; `words` NULL: everything is allowed. `x`, if there is such an input, is fed.
 */
static void check(const char *text, const finnc_tensor *x, const char *words)
{
    finnc_model *model = read_text(cx, text);
    finnc_session *session = NULL;
    finnc_status status = finnc_session_create(cx, model, &checked, &session);
    if (status == FINNC_OK && x)
        status = finnc_session_feed(session, "x", x);
    if (status == FINNC_OK)
        status = finnc_session_run(session);
    cr_expect_eq(status, words ? FINNC_BAD_VALUE : FINNC_OK, "%s: %s", text, finnc_ctx_message(cx));
    cr_expect(!words || strstr(finnc_ctx_message(cx), words), "%s: %s", text,
              finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
}

/* One element `x` of type `elem` in an input annotated with `dtype`. */
static void check_one(const char *elem, const char *dtype, double x, bool is_allowed)
{
    char text[200];
    finnc_tensor *t;
    snprintf(text, sizeof text, "g (%s[1] x {%s}) => (%s[1] y) { y = Identity(x) }", elem, dtype,
             elem);
    cr_assert_eq(finnc_tensor_create(cx,
                                     !strcmp(elem, "float")    ? FINNC_ELEM_FLOAT
                                     : !strcmp(elem, "double") ? FINNC_ELEM_DOUBLE
                                     : !strcmp(elem, "int32")  ? FINNC_ELEM_INT32
                                                               : FINNC_ELEM_UINT64,
                                     1, (const int64_t[]){1}, &t),
                 FINNC_OK);
    finnc_tensor_set(t, 0, x);
    check(text, t, is_allowed ? NULL : "input x: element [0] is ");
    finnc_tensor_release(t);
}

Test(allowed, the_ends_of_every_kind_of_type_and_one_beyond)
{
    static const struct {
        const char *dtype;
        double min, max, below, above;
    } types[] = {
        {"BINARY", 0, 1, -1, 2},
        {"BIPOLAR", -1, 1, -2, 2},
        {"TERNARY", -1, 1, -2, 2},
        {"UINT4", 0, 15, -1, 16},
        {"INT2", -2, 1, -3, 2},
        {"INT8", -128, 127, -129, 128},
        {"UINT22", 0, 4194303, -1, 4194304},
        {"INT23", -4194304, 4194303, -4194305, 4194304},
        {"INT24", -8388608, 8388607, -8388609, 8388608},
        {"FIXED<4,2>", -2, 1.75, -2.25, 2},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        static const char *const elems[] = {"float", "double", "int32"};
        for (int e = 0; e < 3; e++) {
            if (e == 2 && types[i].dtype[0] == 'F')
                continue;
            check_one(elems[e], types[i].dtype, types[i].min, true);
            check_one(elems[e], types[i].dtype, types[i].max, true);
            check_one(elems[e], types[i].dtype, types[i].below, false);
            check_one(elems[e], types[i].dtype, types[i].above, false);
        }
    }
    check_one("float", "BIPOLAR", 0, false);
    check_one("float", "TERNARY", 0, true);
    check_one("float", "FIXED<4,2>", 0.125, false);
    check_one("double", "FLOAT32", 1e300, true);
    check_one("float", "SCALEDINT<8>", 0.3, true);
    check_one("float", "FLOAT<4,3,7>", 480, true);
    check_one("float", "FLOAT<4,3,7>", 481, false);
}

Test(allowed, large_integers_are_told_apart_exactly)
{
    finnc_tensor *t;
    const char *text = "g (int64[2] x {INT61}) => (int64[2] y) { y = Identity(x) }";
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_INT64, 1, (const int64_t[]){2}, &t), FINNC_OK);
    finnc_tensor_set_int(t, 0, (INT64_C(1) << 60) - 1); /* as a double it would be 2^60 */
    finnc_tensor_set_int(t, 1, -(INT64_C(1) << 60));
    check(text, t, NULL);
    finnc_tensor_release(t);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_INT64, 1, (const int64_t[]){2}, &t), FINNC_OK);
    finnc_tensor_set_int(t, 1, INT64_C(1) << 60);
    check(text, t, "element [1] is 1152921504606846976, but INT61 holds whole numbers");
    finnc_tensor_release(t);
    check_one("uint64", "INT64", 9223372036854775808.0, false);
    check_one("uint64", "UINT64", 9223372036854775808.0, true);
}

Test(allowed, a_nan_is_no_integer)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (const int64_t[]){1}, &t), FINNC_OK);
    finnc_tensor_set(t, 0, NAN);
    check("g (float[1] x {INT4}) => (float[1] y) { y = Identity(x) }", t, "x is annotated INT4");
    check("g (float[1] x {FIXED<4,2>}) => (float[1] y) { y = Identity(x) }", t,
          "element [0] is nan");
    finnc_tensor_release(t);
}

Test(allowed, the_first_one_is_told_with_node_index_and_value)
{
    check(
        "g () => (float[2,2] y {INT3}) <float[2,2] w {INT2} = {1, 0, -2, 1}, float[1] two = {2}> {"
        "    [double] y = Mul(w, two) }",
        NULL, NULL);
    check("g () => (float[2,2] y {INT2}) <float[2,2] w {INT2} = {0, 0, 1, 1}, float[1] two = {2}> {"
          "    [double] y = Mul(w, two) }",
          NULL,
          "double (Mul): output y: element [1,0] is 2, but INT2 holds whole numbers from -2 to 1");
}

Test(allowed, initialisers_are_looked_at)
{
    check("g (float[2] x) => (float[2] y) <float[2] w {BIPOLAR} = {1, 0}> { y = Mul(x, w) }", NULL,
          "initialiser w: element [1] is 0, but BIPOLAR holds -1 and 1");
}

Test(allowed, bodies_are_looked_at)
{
    finnc_tensor *x;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (const int64_t[]){2}, &x), FINNC_OK);
    finnc_tensor_set(x, 1, 3);
    check("g (float[2] x) => (float[2] y) <bool k = {1}> {"
          "    y = If(k) <then_branch = t () => (float[2] p {UINT2}) { [neg] p = Neg(x) },"
          "               else_branch = e () => (float[2] q) { q = Relu(x) }> }",
          x, "neg (Neg): output p: element [1] is -3, but UINT2 holds whole numbers from 0 to 3");
    check(
        "g (float[2] x) => (float[2] y) <int64 n = {2}, bool k = {1}> {"
        "    y = Loop(n, k, x) <body = b (int64 i, bool c, float[2] s {UINT2}) => (bool d, float[2] "
        "r) { d = Identity(c) r = Add(s, s) }> }",
        x, "input s: element [1] is 6, but UINT2");
    finnc_tensor_release(x);
}

Test(allowed, the_last_element_of_a_large_tensor_counts)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, (const int64_t[]){50, 60}, &t),
                 FINNC_OK);
    finnc_tensor_set(t, 2999, 16);
    check("g (float[50,60] x {UINT4}) => (float[50,60] y) { y = Neg(x) }", t,
          "element [49,59] is 16, but UINT4 holds whole numbers from 0 to 15");
    finnc_tensor_release(t);
}

Test(allowed, nobody_asks_by_default)
{
    check_output("g () => (float[2] y) <float[2] x {INT2} = {7, 1}, float[1] z = {0}> {"
                 " y = Add(x, z) }",
                 "[2]", 0, 7, 1);
}

Test(allowed, zeros_beside_the_channel_of_a_depthwise_filter)
{
#define FILTERS(more)                                                                              \
    "g () => (float[2,2] y) <float[2,2] w {BIPOLAR" more "} = {1, 0, 0, -1}, float o = {1}> {"     \
    " y = Mul(w, o) }"
    check(FILTERS(", tensor_sparsity: \"{'dw': {'kernel_shape': [1, 1]}}\""), NULL, NULL);
    check(FILTERS(""), NULL, "element [0,1] is 0, but BIPOLAR holds -1 and 1");
    check(FILTERS(", tensor_sparsity: \"{0: {1}}\""), NULL, "element [0,1] is 0");
#define WRONG                                                                                      \
    "g () => (float[2,2] y) <float[2,2] w {BIPOLAR, tensor_sparsity:"                              \
    " \"{'dw': {'kernel_shape': [1, 1]}}\"} = {1, 0, 2, -1}, float o = {1}> { y = Mul(w, o) }"
    check(WRONG, NULL, "element [1,0] is 2, but BIPOLAR holds -1 and 1");
}

Test(allowed, thresholds_one_beyond_their_type)
{
#define COUNT(t)                                                                                   \
    "g () => (float[1,1] y) <float[1,1] x = {3}, float[1,2] t {UINT4} = {" t "}> {"                \
    " y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\"> (x, t) }"
    check(COUNT("-1, 16"), NULL, NULL);
    check(COUNT("-2, 16"), NULL, "element [0,0] is -2, but UINT4 holds whole numbers from 0 to 15");
}

#include <finnc/layer.h>
#include <finnc/model.h>

#include <support/run_text.h>
#include <support/suite.h>

#include <math.h>
#include <string.h>

FNC_SUITE(allowed);

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op.general\" : 1,"                   \
    " \"finn.custom_op.fpgadataflow\" : 1]>"
#define COUNT(x, t) "qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\"> (" x ", " t ")"

/* Is `t` of that graph a list of thresholds? */
static void check_thresholds(const char *nodes, bool are_thresholds)
{
    char text[1024] = HEAD "g (float[1,1] x) => (y) <float[1,1] t {UINT4} = {-1}> { ";
    strcat(strcat(text, nodes), " }");
    finnc_model *model = read_text(cx, text);
    const finnc_value *t = finnc_graph_find_value(finnc_model_graph(model), "t");
    cr_expect_eq(finnc_value_is_thresholds(cx, t), are_thresholds, "%s", nodes);
    cr_expect_str_empty(finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

Test(allowed, thresholds_are_what_every_reader_compares_with)
{
    check_thresholds("y = " COUNT("x", "t"), true);
    check_thresholds("a = " COUNT("x", "t") " y = " COUNT("a", "t"), true);
    check_thresholds("a = " COUNT("x", "t") " y = Add(a, t)", false);
    check_thresholds("a = Add(x, t) y = " COUNT("a", "t"), false);
    check_thresholds("y = " COUNT("t", "t"), false);
    check_thresholds("y = Relu(x)", false);
#define LAYER(inputs)                                                                              \
    "y = finn.custom_op.fpgadataflow.Thresholding <backend = \"fpgadataflow\", NumChannels = 1,"   \
    " PE = 1, numSteps = 1, inputDataType = \"UINT4\", weightDataType = \"UINT4\","                \
    " outputDataType = \"BINARY\", numInputVectors = [1]> (" inputs ")"
    check_thresholds(LAYER("x, t"), true);
    check_thresholds(LAYER("t, t"), false);
}

/* Which element of `t`, of these, may the value not be, and how many are there? */
static void check_at(const char *annotation, bool are_thresholds, const finnc_tensor *t,
                     int64_t index, int64_t count)
{
    char text[1024] = HEAD "g (float[1,1] x, float[2,2] t {";
    int64_t at, n;
    strcat(strcat(text, annotation), "}) => (y) { y = ");
    strcat(strcat(text, are_thresholds ? COUNT("x", "t") : "Add(x, t)"), " }");
    finnc_model *model = read_text(cx, text);
    const finnc_value *value = finnc_graph_find_value(finnc_model_graph(model), "t");
    cr_assert_eq(finnc_value_find_forbidden(cx, value, t, &at, &n), FINNC_OK);
    cr_expect(at == index && n == count, "%s: %ld of %ld, not %ld of %ld", text, (long)at, (long)n,
              (long)index, (long)count);
    cr_assert_eq(finnc_value_find_forbidden(cx, value, t, &at, NULL), FINNC_OK);
    cr_expect_eq(at, index, "%s: %ld", text, (long)at);
    finnc_model_destroy(model);
}

/* Of each element type that can hold these numbers. */
static void check(const char *annotation, bool are_thresholds, double a, double b, int64_t index,
                  int64_t count)
{
    const double of[] = {1, a, b, 1};
    static const finnc_elem elems[] = {FINNC_ELEM_FLOAT, FINNC_ELEM_DOUBLE, FINNC_ELEM_INT16};
    for (size_t e = 0; e < sizeof elems / sizeof *elems; e++) {
        finnc_tensor *t;
        if (elems[e] == FINNC_ELEM_INT16 && (a != nearbyint(a) || b != nearbyint(b)))
            continue;
        cr_assert_eq(finnc_tensor_create(cx, elems[e], 2, (int64_t[]){2, 2}, &t), FINNC_OK);
        for (int i = 0; i < 4; i++)
            finnc_tensor_set(t, i, of[i]);
        check_at(annotation, are_thresholds, t, index, count);
        finnc_tensor_release(t);
    }
}

#define DEPTHWISE ", tensor_sparsity: \"{'dw': {'kernel_shape': [1, 1]}}\""

Test(allowed, a_plain_value_holds_what_its_type_says)
{
    check("UINT4", false, 0, 15, -1, 0);
    check("UINT4", false, 15, -1, 2, 1);
    check("UINT4", false, 16, -1, 1, 2);
    check("BIPOLAR", false, 0, -1, 1, 1);
    check("BIPOLAR", false, 2, 0, 1, 2);
    check("FLOAT32", false, NAN, 0.5, -1, 0);
    check("FIXED<4,2>", false, 0.5, 0.125, 2, 1);
}

Test(allowed, thresholds_may_lie_one_beyond)
{
    check("UINT4", true, 16, -1, -1, 0);
    check("UINT4", true, 17, -2, 1, 2);
    check("UINT4", true, 0.5, 16, 1, 1);
    check("INT3", true, 4, -5, -1, 0);
    check("INT3", true, 5, -6, 1, 2);
    check("BIPOLAR", true, 2, -2, -1, 0);
    check("BIPOLAR", true, 0, -3, 1, 2);
    check("FIXED<4,2>", true, 2.75, 1, 1, 1);
}

Test(allowed, depthwise_weights_may_be_zero)
{
    check("BIPOLAR" DEPTHWISE, false, 0, -1, -1, 0);
    check("BIPOLAR" DEPTHWISE, false, 0, 2, 2, 1);
    check("INT2" DEPTHWISE, false, 0, 2, 2, 1);
    check("BIPOLAR, tensor_sparsity: \"{1: {0}}\"", false, 0, -1, 1, 1);
}

/* Behind 2^53 a double takes odd numbers for even ones. */
Test(allowed, large_integers_are_compared_exactly)
{
    const int64_t two = INT64_C(1) << 54;
    const int64_t signed_ones[] = {two, -two - 1, two + 1, -two - 2};
    const uint64_t unsigned_ones[] = {UINT64_C(2) * two, UINT64_C(2) * two + 1, UINT64_MAX, 0};
    finnc_tensor *t;
    cr_assert_eq(
        finnc_tensor_create_from(cx, FINNC_ELEM_INT64, 2, (int64_t[]){2, 2}, signed_ones, &t),
        FINNC_OK);
    check_at("INT55", true, t, 2, 2);
    check_at("INT55", false, t, 0, 4);
    check_at("INT64", true, t, -1, 0);
    finnc_tensor_release(t);
    cr_assert_eq(
        finnc_tensor_create_from(cx, FINNC_ELEM_UINT64, 2, (int64_t[]){2, 2}, unsigned_ones, &t),
        FINNC_OK);
    check_at("UINT55", true, t, 1, 2);
    check_at("UINT55", false, t, 0, 3);
    finnc_tensor_release(t);
}

Test(allowed, the_last_of_many_counts)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){5000}, &t), FINNC_OK);
    finnc_tensor_set(t, 1023, 1);
    finnc_tensor_set(t, 4999, 2);
    check_at("BIPOLAR" DEPTHWISE, false, t, 4999, 1);
    check_at("BIPOLAR", false, t, 0, 4999);
    check_at("BINARY", true, t, -1, 0);
    check_at("BINARY", false, t, 4999, 1);
    finnc_tensor_release(t);
}

Test(allowed, what_is_no_number_is_not_asked)
{
    finnc_tensor *t;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_STRING, 1, (int64_t[]){1}, &t), FINNC_OK);
    check_at("BINARY", false, t, -1, 0);
    finnc_tensor_release(t);
}

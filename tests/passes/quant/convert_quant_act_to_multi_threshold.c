#include "support/check_pass.h"
#include "support/every_op.h"

#include <finnc/compare.h>
#include <finnc/run.h>

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#define GENERAL "qonnx.custom_op.general."
#define PASS    "ConvertQuantActToMultiThreshold"

Test(convert_quant_act, a_relu_goes_into_the_thresholds)
{
    /* 0.25 is a tie and goes to 0; 0.75 goes to 1. */
    check_pass(PASS,
               "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, float z = {0}, float n = {2}> "
               "{ r = Relu(x) y = " GENERAL "Quant <signed = 0, narrow = 0> (r, s, z, n) }",
               "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, "
               "float[2,3] t = {0.25000003, 0.75, 1.2500001, 0.25000003, 0.75, 1.2500001}> "
               "{ c = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) y = Mul(c, s) }");
}

Test(convert_quant_act, others_keep_theirs)
{
    check_pass(
        PASS,
        "g (float[1,1] x) => (float[1,1] y) <float s = {0.5}, float z = {0}, float n = {2}> "
        "{ r = Tanh(x) y = " GENERAL "Quant <narrow = 1, signed = 1> (r, s, z, n) }",
        "g (float[1,1] x) => (float[1,1] y) "
        "<float s = {0.5}, float b = {-1}, float[1,2] t = {-0.25, 0.25000003}> { r = Tanh(x) "
        "c = " GENERAL
        "MultiThreshold <out_dtype = \"INT2\"> (r, t) d = Add(c, b) y = Mul(d, s) }");
}

Test(convert_quant_act, a_selu_that_falls_stays_in_front)
{
    check_pass(PASS,
               "g (float[1,1] x) => (float[1,1] y) <float s = {1}, float z = {0}, float n = {1}> "
               "{ r = Selu <gamma = -1.0> (x) y = " GENERAL
               "Quant <signed = 0, narrow = 0> (r, s, z, n) }",
               "g (float[1,1] x) => (float[1,1] y) <float[1,1] t = {0.50000006}> { "
               "r = Selu <gamma = -1.0> (x) y = " GENERAL
               "MultiThreshold <out_dtype = \"BINARY\"> (r, t) }");
}

Test(convert_quant_act, a_sign_has_one_threshold)
{
    check_pass(
        PASS,
        "g (float[1,2] x) => (float[1,2] y) <float s = {1}> { y = " GENERAL "BipolarQuant(x, s) }",
        "g (float[1,2] x) => (float[1,2] y) <float[1,1] t = {0}> { y = " GENERAL
        "MultiThreshold <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (x, t) }");
    check_pass(PASS,
               "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, float z = {0}, float n = {1}> "
               "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
               "g (float[1,2] x) => (float[1,2] y) <float[1,1] t = {0}, float b = {-0.5}> "
               "{ c = " GENERAL "MultiThreshold <out_dtype = \"BIPOLAR\"> (x, t) y = Add(c, b) }");
}

/* What upstream does not convert at all. */
Test(convert_quant_act, zero_points_and_unsigned_numbers_without_a_relu)
{
    check_pass(
        PASS,
        "g (float[1,1] x) => (float[1,1] y) <float s = {1}, float z = {2}, float n = {2}> "
        "{ y = " GENERAL "Quant <signed = 0, narrow = 0> (x, s, z, n) }",
        "g (float[1,1] x) => (float[1,1] y) <float b = {-2}, float[1,3] t = {-1.5, -0.5, 0.5}> "
        "{ c = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) y = Add(c, b) }");
    check_pass(PASS,
               "g (float[1,1] x) => (float[1,1] y) <float s = {1}, float z = {0}, float n = {2}> "
               "{ y = " GENERAL
               "Quant <signed = 0, rounding_mode = \"FLOOR\", narrow = 0> (x, s, z, n) }",
               "g (float[1,1] x) => (float[1,1] y) <float[1,3] t = {1, 2, 3}> "
               "{ y = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) }");
    check_pass(PASS,
               "g (float[1,1] x) => (float[1,1] y) <float s = {1}, float z = {0}, float n = {3}> "
               "{ r = Relu(x) y = " GENERAL
               "Quant <signed = 1, rounding_mode = \"CEIL\", narrow = 0> (r, s, z, n) }",
               "g (float[1,1] x) => (float[1,1] y) "
               "<float[1,3] t = {1.4e-45, 1.0000001, 2.0000002}> "
               "{ y = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) }");
}

Test(convert_quant_act, channels_have_rows)
{
    check_pass(PASS,
               "g (float[1,2,1,1] x) => (float[1,2,1,1] y) "
               "<float[1,2,1,1] s = {1, 2}, float z = {0}, float n = {2}> "
               "{ r = Relu(x) y = " GENERAL
               "Quant <signed = 0, rounding_mode = \"FLOOR\", narrow = 0> (r, s, z, n) }",
               "g (float[1,2,1,1] x) => (float[1,2,1,1] y) "
               "<float[1,2,1,1] s = {1, 2}, float[2,3] t = {1, 2, 3, 2, 4, 6}> "
               "{ c = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) y = Mul(c, s) }");
    check_pass(
        PASS,
        "g (float[1,1,1,2] x) => (float[1,1,1,2] y) "
        "<float[2] s = {1, 2}, float z = {0}, float n = {2}> "
        "{ r = Relu(x) y = " GENERAL
        "Quant <signed = 0, rounding_mode = \"FLOOR\", narrow = 0> (r, s, z, n) }",
        "g (float[1,1,1,2] x) => (float[1,1,1,2] y) "
        "<float[2] s = {1, 2}, float[2,3] t = {1, 2, 3, 2, 4, 6}> { c = " GENERAL
        "MultiThreshold <out_dtype = \"UINT2\", data_layout = \"NHWC\"> (x, t) y = Mul(c, s) }");
}

Test(convert_quant_act, an_activation_with_other_users_stays)
{
    check_pass(PASS,
               "g (float[1,1] x) => (float[1,1] y, float[1,1] r) "
               "<float s = {1}, float z = {0}, float n = {1}> "
               "{ r = Relu(x) y = " GENERAL
               "Quant <signed = 0, rounding_mode = \"FLOOR\", narrow = 0> (r, s, z, n) }",
               "g (float[1,1] x) => (float[1,1] y, float[1,1] r) <float[1,1] t = {1}> "
               "{ r = Relu(x) y = " GENERAL "MultiThreshold <out_dtype = \"BINARY\"> (x, t) }");
}

Test(convert_quant_act, says_why_not)
{
    check_remark(PASS "{max_multithreshold_bit_width=3}",
                 "g (float[1,1] x) => (float[1,1] y) <float s = {1}, float z = {0}, float n = {4}> "
                 "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
                 "it has 4 bits, more than 3");
    check_remark(PASS,
                 "g (float[1,2,2] x) => (float[1,2,2] y) "
                 "<float[2,2] s = {1, 2, 3, 4}, float z = {0}, float n = {4}> "
                 "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
                 "its scale does not vary along the channels");
    check_refused(
        PASS,
        "g (float[1,1] x) => (float[1,1] y) <float s = {1}, float z = {0}, float n = {4}> "
        "{ r = Sigmoid(x) y = " GENERAL "Quant <signed = 0, narrow = 0> (r, s, z, n) }",
        "unsigned quantisation of a Sigmoid");
}

/* ---- the same decision for every float around every level ---- */

static const finnc_tensor *run(finnc_ctx *cx, finnc_model *model, const finnc_tensor *x,
                               finnc_session **session)
{
    cr_assert_eq(finnc_session_create(cx, model, NULL, session), FINNC_OK);
    cr_assert_eq(finnc_session_feed(*session, "x", x), FINNC_OK);
    cr_assert_eq(finnc_session_run(*session), FINNC_OK);
    return finnc_session_fetch(*session, "y");
}

/* Three floats on either side of each tie and each level, and the far ends. */
static finnc_tensor *points(finnc_ctx *cx, double scale)
{
    enum { LEVELS = 20, BESIDE = 3, EACH = 2 * BESIDE + 1 };
    finnc_tensor *x;
    const int64_t n = (4 * LEVELS + 1) * EACH + 2;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 2, (int64_t[]){n, 1}, &x), FINNC_OK);
    int64_t i = 0;
    for (int half = -2 * LEVELS; half <= 2 * LEVELS; half++) {
        float p = (float)(half * scale / 2);
        for (int k = 0; k < BESIDE; k++)
            p = nextafterf(p, -INFINITY);
        for (int k = 0; k < EACH; k++, p = nextafterf(p, INFINITY))
            finnc_tensor_set(x, i++, (double)p);
    }
    finnc_tensor_set(x, i++, -INFINITY);
    finnc_tensor_set(x, i, INFINITY);
    return x;
}

static void check_every_level(finnc_ctx *cx, const char *activation, const char *attributes,
                              double scale, int zero)
{
    char text[512];
    snprintf(text, sizeof text,
             "g (float[N,1] x) => (float[N,1] y) <float s = {%.9g}, float z = {%d}, float n = {4}> "
             "{ a = %s(x) y = " GENERAL "Quant <%s> (a, s, z, n) }",
             scale, zero, activation, attributes);
    finnc_model *before = test_read_text(cx, text);
    finnc_model *after = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, PASS, NULL);
    cr_assert_eq(finnc_transform(cx, after, pipeline, NULL), FINNC_OK);
    finnc_tensor *x = points(cx, scale);
    finnc_session *a, *b;
    finnc_difference d;
    finnc_tensor_compare(run(cx, before, x, &a), run(cx, after, x, &b), 0, "y", &d);
    cr_expect_null(d.value, "%s, %s, scale %.9g: at %.9g it was %g and is %g", activation,
                   attributes, scale, finnc_tensor_get(x, d.index < 0 ? 0 : d.index), d.a, d.b);
    finnc_foreach_node (node, finnc_model_graph(after))
        cr_expect_not(finnc_node_is(node, "Quant"));
    finnc_session_destroy(a);
    finnc_session_destroy(b);
    finnc_tensor_release(x);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(before);
    finnc_model_destroy(after);
}

Test(convert_quant_act, decides_as_the_quantiser_for_every_float)
{
    static const char *const modes[] = {"ROUND", "CEIL",    "FLOOR",    "UP",
                                        "DOWN",  "HALF_UP", "HALF_DOWN"};
    static const double scales[] = {1, 0.1, 0.003921568859, 0.33333334, 7.3, 1e-20, 3e10};
    static const char *const activations[] = {"Identity", "Relu"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
        for (size_t s = 0; s < sizeof scales / sizeof *scales; s++)
            for (int k = 0; k < 8; k++) {
                char attributes[96];
                snprintf(attributes, sizeof attributes,
                         "signed = %d, narrow = %d, rounding_mode = \"%s\"", k & 1, k >> 1 & 1,
                         modes[m]);
                check_every_level(cx, activations[k >> 2], attributes, scales[s], 0);
            }
    check_every_level(cx, "Identity", "signed = 0, narrow = 0", 0.1, 7);
    check_every_level(cx, "Relu", "signed = 0, narrow = 0", 0.1, 7);
    check_every_level(cx, "Selu", "signed = 1, narrow = 0", 0.1, 0);
    check_every_level(cx, "Selu", "signed = 0, narrow = 0", 0.1, 0);
    finnc_ctx_destroy(cx);
}

/* -2 or 0 times the scale: the zero point counts in steps from -1 to +1, too. */
Test(convert_quant_act, a_sign_has_a_zero_point)
{
    check_pass("ConvertQuantActToMultiThreshold",
               "g (float[2,3] x) => (float[2,3] y) <float s = {1}, float z = {1}, float n = {1}> "
               "{ y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(x, s, z, n) }",
               "g (float[2,3] x) => (float[2,3] y) "
               "<float[1,1] t = {-1}, float b = {-1}, float f = {2}> "
               "{ q = qonnx.custom_op.general.MultiThreshold<out_dtype = \"BIPOLAR\">(x, t) "
               "a = Add(q, b) y = Mul(a, f) }");
}

Test(convert_quant_act, says_what_has_no_thresholds)
{
    check_remark("ConvertQuantActToMultiThreshold",
                 "g (float[2,0] x) => (float[2,0] y) <float[0] s = {}> "
                 "{ y = qonnx.custom_op.general.BipolarQuant(x, s) }",
                 "its scale is empty");
    check_remark("ConvertQuantActToMultiThreshold",
                 "g (float[2,3] x) => (double[2,3] y) "
                 "<float s = {1}, double z = {1}, float n = {4}> "
                 "{ y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(x, s, z, n) }",
                 "it does not compute in float32");
    check_remark("ConvertQuantActToMultiThreshold",
                 "g (float[3] x) => (float[3] y) <float s = {1}, float z = {0}, float n = {4}> "
                 "{ y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(x, s, z, n) }",
                 "a MultiThreshold needs data of two axes or more");
}

/* As QCDQToQuant writes a quantiser of few bits whose zero point is not 0. */
Test(convert_quant_act, a_clip_in_front_makes_wide_ones_narrow)
{
    check_pass(
        PASS "{max_multithreshold_bit_width=2}",
        "g (float[2,3] x) => (float[2,3] y) <float s = {0.5}, float z = {0}, float n = {3}, "
        "float l = {-0.5}, float h = {1}> "
        "{ c = Clip(x, l, h) y = " GENERAL "Quant <signed = 1, narrow = 0> (c, s, z, n) }",
        "g (float[2,3] x) => (float[2,3] y) <float[3,3] t = {-0.25, 0.25000003, 0.75, "
        "-0.25, 0.25000003, 0.75, -0.25, 0.25000003, 0.75}, float b = {-1}, float f = {0.5}> "
        "{ q = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) a = Add(q, b) "
        "y = Mul(a, f) }");
    check_remark(PASS "{max_multithreshold_bit_width=2}",
                 "g (float[2,3] x) => (float[2,3] y) <float s = {0.5}, float z = {0}, "
                 "float n = {4}, float l = {-0.5}, float h = {1.5}> "
                 "{ c = Clip(x, l, h) y = " GENERAL "Quant <signed = 1, narrow = 0> (c, s, z, n) }",
                 "it has 3 bits, more than 2");
}

/* As upstream has it, where it has it. */
Test(convert_quant_act, a_clip_in_front_of_narrow_ones_stays)
{
    check_pass(PASS,
               "g (float[2,1] x) => (float[2,1] y) <float s = {1}, float z = {0}, float n = {2}, "
               "float l = {-1}, float h = {1}> "
               "{ c = Clip(x, l, h) y = " GENERAL
               "Quant <signed = 1, narrow = 1, rounding_mode = \"FLOOR\"> (c, s, z, n) }",
               "g (float[2,1] x) => (float[2,1] y) <float[1,2] t = {0, 1}, float b = {-1}, "
               "float l = {-1}, float h = {1}> "
               "{ c = Clip(x, l, h) q = " GENERAL
               "MultiThreshold <out_dtype = \"INT2\"> (c, t) y = Add(q, b) }");
}

/* Integers 0..3 with a zero point of 1: -1..2 times 2. Rounded to even, -1 and 3 go up, 1 goes
 * down. */
Test(convert_quant_act, a_quantize_linear_with_a_zero_point_has_as_many_levels_as_without)
{
    check_pass("QCDQToQuant, " PASS "{max_multithreshold_bit_width=2}",
               "g (float[1,1] x) => (float[1,1] y) <float s = {2}, uint8 z = {1}, uint8 l = {0}, "
               "uint8 h = {3}> { q = QuantizeLinear(x, s, z) c = Clip(q, l, h) "
               "y = DequantizeLinear(c, s, z) }",
               "g (float[1,1] x) => (float[1,1] y) <float[1,3] t = {-1, 1.0000001, 3}, "
               "float b = {-1}, float f = {2}> "
               "{ q = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t) a = Add(q, b) "
               "y = Mul(a, f) }");
}

/* As exporters from QKeras write it. */
Test(convert_quant_act, a_zero_point_of_whole_numbers_leaves_it_in_float32)
{
    check_pass(PASS,
               "g (float[2,1] x) => (float[2,1] y) <float s = {1}, int64 z = {0}, int64 n = {1}> "
               "{ y = " GENERAL
               "Quant <signed = 0, rounding_mode = \"FLOOR\", narrow = 0> (x, s, z, n) }",
               "g (float[2,1] x) => (float[2,1] y) <float[1,1] t = {1}> "
               "{ y = " GENERAL "MultiThreshold <out_dtype = \"BINARY\"> (x, t) }");
}

/* The scale makes two columns of one. */
Test(convert_quant_act_to_multi_threshold, parameters_that_enlarge_the_data_stay)
{
    check_remark("ConvertQuantActToMultiThreshold",
                 "g (float[1,1] x) => (float[1,2] y) <float[1,2] s = {1,2}, float z = {0}, "
                 "float n = {2}> { y = qonnx.custom_op.general.Quant<signed = 1, narrow = 1, "
                 "rounding_mode = \"ROUND\">(x, s, z, n) }",
                 "its parameters may make more of its data than there are");
}

static size_t ntaken;

static void check_taken(finnc_ctx *cx, finnc_model *model, finnc_node *node, size_t data)
{
    const bool is_monotone = test_is_monotone_by_rule(cx, node, data);
    if (!test_is_taken_in(cx, model, node, PASS))
        return;
    ntaken++;
    cr_expect(is_monotone, "%s goes into thresholds, its record does not say that it rises",
              finnc_node_op_type(node));
}

Test(convert_quant_act, what_goes_into_thresholds_rises_by_its_record)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    test_each_op(cx, "y = " GENERAL "Quant <narrow = 1, signed = 1> (t, half, zero, two)",
                 check_taken);
    cr_expect_gt(ntaken, 2);
    finnc_ctx_destroy(cx);
}

/* That every decision stays is in tests/passes/exactness.c. */
#include <support/check_pass.h>
#include <support/every_op.h>

#include <criterion/criterion.h>

#define PASS "AbsorbMonotoneIntoMultiThreshold"
#define T    "qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\">"

Test(absorb_monotone_into_multi_threshold, a_chain_goes_node_by_node)
{
    check_pass("InferShapes, " PASS,
               "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, float[2] a = {1, -2}, "
               "float[1,1] t = {4}> { m = Mul(x, s) n = Sub(m, a) r = Relu(n) y = " T " (r, t) }",
               "g (float[1,2] x) => (float[1,2] y) <float[2,1] t = {10, 4}> { y = " T " (x, t) }");
}

Test(absorb_monotone_into_multi_threshold, signs_stay_in_front)
{
    check_pass(PASS,
               "g (float[1,2] x) => (float[1,2] y) <float[2] s = {-0.5, 2}, float[1,1] t = {4}> "
               "{ m = Mul(x, s) y = " T " (m, t) }",
               "g (float[1,2] x) => (float[1,2] y) <float[1,2] g {BIPOLAR} = {-1, 1}, "
               "float[2,1] t = {8, 2}> { m = Mul(x, g) y = " T " (m, t) }");
    /* They let others through, and two of them are none. */
    check_pass(PASS,
               "g (float[1,1] x) => (float[1,1] y) <float s = {-2}, float a = {1}, float[1,1] t = "
               "{4}> { n = Neg(x) b = Add(n, a) m = Mul(b, s) y = " T " (m, t) }",
               "g (float[1,1] x) => (float[1,1] y) <float[1,1] t = {3}> { y = " T " (x, t) }");
    check_unchanged(PASS, "g (float[1,2] x) => (float[1,2] y) <float[1,2] g {BIPOLAR} = {-1, 1}, "
                          "float[1,1] t = {4}> { m = Mul(x, g) y = " T " (m, t) }");
}

Test(absorb_monotone_into_multi_threshold, batch_normalisation_has_channels_of_its_own)
{
    check_pass(PASS,
               "g (float[1,2,1,1] x) => (float[1,2,1,1] y) <float[2] s = {1, 2}, float[2] b = "
               "{0, 1}, float[2] m = {0, 1}, float[2] v = {1, 1}, float[1,1] t = {3}> "
               "{ n = BatchNormalization <epsilon = 0.0> (x, s, b, m, v) y = " T " (n, t) }",
               "g (float[1,2,1,1] x) => (float[1,2,1,1] y) <float[2,1] t = {3, 2}> "
               "{ y = " T " (x, t) }");
    check_remark(PASS,
                 "g (float[1,1,1,2] x) => (float[1,1,1,2] y) <float[1] s = {1}, float[1] b = {0}, "
                 "float[1] m = {0}, float[1] v = {1}, float[2,1] t = {3, 4}> "
                 "{ n = BatchNormalization(x, s, b, m, v) y = "
                 "qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\", data_layout = "
                 "\"NHWC\"> (n, t) w = Relu(n) }",
                 "its result has other users, too");
}

Test(absorb_monotone_into_multi_threshold, what_takes_its_figures_from_the_batch_stays)
{
#define NORM(attrs)                                                                                \
    "<ir_version: 8, opset_import: [\"\" : 15, \"qonnx.custom_op.general\" : 1]>"                  \
    "g (float[2,1] x) => (float[2,1] y) <float[1] s = {1}, float[1] b = {0}, float[1] m = {0},"    \
    "    float[1] v = {4}, float[1,3] t = {0, 0.5, 1}> {"                                          \
    "    a = BatchNormalization <" attrs "> (x, s, b, m, v)"                                       \
    "    y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT2\"> (a, t) }"
    check_remark(PASS, NORM("training_mode = 1"),
                 "it trains: the statistics are those of the batch");
    check_no_remark(PASS, NORM("epsilon = 0.0"));
#undef NORM
}

Test(absorb_monotone_into_multi_threshold, shared_thresholds_are_copied)
{
    check_pass(
        PASS,
        "g (float[1,1] x) => (float[1,1] y, float[1,1] z) <float a = {1}, float[1,1] t = {4}> "
        "{ m = Add(x, a) y = " T " (m, t) z = " T " (x, t) }",
        "g (float[1,1] x) => (float[1,1] y, float[1,1] z) <float[1,1] t = {3}, "
        "float[1,1] u = {4}> { y = " T " (x, t) z = " T " (x, u) }");
}

Test(absorb_monotone_into_multi_threshold, annotations_stay_true)
{
    check_pass(PASS,
               "g (float[1,1] x {INT8}) => (float[1,1] y) <float s = {2}, float[1,1] t {INT32} = "
               "{63}> { m = Mul(x, s) y = " T " (m, t) }",
               "g (float[1,1] x {INT8}) => (float[1,1] y) <float[1,1] t = {31.5}> "
               "{ y = " T " (x, t) }");
}

Test(absorb_monotone_into_multi_threshold, says_why_not)
{
    check_remark(PASS,
                 "g (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2] a = {1, -2}, "
                 "float[1,1] t = {0}> { m = Add(x, a) y = " T " (m, t) }",
                 "(Add): its constants do not vary along the channels: 2 values, -2 to 1");
    check_remark(PASS,
                 "g (float[1,1,2] x) => (float[1,3,2] y) <float[1,3,1] a = {1, 2, 3}, "
                 "float[1,1] t = {0}> { m = Add(x, a) y = " T " (m, t) }",
                 "another number of channels than its data");
    check_remark(PASS,
                 "g (float[1,1] x) => (float[1,1] y, float[1,1] m) <float a = {1}, "
                 "float[1,1] t = {0}> { m = Add(x, a) y = " T " (m, t) }",
                 "its result is a graph output");
    check_remark(PASS,
                 "g (float[1,1] x) => (float[1,1] y) <float a = {0}, float[1,1] t = {0}> "
                 "{ m = Div(x, a) y = " T " (m, t) }",
                 "it divides by 0");
    check_remark(PASS,
                 "g (float[1,1] x) => (float[1,1] y) <float[1,1] t = {0}> "
                 "{ m = LeakyRelu <alpha = -1.0> (x) y = " T " (m, t) }",
                 "alpha is negative");
    check_remark(
        PASS, "g (float[1,1] x, float[1,1] t) => (float[1,1] y) { m = Relu(x) y = " T " (m, t) }",
        "not a constant of two axes");
}

/* Of whatever is no function of one value nothing is said. */
Test(absorb_monotone_into_multi_threshold, leaves_others_alone)
{
    check_unchanged(PASS, "g (float[1,1] x, float[1,1] z) => (float[1,1] y) <float[1,1] t = {0}> "
                          "{ m = Add(x, z) y = " T " (m, t) }");
    check_unchanged(PASS, "g (float[1,1] x) => (float[1,1] y) <float[1,1] t = {0}> "
                          "{ m = Abs(x) y = " T " (m, t) }");
}

Test(absorb_monotone_into_multi_threshold, a_constant_that_makes_channels_stays)
{
    check_remark("AbsorbMonotoneIntoMultiThreshold",
                 "g (float[1,C] x) => (float[1,3] y) "
                 "<float[3] a = {1,2,3}, float[3,1] t = {1,2,3}> { v = Add(x, a) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(v, t) }",
                 "its constants differ per channel and the channels of its data are not known");
}

/* qonnx's variant, whose channels are the last axis: so have to be the quantiser's. */
Test(absorb_monotone_into_multi_threshold, normalises_channels_last)
{
    check_remark("AbsorbMonotoneIntoMultiThreshold",
                 "g (float[1,2,2,2] x) => (float[1,2,2,2] y) "
                 "<float[2] s = {1,2}, float[2] b = {0,3}, float[2] m = {0,0}, float[2] v = {1,1}, "
                 "float[2,1] t = {1,2}> "
                 "{ n = qonnx.custom_op.channels_last.BatchNormalization<epsilon = 0.0>"
                 "(x, s, b, m, v) "
                 "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(n, t) }",
                 "its constants do not vary along the channels");
    check_pass("AbsorbMonotoneIntoMultiThreshold",
               "g (float[1,2,2,2] x) => (float[1,2,2,2] y) "
               "<float[2] s = {1,2}, float[2] b = {0,3}, float[2] m = {0,0}, float[2] v = {1,1}, "
               "float[2,1] t = {1,2}> "
               "{ n = qonnx.custom_op.channels_last.BatchNormalization<epsilon = 0.0>"
               "(x, s, b, m, v) "
               "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\", "
               "data_layout = \"NHWC\">(n, t) }",
               "g (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2,1] t = {1,-0.5}> "
               "{ y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\", "
               "data_layout = \"NHWC\">(x, t) }");
}

static size_t nabsorbed;

static void check_absorbed(finnc_ctx *cx, finnc_model *model, finnc_node *node, size_t data)
{
    const bool is_monotone = test_is_monotone_by_rule(cx, node, data);
    if (!test_is_taken_in(cx, model, node, "AbsorbMonotoneIntoMultiThreshold"))
        return;
    nabsorbed++;
    cr_expect(is_monotone, "%s is taken in, its record does not say that it rises or falls",
              finnc_node_op_type(node));
}

Test(absorb_monotone_into_multi_threshold, takes_in_what_its_record_says_rises_or_falls)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    test_each_op(cx, "y = qonnx.custom_op.general.MultiThreshold<out_dtype = \"UINT1\">(t, half)",
                 check_absorbed);
    cr_expect_gt(nabsorbed, 16);
    finnc_ctx_destroy(cx);
}

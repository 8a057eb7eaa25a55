#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS      "InferQuantizedMatrixVectorActivation"
#define THRESHOLD "qonnx.custom_op.general.MultiThreshold"
#define MVAU                                                                                          \
    "finn.custom_op.fpgadataflow.MVAU <backend = \"fpgadataflow\", MW = 3, MH = 2, SIMD = 1, PE = 1," \
    " inputDataType = \"INT4\", weightDataType = \"INT2\", binaryXnorMode = 0,"
#define W "float[3,2] w {INT2} = {1, -2, 0, 1, -1, -1}"
#define T "float[2,3] t = {-4, 0, 3.5, 1, 2, 3}"

Test(infer_quantized_matrix_vector_activation, thresholds_go_into_the_layer)
{
    check_pass(PASS,
               "g (float[4,3] x {INT4}) => (float[4,2] y {INT2}) <" W ", p {INT32}, " T "> {"
               "    p = MatMul(x, w) y = " THRESHOLD
               " <out_dtype = \"INT2\", out_bias = -2.0> (p, t) }",
               "g (float[4,3] x {INT4}) => (float[4,2] y {INT2}) <" W ", " T "> {"
               "    y = " MVAU " outputDataType = \"INT2\", ActVal = -2, noActivation = 0,"
               "        numInputVectors = [4]> (x, w, t) }");
}

Test(infer_quantized_matrix_vector_activation, channels_last_of_pictures)
{
    check_pass(PASS,
               "g (float[1,2,3,3] x {INT4}) => (float[1,2,3,2] y {BIPOLAR}) <" W
               ", float[1,2,3,2] p {INT32}, float[2,1] t = {1, -2}> {"
               "    p = MatMul(x, w) y = " THRESHOLD " <out_dtype = \"BIPOLAR\", out_scale = 2.0,"
               "        out_bias = -1.0, data_layout = \"NHWC\"> (p, t) }",
               "g (float[1,2,3,3] x {INT4}) => (float[1,2,3,2] y {BIPOLAR}) <" W
               ", float[2,1] t = {1, -2}> {"
               "    y = " MVAU " outputDataType = \"BIPOLAR\", ActVal = 0, noActivation = 0,"
               "        numInputVectors = [1, 2, 3]> (x, w, t) }");
}

#define FUSED(p, t, attrs, y)                                                                      \
    "g (float[1,3] x {INT4}) => (float[1,2] y {" y "}) <" W ", float[1,2] p {" p "}, " t "> {"     \
    "    p = MatMul(x, w) y = " THRESHOLD " <" attrs "> (p, t) }"
#define UNFUSED(t, attrs, y)                                                                       \
    "g (float[1,3] x {INT4}) => (float[1,2] y {" y "}) <" W ", float[1,2] p {INT32}, " t "> {"     \
    "    p = " MVAU " outputDataType = \"INT32\", ActVal = 0, noActivation = 1,"                   \
    "        numInputVectors = [1]> (x, w) y = " THRESHOLD " <" attrs "> (p, t) }"
#define SCALED "out_dtype = \"INT4\", out_scale = 0.5"
#define BROKEN "out_dtype = \"INT4\", out_bias = -3.5"
#define RAISED "out_dtype = \"INT4\", out_bias = 0.0"
#define SIGNED "out_dtype = \"BIPOLAR\", out_scale = 1.0, out_bias = -1.0"
#define PLAIN  "out_dtype = \"UINT2\""

Test(infer_quantized_matrix_vector_activation, thresholds_stay_outside_and_why)
{
    check_pass(PASS, FUSED("INT32", T, SCALED, "INT4"), UNFUSED(T, SCALED, "FLOAT32"));
    check_remark(PASS, FUSED("INT32", T, SCALED, "INT4"), "out_scale is 0.5, not 1");
    check_remark(PASS, FUSED("INT32", T, BROKEN, "INT4"), "out_bias is -3.5, not an integer");
    check_remark(PASS, FUSED("INT32", T, RAISED, "INT4"), "INT4, and out_bias 0 is not below zero");
    check_remark(PASS, FUSED("INT32", T, SIGNED, "BIPOLAR"),
                 "out_scale 1 and out_bias -1 make no signs");
    check_remark(PASS, FUSED("INT32", T, PLAIN, "FLOAT32"), "its output is FLOAT32");
    check_remark(PASS, FUSED("INT32", "float[3,1] t = {1, 2, 3}", PLAIN, "UINT2"),
                 "3 rows of thresholds, neither one nor one for each of 2 channels");
    check_remark(PASS, FUSED("INT32", "float[2] t = {1, 2}", PLAIN, "UINT2"),
                 "its thresholds have 1 axes, not two");
    check_remark(PASS, FUSED("INT32", "uint16[1,1] t = {2}", PLAIN, "UINT2"),
                 "its thresholds are UINT16, layers take FLOAT");
}

Test(infer_quantized_matrix_vector_activation, thresholds_of_another_axis_stay_outside)
{
    check_remark(PASS,
                 "g (float[1,2,2,3] x {INT4}) => (float[1,2,2,2] y {UINT2}) <" W
                 ", float[1,2,2,2] p {INT32}, " T "> {"
                 "    p = MatMul(x, w) y = " THRESHOLD " <out_dtype = \"UINT2\"> (p, t) }",
                 "belong to axis 1 (data_layout is NCHW), the channels are axis 3");
}

Test(infer_quantized_matrix_vector_activation, computed_thresholds_stay_outside)
{
    check_remark(PASS,
                 "g (float[1,3] x {INT4}, float[1,2] t) => (float[1,2] y {UINT2}) <" W
                 ", float[1,2] p {INT32}> {"
                 "    p = MatMul(x, w) y = " THRESHOLD " <out_dtype = \"UINT2\"> (p, t) }",
                 "its thresholds are no constant");
}

Test(infer_quantized_matrix_vector_activation, sums_that_are_a_graph_output_stay)
{
    check_pass(PASS,
               "g (float[1,3] x {INT4}) => (float[1,2] p {INT32}, float[1,2] y {UINT2}) <" W ", " T
               "> { p = MatMul(x, w) y = " THRESHOLD " <out_dtype = \"UINT2\"> (p, t) }",
               "g (float[1,3] x {INT4}) => (float[1,2] p {INT32}, float[1,2] y {UINT2}) <" W ", " T
               "> { p = " MVAU " outputDataType = \"INT32\", ActVal = 0, noActivation = 1,"
               "    numInputVectors = [1]> (x, w) y = " THRESHOLD
               " <out_dtype = \"UINT2\"> (p, t) }");
}

/* Upstream's layer counts the bits that agree: 2 here for a sum of 1. */
Test(infer_quantized_matrix_vector_activation, signs_times_signs_are_left)
{
    const char *before = "g (float[1,3] x {BIPOLAR}) => (float[1,2] y {INT32})"
                         " <float[3,2] w {BIPOLAR} = {1, -1, 1, -1, 1, 1}> { y = MatMul(x, w) }";
    check_unchanged(PASS, before);
    check_remark(PASS, before, "ConvertBipolarMatMulToXnorPopcount comes first");
}

Test(infer_quantized_matrix_vector_activation, says_why_there_is_no_layer)
{
    check_remark(PASS, "g (float[1,3] x) => (float[1,2] y) <" W "> { y = MatMul(x, w) }",
                 "x is FLOAT32: layers take integers");
    check_remark(
        PASS,
        "g (int32[1,3] x {INT4}) => (int32[1,2] y) <int32[3,2] w {INT4} = {1, 2, 3, 4, 5, 6}>"
        " { y = MatMul(x, w) }",
        "x has elements of INT32: layers keep integers in FLOAT");
    check_remark(PASS,
                 "g (float[1,3] x {INT4}) => (float[1,2] y) <float[3,2] w = {1, 2, 3, 4, 5, 6}> {"
                 "    y = MatMul(x, w) }",
                 "w is FLOAT32: layers take integers");
    check_remark(PASS, "g (float[1,3] x {INT4}) => (float[1,2] y) <" W "> { y = MatMul(x, w) }",
                 "its sums y are FLOAT32: InferDataTypes finds their type");
    check_remark(PASS, "g (float[N,3] x {INT4}) => (float[N,2] y) <" W "> { y = MatMul(x, w) }",
                 "the shape of its data x is not known");
    check_remark(PASS, "g (float[3] x {INT4}) => (float[2] y) <" W "> { y = MatMul(x, w) }",
                 "its data x is a vector without a batch");
    check_remark(PASS,
                 "g (float[1,3] x {INT4}, float[3,2] w {INT2}) => (float[1,2] y) {"
                 "    y = MatMul(x, w) }",
                 "its weights w are no constant matrix");
}

Test(infer_quantized_matrix_vector_activation, leaves_depthwise_weights_to_the_other_pass)
{
    const char *before =
        "g (float[1,1,1,2] x {INT4}) => (float[1,1,1,2] y {INT32})"
        " <float[2,2] w {INT2, tensor_sparsity: \"{'dw': {'kernel_shape': [1, 1]}}\"}"
        " = {1, 0, 0, -1}> { y = MatMul(x, w) }";
    check_unchanged(PASS, before);
    check_no_remark(PASS, before);
}

/* As RoundAndClipThresholds leaves them: one beyond the type of sums. */
Test(infer_quantized_matrix_vector_activation, thresholds_out_of_reach_widen_the_sums)
{
#define BEYOND "float[1,1] t {INT32} = {2147483648}"
    check_pass(PASS,
               "g (float[4,3] x {INT4}) => (float[4,2] y {BINARY}) <" W ", p {INT32}, " BEYOND
               "> { p = MatMul(x, w) y = " THRESHOLD " <out_dtype = \"BINARY\"> (p, t) }",
               "g (float[4,3] x {INT4}) => (float[4,2] y {BINARY}) <" W
               ", float[1,1] t {INT33} = {2147483648}> {"
               "    y = " MVAU " outputDataType = \"BINARY\", ActVal = 0, noActivation = 0,"
               "        accDataType = \"INT33\", numInputVectors = [4]> (x, w, t) }");
}

/* As an MVAU it would count agreeing signs as soon as InferDataTypes puts its input right. */
Test(infer_quantized_matrix_vector_activation, data_is_bipolar_by_what_makes_it)
{
#define SIGNS(of)                                                                                  \
    "g (float[1,4] x {INT4}) => (float[1,2] y {INT32}) <float[1,1] t {INT4} = {1},"                \
    "    float[1,4] h {" of "}, float[4,2] w {BIPOLAR} = {1, -1, 1, 1, -1, -1, 1, -1}> {"          \
    "    h = " THRESHOLD " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (x, t)"     \
    "    y = MatMul(h, w) }"
    check_pass(PASS, SIGNS("INT2"), SIGNS("BIPOLAR"));
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS      "InferVectorVectorActivation"
#define THRESHOLD "qonnx.custom_op.general.MultiThreshold"
#define DW(k)     "INT4, tensor_sparsity: \"{'dw': {'kernel_shape': " k "}}\""
/* Rows: tap 0 of both channels, then tap 1. */
#define MATRIX  "float[4,2] w {" DW("[2, 1]") "} = {1, 0, 0, 3, -2, 0, 0, -4}"
#define FILTERS "float[2,1,2,1] w {" DW("[2, 1]") "} = {1, -2, 3, -4}"
#define VVAU                                                                                       \
    "finn.custom_op.fpgadataflow.VVAU <backend = \"fpgadataflow\", PE = 2, Dim = [3, 2],"          \
    " Channels = 2, Kernel = [2, 1], inputDataType = \"UINT4\", weightDataType = \"INT4\","

Test(infer_vector_vector_activation, a_filter_per_channel)
{
    check_pass(PASS,
               "g (float[1,3,2,4] x {UINT4}) => (float[1,3,2,2] y {INT32}) <" MATRIX "> {"
               "    y = MatMul(x, w) }",
               "g (float[1,3,2,4] x {UINT4}) => (float[1,3,2,2] y {INT32}) <" FILTERS "> {"
               "    y = " VVAU
               " outputDataType = \"INT32\", ActVal = 0, noActivation = 1> (x, w) }");
}

Test(infer_vector_vector_activation, thresholds_go_into_the_layer)
{
    check_pass(PASS,
               "g (float[1,3,2,4] x {UINT4}) => (float[1,3,2,2] y {INT2}) <" MATRIX
               ", float[1,3,2,2] p {INT32}, float[2,3] t = {-9, 0, 9, 1, 2, 3}> {"
               "    p = MatMul(x, w) y = " THRESHOLD
               " <out_dtype = \"INT2\", out_bias = -2.0, data_layout = \"NHWC\"> (p, t) }",
               "g (float[1,3,2,4] x {UINT4}) => (float[1,3,2,2] y {INT2}) <" FILTERS
               ", float[2,3] t = {-9, 0, 9, 1, 2, 3}> {"
               "    y = " VVAU
               " outputDataType = \"INT2\", ActVal = -2, noActivation = 0> (x, w, t) }");
}

Test(infer_vector_vector_activation, others_keep_the_matrix)
{
    check_pass(PASS,
               "g (float[1,3,2,4] x {UINT4}, float[1,4] v) => (float[1,3,2,2] y {INT32},"
               "    float[1,2] z) <" MATRIX "> { y = MatMul(x, w) z = MatMul(v, w) }",
               "g (float[1,3,2,4] x {UINT4}, float[1,4] v) => (float[1,3,2,2] y {INT32},"
               "    float[1,2] z) <" MATRIX ", float[2,1,2,1] f {INT4} = {1, -2, 3, -4}> {"
               "    y = " VVAU " outputDataType = \"INT32\", ActVal = 0, noActivation = 1> (x, f)"
               "    z = MatMul(v, w) }");
}

#define ANY(x, w) "g (" x ") => (float[1,3,2,2] y {INT32}) <" w "> { y = MatMul(x, w) }"
#define X         "float[1,3,2,4] x {UINT4}"
#define ELEMENTS  " = {1, 0, 0, 3, -2, 0, 0, -4}"

Test(infer_vector_vector_activation, says_why_not)
{
    check_remark(PASS, ANY(X, "float[4,2] w {INT4, tensor_sparsity: \"{}\"}" ELEMENTS),
                 "sparsity annotation of its weights, {}, has no dw.kernel_shape");
    check_remark(PASS, ANY(X, "float[4,2] w {" DW("[2, 2]") "}" ELEMENTS),
                 "no row for each of 2 by 2 taps and 2 channels");
    check_remark(PASS, ANY(X, "float[4,2] w {" DW("[2, 1]") "} = {1, 0, 0, 3, -2, 0, 7, -4}"),
                 "7 in row 3 and column 0 belongs to two channels");
    check_remark(PASS, ANY("float[1,3,2,4] x", MATRIX), "x is FLOAT32: layers take integers");
    check_remark(PASS,
                 "g (float[2,3,2,4] x {UINT4}) => (float[2,3,2,2] y {INT32}) <" MATRIX
                 "> { y = MatMul(x, w) }",
                 "its batch is 2, a VVAU takes one picture at a time");
    check_remark(PASS,
                 "g (float[2,4] x {UINT4}) => (float[2,2] y {INT32}) <" MATRIX
                 "> { y = MatMul(x, w) }",
                 "its data has rank 2, a VVAU's is a picture");
    check_remark(PASS,
                 "g (float[1,1,1,2] x {BIPOLAR}) => (float[1,1,1,1] y {INT32}) <float[2,1] w"
                 " {BIPOLAR, tensor_sparsity: \"{'dw': {'kernel_shape': [2, 1]}}\"} = {1, -1}> {"
                 "    y = MatMul(x, w) }",
                 "data and weights are BIPOLAR");
}

Test(infer_vector_vector_activation, data_is_bipolar_by_what_makes_it)
{
#define SIGNS(of)                                                                                    \
    "g (float[1,1,1,2] x {INT4}) => (float[1,1,1,1] y {INT32}) <float[1,1] t {INT4} = {1},"          \
    "    float[1,1,1,2] h {" of "},"                                                                 \
    "    float[2,1] w {BIPOLAR, tensor_sparsity: \"{'dw': {'kernel_shape': [2, 1]}}\"} = {1, -1}> {" \
    "    h = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BIPOLAR\", out_scale = 2.0,"      \
    "        out_bias = -1.0> (x, t) y = MatMul(h, w) }"
    check_pass("InferVectorVectorActivation", SIGNS("INT2"), SIGNS("BIPOLAR"));
    check_remark("InferVectorVectorActivation", SIGNS("INT2"), "data and weights are BIPOLAR");
}

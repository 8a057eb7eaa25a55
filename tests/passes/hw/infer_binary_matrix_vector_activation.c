#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS      "InferBinaryMatrixVectorActivation"
#define XNOR      "qonnx.custom_op.general.XnorPopcountMatMul"
#define THRESHOLD "qonnx.custom_op.general.MultiThreshold"
#define MVAU                                                                                          \
    "finn.custom_op.fpgadataflow.MVAU <backend = \"fpgadataflow\", MW = 3, MH = 2, SIMD = 1, PE = 1," \
    " inputDataType = \"BINARY\", weightDataType = \"BINARY\", binaryXnorMode = 1,"
#define W "float[3,2] w {BINARY} = {1, 0, 0, 0, 1, 1}"

Test(infer_binary_matrix_vector_activation, thresholds_go_into_the_layer)
{
    check_pass(PASS,
               "g (float[4,3] x {BINARY}) => (float[4,2] y {UINT2}) <" W
               ", p {UINT32}, float[2,3] t = {0, 1, 3, 1, 2, 3}> {"
               "    p = " XNOR "(x, w) y = " THRESHOLD " <out_dtype = \"UINT2\"> (p, t) }",
               "g (float[4,3] x {BINARY}) => (float[4,2] y {UINT2}) <" W
               ", float[2,3] t = {0, 1, 3, 1, 2, 3}> {"
               "    y = " MVAU " outputDataType = \"UINT2\", ActVal = 0, noActivation = 0,"
               "        numInputVectors = [4]> (x, w, t) }");
}

Test(infer_binary_matrix_vector_activation, counts_become_signs)
{
    check_pass(PASS,
               "g (float[4,3] x {BINARY}) => (float[4,2] y {BIPOLAR}) <" W
               ", p {UINT32}, float[1,1] t = {2}> {"
               "    p = " XNOR "(x, w) y = " THRESHOLD
               " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (p, t) }",
               "g (float[4,3] x {BINARY}) => (float[4,2] y {BIPOLAR}) <" W ", float[1,1] t = {2}> {"
               "    y = " MVAU " outputDataType = \"BIPOLAR\", ActVal = 0, noActivation = 0,"
               "        numInputVectors = [4]> (x, w, t) }");
}

Test(infer_binary_matrix_vector_activation, the_count_alone_is_a_layer)
{
    check_pass(PASS,
               "g (float[1,2,2,3] x {BINARY}) => (float[1,2,2,2] y {UINT32}) <" W "> {"
               "    y = " XNOR "(x, w) }",
               "g (float[1,2,2,3] x {BINARY}) => (float[1,2,2,2] y {UINT32}) <" W "> {"
               "    y = " MVAU " outputDataType = \"UINT32\", ActVal = 0, noActivation = 1,"
               "        numInputVectors = [1, 2, 2]> (x, w) }");
}

/* Upstream gives ActVal -2, whatever out_bias is. */
Test(infer_binary_matrix_vector_activation, adds_what_the_threshold_added)
{
    check_pass(PASS,
               "g (float[1,3] x {BINARY}) => (float[1,2] y {INT2}) <" W
               ", p {UINT32}, float[1,2] t = {1, 2}> {"
               "    p = " XNOR "(x, w) y = " THRESHOLD
               " <out_dtype = \"INT2\", out_bias = -1.0> (p, t) }",
               "g (float[1,3] x {BINARY}) => (float[1,2] y {INT2}) <" W ", float[1,2] t = {1, 2}> {"
               "    y = " MVAU " outputDataType = \"INT2\", ActVal = -1, noActivation = 0,"
               "        numInputVectors = [1]> (x, w, t) }");
}

Test(infer_binary_matrix_vector_activation, counts_that_others_read_stay)
{
    const char *before =
        "g (float[1,3] x {BINARY}) => (float[1,2] y {UINT2}, float[1,2] z) <" W
        ", p {UINT32}, float[1,2] t = {1, 2}> {"
        "    p = " XNOR "(x, w) y = " THRESHOLD " <out_dtype = \"UINT2\"> (p, t) z = Neg(p) }";
    check_pass(PASS, before,
               "g (float[1,3] x {BINARY}) => (float[1,2] y {UINT2}, float[1,2] z) <" W
               ", float[1,2] p {UINT32}, float[1,2] t = {1, 2}> {"
               "    p = " MVAU " outputDataType = \"UINT32\", ActVal = 0, noActivation = 1,"
               "        numInputVectors = [1]> (x, w)"
               "    y = " THRESHOLD " <out_dtype = \"UINT2\"> (p, t) z = Neg(p) }");
    check_remark(PASS, before, "stay outside of the layer: others use p");
}

Test(infer_binary_matrix_vector_activation, says_what_it_does_not_know)
{
    check_remark(PASS,
                 "g (float[1,3] x {UINT2}) => (float[1,2] y {UINT32}) <" W "> {"
                 "    y = " XNOR "(x, w) }",
                 "x is UINT2, not BINARY");
    check_remark(PASS,
                 "g (float[1,3] x {BINARY}) => (float[1,2] y {UINT32})"
                 " <float[3,2] w = {1, 0, 0, 0, 1, 1}> { y = " XNOR "(x, w) }",
                 "w is FLOAT32, not BINARY");
    check_remark(PASS,
                 "g (double[1,2] x {BINARY}) => (double[1,1] y {UINT32})"
                 " <double[2,1] w {BINARY} = {1, 0}> { y = " XNOR "(x, w) }",
                 "x has elements of DOUBLE: layers keep integers in FLOAT");
}

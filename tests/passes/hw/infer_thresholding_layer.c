#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS      "InferThresholdingLayer"
#define THRESHOLD "qonnx.custom_op.general.MultiThreshold"
#define LAYER                                                                                        \
    "finn.custom_op.fpgadataflow.Thresholding <backend = \"fpgadataflow\", NumChannels = 2, PE = 1," \
    " inputDataType = \"INT4\", weightDataType = \"INT5\", "
#define T "float[2,3] t {INT5} = {-4, 0, 3, 1, 2, 8}"

Test(infer_thresholding_layer, thresholds_become_a_layer)
{
    check_pass(PASS,
               "g (float[3,2] x {INT4}) => (float[3,2] y {INT2}) <" T "> { y = " THRESHOLD
               " <out_dtype = \"INT2\", out_bias = -2.0> (x, t) }",
               "g (float[3,2] x {INT4}) => (float[3,2] y {INT2}) <" T "> { y = " LAYER
               "numSteps = 3, outputDataType = \"INT2\", ActVal = -2, numInputVectors = [3]>"
               " (x, t) }");
}

#define PICTURE(x, y, attrs)                                                                       \
    "g (float[1,2,3,4] x {INT4" x "}) => (float[1,2,3,4] y {UINT2" y "}) <" T "> { y = " THRESHOLD \
    " <out_dtype = \"UINT2\"" attrs "> (x, t) }"
#define TURNED                                                                                     \
    "g (float[1,2,3,4] x {INT4, NCHW}) => (float[1,2,3,4] y {UINT2, NCHW}) <" T                    \
    ", float[1,3,4,2] a {INT4, NHWC}, float[1,3,4,2] b {UINT2, NHWC}> {"                           \
    "    a = Transpose <perm = [0, 2, 3, 1]> (x)"                                                  \
    "    b = " LAYER "numSteps = 3, outputDataType = \"UINT2\", ActVal = 0,"                       \
    "        numInputVectors = [1, 3, 4]> (a, t) y = Transpose <perm = [0, 3, 1, 2]> (b) }"

Test(infer_thresholding_layer, pictures_are_turned_to_channels_last)
{
    check_pass(PASS, PICTURE(", NCHW", ", NCHW", ""), TURNED);
}

/* Upstream turns the annotated side alone, and cannot run the result. */
Test(infer_thresholding_layer, one_layout_holds_for_both_sides)
{
    check_pass(PASS, PICTURE(", NCHW", "", ""), TURNED);
    check_pass(PASS, PICTURE("", ", NCHW", ""), TURNED);
}

Test(infer_thresholding_layer, channels_last_need_no_turning)
{
    check_pass(PASS,
               "g (float[1,3,4,2] x {INT4}) => (float[1,3,4,2] y {UINT2}) <" T "> { y = " THRESHOLD
               " <out_dtype = \"UINT2\", data_layout = \"NHWC\"> (x, t) }",
               "g (float[1,3,4,2] x {INT4}) => (float[1,3,4,2] y {UINT2}) <" T "> { y = " LAYER
               "numSteps = 3, outputDataType = \"UINT2\", ActVal = 0, numInputVectors = [1, 3, 4]>"
               " (x, t) }");
}

/* Upstream ends with an assertion on a scale of 2. */
Test(infer_thresholding_layer, signs_are_a_layer_too)
{
    check_pass(PASS,
               "g (float[3,2] x {INT4}) => (float[3,2] y {BIPOLAR})"
               " <float[1,1] t {INT5} = {2}> { y = " THRESHOLD
               " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (x, t) }",
               "g (float[3,2] x {INT4}) => (float[3,2] y {BIPOLAR})"
               " <float[1,1] t {INT5} = {2}> { y = " LAYER
               "numSteps = 1, outputDataType = \"BIPOLAR\", ActVal = 0, numInputVectors = [3]>"
               " (x, t) }");
}

Test(infer_thresholding_layer, scales_are_an_error)
{
    check_refused(PASS,
                  "g (float[3,2] x {INT4}) => (float[3,2] y) <" T "> { y = " THRESHOLD
                  " <out_dtype = \"INT8\", out_scale = 0.5> (x, t) }",
                  "out_scale is 0.5");
}

#define PLAIN(x, y, t, attrs)                                                                      \
    "g (float[3,2] x {" x "}) => (float[3,2] y {" y "}) <float[2,3] t {" t                         \
    "} = {-4, 0, 3, 1, 2, 8}> { y = " THRESHOLD " <" attrs "> (x, t) }"

Test(infer_thresholding_layer, says_why_not)
{
    check_remark(PASS, PLAIN("FLOAT32", "INT2", "INT5", "out_dtype = \"UINT2\""),
                 "x is FLOAT32: layers take integers");
    check_remark(PASS, PLAIN("INT4", "UINT2", "FLOAT32", "out_dtype = \"UINT2\""),
                 "its thresholds are FLOAT32: RoundAndClipThresholds makes them integers");
    check_remark(PASS, PLAIN("INT4", "INT4", "INT5", "out_dtype = \"INT4\", out_bias = -3.5"),
                 "out_bias is -3.5, not an integer");
    check_remark(PASS, PLAIN("INT4", "INT4", "INT5", "out_dtype = \"INT4\""),
                 "its output is INT4, and out_bias 0 is not below zero");
    check_remark(PASS, PLAIN("INT4", "FLOAT32", "INT5", "out_dtype = \"INT4\""),
                 "its output is FLOAT32: InferDataTypes finds its type");
    check_remark(PASS,
                 "g (float[N,2] x {INT4}) => (float[N,2] y {UINT2}) <" T "> { y = " THRESHOLD
                 " <out_dtype = \"UINT2\"> (x, t) }",
                 "the shape of x is not known");
}

Test(infer_thresholding_layer, types_that_do_not_hold_the_results)
{
    check_remark(PASS,
                 "g (float[3,2] x {INT4}) => (float[3,2] y {UINT2}) <float[1,3] t {INT4} ="
                 " {-7, 0, 7}> { y = " THRESHOLD
                 " <out_bias = 2.0, out_dtype = \"UINT2\"> (x, t) }",
                 "its results reach from 2 to 5, its output is UINT2");
}

Test(infer_thresholding_layer, layouts_have_to_agree)
{
    check_remark(PASS, PICTURE(", NCHW", ", NHWC", ""), "x is annotated as NCHW, y as NHWC");
    check_remark(PASS,
                 "g (float[3,2] x {INT4, NCHW}) => (float[3,2] y {UINT2}) <" T "> { y = " THRESHOLD
                 " <out_dtype = \"UINT2\"> (x, t) }",
                 "x is annotated as NCHW, and has rank 2");
    check_remark(PASS, PICTURE("", "", ""), "neither one nor one for each of 4 channels");
    check_remark(PASS, PICTURE(", NCHW", ", NCHW", ", data_layout = \"NHWC\""),
                 "belong to axis 3 (data_layout is NHWC), the channels are axis 1");
}

/* Upstream's convention: a count of 0 or 1 that is said to be BIPOLAR. */
Test(infer_thresholding_layer, one_count_stands_for_signs)
{
#define COUNT(t, bias)                                                                             \
    "g (float[3,2] x {INT4}) => (float[3,2] y {BIPOLAR}) <" t " > { y = " THRESHOLD                \
    " <out_dtype = \"BIPOLAR\"" bias "> (x, t) }"
    check_pass_unrun(PASS, COUNT("float[1,1] t {INT5} = {2}", ""),
                     "g (float[3,2] x {INT4}) => (float[3,2] y {BIPOLAR})"
                     " <float[1,1] t {INT5} = {2}> { y = " LAYER "numSteps = 1,"
                     " outputDataType = \"BIPOLAR\", ActVal = 0, numInputVectors = [3]> (x, t) }");
    /* -1 and 1 as they are: the layer would make -3 and 1 of them. */
    check_remark(PASS, COUNT("float[1,2] t {INT5} = {1, 1}", ", out_bias = -1.0"),
                 "it counts 2 and adds -1");
    check_remark(PASS, COUNT("float[1,1] t {INT5} = {1}", ", out_bias = -1.0"),
                 "it counts 1 and adds -1");
    check_remark(PASS, COUNT("float[1,2] t {INT5} = {1, 2}", ""), "it counts 2 and adds 0");
    /* The node does not say that it makes signs. */
    check_remark(PASS,
                 "g (float[3,2] x {INT4}) => (float[3,2] y {BIPOLAR})"
                 " <float[1,1] t {INT5} = {2}> { y = " THRESHOLD " (x, t) }",
                 "is annotated BIPOLAR, but 0 and 1 come out, of out_dtype FLOAT32");
}

Test(infer_thresholding_layer, a_layer_counts_something)
{
    check_remark(PASS,
                 "g (float[1,4] x {INT4}) => (float[1,4] y {UINT2}) <float[1,0] t {INT4} = {}> {"
                 "    y = " THRESHOLD " <out_dtype = \"UINT2\"> (x, t) }",
                 "it has no thresholds");
}

/* As RoundAndClipThresholds leaves them: one beyond the type that they are annotated with. */
Test(infer_thresholding_layer, thresholds_out_of_reach_fit_their_type)
{
    check_pass(
        PASS,
        "g (float[3,2] x {INT4}) => (float[3,2] y {UINT2}) <float[1,3] t {INT4} = {-9, 0, 8}> {"
        "    y = " THRESHOLD " <out_dtype = \"UINT2\"> (x, t) }",
        "g (float[3,2] x {INT4}) => (float[3,2] y {UINT2}) <float[1,3] t {INT5} = {-9, 0, 8}> {"
        "    y = " LAYER "numSteps = 3, outputDataType = \"UINT2\", ActVal = 0,"
        "        numInputVectors = [3]> (x, t) }");
}

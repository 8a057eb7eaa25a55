#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferStreamingEltwise"
#define LAYER(attrs)                                                                               \
    "finn.custom_op.fpgadataflow.StreamingEltwise <backend = \"fpgadataflow\", PE = 1, " attrs ">"

Test(infer_streaming_eltwise, subtracts_streams)
{
    check_pass(PASS,
               "g (float[1,3,4] a {UINT2}, float[1,3,4] b {UINT4}) => (float[1,3,4] y {INT32}) {"
               "    y = Sub(a, b) }",
               "g (float[1,3,4] a {UINT2}, float[1,3,4] b {UINT4}) => (float[1,3,4] y {INT32}) {"
               "    y = " LAYER("NumChannels = 4, inputDataType0 = \"UINT2\","
                                "inputDataType1 = \"UINT4\", eltwiseOp = \"Sub\","
                                "numInputVectors = [1, 3]") "(a, b) }");
}

Test(infer_streaming_eltwise, takes_an_abs_in)
{
    check_pass(PASS,
               "g (float[1,2,3,4] a {INT4, NCHW}, float[1,2,3,4] b {INT4, NCHW})"
               "    => (float[1,2,3,4] y {NCHW}) { d = Sub(a, b) y = Abs(d) }",
               "g (float[1,2,3,4] a {INT4, NCHW}, float[1,2,3,4] b {INT4, NCHW})"
               "    => (float[1,2,3,4] y {NCHW})"
               "    <float[1,3,4,2] c {INT4, NHWC}, float[1,3,4,2] d {INT4, NHWC},"
               "     float[1,3,4,2] e {NHWC}> {"
               "    c = Transpose <perm = [0, 2, 3, 1]> (a)"
               "    d = Transpose <perm = [0, 2, 3, 1]> (b)"
               "    e = " LAYER(
                   "NumChannels = 2, inputDataType0 = \"INT4\","
                   "inputDataType1 = \"INT4\", eltwiseOp = \"AbsDiff\","
                   "numInputVectors = [1, 3, 4]") "(c, d)"
                                                  "    y = Transpose <perm = [0, 3, 1, 2]> (e) }");
}

/* Upstream takes the Abs in, and z has no input any more. */
Test(infer_streaming_eltwise, an_abs_beside_others_stays)
{
    check_pass(PASS,
               "g (float[1,2] a {INT4}, float[1,2] b {INT4}) => (float[1,2] y, float[1,2] z)"
               "    <float[1,2] d {INT5}> { d = Sub(a, b) y = Abs(d) z = Neg(d) }",
               "g (float[1,2] a {INT4}, float[1,2] b {INT4}) => (float[1,2] y, float[1,2] z)"
               "    <float[1,2] d {INT5}> { d = " LAYER(
                   "NumChannels = 2, inputDataType0 = \"INT4\", inputDataType1 = \"INT4\","
                   "eltwiseOp = \"Sub\", numInputVectors = [1]") "(a, b)"
                                                                 "    y = Abs(d) z = Neg(d) }");
}

Test(infer_streaming_eltwise, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,2] a {INT4}, float[1,2] b) => (float[1,2] y) { [s] y = Sub(a, b) }",
         "s (Sub): b is FLOAT32: layers take integers"},
        {"g (float[1,2] a {INT4}, float[1,2] b {UINT4}) => (float[1,2] y) { y = Sub(a, b) }",
         "a is INT4 and b is UINT4: both or neither of the streams is signed"},
        {"g (float[1,2] a {INT4}) => (float[1,2] y) <float[1,2] b {INT4} = {1, 2}> {"
         "    y = Sub(a, b) }",
         "b is a constant, no stream"},
        {"g (float[1,2] a {INT4}, float[1,1] b {INT4}) => (float[1,2] y) { y = Sub(a, b) }",
         "a and b have different shapes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged(PASS, cases[i].text);
    }
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferAddStreamsLayer"
#define LAYER(attrs)                                                                               \
    "finn.custom_op.fpgadataflow.AddStreams <backend = \"fpgadataflow\", PE = 1, " attrs ">"

Test(infer_add_streams_layer, adds_streams)
{
    check_pass(PASS,
               "g (float[1,3,4] a {UINT2}, float[1,3,4] b {UINT2}) => (float[1,3,4] y {UINT32}) {"
               "    y = Add(a, b) }",
               "g (float[1,3,4] a {UINT2}, float[1,3,4] b {UINT2}) => (float[1,3,4] y {UINT3}) {"
               "    y = " LAYER("NumChannels = 4, inputDataType = \"UINT2\","
                                "numInputVectors = [1, 3]") "(a, b) }");
}

/* Upstream's INT2 does not hold +2. */
Test(infer_add_streams_layer, the_sum_of_signs_has_room_for_two)
{
    check_pass(PASS,
               "g (float[1,2] a {BIPOLAR}, float[1,2] b {BIPOLAR}) => (float[1,2] y {INT32}) {"
               "    y = Add(a, b) }",
               "g (float[1,2] a {BIPOLAR}, float[1,2] b {BIPOLAR}) => (float[1,2] y {INT3}) {"
               "    y = " LAYER("NumChannels = 2, inputDataType = \"BIPOLAR\","
                                "numInputVectors = [1]") "(a, b) }");
}

/* Only one value is annotated: upstream transposes that alone, and adds pixels to channels. */
Test(infer_add_streams_layer, channels_go_last_for_all_three)
{
    check_pass(PASS,
               "g (float[1,2,2,2] a {INT4, NCHW}, float[1,2,2,2] b {INT4})"
               "    => (float[1,2,2,2] y {INT32}) { y = Add(a, b) }",
               "g (float[1,2,2,2] a {INT4, NCHW}, float[1,2,2,2] b {INT4, NCHW})"
               "    => (float[1,2,2,2] y {INT5, NCHW})"
               "    <float[1,2,2,2] c {INT4, NHWC}, float[1,2,2,2] d {INT4, NHWC},"
               "     float[1,2,2,2] e {INT5, NHWC}> {"
               "    c = Transpose <perm = [0, 2, 3, 1]> (a)"
               "    d = Transpose <perm = [0, 2, 3, 1]> (b)"
               "    e = " LAYER(
                   "NumChannels = 2, inputDataType = \"INT4\","
                   "numInputVectors = [1, 2, 2]") "(c, d)"
                                                  "    y = Transpose <perm = [0, 3, 1, 2]> (e) }");
}

Test(infer_add_streams_layer, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,2] a, float[1,2] b) => (float[1,2] y) { [s] y = Add(a, b) }",
         "s (Add): a is FLOAT32: layers take integers"},
        {"g (float[1,2] a {INT4}) => (float[1,2] y) <float[1,2] b {INT4} = {1, 2}> {"
         "    y = Add(a, b) }",
         "b is a constant, no stream"},
        {"g (float[1,2] a {INT4}, float[1,1] b {INT4}) => (float[1,2] y) { y = Add(a, b) }",
         "a and b have different shapes: streams are not broadcast"},
        {"g (float[1,2] a {INT4}, float[1,2] b {INT5}) => (float[1,2] y) { y = Add(a, b) }",
         "a is INT4 and b is INT5: streams have one type"},
        {"g (float[1,2,2,2] a {INT4, NCHW}, float[1,2,2,2] b {INT4, NHWC})"
         "    => (float[1,2,2,2] y) { y = Add(a, b) }",
         "a is annotated as NCHW, b as NHWC"},
        {"g (float[1,2] a {INT4}, float[1,2] b {INT4, NCHW}) => (float[1,2] y) { y = Add(a, b) }",
         "b is annotated as NCHW, and has rank 2"},
        {"g (float[N,2] a {INT4}, float[N,2] b {INT4}) => (float[N,2] y) { y = Add(a, b) }",
         "the shape of a is not known"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged(PASS, cases[i].text);
    }
}

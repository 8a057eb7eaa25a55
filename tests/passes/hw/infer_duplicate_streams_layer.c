#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferDuplicateStreamsLayer"
#define COPIES(n, depths)                                                                          \
    "finn.custom_op.fpgadataflow.DuplicateStreams <backend = \"fpgadataflow\", PE = 1,"            \
    "    NumChannels = 4, inputDataType = \"UINT2\", numInputVectors = [1, 3],"                    \
    "    NumOutputStreams = " n ", outFIFODepths = " depths ">"

/* Copies go to the readers in their order; one that reads twice gets two. */
Test(infer_duplicate_streams_layer, every_reader_gets_a_copy)
{
    check_pass(
        PASS,
        "g (float[1,3,4] x {UINT2}) => (float[1,3,4] y, float[1,3,4] z)"
        "    <float[1,3,4] v {UINT2, NWC}> {"
        "    v = Relu(x) y = Neg(v) z = Sub(v, v) }",
        "g (float[1,3,4] x {UINT2}) => (float[1,3,4] y, float[1,3,4] z {INT32})"
        "    <float[1,3,4] v {UINT2, NWC}, float[1,3,4] a {UINT2}, float[1,3,4] b {UINT2},"
        "     float[1,3,4] c {UINT2}> {"
        "    v = Relu(x) a, b, c = " COPIES("3", "[2, 2, 2]") "(v)"
                                                              "    y = Neg(a) z = Sub(b, c) }");
}

/* Upstream leaves v with two readers here: the Neg and whoever takes the output. */
Test(infer_duplicate_streams_layer, a_graph_output_reads_too)
{
    check_pass(PASS,
               "g (float[1,3,4] x {UINT2}) => (float[1,3,4] y, float[1,3,4] v {UINT2}) {"
               "    v = Relu(x) y = Neg(v) }",
               "g (float[1,3,4] x {UINT2}) => (float[1,3,4] y, float[1,3,4] v {UINT2})"
               "    <float[1,3,4] a {UINT2}, float[1,3,4] b {UINT2}> {"
               "    a = Relu(x) b, v = " COPIES("2", "[2, 2]") "(a) y = Neg(b) }");
}

/* A copy without a layout would be taken for channels-last. */
Test(infer_duplicate_streams_layer, copies_know_that_their_channels_are_first)
{
    check_pass(PASS,
               "g (float[1,3,1,4] x {UINT2}) => (float[1,3,1,4] y, float[1,3,1,4] z)"
               "    <float[1,3,1,4] v {UINT2, NCHW}> { v = Relu(x) y = Neg(v) z = Abs(v) }",
               "g (float[1,3,1,4] x {UINT2}) => (float[1,3,1,4] y, float[1,3,1,4] z)"
               "    <float[1,3,1,4] v {UINT2, NCHW}, float[1,3,1,4] a {UINT2, NCHW},"
               "     float[1,3,1,4] b {UINT2, NCHW}> { v = Relu(x) a, b ="
               "    finn.custom_op.fpgadataflow.DuplicateStreams <backend = \"fpgadataflow\","
               "        PE = 1, NumChannels = 4, inputDataType = \"UINT2\","
               "        numInputVectors = [1, 3, 1], NumOutputStreams = 2,"
               "        outFIFODepths = [2, 2]> (v)"
               "    y = Neg(a) z = Abs(b) }");
}

Test(infer_duplicate_streams_layer, readers_in_bodies_count)
{
    check_pass(
        PASS,
        "g (bool c, float[1,3,4] x {UINT2}) => (float[1,3,4] y, float[1,3,4] z)"
        "    <float[1,3,4] v {UINT2}> {"
        "    v = Relu(x)"
        "    y = If <then_branch = t () => (float[1,3,4] p) { p = Neg(v) },"
        "        else_branch = e () => (float[1,3,4] q) { q = Abs(v) }> (c)"
        "    z = Neg(v) }",
        "g (bool c, float[1,3,4] x {UINT2}) => (float[1,3,4] y, float[1,3,4] z)"
        "    <float[1,3,4] v {UINT2}, float[1,3,4] a {UINT2}, float[1,3,4] b {UINT2},"
        "     float[1,3,4] d {UINT2}> {"
        "    v = Relu(x) a, b, d = " COPIES(
            "3", "[2, 2, 2]") "(v)"
                              "    y = If <then_branch = t () => (float[1,3,4] p) { p = Neg(a) },"
                              "        else_branch = e () => (float[1,3,4] q) { q = Abs(b) }> (c)"
                              "    z = Neg(d) }");
}

Test(infer_duplicate_streams_layer, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,2] x) => (float[1,2] y, float[1,2] z) {"
         "    [r] v = Relu(x) y = Neg(v) z = Abs(v) }",
         "r (Relu): v is FLOAT32: layers take integers"},
        {"g (float[1,2] x {UINT2}) => (float[1,2] y, float[1,2] z) { [n] y = Neg(x) z = Abs(x) }",
         "n (Neg): x has 2 readers, but comes from outside"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged(PASS, cases[i].text);
    }
}

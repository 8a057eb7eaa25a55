#include "support/check_pass.h"

#include <criterion/criterion.h>

#define HLS "finn.custom_op.fpgadataflow.hls."
#define THRESHOLDING(channels, attrs)                                                              \
    HLS "Thresholding_hls<backend=\"fpgadataflow\", NumChannels=" #channels ", numSteps=1,"        \
        " PE=2, inputDataType=\"INT8\", weightDataType=\"INT8\", outputDataType=\"INT2\","         \
        " numInputVectors=[1,3]" attrs ">"
#define LAYER(attrs) THRESHOLDING(4, attrs)
#define SUMS                                                                                       \
    HLS "CheckSum_hls<backend=\"fpgadataflow\", folded_shape=[1,3,2,2], inputDataType=\"INT2\","   \
        "    items_per_word=2, words_per_frame=6>"
#define HOOK ", output_hook=\"checksum\""

Test(insert_hook, sums_up_what_a_layer_makes)
{
    check_pass_unrun("InsertHook",
                     "g (float[1,3,4] x) => (float[1,3,4] y) <float[4,1] t = {1,2,3,4},"
                     "    float[1,3,4] a {INT2}> {"
                     "    a = " LAYER(HOOK) "(x, t) b = " LAYER("") "(a, t) y = Add(b, a) }",
                     "g (float[1,3,4] x) => (float[1,3,4] y) <float[4,1] t = {1,2,3,4},"
                     "    float[4,1] t2 = {1,2,3,4}, float[1,3,4] a {INT2}, float[1,3,4] c,"
                     "    float[1] s> {"
                     "    a = " LAYER(HOOK) "(x, t) c, s = " SUMS
                                            "(a) b = " LAYER("") "(c, t2)"
                                                                 "    y = Add(b, c) }");
}

Test(insert_hook, a_graph_output_is_the_copy)
{
    check_pass_unrun("InsertHook",
                     "g (float[1,3,4] x) => (float[1,3,4] y {INT2}) <float[4,1] t = {1,2,3,4}> {"
                     "    y = " LAYER(HOOK) "(x, t) }",
                     "g (float[1,3,4] x) => (float[1,3,4] y {INT2}) <float[4,1] t = {1,2,3,4},"
                     "    float[1,3,4] a {INT2}, float[1] s> {"
                     "    a = " LAYER(HOOK) "(x, t) y, s = " SUMS "(a) }");
}

/* What leaves a layer is no wider, nor cut otherwise, than the layer says. */
Test(insert_hook, asks_the_layer_for_its_stream)
{
#define CHECK(folded, type, items, words)                                                          \
    HLS "CheckSum_hls<backend=\"fpgadataflow\", folded_shape=" folded ", inputDataType=\"" type    \
        "\", items_per_word=" #items ", words_per_frame=" #words ">"
#define PAD                                                                                        \
    HLS "FMPadding_hls<backend=\"fpgadataflow\", ImgDim=[2,2], Padding=[1,1,1,1], NumChannels=4,"  \
        " SIMD=2, inputDataType=\"UINT2\"" HOOK ">"
#define ADD                                                                                          \
    HLS "AddStreams_hls<backend=\"fpgadataflow\", NumChannels=4, PE=2, inputDataType=\"UINT2\"" HOOK \
        ">"
#define LABEL                                                                                      \
    HLS "LabelSelect_hls<backend=\"fpgadataflow\", Labels=4, PE=2, K=1, inputDataType=\"UINT2\","  \
        " outputDataType=\"\"" HOOK ">"
    check_pass_unrun("InsertHook",
                     "g (float[1,2,2,4] x {UINT2}) => (float[1,4,4,4] y) { y = " PAD "(x) }",
                     "g (float[1,2,2,4] x {UINT2}) => (float[1,4,4,4] y)"
                     "    <float[1,4,4,4] a, float[1] s> { a = " PAD
                     "(x) y, s = " CHECK("[1,4,4,2,2]", "UINT2", 2, 32) "(a) }");
    check_pass_unrun("InsertHook",
                     "g (float[1,4] x {UINT2}, float[1,4] z {UINT2}) => (float[1,4] y) {"
                     "    y = " ADD "(x, z) }",
                     "g (float[1,4] x {UINT2}, float[1,4] z {UINT2}) => (float[1,4] y)"
                     "    <float[1,4] a, float[1] s> { a = " ADD
                     "(x, z) y, s = " CHECK("[1,2,2]", "UINT3", 2, 2) "(a) }");
    check_pass_unrun("InsertHook",
                     "g (float[1,4] x {UINT2}) => (float[1,1] y) { y = " LABEL "(x) }",
                     "g (float[1,4] x {UINT2}) => (float[1,1] y) <float[1,1] a, float[1] s> {"
                     "    a = " LABEL "(x) y, s = " CHECK("[1,1,1]", "UINT8", 1, 1) "(a) }");
}

Test(insert_hook, says_why_not)
{
    check_remark("InsertHook",
                 "g (float[1,3,4] x) => (float[1,3,4] y) <float[4,1] t = {1,2,3,4}> {"
                 "    [l] y = " LAYER(", output_hook=\"trace\"") "(x, t) }",
                 "l (Thresholding_hls): its output_hook trace is none that is known");
    check_remark("InsertHook",
                 "g (float[1,3,3] x) => (float[1,3,3] y) <float[1,1] t = {1}> {"
                 "    [l] y = " THRESHOLDING(3, HOOK) "(x, t) }",
                 "PE 2 does not divide NumChannels 3");
    check_remark("InsertHook",
                 "g (float[1,2,4] x) => (float[1,2,4] y) <float[4,1] t = {1,2,3,4}> {"
                 "    [l] y = " LAYER(HOOK) "(x, t) }",
                 "y has 8 elements, the layer's attributes make it 12");
    check_remark("InsertHook",
                 "g (float[1,4] x {INT4}) => (int64[1,1] i {UINT8}) { [l] i = " HLS
                 "LabelSelect_hls<backend=\"fpgadataflow\", Labels=4, K=1, PE=1,"
                 "    inputDataType=\"INT4\", numInputVectors=[1]" HOOK ">(x) }",
                 "l (LabelSelect_hls): the elements of its output are not FLOAT");
    check_unchanged_unrun("InsertHook,InsertHook{}",
                          "g (float[1,3,4] x) => (float[1,3,4] y) <float[4,1] t = {1,2,3,4}> {"
                          "    y = " LAYER("") "(x, t) }");
}

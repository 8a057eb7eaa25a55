#include "support/check_pass.h"

#include <criterion/criterion.h>

#define HLS "finn.custom_op.fpgadataflow.hls."
#define LAYER(attrs)                                                                               \
    HLS "Thresholding_hls<backend=\"fpgadataflow\", PE=2, outputDataType=\"INT2\"" attrs ">"
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

Test(insert_hook, says_why_not)
{
    check_remark("InsertHook",
                 "g (float[1,3,4] x) => (float[1,3,4] y) <float[4,1] t = {1,2,3,4}> {"
                 "    [l] y = " LAYER(", output_hook=\"trace\"") "(x, t) }",
                 "l (Thresholding_hls): its output_hook trace is none that is known");
    check_remark("InsertHook",
                 "g (float[1,3,3] x) => (float[1,3,3] y) <float[1,1] t = {1}> {"
                 "    [l] y = " LAYER(HOOK) "(x, t) }",
                 "l (Thresholding_hls): its PE does not divide the channels");
    check_remark("InsertHook",
                 "g (float[1,4] x {INT4}) => (int64[1,1] i {UINT8}) { [l] i = " HLS
                 "LabelSelect_hls<backend=\"fpgadataflow\", Labels=4, K=1, PE=1,"
                 "    inputDataType=\"INT4\", numInputVectors=[1]" HOOK ">(x) }",
                 "l (LabelSelect_hls): the elements of its output are not FLOAT");
    check_unchanged_unrun("InsertHook,InsertHook{}",
                          "g (float[1,3,4] x) => (float[1,3,4] y) <float[4,1] t = {1,2,3,4}> {"
                          "    y = " LAYER("") "(x, t) }");
}

#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define MVAU(simd, pe, more)                                                                       \
    HLS "MVAU_hls<backend=\"fpgadataflow\", MW=12, MH=8, SIMD=" #simd ", PE=" #pe                  \
        ", inputDataType=\"INT2\", weightDataType=\"INT4\", outputDataType=\"INT12\","             \
        " noActivation=1" more ">"
#define PRODUCT(node)                                                                              \
    "g (float[1,12] x {INT2}) => (float[1,8] y {INT12}) <float[12,8] w {INT4}> {"                  \
    "    [MVAU_hls_0] y = " node "(x, w) }"

/* 96 cycles unfolded: SIMD 4 gives 24; "fewer than" is meant. */
Test(set_folding, simd_before_pe)
{
    check_pass_unrun("SetFolding{target_cycles_per_frame=25}", PRODUCT(MVAU(1, 1, "")),
                     PRODUCT(MVAU(4, 1, ", cycles_estimate=24")));
    check_pass_unrun("SetFolding{target_cycles_per_frame=24}", PRODUCT(MVAU(1, 1, "")),
                     PRODUCT(MVAU(6, 1, ", cycles_estimate=16")));
}

/* Four bits a weight: SIMD 3 is as wide as 12 bits allow, PE does the rest. */
Test(set_folding, weights_of_a_pe_are_no_wider_than_said)
{
    check_pass_unrun("SetFolding{target_cycles_per_frame=20, mvau_wwidth_max=12}",
                     PRODUCT(MVAU(12, 8, "")), PRODUCT(MVAU(3, 2, ", cycles_estimate=16")));
}

Test(set_folding, one_that_is_too_slow_sets_the_pace)
{
    check_pass_unrun(
        "SetFolding{target_cycles_per_frame=2, mvau_wwidth_max=4}",
        "g (float[1,12] x {INT2}) => (float[1,8] y {INT12}) <float[12] p {UINT1},"
        "    float[1,12] a {INT2}, float[12,8] w {INT4}> {"
        "    [ChannelwiseOp_hls_0] a = " COPY(12, 1, "INT2",
                                              "") "(x, p)"
                                                  "    [MVAU_hls_0] y = " MVAU(1, 1, "") "(a, w) }",
        "g (float[1,12] x {INT2}) => (float[1,8] y {INT12}) <float[12] p {UINT1},"
        "    float[1,12] a {INT2}, float[12,8] w {INT4}> {"
        "    [ChannelwiseOp_hls_0] a = " COPY(
            12, 2, "INT2", ", cycles_estimate=6") "(x, p)"
                                                  "    [MVAU_hls_0] y = " MVAU(
                                                      1, 8, ", cycles_estimate=12") "(a, w) }");
}

Test(set_folding, says_what_it_does_not_know)
{
    check_remark("SetFolding{two_pass_relaxation=false}",
                 "g (float[1,4] a {INT2}, float[1,12] b {INT2}) => (float[1,16] z {INT2}) {"
                 "    [c] z = " HLS
                 "StreamingConcat_hls<backend=\"fpgadataflow\", ElemsPerStream=[4,12],"
                 "        inputDataType=\"INT2\">(a, b) }",
                 "c (StreamingConcat_hls): SetFolding has no rule for StreamingConcat_hls");
    check_refused("SetFolding", "g (float[1,4] x) => (float[1,4] z) { z = Neg(x) }",
                  "no layer is bound to HLS or RTL");
    check_refused("SetFolding{target_cycles_per_frame=0}", PRODUCT(MVAU(1, 1, "")),
                  "target_cycles_per_frame is 0");
}

Test(set_folding, who_reads_windows_needs_a_generator)
{
    check_refused("SetFolding",
                  "g (float[1,1,1,36] x {INT2}) => (float[1,1,1,4] y {INT12})"
                  "<float[4,1,3,3] w {INT4}> { [v] y = " HLS
                  "VVAU_hls<backend=\"fpgadataflow\", PE=1, Dim=[1,1], Channels=4, Kernel=[3,3],"
                  "    inputDataType=\"INT2\", weightDataType=\"INT4\", outputDataType=\"INT12\","
                  "    noActivation=1>(x, w) }",
                  "v (VVAU_hls): reads windows of 9 elements");
}

/* Its divisors would be looked for a quarter of a minute, layer by layer. */
Test(set_folding, what_no_layer_could_have_is_not_searched)
{
    check_refused("SetFolding",
                  "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4,4] w {INT2}>"
                  " { [m] z = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=4611686018427387847,"
                  " MH=1, SIMD=1, PE=1, inputDataType=\"INT2\", weightDataType=\"INT2\","
                  " outputDataType=\"INT2\", noActivation=1>(x, w) }",
                  "SIMD has to divide 4611686018427387847, which is too large to be searched");
}

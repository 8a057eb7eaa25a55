#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS   "RemoveCNVtoFCFlatten"
#define LAYERS "finn.custom_op.fpgadataflow."
#define MVAU(type, attrs)                                                                          \
    LAYERS type                                                                                    \
        " <backend = \"fpgadataflow\", MH = 2, SIMD = 1, PE = 1, inputDataType = \"INT3\","        \
        " weightDataType = \"INT4\", outputDataType = \"INT8\", noActivation = 1," attrs "> "
/* Makes a picture of 1 by 2 pixels and 2 channels. */
#define POOL                                                                                       \
    "p = " LAYERS                                                                                  \
    "StreamingMaxPool <backend = \"fpgadataflow\", ImgDim = [2, 4], PoolDim = [2, 2],"             \
    "    NumChannels = 2, PE = 1, dataType = \"INT3\"> (x) "
#define G(between, w, body)                                                                        \
    "g (float[1,2,4,2] x {INT3}) => (float[1,2] y {INT8}) <float[1,1,2,2] p {INT3}, " between w    \
    "> {" POOL body "}"
#define FLAT   "float[1,4] f {INT3}, "
#define TURNED "float[1,2,1,2] a {INT3}, "
#define S      "int64[2] s = {1, -1}, "

Test(remove_cnv_to_fc_flatten, a_transpose_goes_into_the_weights)
{
    /* rows (channel, pixel) become rows (pixel, channel) */
    check_pass(PASS,
               G(TURNED FLAT, "float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}",
                 "a = Transpose <perm = [0, 3, 1, 2]> (p) f = Flatten(a)"
                 " y = " MVAU("MVAU", "MW = 4, numInputVectors = [1]") "(f, w)"),
               G("", "float[4,2] w {INT4} = {1, 2, 5, 6, 3, 4, 7, -8}",
                 "y = " MVAU("MVAU", "MW = 4, numInputVectors = [1]") "(p, w)"));
}

Test(remove_cnv_to_fc_flatten, a_reshape_flattens_too)
{
    check_pass(PASS,
               G(TURNED FLAT S, "float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}",
                 "a = Transpose <perm = [0, 3, 1, 2]> (p) f = Reshape(a, s)"
                 " y = " MVAU("MVAU", "MW = 4, numInputVectors = [1]") "(f, w)"),
               G("", "float[4,2] w {INT4} = {1, 2, 5, 6, 3, 4, 7, -8}",
                 "y = " MVAU("MVAU", "MW = 4, numInputVectors = [1]") "(p, w)"));
}

Test(remove_cnv_to_fc_flatten, pixel_by_pixel_the_weights_stay)
{
    check_pass(
        PASS,
        G(FLAT, "float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}",
          "f = Flatten(p) y = " MVAU("hls.MVAU_hls", "MW = 4, numInputVectors = [1]") "(f, w)"),
        G("", "float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}",
          "y = " MVAU("hls.MVAU_hls", "MW = 4, numInputVectors = [1]") "(p, w)"));
}

#define W     "float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6, 7, -8}"
#define LAYER MVAU("MVAU", "MW = 4, numInputVectors = [1]")

Test(remove_cnv_to_fc_flatten, others_read_what_they_read)
{
    check_pass(PASS,
               "g (float[1,2,4,2] x {INT3}, float[1,4] v) => (float[1,2] y {INT8}, float[1,2] z)"
               " <float[1,1,2,2] p {INT3}, " TURNED FLAT W "> {" POOL
               "a = Transpose <perm = [0, 3, 1, 2]> (p) f = Flatten(a) y = " LAYER
               "(f, w) z = MatMul(v, w) }",
               "g (float[1,2,4,2] x {INT3}, float[1,4] v) => (float[1,2] y {INT8}, float[1,2] z)"
               " <float[1,1,2,2] p {INT3}, float[4,2] u {INT4} = {1, 2, 5, 6, 3, 4, 7, -8}, " W
               "> {" POOL "y = " LAYER "(p, u) z = MatMul(v, w) }");
    check_unchanged(
        PASS, "g (float[1,2,4,2] x {INT3}) => (float[1,2] y {INT8}, float[1,4] f {INT3})"
              " <float[1,1,2,2] p {INT3}, " W "> {" POOL "f = Flatten(p) y = " LAYER "(f, w) }");
}

Test(remove_cnv_to_fc_flatten, says_why_not)
{
    /* axis 2: two vectors of two elements */
    check_remark(
        PASS,
        "g (float[1,2,4,2] x {INT3}) => (float[2,2] y {INT8}) <float[1,1,2,2] p {INT3},"
        " float[2,2] f {INT3}, float[2,2] w {INT4} = {1, 2, 3, 4}> {" POOL
        "f = Flatten <axis = 3> (p) y = " MVAU("MVAU", "MW = 2, numInputVectors = [2]") "(f, w) }",
        "f is not one vector for each entry of the batch");
    check_remark(PASS,
                 "g (float[1,1,2,2] p {INT3}) => (float[1,2] y {INT8}) <" FLAT W "> {"
                 "    f = Flatten(p) y = " LAYER "(f, w) }",
                 "p, which is flattened, comes from no hardware layer");
    check_remark(PASS,
                 "g (float[1,1,2,2] p {INT3}) => (float[1,2] y {INT8}) <" TURNED FLAT W "> {"
                 "    a = Transpose <perm = [0, 3, 1, 2]> (p) f = Flatten(a) y = " LAYER "(f, w) }",
                 "p, which is flattened, comes from no hardware layer");
    check_remark(PASS,
                 G(TURNED FLAT, W,
                   "a = Transpose <perm = [0, 2, 1, 3]> (p) f = Flatten(a) y = " LAYER "(f, w)"),
                 "wants Transpose with perm=[0,3,1,2], it has perm=[0,2,1,3]");
    check_remark(PASS, G(FLAT, W, "f = Flatten(p) y = " MVAU("MVAU", "MW = 4") "(f, w)"),
                 "does not say how many vectors it reads");
    check_remark(PASS,
                 G(TURNED FLAT, "float[2,2] w {INT4} = {1, 2, 3, 4}",
                   "a = Transpose <perm = [0, 3, 1, 2]> (p) f = Flatten(a) y = " MVAU(
                       "MVAU", "MW = 2, numInputVectors = [2]") "(f, w)"),
                 "no row for each of 1 by 2 pixels and 2 channels");
    check_remark(PASS,
                 "g (float[N,2,4,2] x {INT3}) => (float[N,2] y {INT8}) <" W "> {" POOL
                 "f = Flatten(p) y = " LAYER "(f, w) }",
                 "the shapes around it are not known");
}

#define SIGNS                                                                                      \
    LAYERS "Thresholding <backend = \"fpgadataflow\", PE = 1, inputDataType = \"INT3\","           \
           " weightDataType = \"INT4\", outputDataType = \"UINT2\", numSteps = 1, "

Test(remove_cnv_to_fc_flatten, one_pixel_keeps_its_channels)
{
    check_pass(PASS,
               "g (float[1,2,2,2] x {INT3}) => (float[1,2] y {UINT2}) <float[1,1,1,2] p {INT3},"
               " float[1,2] f {INT3}, float[2,1] t {INT4} = {1, 2}> {" POOL
               "f = Flatten(p) y = " SIGNS "NumChannels = 2, numInputVectors = [1]> (f, t) }",
               "g (float[1,2,2,2] x {INT3}) => (float[1,2] y {UINT2}) <float[1,1,1,2] p {INT3},"
               " float[2,1] t {INT4} = {1, 2}> {" POOL "y = " SIGNS
               "NumChannels = 2, numInputVectors = [1]> (p, t) }");
    check_remark(PASS,
                 "g (float[1,2,4,2] x {INT3}) => (float[1,4] y {UINT2}) <float[1,1,2,2] p {INT3},"
                 " " FLAT "float[1,1] t {INT4} = {1}> {" POOL "f = Flatten(p) y = " SIGNS
                 "NumChannels = 4, numInputVectors = [1]> (f, t) }",
                 "of 2 channels it makes 4");
}

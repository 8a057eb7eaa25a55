#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferUpsample"
#define NEAREST                                                                                    \
    "mode = \"nearest\", nearest_mode = \"floor\","                                                \
    "coordinate_transformation_mode = \"asymmetric\""
#define LAYER(attrs)                                                                               \
    "finn.custom_op.fpgadataflow.UpsampleNearestNeighbour <backend = \"fpgadataflow\","            \
    "    inputDataType = \"INT4\", NumChannels = 2, " attrs ">"

Test(infer_upsample, squares_grow_both_ways)
{
    check_pass(PASS,
               "g (float[2,3,3,2] x {INT4, NHWC}) => (float[2,6,6,2] y {INT4})"
               "    <float[4] s = {1, 2, 2, 1}> { y = Resize <" NEAREST "> (x, , s) }",
               "g (float[2,3,3,2] x {INT4, NHWC}) => (float[2,6,6,2] y {INT4}) { y = " LAYER(
                   "IFMDim = 3, OFMDim = 6, numInputVectors = 2, DimMode = 0") "(x) }");
    check_pass(PASS,
               "<ir_version: 8, opset_import: [\"\": 9]>"
               "g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,9,9,2] y {INT4})"
               "    <float[4] s = {1, 3, 3, 1}> { y = Upsample <mode = \"nearest\"> (x, s) }",
               "g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,9,9,2] y {INT4}) { y = " LAYER(
                   "IFMDim = 3, OFMDim = 9, numInputVectors = 1, DimMode = 0") "(x) }");
}

Test(infer_upsample, columns_grow_one_way)
{
    check_pass(PASS,
               "g (float[1,3,1,2] x {INT4, NHWC}) => (float[1,6,1,2] y {INT4})"
               "    <int64[4] s = {1, 6, 1, 2}> { y = Resize <" NEAREST "> (x, , , s) }",
               "g (float[1,3,1,2] x {INT4, NHWC}) => (float[1,6,1,2] y {INT4}) { y = " LAYER(
                   "IFMDim = 3, OFMDim = 6, numInputVectors = 1, DimMode = 1") "(x) }");
}

Test(infer_upsample, says_why_not)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,3,3,2] x {NHWC}) => (float[1,6,6,2] y)"
         "    <float[4] s = {1, 2, 2, 1}> { [r] y = Resize <" NEAREST "> (x, , s) }",
         "r (Resize): x is FLOAT32: layers take integers"},
        {"g (float[1,3,3,2] x {INT4}) => (float[1,6,6,2] y)"
         "    <float[4] s = {1, 2, 2, 1}> { y = Resize <" NEAREST "> (x, , s) }",
         "x is laid out as nobody knows, not NHWC"},
        {"g (float[1,2,3,3] x {INT4, NCHW}) => (float[1,2,6,6] y)"
         "    <float[4] s = {1, 1, 2, 2}> { y = Resize <" NEAREST "> (x, , s) }",
         "x is laid out as NCHW, not NHWC"},
        {"g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,6,6,2] y)"
         "    <float[4] s = {1, 2, 2, 1}> { y = Resize <mode = \"linear\"> (x, , s) }",
         "its mode is linear, not nearest"},
        /* A square along one axis, a column along both: upstream converts them. */
        {"g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,6,3,2] y)"
         "    <float[4] s = {1, 2, 1, 1}> { y = Resize <" NEAREST "> (x, , s) }",
         "it repeats 3 by 3 pixels 2 by 1 times: the layer takes squares, or columns"},
        {"g (float[1,3,1,2] x {INT4, NHWC}) => (float[1,6,2,2] y)"
         "    <float[4] s = {1, 2, 2, 1}> { y = Resize <" NEAREST "> (x, , s) }",
         "it repeats 3 by 1 pixels 2 by 2 times"},
        {"g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,6,6,2] y)"
         "    <float[4] s = {1, 2.1, 2.1, 1}> { y = Resize <" NEAREST "> (x, , s) }",
         "axis 1 goes from 3 to 6 pixels: the layer repeats them a whole number of times"},
        {"g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,6,6,4] y)"
         "    <float[4] s = {1, 2, 2, 2}> { y = Resize <" NEAREST "> (x, , s) }",
         "it repeats images 1 and channels 2 times"},
        {"g (float[1,3,3,2] x {INT4, NHWC}) => (float[1,6,6,2] y)"
         "    <float[4] s = {1, 2, 2, 1}> { y = Resize <mode = \"nearest\","
         "        coordinate_transformation_mode = \"align_corners\"> (x, , s) }",
         "some pixels come from other places than those that they cover"},
        /* As large as before, and yet it takes a quarter of the picture; it takes the next pixel.
         */
        {"g (float[1,4,4,1] x {INT4, NHWC}) => (float[1,4,4,1] y)"
         "    <float[8] roi = {0, 0.5, 0.5, 0, 1, 1, 1, 1}, int64[4] sz = {1, 4, 4, 1}> {"
         "    y = Resize <mode = \"nearest\", coordinate_transformation_mode ="
         "        \"tf_crop_and_resize\"> (x, roi, , sz) }",
         "some pixels come from other places than those that they cover"},
        {"<ir_version: 8, opset_import: [\"\": 11]>"
         "g (float[1,4,4,1] x {INT4, NHWC}) => (float[1,4,4,1] y)"
         "    <float[0] roi = {}, float[4] s = {1, 1, 1, 1}> { y = Resize <mode = \"nearest\","
         "    nearest_mode = \"ceil\", coordinate_transformation_mode = \"tf_half_pixel_for_nn\">"
         "    (x, roi, s) }",
         "some pixels come from other places than those that they cover"},
        {"g (float[1,3,3,2] x {INT4, NHWC}, float[4] s) => (float[1,6,6,2] y) {"
         "    y = Resize <" NEAREST "> (x, , s) }",
         "its scales are not four constants"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_remark(PASS, cases[i].text, cases[i].reason);
        check_unchanged_unrun(PASS, cases[i].text);
    }
}

#include <support/infer_text.h>

#include <criterion/criterion.h>

#define HW "finn.custom_op.fpgadataflow."

/* RemoveCNVtoFCFlatten drops the Flatten before a layer: numInputVectors says what comes out. */
Test(hardware, vectors_are_counted_by_the_attribute)
{
#define MVAU(x, more)                                                                              \
    "n (float[" x "] x, float[8,12] w) => (y) { y = " HW "MVAU <backend = \"fpgadataflow\","       \
    " MW = 8, MH = 12, SIMD = 1, PE = 1, inputDataType = \"INT2\", weightDataType = \"INT2\","     \
    " outputDataType = \"INT32\", noActivation = 1" more "> (x, w) }"
    check_shapes(MVAU("1,1,1,8", ", numInputVectors = [1]"), "FLOAT[1,12]");
    check_shapes(MVAU("1,3,3,8", ", numInputVectors = [1, 3, 3]"), "FLOAT[1,3,3,12]");
    check_shapes(MVAU("1,3,3,8", ""), "FLOAT[1,3,3,12]");
    check_shapes_fail(MVAU("1,8", ", numInputVectors = [-1]"), "numInputVectors");
}

Test(hardware, windows_on_a_line_are_lines)
{
#define MAX_POOL(x, k, more)                                                                       \
    "n (float[" x "] x) => (y) { y = " HW "StreamingMaxPool <backend = \"fpgadataflow\","          \
    " ImgDim = [8, 8], PoolDim = [" k "], NumChannels = 3, dataType = \"INT2\"" more "> (x) }"
    check_shapes(MAX_POOL("1,8,6,3", "2, 3", ""), "FLOAT[1,4,2,3]");
    check_shapes(MAX_POOL("1,9,1,3", "2, 1", ""), "FLOAT[1,4,1,3]");
    check_shapes(MAX_POOL("1,1,9,3", "2, 1", ", CeilMode = 1"), "FLOAT[1,1,5,3]");
    check_shapes_fail(MAX_POOL("1,8,6,3", "0, 3", ""), "PoolDim");
}

/* A layer's tensors hold integers in whatever the model stores them. */
Test(hardware, outputs_keep_the_element_type_that_the_model_gives)
{
    check_shapes("n (int64[1,4] x) => (float[1,4] y) { y = " HW "StreamingFIFO"
                 " <backend = \"fpgadataflow\", depth = 2, folded_shape = [1, 4],"
                 " normal_shape = [1, 4], dataType = \"INT2\"> (x) }",
                 "FLOAT[1,4]");
    check_shapes("n (float[1,10] x) => (int64[1,3] y) { y = " HW "LabelSelect"
                 " <backend = \"fpgadataflow\", Labels = 10, PE = 1, K = 3,"
                 " inputDataType = \"INT2\"> (x) }",
                 "INT64[1,3]");
}

Test(hardware, types_span_what_can_come_out)
{
    check_dtypes("n (float[1,4] a {BIPOLAR}, float[1,4] b {BIPOLAR}) => (y) { y = " HW
                 "AddStreams <backend = \"fpgadataflow\", NumChannels = 4, PE = 1,"
                 " inputDataType = \"BIPOLAR\"> (a, b) }",
                 "INT3");
    check_dtypes("n (float[1,4] a {INT4}, float[1,4] b {INT4}) => (y) { y = " HW
                 "AddStreams <backend = \"fpgadataflow\", NumChannels = 4, PE = 1,"
                 " inputDataType = \"INT4\"> (a, b) }",
                 "INT5");
    check_dtypes("n (float[1,7,7,4] x {UINT4}) => (y) { y = " HW
                 "GlobalAccPool <backend = \"fpgadataflow\", NumChannels = 4, PE = 1,"
                 " inputDataType = \"UINT4\"> (x) }",
                 "UINT10");
    check_dtypes_fail("n (float[1,4] a {INT64}, float[1,4] b {INT64}) => (y) { y = " HW
                      "AddStreams <backend = \"fpgadataflow\", NumChannels = 4, PE = 1,"
                      " inputDataType = \"INT64\"> (a, b) }",
                      "no type of 64 bits holds");
    check_dtypes_fail("n (float[1,7,7,4] x {UINT62}) => (y) { y = " HW
                      "GlobalAccPool <backend = \"fpgadataflow\", NumChannels = 4, PE = 1,"
                      " inputDataType = \"UINT62\"> (x) }",
                      "no type of 64 bits holds");
}

/* Upstream's type where that holds both ends of the differences and 0. */
Test(hardware, differences_have_a_type_that_holds_them)
{
#define SUB(a, b)                                                                                  \
    "n (float[1,4] a {" a "}, float[1,4] b {" b "}) => (y) { y = " HW                              \
    "StreamingEltwise <backend = \"fpgadataflow\", NumChannels = 4, PE = 1, eltwiseOp = \"Sub\","  \
    " inputDataType0 = \"" a "\", inputDataType1 = \"" b "\"> (a, b) }"
    check_dtypes(SUB("BINARY", "BINARY"), "INT2");   /* -1 to 1; not BIPOLAR */
    check_dtypes(SUB("TERNARY", "TERNARY"), "INT3"); /* -2 to 2; not INT2 */
    check_dtypes(SUB("INT1", "INT3"), "INT4");       /* -4 to 4; not INT3 */
    check_dtypes(SUB("INT4", "INT4"), "INT5");       /* -15 to 15 */
    check_dtypes(SUB("UINT4", "UINT2"), "INT5");     /* -3 to 15 */
    check_dtypes_fail(SUB("INT64", "INT64"), "no type of 64 bits holds");
}

Test(hardware, streams_side_by_side_have_a_type_that_holds_both)
{
    check_dtypes("n (float[1,2] a {INT4}, float[1,2] b {INT8}) => (y) { y = " HW
                 "StreamingConcat <backend = \"fpgadataflow\", ElemsPerStream = [2, 2],"
                 " inputDataType = \"INT4\"> (a, b) }",
                 "INT8");
}

/* Layers run on any number of images, whatever they were made for. */
Test(hardware, images_are_as_many_as_come_in)
{
#define THRESHOLDING(x, more)                                                                      \
    "n (float[" x "] x) => (y) <float[4,1] t = {1, 2, 3, 4}> { y = " HW                            \
    "Thresholding <backend = \"fpgadataflow\", NumChannels = 4, PE = 1, numSteps = 1,"             \
    " inputDataType = \"INT4\", weightDataType = \"INT4\", outputDataType = \"BINARY\"" more       \
    "> (x, t) }"
    check_shapes(MVAU("2,8", ", numInputVectors = [1]"), "FLOAT[2,12]");
    check_shapes(MVAU("N,8", ", numInputVectors = [1]"), "FLOAT[N,12]");
    check_shapes(MVAU("2,1,1,8", ", numInputVectors = [1]"), "FLOAT[2,12]");
    check_shapes(MVAU("2,3,3,8", ", numInputVectors = [1, 3, 3]"), "FLOAT[2,3,3,12]");
    check_shapes(MVAU("4,8", ", numInputVectors = [2, 2]"), "FLOAT[2,2,12]");
    check_shapes(MVAU("1,2,2,2", ", numInputVectors = [1]"), "FLOAT[1,12]");
    check_shapes(THRESHOLDING("2,4", ", numInputVectors = [1]"), "FLOAT[2,4]");
    check_shapes(
        "n (float[2,4] x) => (y) { y = " HW "LabelSelect <backend = \"fpgadataflow\","
        " Labels = 4, K = 2, PE = 1, inputDataType = \"INT4\", numInputVectors = [1]> (x) }",
        "FLOAT[2,2]");
    check_shapes_fail(MVAU("1,3,3,8", ", numInputVectors = [1, 2, 2]"),
                      "the input has 9 vectors, attribute numInputVectors says 4");
    check_shapes_fail(THRESHOLDING("1,3,4", ", numInputVectors = [1]"), "the input has 3 vectors");
}

Test(hardware, parameters_lie_along_the_channels)
{
#define CHANNELWISE(shape, values)                                                                 \
    "n (float[1,2] x) => (y) <float" shape " p = {" values "}> { y = " HW                          \
    "ChannelwiseOp <backend = \"fpgadataflow\", Func = \"add\", NumChannels = 2, PE = 1,"          \
    " inputDataType = \"INT4\", paramDataType = \"INT4\", outputDataType = \"INT8\"> (x, p) }"
    check_node_passes(CHANNELWISE("[2]", "1, 2"));
    check_node_passes(CHANNELWISE("[1,2]", "1, 2"));
    check_node_passes(CHANNELWISE("", "1"));
    check_node_fails(CHANNELWISE("[2,2]", "1, 2, 3, 4"),
                     "input 1 (param) has the shape [2,2], should have a number per channel");
    check_node_fails(CHANNELWISE("[1,1,2]", "1, 2"), "shape [1,1,2]");
}

Test(hardware, rows_are_whole_windows)
{
#define ROWS(x, kernel)                                                                            \
    "n (float[" x "] x) => (y) { y = " HW                                                          \
    "Pool <backend = \"fpgadataflow\", Channels = 2, PE = 1,"                                      \
    " KernelSize = [" kernel "], Function = \"MaxPool\", OutImgDims = [2, 2], InputDataType ="     \
    " \"UINT4\", OutputDataType = \"UINT4\"> (x) }"
    check_node_passes(ROWS("1,2,2,8", "2, 2"));
    check_node_fails(ROWS("1,2,2,8", "3, 2"),
                     "rows have 8 elements, attributes Channels and KernelSize make windows of 12");
    check_node_fails(ROWS("1,2,8", "2, 2"), "takes (N, H, W, C), the input has rank 3");
    check_node_fails("n (float[1,2,2,3] x) => (y) <float[2,1,1,2] w = {1, 2, 3, 4}> { y = " HW
                     "VVAU <backend = \"fpgadataflow\", PE = 1, SIMD = 1, Dim = [2, 2],"
                     " Channels = 2, Kernel = [1, 2], inputDataType = \"INT4\","
                     " weightDataType = \"INT4\", outputDataType = \"INT32\", noActivation = 1>"
                     " (x, w) }",
                     "rows have 3 elements, attributes Channels and Kernel make windows of 4");
}

Test(hardware, sums_are_of_pictures_or_vectors)
{
#define SUMS(x)                                                                                    \
    "n (float[" x "] x) => (y) { y = " HW "GlobalAccPool <backend = \"fpgadataflow\","             \
    " NumChannels = 2, PE = 1, inputDataType = \"INT4\"> (x) }"
    check_shapes(SUMS("1,3,3,2"), "FLOAT[1,1,1,2]");
    check_shapes(SUMS("1,2"), "FLOAT[1,2]");
    check_shapes_fail(SUMS("1,3,2"), "takes (N, H, W, C) or (N, C), the input has rank 3");
}

/* One place, or nine: as long as that is open, so is the type. */
Test(hardware, sums_over_unknown_places_have_no_type)
{
#define PLACES(x)                                                                                  \
    "n (float[9] v {UINT2}, int64[K] s, float[" x "] x {UINT2}) => (y, z) { r = Reshape(v, s)"     \
    " y = " HW "GlobalAccPool <backend = \"fpgadataflow\", NumChannels = 2, PE = 1,"               \
    " inputDataType = \"UINT2\"> (x) z = " HW "GlobalAccPool <backend = \"fpgadataflow\","         \
    " NumChannels = 2, PE = 1, inputDataType = \"UINT2\"> (r) }"
    check_dtypes(PLACES("1,3,3,2"), "UINT5; FLOAT32");
    check_dtypes(PLACES("1,H,W,2"), "FLOAT32; FLOAT32");
    check_dtypes(PLACES("1,H,3,2"), "FLOAT32; FLOAT32");
    check_dtypes(PLACES("N,3,3,C"), "UINT5; FLOAT32");
}

/* Three vectors may be an image, or three. */
Test(hardware, images_of_unknown_size_are_not_counted)
{
    check_shapes(MVAU("2,N,8", ", numInputVectors = [1, 3]"), "FLOAT[?,3,12]");
    check_shapes(MVAU("N,3,8", ", numInputVectors = [1, 3]"), "FLOAT[N,3,12]");
    check_shapes(THRESHOLDING("N,M,4", ", numInputVectors = [1, 3]"), "FLOAT[?,3,4]");
    check_shapes("n (float[2,3,8] v, int64[K] s, float[8,12] w) => (y) { x = Reshape(v, s) y = " HW
                 "MVAU <backend = \"fpgadataflow\", MW = 8, MH = 12, SIMD = 1, PE = 1,"
                 " inputDataType = \"INT2\", weightDataType = \"INT2\", outputDataType = \"INT32\","
                 " noActivation = 1, numInputVectors = [1, 3]> (x, w) }",
                 "FLOAT[?,3,12]");
}

Test(hardware, what_layers_count_is_of_the_type_that_they_name)
{
#define COUNTS(type, more, t)                                                                      \
    "n (float[1,2] x {INT4}) => (y) <float" t "> { y = " HW                                        \
    "Thresholding <backend = \"fpgadataflow\", NumChannels = 2, PE = 1, inputDataType = \"INT4\"," \
    " weightDataType = \"INT4\", outputDataType = \"" type "\", " more "> (x, t) }"
    check_node_passes(COUNTS("UINT3", "ActVal = 0, numSteps = 5", "[1,5] t = {1, 2, 3, 4, 5}"));
    check_node_passes(COUNTS("INT4", "ActVal = -8, numSteps = 5", "[1,5] t = {1, 2, 3, 4, 5}"));
    check_node_passes(COUNTS("BIPOLAR", "numSteps = 1", "[1,1] t = {1}"));
    check_node_fails(COUNTS("UINT2", "ActVal = 0, numSteps = 5", "[1,5] t = {1, 2, 3, 4, 5}"),
                     "its results reach from 0 to 5, attribute outputDataType is UINT2");
    check_node_fails(COUNTS("UINT3", "ActVal = -1, numSteps = 5", "[1,5] t = {1, 2, 3, 4, 5}"),
                     "reach from -1 to 4, attribute outputDataType is UINT3");
    check_node_fails(COUNTS("BIPOLAR", "ActVal = -1, numSteps = 1", "[1,1] t = {1}"),
                     "reach from -3 to -1, attribute outputDataType is BIPOLAR");
    check_node_fails(COUNTS("BIPOLAR", "numSteps = 2", "[1,2] t = {1, 2}"), "from -1 to 3");
    check_dtypes_fail(COUNTS("UINT2", "ActVal = 0, numSteps = 5", "[1,5] t = {1, 2, 3, 4, 5}"),
                      "its results reach from 0 to 5");
#define LABELS(type)                                                                               \
    "n (float[1,10] x {INT4}) => (int64[1,2] y) { y = " HW                                         \
    "LabelSelect <backend = \"fpgadataflow\", Labels = 10, PE = 1, K = 2, inputDataType ="         \
    " \"INT4\", outputDataType = \"" type "\"> (x) }"
    check_node_passes(LABELS("UINT4"));
    check_node_passes(LABELS(""));
    check_node_fails(LABELS("UINT3"), "reach from 0 to 9, attribute outputDataType is UINT3");
    check_dtypes_fail(LABELS("UINT3"), "its results reach from 0 to 9");
}

/* Upstream's own models name such types, and run. */
Test(hardware, products_have_the_type_of_what_they_count)
{
#define PRODUCTS(type, more, t)                                                                     \
    "n (float[1,2] x {INT4}) => (y) <float[2,1] w = {1, 1}, float" t "> { y = " HW                  \
    "MVAU <backend = \"fpgadataflow\", MW = 2, MH = 1, SIMD = 1, PE = 1, inputDataType = \"INT4\"," \
    " weightDataType = \"INT4\", outputDataType = \"" type "\"" more "> (x, w, t) }"
    check_dtypes(PRODUCTS("UINT2", "", "[1,3] t = {1, 2, 3}"), "UINT2");
    check_dtypes(PRODUCTS("UINT2", "", "[1,4] t = {1, 2, 3, 4}"), "UINT3");
    check_dtypes(PRODUCTS("UINT2", ", ActVal = -2", "[1,3] t = {1, 2, 3}"), "INT2");
    check_dtypes(PRODUCTS("BIPOLAR", ", ActVal = -1", "[1,1] t = {1}"), "BIPOLAR");
    check_dtypes(PRODUCTS("BIPOLAR", "", "[1,2] t = {1, 2}"), "INT3");
}

Test(hardware, parameters_do_not_leave_the_type_of_the_results)
{
#define CHANNELS(x, func, p, type)                                                                 \
    "n (float[1,2] x {" x "}) => (y) <float[2] p = {" p "}> { y = " HW                             \
    "ChannelwiseOp <backend = \"fpgadataflow\", Func = \"" func "\", NumChannels = 2, PE = 1,"     \
    " inputDataType = \"" x "\", paramDataType = \"INT4\", outputDataType = \"" type               \
    "\"> (x, p) }"
    check_node_passes(CHANNELS("INT4", "add", "0, 7", "INT5"));
    check_node_fails(CHANNELS("INT4", "add", "0, 7", "INT4"),
                     "its results reach from -8 to 14, attribute outputDataType is INT4");
    check_node_passes(CHANNELS("UINT4", "mul", "-3, 2", "INT7"));
    check_node_fails(CHANNELS("UINT4", "mul", "-3, 2", "INT6"), "reach from -45 to 30");
    check_node_fails(CHANNELS("BINARY", "add", "-1, 0", "BIPOLAR"), "reach from -1 to 1");
    check_dtypes_fail(CHANNELS("INT4", "add", "0, 7", "INT4"), "its results reach from -8 to 14");
    check_node_passes(CHANNELS("INT32", "add", "0, 7", "INT32")); /* what sums are called */
    check_node_passes(CHANNELS("FLOAT32", "add", "0, 7", "INT4"));
}

Test(hardware, pools_take_the_integers_that_they_name)
{
#define POOL(x, type)                                                                              \
    "n (float[1,1,1,4] x {" x "}) => (y) { y = " HW                                                \
    "Pool <backend = \"fpgadataflow\", Channels = 1, PE = 1, KernelSize = [2, 2], Function ="      \
    " \"MaxPool\", OutImgDims = [1, 1], InputDataType = \"" type "\", OutputDataType = \"" type    \
    "\"> (x) }"
    check_node_passes(POOL("UINT4", "UINT4"));
    check_node_passes(POOL("UINT3", "INT4"));
    check_node_passes(POOL("FLOAT32", "INT4"));
    check_node_passes(POOL("BIPOLAR", "BIPOLAR"));
    check_node_fails(POOL("UINT4", "INT4"), "the input is UINT4, attribute InputDataType is INT4");
    check_node_fails(POOL("TERNARY", "BIPOLAR"), "the input is TERNARY");
    check_dtypes_fail(POOL("UINT4", "INT4"), "attribute InputDataType is INT4");
}

/* inputDataType follows the input: INT2 would not stay. */
Test(hardware, signs_are_not_padded_with_zeros)
{
#define PADDED(x)                                                                                  \
    "n (float[1,1,1,1] x {" x "}) => (y) { [p] y = " HW "FMPadding <backend = \"fpgadataflow\","   \
    " ImgDim = [1, 1], Padding = [0, 1, 0, 0], NumChannels = 1, inputDataType = \"INT2\"> (x) }"
    check_node_passes(PADDED("INT2"));
    check_dtypes(PADDED("TERNARY"), "TERNARY");
    check_node_fails(PADDED("BIPOLAR"), "pads with 0, which BIPOLAR does not hold");
    check_dtypes_fail(PADDED("BIPOLAR"), "pads with 0, which BIPOLAR does not hold");
    check_dtypes_fail(
        "n (float[1,2,2,1] x {BIPOLAR}) => (y) { y = " HW
        "FMPadding_Pixel <backend = \"fpgadataflow\", ImgDim = [2, 2], Stride = [2, 2],"
        " NumChannels = 1, SIMD = 1, inputDataType = \"INT2\"> (x) }",
        "pads with 0, which BIPOLAR does not hold");
}

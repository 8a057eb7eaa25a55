#include <support/layer_text.h>

#include <criterion/criterion.h>

#define LAYER(node) "n (float x) => (float y) { y = finn.custom_op.fpgadataflow." node " (x) }"

#define MAX_POOL(image, window, more)                                                              \
    "hls.StreamingMaxPool_hls <ImgDim = [" image "], PoolDim = [" window                           \
    "], NumChannels = 64, dataType = \"BINARY\"" more ">"

/* finn.md 9.1 */
Test(pools, pictures_are_pooled_by_whole_pixels)
{
    check_input(LAYER(MAX_POOL("28, 28", "2, 2", "")), 0,
                "BINARY[1,28,28,64] [1,28,28,1,64] 64 bits, 784 words");
    check_output(LAYER(MAX_POOL("28, 28", "2, 2", "")), 0,
                 "BINARY[1,14,14,64] [1,14,14,1,64] 64 bits, 196 words");
    check_cycles(LAYER(MAX_POOL("28, 28", "2, 2", "")), 980);
    check_cycles(LAYER(MAX_POOL("10, 10", "2, 2", "")), 125);
    check_folds(LAYER(MAX_POOL("28, 28", "2, 2", "")), "");
    check_cycles_fail(LAYER(MAX_POOL("28, 28", "3, 3", "")), "PoolDim 3 does not divide ImgDim 28");
}

Test(pools, lines_are_folded)
{
    check_input(LAYER(MAX_POOL("1, 28", "1, 3", ", PE = 16")), 0,
                "BINARY[1,1,28,64] [1,1,28,4,16] 16 bits, 112 words");
    check_output(LAYER(MAX_POOL("1, 28", "1, 3", ", PE = 16")), 0,
                 "BINARY[1,1,9,64] [1,1,9,4,16] 16 bits, 36 words");
    check_output(LAYER(MAX_POOL("28, 1", "3, 1", ", PE = 16, CeilMode = 1")), 0,
                 "BINARY[1,10,1,64] [1,10,1,4,16] 16 bits, 40 words");
    check_cycles(LAYER(MAX_POOL("1, 28", "1, 3", ", PE = 16")), 9 * 4 * 4);
    check_cycles(LAYER(MAX_POOL("28, 1", "3, 1", ", PE = 16, CeilMode = 1")), 10 * 4 * 4);
    check_folds(LAYER(MAX_POOL("28, 1", "3, 1", ", PE = 16")), "PE 16/64");
    check_cycles_fail(LAYER(MAX_POOL("28, 1", "3, 1", "")), "PE 0 does not divide");
}

#define POOL                                                                                       \
    "Pool <Channels = 6, PE = 2, KernelSize = [2, 3], Function = \"QuantAvgPool\","                \
    " OutImgDims = [4, 5], InputDataType = \"UINT4\", OutputDataType = \"UINT2\", BatchSize = 2>"

Test(pools, windows_come_as_rows)
{
    check_input(LAYER(POOL), 0, "UINT4[2,4,5,36] [2,4,5,18,2] 8 bits, 720 words");
    check_output(LAYER(POOL), 0, "UINT2[2,4,5,6] [2,4,5,3,2] 4 bits, 120 words");
    check_cycles(LAYER(POOL), 720);
    check_folds(LAYER(POOL), "PE 2/6");
    check_input_fails(
        LAYER("Pool <Channels = 6, PE = 4, KernelSize = [2, 2], Function = \"MaxPool\","
              " OutImgDims = [4, 4], InputDataType = \"UINT4\","
              " OutputDataType = \"UINT4\">"),
        0, "PE 4 does not divide Channels 6");
}

#define ACC(vectors)                                                                               \
    "GlobalAccPool <NumChannels = 6, PE = 2, inputDataType = \"UINT4\", numInputVectors = "        \
    "[" vectors "]>"

Test(pools, sums_come_when_everything_has_come_in)
{
    check_input(LAYER(ACC("1, 7, 7")), 0, "UINT4[1,7,7,6] [1,7,7,3,2] 8 bits, 147 words");
    check_output(LAYER(ACC("1, 7, 7")), 0, "UINT10[1,1,1,6] [1,1,1,3,2] 20 bits, 3 words");
    check_output(LAYER(ACC("4")), 0, "UINT4[4,6] [4,3,2] 8 bits, 12 words");
    check_cycles(LAYER(ACC("1, 7, 7")), 147 + 3);
    check_folds(LAYER(ACC("1, 7, 7")), "PE 2/6");
}

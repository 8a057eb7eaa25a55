#include <support/layer_text.h>

#include <criterion/criterion.h>

#define LAYER(node) "n (float x) => (float y) { y = finn.custom_op.fpgadataflow." node " (x) }"

#define PADDING(op, simd, n)                                                                       \
    op " <ImgDim = [4, 5], Padding = [1, 2, 0, 3], NumChannels = 6, SIMD = " simd                  \
       ", inputDataType = \"INT2\", numInputVectors = " n ">"

Test(sampling, padding_puts_words_around)
{
    check_input(LAYER(PADDING("FMPadding", "3", "1")), 0,
                "INT2[1,4,5,6] [1,4,5,2,3] 6 bits, 40 words");
    check_output(LAYER(PADDING("FMPadding", "3", "1")), 0,
                 "INT2[1,5,10,6] [1,5,10,2,3] 6 bits, 100 words");
    check_cycles(LAYER(PADDING("FMPadding", "3", "1")), 100);
    check_cycles(LAYER(PADDING("hls.FMPadding_hls", "3", "2")), 200);
    check_cycles(LAYER(PADDING("rtl.FMPadding_rtl", "6", "1")), 50);
    check_folds(LAYER(PADDING("rtl.FMPadding_rtl", "6", "1")), "SIMD 6/6");
    check_output_fails(LAYER(PADDING("FMPadding", "4", "1")), 0, "SIMD 4 does not divide");
    check_cycles_fail(LAYER("FMPadding <ImgDim = [4], Padding = [0, 0, 0, 0], NumChannels = 1,"
                            " inputDataType = \"INT2\">"),
                      "ImgDim has 1 entries");
}

#define PIXELS                                                                                     \
    "FMPadding_Pixel <ImgDim = [4, 5], Stride = [2, 3], NumChannels = 6, SIMD = 2,"                \
    " inputDataType = \"INT2\">"

Test(sampling, pixels_are_set_apart)
{
    check_input(LAYER(PIXELS), 0, "INT2[1,4,5,6] [1,4,5,3,2] 4 bits, 60 words");
    check_output(LAYER(PIXELS), 0, "INT2[1,7,13,6] [1,7,13,3,2] 4 bits, 273 words");
    check_cycles(LAYER(PIXELS), 273);
    check_folds(LAYER(PIXELS), "SIMD 2/6");
}

#define DOWN(more)                                                                                 \
    "DownSampler <ImgDim = 7, Stride = 3, NumChannels = 4, SIMD = 2, inputDataType = \"INT2\""     \
    ", numInputVectors = 2" more ">"

Test(sampling, thinning_looks_at_all_pixels)
{
    check_input(LAYER(DOWN("")), 0, "INT2[2,7,7,4] [2,7,7,2,2] 4 bits, 196 words");
    check_output(LAYER(DOWN("")), 0, "INT2[2,3,3,4] [2,3,3,2,2] 4 bits, 36 words");
    check_output(LAYER(DOWN(", is1D = 1")), 0, "INT2[2,3,1,4] [2,3,1,2,2] 4 bits, 12 words");
    check_input(LAYER(DOWN(", is1D = 1, is1D_unitx = 0")), 0,
                "INT2[2,1,7,4] [2,1,7,2,2] 4 bits, 28 words");
    check_cycles(LAYER(DOWN("")), 196);
    check_cycles(LAYER(DOWN(", is1D = 1")), 28);
    check_folds(LAYER(DOWN("")), "SIMD 2/4");
}

#define UPSAMPLE(more)                                                                             \
    "UpsampleNearestNeighbour <OFMDim = 6, IFMDim = 3, NumChannels = 4, inputDataType = \"INT2\""  \
    ", numInputVectors = 2" more ">"

Test(sampling, whole_pixels_are_repeated)
{
    check_input(LAYER(UPSAMPLE("")), 0, "INT2[2,3,3,4] [2,3,3,4] 8 bits, 18 words");
    check_output(LAYER(UPSAMPLE("")), 0, "INT2[2,6,6,4] [2,6,6,4] 8 bits, 72 words");
    check_output(LAYER(UPSAMPLE(", DimMode = 1")), 0, "INT2[2,6,1,4] [2,6,1,4] 8 bits, 12 words");
    check_cycles(LAYER(UPSAMPLE("")), 72);
    check_cycles(LAYER(UPSAMPLE(", DimMode = 1")), 6);
    check_folds(LAYER(UPSAMPLE("")), "");
}

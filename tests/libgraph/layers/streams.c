#include <support/layer_text.h>

#include <criterion/criterion.h>

#define LAYER(node) "n (float x) => (float y) { y = finn.custom_op.fpgadataflow." node " (x) }"

#define ADD(pe, type)                                                                              \
    "hls.AddStreams_hls <NumChannels = 8, PE = " pe ", inputDataType = \"" type                    \
    "\", numInputVectors = [1, 3, 3]>"

Test(streams, add_streams_takes_two_and_gives_the_sum)
{
    check_input(LAYER(ADD("2", "INT4")), 0, "INT4[1,3,3,8] [1,3,3,4,2] 8 bits, 36 words");
    check_input(LAYER(ADD("2", "INT4")), 1, "INT4[1,3,3,8] [1,3,3,4,2] 8 bits, 36 words");
    check_output(LAYER(ADD("2", "INT4")), 0, "INT5[1,3,3,8] [1,3,3,4,2] 10 bits, 36 words");
    check_output(LAYER(ADD("8", "UINT2")), 0, "UINT3[1,3,3,8] [1,3,3,1,8] 24 bits, 9 words");
    check_output(LAYER(ADD("1", "BINARY")), 0, "UINT2[1,3,3,8] [1,3,3,8,1] 2 bits, 72 words");
    check_input_fails(LAYER(ADD("1", "INT4")), 2, "has no input 2");
    check_output_fails(LAYER(ADD("1", "INT4")), 1, "has no output 1");
    check_folds(LAYER(ADD("2", "INT4")), "PE 2/8");
    check_cycles(LAYER(ADD("2", "INT4")), 36);
    check_resources(LAYER(ADD("2", "INT4")), FINNC_DSP48E1, "");
}

Test(streams, what_does_not_divide_is_refused)
{
    check_input_fails(LAYER(ADD("3", "INT4")), 0, "PE 3 does not divide");
    check_cycles_fail(LAYER(ADD("0", "INT4")), "PE 0 does not divide");
    check_input_fails(LAYER(ADD("2", "INT")), 0, "INT");
    check_cycles_fail(LAYER("AddStreams <PE = 1, inputDataType = \"INT4\">"),
                      "NumChannels is missing");
}

#define ELTWISE(op, a, b)                                                                          \
    "StreamingEltwise <NumChannels = 6, PE = 3, eltwiseOp = \"" op "\", inputDataType0 = \"" a     \
    "\", inputDataType1 = \"" b "\">"

Test(streams, differences_are_as_wide_as_the_types_are_apart)
{
    check_input(LAYER(ELTWISE("Sub", "UINT4", "UINT2")), 0, "UINT4[1,6] [1,2,3] 12 bits, 2 words");
    check_input(LAYER(ELTWISE("Sub", "UINT4", "UINT2")), 1, "UINT2[1,6] [1,2,3] 6 bits, 2 words");
    check_output(LAYER(ELTWISE("Sub", "UINT4", "UINT2")), 0, "INT5[1,6] [1,2,3] 15 bits, 2 words");
    check_output(LAYER(ELTWISE("AbsDiff", "INT4", "INT4")), 0,
                 "UINT4[1,6] [1,2,3] 12 bits, 2 words");
    check_output(LAYER(ELTWISE("Add", "INT4", "INT4")), 0, "INT5[1,6] [1,2,3] 15 bits, 2 words");
    check_folds(LAYER(ELTWISE("Sub", "INT4", "INT4")), "PE 3/6");
    check_cycles(LAYER(ELTWISE("Sub", "INT4", "INT4")), 2);
}

/* Maxima of more than 53 bits are no doubles, but the types are as wide as they are. */
Test(streams, sums_of_wide_types_are_exact_and_end_at_64_bits)
{
    check_output(LAYER(ADD("8", "UINT54")), 0, "UINT55[1,3,3,8] [1,3,3,1,8] 440 bits, 9 words");
    check_output(LAYER(ADD("8", "INT63")), 0, "INT64[1,3,3,8] [1,3,3,1,8] 512 bits, 9 words");
    check_output(LAYER(ADD("8", "UINT63")), 0, "UINT64[1,3,3,8] [1,3,3,1,8] 512 bits, 9 words");
    check_output_fails(LAYER(ADD("8", "INT64")), 0, "no type of 64 bits holds");
    check_output_fails(LAYER(ADD("8", "UINT64")), 0, "no type of 64 bits holds");
    check_output_fails(LAYER(ELTWISE("Add", "INT64", "INT64")), 0, "no type of 64 bits holds");
    check_output_fails(LAYER(ELTWISE("Sub", "UINT64", "INT64")), 0, "no type of 64 bits holds");
}

#define CHANNELWISE(style, pe, ram)                                                                \
    style " <NumChannels = 4096, PE = " pe ", ram_style = \"" ram                                  \
          "\", inputDataType = \"INT4\", paramDataType = \"INT8\", outputDataType = \"INT9\","     \
          " Func = \"add\">"

/* By Thresholding_hls's formulas: A * PE, and memories of C / PE words. */
Test(streams, channelwise_parameters_stay_inside)
{
    check_input(LAYER(CHANNELWISE("ChannelwiseOp", "2", "block")), 0,
                "INT4[1,4096] [1,2048,2] 8 bits, 2048 words");
    check_input(LAYER(CHANNELWISE("ChannelwiseOp", "2", "block")), 1, "INT8[4096]");
    check_output(LAYER(CHANNELWISE("ChannelwiseOp", "2", "block")), 0,
                 "INT9[1,4096] [1,2048,2] 18 bits, 2048 words");
    check_cycles(LAYER(CHANNELWISE("ChannelwiseOp", "4", "block")), 1024);
    check_resources(LAYER(CHANNELWISE("ChannelwiseOp", "2", "block")), FINNC_DSP48E1, "");
    check_resources(LAYER(CHANNELWISE("hls.ChannelwiseOp_hls", "2", "block")), FINNC_DSP48E1,
                    "BRAM 2, LUT 8");
    check_resources(LAYER(CHANNELWISE("hls.ChannelwiseOp_hls", "8", "block")), FINNC_DSP48E1,
                    "BRAM 2, LUT 32");
    check_resources(LAYER(CHANNELWISE("hls.ChannelwiseOp_hls", "2", "distributed")), FINNC_DSP48E1,
                    "LUT 264");
    check_resources(LAYER(CHANNELWISE("hls.ChannelwiseOp_hls", "4096", "block")), FINNC_DSP48E1,
                    "LUT 16384");
}

#define DUPLICATE                                                                                  \
    "hls.DuplicateStreams_hls <NumChannels = 4, PE = 2, NumOutputStreams = 3,"                     \
    " inputDataType = \"UINT3\", numInputVectors = [1, 5, 5]>"

Test(streams, copies_are_streams_like_what_is_copied)
{
    check_input(LAYER(DUPLICATE), 0, "UINT3[1,5,5,4] [1,5,5,2,2] 6 bits, 50 words");
    check_output(LAYER(DUPLICATE), 2, "UINT3[1,5,5,4] [1,5,5,2,2] 6 bits, 50 words");
    check_output_fails(LAYER(DUPLICATE), 3, "has no output 3");
    check_folds(LAYER(DUPLICATE), "PE 2/4");
    check_cycles(LAYER(DUPLICATE), 50);
}

#define CONCAT(elems)                                                                              \
    "StreamingConcat <ElemsPerStream = [" elems                                                    \
    "], inputDataType = \"INT4\", numInputVectors = [7]>"

Test(streams, concat_takes_whole_vectors)
{
    check_input(LAYER(CONCAT("2, 6")), 0, "INT4[7,2] [7,2] 8 bits, 7 words");
    check_input(LAYER(CONCAT("2, 6")), 1, "INT4[7,6] [7,6] 24 bits, 7 words");
    check_output(LAYER(CONCAT("2, 6")), 0, "INT4[7,8] [7,8] 32 bits, 7 words");
    check_input_fails(LAYER(CONCAT("2, 6")), 2, "has no input 2");
    check_input_fails(LAYER(CONCAT("2, 0")), 1, "ElemsPerStream holds 0");
    check_output_fails(LAYER(CONCAT("9223372036854775807, 1")), 0, "too wide");
    check_folds(LAYER(CONCAT("2, 6")), "");
    check_cycles(LAYER(CONCAT("2, 6")), 7);
}

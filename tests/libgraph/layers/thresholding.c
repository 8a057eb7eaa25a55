/* Expectations are what upstream's formulas gave when they were run on the same attributes. */
#include <support/layer_text.h>

#include <criterion/criterion.h>

#define NODE(variant, attrs)                                                                       \
    "n (float x, float t) => (float y) { [t] y = finn.custom_op.fpgadataflow." variant             \
    "<backend = \"fpgadataflow\", " attrs "> (x, t) }"
#define WIDE                                                                                       \
    "NumChannels = 64, PE = 4, numSteps = 15, inputDataType = \"INT16\","                          \
    " weightDataType = \"INT16\", outputDataType = \"UINT4\", numInputVectors = [1, 8, 8]"
#define HLS "hls.Thresholding_hls"
#define RTL "rtl.Thresholding_rtl"

Test(thresholding, the_golden_numbers)
{
    check_resources(NODE(RTL, "NumChannels = 784, PE = 1, numSteps = 1, inputDataType = \"UINT8\","
                              " weightDataType = \"UINT8\", outputDataType = \"BINARY\""),
                    FINNC_DSP48E1, "LUT 104.0");
    check_resources(NODE(RTL, WIDE), FINNC_DSP48E1, "LUT 320.0");
    check_cycles(NODE(RTL, WIDE), 1024);
}

Test(thresholding, rtl_keeps_a_memory_per_stage)
{
    /* Shallower than a LUTRAM, so that upstream's count is no float. */
    check_resources(NODE(RTL, "NumChannels = 20, PE = 1, numSteps = 3, inputDataType = \"UINT8\","
                              " weightDataType = \"UINT8\", outputDataType = \"INT2\""),
                    FINNC_DSP48E1, "LUT 16");
    check_resources(NODE(RTL, WIDE ", uniform_thres = 1"), FINNC_DSP48E1, "LUT 28.0");
    /* The middle stages are BRAM, of which upstream's report knows nothing. */
    check_resources(NODE(RTL, WIDE ", depth_trigger_bram = 32, depth_trigger_uram = 128"),
                    FINNC_DSP48E1, "LUT 64, URAM 4");
}

Test(thresholding, hls_counts_the_inputs_bits)
{
    check_cycles(NODE(HLS, WIDE), 1024);
    check_resources(NODE(HLS, WIDE), FINNC_DSP48E1, "LUT 128");
    check_resources(NODE(HLS, WIDE ", ram_style = \"block\""), FINNC_DSP48E1, "BRAM 4, LUT 64");
    check_counts(NODE(HLS, WIDE), "param_threshold_16b 960");
    check_counts(NODE(RTL, WIDE), "");
}

Test(thresholding, streams_and_folds)
{
    check_input(NODE("Thresholding", WIDE), 0, "INT16[1,8,8,64] [1,8,8,16,4] 64 bits, 1024 words");
    check_input(NODE("Thresholding", WIDE), 1, "INT16[64,15]");
    check_output(NODE("Thresholding", WIDE), 0, "UINT4[1,8,8,64] [1,8,8,16,4] 16 bits, 1024 words");
    check_folds(NODE("Thresholding", WIDE), "PE 4/64");
    check_input_fails(NODE("Thresholding", WIDE), 2, "t (Thresholding): has no input 2");
    check_cycles_fail(NODE(RTL, "NumChannels = 6, PE = 4, numSteps = 1"),
                      "PE 4 does not divide NumChannels 6");
}

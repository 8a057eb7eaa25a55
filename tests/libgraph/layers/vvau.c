/* Expectations are what upstream's formulas gave when they were run on the same attributes. */
#include <support/layer_text.h>

#include <criterion/criterion.h>

#define NODE(variant, attrs)                                                                       \
    "n (float x, float w, float t) => (float y) { [v] y = finn.custom_op.fpgadataflow." variant    \
    "<backend = \"fpgadataflow\", Channels = 96, PE = 2, SIMD = 3, Dim = [5, 7], Kernel = [3, 3]," \
    " inputDataType = \"INT4\", weightDataType = \"INT3\", outputDataType = \"UINT4\","            \
    " accDataType = \"INT16\", " attrs "> (x, w, t) }"
#define HLS "hls.VVAU_hls"
#define RTL "rtl.VVAU_rtl"

Test(vvau, time_and_space)
{
    check_cycles(NODE(HLS, "ActVal = 0"), 5040);
    check_resources(NODE(HLS, "ram_style = \"auto\""), FINNC_DSP48E1,
                    "BRAM 2 (0.0234375), LUT 1115");
    check_resources(NODE(HLS, "ram_style = \"ultra\""), FINNC_DSP48E1,
                    "LUT 1115, URAM 1 (0.00878906)");
    check_resources(NODE(HLS, "ram_style = \"block\", resType = \"dsp\""), FINNC_DSP48E1,
                    "BRAM 2 (0.0234375), LUT 976, DSP 2");
    check_resources(NODE(HLS, "ram_style = \"distributed\""), FINNC_DSP48E1, "LUT 1169");
    check_resources(NODE(HLS, "mem_mode = \"internal_embedded\", ram_style = \"ultra\""),
                    FINNC_DSP48E1, "BRAM 2 (0.0234375), LUT 1115");
    check_resources(NODE(RTL, "ram_style = \"ultra\""), FINNC_DSP48E1,
                    "URAM 1 (0.00878906), DSP 2");
}

Test(vvau, counts)
{
    check_counts(NODE(HLS, "ActVal = 0"),
                 "op_mac_3bx4b 30240, param_weight_3b 864, param_threshold_16b 96");
    check_counts(NODE(HLS, "noActivation = 1"), "op_mac_3bx4b 30240, param_weight_3b 864");
}

Test(vvau, streams)
{
    check_input(NODE("VVAU", "ActVal = 0"), 0, "INT4[1,5,7,864] [1,5,7,144,6] 24 bits, 5040 words");
    check_output(NODE("VVAU", "ActVal = 0"), 0, "UINT4[1,5,7,96] [1,5,7,48,2] 8 bits, 1680 words");
    check_input(NODE("VVAU", "ActVal = 0"), 1, "INT3[96,1,3,3]");
    /* All weights once for every pixel. */
    check_input(NODE("VVAU", "mem_mode = \"external\""), 1,
                "INT3[96,1,3,3] [1,144,6] 18 bits, 5040 words");
    check_input_fails(NODE("VVAU", "noActivation = 1"), 2, "v (VVAU): has no input 2");
}

Test(vvau, folds)
{
    check_folds(NODE("VVAU", "ActVal = 0"), "PE 2/96, SIMD 3/9");
}

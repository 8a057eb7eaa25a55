/* Expectations are what upstream's formulas gave when they were run on the same attributes. */
#include <support/check_pass.h>
#include <support/layer_text.h>

#include <criterion/criterion.h>
#include <finnc/model.h>

#define NODE(variant, attrs)                                                                       \
    "n (float x, float w, float t) => (float y) { [m] y = finn.custom_op.fpgadataflow." variant    \
    "<backend = \"fpgadataflow\", " attrs "> (x, w, t) }"
#define SMALL                                                                                      \
    "MW = 4, MH = 4, PE = 1, SIMD = 1, inputDataType = \"INT2\", weightDataType = \"INT2\","       \
    " outputDataType = \"INT2\""
#define LARGE                                                                                      \
    "MW = 96, MH = 60, PE = 6, SIMD = 8, inputDataType = \"INT4\", weightDataType = \"INT3\","     \
    " outputDataType = \"UINT4\", accDataType = \"INT16\","                                        \
    " ram_style_thresholds = \"distributed\", "
#define HLS "hls.MVAU_hls"
#define RTL "rtl.MVAU_rtl"

Test(mvau, the_golden_numbers)
{
    check_cycles(NODE(HLS, SMALL), 16);
    check_resources(NODE(HLS, SMALL), FINNC_DSP48E1, "BRAM 1 (0.00173611), LUT 315");
    check_resources(NODE(HLS, SMALL ", resType = \"dsp\""), FINNC_DSP48E1,
                    "BRAM 1 (0.00173611), LUT 311, DSP 1");
}

/* MVAU_hls_0 of the TFC-w1a1 example: BRAM 4, LUT 678, or 555 and 56 DSPs. */
Test(mvau, the_first_layer_of_tfc)
{
#define TFC                                                                                        \
    "MW = 784, MH = 64, PE = 1, SIMD = 56, binaryXnorMode = 1, inputDataType = \"BINARY\","        \
    " weightDataType = \"BINARY\", outputDataType = \"BINARY\", accDataType = \"INT10\""
    check_cycles(NODE(HLS, TFC), 896);
    check_resources(NODE(HLS, TFC), FINNC_DSP48E1, "BRAM 4 (0.680556), LUT 678");
    check_resources(NODE(HLS, TFC ", resType = \"dsp\""), FINNC_DSP48E1,
                    "BRAM 4 (0.680556), LUT 555, DSP 56");
    check_counts(NODE(HLS, TFC),
                 "op_mac_1bx1b 50176, param_weight_1b 50176, param_threshold_10b 64");
}

Test(mvau, layers_of_cnv)
{
    /* The first two products of CNV-w1a1, folded as in upstream's example for large devices. */
    check_resources(NODE(HLS, "MW = 27, MH = 64, PE = 16, SIMD = 3, inputDataType = \"INT8\","
                              " weightDataType = \"INT2\", outputDataType = \"BINARY\","
                              " accDataType = \"INT13\", resType = \"lut\","
                              " numInputVectors = [1, 30, 30]"),
                    FINNC_DSP48E1, "BRAM 3 (0.0625), LUT 2992");
    check_cycles(NODE(HLS, "MW = 576, MH = 64, PE = 32, SIMD = 32, inputDataType = \"BINARY\","
                           " weightDataType = \"BINARY\", outputDataType = \"BINARY\","
                           " numInputVectors = [1, 28, 28]"),
                 28224);
    check_resources(NODE(HLS, "MW = 576, MH = 64, PE = 32, SIMD = 32, inputDataType = \"BINARY\","
                              " weightDataType = \"BINARY\", outputDataType = \"BINARY\","
                              " accDataType = \"INT10\", resType = \"lut\","
                              " numInputVectors = [1, 28, 28]"),
                    FINNC_DSP48E1, "BRAM 29 (0.0689655), LUT 7340");
}

Test(mvau, where_weights_are_decides_what_keeps_them)
{
    const char *const embedded = NODE(HLS, LARGE "mem_mode = \"internal_embedded\"");
    check_resources(embedded, FINNC_DSP48E1, "LUT 5049");
    check_resources(NODE(HLS, LARGE "ram_style = \"auto\""), FINNC_DSP48E1,
                    "BRAM 4 (0.234375), LUT 4761");
    check_resources(NODE(HLS, LARGE "ram_style = \"ultra\""), FINNC_DSP48E1,
                    "LUT 4761, URAM 2 (0.0292969)");
    check_resources(NODE(HLS, LARGE "ram_style = \"distributed\""), FINNC_DSP48E1, "LUT 5049");
    check_resources(NODE(HLS, LARGE "mem_mode = \"external\""), FINNC_DSP48E1, "LUT 4761");
    check_resources(NODE(HLS, LARGE "mem_mode = \"const\""), FINNC_DSP48E1, "LUT 5049");
}

Test(mvau, rtl_is_made_of_dsps)
{
    check_resources(NODE(RTL, LARGE "ram_style = \"distributed\""), FINNC_DSP48E2, "DSP 16");
    check_resources(NODE(RTL, LARGE "ram_style = \"distributed\""), FINNC_DSP58, "DSP 18");
}

Test(mvau, streams)
{
    check_input(NODE("MVAU", LARGE "numInputVectors = [1, 5]"), 0,
                "INT4[1,5,96] [1,5,12,8] 32 bits, 60 words");
    check_output(NODE("MVAU", LARGE "numInputVectors = [1, 5]"), 0,
                 "UINT4[1,5,60] [1,5,10,6] 24 bits, 50 words");
    check_input(NODE("MVAU", LARGE "numInputVectors = [1, 5]"), 1, "INT3[96,60]");
    check_input(NODE("MVAU", LARGE "numInputVectors = [1, 5], mem_mode = \"external\""), 1,
                "INT3[96,60] [1,5,120,48] 144 bits, 600 words");
    check_input(NODE("MVAU", LARGE "ActVal = 0"), 2, "INT16[]");
    check_input_fails(NODE("MVAU", LARGE "noActivation = 1"), 2, "has no input 2");
    check_output_fails(NODE("MVAU", LARGE "ActVal = 0"), 1, "m (MVAU): has no output 1");
}

Test(mvau, folds_and_what_is_illegal)
{
    check_folds(NODE("MVAU", SMALL), "SIMD 1/4, PE 1/4");
    check_cycles_fail(NODE("MVAU", "MW = 4, MH = 64, PE = 3, SIMD = 1"),
                      "PE 3 does not divide MH 64");
    check_cycles_fail(NODE("MVAU", "MW = 4, MH = 64, PE = 1, SIMD = 0"),
                      "SIMD 0 does not divide MW 4");
    check_cycles_fail(NODE("MVAU", "MW = 4, MH = 4, PE = 1, SIMD = 1, mem_mode = \"beside\""),
                      "mem_mode is none of internal_embedded");
    check_cycles_fail(NODE("MVAU", SMALL ", numInputVectors = [4000000000, 4000000000]"),
                      "its sizes are too large");
}

Test(mvau, constants)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, NODE("MVAU", LARGE "ActVal = 0"));
    finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    finnc_constants c;
    cr_assert_eq(finnc_layer_constants(cx, node, &c), FINNC_OK);
    cr_expect(c.weights == 1 && c.thresholds == 2 && !c.counts_matches);
    cr_expect(c.length == 96 && c.columns == 60 && c.column_step == 1 && c.weight_step == 60);
    cr_expect_str_eq(c.sums_type, "accDataType");
    cr_assert_eq(finnc_node_set_int(cx, node, "noActivation", 1), FINNC_OK);
    cr_assert_eq(finnc_node_set_int(cx, node, "binaryXnorMode", 1), FINNC_OK);
    cr_assert_eq(finnc_layer_constants(cx, node, &c), FINNC_OK);
    cr_expect(c.thresholds == -1 && c.counts_matches);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

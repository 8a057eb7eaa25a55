#include <finnc/layer.h>
#include <finnc/model.h>

#include <support/check_pass.h>

#include <criterion/criterion.h>
#include <stdio.h>

#define HW "finn.custom_op.fpgadataflow."

/* Bound for a part, the first node is "rtl", or "hls: why not in RTL"; "!" if that is not what it
 * prefers. */
static void check_binding(const char *text, const char *part, const char *expected)
{
    static const char *const styles[] = {"abstract", "hls", "rtl"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_part fpga;
    finnc_binding b;
    char got[256];
    cr_assert_eq(finnc_part_find(cx, part, &fpga), FINNC_OK);
    const finnc_node *node = finnc_graph_first_node(finnc_model_graph(model));
    cr_assert_eq(finnc_layer_bind(cx, node, &fpga, &b), FINNC_OK, "%s", finnc_ctx_message(cx));
    snprintf(got, sizeof got, "%s%s%s%s", b.is_preferred ? "" : "!", styles[b.style],
             *b.why ? ": " : "", b.why);
    cr_expect_str_eq(got, expected, "got %s, expected %s", got, expected);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

#define MVAU(in, weight, more)                                                                     \
    "g (float[1,4] x, float[4,2] w) => (float[1,2] y) { y = " HW "MVAU <MW = 4, MH = 2, SIMD = 2," \
    " PE = 1, inputDataType = \"" in "\", weightDataType = \"" weight                              \
    "\", outputDataType = \"INT16\", noActivation = 1" more "> (x, w) }"
#define RTL ", preferred_impl_style = \"rtl\""
#define HLS ", preferred_impl_style = \"hls\""

Test(bind, the_words_say_what_speaks_against_the_other_style)
{
    check_binding(MVAU("UINT2", "INT4", ""), "ZCU104",
                  "hls: inputs are UINT2, RTL is worth it from 4 bits on");
    check_binding(MVAU("INT4", "INT3", ""), "ZCU104",
                  "hls: weights are INT3, RTL is worth it from 4 bits on");
    check_binding(MVAU("INT4", "INT4", ""), "Pynq-Z1",
                  "hls: weights are no constant and may be -8, which DSP48E1 does not take");
    check_binding(MVAU("INT4", "INT4", ""), "ZCU104", "rtl");
    check_binding(MVAU("INT4", "INT4", HLS), "ZCU104", "hls");
    check_binding(MVAU("UINT2", "INT4", RTL), "ZCU104", "rtl");
    check_binding(MVAU("UINT2", "INT16", RTL), "ZCU104",
                  "!hls: weights are INT16, RTL takes 8 bits");
}

Test(bind, traits_tell_what_there_is)
{
#define UNARY(node) "g (float[1,4] x) => (y) { y = " HW node " (x) }"
    check_binding(UNARY("LabelSelect <Labels = 4>"), "ZCU104", "hls: there is no LabelSelect_rtl");
    check_binding(UNARY("StreamingFIFO <depth = 4>"), "ZCU104",
                  "rtl: there is no StreamingFIFO_hls");
    check_binding(UNARY("FMPadding <SIMD = 4>"), "ZCU104", "rtl");
    check_binding(UNARY("hls.FMPadding_hls <SIMD = 4>"), "ZCU104", "hls");
}

Test(bind, what_is_no_layer_is_refused)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, "g (float[1,4] x) => (y) { y = Relu(x) }");
    finnc_part part;
    finnc_binding binding;
    cr_assert_eq(finnc_part_find(cx, "U50", &part), FINNC_OK);
    cr_expect_eq(
        finnc_layer_bind(cx, finnc_graph_first_node(finnc_model_graph(model)), &part, &binding),
        FINNC_UNSUPPORTED);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

#include "windows.h"

#include <support/check_pass.h>

#include <criterion/criterion.h>

#define ZYNQ       "SpecializeLayers{fpgapart=\"xc7z020clg400-1\"}"
#define ULTRASCALE "SpecializeLayers{fpgapart=\"ZCU104\"}"
#define VERSAL     "SpecializeLayers{fpgapart=\"xcvc1902-vsva2197-2MP-e-S\"}"
#define HW         "finn.custom_op.fpgadataflow."

#define MVAU(op, in, weight, least, more)                                                          \
    "g (float[1,4] x {" in "}) => (float[1,2] y) <float[4,2] w {" weight "} = {" least             \
    ", 0, 1, 1, 0, 1, 0, 1}> { [m] y = " HW op "<backend = \"fpgadataflow\", MW = 4, MH = 2,"      \
    " SIMD = 2, PE = 1, inputDataType = \"" in "\", weightDataType = \"" weight                    \
    "\", outputDataType = \"INT16\"" more "> (x, w) }"
#define BARE ", noActivation = 1"
#define HLS  ", preferred_impl_style = \"hls\""
#define RTL  ", preferred_impl_style = \"rtl\""

Test(specialize_layers, products_of_four_bits_are_multiplied_in_rtl)
{
    check_pass(ZYNQ, MVAU("MVAU", "INT4", "INT4", "-7", BARE),
               MVAU("rtl.MVAU_rtl", "INT4", "INT4", "-7", BARE));
    check_pass(ZYNQ, MVAU("MVAU", "INT4", "INT4", "-7", BARE HLS),
               MVAU("hls.MVAU_hls", "INT4", "INT4", "-7", BARE));
    check_pass(ZYNQ, MVAU("MVAU", "UINT2", "INT4", "-7", BARE),
               MVAU("hls.MVAU_hls", "UINT2", "INT4", "-7", BARE));
    check_pass(ZYNQ, MVAU("MVAU", "UINT2", "INT4", "-7", BARE RTL),
               MVAU("rtl.MVAU_rtl", "UINT2", "INT4", "-7", BARE));
}

/* -8 is no weight for a DSP48E1. */
Test(specialize_layers, the_least_weight_needs_a_newer_block)
{
    check_pass(ZYNQ, MVAU("MVAU", "INT4", "INT4", "-8", BARE),
               MVAU("hls.MVAU_hls", "INT4", "INT4", "-8", BARE));
    check_pass(ULTRASCALE, MVAU("MVAU", "INT4", "INT4", "-8", BARE),
               MVAU("rtl.MVAU_rtl", "INT4", "INT4", "-8", BARE));
    check_remark(ZYNQ, MVAU("MVAU", "INT4", "INT4", "-8", BARE RTL),
                 "m (MVAU): preferred_impl_style is rtl, but a weight is -8, the least INT4, which "
                 "DSP48E1 does not take");
}

Test(specialize_layers, weights_that_are_not_known_may_be_anything)
{
#define STREAMED(op)                                                                               \
    "g (float[1,4] x {INT4}, float[4,2] w {INT4}) => (float[1,2] y) { y = " HW op                  \
    "<backend = \"fpgadataflow\", MW = 4, MH = 2, SIMD = 2, PE = 1, inputDataType = \"INT4\","     \
    " weightDataType = \"INT4\", outputDataType = \"INT16\", noActivation = 1> (x, w) }"
    check_pass(ZYNQ, STREAMED("MVAU"), STREAMED("hls.MVAU_hls"));
    check_pass(VERSAL, STREAMED("MVAU"), STREAMED("rtl.MVAU_rtl"));
}

Test(specialize_layers, a_preference_that_cannot_be_is_told_why)
{
    static const struct {
        const char *layer, *words;
    } cases[] = {
        {MVAU("MVAU", "INT10", "INT4", "-7", BARE RTL), "inputs are INT10, RTL takes 8 bits, or 9"},
        {MVAU("MVAU", "UINT9", "INT4", "-7", BARE RTL), "inputs are UINT9, RTL takes 8 bits, or 9"},
        {MVAU("MVAU", "INT4", "INT9", "-7", BARE RTL), "weights are INT9, RTL takes 8 bits"},
        {MVAU("MVAU", "INT4", "UINT4", "7", BARE RTL), "weights are UINT4, RTL takes signed ones"},
        {MVAU("MVAU", "BINARY", "BINARY", "1", BARE RTL ", binaryXnorMode = 1"),
         "binaryXnorMode is 1, RTL does not count bits"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_remark(ULTRASCALE, cases[i].layer, cases[i].words);
    check_pass(ULTRASCALE, MVAU("MVAU", "INT9", "INT4", "-7", BARE),
               MVAU("rtl.MVAU_rtl", "INT9", "INT4", "-7", BARE));
#define THRESHOLDS(op, more)                                                                       \
    "g (float[1,4] x {INT4}) => (float[1,2] y {UINT2}) <float[4,2] w {INT4} = {1, 2, 3, 4, 5, 6,"  \
    " 7, 1}, float[2,3] t {INT8} = {1, 2, 3, 4, 5, 6}> { y = " HW op                               \
    "<backend = \"fpgadataflow\", MW = 4, MH = 2, SIMD = 2, PE = 1, inputDataType = \"INT4\","     \
    " weightDataType = \"INT4\", outputDataType = \"UINT2\"" more "> (x, w, t) }"
    check_pass(ZYNQ, THRESHOLDS("MVAU", RTL), THRESHOLDS("hls.MVAU_hls", ""));
    check_remark(ZYNQ, THRESHOLDS("MVAU", RTL), "noActivation is 0");
}

#define VVAU(op, more)                                                                             \
    "g (float[1,2,2,8] x {INT4}) => (float[1,2,2,2] y) <float[2,1,2,2] w {INT4} = {1, 2, 3, 4, 5," \
    " 6, 7, 1}> { y = " HW op "<backend = \"fpgadataflow\", PE = 1, Dim = [2, 2], Channels = 2,"   \
    " Kernel = [2, 2], inputDataType = \"INT4\", weightDataType = \"INT4\","                       \
    " outputDataType = \"INT16\", noActivation = 1" more "> (x, w) }"

Test(specialize_layers, depthwise_rtl_is_for_versal)
{
    check_pass(VERSAL, VVAU("VVAU", ""), VVAU("rtl.VVAU_rtl", ""));
    check_pass(ULTRASCALE, VVAU("VVAU", ""), VVAU("hls.VVAU_hls", ""));
    check_remark(ULTRASCALE, VVAU("VVAU", RTL),
                 "preferred_impl_style is rtl, but xczu7ev-ffvc1156-2-e is no Versal");
}

#define DWC(op, in, out, more)                                                                     \
    "g (float[1,12] x {INT2}) => (float[1,12] y) { y = " HW op "<backend = \"fpgadataflow\","      \
    " shape = [1, 12], inWidth = " in ", outWidth = " out ", dataType = \"INT2\"" more "> (x) }"
#define C "StreamingDataWidthConverter"

Test(specialize_layers, converters_in_rtl_need_widths_that_divide)
{
    check_pass(ZYNQ, DWC(C, "4", "8", ""), DWC("rtl." C "_rtl", "4", "8", ""));
    check_pass(ZYNQ, DWC(C, "8", "4", HLS), DWC("hls." C "_hls", "8", "4", ""));
    check_pass(ZYNQ, DWC(C, "4", "6", RTL), DWC("hls." C "_hls", "4", "6", ""));
    check_remark(ZYNQ, DWC(C, "4", "6", RTL),
                 "of inWidth 4 and outWidth 6 neither divides the other");
}

#define SWG(op, h, more)                                                                           \
    "g (float[1," h ",4,2] x {INT2}) => (y) { y = " HW op "<backend = \"fpgadataflow\","           \
    " ConvKernelDim = [2, 2], IFMChannels = 2, IFMDim = [" h ", 4], OFMDim = [3, 3], SIMD = 2,"    \
    " Stride = [1, 1], inputDataType = \"INT2\", outputDataType = \"INT2\"" more "> (x) }"
#define S "ConvolutionInputGenerator"
#define D ", Dilation = [1, 1]"

Test(specialize_layers, windows_in_hls_are_square)
{
    check_pass(ZYNQ, SWG(S, "4", D), SWG("rtl." S "_rtl", "4", D));
    check_pass(ZYNQ, SWG(S, "4", D HLS), SWG("hls." S "_hls", "4", D));
    check_remark(ZYNQ, SWG(S, "4", D HLS ", dynamic_mode = 1"),
                 "preferred_impl_style is hls, but dynamic_mode is 1");
    check_remark(ZYNQ, SWG(S, "5", D HLS), "IFMDim is 5, 4, HLS takes squares");
    check_remark(ZYNQ, SWG(S, "4", ", Dilation = [2, 2]" HLS), "Dilation is 2, HLS takes 1");
    check_pass_unrun(ZYNQ, SWG(S, "5", D HLS ", is1D = 1"),
                     SWG("hls." S "_hls", "5", D ", is1D = 1"));
}

/* Out of the abstract one all channels come together, whatever its SIMD is. */
Test(specialize_layers, generators_fold_as_their_readers)
{
    check_pass(ZYNQ, POOLED(GENERATOR, 2, "Pool", 2), POOLED(BOUND_GENERATOR, 2, BOUND_POOL, 2));
    check_pass(ZYNQ, POOLED(GENERATOR, 2, BOUND_POOL, 2),
               POOLED(BOUND_GENERATOR, 2, BOUND_POOL, 2));
    check_refused(ZYNQ, POOLED(GENERATOR, 4, "Pool", 2),
                  "p (Pool_hls): takes 2 channels of a tap together (PE), g "
                  "(ConvolutionInputGenerator_rtl) gives 4 (SIMD): they have to be equal");
    check_refused(
        ZYNQ,
        WINDOWS_AND(", float[1,2,2,16] f {UINT4}",
                    "m = " WINDOWS(GENERATOR, 1,
                                   "") "(x)"
                                       " f = " HW "StreamingFIFO<backend=\"fpgadataflow\", depth=2,"
                                       " folded_shape=[1,2,2,8,2], normal_shape=[1,2,2,16],"
                                       " dataType=\"UINT4\">(m) [p] y = " MAXIMA("Pool", 2) "(f)"),
        "p (Pool_hls): takes 2 channels");
    /* Was so before. */
    check_unchanged(ZYNQ, POOLED(BOUND_GENERATOR, 4, BOUND_POOL, 2));
}

#define FIFO(op, more)                                                                             \
    "g (float[1,4] x {INT2}) => (float[1,4] y) { y = " HW op "<backend = \"fpgadataflow\","        \
    " depth = 2, folded_shape = [1, 2, 2], normal_shape = [1, 4], dataType = \"INT2\"" more        \
    "> (x) }"
#define LABELS(op, more)                                                                           \
    "g (float[1,4] x {INT2}) => (int64[1,1] y) { y = " HW op "<backend = \"fpgadataflow\","        \
    " Labels = 4, PE = 1, K = 1, inputDataType = \"INT2\"" more "> (x) }"

Test(specialize_layers, what_there_is_not_cannot_be_chosen)
{
    check_pass(ZYNQ, FIFO("StreamingFIFO", HLS), FIFO("rtl.StreamingFIFO_rtl", ""));
    check_remark(ZYNQ, FIFO("StreamingFIFO", HLS),
                 "preferred_impl_style is hls, but there is no StreamingFIFO_hls");
    check_pass(ZYNQ, LABELS("LabelSelect", RTL), LABELS("hls.LabelSelect_hls", ""));
    check_refused(ZYNQ, LABELS("LabelSelect", ", preferred_impl_style = \"vhdl\""), "vhdl");
}

Test(specialize_layers, others_are_left_alone)
{
    check_unchanged(ZYNQ, LABELS("hls.LabelSelect_hls", ""));
    check_unchanged(ZYNQ, "g (float[1,4] x) => (float[1,4] y) { y = Relu(x) }");
    check_unchanged_unrun(ZYNQ, "g (float[1,4] x) => (float[1,4] y) { y = " HW
                                "StreamingDataflowPartition<backend = \"fpgadataflow\","
                                " model = \"p.onnx\"> (x) }");
}

Test(specialize_layers, the_part_has_to_be_known)
{
    check_refused("SpecializeLayers{fpgapart=\"xc9z020\"}", LABELS("LabelSelect", ""),
                  "unknown part xc9z020");
    check_refused("SpecializeLayers{fpgapart=\"Pynq-Z3\"}", LABELS("LabelSelect", ""),
                  "did you mean Pynq-Z1?");
}

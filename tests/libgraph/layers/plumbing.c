#include <support/layer_text.h>

#include <criterion/criterion.h>

#define LAYER(node) "n (float x) => (float y) { y = finn.custom_op.fpgadataflow." node " (x) }"

#define DWC(op, in, out)                                                                           \
    op " <shape = [1, 4, 48], inWidth = " in ", outWidth = " out ", dataType = \"INT2\">"

Test(plumbing, converters_fold_by_bits)
{
    check_input(LAYER(DWC("StreamingDataWidthConverter", "8", "6")), 0,
                "INT2[1,4,48] [1,4,12,4] 8 bits, 48 words");
    check_output(LAYER(DWC("hls.StreamingDataWidthConverter_hls", "8", "6")), 0,
                 "INT2[1,4,48] [1,4,16,3] 6 bits, 64 words");
    check_input_fails(LAYER(DWC("rtl.StreamingDataWidthConverter_rtl", "8", "6")), 0,
                      "inWidth 8 and outWidth 6");
    check_output_fails(LAYER(DWC("StreamingDataWidthConverter", "8", "7")), 0,
                       "outWidth 7 is no multiple of the 2 bits");
    check_output_fails(LAYER(DWC("StreamingDataWidthConverter", "8", "10")), 0,
                       "5 elements, which do not divide the last axis, 48");
    check_cycles(LAYER(DWC("StreamingDataWidthConverter", "8", "6")), 0);
    check_folds(LAYER(DWC("StreamingDataWidthConverter", "8", "6")), "");
}

/* UINT0 and INT0 are names of types. */
Test(plumbing, elements_of_no_bits_fold_no_words)
{
    check_input_fails(LAYER("hls.StreamingDataWidthConverter_hls <shape = [1, 4], inWidth = 8,"
                            " outWidth = 16, dataType = \"UINT0\">"),
                      0, "inWidth 8 is no multiple of the 0 bits of an element");
    check_output_fails(LAYER("hls.IODMA_hls <NumChannels = 4, dataType = \"INT0\", intfWidth = 32,"
                             " streamWidth = 8, numInputVectors = [1]>"),
                       0, "no multiple of the 0 bits");
}

/* finn.md 9.1 */
Test(plumbing, converters_are_shift_registers)
{
    static const struct {
        const char *layer, *resources;
    } cases[] = {
#define CASE(in, out, resources)                                                                   \
    {LAYER(DWC("rtl.StreamingDataWidthConverter_rtl", #in, #out)), resources}
        CASE(8, 6, "LUT 33"),    CASE(8, 24, "LUT 25"),  CASE(16, 32, "LUT 33"),
        CASE(32, 64, "LUT 65"),  CASE(64, 32, "LUT 33"), CASE(16, 128, "LUT 131"),
        CASE(128, 32, "LUT 34"), CASE(4, 32, "LUT 35"),  CASE(1, 4, "LUT 6"),
        CASE(1, 8, "LUT 11"),    CASE(50, 10, "LUT 13"), CASE(8, 8, ""),
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_resources(cases[i].layer, FINNC_DSP48E1, cases[i].resources);
}

#define FIFO(op, depth, word, more)                                                                \
    op " <depth = " depth ", folded_shape = [1, 5, " word                                          \
       "], normal_shape = [1, 30], dataType = \"BINARY\"" more ">"
#define VENDORS(depth, word, ram)                                                                  \
    FIFO("rtl.StreamingFIFO_rtl", depth, word, ", impl_style = \"vivado\", ram_style = \"" ram "\"")

Test(plumbing, fifos_hand_on_what_they_get)
{
    check_input(LAYER(FIFO("StreamingFIFO", "2", "6", "")), 0,
                "BINARY[1,30] [1,5,6] 6 bits, 5 words");
    check_output(LAYER(FIFO("StreamingFIFO", "2", "6", "")), 0,
                 "BINARY[1,30] [1,5,6] 6 bits, 5 words");
    check_cycles(LAYER(FIFO("StreamingFIFO", "2", "6", "")), 0);
    check_folds(LAYER(FIFO("StreamingFIFO", "2", "6", "")), "");
}

/* finn.md 9.1: depth 1000 becomes 1024 */
Test(plumbing, fifos_are_made_of_what_ram_style_says)
{
    check_resources(LAYER(VENDORS("1000", "6", "auto")), FINNC_DSP48E1, "LUT 20");
    check_resources(LAYER(VENDORS("1000", "6", "block")), FINNC_DSP48E1,
                    "BRAM 1 (0.333333), LUT 20");
    check_resources(LAYER(VENDORS("1000", "6", "distributed")), FINNC_DSP48E1, "LUT 116");
    check_resources(LAYER(VENDORS("1000", "6", "ultra")), FINNC_DSP48E1, "LUT 20, URAM 1");
    check_resources(LAYER(FIFO("rtl.StreamingFIFO_rtl", "1000", "6", "")), FINNC_DSP48E1,
                    "LUT 116");
    check_resources(LAYER(FIFO("rtl.StreamingFIFO_rtl", "1", "1", "")), FINNC_DSP48E1, "LUT 1");
    check_input_fails(LAYER(FIFO("rtl.StreamingFIFO_rtl", "2", "0", "")), 0,
                      "folded_shape holds 0");
}

/* 18 Kbit as 16384 x 1, 8192 x 2, 4096 x 4, 2048 x 9, 1024 x 18 and 512 x 36. */
Test(plumbing, block_rams_have_shapes)
{
    check_resources(LAYER(VENDORS("32768", "1", "block")), FINNC_DSP48E1,
                    "BRAM 2 (0.888889), LUT 30");
    check_resources(LAYER(VENDORS("16384", "2", "block")), FINNC_DSP48E1,
                    "BRAM 2 (0.888889), LUT 28");
    check_resources(LAYER(VENDORS("4096", "3", "block")), FINNC_DSP48E1,
                    "BRAM 1 (0.666667), LUT 24");
    check_resources(LAYER(VENDORS("4096", "9", "block")), FINNC_DSP48E1, "BRAM 2, LUT 24");
    check_resources(LAYER(VENDORS("2048", "18", "block")), FINNC_DSP48E1, "BRAM 2, LUT 22");
    check_resources(LAYER(VENDORS("1024", "36", "block")), FINNC_DSP48E1, "BRAM 2, LUT 20");
    check_resources(LAYER(VENDORS("512", "36", "block")), FINNC_DSP48E1, "BRAM 1, LUT 18");
    check_resources(LAYER(VENDORS("512", "72", "block")), FINNC_DSP48E1, "BRAM 2, LUT 18");
}

#define DMA(direction, more)                                                                       \
    "hls.IODMA_hls <NumChannels = 3, dataType = \"UINT8\", intfWidth = 64, streamWidth = 8,"       \
    " direction = \"" direction "\", numInputVectors = [1, 32, 32]" more ">"

Test(plumbing, memory_has_words_of_its_own)
{
    check_input(LAYER(DMA("in", "")), 0, "UINT8[1,32,32,3] [] 64 bits, 384 words");
    check_output(LAYER(DMA("in", "")), 0, "UINT8[1,32,32,3] [1,32,32,3,1] 8 bits, 3072 words");
    check_input(LAYER(DMA("out", "")), 0, "UINT8[1,32,32,3] [1,32,32,3,1] 8 bits, 3072 words");
    check_output(LAYER(DMA("out", "")), 0, "UINT8[1,32,32,3] [] 64 bits, 384 words");
    check_cycles(LAYER(DMA("in", "")), 0);
}

/* Weights from memory: 27 bits at once, in a stream of 32. */
Test(plumbing, a_vector_may_be_one_padded_word)
{
    check_output(LAYER("hls.IODMA_hls <NumChannels = 27, dataType = \"BINARY\", streamWidth = 32,"
                       " numInputVectors = [12]>"),
                 0, "BINARY[12,27] [12,1,27] 32 bits, 12 words");
    check_output_fails(
        LAYER("hls.IODMA_hls <NumChannels = 27, dataType = \"BINARY\", streamWidth = 24>"), 0,
        "do not divide the last axis, 27");
}

#define TLAST                                                                                      \
    "hls.TLastMarker_hls <NumIters = 10, StreamWidth = 8, ElemWidth = 4, Direction = \"out\">"

Test(plumbing, marks_count_words)
{
    check_input(LAYER(TLAST), 0, "UINT4[1,20] [1,10,2] 8 bits, 10 words");
    check_output(LAYER(TLAST), 0, "UINT4[1,20] [1,10,2] 8 bits, 10 words");
    check_input_fails(LAYER("hls.TLastMarker_hls <NumIters = 10, StreamWidth = 8, ElemWidth = 16>"),
                      0, "ElemWidth 16 is more than StreamWidth 8");
}

#define CHECKSUM                                                                                   \
    "hls.CheckSum_hls <words_per_frame = 10, items_per_word = 2, inputDataType = \"UINT4\","       \
    " folded_shape = [1, 10, 2]>"

Test(plumbing, a_checksum_is_no_stream)
{
    check_input(LAYER(CHECKSUM), 0, "UINT4[1,20] [1,10,2] 8 bits, 10 words");
    check_output(LAYER(CHECKSUM), 0, "UINT4[1,20] [1,10,2] 8 bits, 10 words");
    check_output(LAYER(CHECKSUM), 1, "UINT32[1]");
}

#include <support/layer_text.h>

#include <criterion/criterion.h>

#define LAYER(node) "n (float x) => (float y) { y = finn.custom_op.fpgadataflow." node " (x) }"

#define LABELS(n, pe, more)                                                                        \
    "LabelSelect <Labels = " n ", PE = " pe ", K = 5, inputDataType = \"UINT6\"" more ">"

Test(indices, labels_come_out_one_by_one)
{
    check_input(LAYER(LABELS("10", "2", "")), 0, "UINT6[1,10] [1,5,2] 12 bits, 5 words");
    check_output(LAYER(LABELS("10", "2", "")), 0, "UINT8[1,5] [1,5,1] 8 bits, 5 words");
    check_output(LAYER(LABELS("1000", "1", "")), 0, "UINT16[1,5] [1,5,1] 16 bits, 5 words");
    check_output(LAYER(LABELS("65537", "1", "")), 0, "UINT24[1,5] [1,5,1] 24 bits, 5 words");
    check_output(LAYER(LABELS("10", "1", ", outputDataType = \"UINT32\"")), 0,
                 "UINT32[1,5] [1,5,1] 32 bits, 5 words");
    check_input_fails(LAYER(LABELS("10", "3", "")), 0, "PE 3 does not divide");
    check_folds(LAYER(LABELS("10", "2", "")), "PE 2/10");
    check_cycles(LAYER(LABELS("10", "1", "")), 10);
    check_cycles(LAYER(LABELS("10", "5", ", numInputVectors = [4]")), 2);
}

#define LOOKUP(rows, dim, more)                                                                    \
    "hls.Lookup_hls <NumEmbeddings = " rows ", EmbeddingDim = " dim                                \
    ", EmbeddingType = \"FIXED<8,3>\", InputType = \"UINT10\", InputShape = [1, 6]" more ">"

Test(indices, rows_of_a_table_are_words)
{
    check_input(LAYER(LOOKUP("1500", "3", "")), 0, "UINT10[1,6] [1,6,1] 10 bits, 6 words");
    check_input(LAYER(LOOKUP("1500", "3", "")), 1, "FIXED<8,3>[1500,3]");
    check_output(LAYER(LOOKUP("1500", "3", "")), 0, "FIXED<8,3>[1,6,3] [1,6,3] 24 bits, 6 words");
    check_folds(LAYER(LOOKUP("1500", "3", "")), "");
    check_cycles(LAYER(LOOKUP("1500", "3", "")), 6);
    /* two columns of 16 bits, two blocks of 1024 rows */
    check_resources(LAYER(LOOKUP("1500", "3", "")), FINNC_DSP48E1, "BRAM 4 (0.488281)");
}

Test(indices, a_table_in_memory_comes_in_the_memorys_words)
{
    check_output(LAYER(LOOKUP("1500", "8", ", mem_mode = \"external\"")), 0,
                 "FIXED<8,3>[1,6,8] [1,6,2,4] 32 bits, 12 words");
    check_resources(LAYER(LOOKUP("1500", "8", ", mem_mode = \"external\"")), FINNC_DSP48E1, "");
    check_output_fails(LAYER(LOOKUP("1500", "8", ", mem_mode = \"external\", ext_mem_width = 20")),
                       0, "ext_mem_width 20 is no multiple of the 8 bits");
    check_output_fails(LAYER(LOOKUP("1500", "6", ", mem_mode = \"external\"")), 0,
                       "ext_mem_width 32 is 4 elements, which do not divide the last axis, 6");
}

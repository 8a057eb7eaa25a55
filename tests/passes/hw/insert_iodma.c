#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define DMA(vectors, channels, type, memory, stream, more)                                         \
    HLS "IODMA_hls<backend=\"fpgadataflow\", numInputVectors=" vectors ", NumChannels=" #channels  \
        ", dataType=\"" type "\", intfWidth=" #memory ", streamWidth=" #stream more ">"
#define COPY4 COPY(4, 2, "INT2", "")
#define MVAU(mode, more)                                                                           \
    HLS "MVAU_hls<backend=\"fpgadataflow\", MW=4, MH=2, SIMD=2, PE=1, inputDataType=\"INT2\","     \
        " weightDataType=\"INT8\", outputDataType=\"INT12\", noActivation=1, mem_mode=\"" mode     \
        "\"" more ">"

Test(insert_iodma, inputs_and_outputs_go_through_memory)
{
    check_pass("InsertIODMA{max_intfwidth=64}",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1}> {"
               "    z = " COPY4 "(x, p) }",
               "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1},"
               "    float[1,4] a {INT2}, float[1,4] b {INT2}> {"
               "    a = " DMA("[1,2]", 1, "UINT8", 16, 8,
                              ", direction=\"in\"") "(x)"
                                                    "    b = " COPY4 "(a, p)"
                                                    "    z = " DMA("[1,2]", 1, "UINT8", 16, 8,
                                                                   ", direction=\"out\"") "(b) }");
}

/* Columns by PE, rows by SIMD, and each word backwards. */
Test(insert_iodma, external_weights_are_laid_out_as_they_are_streamed)
{
    check_pass(
        "InsertIODMA{insert_input=false, insert_output=false}",
        "g (float[1,4] x {INT2}) => (float[1,2] z {INT12})"
        "<float[4,2] w {INT8} = {1,2, 3,4, 5,6, 7,8}> { z = " MVAU("external", "") "(x, w) }",
        "g (float[1,4] x {INT2}) => (float[1,2] z {INT12})"
        "<float[4,2] m {INT8} = {3,1, 7,5, 4,2, 8,6},"
        "    float[4,2] w {INT8} = {1,2, 3,4, 5,6, 7,8}> {"
        "    w = " DMA(
            "[4]", 2, "INT8", 32, 16,
            ", direction=\"in\", burstMode=\"wrap\"") "(m)"
                                                      "    z = " MVAU(
                                                          "external",
                                                          ", inFIFODepths=[2,8]") "(x, w) }");
    check_unchanged("InsertIODMA{insert_input=false, insert_output=false}",
                    "g (float[1,4] x {INT2}) => (float[1,2] z {INT12})"
                    "<float[4,2] w {INT8} = {1,2, 3,4, 5,6, 7,8}> {"
                    "    z = " MVAU("internal_decoupled", "") "(x, w) }");
}

/* Words of 4 by INT8 are not those of 2 by INT4: the layer counts the bits of its own type. */
Test(insert_iodma, the_memory_is_no_wider_than_the_layers_weights)
{
#define NARROW(more)                                                                               \
    HLS "MVAU_hls<backend=\"fpgadataflow\", MW=4, MH=2, SIMD=2, PE=1, inputDataType=\"INT2\","     \
        " weightDataType=\"INT4\", outputDataType=\"INT12\", noActivation=1,"                      \
        " mem_mode=\"external\"" more ">"
    check_pass(
        "InsertIODMA{insert_input=false, insert_output=false},InsertFIFO",
        "g (float[1,4] x {INT2}) => (float[1,2] z {INT12})"
        "<float[4,2] w {INT8} = {1,2, 3,4, 5,6, 7,-8}> { z = " NARROW("") "(x, w) }",
        "g (float[1,4] x {INT2}) => (float[1,2] z {INT12})"
        "<float[4,2] m {INT4} = {3,1, 7,5, 4,2, -8,6},"
        "    float[4,2] w {INT4} = {1,2, 3,4, 5,6, 7,-8}, float[4,2] f {INT4}> {"
        "    w = " DMA(
            "[4]", 2, "INT4", 32, 8,
            ", direction=\"in\", burstMode=\"wrap\"") "(m)"
                                                      "    f = " HW FIFO(
                                                          8, "[4,1,2]", "[4,2]", "INT4",
                                                          "rtl") "(w)"
                                                                 "    z = " NARROW(
                                                                     ", inFIFODepths=[2,8]") "(x, f) }");
}

/* An initialiser may be a graph input, too: its default. */
Test(insert_iodma, constants_are_no_streams)
{
#define INNER MVAU("internal_decoupled", "")
#define W     "float[4,2] w {INT8} = {1,2, 3,4, 5,6, 7,8}"
    check_pass("InsertIODMA{insert_output=false}",
               "g (float[1,4] x {INT2}, float[4,2] w {INT8}) => (float[1,2] z {INT12}) <" W "> {"
               "    z = " INNER "(x, w) }",
               "g (float[1,4] x {INT2}) => (float[1,2] z {INT12}) <" W ", float[1,4] a {INT2}> {"
               "    a = " DMA("[1,2]", 1, "UINT8", 16, 8, ", direction=\"in\"") "(x)"
                                                                                "    z = " INNER
                                                                                "(a, w) }");
}

Test(insert_iodma, refuses_with_the_numbers)
{
    check_refused("InsertIODMA{max_intfwidth=24}",
                  "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) { z = " DOUBLE(4, 2, "INT2",
                                                                                   "") "(x, x) }",
                  "max_intfwidth is 24, no power of two");
    check_refused("InsertIODMA{max_intfwidth=4}",
                  "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) { z = " DOUBLE(4, 2, "INT2",
                                                                                   "") "(x, x) }",
                  "16 bits are carried in words of at most 4");
    check_refused("InsertIODMA",
                  "g (float[1,4] x {INT2}) => (float[1,2] z {INT12})"
                  "<float[4,1] w {INT8} = {1, 2, 3, 4}> { z = " MVAU("external", "") "(x, w) }",
                  "weights of 4 by 1 for a layer of 4 by 2");
    check_refused("InsertIODMA", "g (float[1,4] x) => (float[1,4] z) { [n] z = Neg(x) }",
                  "n (Neg): is no hardware layer, and InsertIODMA needs a graph of layers alone");
}

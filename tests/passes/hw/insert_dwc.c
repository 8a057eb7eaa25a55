#include "layers.h"
#include "windows.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define DWC(in, out, type)                                                                         \
    HW "StreamingDataWidthConverter<backend=\"fpgadataflow\", shape=[1,12], inWidth=" #in          \
       ", outWidth=" #out ", dataType=\"" type "\">"
#define ONES "<float[12] p = {1,1,1,1,1,1,1,1,1,1,1,1}"

Test(insert_dwc, between_layers_whose_words_differ)
{
    check_pass("InsertDWC",
               "g (float[1,12] x {INT2}) => (float[1,12] z {INT2})" ONES ", float[1,12] y {INT2}> {"
               "    y = " COPY(12, 2, "INT2", "") "(x, p) z = " COPY(12, 6, "INT2", "") "(y, p) }",
               "g (float[1,12] x {INT2}) => (float[1,12] z {INT2})" ONES
               ", float[12] q = {1,1,1,1,1,1,1,1,1,1,1,1}, float[1,12] y {INT2}, float[1,12] w> {"
               "    y = " COPY(12, 2, "INT2", "") "(x, p) w = " DWC(
                   4, 12, "INT2") "(y)"
                                  "    z = " COPY(12, 6, "INT2", "") "(w, q) }");
}

/* Upstream gives every input of a concatenation the width of the first. */
Test(insert_dwc, a_concatenation_has_a_width_per_input)
{
    check_pass(
        "InsertDWC",
        "g (float[1,4] a {INT2}, float[1,12] x {INT2}) => (float[1,16] z {INT2})" ONES
        ", float[1,12] y {INT2}> {"
        "    y = " COPY(12, 2, "INT2",
                        "") "(x, p)"
                            "    z = " HLS
                            "StreamingConcat_hls<backend=\"fpgadataflow\", ElemsPerStream=[4,12],"
                            "        inputDataType=\"INT2\">(a, y) }",
        "g (float[1,4] a {INT2}, float[1,12] x {INT2}) => (float[1,16] z {INT2})" ONES
        ", float[1,12] y {INT2}, float[1,12] w> {"
        "    y = " COPY(12, 2, "INT2", "") "(x, p) w = " DWC(
            4, 24, "INT2") "(y)"
                           "    z = " HLS
                           "StreamingConcat_hls<backend=\"fpgadataflow\", ElemsPerStream=[4,12],"
                           "        inputDataType=\"INT2\">(a, w) }");
}

/* A converter cuts words differently, and leaves their elements as they are. */
Test(insert_dwc, elements_keep_their_bits)
{
#define SUM "=> (float[1,12] z {INT5})" ONES ", float[1,12] y {INT2}"
    check_pass("InsertDWC",
               "g (float[1,12] x {INT2}, float[1,12] v {INT4}) " SUM "> {"
               "    y = " COPY(12, 2, "INT2", "") "(x, p)"
                                                  "    z = " DOUBLE(12, 6, "INT4", "") "(y, v) }",
               "g (float[1,12] x {INT2}, float[1,12] v {INT4}) " SUM ", float[1,12] w> {"
               "    y = " COPY(12, 2, "INT2", "") "(x, p) w = " DWC(
                   4, 12, "INT2") "(y)"
                                  "    z = " DOUBLE(12, 6, "INT4", "") "(w, v) }");
}

Test(insert_dwc, nothing_where_words_are_equal_or_it_is_no_layer)
{
    check_unchanged(
        "InsertDWC,InsertDWC{}",
        "g (float[1,12] x {INT2}) => (float[1,12] z {INT2})" ONES
        ", float[12] q = {1,1,1,1,1,1,1,1,1,1,1,1}, float[1,12] y {INT2},"
        "    float[1,12] w {INT2}> {"
        "    y = " COPY(12, 2, "INT2", "") "(x, p) w = Neg(y)"
                                           "    z = " COPY(12, 6, "INT2", "") "(w, q) }");
}

Test(insert_dwc, a_stream_is_read_once)
{
    check_refused(
        "InsertDWC",
        "g (float[1,12] x {INT2}) => (float[1,12] z {INT3})" ONES ", float[1,12] y {INT2}> {"
        "    [a] y = " COPY(12, 2, "INT2", "") "(x, p)"
                                               "    z = " DOUBLE(12, 6, "INT2", "") "(y, y) }",
        "a (ChannelwiseOp_hls): its output y is read 2 times");
}

Test(insert_dwc, an_illegal_folding_is_named)
{
    check_refused(
        "InsertDWC",
        "g (float[1,12] x {INT2}) => (float[1,12] z {INT2})" ONES ", float[1,12] y {INT2}> {"
        "    [a] y = " COPY(12, 5, "INT2", "") "(x, p)"
                                               "    z = " COPY(12, 6, "INT2", "") "(y, p) }",
        "a (ChannelwiseOp_hls): PE 5 does not divide");
}

/* The shape of `m` comes from its inputs; upstream states that of the attributes behind it. */
Test(insert_dwc, attributes_that_contradict_the_tensor)
{
    check_refused("InsertDWC",
                  "g (float[2,4] a {INT4}, float[2,4] b {INT4}) => (float[2,4] y {INT5}) {"
                  "    [s] m = " HW "AddStreams<backend=\"fpgadataflow\", NumChannels=4, PE=1,"
                  "        inputDataType=\"INT4\", numInputVectors=[1]>(a, b)"
                  "    y = " HW "DuplicateStreams<backend=\"fpgadataflow\", NumChannels=4, PE=2,"
                  "        NumOutputStreams=1, inputDataType=\"INT5\", numInputVectors=[1]>(m) }",
                  "s (AddStreams): m has 8 elements, the layer's attributes make it 4");
}

Test(insert_dwc, windows_come_in_the_order_that_their_generator_gives_them)
{
    check_pass(
        "InsertDWC", POOLED(GENERATOR, 1, "Pool", 2),
        WINDOWS_AND(
            ", float[1,2,2,16] w",
            "m = " WINDOWS(GENERATOR, 1,
                           "") "(x)"
                               " w = " HW "StreamingDataWidthConverter<backend=\"fpgadataflow\","
                               " shape=[1,2,2,16], inWidth=4, outWidth=8, dataType=\"UINT4\">(m)"
                               " y = " MAXIMA("Pool", 2) "(w)"));
}

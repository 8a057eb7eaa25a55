#include "layers.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define ONE(c) "float[4] " #c " = {1,1,1,1}"

/* Layers in a row; arguments are what has been said of each. */
#define ROW(p, q, r)                                                                               \
    "g (float[1,4] x {INT2}) => (float[1,4] y) <" ONE(c) ", " ONE(e) ", " ONE(                     \
        f) "> {"                                                                                   \
           "    [p] a = " COPY(4, 2, "INT2", p) "(x, c) [q] b = " COPY(                            \
               4, 2, "INT2", q) "(a, e)"                                                           \
                                "    [r] y = " COPY(4, 2, "INT2", r) "(b, f) }"
#define AT(slr, id) ", slr=" #slr ", partition_id=" #id

Test(floorplan, without_one_everything_is_one_partition)
{
    check_pass("Floorplan", ROW("", "", ""), ROW(AT(-1, 0), AT(-1, 0), AT(-1, 0)));
}

Test(floorplan, layers_on_another_die_are_another_partition)
{
    check_pass(
        "Floorplan{floorplan={\"Defaults\": {\"slr\": [2, [\"all\"]]}, \"q\": {\"slr\": 1}}}",
        ROW("", "", ""), ROW(AT(2, 0), AT(1, 1), AT(2, 2)));
    check_pass("Floorplan{floorplan={\"Defaults\": {}, \"p\": {\"slr\": 0}, \"q\": {\"slr\": 0},"
               " \"r\": {\"slr\": 1}}}",
               ROW("", "", ""), ROW(AT(0, 0), AT(0, 0), AT(1, 1)));
}

/* A layer joins the partition of the one before it, wherever that stands. */
Test(floorplan, nodes_need_not_be_in_order)
{
#define TURNED(p, q, r)                                                                            \
    "g (float[1,4] x {INT2}) => (float[1,4] y) <" ONE(c) ", " ONE(e) ", " ONE(                     \
        f) "> {"                                                                                   \
           "    [r] y = " COPY(4, 2, "INT2", r) "(b, f) [q] b = " COPY(                            \
               4, 2, "INT2", q) "(a, e)"                                                           \
                                "    [p] a = " COPY(4, 2, "INT2", p) "(x, c) }"
    const char *sorted =
        "Floorplan{floorplan={\"Defaults\": {}, \"p\": {\"slr\": 0}, \"q\": {\"slr\": 1},"
        " \"r\": {\"slr\": 1}}}";
    check_pass(sorted, TURNED("", "", ""), ROW(AT(0, 0), AT(1, 1), AT(1, 1)));
}

#define DWC(in, out, more)                                                                         \
    HLS "StreamingDataWidthConverter_hls<backend=\"fpgadataflow\", shape=[1,4], inWidth=" #in      \
        ", outWidth=" #out ", dataType=\"INT2\"" more ">"
#define CONVERTED(p, d, q, in, out)                                                                \
    "g (float[1,4] x {INT2}) => (float[1,4] y) <" ONE(c) ", " ONE(                                 \
        e) "> {"                                                                                   \
           "    [p] a = " COPY(4, 2, "INT2", p) "(x, c) [d] b = " DWC(                             \
               in, out, d) "(a)"                                                                   \
                           "    [q] y = " COPY(4, 1, "INT2", q) "(b, e) }"
#define BOTH "Floorplan{floorplan={\"Defaults\": {}, \"p\": {\"slr\": 0}, \"q\": {\"slr\": 1}}}"

/* Few wires cross between dies. */
Test(floorplan, a_width_converter_stays_with_its_narrow_side)
{
    check_pass(BOTH, CONVERTED("", "", "", 4, 2), CONVERTED(AT(0, 0), AT(1, 1), AT(1, 1), 4, 2));
    check_pass(BOTH, CONVERTED("", "", "", 2, 4), CONVERTED(AT(0, 0), AT(0, 0), AT(1, 1), 2, 4));
}

/* A neighbour behind it may have no SLR of its own, or be a FIFO that goes with the converter. */
Test(floorplan, a_width_converter_waits_for_its_narrow_side)
{
#define ALL "Floorplan{floorplan={\"Defaults\": {\"slr\": [2, [\"all\"]]}, \"p\": {\"slr\": 0}}}"
    check_pass(ALL, CONVERTED("", "", "", 4, 2), CONVERTED(AT(0, 0), AT(2, 1), AT(2, 1), 4, 2));
#define BUFFERED(p, d, f, q)                                                                       \
    "g (float[1,4] x {INT2}) => (float[1,4] y) <" ONE(c) ", " ONE(                                 \
        e) "> {"                                                                                   \
           "    [p] a = " COPY(4, 2, "INT2", p) "(x, c) [d] b = " DWC(                             \
               4, 2, d) "(a)"                                                                      \
                        "    [f] g = " RTL "StreamingFIFO_rtl<backend=\"fpgadataflow\", depth=4,"  \
                        "        folded_shape=[1,4,1], normal_shape=[1,4], dataType=\"INT2\"" f    \
                        ">(b)"                                                                     \
                        "    [q] y = " COPY(4, 1, "INT2", q) "(g, e) }"
    check_pass("Floorplan{floorplan={\"Defaults\": {}, \"p\": {\"slr\": 0}, \"q\": {\"slr\": 0}}}",
               BUFFERED("", "", "", ""), BUFFERED(AT(0, 0), AT(0, 0), AT(0, 0), AT(0, 0)));
}

#define DMA(direction, more)                                                                       \
    HLS "IODMA_hls<backend=\"fpgadataflow\", numInputVectors=[1,2], NumChannels=1,"                \
        " dataType=\"UINT8\", intfWidth=16, streamWidth=8, direction=\"" direction "\"" more ">"
#define WITH_MEMORY(i, p, q, o)                                                                    \
    "g (float[1,4] x {INT2}) => (float[1,4] y {INT2}) <" ONE(c) ", " ONE(                          \
        e) ","                                                                                     \
           "    float[1,4] a {INT2}, float[1,4] d {INT2}> {"                                       \
           "    [i] a = " DMA("in", i) "(x) [p] b = " COPY(                                        \
               4, 2, "INT2", p) "(a, c)"                                                           \
                                "    [q] d = " COPY(4, 2, "INT2",                                  \
                                                    q) "(b, e) [o] y = " DMA("out", o) "(d) }"

Test(floorplan, every_iodma_is_a_partition)
{
    check_pass("Floorplan", WITH_MEMORY("", "", "", ""),
               WITH_MEMORY(AT(-1, 0), AT(-1, 2), AT(-1, 2), AT(-1, 1)));
}

Test(floorplan, layers_that_no_floorplan_names_are_counted)
{
    check_remark("Floorplan{floorplan={\"Defaults\": {}, \"q\": {\"slr\": 1}}}", ROW("", "", ""),
                 "2 layers have no entry in a floorplan: SLR -1");
    check_refused("Floorplan", "g (float[1,4] x) => (float[1,4] y) { [n] y = Neg(x) }",
                  "n (Neg): is no hardware layer, and Floorplan needs a graph of layers alone");
}

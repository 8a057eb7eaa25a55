#include "layers.h"
#include "windows.h"

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define ONES            "<float[4] p = {1,1,1,1}, float[4] q = {1,1,1,1}"
#define COPY4(more)     COPY(4, 2, "INT2", more)
#define FIFO4(n, style) HW FIFO(n, "[1,2,2]", "[1,4]", "INT2", style)

#define TWO(given, taken)                                                                          \
    "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES ", float[1,4] y {INT2}> {"             \
    "    [a] y = " COPY4(                                                                          \
        ", inFIFODepths=[2,2], outFIFODepths=" given) "(x, p)"                                     \
                                                      "    [b] z = " COPY4(                        \
                                                          ", inFIFODepths=" taken) "(y, q) }"

Test(insert_fifo, as_deep_as_the_deeper_of_both)
{
    check_pass(
        "InsertFIFO", TWO("[7]", "[30,2]"),
        "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES
        ", float[1,4] y {INT2}, float[1,4] w {INT2}> {"
        "    y = " COPY4(
            ", inFIFODepths=[2,2], outFIFODepths=[7]") "(x, p)"
                                                       "    w = " FIFO4(
                                                           30,
                                                           "rtl") "(y)"
                                                                  "    z = " COPY4(
                                                                      ", inFIFODepths=[30,2]") "(w, q) }");
}

Test(insert_fifo, deep_ones_are_the_vendors)
{
    check_pass(
        "InsertFIFO{max_qsrl_depth=29}", TWO("[7]", "[30,2]"),
        "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES
        ", float[1,4] y {INT2}, float[1,4] w {INT2}> {"
        "    y = " COPY4(
            ", inFIFODepths=[2,2], outFIFODepths=[7]") "(x, p)"
                                                       "    w = " FIFO4(
                                                           30,
                                                           "vivado") "(y)"
                                                                     "    z = " COPY4(
                                                                         ", inFIFODepths=[30,2]") "(w, q) }");
}

Test(insert_fifo, at_the_ends_too_where_they_are_asked_for)
{
    check_pass(
        "InsertFIFO{create_shallow_fifos=true, max_qsrl_depth=1}",
        "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1}> {"
        "    z = " COPY4(", inFIFODepths=[9,2]") "(x, p) }",
        "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1},"
        "    float[1,4] v {INT2}, float[1,4] w {INT2}> {"
        "    v = " FIFO4(9, "rtl") "(x)"
                                   "    w = " COPY4(", inFIFODepths=[9,2]") "(v, p)"
                                                                            "    z = " FIFO4(
                                                                                2, "rtl") "(w) }");
}

Test(insert_fifo, shallow_ones_are_in_the_layers)
{
    check_unchanged("InsertFIFO", TWO("[2]", "[2,2]"));
    check_remark("InsertFIFO", TWO("[2]", "[2,2]"), "b (ChannelwiseOp_hls): output 0 asks for 2");
}

Test(insert_fifo, words_have_to_fit)
{
    check_refused("InsertFIFO",
                  "g (float[1,4] x {INT2}) => (float[1,4] z {INT2})" ONES ", float[1,4] y {INT2}> {"
                  "    [a] y = " COPY(4, 1, "INT2", "") "(x, p) [b] z = " COPY4("") "(y, q) }",
                  "a (ChannelwiseOp_hls): makes 4 words of 1 elements, b (ChannelwiseOp_hls) takes "
                  "2 words of 2: see InsertDWC");
    check_refused("InsertFIFO{max_qsrl_depth=-1}", TWO("[2]", "[2,2]"), "max_qsrl_depth is -1");
    check_refused("InsertFIFO{create_shallow_fifos=true}",
                  "g (float[1,4] x) => (float[1,4] z) { [n] z = Neg(x) }",
                  "n (Neg): is no hardware layer");
}

Test(insert_fifo, attributes_that_contradict_the_tensor)
{
    check_refused("InsertFIFO{create_shallow_fifos=true}",
                  "g (float[1,4] x {INT2}) => (float[1,4] z {INT2}) <float[4] p = {1,1,1,1}> {"
                  "    [a] z = " COPY4(", numInputVectors=[2,3]") "(x, p) }",
                  "a (ChannelwiseOp_hls): x has 4 elements, the layer's attributes make it 24");
}

/* A generator that is not bound keeps all channels of a tap together, whatever its SIMD is: the
 * pool reads them so behind a FIFO, too. */
Test(insert_fifo, windows_come_in_the_order_that_their_generator_gives_them)
{
#define DEEP     WINDOWS(GENERATOR, 2, ", outFIFODepths=[8]")
#define STREAMED WINDOWS_AND("", "m = " DEEP "(x) y = " MAXIMA("Pool", 2) "(m)")
#define QUEUED                                                                                     \
    WINDOWS_AND(", float[1,2,2,16] f {UINT4}",                                                     \
                "m = " DEEP "(x) f = " HW FIFO(8, "[1,2,2,8,2]", "[1,2,2,16]", "UINT4",            \
                                               "rtl") "(m)"                                        \
                                                      " y = " MAXIMA("Pool", 2) "(f)")
    check_pass("InsertFIFO", STREAMED, QUEUED);
    check_pass("RemoveShallowFIFOs{shallow_threshold=8}", QUEUED, STREAMED);
}

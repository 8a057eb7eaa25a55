#include "support/check_pass.h"

#include <criterion/criterion.h>

#define HW       "finn.custom_op.fpgadataflow."
#define MINIMIZE "MinimizeAccumulatorWidth"

/* Two columns of two weights. */
#define MVAU(input, weight, output, more)                                                          \
    HW "MVAU<backend=\"fpgadataflow\", MW=2, MH=2, PE=1, SIMD=1, inputDataType=\"" input "\","     \
       "    weightDataType=\"" weight "\", outputDataType=\"" output "\"" more ">"

/* ---- sums ---- */

#define SUMS(input, weight, weights, output, more)                                                 \
    "g (float[1,2] x {" input "}) => (float[1,2] y {" output "}) <float[2,2] w = {" weights "}> {" \
    "    [m] y = " MVAU(input, weight, output, ", noActivation=1" more) "(x, w) }"
#define BEFORE(input, weight, weights, more) SUMS(input, weight, weights, "INT32", more)
#define AFTER(input, weight, weights, output, more)                                                \
    SUMS(input, weight, weights, output, ", accDataType=\"" output "\"" more)

Test(minimize_accumulator_width, sums_that_leave_the_graph_are_whole_bytes)
{
    /* -3 * 3 to 3 * 3; 0 to 300 * 15. */
    check_pass(MINIMIZE, BEFORE("UINT2", "INT3", "-1, 1, -2, 2", ""),
               AFTER("UINT2", "INT3", "-1, 1, -2, 2", "INT8", ""));
    check_pass(MINIMIZE, BEFORE("UINT4", "UINT8", "100, 1, 200, 2", ""),
               AFTER("UINT4", "UINT8", "100, 1, 200, 2", "UINT16", ""));
}

Test(minimize_accumulator_width, narrower_sums_are_narrower_inputs)
{
#define CHAIN(sum, out)                                                                            \
    "g (float[1,2] x {UINT2}) => (float[1,2] y {" out                                              \
    "}) <float[2,2] w = {-1, 1, -2, 2}, float[2,2] v = {-1, 1, -2, 2},"                            \
    "    float[1,2] a {" sum "}> {"                                                                \
    "    a = " MVAU("UINT2", "INT3", sum,                                                          \
                    ", noActivation=1, accDataType=\"" sum                                         \
                    "\"") "(x, w)"                                                                 \
                          "    y = " MVAU(sum, "INT3", out,                                        \
                                          ", noActivation=1, accDataType=\"" out "\"") "(a, v) }"
    /* -9 to 9: INT5, whose -16 to 15 twice: -16 - 30 to 15 + 32. */
    check_pass(MINIMIZE, CHAIN("INT32", "INT32"), CHAIN("INT5", "INT8"));
}

/* All of {-2, ..., 1}, with inputs of {-2, ..., 1}: -4 to 8. Upstream takes 2 for the highest. */
Test(minimize_accumulator_width, weights_that_may_change_are_worth_all_of_their_type)
{
    check_pass(MINIMIZE, BEFORE("INT2", "INT2", "1, 0, 0, 0", ", runtime_writeable_weights=1"),
               AFTER("INT2", "INT2", "1, 0, 0, 0", "INT8", ", runtime_writeable_weights=1"));
#define WRITEABLE(sum, acc)                                                                        \
    "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2,2] w = {1, 0, 0, 0},"                      \
    "    float[1,2] a {" sum "}> {"                                                                \
    "    a = " MVAU("INT2", "INT2", sum,                                                           \
                    ", noActivation=1, runtime_writeable_weights=1" acc) "(x, w) y = Neg(a) }"
    check_pass(MINIMIZE, WRITEABLE("INT32", ""), WRITEABLE("INT5", ", accDataType=\"INT5\""));
}

/* ---- sums that are joined with others ---- */

/* Sums of -9 to 9 fit INT5, beside a stream of another type, and beside others of INT4. */
#define JOINED(z, join, sum, acc, out)                                                             \
    "g (float[1,2] x {UINT2}, float[1,2] z {" z "}) => (" out ") <float[2,2] w = {-1, 1, -2, 2},"  \
    "    float[1,2] a {" sum "}> {"                                                                \
    "    [m] a = " MVAU("UINT2", "INT3", sum,                                                      \
                        ", noActivation=1, accDataType=\"" acc "\"") "(x, w) [s] y = " join        \
                                                                     "(a, z) }"
#define ADD(type)                                                                                  \
    HW "AddStreams<backend=\"fpgadataflow\", NumChannels=2, PE=1, inputDataType=\"" type "\">"
#define CONCAT(type)                                                                               \
    HW "StreamingConcat<backend=\"fpgadataflow\", ElemsPerStream=[2,2], inputDataType=\"" type "\">"

Test(minimize_accumulator_width, streams_that_are_joined_are_of_one_type)
{
    check_pass(MINIMIZE, JOINED("INT16", ADD("INT32"), "INT32", "INT32", "float[1,2] y {INT33}"),
               JOINED("INT16", ADD("INT16"), "INT16", "INT5", "float[1,2] y {INT17}"));
    check_pass(MINIMIZE, JOINED("INT8", CONCAT("INT32"), "INT32", "INT32", "float[1,4] y {INT32}"),
               JOINED("INT8", CONCAT("INT8"), "INT8", "INT5", "float[1,4] y {INT8}"));
    check_pass(MINIMIZE, JOINED("INT3", ADD("INT32"), "INT32", "INT32", "float[1,2] y {INT33}"),
               JOINED("INT3", ADD("INT5"), "INT5", "INT5", "float[1,2] y {INT6}"));
    check_remark(MINIMIZE, JOINED("INT16", ADD("INT32"), "INT32", "INT32", "float[1,2] y {INT33}"),
                 "m (MVAU): its output is INT16, as s joins it with wider streams");
}

/* -9 to 9 and -1 to 9: both of INT5, as upstream has them. */
Test(minimize_accumulator_width, sums_that_are_joined_have_the_widest_of_their_types)
{
#define TWO(sum0, sum1, acc0, acc1, join, out)                                                     \
    "g (float[1,2] x {UINT2}) => (float[1,2] y {" out "}) <float[2,2] w = {-1, 1, -2, 2},"         \
    "    float[2,2] v = {1, 0, 0, 1}, float[1,2] a {" sum0 "}, float[1,2] b {" sum1 "}> {"         \
    "    a = " MVAU("UINT2", "INT3", sum0,                                                         \
                    ", noActivation=1, accDataType=\"" acc0                                        \
                    "\"") "(x, w)"                                                                 \
                          "    b = " MVAU("UINT2", "INT3", sum1,                                   \
                                          ", noActivation=1, accDataType=\"" acc1                  \
                                          "\"") "(x, v)"                                           \
                                                "    y = " join "(b, a) }"
    check_pass(MINIMIZE, TWO("INT32", "INT32", "INT32", "INT32", ADD("INT32"), "INT33"),
               TWO("INT5", "INT5", "INT5", "UINT2", ADD("INT5"), "INT6"));
}

/* ---- thresholds ---- */

#define COMPARED(input, weight, weights, thresholds, more)                                         \
    "g (float[1,2] x {" input "}) => (float[1,2] y {UINT2}) <float[2,2] w = {" weights "},"        \
    "    float[2,2] t = {" thresholds "}> {"                                                       \
    "    [m] y = " MVAU(input, weight, "UINT2", more) "(x, w, t) }"

/* The join reads what a FIFO hands on. */
#define BEHIND_FIFO(sum, acc, type, out)                                                           \
    "g (float[1,2] x {UINT2}, float[1,2] z {INT16}) => (float[1,2] y {" out "})"                   \
    "    <float[2,2] w = {-1, 1, -2, 2}, float[1,2] a {" sum "}, float[1,2] f {" sum "}> {"        \
    "    a = " MVAU("UINT2", "INT3", sum, ", noActivation=1, accDataType=\"" acc "\"") "(x, w)"    \
    "    f = " HW "StreamingFIFO<backend=\"fpgadataflow\", depth=2, folded_shape=[1,2,1],"         \
    "        normal_shape=[1,2], dataType=\"" sum "\">(a)"                                         \
    "    y = " ADD(type) "(f, z) }"
/* A copy goes to the join, the other one somewhere else. */
#define COPIED(acc, type, out)                                                                     \
    "g (float[1,2] x {UINT2}, float[1,2] z {INT16}) => (float[1,2] y {" out "}, float[1,2] c)"     \
    "    <float[2,2] w = {-1, 1, -2, 2}, float[1,2] a {INT32}, float[1,2] b {INT32},"              \
    "    float[1,2] c {INT32}> {"                                                                  \
    "    [m] a = " MVAU("UINT2", "INT3", "INT32",                                                  \
                        ", noActivation=1, accDataType=\"" acc "\"") "(x, w)"                      \
    "    b, c = " HW "DuplicateStreams<backend=\"fpgadataflow\", NumChannels=2, PE=1,"             \
    "        NumOutputStreams=2, inputDataType=\"INT32\", numInputVectors=[1]>(a)"                 \
    "    y = " ADD(type) "(b, z) }"

Test(minimize_accumulator_width, layers_that_hand_sums_on_are_looked_through)
{
    check_pass(MINIMIZE, BEHIND_FIFO("INT32", "INT32", "INT32", "INT33"),
               BEHIND_FIFO("INT16", "INT5", "INT16", "INT17"));
    check_pass(MINIMIZE, COPIED("INT32", "INT32", "INT33"), COPIED("INT5", "INT32", "INT33"));
    check_remark(MINIMIZE, COPIED("INT32", "INT32", "INT33"),
                 "m (MVAU): its output stays INT32: it has 2 readers, one joins it with others");
}

/* Columns reach 6 and 3, so that 50 is beyond for both. Upstream makes 6 of it, which the first
 * column reaches. */
Test(minimize_accumulator_width, thresholds_out_of_reach_stay_out_of_reach)
{
    check_pass(MINIMIZE, COMPARED("UINT2", "BINARY", "1, 1, 1, 0", "-7, 50, 2, 50", ""),
               COMPARED("UINT2", "BINARY", "1, 1, 1, 0", "0, 7, 2, 6", ", accDataType=\"UINT3\""));
    check_unchanged(MINIMIZE, COMPARED("UINT2", "BINARY", "1, 1, 1, 0", "0, 7, 2, 6",
                                       ", accDataType=\"UINT3\""));
}

/* One weight, so that sums reach 255 times as far as it: here beyond 2^24, where floats are even.
 * 16777981 is reached by 255 * 65796 + 1 alone, and a float would make 16777980 of it. */
Test(minimize_accumulator_width, a_limit_that_is_no_float_is_not_rounded_onto_a_sum)
{
#define FAR(weight, thresholds, acc)                                                               \
    "g (float[1,1] x {UINT8}) => (float[1,1] y {BINARY})"                                          \
    "    <float[1,1] w = {" weight "}, float[1,1] t = {" thresholds "}> {"                         \
    "    y = " HW "MVAU<backend=\"fpgadataflow\", MW=1, MH=1, PE=1, SIMD=1,"                       \
    "        inputDataType=\"UINT8\", weightDataType=\"INT19\", outputDataType=\"BINARY\"" acc     \
    ">(x, w, t) }"
    check_pass(MINIMIZE, FAR("65796", "1000000000", ""),
               FAR("65796", "16777982", ", accDataType=\"UINT25\""));
    check_pass(MINIMIZE, FAR("-65795", "-1000000000", ""),
               FAR("-65795", "-16777726", ", accDataType=\"INT26\""));
    /* One beyond the sums is a float there. */
    check_pass(MINIMIZE, FAR("65797", "1000000000", ""),
               FAR("65797", "16778236", ", accDataType=\"UINT25\""));
    check_unchanged(MINIMIZE, FAR("65796", "16777982", ", accDataType=\"UINT25\""));
}

/* Four matches, or two here, are what XNORs can count; upstream takes the inputs for 0 and 1, finds
 * 1 at most and clips. */
Test(minimize_accumulator_width, xnors_count_up_to_the_length)
{
    check_pass(MINIMIZE,
               COMPARED("BINARY", "BINARY", "1, 0, 0, 0", "0, 2, 1, 2", ", binaryXnorMode=1"),
               COMPARED("BINARY", "BINARY", "1, 0, 0, 0", "0, 2, 1, 2",
                        ", binaryXnorMode=1, accDataType=\"UINT2\""));
    check_refused(MINIMIZE, COMPARED("BIPOLAR", "BIPOLAR", "1, -1, 1, 1", "-1, 2, 1, 2", ""),
                  "m (MVAU): threshold -1 is below 0, and a count of agreeing signs never is");
}

Test(minimize_accumulator_width, constants_that_others_use_stay_theirs)
{
#define SHARED(constants, mine, acc)                                                               \
    "g (float[1,2] x {UINT2}) => (float[1,2] y {UINT2}, float[2,2] z)"                             \
    "    <float[2,2] w {BINARY} = {1,1,1,0}, float[2,2] t {INT8} = {0,50,2,50}" constants "> {"    \
    "    y = " MVAU("UINT2", "BINARY", "UINT2", acc) "(x, w, " mine ") z = Neg(t) }"
    check_pass(MINIMIZE, SHARED("", "t", ""),
               SHARED(", float[2,2] t2 {INT8} = {0,7,2,6}", "t2", ", accDataType=\"UINT3\""));
}

Test(minimize_accumulator_width, thresholds_on_an_input_hold_both)
{
#define STEPS(input, type, annotation)                                                               \
    "g (float[1,2] x {" input "}) => (float[1,2] y {UINT2}) <float[2,1] t " annotation               \
    "= {-4, 5}> { y = " HW                                                                           \
    "Thresholding<backend=\"fpgadataflow\", NumChannels=2, PE=1, numSteps=1, inputDataType=\"" input \
    "\", weightDataType=\"" type "\", outputDataType=\"UINT2\">(x, t) }"
    check_pass(MINIMIZE, STEPS("INT3", "INT32", "{INT32}"), STEPS("INT3", "INT4", "{INT4}"));
    check_pass(MINIMIZE, STEPS("INT8", "INT32", ""), STEPS("INT8", "INT8", "{INT8}"));
}

/* 50 is in reach of UINT8, not of UINT2. */
Test(minimize_accumulator_width, the_input_of_the_first_layer_is_what_the_value_says)
{
#define FIRST(said, acc)                                                                            \
    "g (float[1,1] x {UINT8}) => (float[1,1] y {BINARY}) <float[1,1] w = {1}, float[1,1] t = {50}>" \
    "{ y = " HW "MVAU<backend=\"fpgadataflow\", MW=1, MH=1, PE=1, SIMD=1, inputDataType=\"" said    \
    "\", weightDataType=\"BINARY\", outputDataType=\"BINARY\"" acc ">(x, w, t) }"
    check_pass(MINIMIZE, FIRST("UINT2", ""), FIRST("UINT8", ", accDataType=\"UINT8\""));
}

Test(minimize_accumulator_width, says_why_not)
{
    check_refused(MINIMIZE, COMPARED("UINT2", "BINARY", "1, 1, 1, 0", "0, 1.5, 2, 6", ""),
                  "m (MVAU): threshold 1.5 is no integer; RoundAndClipThresholds rounds");
    check_remark(MINIMIZE, BEFORE("FLOAT32", "INT2", "1, 1, 1, 0", ""),
                 "m (MVAU): its input is FLOAT32, not an integer");
    check_remark(
        MINIMIZE,
        "g (float[1,2] x {INT2}) => (float[1,2] y {INT32}) <float[2,2] w = {1, -1, 1, 1}> {"
        "    [m] y = " MVAU("BIPOLAR", "BIPOLAR", "INT32", ", noActivation=1") "(x, w) }",
        "m (MVAU): its input is INT2, inputDataType is BIPOLAR");
    check_remark(MINIMIZE,
                 "g (float[1,2] x {INT2}, float[2,2] w) => (float[1,2] y) {"
                 "    [m] y = " MVAU("INT2", "INT2", "INT32", ", noActivation=1") "(x, w) }",
                 "m (MVAU): its weights are not constant");
    check_refused(MINIMIZE,
                  "g (float[1,2] x {INT2}) => (float[1,2] y) <float[2,1] w = {1, 1}> {"
                  "    [m] y = " MVAU("INT2", "INT2", "INT32", ", noActivation=1") "(x, w) }",
                  "m (MVAU): has 2 weights, should have 2 * 2");
}

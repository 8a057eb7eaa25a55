#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferShapes,AbsorbChanFirstIntoMatMul"

/* Two pixels of two channels: rows come as c0p0 c0p1 c1p0 c1p1, and as p0c0 p0c1 p1c0 p1c1
 * afterwards. */
Test(absorb_chan_first_into_mat_mul, orders_the_rows_anew)
{
    check_pass(PASS,
               "g (float[1,1,2,2] x) => (float[1,2] y)"
               "    <float[4,2] w {UINT4} = {1,2,3,4,5,6,7,8}, float[1,4] f {INT4, NC}> {"
               "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten <axis = 1> (t)"
               "    y = MatMul (f, w) }",
               "g (float[1,1,2,2] x) => (float[1,2] y)"
               "    <float[4,2] w {UINT4} = {1,2,5,6,3,4,7,8}, float[1,4] f {INT4, NC}> {"
               "    f = Flatten <axis = 1> (x) y = MatMul (f, w) }");
    check_pass(PASS,
               "g (float[2,2,2] x) => (float[2,2] y)"
               "    <float[2,4] w = {1,2,3,4,5,6,7,8}, float[2] c = {1,2}, int64[2] s = {2,-1}> {"
               "    t = Transpose <perm = [0,2,1]> (x) f = Reshape (t, s)"
               "    y = Gemm <transB = 1> (f, w, c) }",
               "g (float[2,2,2] x) => (float[2,2] y)"
               "    <float[2,4] w = {1,3,2,4,5,7,6,8}, float[2] c = {1,2}> {"
               "    f = Flatten <axis = 1> (x) y = Gemm <transB = 1> (f, w, c) }");
}

/* transB = 0 is no transposition; a batch that nobody knows is kept by Flatten. */
Test(absorb_chan_first_into_mat_mul, takes_attributes_at_their_word)
{
    check_pass(PASS,
               "g (float[n,1,2,2] x) => (float[n,1] y) <float[4,1] w = {1,2,3,4}> {"
               "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten <axis = 1> (t)"
               "    y = Gemm <transB = 0> (f, w) }",
               "g (float[n,1,2,2] x) => (float[n,1] y) <float[4,1] w = {1,3,2,4}> {"
               "    f = Flatten <axis = 1> (x) y = Gemm <transB = 0> (f, w) }");
}

Test(absorb_chan_first_into_mat_mul, turns_quantised_weights_and_their_parameters)
{
    check_pass(PASS,
               "g (float[1,1,2,2] x) => (float[1,2] y)"
               "    <float[4,2] w = {1,2,3,4,5,6,7,8}, float[4,1] s = {1,2,3,4},"
               "     float[2] z = {0,1}, float b = {4}> {"
               "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
               "        rounding_mode = \"ROUND\"> (w, s, z, b)"
               "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten <axis = 1> (t)"
               "    y = MatMul (f, q) }",
               "g (float[1,1,2,2] x) => (float[1,2] y)"
               "    <float[4,2] w = {1,2,5,6,3,4,7,8}, float[4,1] s = {1,3,2,4},"
               "     float[2] z = {0,1}, float b = {4}> {"
               "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
               "        rounding_mode = \"ROUND\"> (w, s, z, b)"
               "    f = Flatten <axis = 1> (x) y = MatMul (f, q) }");
}

Test(absorb_chan_first_into_mat_mul, leaves_to_others_what_they_read)
{
    check_pass(
        PASS,
        "g (float[1,1,2,2] x) => (float[1,1] y, float[1,2,1,2] z, float[1,1] u)"
        "    <float[4,1] w = {1,2,3,4}, float[1,4] v = {1,1,1,1}> {"
        "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten <axis = 1> (t)"
        "    y = MatMul (f, w) z = Relu (t) u = MatMul (v, w) }",
        "g (float[1,1,2,2] x) => (float[1,1] y, float[1,2,1,2] z, float[1,1] u)"
        "    <float[4,1] o = {1,3,2,4}, float[4,1] w = {1,2,3,4}, float[1,4] v = {1,1,1,1}> {"
        "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten <axis = 1> (x)"
        "    y = MatMul (f, o) z = Relu (t) u = MatMul (v, w) }");
}

#define FLATTENED(rest) "t = Transpose <perm = [0,3,1,2]> (x) f = Flatten (t) " rest " }"
#define CHECK(signature, rest, words)                                                              \
    check_remark(PASS, "g " signature " { " FLATTENED(rest), words)

Test(absorb_chan_first_into_mat_mul, says_why_it_does_not)
{
    CHECK("(float[1,1,2,2] x) => (float[1,4] y)", "y = Relu (f)", "no matrix product");
    CHECK("(float[1,1,2,2] x) => (float[1,4] f, float[1,1] y) <float[4,1] w = {1,2,3,4}>",
          "y = MatMul (f, w)", "not read by one node alone");
    CHECK("(float[4,1,1,1] x) => (float[1,1] y) <float[1,4] w = {1,2,3,4}>", "y = MatMul (w, f)",
          "not the left operand");
    CHECK("(float[4,1,1,1] x) => (float[1,1] y) <float[4,1] w = {1,2,3,4}>",
          "y = Gemm <transA = 1> (f, w)", "transposes its left operand");
    CHECK("(float[1,1,2,2] x, float[4,1] w) => (float[1,1] y)", "y = MatMul (f, w)",
          "neither a constant nor a quantised one");
    CHECK("(float[1,1,2,2] x) => (float[1] y) <float[4] w = {1,2,3,4}>", "y = MatMul (f, w)",
          "no matrix with");
    CHECK("(float[1,1,h,2] x) => (float[1,1] y) <float[4,1] w = {1,2,3,4}>", "y = MatMul (f, w)",
          "the shape of its input is not known");
    check_remark(
        PASS,
        "g (float[2,1,2,2] x) => (float[4,1] y) <float[2,1] w = {1,2}, int64[2] s = {4,2}> {"
        "    t = Transpose <perm = [0,3,1,2]> (x) f = Reshape (t, s) y = MatMul (f, w) }",
        "does not keep the batch");
    check_remark(PASS,
                 "g (float[1,1,2,2] x) => (float[1,1] y, float[4,1] z)"
                 "    <float[4,1] w = {1,2,3,4}, float s = {1}, float o = {0}, float b = {4}> {"
                 "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
                 "        rounding_mode = \"ROUND\"> (w, s, o, b) z = Relu (q)"
                 "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten (t) y = MatMul (f, q) }",
                 "the quantised weights have other readers");
    check_remark(PASS,
                 "g (float[1,1,2,2] x, float[4,1] s) => (float[1,1] y)"
                 "    <float[4,1] w = {1,2,3,4}, float o = {0}, float b = {4}> {"
                 "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
                 "        rounding_mode = \"ROUND\"> (w, s, o, b)"
                 "    t = Transpose <perm = [0,3,1,2]> (x) f = Flatten (t) y = MatMul (f, q) }",
                 "neither one number nor a constant");
}

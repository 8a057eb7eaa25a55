#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferShapes,MoveChanLastUpstream"

Test(move_chan_last_upstream, comes_before_a_chain)
{
    check_pass(PASS,
               "g (float[1,2,4,5] x {INT8, NCHW}) => (float[1,4,5,2] y)"
               "    <float s = {2}, float[1] b = {1}, float[1,2,4,5] c {UINT8, NCHW}> {"
               "    a = Mul (x, s) d = Sub (a, b) c = Relu (d)"
               "    y = Transpose <perm = [0,2,3,1]> (c) }",
               "g (float[1,2,4,5] x {INT8, NCHW}) => (float[1,4,5,2] y {UINT8})"
               "    <float s = {2}, float[1] b = {1}, float[1,4,5,2] t {INT8, NHWC}> {"
               "    t = Transpose <perm = [0,2,3,1]> (x) a = Mul (t, s) d = Sub (a, b)"
               "    y = Relu (d) }");
}

/* The scales of the two channels are those of the last axis now. */
Test(move_chan_last_upstream, turns_the_parameters_of_a_quantiser)
{
    check_pass(PASS,
               "g (float[1,2,1,2] x) => (float[1,1,2,2] y)"
               "    <float[2,1,1] s = {0.5,2}, float z = {0}, float[1] b = {4}> {"
               "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
               "        rounding_mode = \"ROUND\"> (x, s, z, b)"
               "    y = Transpose <perm = [0,2,3,1]> (q) }",
               "g (float[1,2,1,2] x) => (float[1,1,2,2] y)"
               "    <float[1,1,1,2] s = {0.5,2}, float z = {0}, float[1] b = {4}> {"
               "    t = Transpose <perm = [0,2,3,1]> (x)"
               "    y = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
               "        rounding_mode = \"ROUND\"> (t, s, z, b) }");
}

Test(move_chan_last_upstream, comes_before_a_quantiser_whose_scale_is_computed)
{
    check_pass(PASS,
               "g (float[1,2,2] x, float s) => (float[1,2,2] y) <float z = {0}, float b = {4}> {"
               "    q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
               "        rounding_mode = \"ROUND\"> (x, s, z, b)"
               "    y = Transpose <perm = [0,2,1]> (q) }",
               "g (float[1,2,2] x, float s) => (float[1,2,2] y) <float z = {0}, float b = {4}> {"
               "    t = Transpose <perm = [0,2,1]> (x)"
               "    y = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
               "        rounding_mode = \"ROUND\"> (t, s, z, b) }");
}

Test(move_chan_last_upstream, leaves_other_transposes_and_constants)
{
    check_unchanged(PASS, "g (float[1,4,5,2] x) => (float[1,2,4,5] y) {"
                          "    a = Relu (x) y = Transpose <perm = [0,3,1,2]> (a) }");
    check_unchanged(PASS, "g (float[1] x) => (float[1,1,1,2] y) <float[1,2,1,1] w = {1,-2}> {"
                          "    a = Relu (w) t = Transpose <perm = [0,2,3,1]> (a) y = Add (t, x) }");
}

Test(move_chan_last_upstream, says_why_it_does_not)
{
    check_remark(PASS,
                 "g (float[1,2,1,1] x) => (float[1,1,1,2] y) <float[1,2,1,1] s = {1,2}> {"
                 "    a = Mul (x, s) y = Transpose <perm = [0,2,3,1]> (a) }",
                 "is more than one number");
    check_remark(PASS,
                 "g (float[1,2,1,1] x, float[1,2,1,1] s) => (float[1,1,1,2] y)"
                 "    <float z = {0}, float b = {4}> {"
                 "    a = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
                 "        rounding_mode = \"ROUND\"> (x, s, z, b)"
                 "    y = Transpose <perm = [0,2,3,1]> (a) }",
                 "neither a number nor a constant");
    check_remark(PASS,
                 "g (float[2,3] x) => (float[2,3,2] y)"
                 "    <float[2,1,1] s = {2,4}, float z = {0}, float b = {4}> {"
                 "    a = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
                 "        rounding_mode = \"ROUND\"> (x, s, z, b)"
                 "    y = Transpose <perm = [0,2,1]> (a) }",
                 "may make more of its data than there are");
    check_remark(PASS,
                 "g (float[1,2,1,1] x) => (float[1,1,1,2] y, float[1,2,1,1] z) {"
                 "    a = Relu (x) y = Transpose <perm = [0,2,3,1]> (a) z = Neg (a) }",
                 "is used by 2 nodes");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS "InferShapes,MoveChanFirstDownstream"

Test(move_chan_first_downstream, comes_behind_a_chain_whose_constants_turn)
{
    check_pass(
        PASS,
        "g (float[1,1,2,2] x) => (float[1,2,1,2] y {INT4, NCHW})"
        "    <float[2,1,1] s = {1,2}, float b = {3}, float[1,2,1,2] v {INT8, NCHW},"
        "     float p = {1}, float z = {0}, float n = {4}> {"
        "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) a = Mul (v, s)"
        "    c = Sub (b, a) y = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
        "        rounding_mode = \"ROUND\"> (c, p, z, n) }",
        "g (float[1,1,2,2] x) => (float[1,2,1,2] y {INT4, NCHW})"
        "    <float[1,1,1,2] s = {1,2}, float b = {3}, float[1,1,2,2] v {FLOAT32, tensor_layout: \"[]\"},"
        "     float[1,1,2,2] c {INT4, NHWC}, float p = {1}, float z = {0}, float n = {4}> {"
        "    r = Relu (x) v = Mul (r, s) a = Sub (b, v)"
        "    c = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
        "        rounding_mode = \"ROUND\"> (a, p, z, n)"
        "    y = Transpose <perm = [0,3,1,2]> (c) }");
}

Test(move_chan_first_downstream, turns_other_operands_back)
{
    check_pass(PASS,
               "g (float[1,1,2,3] x, float[1,3,1,2] u, float[2] w) => (float[1,3,1,2] y) {"
               "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) a = Add (v, u)"
               "    y = Pow (w, a) }",
               "g (float[1,1,2,3] x, float[1,3,1,2] u, float[2] w) => (float[1,3,1,2] y)"
               "    <int64[3] axes = {0,1,2}, float[1,1,2,3] a> {"
               "    r = Relu (x) t = Transpose <perm = [0,2,3,1]> (u) v = Add (r, t)"
               "    s = Unsqueeze (w, axes) q = Transpose <perm = [0,2,3,1]> (s) a = Pow (q, v)"
               "    y = Transpose <perm = [0,3,1,2]> (a) }");
    check_pass(PASS,
               "<ir_version: 7, opset_import: [\"\": 11]>"
               "g (float[1,1,2,3] x, float[2] w) => (float[1,3,1,2] y) {"
               "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) y = Add (v, w) }",
               "<ir_version: 7, opset_import: [\"\": 11]>"
               "g (float[1,1,2,3] x, float[2] w) => (float[1,3,1,2] y) {"
               "    r = Relu (x) s = Unsqueeze <axes = [0,1,2]> (w)"
               "    q = Transpose <perm = [0,2,3,1]> (s) a = Add (r, q)"
               "    y = Transpose <perm = [0,3,1,2]> (a) }");
}

Test(move_chan_first_downstream, squares)
{
    check_pass(PASS,
               "g (float[1,1,2,3] x) => (float[1,3,1,2] y) {"
               "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) y = Mul (v, v) }",
               "g (float[1,1,2,3] x) => (float[1,3,1,2] y) {"
               "    r = Relu (x) v = Mul (r, r) y = Transpose <perm = [0,3,1,2]> (v) }");
}

/* Of three axes a Transpose is its own inverse: two meet in one node and become one. */
Test(move_chan_first_downstream, joins_two_of_three_axes)
{
    check_pass(PASS,
               "g (float[1,2,3] x) => (float[1,3,2] y) {"
               "    r = Relu (x) s = Neg (x) a = Transpose <perm = [0,2,1]> (r)"
               "    b = Transpose <perm = [0,2,1]> (s) c = Sigmoid (b) d = Sub (a, c)"
               "    y = Tanh (d) }",
               "g (float[1,2,3] x) => (float[1,3,2] y) {"
               "    r = Relu (x) s = Neg (x) c = Sigmoid (s) d = Sub (r, c) e = Tanh (d)"
               "    y = Transpose <perm = [0,2,1]> (e) }");
    check_unchanged(PASS, "g (float[1,2,3] x) => (float[1,3,2] y) {"
                          "    y = Transpose <perm = [0,2,1]> (x) }");
}

Test(move_chan_first_downstream, says_why_it_does_not)
{
    check_remark(PASS,
                 "g (float[1,1,2,3] x) => (float[1,3,1,2] y, float[1,3,1,2] z) {"
                 "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) y = Relu (v) z = Neg (v) }",
                 "others than");
    check_remark(PASS,
                 "g (float[1,1,2,3] x) => (float[1,3,1,2] y) {"
                 "    v = Transpose <perm = [0,3,1,2]> (x) y = Relu (v) }",
                 "it stands at the beginning of the graph");
    check_remark(PASS,
                 "g (float[1,2,3] x, float[1,3,2] u) => (float[1,3,2] y) {"
                 "    r = Relu (x) v = Transpose <perm = [0,2,1]> (r) z = Neg (u) y = Add (v, z) }",
                 "another operand would need a Transpose like it");
    check_remark(PASS,
                 "g (float[1,1,2,3] x, float[2,1,1,1,1] u) => (float[2,1,3,1,2] y) {"
                 "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) y = Add (v, u) }",
                 "another operand has more axes than the data of the Transpose before it");
    check_remark(PASS,
                 "g (float[1,1,2,3] x, float u) => (float y) {"
                 "    r = Relu (x) v = Transpose <perm = [0,3,1,2]> (r) k = NonZero (u)"
                 "    f = Cast <to = 1> (k) h = Expand (f, k) y = Add (v, h) }",
                 "the shape of another operand is not known");
}

/* The constant goes along axis 1, and would go along it behind other axes. */
Test(move_chan_first_downstream, leaves_operands_that_attributes_line_up)
{
    check_remark(PASS,
                 "<ir_version: 3, opset_import: [\"\": 6]>"
                 "g (float[1,2,2,3] x) => (float[1,3,2,2] y) <float[3] c = {1,2,3}> {"
                 "    r = Relu (x) t = Transpose <perm = [0,3,1,2]> (r)"
                 "    y = Add <axis = 1, broadcast = 1> (t, c) }",
                 "it says by attributes which axes its second operand goes along");
}

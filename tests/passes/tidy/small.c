/* Passes of one line: inference, element types, padding. */
#include "support/check_pass.h"

#include <criterion/criterion.h>

#include <finnc/op.h>

Test(infer_shapes, fills_in_what_is_between)
{
    check_pass("InferShapes",
               "g (float[2,3] x) => (y) { a = Relu(x) y = Transpose <perm = [1, 0]> (a) }",
               "g (float[2,3] x) => (float[3,2] y) <float[2,3] a> {"
               "    a = Relu(x) y = Transpose <perm = [1, 0]> (a) }");
}

Test(infer_shapes, calls_a_contradiction_by_its_name)
{
    check_refused("InferShapes",
                  "g (float[2,3] x) => (y) <float[2,4] a> { [r] a = Relu(x) y = Neg(a) }",
                  "r (Relu)");
}

Test(infer_data_types, follows_the_ops)
{
    check_pass(
        "InferDataTypes",
        "g (float[2] x {INT4}, float[2] z {UINT4}) => (float[2] y) {"
        "    a = Mul(x, z) b = Identity(z) y = Add(a, b) }",
        "g (float[2] x {INT4}, float[2] z {UINT4}) => (float[2] y {INT32}) <a {INT32}, b {UINT4}> {"
        "    a = Mul(x, z) b = Identity(z) y = Add(a, b) }");
}

Test(infer_data_layouts, begins_at_the_first_input)
{
    check_pass(
        "InferDataLayouts",
        "g (float[1,2,3,4] x) => (float[1,3,4,2] y) { y = Transpose <perm = [0, 2, 3, 1]> (x) }",
        "g (float[1,2,3,4] x {NCHW}) => (float[1,3,4,2] y {NHWC}) {"
        "    y = Transpose <perm = [0, 2, 3, 1]> (x) }");
}

Test(double_to_single_float, takes_what_is_computed_along)
{
    check_pass(
        "DoubleToSingleFloat",
        "g () => (double[2] y) <double[2] w = {0.1, 2}, double[2] a> { a = Neg(w) y = Abs(a) }",
        "g () => (float[2] y) <float[2] w = {0.1, 2}, float[2] a> { a = Neg(w) y = Abs(a) }");
}

Test(move_pad_attribute_to_tensor, makes_inputs_of_attributes)
{
    check_pass(
        "MovePadAttributeToTensor",
        "<opset_import: [\"\": 11]> g (float[1,2] x) => (float[1,4] y) {"
        "    y = Pad <mode = \"constant\", pads = [0, 1, 0, 1], value = 2.0> (x) }",
        "<opset_import: [\"\": 11]> g (float[1,2] x) => (float[1,4] y)"
        "    <int64[4] p = {0, 1, 0, 1}, float v = {2}> { y = Pad <mode = \"constant\"> (x, p, v) }");
}

Test(move_pad_attribute_to_tensor, says_when_there_are_two_of_them)
{
    check_remark(
        "MovePadAttributeToTensor",
        "<opset_import: [\"\": 11]> g (float[1,2] x) => (float[1,4] y) <int64[4] p = {0, 1, 0, 1}> {"
        "    y = Pad <pads = [0, 1, 0, 1]> (x, p) }",
        "both an attribute and an input");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(change_3d_to_4d_tensors, gives_all_tensors_a_fourth_axis)
{
    check_pass(
        "Change3DTo4DTensors",
        "g (float[1,2,8] x) => (float[1,12] y) <float[3,2,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10,"
        "    11, 12, 13, 14, 15, 16, 17, 18}, float[3,1] b = {1, 2, 3}> {"
        "    a = Conv <kernel_shape = [3], pads = [1, 1], strides = [1], dilations = [1]> (x, w)"
        "    c = Add(a, b) d = MaxPool <kernel_shape = [2], pads = [0, 0], strides = [2]> (c)"
        "    e = Transpose <perm = [0, 2, 1]> (d) f = LogSoftmax <axis = -1> (e) y = Flatten(f) }",
        "g (float[1,2,8,1] x) => (float[1,12] y) <float[3,2,3,1] w = {1, 2, 3, 4, 5, 6, 7, 8, 9,"
        "    10, 11, 12, 13, 14, 15, 16, 17, 18}, float[3,1,1] b = {1, 2, 3}> {"
        "    a = Conv <kernel_shape = [3, 1], pads = [1, 0, 1, 0], strides = [1, 1],"
        "        dilations = [1, 1]> (x, w) c = Add(a, b)"
        "    d = MaxPool <kernel_shape = [2, 1], pads = [0, 0, 0, 0], strides = [2, 1]> (c)"
        "    e = Transpose <perm = [0, 2, 1, 3]> (d) f = LogSoftmax <axis = 2> (e) y = Flatten(f) }");
}

Test(change_3d_to_4d_tensors, changes_all_or_nothing)
{
    static const char *const text = "g (float[1,2,8] x) => (float[1,2,8] y) { y = Relu(x) }";
    check_unchanged("Change3DTo4DTensors", text);
    check_remark("Change3DTo4DTensors", text, "Relu): it is none of the ops");
    check_remark(
        "Change3DTo4DTensors",
        "g (float[1,2,8] x) => (float[1,2,1] y) <float[8,1] w = {1, 2, 3, 4, 5, 6, 7, 8}> {"
        "    y = MatMul(x, w) }",
        "would not be the last one");
}

Test(change_3d_to_4d_tensors, wants_to_know_every_rank)
{
    static const char *const text =
        "g (float[1,2,8] x, float[] z) => (float[8,2,1] y, m) { y = Transpose <perm = [2, 1, 0]> (x)"
        "    m = Mul(z, z) }";
    check_unchanged("Change3DTo4DTensors", text);
    check_remark("Change3DTo4DTensors", text, "the rank of 'm' is not known");
}

Test(change_3d_to_4d_tensors, takes_nodes_in_any_order)
{
    check_pass("Change3DTo4DTensors",
               "g (float[1,2,3] x) => (float[3,2,1] y) <float s = {5}> { m = Add(a, s)"
               "    y = Transpose <perm = [2, 1, 0]> (m) a = Mul(x, x) }",
               "g (float[1,2,3,1] x) => (float[3,2,1,1] y) <float s = {5}> { a = Mul(x, x)"
               "    m = Add(a, s) y = Transpose <perm = [2, 1, 0, 3]> (m) }");
}

/* Where they are computed nobody gives them their axes; where they are constants they get them. */
Test(change_3d_to_4d_tensors, lines_operands_up)
{
    check_remark("Change3DTo4DTensors",
                 "g (float[3,4] z, float[2,3,4] x) => (float[2,3,4] y) { y = Add(z, x) }",
                 "an operand that is computed has fewer axes than the other one");
    check_unchanged("Change3DTo4DTensors",
                    "g (float[2,3,1] x, float[3,4] z) => (float[2,3,4] y) { y = Mul(x, z) }");
    check_remark("Change3DTo4DTensors",
                 "g (float[2,3,1] x, float[1,2,3,4] z) => (float[1,2,3,4] y) { y = Mul(x, z) }",
                 "it brings three axes together with more");
    check_pass("Change3DTo4DTensors",
               "g (float[2,1,2] x, float[1] z) => (float[2,1,2] y) "
               "<float[1,2] c = {3,4}> { a = Div(c, x) y = Mul(a, z) }",
               "g (float[2,1,2,1] x, float[1] z) => (float[2,1,2,1] y) "
               "<float[1,2,1] c = {3,4}> { a = Div(c, x) y = Mul(a, z) }");
    check_remark("Change3DTo4DTensors",
                 "<ir_version: 3, opset_import: [\"\": 6]>"
                 "g (float[1,2,3] x) => (float[1,2,3] y) <float[2] c = {3,4}> {"
                 "    y = Add <broadcast = 1, axis = 1> (x, c) }",
                 "it says by attributes which axes");
}

#define THRESHOLDS(layout, t)                                                                      \
    "g (float[1,2,3] x) => (float[1,2,3] y) <float[" t ",1] t = {1,2,3}> {"                        \
    "    y = qonnx.custom_op.general.MultiThreshold"                                               \
    "        <out_dtype = \"BINARY\"" layout "> (x, t) }"

Test(change_3d_to_4d_tensors, leaves_channels_on_another_axis)
{
    check_remark("Change3DTo4DTensors", THRESHOLDS(", data_layout = \"NWC\"", "3"),
                 "its channels are not the second axis");
    /* Only the last letter counts: it is C, so the channels are the last axis of any number. */
    check_remark("Change3DTo4DTensors", THRESHOLDS(", data_layout = \"NC\"", "3"),
                 "its channels are not the second axis");
    check_remark("Change3DTo4DTensors",
                 "<ir_version: 8, opset_import: [\"\": 17, \"qonnx.custom_op.channels_last\": 17]>"
                 "g (float[1,4,2] x) => (float[1,4,2] y) <float[2] s = {1,1}, float[2] b = {0,0},"
                 "    float[2] m = {1,2}, float[2] v = {1,1}> {"
                 "    y = qonnx.custom_op.channels_last.BatchNormalization(x, s, b, m, v) }",
                 "it is none of the ops");
    check_remark("Change3DTo4DTensors",
                 "<ir_version: 3, opset_import: [\"\": 6]>"
                 "g (float[1,2,1] x) => (float[1,2,1] y) <float[2] s = {1,1}, float[2] b = {0,0},"
                 "    float[2] m = {1,2}, float[2] v = {1,1}> {"
                 "    y = BatchNormalization <is_test = 1, spatial = 0> (x, s, b, m, v) }",
                 "its parameters are not one per channel");
}

Test(change_3d_to_4d_tensors, leaves_constants_that_nobody_folded)
{
    check_remark("Change3DTo4DTensors",
                 "g (float[1,2,3] x) => (float[1,2,3] y, float[2,1,3] z) "
                 "<float[1,2,3] c = {1,2,3,4,5,6}> { y = Mul(x, x)"
                 "    z = Transpose <perm = [1,0,2]> (c) }",
                 "Transpose): it works on a constant");
}

Test(change_3d_to_4d_tensors, takes_thresholds_of_the_second_axis_or_for_all)
{
    check_pass("Change3DTo4DTensors",
               "g (float[1,2,3] x) => (float[1,2,3] y) <float[2,1] t = {1,2}> {"
               "    y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }",
               "g (float[1,2,3,1] x) => (float[1,2,3,1] y) <float[2,1] t = {1,2}> {"
               "    y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }");
    check_pass("Change3DTo4DTensors",
               "g (float[1,2,3] x) => (float[1,2,3] y) <float[1,1] t = {1}> {"
               "    y = qonnx.custom_op.general.MultiThreshold"
               "        <out_dtype = \"BINARY\", data_layout = \"NC\"> (x, t) }",
               "g (float[1,2,3,1] x) => (float[1,2,3,1] y) <float[1,1] t = {1}> {"
               "    y = qonnx.custom_op.general.MultiThreshold"
               "        <out_dtype = \"BINARY\", data_layout = \"NC\"> (x, t) }");
}

#define RESIZE(more, constants, attrs, operands)                                                   \
    "<ir_version: 8, opset_import: [\"\": 18]>"                                                    \
    "g (float[1,2,4] x" more ") => (float[1,2,8] y) <float[3] s = {1,1,2}" constants "> {"         \
    "    y = Resize <" attrs "> (x, " operands ") }"

Test(change_3d_to_4d_tensors, lengthens_only_lists_that_are_constants)
{
    check_pass("Change3DTo4DTensors", RESIZE("", "", "mode = \"nearest\"", ", s"),
               "<ir_version: 8, opset_import: [\"\": 18]>"
               "g (float[1,2,4,1] x) => (float[1,2,8,1] y) <float[4] s = {1,1,2,1}> {"
               "    y = Resize <mode = \"nearest\"> (x, , s) }");
    check_remark("Change3DTo4DTensors", RESIZE(", float[3] f", "", "mode = \"nearest\"", ", f"),
                 "its scales or sizes are not a constant");
    check_remark("Change3DTo4DTensors",
                 RESIZE("", ", float[6] r = {0,0,0,1,1,1}",
                        "coordinate_transformation_mode = \"tf_crop_and_resize\"", "r, s"),
                 "it has a region of interest");
    check_remark("Change3DTo4DTensors",
                 "<ir_version: 8, opset_import: [\"\": 18]>"
                 "g (float[1,2,4] x) => (float[2,4,8] y) <int64[3] t = {2,4,8}> {"
                 "    y = Resize <keep_aspect_ratio_policy = \"not_larger\"> (x, , , t) }",
                 "it keeps proportions");
    check_remark("Change3DTo4DTensors",
                 "g (float[1,2,4] x, int64[3] t) => (float[1,4,2] y) { y = Reshape(x, t) }",
                 "its target is not a constant");
}

/* Before version 13 the axis was 1 where nothing was said. */
Test(change_3d_to_4d_tensors, keeps_the_axes_of_an_old_softmax)
{
    check_pass("Change3DTo4DTensors",
               "<ir_version: 6, opset_import: [\"\": 11]>"
               "g (float[1,2,3] x) => (float[1,2,3] y) { y = LogSoftmax(x) }",
               "<ir_version: 6, opset_import: [\"\": 11]>"
               "g (float[1,2,3,1] x) => (float[1,2,3,1] y) { y = LogSoftmax(x) }");
}

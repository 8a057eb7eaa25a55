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

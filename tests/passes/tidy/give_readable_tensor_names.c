#include "support/check_pass.h"
#include "support/names.h"

#include <criterion/criterion.h>

static const char *const small =
    "g (float[2] a, float[2] b) => (float[2] c, float[2] d) <float[2] w = {1, 2}, float[2] v = {3, 4}> {"
    "    e = Add(a, w) f = Add(e, b) c = Mul(v, f) d = Relu(f) }";

Test(give_readable_tensor_names, tensors_are_named_after_their_nodes)
{
    check_names("GiveUniqueNodeNames,GiveReadableTensorNames", small,
                "Add_0: global_in Add_0_param0 -> Add_0_out0\n"
                "Add_1: Add_0_out0 global_in_1 -> Add_1_out0\n"
                "Mul_0: Add_1_out0 Mul_0_param0 -> global_out\n"
                "Relu_0: Add_1_out0 -> global_out_1\n");
}

Test(give_readable_tensor_names, constants_count_by_themselves)
{
    check_names(
        "GiveUniqueNodeNames,GiveReadableTensorNames",
        "<opset_import: [\"\": 11]> g (float[4] x) => (float[2] y)"
        "    <int64[1] s = {0}, int64[1] e = {2}, int64[1] a = {0}> { y = Slice(x, s, e, a) }",
        "Slice_0: global_in Slice_0_param0 Slice_0_param1 Slice_0_param2 -> global_out\n");
}

Test(give_readable_tensor_names, both_uses_by_one_node_are_renamed)
{
    check_names("GiveUniqueNodeNames,GiveReadableTensorNames",
                "g (float[2] x) => (float[2] y) { a = Relu(x) y = Mul(a, a) }",
                "Relu_0: global_in -> Relu_0_out0\nMul_0: Relu_0_out0 Relu_0_out0 -> global_out\n");
}

Test(give_readable_tensor_names, names_that_others_hold_are_freed)
{
    check_names("GiveUniqueNodeNames,GiveReadableTensorNames",
                "g (float[2] global_out) => (float[2] Relu_0_out0) {"
                "    global_in = Relu(global_out) Relu_0_out0 = Neg(global_in) }",
                "Relu_0: global_in -> Relu_0_out0\nNeg_0: Relu_0_out0 -> global_out\n");
}

Test(give_readable_tensor_names, an_outer_tensor_is_never_hidden_by_an_inner_one)
{
    check_names("GiveUniqueNodeNames,GiveReadableTensorNames",
                "g (bool c, float[1] x) => (float[1] y) {"
                "    y = If <then_branch = t () => (float[1] global_in_1) { global_in_1 = Neg(x) },"
                "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }",
                "If_0: global_in -> global_out\n");
}

Test(give_readable_tensor_names, naming_twice_changes_nothing)
{
    check_names("GiveUniqueNodeNames,GiveReadableTensorNames,GiveUniqueNodeNames,"
                "GiveReadableTensorNames",
                "g (float[2] x) => (float[2] y) { a = Relu(x) y = Relu(a) }",
                "Relu_0: global_in -> Relu_0_out0\nRelu_1: Relu_0_out0 -> global_out\n");
}

Test(give_readable_tensor_names, tensors_of_nodes_without_a_name_of_their_own_are_refused)
{
    check_refused("GiveReadableTensorNames", "g (float[2] x) => (float[2] y) { y = Relu(x) }",
                  "has no name; run GiveUniqueNodeNames first");
    check_refused(
        "GiveReadableTensorNames",
        "g (float[2] x) => (float[2] y) { [n] a = Relu(x) [n] b = Relu(a) [m] y = Neg(b) }",
        "two nodes are called 'n'");
}

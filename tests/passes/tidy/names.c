/* What the passes that name nodes and tensors make of a graph: names are compared here, which
 * check_pass does not. */
#include "support/check_pass.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

/* "Conv_0: global_in Conv_0_param0 -> Conv_0_out0" a line, per node. */
static void names_after(const char *passes, const char *text, char *names, size_t room)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    finnc_transform_options options = {.check_each = true, .verify_each = true};
    cr_assert_eq(finnc_transform(cx, model, pipeline, &options), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    size_t at = 0;
    names[0] = '\0';
    finnc_foreach_node (node, finnc_model_graph(model)) {
        at += (size_t)snprintf(names + at, room - at, "%s:", finnc_node_name(node));
        for (size_t i = 0; i < finnc_node_ninputs(node); i++)
            at += (size_t)snprintf(names + at, room - at, " %s",
                                   finnc_value_name(finnc_node_input(node, i)));
        at += (size_t)snprintf(names + at, room - at, " ->");
        for (size_t o = 0; o < finnc_node_noutputs(node); o++)
            at += (size_t)snprintf(names + at, room - at, " %s",
                                   finnc_value_name(finnc_node_output(node, o)));
        at += (size_t)snprintf(names + at, room - at, "\n");
    }
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

#define expect_names(passes, text, expected)                                                       \
    do {                                                                                           \
        char names[4096];                                                                          \
        names_after((passes), (text), names, sizeof names);                                        \
        cr_expect_str_eq(names, (expected));                                                       \
    } while (0)

static const char *const small =
    "g (float[2] a, float[2] b) => (float[2] c, float[2] d) <float[2] w = {1, 2}, float[2] v = {3, 4}> {"
    "    e = Add(a, w) f = Add(e, b) c = Mul(v, f) d = Relu(f) }";

Test(names, nodes_are_numbered_per_op_type)
{
    expect_names("GiveUniqueNodeNames", small,
                 "Add_0: a w -> e\nAdd_1: e b -> f\nMul_0: f v -> c\nRelu_0: f -> d\n");
    expect_names("GiveUniqueNodeNames{prefix=\"part_\"}",
                 "g (float[2] x) => (float[2] y) { y = Relu(x) }", "part_Relu_0: x -> y\n");
}

Test(names, tensors_are_named_after_their_nodes)
{
    expect_names("GiveUniqueNodeNames,GiveReadableTensorNames", small,
                 "Add_0: global_in Add_0_param0 -> Add_0_out0\n"
                 "Add_1: Add_0_out0 global_in_1 -> Add_1_out0\n"
                 "Mul_0: Add_1_out0 Mul_0_param0 -> global_out\n"
                 "Relu_0: Add_1_out0 -> global_out_1\n");
}

Test(names, constants_count_by_themselves)
{
    expect_names(
        "GiveUniqueNodeNames,GiveReadableTensorNames",
        "<opset_import: [\"\": 11]> g (float[4] x) => (float[2] y)"
        "    <int64[1] s = {0}, int64[1] e = {2}, int64[1] a = {0}> { y = Slice(x, s, e, a) }",
        "Slice_0: global_in Slice_0_param0 Slice_0_param1 Slice_0_param2 -> global_out\n");
}

Test(names, both_uses_by_one_node_are_renamed)
{
    expect_names(
        "GiveUniqueNodeNames,GiveReadableTensorNames",
        "g (float[2] x) => (float[2] y) { a = Relu(x) y = Mul(a, a) }",
        "Relu_0: global_in -> Relu_0_out0\nMul_0: Relu_0_out0 Relu_0_out0 -> global_out\n");
}

Test(names, names_that_others_hold_are_freed)
{
    expect_names("GiveUniqueNodeNames,GiveReadableTensorNames",
                 "g (float[2] global_out) => (float[2] Relu_0_out0) {"
                 "    global_in = Relu(global_out) Relu_0_out0 = Neg(global_in) }",
                 "Relu_0: global_in -> Relu_0_out0\nNeg_0: Relu_0_out0 -> global_out\n");
    expect_names("GiveUniqueTensorNames",
                 "g (float[2] tensor_1) => (float[2] tensor_0) <float[2] tensor_2> {"
                 "    tensor_2 = Relu(tensor_1) tensor_0 = Neg(tensor_2) }",
                 ": tensor_1 -> tensor_0\n: tensor_0 -> tensor_2\n");
}

Test(names, an_outer_tensor_is_never_hidden_by_an_inner_one)
{
    expect_names(
        "GiveUniqueNodeNames,GiveReadableTensorNames",
        "g (bool c, float[1] x) => (float[1] y) {"
        "    y = If <then_branch = t () => (float[1] global_in_1) { global_in_1 = Neg(x) },"
        "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }",
        "If_0: global_in -> global_out\n");
}

Test(names, naming_twice_changes_nothing)
{
    expect_names("GiveUniqueNodeNames,GiveReadableTensorNames,GiveUniqueNodeNames,"
                 "GiveReadableTensorNames",
                 "g (float[2] x) => (float[2] y) { a = Relu(x) y = Relu(a) }",
                 "Relu_0: global_in -> Relu_0_out0\nRelu_1: Relu_0_out0 -> global_out\n");
}

Test(names, tensors_of_nodes_without_a_name_of_their_own_are_refused)
{
    check_refused("GiveReadableTensorNames", "g (float[2] x) => (float[2] y) { y = Relu(x) }",
                  "has no name; run GiveUniqueNodeNames first");
    check_refused(
        "GiveReadableTensorNames",
        "g (float[2] x) => (float[2] y) { [n] a = Relu(x) [n] b = Relu(a) [m] y = Neg(b) }",
        "two nodes are called 'n'");
}

Test(names, random_names_are_the_same_in_every_run)
{
    char first[512], second[512];
    static const char *const text = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";
    names_after("GiveRandomTensorNames", text, first, sizeof first);
    names_after("GiveRandomTensorNames", text, second, sizeof second);
    cr_expect_str_eq(first, second);
    cr_expect(!strstr(first, " x "), "%s", first);
}

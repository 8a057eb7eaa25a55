/* The passes that run after every other one: each alone here. */
#include "support/check_pass.h"

#include <criterion/criterion.h>

#include <string.h>

Test(remove_unused_tensors, takes_constants_that_nobody_reads)
{
    check_pass("RemoveUnusedTensors",
               "g (float[2] x) => (float[2] y) <float[2] u {INT2} = {1, 1}> { y = Relu(x) }",
               "g (float[2] x) => (float[2] y) { y = Relu(x) }");
}

Test(remove_unused_tensors, counts_uses_inside_subgraphs)
{
    check_unchanged("RemoveUnusedTensors",
                    "g (bool c, float[1] x) => (float[1] y) <float[1] w = {2}> {"
                    "    y = If <then_branch = t () => (float[1] a) { a = Add(x, w) },"
                    "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }");
}

Test(remove_unused_tensors, keeps_constants_that_are_graph_outputs)
{
    check_unchanged(
        "RemoveUnusedTensors",
        "g (float[2] x) => (float[2] y, float[1] k) <float[1] k = {2}> { y = Relu(x) }");
}

Test(remove_static_graph_inputs, makes_them_constants)
{
    check_pass("RemoveStaticGraphInputs",
               "g (float[2] w = {1, 2}, float[2] x) => (float[2] y) { y = Add(x, w) }",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Add(x, w) }");
}

Test(remove_unused_nodes, takes_whole_branches)
{
    check_pass("RemoveUnusedNodes",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> {"
               "    a = Add(x, w) b = Relu(a) c = Neg(b) y = Relu(x) }",
               "g (float[2] x) => (float[2] y) { y = Relu(x) }");
}

Test(remove_unused_nodes, keeps_what_a_subgraph_reads_and_what_is_shown)
{
    check_unchanged("RemoveUnusedNodes",
                    "g (bool c, float[1] x) => (float[1] y, float[1] k) {"
                    "    n = Neg(x) k = Abs(n)"
                    "    y = If <then_branch = t () => (float[1] a) { a = Add(x, n) },"
                    "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }");
}

static const char *order_after(const char *passes, const char *text, char *order)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    cr_assert_eq(finnc_transform(cx, model, pipeline, NULL), FINNC_OK, "%s", finnc_ctx_message(cx));
    order[0] = '\0';
    finnc_foreach_node (node, finnc_model_graph(model)) {
        strcat(order, finnc_node_op_type(node));
        strcat(order, " ");
    }
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return order;
}

Test(sort_graph, orders_by_depth_and_keeps_every_node)
{
    char order[256];
    cr_expect_str_eq(order_after("SortGraph",
                                 "g (float[1] x) => (float[1] y, float[1] k) {"
                                 "    a = Relu(x) b = Neg(a) k = Constant <value = float[1] {1}> ()"
                                 "    c = Abs(x) y = Add(b, c) }",
                                 order),
                     "Relu Constant Abs Neg Add ");
}

Test(sort_graph, finds_cycles)
{
    check_refused("SortGraph",
                  "g (float[1] x) => (float[1] y) { a = Add(x, b) b = Relu(a) y = Neg(b) }",
                  "cycle");
}

Test(sort_commutative_inputs, puts_constants_last)
{
    check_pass("SortCommutativeInputsInitializerLast",
               "g (float[2] x, float[2] z) => (float[2] y, float[2] s)"
               "    <float[2] w = {1, 2}, float[2] v = {3, 4}> {"
               "    y = Add(w, x) s = Sum(w, x, v, z) }",
               "g (float[2] x, float[2] z) => (float[2] y, float[2] s)"
               "    <float[2] w = {1, 2}, float[2] w1 = {1, 2}, float[2] v = {3, 4}> {"
               "    y = Add(x, w) s = Sum(x, z, w1, v) }");
}

Test(sort_commutative_inputs, leaves_ops_whose_operands_are_not_alike)
{
    check_unchanged("SortCommutativeInputsInitializerLast",
                    "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Sub(w, x) }");
}

/* Every constant is read once, and each copy has the elements and annotations. */
Test(give_unique_parameter_tensors, gives_each_node_its_own)
{
    check_pass("GiveUniqueParameterTensors",
               "g (float[2] x) => (float[2] y) <float[2] w {INT2} = {1, -2}> {"
               "    a = Add(x, w) b = Mul(a, w) y = Add(b, w) }",
               "g (float[2] x) => (float[2] y) <float[2] w {INT2} = {1, -2},"
               "    float[2] v {INT2} = {1, -2}, float[2] u {INT2} = {1, -2}> {"
               "    a = Add(x, w) b = Mul(a, v) y = Add(b, u) }");
}

Test(give_unique_parameter_tensors, separates_two_uses_by_one_node)
{
    check_pass("GiveUniqueParameterTensors",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, -2}> { y = Sum(x, w, w) }",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, -2}, float[2] v = {1, -2}> {"
               "    y = Sum(x, w, v) }");
}

Test(give_unique_parameter_tensors, leaves_uses_inside_subgraphs)
{
    check_unchanged("GiveUniqueParameterTensors",
                    "g (bool c, float[1] x) => (float[1] y) <float[1] w = {2}> {"
                    "    n = Mul(x, w)"
                    "    y = If <then_branch = t () => (float[1] a) { a = Add(n, w) },"
                    "            else_branch = e () => (float[1] b) { b = Identity(n) }> (c) }");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(remove_identity_ops, takes_out_nodes_that_give_back_what_they_get)
{
    static const struct {
        const char *node;
    } cases[] = {
        {"b = Add(a, zero)"}, {"b = Add(zero, a)"},     {"b = Sub(a, zero)"}, {"b = Mul(a, one)"},
        {"b = Div(a, one)"},  {"b = Identity(a)"},      {"b = Dropout(a)"},   {"b = Pad(a, pads)"},
        {"b = Mul(one, a)"},  {"b = Dropout(a, half)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char before[512];
        snprintf(before, sizeof before,
                 "<opset_import: [\"\": 13]> g (float[2,3] x) => (float[2,3] y)"
                 "    <float[3] zero = {0, 1e-6, -1e-6}, float[2,1] one = {1, 0.999999},"
                 "     int64[4] pads = {0, 0, 0, 0}, float half = {0.5}> {"
                 "    a = Relu(x) %s y = Sigmoid(b) }",
                 cases[i].node);
        check_pass("InferShapes,RemoveIdentityOps", before,
                   "<opset_import: [\"\": 13]> g (float[2,3] x) => (float[2,3] y) {"
                   "    a = Relu(x) y = Sigmoid(a) }");
    }
}

Test(remove_identity_ops, has_a_tolerance)
{
    static const char *const text =
        "g (float[2] x) => (float[2] y) <float[1] c = {0.5}> { a = Sub(x, c) y = Relu(a) }";
    check_unchanged("RemoveIdentityOps", text);
    check_remark("RemoveIdentityOps{atol=0.4}", text, NULL);
}

Test(remove_identity_ops, leaves_a_constant_that_makes_the_result_larger)
{
    static const char *const text =
        "g (float[1,3] x) => (float[4,3] y) <float[4,1] zero = {0, 0, 0, 0}> {"
        "    a = Add(x, zero) y = Relu(a) }";
    check_unchanged("RemoveIdentityOps", text);
    check_remark("RemoveIdentityOps", text, "may make the result larger");
    check_remark("RemoveIdentityOps",
                 "g (float[N,3] x) => (float[N,3] y) <float[4,1] zero = {0, 0, 0, 0}> {"
                 "    a = Add(x, zero) y = Relu(a) }",
                 "may make the result larger");
}

Test(remove_identity_ops, has_to_know_the_shape)
{
    check_remark("RemoveIdentityOps",
                 "g (float[2] x) => (float[2] y) <float[1] zero = {0}> {"
                 "    a = Relu(x) b = Add(a, zero) y = Relu(b) }",
                 "the shape of its input is not known");
}

Test(remove_identity_ops, keeps_other_readers_and_graph_outputs_right)
{
    check_pass("RemoveIdentityOps",
               "g (float[2] x) => (float[2] y, float[2] z) {"
               "    a = Relu(x) y = Identity(a) z = Neg(a) }",
               "g (float[2] x) => (float[2] y, float[2] z) { y = Relu(x) z = Neg(y) }");
    check_pass("RemoveIdentityOps",
               "g (float[2] x) => (float[2] y, float[2] z) {"
               "    a = Identity(x) y = Relu(a) z = Add(a, x) }",
               "g (float[2] x) => (float[2] y, float[2] z) { y = Relu(x) z = Add(x, x) }");
}

Test(remove_identity_ops, leaves_what_holds_two_ends_apart)
{
    static const char *const through = "g (float[2] x) => (float[2] y) { y = Identity(x) }";
    static const char *const both =
        "g (float[2] x) => (float[2] a, float[2] y) { a = Relu(x) y = Identity(a) }";
    check_unchanged("RemoveIdentityOps", through);
    check_unchanged("RemoveIdentityOps", both);
    check_remark("RemoveIdentityOps", through, "connects a graph input or constant");
    check_remark("RemoveIdentityOps", both, "both its sides are graph outputs");
}

Test(remove_identity_ops, leaves_a_node_that_joins_two_branches)
{
    check_unchanged("RemoveIdentityOps", "g (float[2] x) => (float[2] y) {"
                                         "    a = Relu(x) b = Sub(x, x) y = Add(a, b) }");
}

Test(remove_identity_ops, keeps_dropout_where_it_drops)
{
    static const char *const training =
        "<opset_import: [\"\": 13]> g (float[2] x) => (float[2] y)"
        "    <float r = {0.5}, bool t = {1}> { a = Dropout(x, r, t) y = Relu(a) }";
    check_remark("RemoveIdentityOps", training, "it may drop elements");
    check_remark("RemoveIdentityOps",
                 "<opset_import: [\"\": 13]> g (float[2] x) => (float[2] y, bool[2] m) {"
                 "    a, m = Dropout(x) y = Relu(a) }",
                 "its mask is asked for");
}

Test(remove_identity_ops, says_why_a_padding_stays)
{
    check_remark("RemoveIdentityOps",
                 "<opset_import: [\"\": 13]> g (float[2] x, int64[2] p) => (float y) {"
                 "    a = Pad(x, p) y = ReduceMax <keepdims = 0> (a) }",
                 "its padding is no constant");
}

#include <support/check_pass.h>

#include <criterion/criterion.h>

#define TRANSPOSES                                                                                 \
    "InferShapes, MoveIdenticalOpPastJoinOp{identical_op_list=[\"Transpose\"],join_node_list=[\"Mul\"]}"

Test(move_identical_op_past_join_op, two_become_one_behind_the_join)
{
    check_pass(TRANSPOSES,
               "n (float[1,2,3] a, float[1,2,3] b) => (float[3,1,2] y)"
               " { p = Transpose <perm = [2,0,1]> (a) q = Transpose <perm = [2,0,1]> (b)"
               "   y = Mul(p, q) }",
               "n (float[1,2,3] a, float[1,2,3] b) => (float[3,1,2] y) <float[1,2,3] p>"
               " { p = Mul(a, b) y = Transpose <perm = [2,0,1]> (p) }");
}

Test(move_identical_op_past_join_op, goes_through_trees)
{
    check_pass(TRANSPOSES,
               "n (float[1,2] a, float[1,2] b, float[1,2] c) => (float[2,1] y)"
               " { p = Transpose(a) q = Transpose(b) r = Transpose(c)"
               "   m = Mul(p, q) y = Mul(m, r) }",
               "n (float[1,2] a, float[1,2] b, float[1,2] c) => (float[2,1] y)"
               " { m = Mul(a, b) k = Mul(m, c) y = Transpose(k) }");
}

Test(move_identical_op_past_join_op, moves_any_op_that_moves_elements)
{
    check_pass(
        "InferShapes, MoveIdenticalOpPastJoinOp{identical_op_list=[\"Reshape\"],join_node_list=[\"Add\"]}",
        "n (float[1,6] a, float[1,6] b) => (float[2,3] y)"
        " <int64[2] s = {2, 3}, int64[2] r = {2, 3}>"
        " { p = Reshape(a, s) q = Reshape(b, r) y = Add(p, q) }",
        "n (float[1,6] a, float[1,6] b) => (float[2,3] y) <int64[2] s = {2, 3}>"
        " { p = Add(a, b) y = Reshape(p, s) }");
}

Test(move_identical_op_past_join_op, says_why_not)
{
    check_remark(TRANSPOSES,
                 "n (float[2,2,2] a, float[2,2,2] b) => (float[2,2,2] y)"
                 " { p = Transpose <perm = [2,0,1]> (a) q = Transpose <perm = [1,2,0]> (b)"
                 "   y = Mul(p, q) }",
                 "the nodes before it differ");
    check_remark(TRANSPOSES,
                 "n (float[1,2] a, float[2,2] b) => (float[2,2] y)"
                 " { p = Transpose <perm = [1,0]> (a) q = Transpose <perm = [1,0]> (b)"
                 "   y = Mul(p, q) }",
                 "the two values differ in shape");
    check_remark(TRANSPOSES,
                 "n (float[1,2] a, float[1,2] b) => (float[2,1] y, float[2,1] z)"
                 " { p = Transpose <perm = [1,0]> (a) q = Transpose <perm = [1,0]> (b)"
                 "   y = Mul(p, q) z = Relu(p) }",
                 "somebody else uses what the nodes before it make");
    check_remark(
        "InferShapes, MoveIdenticalOpPastJoinOp{identical_op_list=[\"Relu\"],join_node_list=[\"Add\"]}",
        "n (float[2] a, float[2] b) => (float[2] y)"
        " { p = Relu(a) q = Relu(b) y = Add(p, q) }",
        "the nodes before it do not just move elements");
}

Test(move_identical_op_past_join_op, nodes_with_further_outputs_stay)
{
    check_remark("MoveIdenticalOpPastJoinOp{identical_op_list=[\"Split\"], "
                 "join_node_list=[\"Add\"]}",
                 "g (float[4] x, float[4] z) => (float[4] y, float[0] b, float[0] d) "
                 "<float[4] a, float[4] c, int64[2] s = {4,0}> "
                 "{ a, b = Split(x, s) c, d = Split(z, s) y = Add(a, c) }",
                 "the nodes before it have further outputs");
}

Test(move_identical_op_past_join_op, what_is_between_is_the_sum_and_not_turned)
{
    check_pass("MoveTransposePastJoinAdd",
               "g (float[1,2] x {INT4, NC}, float[1,2] z {INT4}) => (float[2,1] y {INT5}) "
               "<float[2,1] a {INT4, CN}, float[2,1] b {INT4}> "
               "{ a = Transpose(x) b = Transpose(z) y = Add(a, b) }",
               "g (float[1,2] x {INT4, NC}, float[1,2] z {INT4}) => (float[2,1] y {INT5}) "
               "<float[1,2] a {INT5, NC}> { a = Add(x, z) y = Transpose(a) }");
}

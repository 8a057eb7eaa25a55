#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_scalar_linear_past_invariants, moves_past_reshape_without_axes)
{
    check_pass("MoveScalarLinearPastInvariants",
               "n (float[1,2,3] x {UINT8}) => (float[1,6] y)"
               " <float[1,1,1] s = {0.5}, int64[2] shape = {1, -1}>"
               " { m = Mul(x, s) y = Reshape(m, shape) }",
               "n (float[1,2,3] x {UINT8}) => (float[1,6] y)"
               " <float s = {0.5}, int64[2] shape = {1, -1}, float[1,6] m {UINT8}>"
               " { m = Reshape(x, shape) y = Mul(m, s) }");
}

Test(move_scalar_linear_past_invariants, moves_add_and_div_past_each_of_them)
{
    check_pass("MoveScalarLinearPastInvariants",
               "n (float[1,2,3] x) => (float[3,2,1] y) <float[1] s = {0.5}>"
               " { m = Add(s, x) y = Transpose <perm = [2,1,0]> (m) }",
               "n (float[1,2,3] x) => (float[3,2,1] y) <float s = {0.5}>"
               " { m = Transpose <perm = [2,1,0]> (x) y = Add(m, s) }");
    check_pass("MoveScalarLinearPastInvariants",
               "n (float[1,2,3,3] x) => (float[1,2,1,1] y) <float s = {0.5}>"
               " { m = Add(x, s) y = GlobalAveragePool(m) }",
               "n (float[1,2,3,3] x) => (float[1,2,1,1] y) <float s = {0.5}>"
               " { m = GlobalAveragePool(x) y = Add(m, s) }");
    check_pass("MoveScalarLinearPastInvariants",
               "n (float[1,2,3,3] x) => (float[1,18] y) <float s = {255}>"
               " { m = Div(x, s) y = Flatten(m) }",
               "n (float[1,2,3,3] x) => (float[1,18] y) <float s = {255}>"
               " { m = Flatten(x) y = Div(m, s) }");
    check_pass("MoveScalarLinearPastInvariants",
               "n (float[1,1,2,2] x) => (float[1,1,4,4] y)"
               " <float s = {3}, float[4] scales = {1, 1, 2, 2}>"
               " { m = Mul(x, s) y = Resize <mode = \"nearest\"> (m, , scales) }",
               "n (float[1,1,2,2] x) => (float[1,1,4,4] y)"
               " <float s = {3}, float[4] scales = {1, 1, 2, 2}>"
               " { m = Resize <mode = \"nearest\"> (x, , scales) y = Mul(m, s) }");
}

Test(move_scalar_linear_past_invariants, goes_on_past_several)
{
    check_pass("MoveScalarLinearPastInvariants",
               "n (float[1,2,3] x) => (float[6,1] y) <float s = {0.5}>"
               " { a = Mul(x, s) b = Flatten(a) y = Transpose <perm = [1,0]> (b) }",
               "n (float[1,2,3] x) => (float[6,1] y) <float s = {0.5}>"
               " { a = Flatten(x) b = Transpose <perm = [1,0]> (a) y = Mul(b, s) }");
}

Test(move_scalar_linear_past_invariants, says_why_not)
{
    check_remark("MoveScalarLinearPastInvariants",
                 "n (float[1,2] x) => (float[1,2] y) <float[2] s = {0.5, 3}>"
                 " { m = Mul(x, s) y = Flatten(m) }",
                 "the constant is not one number: 2 values, 0.5 to 3");
    check_remark("MoveScalarLinearPastInvariants",
                 "n (float[2] x) => (float[1,2] y) <float[1,1,1] s = {0.5}>"
                 " { m = Mul(x, s) y = Flatten(m) }",
                 "the constant has 3 axes, more than x with 1");
    check_remark("MoveScalarLinearPastInvariants",
                 "n (float[1,1,2,2] x) => (float[1,1,4,4] y)"
                 " <float s = {3}, float[4] scales = {1, 1, 2, 2}>"
                 " { m = Mul(x, s) y = Resize <mode = \"linear\"> (m, , scales) }",
                 "mode is linear, not nearest");
}

Test(move_scalar_linear_past_invariants, leaves_a_fork_alone)
{
    const char *fork = "n (float[1,2] x) => (float[1,2] y, float[1,2] z) <float s = {0.5}>"
                       " { m = Mul(x, s) y = Flatten(m) z = Relu(m) }";
    check_unchanged("MoveScalarLinearPastInvariants", fork);
    check_remark("MoveScalarLinearPastInvariants", fork, "used by 2 nodes");
}

/* x may be a number, of which the constant makes a list. */
Test(move_scalar_linear_past_invariants, a_list_of_one_may_be_what_makes_the_axis)
{
    check_remark("MoveScalarLinearPastInvariants",
                 "g (float x) => (float[1] y) <float[1] s = {2}> "
                 "{ r = Relu(x) v = Mul(r, s) y = Transpose<perm = [0]>(v) }",
                 "the constant has 1 axes and the rank of r is not known");
}

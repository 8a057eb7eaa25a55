#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_transpose_past_join_add, two_become_one_behind_the_sum)
{
    check_pass("InferShapes, MoveTransposePastJoinAdd",
               "n (float[1,2,3] a, float[1,2,3] b) => (float[3,1,2] y)"
               " { p = Transpose <perm = [2,0,1]> (a) q = Transpose <perm = [2,0,1]> (b)"
               "   y = Add(p, q) }",
               "n (float[1,2,3] a, float[1,2,3] b) => (float[3,1,2] y)"
               " { p = Add(a, b) y = Transpose <perm = [2,0,1]> (p) }");
}

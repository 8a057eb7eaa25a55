#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(absorb_consecutive_transposes, a_pair_goes)
{
    check_pass("AbsorbConsecutiveTransposes",
               "n (float[1,2,3,4] x) => (float[1,2,3,4] y)"
               " { a = Transpose <perm = [0,2,3,1]> (x) b = Transpose <perm = [0,3,1,2]> (a)"
               "   y = Relu(b) }",
               "n (float[1,2,3,4] x) => (float[1,2,3,4] y) { y = Relu(x) }");
    check_pass("AbsorbConsecutiveTransposes",
               "n (float[2,3,4] x) => (float[2,3,4] y)"
               " { a = Transpose(x) b = Transpose <perm = [2,1,0]> (a) y = Relu(b) }",
               "n (float[2,3,4] x) => (float[2,3,4] y) { y = Relu(x) }");
}

Test(absorb_consecutive_transposes, a_fork_goes_if_all_undo_it)
{
    check_pass("AbsorbConsecutiveTransposes",
               "n (float[2,3,4] x) => (float[2,3,4] y, float[2,3,4] z)"
               " { a = Transpose <perm = [1,2,0]> (x) b = Transpose <perm = [2,0,1]> (a)"
               "   c = Transpose <perm = [2,0,1]> (a) y = Relu(b) z = Neg(c) }",
               "n (float[2,3,4] x) => (float[2,3,4] y, float[2,3,4] z)"
               " { y = Relu(x) z = Neg(x) }");
    check_remark("AbsorbConsecutiveTransposes",
                 "n (float[2,3,4] x) => (float[2,3,4] y, float[3,4,2] z)"
                 " { a = Transpose <perm = [1,2,0]> (x) b = Transpose <perm = [2,0,1]> (a)"
                 "   y = Relu(b) [N] z = Neg(a) }",
                 "N (Neg), which uses the first one, does not undo it");
}

Test(absorb_consecutive_transposes, a_graph_output_is_refused_as_upstream_does)
{
    check_refused("AbsorbConsecutiveTransposes",
                  "n (float[2,3] x) => (float[2,3] y) { a = Transpose <perm = [1,0]> (x)"
                  " y = Transpose <perm = [1,0]> (a) }",
                  "the second Transpose makes the graph output y");
}

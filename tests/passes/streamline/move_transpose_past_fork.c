#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_transpose_past_fork, each_user_gets_its_own)
{
    check_pass("MoveTransposePastFork",
               "n (float[2,2] x) => (float[2,2] y, float[2,2] z)"
               " { m = Transpose(x) y = Relu(m) z = Neg(m) }",
               "n (float[2,2] x) => (float[2,2] y, float[2,2] z)"
               " { m = Transpose(x) y = Relu(m) k = Transpose(x) z = Neg(k) }");
}

Test(move_transpose_past_fork, leaves_other_ops_alone)
{
    check_unchanged("MoveTransposePastFork", "n (float[2,2] x) => (float[2,2] y, float[2,2] z)"
                                             " { m = Abs(x) y = Relu(m) z = Neg(m) }");
}

#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_add_past_fork, each_user_gets_its_own)
{
    check_pass("MoveAddPastFork",
               "n (float[2,2] x) => (float[2,2] y, float[2,2] z) <float c = {2}>"
               " { m = Add(x, c) y = Relu(m) z = Neg(m) }",
               "n (float[2,2] x) => (float[2,2] y, float[2,2] z) <float c = {2}, float d = {2}>"
               " { m = Add(x, c) y = Relu(m) k = Add(x, d) z = Neg(k) }");
}

Test(move_add_past_fork, leaves_other_ops_alone)
{
    check_unchanged("MoveAddPastFork", "n (float[2,2] x) => (float[2,2] y, float[2,2] z)"
                                       " { m = Abs(x) y = Relu(m) z = Neg(m) }");
}

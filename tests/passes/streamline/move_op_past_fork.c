#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_op_past_fork, each_user_gets_its_own)
{
    check_pass(
        "MoveOpPastFork{op_name_list=[\"Relu\",\"Mul\"]}",
        "n (float[2] x {INT3}) => (float[2] y, float[2] z, float[2] w) <float s = {2}, m {INT4}>"
        " { m = Mul(x, s) y = Relu(m) z = Neg(m) w = Add(m, m) }",
        "n (float[2] x {INT3}) => (float[2] y, float[2] z, float[2] w) <float s = {2},"
        " float r = {2}, float q = {2}, a {INT4}, b {INT4}, c {INT4}>"
        " { a = Mul(x, s) y = Relu(a) b = Mul(x, r) z = Neg(b)"
        "   c = Mul(x, q) w = Add(c, c) }");
}

Test(move_op_past_fork, all_users_do_if_it_is_a_graph_output_too)
{
    check_pass("MoveOpPastFork{op_name_list=[\"Neg\"]}",
               "n (float[2] x) => (float[2] m, float[2] y) { m = Neg(x) y = Relu(m) }",
               "n (float[2] x) => (float[2] m, float[2] y)"
               " { m = Neg(x) k = Neg(x) y = Relu(k) }");
}

Test(move_op_past_fork, leaves_others_alone)
{
    check_unchanged("MoveOpPastFork{op_name_list=[\"Mul\"]}",
                    "n (float[2] x) => (float[2] y, float[2] z)"
                    " { m = Neg(x) y = Relu(m) z = Abs(m) }");
    check_unchanged("MoveOpPastFork{op_name_list=[\"Neg\"]}",
                    "n (float[2] x) => (float[2] y) { m = Neg(x) y = Mul(m, m) }");
    check_remark("MoveOpPastFork{op_name_list=[\"Add\"]}",
                 "n (float[2] x, float[2] u) => (float[2] y, float[2] z)"
                 " { m = Add(x, u) y = Relu(m) z = Neg(m) }",
                 "it combines several values");
    check_refused("MoveOpPastFork{op_name_list=\"Add\"}",
                  "n (float[2] x) => (float[2] y) { y = Relu(x) }", "op_name_list");
}

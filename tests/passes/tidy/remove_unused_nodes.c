#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(remove_unused_nodes, takes_whole_branches)
{
    check_pass("RemoveUnusedNodes",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> {"
               "    a = Add(x, w) b = Relu(a) c = Neg(b) y = Relu(x) }",
               "g (float[2] x) => (float[2] y) { y = Relu(x) }");
}

Test(remove_unused_nodes, keeps_what_a_subgraph_reads_and_what_is_shown)
{
    check_unchanged_unrun(
        "RemoveUnusedNodes",
        "g (bool c, float[1] x) => (float[1] y, float[1] k) {"
        "    n = Neg(x) k = Abs(n)"
        "    y = If <then_branch = t () => (float[1] a) { a = Add(x, n) },"
        "            else_branch = e () => (float[1] b) { b = Identity(x) }> (c) }");
}

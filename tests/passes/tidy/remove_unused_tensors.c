#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(remove_unused_tensors, takes_constants_that_nobody_reads)
{
    check_pass("RemoveUnusedTensors",
               "g (float[2] x) => (float[2] y) <float[2] u {INT2} = {1, 1}> { y = Relu(x) }",
               "g (float[2] x) => (float[2] y) { y = Relu(x) }");
}

Test(remove_unused_tensors, counts_uses_inside_subgraphs)
{
    check_unchanged_unrun(
        "RemoveUnusedTensors",
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

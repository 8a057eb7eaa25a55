#include "support/check_pass.h"

#include <criterion/criterion.h>

/* Every constant is read once, and each copy has the elements and annotations. */
Test(give_unique_parameter_tensors, gives_each_node_its_own)
{
    check_pass("GiveUniqueParameterTensors",
               "g (float[2] x) => (float[2] y) <float[2] w {INT2} = {1, -2}> {"
               "    a = Add(x, w) b = Mul(a, w) y = Add(b, w) }",
               "g (float[2] x) => (float[2] y) <float[2] w {INT2} = {1, -2},"
               "    float[2] v {INT2} = {1, -2}, float[2] u {INT2} = {1, -2}> {"
               "    a = Add(x, w) b = Mul(a, v) y = Add(b, u) }");
}

Test(give_unique_parameter_tensors, separates_two_uses_by_one_node)
{
    check_pass("GiveUniqueParameterTensors",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, -2}> { y = Sum(x, w, w) }",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, -2}, float[2] v = {1, -2}> {"
               "    y = Sum(x, w, v) }");
}

Test(give_unique_parameter_tensors, leaves_uses_inside_subgraphs)
{
    check_unchanged_unrun(
        "GiveUniqueParameterTensors",
        "g (bool c, float[1] x) => (float[1] y) <float[1] w = {2}> {"
        "    n = Mul(x, w)"
        "    y = If <then_branch = t () => (float[1] a) { a = Add(n, w) },"
        "            else_branch = e () => (float[1] b) { b = Identity(n) }> (c) }");
}

#include "support/names.h"

#include <criterion/criterion.h>

static const char *const small =
    "g (float[2] a, float[2] b) => (float[2] c, float[2] d) <float[2] w = {1, 2}, float[2] v = {3, 4}> {"
    "    e = Add(a, w) f = Add(e, b) c = Mul(v, f) d = Relu(f) }";

Test(give_unique_node_names, nodes_are_numbered_per_op_type)
{
    check_names("GiveUniqueNodeNames", small,
                "Add_0: a w -> e\nAdd_1: e b -> f\nMul_0: f v -> c\nRelu_0: f -> d\n");
    check_names("GiveUniqueNodeNames{prefix=\"part_\"}",
                "g (float[2] x) => (float[2] y) { y = Relu(x) }", "part_Relu_0: x -> y\n");
}

#include "support/check_pass.h"
#include "support/names.h"

#include <criterion/criterion.h>

Test(give_unique_tensor_names, names_that_others_hold_are_freed)
{
    check_names("GiveUniqueTensorNames",
                "g (float[2] tensor_1) => (float[2] tensor_0) <float[2] tensor_2> {"
                "    tensor_2 = Relu(tensor_1) tensor_0 = Neg(tensor_2) }",
                ": tensor_1 -> tensor_0\n: tensor_0 -> tensor_2\n");
}

Test(give_unique_tensor_names, counts_along_the_list_of_types)
{
    check_names("GiveUniqueTensorNames",
                "g (float[2] x) => (float[2] y) <float[2] b, float[2] w = {1, 2}, float[2] a> {"
                "    a = Add(x, w) b = Relu(a) c = Neg(b) y = Abs(c) }",
                ": tensor_3 tensor_2 -> tensor_1\n: tensor_1 -> tensor_0\n: tensor_0 -> c\n"
                ": c -> tensor_4\n");
}

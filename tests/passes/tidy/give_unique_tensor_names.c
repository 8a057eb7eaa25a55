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

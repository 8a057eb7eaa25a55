#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(remove_static_graph_inputs, makes_them_constants)
{
    check_pass("RemoveStaticGraphInputs",
               "g (float[2] w = {1, 2}, float[2] x) => (float[2] y) { y = Add(x, w) }",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, 2}> { y = Add(x, w) }");
}

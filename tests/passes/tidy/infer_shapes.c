#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(infer_shapes, fills_in_what_is_between)
{
    check_pass("InferShapes",
               "g (float[2,3] x) => (y) { a = Relu(x) y = Transpose <perm = [1, 0]> (a) }",
               "g (float[2,3] x) => (float[3,2] y) <float[2,3] a> {"
               "    a = Relu(x) y = Transpose <perm = [1, 0]> (a) }");
}

Test(infer_shapes, calls_a_contradiction_by_its_name)
{
    check_refused("InferShapes",
                  "g (float[2,3] x) => (y) <float[2,4] a> { [r] a = Relu(x) y = Neg(a) }",
                  "r (Relu)");
}

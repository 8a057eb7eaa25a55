#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(infer_data_types, follows_the_ops)
{
    check_pass(
        "InferDataTypes",
        "g (float[2] x {INT4}, float[2] z {UINT4}) => (float[2] y) {"
        "    a = Mul(x, z) b = Identity(z) y = Add(a, b) }",
        "g (float[2] x {INT4}, float[2] z {UINT4}) => (float[2] y {INT32}) <a {INT32}, b {UINT4}> {"
        "    a = Mul(x, z) b = Identity(z) y = Add(a, b) }");
}

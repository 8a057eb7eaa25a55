#include "support/check_pass.h"

#include <criterion/criterion.h>

static const char *const chain = "g (float[2] x) => (float[2] y) { a = Relu(x) y = Neg(a) }";

Test(insert_identity, goes_on_either_side_of_a_tensor)
{
    check_pass("InsertIdentity{tensor_name=\"a\",producer_or_consumer=\"producer\"}", chain,
               "g (float[2] x) => (float[2] y) { b = Relu(x) a = Identity(b) y = Neg(a) }");
    check_pass("InsertIdentity{tensor_name=\"x\",producer_or_consumer=\"consumer\"}",
               "g (float[2] x) => (float[2] y) { y = Mul(x, x) }",
               "g (float[2] x) => (float[2] y) { a = Identity(x) y = Mul(a, a) }");
    check_pass("InsertIdentity{tensor_name=\"y\",producer_or_consumer=\"consumer\"}", chain,
               "g (float[2] x) => (float[2] z) { a = Relu(x) y = Neg(a) z = Identity(y) }");
    check_pass("InsertIdentity{tensor_name=\"x\",producer_or_consumer=\"producer\"}", chain,
               "g (float[2] z) => (float[2] y) { x = Identity(z) a = Relu(x) y = Neg(a) }");
}

Test(insert_identity, refuses_unknown_tensors_and_sides)
{
    check_refused("InsertIdentity{tensor_name=\"q\",producer_or_consumer=\"producer\"}", chain,
                  "there is no tensor 'q'");
    check_refused("InsertIdentity{tensor_name=\"a\",producer_or_consumer=\"left\"}", chain,
                  "'left', not 'producer' or 'consumer'");
}

/* Sums of products as large as floats are: on both engines the same. */
#include "engines.h"

TestSuite(product, .init = setup, .fini = teardown);

#define HEAD "<ir_version: 8, opset_import: [\"\": 14, \"qonnx.custom_op.general\": 1]>"
#define S    "float s = {5.764607523034235e17}" /* 2^59 */
#define W    "7.3210515542534783e19"            /* 127 times that */

/* Numbers that make each other's sums 0 are, one by one, 127 x 127 x 2^118, which is infinite. */
Test(product, sums_that_pass_the_largest_float)
{
    static const float x[] = {127, 127, 0, 127, 126, 1};
    check_elements(HEAD "n (float[N,3] x {INT8}) => (float[N,1] y) <" S ", float[3,1] w = {" W
                        ", -" W ", 5.764607523034235e17}> {"
                        "p = Neg(x) a = Mul(p, s) q = Abs(a) y = MatMul(q, w) }",
                   0, 2, (const int64_t[]){2, 3}, x);
    check_elements(HEAD "n (float[N,3,1] x {INT8}) => (float[N,1,1] y) <" S ", float[1,3,1] w = {" W
                        ", -" W ", 5.764607523034235e17}> {"
                        "a = Mul(x, s) q = Abs(a) y = Conv(q, w) }",
                   0, 3, (const int64_t[]){2, 3, 1}, x);
}

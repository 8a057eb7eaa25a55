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

/* ...and so they are times a scale that is known, but for an alpha of 2^-10 behind it. */
Test(product, sums_that_are_infinite_before_alpha)
{
    check_elements(HEAD "n (float[N,3] x {INT8}) => (float[N,1] y) <" S ", float[3,1] w = {" W
                        ", " W ", 5.764607523034235e17}> {"
                        "a = Mul(s, x) y = Gemm<alpha = 0.0009765625>(a, w) }",
                   2, 2, (const int64_t[]){2, 3}, (const float[]){127, 127, 0, 127, 126, 1});
}

/* A scale and weights of which a sum is infinite, whatever the alpha is behind it; and one of which
 * it is less than what floats can tell apart. */
Test(product, scales_before_alpha)
{
    static const char *const scales[] = {"s = {8e37}, float b = {3}",
                                         "s = {1.1e-41}, float b = {4}"};
    static const float x[][2] = {{1.6e38f, -3e38f}, {3.3e-41f, -4.4e-41f}};
    for (size_t i = 0; i < 2; i++) {
        char text[500];
        snprintf(text, sizeof text,
                 HEAD "n (float[N,2] f) => (float[N,2] y)"
                      "<float %s, float z = {0}, float[2,2] w = {2, 0, 0, 2}> {"
                      "x = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(f, s, z, b)"
                      "y = Gemm<alpha = 0.25>(x, w) }",
                 scales[i]);
        check_elements(text, 2, 2, (const int64_t[]){1, 2}, x[i]);
    }
}

/* A quarter of fours is an integer, of twos it may be none. Sums are too many to be listed. */
Test(product, integers_behind_alpha)
{
    check_elements(HEAD "n (float[N,2] x {INT8}) => (float[N,2] y {INT32}) <float[2,2] w ="
                        "{508, 4, 4, 508}> { y = Gemm<alpha = 0.25>(x, w) }",
                   1, 2, (const int64_t[]){1, 2}, (const float[]){3, -5});
    check_elements(HEAD "n (float[N,2] x {INT8}) => (float[N,2] y {INT32}) <float[2,2] w ="
                        "{254, 2, 2, 254}> { y = Gemm<alpha = 0.25>(x, w) }",
                   0, 2, (const int64_t[]){1, 2}, (const float[]){2, -4});
}

/* Zeros of both signs: one code has to do for them, where nobody tells them apart. */
#include "engines.h"

TestSuite(levels, .init = setup, .fini = teardown);

#define HEAD  "<ir_version: 8, opset_import: [\"\": 14, \"qonnx.custom_op.general\": 1]>"
#define QUANT "qonnx.custom_op.general.Quant<signed = 1, narrow = 0>"

/* One image with two elements of type `type`; `nodes` make y of x, and may use constants. */
static void check_zeros(const char *type, const char *nodes, size_t nfast, float x0, float x1)
{
    char text[1200];
    snprintf(text, sizeof text,
             HEAD "n (float[1,2] x%s) => (float[1,M] y) <float[2,2] w = {1, 0, 0, 1},"
                  "int64[2] i = {1, 0}, int64[4] i4 = {3, 1, 2, 0}, float one = {1},"
                  "float[2] signs = {0, -0}, float low = {-1}, float high = {1}, float s = {1},"
                  "float z = {0}, float b = {3}> { %s }",
             type, nodes);
    check_elements(text, nfast, 2, (const int64_t[]){1, 2}, (const float[]){x0, x1});
}

Test(levels, a_zero_keeps_its_sign_where_levels_are_spaced_evenly)
{
    check_zeros("{UINT2}", "a = MatMul(x, w) c = Neg(a) y = Gather<axis = 1>(c, i)", 3, 0, 2);
    check_zeros("{BINARY}",
                "a = MatMul(x, w) c = Neg(a) d = Gather<axis = 1>(c, i) e = Reciprocal(d)"
                "f = Clip(e, low, high) y = MatMul(f, w)",
                5, 0, 1); /* all of f is -1 */
    check_zeros("{UINT2}", "a = MatMul(x, w) c = Neg(a) y = Add(c, c)", 3, 0, 0);
}

/* Channels of the same levels, but for a sign, in any order or in that of their codes. */
Test(levels, zeros_of_channels)
{
    check_zeros("{UINT2}",
                "a = MatMul(x, w) c = Neg(a) d = Add(c, signs) y = Gather<axis = 1>(d, i)", 2, 0,
                0);
    check_zeros("{UINT2}",
                "a = MatMul(x, w) c = Neg(a) d = Gather<axis = 1>(c, i)"
                "e = Add(d, signs) y = Gather<axis = 1>(e, i)",
                3, 0, 0);
    check_zeros("{UINT2}",
                "a = MatMul(x, w) c = Neg(a) d = Gather<axis = 1>(c, i)"
                "e = Add(d, signs) y = Concat<axis = 1>(e, a)",
                3, 0, 0);
}

/* What is read as 0 may be -0: nodes that tell are run by themselves, and so is whoever hands it
 * on. What is multiplied, or compared, tells nothing any more. */
Test(levels, zeros_that_are_read)
{
    check_zeros("{INT2}", "d = Div(one, x) c = Clip(d, low, high) y = MatMul(c, w)", 0, -0.0f, 0);
    check_zeros("{INT4}", "c = MatMul(x, w) y = Concat<axis = 1>(x, c)", 1, -0.0f, 0);
    check_zeros("{INT4}", "c = MatMul(x, w) y = Add(c, x)", 2, -0.0f, 0);
    check_zeros("{INT2}", "a = MatMul(x, w) c = Neg(a) y = Add(c, x)", 2, -0.0f, 1);
    check_zeros("{INT2}", "a = Sign(x) c = MatMul(x, w) y = Concat<axis = 1>(a, c)", 3, -0.0f, 1);
    check_zeros("{INT2}", "a = Add(x, one) c = MatMul(x, w) y = Concat<axis = 1>(a, c)", 3, -0.0f,
                1);
    check_zeros("{INT2}", "a = Add(x, z) c = MatMul(x, w) y = Concat<axis = 1>(a, c)", 3, -0.0f, 1);
}

Test(levels, zeros_that_a_quantiser_makes)
{
    check_zeros("",
                "m = " QUANT "(x, s, z, b) d = Reciprocal(m) c = Clip(d, low, high) y = "
                "MatMul(c, w)",
                0, -0.1f, 0.1f);
    check_zeros("",
                "m = " QUANT "(x, s, z, b) c = MatMul(m, w) k = Concat<axis = 1>(m, c)"
                "n = Neg(k) y = Gather<axis = 1>(n, i4)",
                1, -0.1f, 0.1f);
}

/* The sums 1 - 1 and -0 - 0 have one code. */
Test(levels, zeros_that_are_added_up)
{
    check_zeros("{INT2}", "a = MatMul(x, w) c = Neg(a) y = Add(c, c)", 2, 0, 1);
}

#include <support/check_pass.h>

#include <criterion/criterion.h>

#define T "qonnx.custom_op.general.MultiThreshold"

/* All that is left between two quantisers is the integer product. */
Test(streamline, gathers_scales_and_shifts_in_the_thresholds)
{
    check_pass("InferShapes, Streamline",
               "n (float[1,2] x {INT4}) => (float[1,2] y) <float c = {4}, float[2,2] w {INT2} ="
               " {1, -1, 1, 1}, float[2] s = {2, -1}, float[2] b = {1, 0.25},"
               " float[2] m = {0.5, 3}, float[2] v = {4, 0.25}, float[1,1] t = {0}>"
               " { a = Div(x, c) p = MatMul(a, w)"
               "   n = BatchNormalization <epsilon = 0.0> (p, s, b, m, v)"
               "   y = " T " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (n, t) }",
               "n (float[1,2] x {INT4}) => (float[1,2] y {BIPOLAR})"
               " <float[2,2] w {INT2} = {1, 1, 1, -1}, float[2,1] t {INT32} = {-2, -12},"
               " p {INT32}>"
               " { p = MatMul(x, w)"
               "   y = " T " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> (p, t) }");
}

/* Upstream ends with an assertion on either. */
Test(streamline, works_around_products_of_two_values)
{
    check_pass("InferShapes, Streamline",
               "n (float[2,2] x, float[2,2] z) => (float[2,2] y) <float c = {4}, float a = {1}>"
               " { p = Mul(x, z) q = MatMul(p, x) r = Div(q, c) u = Sub(r, a) y = Mul(u, c) }",
               "n (float[2,2] x, float[2,2] z) => (float[2,2] y) <float c = {1}, float a = {-4}>"
               " { p = Mul(x, z) q = MatMul(p, x) y = Add(q, a) }");
}

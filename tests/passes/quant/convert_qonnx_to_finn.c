#include "support/check_pass.h"

#include <criterion/criterion.h>

#define GENERAL "qonnx.custom_op.general."

Test(convert_qonnx_to_finn, a_quantised_layer_becomes_integers_and_thresholds)
{
    check_pass(
        "ConvertQONNXtoFINN",
        "g (float[1,2] x) => (float[1,1] y) <float[1,2] w = {0.5, -1}, float s = {0.5}, "
        "float one = {1}, float z = {0}, float n = {2}> {"
        "    q = " GENERAL
        "Quant <signed = 1, narrow = 0> (w, s, z, n) t = Transpose <perm = [1, 0]> (q)"
        "    r = Relu(x) a = " GENERAL
        "Quant <signed = 0, rounding_mode = \"FLOOR\", narrow = 0> (r, one, z, n) y = MatMul(a, t) }",
        "g (float[1,2] x) => (float[1,1] y) "
        "<float[2,1] w {INT2} = {1, -2}, float[2,3] t = {1, 2, 3, 1, 2, 3}, float s = {0.5}, float[1,2] a {UINT2}, float[1,1] m {INT32}> {"
        "    a = " GENERAL "MultiThreshold <out_dtype = \"UINT2\"> (x, t)"
        "    m = MatMul(a, w) y = Mul(m, s) }");
}

#include "support/check_pass.h"

#include <criterion/criterion.h>

Test(lower_convs_to_mat_mul, draws_patches_and_multiplies)
{
    check_pass(
        "LowerConvsToMatMul",
        "g (float[3,2,5,4] x {UINT4}) => (float[3,1,2,4] y {INT32})"
        "    <float[1,2,2,1] w {INT4} = {1, 2, 3, 4}> {"
        "    y = Conv <strides = [2, 1], pads = [0, 0, 0, 0]> (x, w) }",
        "g (float[3,2,5,4] x {UINT4}) => (float[3,1,2,4] y {INT32})"
        "    <float[4,1] w {INT4} = {1, 3, 2, 4}, float[3,5,4,2] a {UINT4},"
        "     float[3,2,4,4] p {UINT4}, float[3,2,4,1] m {INT32}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    p = qonnx.custom_op.general.Im2Col <depthwise = 0, dilations = [1, 1],"
        "        input_shape = \"(3,5,4,2)\", kernel_size = [2, 1], pad_amount = [0, 0, 0, 0],"
        "        stride = [2, 1]> (a)"
        "    m = MatMul(p, w) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(lower_convs_to_mat_mul, needs_no_patches_for_single_pixels)
{
    check_pass("LowerConvsToMatMul",
               "g (float[1,2,3,3] x) => (float[1,3,3,3] y)"
               "    <float[3,2,1,1] w = {1, 2, 3, 4, 5, 6}, float[3] b = {1, 2, 3}> {"
               "    y = Conv(x, w, b) }",
               "g (float[1,2,3,3] x) => (float[1,3,3,3] y)"
               "    <float[2,3] w = {1, 3, 5, 2, 4, 6}, float[1,3,1,1] b = {1, 2, 3}> {"
               "    a = Transpose <perm = [0, 2, 3, 1]> (x) m = MatMul(a, w)"
               "    c = Transpose <perm = [0, 3, 1, 2]> (m) y = Add(c, b) }");
}

Test(lower_convs_to_mat_mul, marks_depthwise_weights)
{
    check_pass(
        "LowerConvsToMatMul",
        "g (float[1,2,3,3] x) => (float[1,2,2,3] y) <float[2,1,2,1] w {BIPOLAR} = {1, -1, -1, -1}> {"
        "    y = Conv <group = 2> (x, w) }",
        "g (float[1,2,3,3] x) => (float[1,2,2,3] y) <float[4,2] w"
        "    {BIPOLAR, tensor_sparsity: \"{'dw': {'kernel_shape': [2, 1]}}\"}"
        "    = {1, 0, 0, -1, -1, 0, 0, -1}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    p = qonnx.custom_op.general.Im2Col <depthwise = 1, dilations = [1, 1],"
        "        input_shape = \"(1,3,3,2)\", kernel_size = [2, 1], pad_amount = [0, 0, 0, 0],"
        "        stride = [1, 1]> (a)"
        "    m = MatMul(p, w) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(lower_convs_to_mat_mul, fills_groups_with_zeros)
{
    check_pass(
        "LowerConvsToMatMul",
        "g (float[1,4,2,2] x) => (float[1,2,2,2] y) <float[2,2,1,1] w {BIPOLAR} = {1, -1, -1, 1}> {"
        "    y = Conv <group = 2> (x, w) }",
        "g (float[1,4,2,2] x) => (float[1,2,2,2] y)"
        "    <float[4,2] w {TERNARY} = {1, 0, -1, 0, 0, -1, 0, 1}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x) m = MatMul(a, w)"
        "    y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(lower_convs_to_mat_mul, pads_as_the_standard_says)
{
    check_pass(
        "LowerConvsToMatMul",
        "g (float[1,1,5,6] x) => (float[1,1,3,3] y) <float[1,1,3,3] w = {1, 2, 3, 4, 5, 6, 7, 8, 9}> {"
        "    y = Conv <auto_pad = \"SAME_LOWER\", strides = [2, 2]> (x, w) }",
        "g (float[1,1,5,6] x) => (float[1,1,3,3] y) <float[9,1] w"
        "    {tensor_sparsity: \"{'dw': {'kernel_shape': [3, 3]}}\"} = {1, 2, 3, 4, 5, 6, 7, 8, 9}> {"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    p = qonnx.custom_op.general.Im2Col <depthwise = 1, dilations = [1, 1],"
        "        input_shape = \"(1,5,6,1)\", kernel_size = [3, 3], pad_amount = [1, 1, 1, 0],"
        "        stride = [2, 2]> (a)"
        "    m = MatMul(p, w) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

#define QUANT "qonnx.custom_op.general.Quant <signed = 1, narrow = 1>"

Test(lower_convs_to_mat_mul, takes_a_quantiser_along)
{
    check_pass("InferShapes,LowerConvsToMatMul",
               "g (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2,2,1,1] w = {1, 2, 3, 4},"
               "    float[2,1,1,1] s = {0.5, 0.25}, float z = {0}, float[1,1,1,1] n = {4}> {"
               "    q = " QUANT " (w, s, z, n) y = Conv(x, q) }",
               "g (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2,2] w = {1, 3, 2, 4},"
               "    float[1,2] s = {0.5, 0.25}, float z = {0}, float[1,1] n = {4}, float[2,2] q> {"
               "    q = " QUANT " (w, s, z, n) a = Transpose <perm = [0, 2, 3, 1]> (x)"
               "    m = MatMul(a, q) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(lower_convs_to_mat_mul, a_quantiser_of_signs_makes_zeros_between_groups)
{
    check_pass("InferShapes,LowerConvsToMatMul,FoldQuantWeights",
               "g (float[1,4,2,2] x) => (float[1,2,2,2] y) <float[2,2,1,1] w = {1, -1, -1, 1},"
               "    float s = {1}, float z = {0}, float n = {2}, float[2,2,1,1] q {BIPOLAR}> {"
               "    q = " QUANT " (w, s, z, n) y = Conv <group = 2> (x, q) }",
               "g (float[1,4,2,2] x) => (float[1,2,2,2] y)"
               "    <float[4,2] q {TERNARY} = {1, 0, -1, 0, 0, -1, 0, 1}> {"
               "    a = Transpose <perm = [0, 2, 3, 1]> (x) m = MatMul(a, q)"
               "    y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(lower_convs_to_mat_mul, copies_weights_that_others_read)
{
    check_pass(
        "InferShapes,LowerConvsToMatMul",
        "g (float[1,2,2,2] x) => (float[1,2,2,2] y, float[2,2,1,1] v)"
        "    <float[2,2,1,1] w = {1, 2, 3, 4}, float s = {0.5}, float z = {0}, float n = {4}> {"
        "    q = " QUANT " (w, s, z, n) y = Conv(x, q) v = Neg(q) }",
        "g (float[1,2,2,2] x) => (float[1,2,2,2] y, float[2,2,1,1] v)"
        "    <float[2,2,1,1] w = {1, 2, 3, 4}, float s = {0.5}, float z = {0}, float n = {4},"
        "     float[2,2] w2 = {1, 3, 2, 4}, float s2 = {0.5}, float z2 = {0}, float n2 = {4}> {"
        "    q = " QUANT " (w, s, z, n) v = Neg(q) q2 = " QUANT " (w2, s2, z2, n2)"
        "    a = Transpose <perm = [0, 2, 3, 1]> (x)"
        "    m = MatMul(a, q2) y = Transpose <perm = [0, 3, 1, 2]> (m) }");
}

Test(lower_convs_to_mat_mul, says_why_a_convolution_stays)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,1,3] x) => (float[1,1,3] y) <float[1,1,1] w = {1}> { [c] y = Conv(x, w) }",
         "c (Conv): it is not two-dimensional"},
        {"g (float[1,1,3,W] x) => (float[1,1,3,W] y) <float[1,1,1,1] w = {1}> { y = Conv(x, w) }",
         "the shape of its input is not known"},
        {"g (float[1,1,3,3] x, float[1,1,1,1] w) => (float[1,1,3,3] y) { y = Conv(x, w) }",
         "its weights are no constant"},
        {"g (float[1,1,3,3] x, float[1] b) => (float[1,1,3,3] y) <float[1,1,1,1] w = {1}> {"
         "    y = Conv(x, w, b) }",
         "it still has a bias"},
        {"g (float[1,1,3,3] x) => (float[1,1,3,2] y) <float[1,1,1,2] w = {1, 1},"
         "    float[1,1,1,2] s = {1, 1}, float z = {0}, float n = {4}> {"
         "    q = " QUANT " (w, s, z, n) y = Conv(x, q) }",
         "parameters that are not per filter"},
        {"g (float[1,2,3,3] x) => (float[1,2,3,3] y) <float[2,1,1,1] w = {1, -1}, float s = {1}> {"
         "    q = qonnx.custom_op.general.BipolarQuant(w, s) y = Conv <group = 2> (x, q) }",
         "something else of 0"},
        {"g (float[1,1,3,3] x {BIPOLAR}) => (float[1,1,3,3] y) "
         "<float[1,1,3,3] w = {1,1,1,1,1,1,1,1,1}> { y = Conv<pads=[1,1,1,1]>(x, w) }",
         "it pads its input with 0, which BIPOLAR does not hold"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_remark("InferShapes,LowerConvsToMatMul", cases[i].text, cases[i].reason);
}

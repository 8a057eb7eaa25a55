#include "support/check_pass.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define GENERAL "qonnx.custom_op.general."
#define QUANT   GENERAL "Quant <signed = 1, narrow = 0>"
#define PARAMS  "float z = {0}, float n = {4}"

Test(fold_quant_weights, a_scale_goes_behind_the_product)
{
    check_pass(
        "FoldQuantWeights",
        "g (float[1,2] x) => (float[1,2] y) "
        "<float[2,2] w = {0.6, -0.5, 1.25, 9}, float s = {0.5}, " PARAMS "> "
        "{ q = " QUANT " (w, s, z, n) y = MatMul(x, q) }",
        "g (float[1,2] x) => (float[1,2] y) <float[2,2] q {INT4} = {1, -1, 2, 7}, float s = {0.5}> "
        "{ m = MatMul(x, q) y = Mul(m, s) }");
}

Test(fold_quant_weights, columns_keep_a_scale_each)
{
    check_pass("FoldQuantWeights",
               "g (float[1,2] x) => (float[1,2] y) "
               "<float[2,2] w = {0.5, 1, -1, 2}, float[1,2] s = {0.5, 0.25}, " PARAMS "> "
               "{ q = " QUANT " (w, s, z, n) y = MatMul(x, q) }",
               "g (float[1,2] x) => (float[1,2] y) "
               "<float[2,2] q {INT4} = {1, 4, -2, 7}, float[1,2] s = {0.5, 0.25}> "
               "{ m = MatMul(x, q) y = Mul(m, s) }");
}

Test(fold_quant_weights, rows_cannot)
{
    check_remark("FoldQuantWeights",
                 "g (float[1,2] x) => (float[1,2] y) "
                 "<float[2,2] w = {0.5, 1, -1, 2}, float[2,1] s = {0.5, 0.25}, " PARAMS "> "
                 "{ q = " QUANT " (w, s, z, n) y = MatMul(x, q) }",
                 "its scale, 2 values, 0.25 to 0.5, does not vary along the outputs");
}

/* It would be scaled as well. */
Test(fold_quant_weights, not_behind_a_bias)
{
    check_unchanged("FoldQuantWeights",
                    "g (float[1,1,2,2] x) => (float[1,1,2,2] y) <float[1,1,1,1] w = {1},"
                    " float s = {0.5}, float[1] b = {3}, " PARAMS "> "
                    "{ q = " QUANT " (w, s, z, n) y = Conv(x, q, b) }");
    check_remark("FoldQuantWeights",
                 "g (float[1,1,2,2] x) => (float[1,1,2,2] y) <float[1,1,1,1] w = {1},"
                 " float s = {0.5}, float[1] b = {3}, " PARAMS "> "
                 "{ q = " QUANT " (w, s, z, n) [c] y = ConvTranspose(x, q, b) }",
                 "its scale behind c (ConvTranspose) would scale the bias, too");
}

Test(fold_quant_weights, the_filters_of_a_convolution_become_its_channels)
{
    check_pass("FoldQuantWeights",
               "g (float[1,1,2,2] x) => (float[1,2,2,2] y) "
               "<float[2,1,1,1] w = {1, -1}, float[2,1,1,1] s = {0.5, 0.25}, " PARAMS "> "
               "{ q = " QUANT " (w, s, z, n) y = Conv(x, q) }",
               "g (float[1,1,2,2] x) => (float[1,2,2,2] y) "
               "<float[2,1,1,1] q {INT4} = {2, -4}, float[1,2,1,1] s = {0.5, 0.25}> "
               "{ m = Conv(x, q) y = Mul(m, s) }");
}

/* The zero point gives the constant an axis more, and its filters lie along that one. */
Test(fold_quant_weights, a_parameter_of_more_axes_than_the_constant)
{
    check_pass("FoldQuantWeights",
               "g (float[1,2,2] x) => (float[1,1,1] y) "
               "<float[2,2] w = {1, -1, 2, 3}, float s = {0.5}, float[1,1,1] z = {0}, "
               "float n = {4}> { q = " QUANT " (w, s, z, n) y = Conv(x, q) }",
               "g (float[1,2,2] x) => (float[1,1,1] y) "
               "<float[1,2,2] q {INT4} = {2, -2, 4, 6}, float s = {0.5}> "
               "{ m = Conv(x, q) y = Mul(m, s) }");
    check_remark("FoldQuantWeights",
                 "g (float[1,2,2] x) => (float[1,1,1] y) "
                 "<float[2,2] w = {1, -1, 2, 3}, float[2,1] s = {0.5, 1}, float[1,1,1] z = {0}, "
                 "float n = {4}> { q = " QUANT " (w, s, z, n) y = Conv(x, q) }",
                 "does not vary along the outputs");
}

Test(fold_quant_weights, a_sum_is_divided_first)
{
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, -1}, float s = {0.5}, " PARAMS "> "
               "{ q = " QUANT " (w, s, z, n) y = Sub(q, x) }",
               "g (float[2] x) => (float[2] y) "
               "<float[2] q {INT4} = {2, -2}, float s = {0.5}, float s2 = {0.5}> "
               "{ d = Div(x, s) m = Sub(q, d) y = Mul(m, s2) }");
}

Test(fold_quant_weights, a_constant_that_divides_is_followed_by_a_division)
{
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[2] y) <float[2] w = {1, -1}, float s = {0.5}, " PARAMS "> "
               "{ q = " QUANT " (w, s, z, n) y = Div(x, q) }",
               "g (float[2] x) => (float[2] y) <float[2] q {INT4} = {2, -2}, float s = {0.5}> "
               "{ m = Div(x, q) y = Div(m, s) }");
}

Test(fold_quant_weights, each_user_has_its_factor)
{
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[2] y, float[2] z) "
               "<float[2] w = {1, -1}, float s = {0.5}, float o = {0}, float n = {4}> "
               "{ q = " QUANT " (w, s, o, n) y = Mul(x, q) z = Mul(y, q) }",
               "g (float[2] x) => (float[2] y, float[2] z) "
               "<float[2] q {INT4} = {2, -2}, float s = {0.5}, float s2 = {0.5}, "
               "float[2] q2 {INT4} = {2, -2}> "
               "{ m = Mul(x, q) y = Mul(m, s) k = Mul(y, q2) z = Mul(k, s2) }");
}

Test(fold_quant_weights, signs_and_zero_points)
{
    check_pass(
        "FoldQuantWeights",
        "g (float[1,2] x) => (float[1,1] y) <float[2,1] w = {0.1, -3}, float s = {0.5}> "
        "{ q = " GENERAL "BipolarQuant(w, s) y = MatMul(x, q) }",
        "g (float[1,2] x) => (float[1,1] y) <float[2,1] q {BIPOLAR} = {1, -1}, float s = {0.5}> "
        "{ m = MatMul(x, q) y = Mul(m, s) }");
    /* 0..15 less 8: in INT4. 0..15 less 9: -9 is not. */
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[2] y) "
               "<float[2] w = {-10, 3}, float s = {1}, float z = {9}, float n = {4}> "
               "{ q = " GENERAL "Quant <signed = 0, narrow = 0> (w, s, z, n) y = Mul(x, q) }",
               "g (float[2] x) => (float[2] y) <float[2] q {INT5} = {-9, 3}> { y = Mul(x, q) }");
}

Test(fold_quant_weights, stays_where_the_scale_cannot_go)
{
    check_remark("FoldQuantWeights",
                 "g (float[2] x) => (float[2] y) <float[2] w = {1, -1}, float s = {0.5}, " PARAMS
                 "> "
                 "{ q = " QUANT " (w, s, z, n) y = Max(x, q) }",
                 "its scale cannot go behind");
    check_remark("FoldQuantWeights",
                 "g (float[2] x) => (float[2] y) <float[2] w = {1, -1}, float s = {-0.5}, " PARAMS
                 "> "
                 "{ q = " QUANT " (w, s, z, n) y = Mul(x, q) }",
                 "its scale is not positive");
}

#define Q_SCALED "q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(w, s, z, n) "

/* The product with a vector has one axis less. */
Test(fold_quant_weights, scales_fit_products_with_vectors)
{
    check_pass("FoldQuantWeights",
               "g (float[3] x) => (float[2] y) <float[2,3] w = {1,2,3,4,6,6}, "
               "float[2,1] s = {1,2}, float z = {0}, float n = {4}> "
               "{ " Q_SCALED "y = MatMul(q, x) }",
               "g (float[3] x) => (float[2] y) "
               "<float[2,3] q {INT4} = {1,2,3,2,3,3}, float[2] f = {1,2}> "
               "{ p = MatMul(q, x) y = Mul(p, f) }");
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[3] y) <float[2,3] w = {1,2,3,4,6,6}, "
               "float[1,3] s = {1,2,1}, float z = {0}, float n = {4}> "
               "{ " Q_SCALED "y = MatMul(x, q) }",
               "g (float[2] x) => (float[3] y) "
               "<float[2,3] q {INT4} = {1,1,3,4,3,6}, float[3] f = {1,2,1}> "
               "{ p = MatMul(x, q) y = Mul(p, f) }");
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[3] y) <float[2,3] w = {2,4,6,8,10,12}, "
               "float[1,1] s = {2}, float z = {0}, float n = {4}> "
               "{ " Q_SCALED "v = MatMul(x, q) y = Relu(v) }",
               "g (float[2] x) => (float[3] y) "
               "<float[2,3] q {INT4} = {1,2,3,4,5,6}, float f = {2}> "
               "{ p = MatMul(x, q) v = Mul(p, f) y = Relu(v) }");
    check_remark("FoldQuantWeights",
                 "g (float[N,3] x0, int64[K] n1) => (float[2] y) <float[2,3] w = {1,2,3,4,6,6}, "
                 "float[2,1] s = {1,2}, float z = {0}, float n = {4}> "
                 "{ x = Reshape(x0, n1) " Q_SCALED "p = MatMul(q, x) y = Reshape(p, n1) }",
                 "the rank of x is not known");
}

Test(fold_quant_weights, the_factor_is_of_the_type_of_the_product)
{
    check_pass("FoldQuantWeights",
               "g (float[2] x) => (float[3] y) <float[2,3] w = {1,2,3,4,6,6}, "
               "float16[3] s = {15360,16384,15360}, float z = {0}, float n = {4}> "
               "{ " Q_SCALED "y = MatMul(x, q) }",
               "g (float[2] x) => (float[3] y) "
               "<float[2,3] q {INT4} = {1,1,3,4,3,6}, float[3] f = {1,2,1}> "
               "{ p = MatMul(x, q) y = Mul(p, f) }");
}

/* Behind a node that has just got a factor, say. What the product has tells of its operands. */
Test(fold_quant_weights, a_known_product_is_as_good_as_a_known_operand)
{
    check_pass("FoldQuantWeights",
               "g (float[N,2] x0) => (float[4,3] y) <float[2,3] w = {1,2,3,4,6,6}, "
               "float[1,3] s = {1,2,1}, int64[2] r = {4,2}, float z = {0}, float n = {4}, x> "
               "{ x = Reshape(x0, r) " Q_SCALED "y = MatMul(x, q) }",
               "g (float[N,2] x0) => (float[4,3] y) "
               "<float[2,3] q {INT4} = {1,1,3,4,3,6}, float[1,3] f = {1,2,1}, int64[2] r = {4,2}> "
               "{ x = Reshape(x0, r) p = MatMul(x, q) y = Mul(p, f) }");
}

Test(fold_quant_weights, of_a_convolution_with_its_channels_last_the_factor_is_last)
{
    const char *head = "<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op.general\" : 1, "
                       "\"qonnx.custom_op.channels_last\" : 1]> ";
    char before[700], after[700];
    snprintf(before, sizeof before,
             "%sg (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2,1,1,2] w = {1,2,4,6}, "
             "float[2,1,1,1] s = {1,2}, float z = {0}, float n = {4}> { " Q_SCALED
             "y = qonnx.custom_op.channels_last.Conv<kernel_shape = [1,1]>(x, q) }",
             head);
    snprintf(after, sizeof after,
             "%sg (float[1,2,2,2] x) => (float[1,2,2,2] y) "
             "<float[2,1,1,2] q {INT4} = {1,2,2,3}, float[1,1,1,2] f = {1,2}> "
             "{ p = qonnx.custom_op.channels_last.Conv<kernel_shape = [1,1]>(x, q) y = Mul(p, f) }",
             head);
    check_pass("FoldQuantWeights", before, after);
}

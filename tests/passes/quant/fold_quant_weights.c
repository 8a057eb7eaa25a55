#include "support/check_pass.h"

#include <criterion/criterion.h>

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

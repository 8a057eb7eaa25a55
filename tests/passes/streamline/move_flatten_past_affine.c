#include <support/check_pass.h>

#include <criterion/criterion.h>

Test(move_flatten_past_affine, moves_past_products_and_operations_per_channel)
{
    check_pass("MoveFlattenPastAffine",
               "n (float[2,1,1,2] x {INT2, NHWC}) => (float[2,3] y) <float[2,3] w ="
               " {1, 2, 3, 4, 5, 6}, float[1] s = {0.5}, float[3] a = {1, 2, 3}>"
               " { f = Flatten(x) m = MatMul(f, w) k = Mul(m, s) y = Add(k, a) }",
               "n (float[2,1,1,2] x {INT2, NHWC}) => (float[2,3] y {NC}) <float[2,3] w ="
               " {1, 2, 3, 4, 5, 6}, float[1] s = {0.5}, float[3] a = {1, 2, 3},"
               " float[2,1,1,3] f {NHWC}, float[2,1,1,3] m {NHWC}, float[2,1,1,3] k {NHWC}>"
               " { f = MatMul(x, w) m = Mul(f, s) k = Add(m, a) y = Flatten(k) }");
}

Test(move_flatten_past_affine, finds_layouts_even_if_nothing_moves)
{
    check_pass("MoveFlattenPastAffine", "n (float[1,2,1,1] x) => (float[1,2] y) { y = Flatten(x) }",
               "n (float[1,2,1,1] x {NCHW}) => (float[1,2] y {NC}) { y = Flatten(x) }");
}

Test(move_flatten_past_affine, says_why_not)
{
    check_remark("MoveFlattenPastAffine",
                 "n (float[1,2,1,1] x {NCHW}) => (float[1,2] y) <float s = {2}>"
                 " { f = Flatten(x) y = Mul(f, s) }",
                 "the layout of the value to flatten is NCHW, not NHWC");
    check_remark("MoveFlattenPastAffine",
                 "n (float[1,2,3,2] x {NHWC}) => (float[1,12] y) <float s = {2}>"
                 " { f = Flatten(x) y = Mul(f, s) }",
                 "the image is 2 by 3, not one pixel");
    check_remark("MoveFlattenPastAffine",
                 "n (float[2,1,1,2] x {NHWC}) => (float[2,2] y) <float[2,1] s = {2, 3}>"
                 " { f = Flatten(x) y = Mul(f, s) }",
                 "the constant varies along axis 0, the channels are axis 1");
}

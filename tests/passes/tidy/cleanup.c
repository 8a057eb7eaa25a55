#include "support/check_pass.h"

#include <criterion/criterion.h>

/* A weight behind a quantiser and a Transpose, and a shape that can be known. */
#define EXPORTED                                                                                   \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (float[1,3] y)"                                                           \
    " <float[3,2] w = {1, 2, 3, 4, 5, 6}, float s = {1}, float z = {0}, float n = {4},"            \
    "  float unused = {3}> {"                                                                      \
    "    q = qonnx.custom_op.general.Quant <narrow = 0, signed = 1, rounding_mode = \"ROUND\">"    \
    "        (w, s, z, n)"                                                                         \
    "    t = Transpose <perm = [1, 0]> (q)"                                                        \
    "    shape = Constant <value_ints = [1, 2]> () r = Reshape(x, shape) y = MatMul(r, t) }"

#define CLEAN(weights)                                                                             \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (float[1,3] y) <" weights

Test(cleanup, quantisers_stay_and_the_rest_folds)
{
    check_pass("cleanup", EXPORTED,
               CLEAN("float[2,3] w = {1, 3, 5, 2, 4, 6}, float s = {1}, float z = {0},"
                     " float n = {4}, int64[2] shape = {1, 2}> {"
                     " q = qonnx.custom_op.general.Quant <narrow = 0, signed = 1,"
                     "     rounding_mode = \"ROUND\"> (w, s, z, n)"
                     " r = Reshape(x, shape) y = MatMul(r, q) }"));
}

Test(cleanup, quantisers_fold_if_asked_to)
{
    check_pass("cleanup{preserve_qnt_ops=false}", EXPORTED,
               CLEAN("float[2,3] w = {1, 3, 5, 2, 4, 6}, int64[2] shape = {1, 2}> {"
                     " r = Reshape(x, shape) y = MatMul(r, w) }"));
}

#define CONV                                                                                       \
    " <float[1,1,1,1] w = {2}, float[1] b = {1}> { y = Conv <kernel_shape = [1, 1]> (x, w, b) }"

Test(cleanup, the_bias_of_a_convolution_becomes_an_addition)
{
    check_pass("cleanup{extract_conv_bias=true}", "g (float[1,1,2,2] x) => (float[1,1,2,2] y)" CONV,
               "g (float[1,1,2,2] x) => (float[1,1,2,2] y)"
               " <float[1,1,1,1] w = {2}, float[1] b = {1}>"
               " { c = Conv <kernel_shape = [1, 1]> (x, w) y = Add(c, b) }");
}

Test(cleanup, the_input_may_get_another_size)
{
    check_pass("cleanup{override_inpsize=3}", "g (float[1,1,2,2] x) => (float[1,1,2,2] y)" CONV,
               "g (float[3,1,2,2] x) => (float[3,1,2,2] y)" CONV);
    check_pass("cleanup{override_inpsize=[2,1,4,5]}",
               "g (float[1,1,2,2] x) => (float[1,1,2,2] y)" CONV,
               "g (float[2,1,4,5] x) => (float[2,1,4,5] y)" CONV);
    check_refused("cleanup{override_inpsize=[2,0]}",
                  "g (float[1,1,2,2] x) => (float[1,1,2,2] y)" CONV, "sizes from 1");
    check_refused("cleanup{override_inpsize=\"x\"}",
                  "g (float[1,1,2,2] x) => (float[1,1,2,2] y)" CONV, "neither a batch size");
}

Test(cleanup, no_size_for_an_input_that_is_none)
{
    check_refused("cleanup{override_inpsize=[2,4]}",
                  "g (float[1,2] x) => (float[1,2] y) <float[1,2] x = {1, 2}> { y = Relu(x) }",
                  "override_inpsize on a model without an input");
}

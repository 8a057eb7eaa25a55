#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS    "InsertChannelsLastDomainsAndTrafos"
#define WEIGHTS "{1,0,-1,1,0,1,-2,1,1,1,0,-1,0,0,1,-1,1,0,-2,0,1,1,-1,1}"
#define NINE    "{1,2,3,4,5,6,7,8,9}"

Test(insert_channels_last_domains_and_trafos, turns_data_and_weights_of_a_convolution)
{
    check_pass(PASS,
               "g (float[1,2,4,5] x {INT4, NCHW}) => (float[1,3,3,4] y {INT16})"
               "    <float[3,2,2,2] w {INT2} = " WEIGHTS ", float[3] b = {1,2,3}> {"
               "    y = Conv <kernel_shape = [2,2], strides = [1,1], pads = [0,0,0,0],"
               "              dilations = [1,1], group = 1> (x, w, b) }",
               "g (float[1,2,4,5] x {INT4, NCHW}) => (float[1,3,3,4] y {INT16})"
               "    <float[3,2,2,2] w {INT2} = " WEIGHTS
               ", float[3] b = {1,2,3}, float[1,4,5,2] a {INT4, NHWC},"
               "     float[3,2,2,2] v {INT2}, float[1,3,4,3] c {INT16}> {"
               "    a = Transpose <perm = [0,2,3,1]> (x) v = Transpose <perm = [0,2,3,1]> (w)"
               "    c = qonnx.custom_op.channels_last.Conv <kernel_shape = [2,2], strides = [1,1],"
               "        pads = [0,0,0,0], dilations = [1,1], group = 1> (a, v, b)"
               "    y = Transpose <perm = [0,3,1,2]> (c) }");
}

Test(insert_channels_last_domains_and_trafos, turns_pools_and_norms_of_sequences)
{
    check_pass(PASS,
               "g (float[1,2,6] x) => (float[1,2,3] y) <float[2] s = {1,2}, float[2] b = {3,4},"
               "    float[2] m = {5,6}, float[2] v = {7,8}, float[1,2,3] p> {"
               "    p = MaxPool <kernel_shape = [2], strides = [2], pads = [0,0]> (x)"
               "    y = BatchNormalization (p, s, b, m, v) }",
               "g (float[1,2,6] x) => (float[1,2,3] y) <float[2] s = {1,2}, float[2] b = {3,4},"
               "    float[2] m = {5,6}, float[2] v = {7,8}, float[1,6,2] a, float[1,3,2] c,"
               "    float[1,2,3] p, float[1,3,2] d, float[1,3,2] e> {"
               "    a = Transpose <perm = [0,2,1]> (x)"
               "    c = qonnx.custom_op.channels_last.MaxPool <kernel_shape = [2], strides = [2],"
               "        pads = [0,0]> (a)"
               "    p = Transpose <perm = [0,2,1]> (c) d = Transpose <perm = [0,2,1]> (p)"
               "    e = qonnx.custom_op.channels_last.BatchNormalization (d, s, b, m, v)"
               "    y = Transpose <perm = [0,2,1]> (e) }");
}

/* Strides of 2 on 5 pixels need 2 more for a kernel of 3: one at each end, as upstream's 3 and 3
 * would not be. */
Test(insert_channels_last_domains_and_trafos, spells_out_what_was_left_to_defaults)
{
    check_pass(PASS,
               "g (float[1,1,5,4] x) => (float[1,1,3,2] y) <float[1,1,3,3] w = " NINE "> {"
               "    y = Conv <auto_pad = \"SAME_UPPER\", strides = [2,2]> (x, w) }",
               "g (float[1,1,5,4] x) => (float[1,1,3,2] y) <float[1,1,3,3] w = " NINE ","
               "    float[1,5,4,1] a, float[1,3,3,1] v, float[1,3,2,1] c> {"
               "    a = Transpose <perm = [0,2,3,1]> (x) v = Transpose <perm = [0,2,3,1]> (w)"
               "    c = qonnx.custom_op.channels_last.Conv <strides = [2,2], pads = [1,0,1,1],"
               "        kernel_shape = [3,3], dilations = [1,1], group = 1> (a, v)"
               "    y = Transpose <perm = [0,3,1,2]> (c) }");
    check_pass(PASS,
               "g (float[1,1,5,4] x) => (float[1,1,4,3] y) {"
               "    y = MaxPool <auto_pad = \"VALID\", kernel_shape = [2,2]> (x) }",
               "g (float[1,1,5,4] x) => (float[1,1,4,3] y) <float[1,5,4,1] a, float[1,4,3,1] c> {"
               "    a = Transpose <perm = [0,2,3,1]> (x)"
               "    c = qonnx.custom_op.channels_last.MaxPool <kernel_shape = [2,2],"
               "        pads = [0,0,0,0], strides = [1,1]> (a)"
               "    y = Transpose <perm = [0,3,1,2]> (c) }");
}

/* auto_pad knows no window that hangs over: a ceil_mode that stayed would add one. */
Test(insert_channels_last_domains_and_trafos, ceil_mode_goes_with_auto_pad)
{
    check_pass(PASS,
               "g (float[1,1,6,6] x) => (float[1,1,2,2] y) {"
               "    y = MaxPool <auto_pad = \"VALID\", ceil_mode = 1, kernel_shape = [3,3],"
               "        strides = [2,2]> (x) }",
               "g (float[1,1,6,6] x) => (float[1,1,2,2] y) <float[1,6,6,1] a, float[1,2,2,1] c> {"
               "    a = Transpose <perm = [0,2,3,1]> (x)"
               "    c = qonnx.custom_op.channels_last.MaxPool <ceil_mode = 0, kernel_shape = [3,3],"
               "        strides = [2,2], pads = [0,0,0,0]> (a)"
               "    y = Transpose <perm = [0,3,1,2]> (c) }");
}

Test(insert_channels_last_domains_and_trafos, any_ceil_mode_but_0_is_1)
{
    check_pass(PASS,
               "g (float[1,1,5,5] x) => (float[1,1,3,3] y) {"
               "    y = MaxPool <ceil_mode = -1, kernel_shape = [2,2], strides = [2,2]> (x) }",
               "g (float[1,1,5,5] x) => (float[1,1,3,3] y) <float[1,5,5,1] a, float[1,3,3,1] c> {"
               "    a = Transpose <perm = [0,2,3,1]> (x)"
               "    c = qonnx.custom_op.channels_last.MaxPool <ceil_mode = 1, kernel_shape = [2,2],"
               "        strides = [2,2], pads = [0,0,0,0]> (a)"
               "    y = Transpose <perm = [0,3,1,2]> (c) }");
}

Test(insert_channels_last_domains_and_trafos, leaves_vectors_and_what_is_none_of_onnx)
{
    check_unchanged(PASS,
                    "g (float[1,2] x) => (float[1,2] y) <float[2] s = {1,2}, float[2] b = {3,4},"
                    "    float[2] m = {5,6}, float[2] v = {7,8}> {"
                    "    y = BatchNormalization (x, s, b, m, v) }");
    check_unchanged_unrun(
        PASS, "<ir_version: 8, opset_import: [\"\": 13, \"com.acme\": 1]>"
              "g (float[1,2,4,4] x) => (float[1,2,4,4] y) { y = com.acme.MaxPool (x) }");
}

/* The domain is not raised for it. */
Test(insert_channels_last_domains_and_trafos, a_normalization_is_written_in_the_version_imported)
{
#define MODEL(version)                                                                             \
    "<ir_version: 8, opset_import: [\"\": 15, \"qonnx.custom_op.channels_last\": " version "]> "   \
    "g (float[1,2,4] x) => (float[1,2,4] y) <float[2] s = {1,2}, float[2] b = {3,4},"              \
    "    float[2] m = {5,6}, float[2] v = {7,8}, float[1,4,2] a, float[1,4,2] c> {"
#define BEFORE " y = BatchNormalization <training_mode = 0> (x, s, b, m, v) }"
#define AFTER(attrs)                                                                               \
    " a = Transpose <perm = [0,2,1]> (x)"                                                          \
    " c = qonnx.custom_op.channels_last.BatchNormalization <" attrs "> (a, s, b, m, v)"            \
    " y = Transpose <perm = [0,2,1]> (c) }"
    check_pass(PASS, MODEL("9") BEFORE, MODEL("9") AFTER(""));
    check_pass(PASS, MODEL("14") BEFORE, MODEL("14") AFTER("training_mode = 0"));
#undef MODEL
#undef BEFORE
#undef AFTER
}

Test(insert_channels_last_domains_and_trafos, says_why_it_does_not)
{
    check_remark(
        PASS,
        "g (float[1,1,4,4,4] x) => (float[1,1,3,3,3] y) <float[1,1,2,2,2] w = {1,2,3,4,5,6,7,8}> {"
        "    y = Conv (x, w) }",
        "only tensors of three and four axes");
    check_remark(PASS,
                 "g (float[] x) => (float[] y) <float[1,1,2,2] w = {1,2,3,4}> { y = Conv (x, w) }",
                 "the shapes of its inputs are not known");
    check_remark(PASS,
                 "g (float[1,1,4,4] x) => (float[1,1,3,3] y, int64[1,1,3,3] i) {"
                 "    y, i = MaxPool <kernel_shape = [2,2]> (x) }",
                 "it makes a second value");
    check_remark(PASS,
                 "<ir_version: 8, opset_import: [\"\": 15]>"
                 "g (float[1,2,4] x) => (float[1,2,4] y) <float[2] s = {1,2}, float[2] b = {3,4},"
                 "    float[2] m = {5,6}, float[2] v = {7,8}> {"
                 "    y = BatchNormalization <training_mode = 1> (x, s, b, m, v) }",
                 "only plain inference");
    check_remark(PASS,
                 "g (float[1,1,n,4] x) => (float[1,1,n,4] y) {"
                 "    y = MaxPool <auto_pad = \"SAME_UPPER\", kernel_shape = [2,2]> (x) }",
                 "auto_pad goes by the size of its input");
    check_remark(PASS,
                 "g (float[1,1,4,4] x) => (float[1,1,?,?] y) <float[1,1,2,2] w = {1,2,3,4}> {"
                 "    y = Conv <kernel_shape = [3,3]> (x, w) }",
                 "attribute kernel_shape says 3 along axis 2, the weights have 2");
}

#define OLD_NORM(attrs)                                                                            \
    "<ir_version: 3, opset_import: [\"\": 6]>"                                                     \
    "g (float[1,2,4] x) => (float[1,2,4] y) <float[2] s = {1,2}, float[2] b = {3,4},"              \
    "    float[2] m = {5,6}, float[2] v = {7,8}> {"                                                \
    "    y = BatchNormalization <" attrs "> (x, s, b, m, v) }"

/* Up to version 6 it trains unless it is told otherwise. */
Test(insert_channels_last_domains_and_trafos, leaves_an_old_batch_normalization_that_trains)
{
    check_remark(PASS, OLD_NORM("epsilon = 0.0"), "only plain inference");
    check_no_remark(PASS, OLD_NORM("is_test = 1"));
}

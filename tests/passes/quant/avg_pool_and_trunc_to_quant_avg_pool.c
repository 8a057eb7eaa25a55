#include "support/check_pass.h"

#include <criterion/criterion.h>

#define GENERAL "qonnx.custom_op.general."
#define PASS    "AvgPoolAndTruncToQuantAvgPool"
#define POOL(kernel)                                                                               \
    "p = AveragePool <kernel_shape = [" kernel ", " kernel "], strides = [2, 2]> (x) m = Mul(p, k) "
#define PARAMS "float s = {0.5}, float z = {0}, float i = {6}, float o = {4}"
#define AFTER                                                                                      \
    "d = Div(x, s) q = " GENERAL "QuantAvgPool2d "                                                 \
    "<stride = 2, kernel = 2, ibits = 4, obits = 4, signed = 0, data_layout = \"NCHW\"> (d) "

Test(avg_pool_and_trunc, dropped_bits_become_a_shift)
{
    /* The input has no grid that random numbers would lie on, so nothing is run. */
    check_pass_unrun(
        PASS,
        "g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) <float k = {4}, " PARAMS
        "> {" POOL("2") "y = " GENERAL "Trunc <rounding_mode = \"FLOOR\"> (m, s, z, i, o) }",
        "g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) "
        "<float s = {0.5}, float s2 = {0.5}, float[1,1,2,2] q {UINT4}> {" AFTER "y = Mul(q, s2) }");
}

Test(avg_pool_and_trunc, gives_the_same_on_its_grid)
{
    check_pass(PASS,
               "g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) "
               "<float k = {4}, float s = {1}, float z = {0}, float i = {6}, float o = {4}> {" POOL(
                   "2") "y = " GENERAL "Trunc(m, s, z, i, o) }",
               "g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) "
               "<float s = {1}, float s2 = {1}, float[1,1,2,2] q {UINT4}> {" AFTER
               "y = Mul(q, s2) }");
}

/* Strides are 1 unless they are said, and VALID has neither padding nor a window more. */
Test(avg_pool_and_trunc, what_is_not_said_is_as_the_standard_has_it)
{
    check_pass(PASS,
               "g (float[1,1,4,4] x {UINT4}) => (float[1,1,3,3] y) "
               "<float k = {4}, float s = {1}, float z = {0}, float i = {6}, float o = {4}> {"
               "p = AveragePool <kernel_shape = [2, 2], auto_pad = \"VALID\", ceil_mode = 1,"
               "    pads = [1, 1, 1, 1]> (x)"
               "m = Mul(p, k) y = " GENERAL "Trunc(m, s, z, i, o) }",
               "g (float[1,1,4,4] x {UINT4}) => (float[1,1,3,3] y) "
               "<float s = {1}, float s2 = {1}, float[1,1,3,3] q {UINT4}> {"
               "d = Div(x, s) q = " GENERAL "QuantAvgPool2d <stride = 1, kernel = 2, ibits = 4,"
               "    obits = 4, signed = 0, data_layout = \"NCHW\"> (d) y = Mul(q, s2) }");
}

Test(avg_pool_and_trunc, the_sign_is_looked_for_upstream)
{
    check_pass_unrun(
        PASS,
        "g (float[1,1,4,4] v) => (float[1,1,2,2] y) <float k = {4}, float[1,3] t = {1, 2, 3}, " PARAMS
        "> {"
        "c = " GENERAL "MultiThreshold <out_dtype = \"UINT4\"> (v, t) x = Mul(c, s) " POOL(
            "2") "y = " GENERAL "Trunc(m, s, z, i, o) }",
        "g (float[1,1,4,4] v) => (float[1,1,2,2] y) "
        "<float[1,3] t = {1, 2, 3}, float[1,1,4,4] c {UINT4}, float s0 = {0.5}, float s = {0.5}, float s2 = {0.5}, float[1,1,2,2] q {UINT4}> {"
        "c = " GENERAL "MultiThreshold <out_dtype = \"UINT4\"> (v, t) x = Mul(c, s0) " AFTER
        "y = Mul(q, s2) }");
    check_remark(PASS,
                 "g (float[1,1,4,4] x) => (float[1,1,2,2] y) <float k = {4}, " PARAMS
                 "> {" POOL("2") "y = " GENERAL "Trunc(m, s, z, i, o) }",
                 "nothing says whether its data is signed");
}

Test(avg_pool_and_trunc, says_why_not)
{
    /* 9 * 3 has five bits, so QuantAvgPool2d would drop one of them instead of two. */
    check_remark(PASS,
                 "g (float[1,1,4,4] x {UINT2}) => (float[1,1,1,1] y) <float k = {9}, " PARAMS
                 "> {" POOL("3") "y = " GENERAL "Trunc(m, s, z, i, o) }",
                 "would drop another number of bits");
    check_remark(PASS,
                 "g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) <float k = {5}, " PARAMS
                 "> {" POOL("2") "y = " GENERAL "Trunc(m, s, z, i, o) }",
                 "not the number of the kernel's elements");
    check_remark(PASS,
                 "g (float[1,1,4,4] x {UINT4}) => (float[1,1,2,2] y) <float k = {4}, " PARAMS
                 "> {" POOL("2") "y = " GENERAL
                                 "Trunc <rounding_mode = \"CEIL\"> (m, s, z, i, o) }",
                 "it does not round down");
}

/* One pool and one Trunc with its parameters. */
#define CHECK_DECLINE(pool, constants, trunc, words)                                               \
    check_remark(PASS,                                                                             \
                 "g (float[1,1,4,4] x {UINT4}) => (float[N,C,H,W] y) <float k = {4}, " constants   \
                 "> { p = AveragePool <" pool "> (x) m = Mul(p, k) y = " GENERAL "Trunc" trunc     \
                 "(m, s, z, i, o) }",                                                              \
                 words)
#define SQUARE "kernel_shape = [2, 2], strides = [2, 2]"

Test(avg_pool_and_trunc, says_what_of_the_pool_does_not_fit)
{
    CHECK_DECLINE("kernel_shape = [1, 4], strides = [1, 4]", PARAMS, "",
                  "kernel and strides are not squares");
    CHECK_DECLINE(SQUARE ", pads = [0, 0, 1, 1]", PARAMS, "", "it pads");
    CHECK_DECLINE(SQUARE ", auto_pad = \"SAME_UPPER\"", PARAMS, "", "it pads by itself");
    CHECK_DECLINE(SQUARE ", ceil_mode = 1", PARAMS, "", "windows reach over the border");
}

Test(avg_pool_and_trunc, says_what_of_the_trunc_does_not_fit)
{
    CHECK_DECLINE(SQUARE, "float s = {0.5}, float z = {0}, float i = {6.5}, float o = {4}", "",
                  "its bit widths are not single whole numbers");
    CHECK_DECLINE(SQUARE, "float s = {0.5}, float z = {1}, float i = {6}, float o = {4}", "",
                  "its zero point is not 0");
    CHECK_DECLINE(SQUARE, PARAMS, " <narrow = 1> ", "it leaves the lowest number out");
    CHECK_DECLINE(SQUARE, "float s = {0.5}, float z = {0}, float i = {2}, float o = {2}", "",
                  "too few bits are left");
    CHECK_DECLINE(SQUARE,
                  "float[2,1,1,1] s = {0.5, 1}, float z = {0}, float i = {6}, float o = {4}", "",
                  "its scale is not one number");
}

/* Version 2 clips, QuantAvgPool2d does not. */
#define SECOND "<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op.general\" : 2]> "
#define IMAGE(dtype, sign)                                                                         \
    SECOND "g (float[1,1,2,2] x {" dtype "}) => (float[1,1,1,1] y) <float k = {4}, float s = {1}," \
           "    float z = {0}, float i = {6}, float b = {4}, float o = {4}> {" POOL(               \
               "2") "y = " GENERAL "Trunc <signed = " sign ", narrow = 0> (m, s, z, i, b, o) }"

Test(avg_pool_and_trunc, sums_that_the_second_version_would_clip_stay)
{
    check_remark(PASS, IMAGE("UINT4", "1"), "is 0 to 15, and it keeps -8 to 7");
    check_remark(PASS, IMAGE("INT8", "1"), "is -128 to 127, and it keeps -8 to 7");
    check_remark(PASS, IMAGE("INT4", "0"), "is -8 to 7, and it keeps 0 to 15");
}

Test(avg_pool_and_trunc, sums_within_its_limits_go)
{
#define CLIPPED(dtype, out, sign)                                                                  \
    "g (float[1,1,2,2] x {" dtype "}) => (float[1,1,1,1] y) <float s = {1}, float b = {4},"        \
    "    float[1,1,1,1] q {" out "}> {"                                                            \
    "d = Div(x, s) q = " GENERAL "QuantAvgPool2d <stride = 2, kernel = 2, ibits = 4, obits = 4,"   \
    "    signed = " sign ", data_layout = \"NCHW\"> (d) y = Mul(q, b) }"
    check_pass(PASS, IMAGE("INT4", "1"), SECOND CLIPPED("INT4", "INT4", "1"));
    check_pass(PASS, IMAGE("UINT4", "0"), SECOND CLIPPED("UINT4", "UINT4", "0"));
    check_pass(PASS, IMAGE("UINT3", "1"), SECOND CLIPPED("UINT3", "UINT4", "0"));
#undef CLIPPED
}

/* What made the data says how large they get. */
Test(avg_pool_and_trunc, the_range_is_looked_for_upstream)
{
#define QUANTISED(bits, sign)                                                                      \
    SECOND "g (float[1,1,2,2] v) => (float[1,1,1,1] y) <float k = {4}, float s = {0.5},"           \
           "    float one = {1}, float z = {0}, float i = {6}, float b = {2}, float o = {4},"      \
           "    float n = {" bits "}> { u = " GENERAL "Quant <signed = 0, narrow = 0>"             \
           "    (v, one, z, n) x = Mul(u, s)" POOL("2") "y = " GENERAL "Trunc <signed = " sign     \
                                                        ", narrow = 0> (m, s, z, i, b, o) }"
    check_remark(PASS, QUANTISED("4", "1"), "is 0 to 15, and it keeps -8 to 7");
    check_remark(PASS, QUANTISED("5", "0"), "is 0 to 31, and it keeps 0 to 15");
    check_pass(PASS, QUANTISED("4", "0"),
               SECOND "g (float[1,1,2,2] v) => (float[1,1,1,1] y) <float one = {1}, float z = {0},"
                      "    float n = {4}, float s = {0.5}, float t = {0.5}, float b = {2},"
                      "    float[1,1,1,1] q {UINT4}, float[1,1,2,2] u {UINT4}> {"
                      "    u = " GENERAL "Quant <signed = 0, narrow = 0> (v, one, z, n)"
                      "    x = Mul(u, s) d = Div(x, t) q = " GENERAL "QuantAvgPool2d <stride = 2,"
                      "    kernel = 2, ibits = 4, obits = 4, signed = 0, data_layout = \"NCHW\">"
                      "    (d) y = Mul(q, b) }");
#undef QUANTISED
}

Test(avg_pool_and_trunc, operands_that_make_more_of_the_image_stay)
{
#define MAKES(shape, constants)                                                                    \
    "g (float[1,1,2,2] x {INT4}) => (float" shape " y) <" constants ", float i = {6},"             \
    "    float o = {4}> {" POOL("2") "y = " GENERAL "Trunc(m, s, z, i, o) }"
    check_remark(PASS, MAKES("[1,3,1,1]", "float[3,1,1] k = {4,4,4}, float s = {1}, float z = {0}"),
                 "the factor is not one number");
    check_remark(PASS,
                 MAKES("[1,1,1,1,1]", "float[1,1,1,1,1] k = {4}, float s = {1}, float z = {0}"),
                 "the factor has 5 axes, more than x with 4");
    check_remark(PASS, MAKES("[1,3,1,1]", "float k = {4}, float s = {1}, float[3,1,1] z = {0,0,0}"),
                 "its zero point is not one number");
    check_remark(PASS,
                 MAKES("[1,1,1,1,1]", "float k = {4}, float[1,1,1,1,1] s = {1}, float z = {0}"),
                 "its scale has 5 axes, more than x with 4");
#undef MAKES
}

Test(avg_pool_and_trunc, other_types_than_float32_stay)
{
    check_remark(
        PASS,
        "g (double[1,1,2,2] x {INT4}) => (float[1,1,1,1] y) <double k = {4}, float s = {1},"
        "    float z = {0}, float i = {6}, float o = {4}> {" POOL("2") "y = " GENERAL
                                                                       "Trunc(m, s, z, i, o) }",
        "its data are DOUBLE");
    check_remark(PASS,
                 "g (float[1,1,2,2] x {INT4}) => (float[1,1,1,1] y) <float k = {4}, double s = {1},"
                 "    float z = {0}, float i = {6}, float o = {4}> {" POOL(
                     "2") "y = " GENERAL "Trunc(m, s, z, i, o) }",
                 "its scale is DOUBLE");
}

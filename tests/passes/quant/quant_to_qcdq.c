#include "support/check_pass.h"

#include <criterion/criterion.h>

#define GENERAL "qonnx.custom_op.general."
#define PASS    "QuantToQCDQ"

Test(quant_to_qcdq, eight_bits_need_no_clip)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {8}> "
               "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
               "g (float[2] x) => (float[2] y) { s = Constant <value = float {0.5}> () "
               "z = Constant <value = int8 {0}> () q = QuantizeLinear(x, s, z) "
               "y = DequantizeLinear(q, s, z) }");
}

Test(quant_to_qcdq, fewer_are_clipped)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {2}> "
               "{ y = " GENERAL "Quant <signed = 0, narrow = 0> (x, s, z, n) }",
               "g (float[2] x) => (float[2] y) { s = Constant <value = float {0.5}> () "
               "z = Constant <value = uint8 {0}> () l = Constant <value = uint8 {0}> () "
               "h = Constant <value = uint8 {3}> () q = QuantizeLinear(x, s, z) c = Clip(q, l, h) "
               "y = DequantizeLinear(c, s, z) }");
}

/* Upstream forgets that the highest one is left out. */
Test(quant_to_qcdq, narrow_ones_too)
{
    check_pass(
        PASS,
        "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {8}> "
        "{ y = " GENERAL "Quant <signed = 0, narrow = 1> (x, s, z, n) }",
        "g (float[2] x) => (float[2] y) { s = Constant <value = float {0.5}> () "
        "z = Constant <value = uint8 {0}> () l = Constant <value = uint8 {0}> () "
        "h = Constant <value = uint8 {254}> () q = QuantizeLinear(x, s, z) c = Clip(q, l, h) "
        "y = DequantizeLinear(c, s, z) }");
}

/* Upstream takes the first axis of that size, 0. */
Test(quant_to_qcdq, the_scale_says_which_axis)
{
    check_pass(PASS,
               "g (float[2,2] x) => (float[2,2] y) "
               "<float[1,2] s = {0.5, 1}, float z = {0}, float n = {8}> "
               "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
               "g (float[2,2] x) => (float[2,2] y) { s = Constant <value = float[2] {0.5, 1}> () "
               "z = Constant <value = int8[2] {0, 0}> () q = QuantizeLinear <axis = 1> (x, s, z) "
               "y = DequantizeLinear <axis = 1> (q, s, z) }");
}

Test(quant_to_qcdq, says_why_not)
{
    check_remark(PASS,
                 "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {8}> "
                 "{ y = " GENERAL
                 "Quant <rounding_mode = \"FLOOR\", signed = 1, narrow = 0> (x, s, z, n) }",
                 "ties to even");
    check_remark(PASS,
                 "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {9}> "
                 "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
                 "not 2 to 8");
    check_remark(PASS,
                 "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {1}, float n = {8}> "
                 "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
                 "zero point is not 0");
}

/* QuantizeLinear along an axis, and Clip of integers, need opset 13. */
Test(quant_to_qcdq, nodes_that_a_newer_opset_writes_otherwise_are_rewritten)
{
    check_pass("QuantToQCDQ",
               "<ir_version: 7, opset_import: [\"\" : 9, \"qonnx.custom_op.general\" : 1]> "
               "g (float[2,3] x) => (float[3] y, float[1,2] v, float[2,3] p) <float s = {0.5}, "
               "float z = {0}, float n = {4}> { "
               "q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (x, s, z, n) "
               "t = Slice <starts = [0], ends = [1], axes = [0]> (q) "
               "c = Clip <min = -1.0, max = 1.0> (t) y = Squeeze <axes = [0]> (c) "
               "u = ReduceSum <axes = [1], keepdims = 0> (q) v = Unsqueeze <axes = [0]> (u) "
               "p = Softmax(q) }",
               "<ir_version: 7, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]> "
               "g (float[2,3] x) => (float[3] y, float[1,2] v, float[2,3] p) < "
               "int64[1] a = {0}, int64[1] b = {1}, int64[1] d = {0}, float lo = {-1}, "
               "float hi = {1}, int64[1] e = {0}, int64[1] k = {1}, int64[1] i = {0}> { "
               "s = Constant <value = float {0.5}> () z = Constant <value = int8 {0}> () "
               "l = Constant <value = int8 {-8}> () h = Constant <value = int8 {7}> () "
               "w = QuantizeLinear(x, s, z) m = Clip(w, l, h) q = DequantizeLinear(m, s, z) "
               "t = Slice(q, a, b, d) c = Clip(t, lo, hi) y = Squeeze(c, e) "
               "u = ReduceSum <keepdims = 0> (q, k) v = Unsqueeze(u, i) "
               "p = Softmax <axis = 1> (q) }");
}

Test(quant_to_qcdq, what_a_newer_opset_has_no_word_for_is_told)
{
    check_refused("QuantToQCDQ",
                  "<ir_version: 7, opset_import: [\"\" : 9, \"qonnx.custom_op.general\" : 1]> "
                  "g (float[2,3] x) => (float[2,3] y) <float s = {0.5}, float z = {0}, "
                  "float n = {4}> { "
                  "q = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (x, s, z, n) "
                  "y = Softmax <axis = 0> (q) }",
                  "over the axes from 0 on");
}

Test(quant_to_qcdq, other_types_than_float32_stay)
{
    check_remark(PASS,
                 "g (double[2,3] x) => (double[2,3] y) "
                 "<double s = {1}, double z = {0}, double n = {4}> "
                 "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
                 "it does not compute in float32");
    check_remark(
        PASS,
        "g (int32[2,3] x) => (double[2,3] y) <float s = {1}, float z = {0}, float n = {4}> "
        "{ y = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) }",
        "it does not compute in float32");
}

/* The scale makes two columns of one. */
Test(quant_to_qcdq, parameters_that_enlarge_the_data_stay)
{
    check_remark("QuantToQCDQ",
                 "g (float[1,1] x) => (float[1,2] y) <float[1,2] s = {1,2}, float z = {0}, "
                 "float n = {2}> { y = qonnx.custom_op.general.Quant<signed = 1, narrow = 1, "
                 "rounding_mode = \"ROUND\">(x, s, z, n) }",
                 "its parameters may make more of its data than there are");
}

/* What a Quant of 4 bits becomes, `a`, and what comes behind it. */
#define OLD(version, shapes, constants, rest)                                                      \
    "<ir_version: 4, opset_import: [\"\" : " version                                               \
    ", \"qonnx.custom_op.general\" : 1]> g " shapes " <" constants                                 \
    "float s = {1}, float z = {0}, float b = {4}> { a = " GENERAL                                  \
    "Quant <signed = 1, narrow = 0> (x, s, z, b) " rest " }"
#define NEW(shapes, constants, rest)                                                               \
    "<ir_version: 4, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]> g " shapes        \
    " " constants " { s = Constant <value = float {1}> () "                                        \
    "z = Constant <value = int8 {0}> () l = Constant <value = int8 {-8}> () "                      \
    "h = Constant <value = int8 {7}> () w = QuantizeLinear(x, s, z) m = Clip(w, l, h) "            \
    "a = DequantizeLinear(m, s, z) " rest " }"

/* Then an axis said where the second operand begins; now both end with the same one. */
Test(quant_to_qcdq, operands_still_line_up_in_the_newer_opset)
{
#define SHAPES "(float[1,2,2] x {INT4}) => (float[1,2,2] y)"
    check_pass(PASS,
               OLD("6", SHAPES, "float[2] c = {1,2}, ", "y = Add <broadcast = 1, axis = 1> (a, c)"),
               NEW(SHAPES, "<float[2,1] c = {1,2}>", "y = Add(a, c)"));
    check_pass(
        PASS, OLD("6", SHAPES, "float[2] c = {1,2}, ", "y = Add <broadcast = 1, axis = -1> (a, c)"),
        NEW(SHAPES, "<float[2] c = {1,2}>", "y = Add(a, c)"));
    check_pass(PASS, OLD("6", SHAPES, "float[2] c = {1,2}, ", "y = PRelu(a, c)"),
               NEW(SHAPES, "<float[2,1] c = {1,2}>", "y = PRelu(a, c)"));
    check_refused(PASS,
                  OLD("6", "(float[1,2,2] x {INT4}, float[2] c) => (float[1,2,2] y)", "",
                      "y = Add <broadcast = 1, axis = 1> (a, c)"),
                  "'c' lies over the axes of 'a' from 1 on; from version 7 on operands end with");
    check_refused(
        PASS,
        OLD("6", "(float[1,2,2] x {INT4}, float[2] c) => (float[1,2,2] y)", "", "y = PRelu(a, c)"),
        "the slopes 'c' lie along axis 1");
#undef SHAPES
}

Test(quant_to_qcdq, defaults_and_attributes_of_old_are_spelled_out)
{
    check_pass(PASS, OLD("3", "(float[1,2] x {INT4}) => (float[1,4] y)", "", "y = Concat(a, x)"),
               NEW("(float[1,2] x {INT4}) => (float[1,4] y)", "", "y = Concat <axis = 1> (a, x)"));
    check_pass(
        PASS,
        OLD("4", "(float[1,2] x {INT4}) => (float[2,1] y)", "", "y = Reshape <shape = [2,1]> (a)"),
        NEW("(float[1,2] x {INT4}) => (float[2,1] y)", "<int64[2] n = {2,1}>",
            "y = Reshape(a, n)"));
}

/* As the op reads it. */
Test(quant_to_qcdq, modes_are_words_in_any_case_or_none)
{
#define ROUNDED(mode)                                                                              \
    "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {8}> "              \
    "{ y = " GENERAL "Quant <rounding_mode = \"" mode "\", signed = 1, narrow = 0> (x, s, z, n) }"
    check_no_remark(PASS, ROUNDED("half_even"));
    check_no_remark(PASS, ROUNDED("Round"));
    check_no_remark(PASS, ROUNDED(""));
    check_remark(PASS, ROUNDED("ceil"), "ties to even");
}

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

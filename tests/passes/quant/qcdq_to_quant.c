#include "support/check_pass.h"

#include <criterion/criterion.h>

#define QUANT "qonnx.custom_op.general.Quant <rounding_mode = \"ROUND\", "
#define PASS  "QCDQToQuant"

Test(qcdq_to_quant, three_ops_become_one)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) "
               "<float s = {0.5}, int8 z = {0}, int8 l = {-7}, int8 h = {7}> "
               "{ q = QuantizeLinear(x, s, z) c = Clip(q, l, h) y = DequantizeLinear(c, s, z) }",
               "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {4}> "
               "{ y = " QUANT "signed = 1, narrow = 1> (x, s, z, n) }");
}

Test(qcdq_to_quant, the_bounds_say_the_sign)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) "
               "<float s = {0.5}, int8 z = {0}, int8 l = {0}, int8 h = {3}> "
               "{ q = QuantizeLinear(x, s, z) c = Clip(q, l, h) y = DequantizeLinear(c, s, z) }",
               "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {2}> "
               "{ y = " QUANT "signed = 0, narrow = 0> (x, s, z, n) }");
    check_remark(PASS,
                 "g (float[2] x) => (float[2] y) "
                 "<float s = {0.5}, int8 z = {0}, int8 l = {0}, int8 h = {5}> "
                 "{ q = QuantizeLinear(x, s, z) c = Clip(q, l, h) y = DequantizeLinear(c, s, z) }",
                 "no bit width has this range");
}

Test(qcdq_to_quant, zero_points_stay)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) <float s = {0.5}, uint8 z = {9}> "
               "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
               "g (float[2] x) => (float[2] y) <float s = {0.5}, uint8 z = {9}, float n = {8}> "
               "{ y = " QUANT "signed = 0, narrow = 0> (x, s, z, n) }");
}

Test(qcdq_to_quant, constants_become_what_they_stand_for)
{
    check_pass(PASS,
               "g (float[1,2] x) => (float[1,2] y) "
               "<int8[2,2] w = {1, 2, 3, -4}, float[2] s = {0.5, 0.25}, int8[2] z = {0, 0}> "
               "{ d = DequantizeLinear <axis = 0> (w, s, z) y = MatMul(x, d) }",
               "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {0.5, 1, 0.75, -1}, "
               "float[2,1] s = {0.5, 0.25}, float z = {0}, float n = {8}> "
               "{ d = " QUANT "signed = 1, narrow = 0> (w, s, z, n) y = MatMul(x, d) }");
}

Test(qcdq_to_quant, without_an_axis_it_is_the_second)
{
    check_pass(
        PASS,
        "g (float[1,2,2] x) => (float[1,2,2] y) <float[2] s = {0.5, 0.25}, int8[2] z = {0, 0}> "
        "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
        "g (float[1,2,2] x) => (float[1,2,2] y) "
        "<float[1,2,1] s = {0.5, 0.25}, float z = {0}, float n = {8}> "
        "{ y = " QUANT "signed = 1, narrow = 0> (x, s, z, n) }");
}

Test(qcdq_to_quant, somebody_elses_integers_stay)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y, int8[2] q) <float s = {0.5}, int8 z = {0}> "
               "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
               "g (float[2] x) => (float[2] y, int8[2] q) "
               "<float s = {0.5}, int8 z = {0}, float s2 = {0.5}, float z2 = {0}, float n = {8}> "
               "{ q = QuantizeLinear(x, s, z) y = " QUANT
               "signed = 1, narrow = 0> (x, s2, z2, n) }");
    check_remark(PASS,
                 "g (float[2] x) => (float[2] y) <float s = {0.5}, float t = {1}, int8 z = {0}> "
                 "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, t, z) }",
                 "another scale or zero point");
}

Test(qcdq_to_quant, undoes_quant_to_qcdq)
{
    const char *quant =
        "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {3}> "
        "{ y = " QUANT "signed = 1, narrow = 0> (x, s, z, n) }";
    check_pass("QuantToQCDQ,FoldConstants,QCDQToQuant", quant, quant);
}

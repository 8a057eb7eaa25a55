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

/* QuantizeLinear rounds and adds the zero point, Quant adds and rounds: 0.5 + 9 is 9.5 and so 10,
 * where 0 + 9 is 9. */
Test(qcdq_to_quant, zero_points_go_from_data)
{
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) <float s = {0.5}, uint8 z = {9}> "
               "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
               "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {9}, "
               "float l = {-4.5}, float h = {123}> "
               "{ c = Clip(x, l, h) y = " QUANT "signed = 1, narrow = 0> (c, s, z, n) }");
    check_pass(PASS,
               "g (float[4] x {INT4}) => (float[4] y) <float s = {2}, int8 z = {1}> "
               "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
               "g (float[4] x {INT4}) => (float[4] y) <float s = {2}, float z = {0}, "
               "float n = {9}, float l = {-258}, float h = {252}> "
               "{ c = Clip(x, l, h) y = " QUANT "signed = 1, narrow = 0> (c, s, z, n) }");
    /* -128 as zero is how unsigned numbers are written as signed ones. */
    check_pass(PASS,
               "g (float[2] x) => (float[2] y) <float s = {0.5}, int8 z = {-128}> "
               "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
               "g (float[2] x) => (float[2] y) <float s = {0.5}, float z = {0}, float n = {8}> "
               "{ y = " QUANT "signed = 0, narrow = 0> (x, s, z, n) }");
}

/* What constants stand for is on the grid, where nothing is rounded. */
Test(qcdq_to_quant, zero_points_of_constants_stay)
{
    check_pass(PASS,
               "g (float[1,2] x) => (float[1,2] y) "
               "<uint8[2,2] w = {1, 2, 3, 4}, float s = {0.5}, uint8 z = {3}> "
               "{ d = DequantizeLinear(w, s, z) y = MatMul(x, d) }",
               "g (float[1,2] x) => (float[1,2] y) <float[2,2] w = {-1, -0.5, 0, 0.5}, "
               "float s = {0.5}, float z = {3}, float n = {8}> "
               "{ d = " QUANT "signed = 0, narrow = 0> (w, s, z, n) y = MatMul(x, d) }");
}

Test(qcdq_to_quant, says_what_it_does_not_convert)
{
    check_remark(PASS,
                 "g (float[2,2] x) => (float[2,2] y) "
                 "<float[2] s = {0.5, 1}, uint8[2] z = {9, 8}> "
                 "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
                 "its zero point differs per channel");
    check_remark(PASS,
                 "g (float[2,2] x) => (float[2,2] y) "
                 "<float[2] s = {0.5, 1}, uint8[2] z = {9, 9}> "
                 "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
                 "gives no one range to clip to");
    check_remark(PASS,
                 "<ir_version: 8, opset_import: [\"\" : 10]> "
                 "g (float[2] x) => (float[2] y) <float s = {0.5}, uint8 z = {9}> "
                 "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
                 "before opset 11 Clip has no bounds to compute");
    check_remark(PASS,
                 "<ir_version: 10, opset_import: [\"\" : 21]> "
                 "g (float16[4] x) => (float16[4] y) <float16 s = {16384}, int16 z = {2}> "
                 "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
                 "it does not compute in float32");
    check_remark(PASS,
                 "<ir_version: 10, opset_import: [\"\" : 23]> "
                 "g (float[4] x) => (y) <float s = {1}, int8 z = {0}> "
                 "{ q = QuantizeLinear(x, s, z) "
                 "  y = DequantizeLinear <output_dtype = 10> (q, s, z) }",
                 "it does not compute in float32");
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

#define QCDQ "{ q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }"

Test(qcdq_to_quant, a_negative_scale_turns_the_bounds_around)
{
    check_pass(PASS, "g (float[1,4] x) => (float[1,4] y) <float s = {-1}, uint8 z = {3}> " QCDQ,
               "g (float[1,4] x) => (float[1,4] y) <float s = {-1}, float z = {0}, float n = {9}, "
               "float l = {-252}, float h = {3}> "
               "{ c = Clip(x, l, h) y = " QUANT "signed = 1, narrow = 0> (c, s, z, n) }");
}

Test(qcdq_to_quant, nothing_is_divided_by_a_scale_of_0)
{
    check_remark(PASS, "g (float[1,2] x) => (float[1,2] y) <float s = {0}, uint8 z = {3}> " QCDQ,
                 "its scale is 0 or not finite");
    check_remark(PASS,
                 "g (float[1,2] x) => (float[1,2] y) <int8[2] w = {1,3}, float s = {0}> "
                 "{ q = DequantizeLinear(w, s) y = Add(x, q) }",
                 "its scale is 0 or not finite");
}

Test(qcdq_to_quant, an_old_clip_has_its_bounds_in_attributes)
{
    check_pass_unrun(
        PASS,
        "<ir_version: 8, opset_import: [\"\" : 10]> "
        "g (float[1,4] x) => (float[1,4] y) <float s = {1}, int8 z = {0}> "
        "{ q = QuantizeLinear(x, s, z) c = Clip<min = -1.0, max = 1.0>(q) "
        "  y = DequantizeLinear(c, s, z) }",
        "<ir_version: 8, opset_import: [\"\" : 10, \"qonnx.custom_op.general\" : 1]> "
        "g (float[1,4] x) => (float[1,4] y) <float s = {1}, float z = {0}, float n = {2}> "
        "{ y = " QUANT "signed = 1, narrow = 1> (x, s, z, n) }");
}

Test(qcdq_to_quant, a_list_of_one_scale_leaves_a_number_a_number)
{
    check_pass(PASS, "g (float x) => (float y) <float[1] s = {2}, int8[1] z = {0}> " QCDQ,
               "g (float x) => (float y) <float s = {2}, float z = {0}, float n = {8}> "
               "{ y = " QUANT "signed = 1, narrow = 0> (x, s, z, n) }");
}

Test(qcdq_to_quant, blocks_stay)
{
    check_remark(PASS,
                 "<ir_version: 10, opset_import: [\"\" : 21]> g (float[2,4] x) => (float[2,4] y) "
                 "<float[2,2] s = {1,2,4,8}, int8[2,2] z = {0,0,0,0}> "
                 "{ q = QuantizeLinear<axis = 1, block_size = 2>(x, s, z) "
                 "  y = DequantizeLinear<axis = 1, block_size = 2>(q, s, z) }",
                 "its scale is one per block");
}

/* ONNX takes one scale for all, wherever it is said to lie. */
Test(qcdq_to_quant, of_one_scale_the_axis_does_not_count)
{
    check_pass(PASS,
               "g (float[3] x) => (float[3] y) <float[1] s = {2}, int8[1] z = {0}> "
               "{ q = QuantizeLinear<axis = 1>(x, s, z) y = DequantizeLinear<axis = 1>(q, s, z) }",
               "g (float[3] x) => (float[3] y) <float[1] s = {2}, float z = {0}, float n = {8}> "
               "{ y = " QUANT "signed = 1, narrow = 0> (x, s, z, n) }");
    check_pass(PASS,
               "g (float[2,3] x) => (float[2,3] y) <float[1] s = {2}, int8[1] z = {0}> "
               "{ q = QuantizeLinear<axis = 0>(x, s, z) y = DequantizeLinear<axis = 1>(q, s, z) }",
               "g (float[2,3] x) => (float[2,3] y) <float[1] s = {2}, float z = {0}, float n = {8}>"
               "{ y = " QUANT "signed = 1, narrow = 0> (x, s, z, n) }");
}

Test(qcdq_to_quant, a_list_whose_axis_is_not_there_stays)
{
    check_remark(PASS,
                 "g (int8[3] w) => (float[3] y) <float[3] s = {1,2,4}, int8[3] z = {0,0,0}> "
                 "{ x = Cast<to = 1>(w) q = QuantizeLinear<axis = 2>(x, s, z) "
                 "  y = DequantizeLinear<axis = 2>(q, s, z) }",
                 "its scale lies along an axis that its data have not");
    check_remark(
        PASS,
        "<ir_version: 8, opset_import: [\"\" : 17, \"com.acme\" : 1]> "
        "g (float[3] v) => (y) <float[3] s = {1,2,4}, int8[3] z = {0,0,0}> "
        "{ x = com.acme.Foo(v) q = QuantizeLinear(x, s, z) y = DequantizeLinear(q, s, z) }",
        "the rank of its data is not known: InferShapes finds it");
}

Test(qcdq_to_quant, a_node_without_data_stays)
{
    check_remark(PASS,
                 "g (float[3] x) => (float[3] y) <float[1] s = {2}> "
                 "{ q = DequantizeLinear(, s) y = Relu(x) }",
                 "it has no data, or no output");
}

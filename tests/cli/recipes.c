/* What recipes make of small networks of the kind that they are for. */
#include "support/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Runs `passes` on a network: it has these nodes then, as dump counts them, and computes the same.
 */
static void check_recipe(const char *passes, const char *network, const char *nodes)
{
    char command[512];
    test_write("net.onnxtxt", network);
    snprintf(command, sizeof command, "transform net.onnxtxt -o out.onnx --passes %s", passes);
    const outcome *o = finnc_run(command, NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    o = finnc_run("dump out.onnx", NULL);
    cr_expect(strstr(o->out, nodes), "%s", o->out);
    o = finnc_run("compare net.onnxtxt out.onnx --samples 10", NULL);
    cr_expect(o->status == 0 && strstr(o->out, "equal"), "%s%s", o->out, o->err);
}

#define HEAD "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"

/* A branch, factors and shifts per channel, a sum, an average: FINN makes nine layers of such a
 * network in its test. The Transpose brings the input's channels to the end, the Flatten is behind
 * the last layer. */
Test(recipes, hw_makes_layers_of_a_residual_network)
{
    check_recipe("hw",
                 HEAD "g (float[1,4,6,6] x {INT4, NCHW}) => (int64[1,1] y)"
                      "<float[1,4,1,1] c1 = {1,2,3,-1}, float[1,4,1,1] c2 = {1,2,1,3},"
                      " float[1,4,1,1] c3 = {3,1,1,1}, float[1,4,1,1] c4 = {1,-1,2,1},"
                      " float[1,4,1,1] c5 = {1,-1,2,1}, int64[1] k = {1}> {"
                      " a = Add(x, c1) b = Mul(a, c2) c = Add(b, c4) d = Mul(a, c3) e = Add(d, c5)"
                      " s = Add(c, e) p = GlobalAveragePool(s) f = Flatten(p) v, y = TopK(f, k) }",
                 "11 nodes: 5 ChannelwiseOp, 1 AddStreams, 1 DuplicateStreams, 1 Flatten, "
                 "1 GlobalAccPool, 1 LabelSelect, 1 Transpose");
    /* Nothing lies between the layers. */
    const outcome *o = finnc_run("transform out.onnx -o p.onnx -p CreateDataflowPartition", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
}

/* A depthwise convolution and one of single pixels, overlapping pools, an average, a product. */
Test(recipes, hw_makes_layers_of_a_mobilenet)
{
    check_recipe(
        "tidy,LowerConvsToMatMul,AbsorbTransposeIntoMultiThreshold,AbsorbConsecutiveTransposes,hw",
        HEAD "g (float[1,2,8,8] x {UINT4, NCHW}) => (int64[1,1] y)"
             "<float[2,1,3,3] dw {INT4} = {1,2,3,4,5,6,7,-8,1, 1,0,-1,2,0,-2,1,0,-1},"
             " float[2,3] t0 {INT8} = {0,10,20, 1,5,9},"
             " float[4,2,1,1] pw {INT4} = {1,-1,2,3,-4,5,6,1},"
             " float[4,3] t1 {INT8} = {0,3,6, 1,2,3, -1,0,1, 4,5,6},"
             " float[4,5] fc {INT4} = {1,2,3,4,5,-1,-2,-3,-4,-5,1,0,1,0,1,3,-3,3,-3,3},"
             " int64[1] k = {1}> {"
             " a = Conv<group=2, kernel_shape=[3,3], pads=[1,1,1,1]>(x, dw)"
             " b = qonnx.custom_op.general.MultiThreshold<out_dtype=\"UINT2\">(a, t0)"
             " c = Conv<kernel_shape=[1,1]>(b, pw)"
             " d = qonnx.custom_op.general.MultiThreshold<out_dtype=\"UINT2\">(c, t1)"
             " m = MaxPool<kernel_shape=[3,3], strides=[2,2], pads=[1,1,1,1]>(d)"
             " p = GlobalAveragePool(m) f = Flatten(p) l = MatMul(f, fc) v, y = TopK(l, k) }",
        "11 nodes: 2 ConvolutionInputGenerator, 2 FMPadding, 2 MVAU, 1 GlobalAccPool, "
        "1 LabelSelect, 1 Pool, 1 Transpose, 1 VVAU");
}

/* Enlarged two times between two products on pixels. */
Test(recipes, hw_enlarges_with_the_channels_last)
{
    check_recipe("tidy,LowerConvsToMatMul,AbsorbConsecutiveTransposes,InferDataTypes,hw",
                 HEAD "g (float[1,2,3,3] x {UINT4, NCHW}) => (float[1,2,6,6] y)"
                      "<float[2,2,1,1] v {INT4} = {1,-1,2,3}, float[2,2,1,1] w {INT4} = {2,1,-3,4},"
                      " float[0] none, float[4] scales = {1,1,2,2}> {"
                      " a = Conv(x, v)"
                      " b = Resize<mode=\"nearest\", nearest_mode=\"floor\","
                      "   coordinate_transformation_mode=\"asymmetric\">(a, none, scales)"
                      " y = Conv(b, w) }",
                 "5 nodes: 2 MVAU, 2 Transpose, 1 UpsampleNearestNeighbour");
}

/* Weights of QDQ networks are integers in the end, their scale behind the product. */
Test(recipes, qonnx_to_finn_takes_weights_that_are_dequantised)
{
    check_recipe("qonnx-to-finn",
                 HEAD "g (float[1,2] x {INT4}) => (float[1,2] y)"
                      "<int8[2,2] w = {1,-2,3,100}, float s = {0.1}, int8 z = {0}> {"
                      " v = DequantizeLinear(w, s, z) y = MatMul(x, v) }",
                 "2 nodes: 1 MatMul, 1 Mul");
}

/* Data types and layouts over a graph, by upstream's rules. */
#include <support/infer_text.h>

#include <criterion/criterion.h>

/* ---- data types ---- */

Test(dtypes, sums_and_products_of_integers_have_32_bits)
{
    check_dtypes("n (float[2] x {UINT4}, float[2] z {UINT2}) => (y) { y = Mul(x, z) }", "UINT32");
    check_dtypes("n (float[2] x {UINT4}, float[2] z {INT2}) => (y) { y = Add(x, z) }", "INT32");
    check_dtypes("n (float[2] x {UINT4}, float[2] z {UINT4}) => (y) { y = Sub(x, z) }", "INT32");
    check_dtypes("n (float[2] x {UINT4}, float[2] z) => (y {INT4}) { y = Add(x, z) }", "FLOAT32");
    check_dtypes("n (float[1,2] x {BIPOLAR}, float[2,2] w {BIPOLAR}) => (y) { y = MatMul(x, w) }",
                 "INT32");
    /* A bias that is a float makes the sum one. */
    check_dtypes("n (float[1,2,2] x {INT4}, float[1,2,1] w {INT4}, float[1] b) => (y)"
                 " { y = Conv(x, w, b) }",
                 "FLOAT32");
}

Test(dtypes, scaled_integers_have_to_be_allowed)
{
    const char *text = "n (float[2] x {UINT4}, float[2] z {FIXED<8,3>}) => (y) { y = Mul(x, z) }";
    check_dtypes(text, "FLOAT32");
    check_scaled_dtypes(text, "SCALEDINT<32>");
    check_dtypes("n (float[2] x) => (y {SCALEDINT<8>}) { y = Sigmoid(x) }", "FLOAT32");
    check_scaled_dtypes("n (float[2] x) => (y {SCALEDINT<8>}) { y = Sigmoid(x) }", "SCALEDINT<8>");
}

Test(dtypes, moving_elements_keeps_their_type)
{
    check_dtypes("n (float[1,2,3] x {INT3}) => (y) <int64[1] s = {-1}> { a = Transpose(x)"
                 " b = Reshape(a, s) c = Identity(b) y = Clip(c) }",
                 "INT3");
    check_dtypes("n (float[1,1,2] x {INT3}) => (y) { y = MaxPool <kernel_shape = [2]> (x) }",
                 "INT3");
    check_dtypes("n (float[1,1,2] x {INT3}) => (y) { y = AveragePool <kernel_shape = [2]> (x) }",
                 "FLOAT32");
}

Test(dtypes, other_ops_keep_what_is_annotated)
{
    check_dtypes("n (float[2] x {INT4}) => (y, z {INT8}) { y = Relu(x) z = Relu(x) }",
                 "FLOAT32; INT8");
    check_dtypes("n (float[2] x {INT4}) => (y, z {INT8}) { y = some.where.Op(x)"
                 " z = some.where.Op(x) }",
                 "FLOAT32; INT8");
    check_dtypes("n (float[2] x) => (y) { y = Sign(x) }", "BIPOLAR");
}

Test(dtypes, resizing_keeps_types_only_by_copying)
{
    check_dtypes("n (float[1,1,2,2] x {INT4}) => (y) <float[4] s = {1, 1, 2, 2}>"
                 " { y = Resize <mode = \"nearest\"> (x, , s) }",
                 "INT4");
    check_dtypes("n (float[1,1,2,2] x {INT4}) => (y {INT9}) <float[4] s = {1, 1, 2, 2}>"
                 " { y = Resize <mode = \"linear\"> (x, , s) }",
                 "INT9");
}

Test(dtypes, quantisers_go_by_their_parameters)
{
#define QUANT(attrs, scale, zero, bits)                                                            \
    "n (float[2] x) => (y) <float s = {" scale "}, float z = {" zero "}, float b = {" bits "}>"    \
    " { y = qonnx.custom_op.general.Quant <narrow = 0, " attrs "> (x, s, z, b) }"
    check_dtypes(QUANT("signed = 1", "1", "0", "4"), "INT4");
    check_dtypes(QUANT("signed = 0", "1", "0", "4"), "UINT4");
    check_dtypes(QUANT("signed = 1", "1", "0", "1"), "BIPOLAR");
    check_dtypes(QUANT("signed = 0", "1", "0", "1"), "BINARY");
    check_dtypes(QUANT("signed = 1", "0.5", "0", "4"), "FLOAT32");
    check_scaled_dtypes(QUANT("signed = 1", "0.5", "0", "4"), "SCALEDINT<4>");
    check_dtypes(QUANT("signed = 1", "1", "1", "4"), "FLOAT32");
    check_dtypes(QUANT("signed = 1", "1", "0", "3.5"), "FLOAT32");
    /* 2^25 - 1 is no float32, and 2^25 takes a bit more. */
    check_dtypes(QUANT("signed = 0", "1", "0", "24"), "UINT24");
    check_dtypes(QUANT("signed = 0", "1", "0", "25"), "UINT26");
    check_dtypes(QUANT("signed = 1", "1", "0", "25"), "INT25");
    check_dtypes(QUANT("signed = 1", "1", "0", "32"), "INT33");
    check_dtypes(QUANT("signed = 0", "1", "0", "64"), "FLOAT32");
    check_dtypes("n () => (y, z) <float s = {1}, float o = {0}, float b = {32}, float[2] v ="
                 " {-16777216, 5}, float[2] w = {-16777216, 16777218}> {"
                 " y = qonnx.custom_op.general.Quant <narrow = 0, signed = 1> (v, s, o, b)"
                 " z = qonnx.custom_op.general.Quant <narrow = 0, signed = 1> (w, s, o, b) }",
                 "INT32; INT33");
    check_dtypes("n (float[2] x) => (y, z) <float s = {1}, float t = {2}>"
                 " { y = qonnx.custom_op.general.BipolarQuant(x, s)"
                 " z = onnx.brevitas.BipolarQuant(x, t) }",
                 "BIPOLAR; FLOAT32");
}

Test(dtypes, thresholds_count_in_the_type_they_name)
{
#define THRESHOLDS(attrs)                                                                          \
    "n (float[1,2] x, float[2,3] t) => (y)"                                                        \
    " { y = qonnx.custom_op.general.MultiThreshold <" attrs "> (x, t) }"
    check_dtypes(THRESHOLDS("out_dtype = \"UINT2\""), "UINT2");
    check_dtypes(THRESHOLDS("out_dtype = \"INT2\", out_bias = -2.0"), "INT2");
    check_dtypes(THRESHOLDS("out_dtype = \"INT2\", out_bias = -0.5"), "FLOAT32");
    check_dtypes(THRESHOLDS("out_dtype = \"UINT2\", out_scale = 0.25"), "FLOAT32");
    check_dtypes_fail(THRESHOLDS("out_dtype = \"UINTEGER\""), "MultiThreshold");
}

/* Three thresholds count from 0 to 3. A bias in an Add behind makes it the type of the sum. */
Test(dtypes, thresholds_count_no_less_than_they_name)
{
    check_dtypes(THRESHOLDS("out_dtype = \"INT2\""), "UINT2");
    check_dtypes(THRESHOLDS("out_dtype = \"UINT2\", out_bias = -3.0"), "INT3");
    check_dtypes(THRESHOLDS("out_dtype = \"BIPOLAR\", out_bias = -1.0"), "INT3");
}

Test(dtypes, bits_are_counted_in_32)
{
    check_dtypes("n (float[1,2] x {BINARY}, float[2,2] w {BINARY}) => (y)"
                 " { y = qonnx.custom_op.general.XnorPopcountMatMul(x, w) }",
                 "UINT32");
    check_dtypes_fail("n (float[1,2] x {BINARY}, float[2,2] w {BIPOLAR}) => (y)"
                      " { y = qonnx.custom_op.general.XnorPopcountMatMul(x, w) }",
                      "BIPOLAR, should be BINARY");
}

Test(dtypes, onnx_integers_have_the_width_of_their_elements)
{
    check_dtypes("n (float[2] x, float s, int8 z) => (int8[2] y) { y = QuantizeLinear(x, s, z) }",
                 "INT8");
    check_scaled_dtypes("n (uint8[2] x, float s) => (float[2] y) { y = DequantizeLinear(x, s) }",
                        "SCALEDINT<8>");
}

/* Nodes may stand in any order: then it takes a sweep for each step against it. */
Test(dtypes, news_travels_against_the_order)
{
    check_dtypes("n (float[1,2] x {INT4}) => (y) { y = Transpose(b) b = Transpose(a)"
                 " a = Transpose(x) }",
                 "INT4");
}

Test(dtypes, hardware_layers_follow_their_inputs)
{
    check_dtypes("n (float[1,4] a {UINT2}, float[1,4] b {UINT2}) => (y)"
                 " { y = finn.custom_op.fpgadataflow.AddStreams <backend = \"fpgadataflow\","
                 " NumChannels = 4, PE = 1, inputDataType = \"UINT2\"> (a, b) }",
                 "UINT3");
    check_dtypes("n (float[1,10] x {INT16}) => (y)"
                 " { y = finn.custom_op.fpgadataflow.LabelSelect <backend = \"fpgadataflow\","
                 " Labels = 300, PE = 1, K = 1, inputDataType = \"INT16\"> (x) }",
                 "UINT16");
}

/* ---- layouts ---- */

Test(layouts, the_first_input_has_the_usual_one)
{
    check_layouts("n (float[1,3,8,8] x) => (y) { y = Relu(x) }", "-");
    check_layouts("n (float[1,3,8,8] x) => (float[1,3,8,8] y) { y = Relu(x) }", "NCHW");
    check_layouts("n (float[1,3,8] x) => (float[1,3,8] y) { y = Relu(x) }", "NWC");
    check_layouts("n (float[1,3] x) => (float[1,3] y) { y = Relu(x) }", "NC");
    check_layouts("n (float[1,3,8,8] x {NHWC}) => (float[1,3,8,8] y) { y = Relu(x) }", "NHWC");
    check_layouts_fail("n (float[3] x) => (float[3] y) { y = Relu(x) }", "has no usual layout");
}

Test(layouts, axes_take_their_letters_along)
{
    check_layouts("n (float[1,3,8,8] x) => (float[1,8,8,3] y)"
                  " { y = Transpose <perm = [0, 2, 3, 1]> (x) }",
                  "NHWC");
    /* Upstream wants the attribute. */
    check_layouts("n (float[1,3,8,8] x) => (float[8,8,3,1] y) { y = Transpose(x) }", "-");
    check_layouts("n (float[1,3,8,8] x) => (float[1,200] y) { y = Flatten(x) }", "NC");
}

Test(layouts, custom_ops_have_channels_last_unless_told)
{
    check_layouts("n (float[1,8,8,3] x {NHWC}) => (float[1,4,4,12] y)"
                  " { y = qonnx.custom_op.general.Im2Col <stride = [2, 2], kernel_size = [2, 2],"
                  " input_shape = \"(1,8,8,3)\"> (x) }",
                  "NHWC");
    check_layouts("n (float[1,3,8,8] x, float[3,1] t) => (float[1,3,8,8] y, float[1,3,8,8] z)"
                  " { y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\","
                  " data_layout = \"NCHW\"> (x, t)"
                  " z = qonnx.custom_op.general.MultiThreshold <out_dtype = \"BINARY\"> (x, t) }",
                  "NCHW; -");
    check_layouts("n (float[1,3,8,8] x, float[3] w) => (float[1,3,8,8] y)"
                  " { y = qonnx.custom_op.general.DebugMarker <export_debug_name = \"d\"> (x) }",
                  "NCHW");
}

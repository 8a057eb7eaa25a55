#include "support/check_pass.h"

#include <criterion/criterion.h>

#define PASS      "ConvertBipolarMatMulToXnorPopcount"
#define THRESHOLD "qonnx.custom_op.general.MultiThreshold"
#define BIPOLAR   " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0> "
#define BINARY    " <out_dtype = \"BINARY\", out_scale = 1.0, out_bias = 0.0> "
#define XNOR      "qonnx.custom_op.general.XnorPopcountMatMul"

Test(convert_bipolar_mat_mul_to_xnor_popcount, counts_agreeing_bits)
{
    check_pass(PASS,
               "g (float[2,3] x {INT4}) => (float[2,2] y) <float[3,1] t = {0, 1, -1},"
               "    float[3,2] w {BIPOLAR} = {1, -1, -1, -1, 1, 1}, h {BIPOLAR}> {"
               "    h = " THRESHOLD BIPOLAR "(x, t) y = MatMul(h, w) }",
               "g (float[2,3] x {INT4}) => (float[2,2] y) <float[3,1] t = {0, 1, -1},"
               "    float[3,2] w {BINARY} = {1, 0, 0, 0, 1, 1}, h {BINARY}, p {UINT32},"
               "    float[1] two = {2}, float[1] k = {-3}> {"
               "    h = " THRESHOLD BINARY "(x, t) p = " XNOR
               "(h, w) d = Mul(p, two) y = Add(d, k) }");
}

Test(convert_bipolar_mat_mul_to_xnor_popcount, looks_through_ops_that_move_elements)
{
    check_pass(
        PASS,
        "g (float[1,2,3,3] x) => (float[1,2,2,2] y) <float[2,1] t = {0, 0.5},"
        "    float[8,2] w {BIPOLAR} = {1, -1, -1, -1, 1, 1, 1, -1, 1, 1, 1, 1, -1, 1, -1, -1},"
        "    h {BIPOLAR}, l {BIPOLAR}, p {BIPOLAR}> {"
        "    h = " THRESHOLD BIPOLAR "(x, t) l = Transpose <perm = [0, 2, 3, 1]> (h)"
        "    p = qonnx.custom_op.general.Im2Col <stride = [1, 1], kernel_size = [2, 2],"
        "        input_shape = \"(1,3,3,2)\"> (l) y = MatMul(p, w) }",
        "g (float[1,2,3,3] x) => (float[1,2,2,2] y) <float[2,1] t = {0, 0.5},"
        "    float[8,2] w {BINARY} = {1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0},"
        "    h {BINARY}, l {BINARY}, p {BINARY}, c {UINT32},"
        "    float[1] two = {2}, float[1] k = {-8}> {"
        "    h = " THRESHOLD BINARY "(x, t) l = Transpose <perm = [0, 2, 3, 1]> (h)"
        "    p = qonnx.custom_op.general.Im2Col <stride = [1, 1], kernel_size = [2, 2],"
        "        input_shape = \"(1,3,3,2)\"> (l)"
        "    c = " XNOR "(p, w) d = Mul(c, two) y = Add(d, k) }");
}

#define FORK                                                                                       \
    "g (float[2,2] x) => (float[2,2] y, float[2,2] v) <float[2,1] t = {0, 1}, h {BIPOLAR},"        \
    "    float[2,2] w {BIPOLAR} = {1, -1, -1, -1}, float[2,2] u {BIPOLAR} = {1, 1, -1, 1}> {"

Test(convert_bipolar_mat_mul_to_xnor_popcount, leaves_other_readers_their_data)
{
    check_pass(
        PASS, FORK "h = " THRESHOLD BIPOLAR "(x, t) y = MatMul(h, w) v = Neg(h) }",
        "g (float[2,2] x) => (float[2,2] y, float[2,2] v) <float[2,1] t = {0, 1}, h {BIPOLAR},"
        "    float[2,1] t2 = {0, 1}, h2 {BINARY}, float[2,2] w {BINARY} = {1, 0, 0, 0},"
        "    p {UINT32}, float[1] two = {2}, float[1] k = {-2}> {"
        "    h = " THRESHOLD BIPOLAR "(x, t) v = Neg(h) h2 = " THRESHOLD BINARY "(x, t2)"
        "    p = " XNOR "(h2, w) d = Mul(p, two) y = Add(d, k) }");
}

Test(convert_bipolar_mat_mul_to_xnor_popcount, shares_bits_among_products)
{
    check_pass(
        PASS, FORK "h = " THRESHOLD BIPOLAR "(x, t) y = MatMul(h, w) v = MatMul(h, u) }",
        "g (float[2,2] x) => (float[2,2] y, float[2,2] v) <float[2,1] t = {0, 1}, h {BINARY},"
        "    float[2,2] w {BINARY} = {1, 0, 0, 0}, float[2,2] u {BINARY} = {1, 1, 0, 1},"
        "    p {UINT32}, q {UINT32}, float[1] two = {2}, float[1] k = {-2},"
        "    float[1] two2 = {2}, float[1] k2 = {-2}> {"
        "    h = " THRESHOLD BINARY "(x, t) p = " XNOR "(h, w) d = Mul(p, two) y = Add(d, k)"
        "    q = " XNOR "(h, u) e = Mul(q, two2) v = Add(e, k2) }");
}

Test(convert_bipolar_mat_mul_to_xnor_popcount, says_why_a_product_stays)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"g (float[1,2] x {BIPOLAR}, float[2,1] w {BIPOLAR}) => (float[1,1] y) {"
         "    [m] y = MatMul(x, w) }",
         "m (MatMul): its weights are no constant"},
        {"g (float[1,2] x) => (float[1,1] y) <h {BIPOLAR}, float[2,1] w {BIPOLAR} = {1, 0},"
         "    float[2,1] t = {0, 0}> { h = " THRESHOLD BIPOLAR "(x, t) y = MatMul(h, w) }",
         "not all are -1 or +1"},
        {"g (float[1,2] x) => (float[1,1] y) <h {BIPOLAR}, float[2,1] w {BIPOLAR} = {1, 1}> {"
         "    h = Sign(x) y = MatMul(h, w) }",
         "do not come straight from a MultiThreshold"},
        {"g (float[1,2] x) => (float[1,1] y) <h {BIPOLAR}, float[2,1] w {BIPOLAR} = {1, 1},"
         "    float[2,1] t = {0, 0}> { h = " THRESHOLD
         " <out_dtype = \"BIPOLAR\", out_scale = 1.0> (x, t) y = MatMul(h, w) }",
         "no 2 x - 1"},
        {"g (float[1,2] x {BIPOLAR}) => (float[1,1] y, float[1,2] v)"
         "    <float[2,1] w {BIPOLAR} = {1, 1}> { y = MatMul(x, w) v = Neg(x) }",
         "a graph input that others read as well"},
        {"g (float[1,3,3,1] x) => (float[1,4,4,1] y) <float[1,1] t = {0}, h {BIPOLAR}, p {BIPOLAR},"
         "    float[4,1] w {BIPOLAR} = {1, -1, -1, -1}> {"
         "    h = " THRESHOLD " <out_dtype = \"BIPOLAR\", out_scale = 2.0, out_bias = -1.0,"
         "        data_layout = \"NHWC\"> (x, t)"
         "    p = qonnx.custom_op.general.Im2Col <stride = [1, 1], kernel_size = [2, 2],"
         "        pad_amount = [1, 1, 1, 1], input_shape = \"(1,3,3,1)\"> (h) y = MatMul(p, w) }",
         "padded with zeros"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_remark(PASS, cases[i].text, cases[i].reason);
}

Test(convert_bipolar_mat_mul_to_xnor_popcount, numbers_are_of_the_type_of_the_product)
{
    check_pass(
        "ConvertBipolarMatMulToXnorPopcount",
        "g (double[1,2] x) => (double[1,2] y) <double[1,1] t = {1}, double[1,2] h {BIPOLAR}, "
        "double[2,2] w {BIPOLAR} = {1,-1,1,1}> "
        "{ h = qonnx.custom_op.general.MultiThreshold<out_dtype = \"BIPOLAR\", "
        "out_scale = 2.0, out_bias = -1.0>(x, t) y = MatMul(h, w) }",
        "g (double[1,2] x) => (double[1,2] y) <double[1,1] t = {1}, double[1,2] h {BINARY}, "
        "double[2,2] w {BINARY} = {1,0,1,1}, double[1,2] c {UINT32}, double[1] two = {2}, "
        "double[1] k = {-2}> "
        "{ h = qonnx.custom_op.general.MultiThreshold<out_dtype = \"BINARY\", "
        "out_scale = 1.0, out_bias = 0.0>(x, t) "
        "c = qonnx.custom_op.general.XnorPopcountMatMul(h, w) d = Mul(c, two) "
        "y = Add(d, k) }");
}

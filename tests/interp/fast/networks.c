/* Small networks on both engines: the same, bit for bit. */
#include "networks.h"

TestSuite(networks, .init = setup, .fini = teardown);

/* As CNV: bytes, then bits; a batch normalisation that rises in some channels and falls in others.
 */
static const char small_cnv[] = HEAD
    "n (float[N,3,9,11] x {UINT8}) => (float[N,5] y) <float s = {0.0078125}, float c = {-128},"
    "float[12,3,3,3] w1 = @signs(324), float[70,12,3,3] w2 = @signs(7560), float[1,1] t = {0},"
    "float[420,5] w3 = @signs(2100), int64[2] shape = {0, -1}, float[5] k = @reals(5)," BN(
        12) ","
            "float[70] g2 = @reals(70), float[70] b2 = @reals(70), float[70] m2 = @reals(70),"
            "float[70] v2 = @positive(70)> {"
            "a = Add(x, c) a2 = Mul(a, s) c1 = Conv(a2, w1) n1 = BatchNormalization(c1, g, b, m, v)"
            "t1 = " MT "<out_scale = 2.0, out_bias = -1.0>(n1, t) c2 = Conv(t1, w2)"
            "n2 = BatchNormalization(c2, g2, b2, m2, v2)"
            "t2 = " MT "<out_scale = 2.0, out_bias = -1.0>(n2, t)"
            "p = MaxPool<kernel_shape = [3, 3], strides = [2, 2]>(t2) r = Reshape(p, shape)"
            "f = MatMul(r, w3) y = Mul(f, k) }";

Test(networks, bytes_and_bits_like_cnv)
{
    check(small_cnv, 12, 1, 2, 3, 5, 130, 700, 513);
}

Test(networks, few_bits_with_borders)
{
    check(HEAD
          "n (float[N,5,7,6] x {INT4}) => (float[N,9,4,3] y) <float[9,5,3,3] w = @ints(405),"
          "float[6,9,1,1] w2 = @ints(54), float[9,3] t {INT32} = {-9, 0, 7, -9, 0, 7, -1, 2, 3,"
          "-9, 0, 7, -4, 4, 5, 6, 7, 8, -8, -7, -6, 1, 1, 1, 2, 2, 5}, float[9] b = @ints(9)> {"
          "c = Conv<pads = [1, 1, 1, 1], strides = [2, 2]>(x, w, b) y = " MT
          "<out_bias = -2.0>(c, t) }",
          2, 1, 4, 600);
}

/* Two bits in, signs or few bits as weights, borders, pools and sums: on planes too. */
Test(networks, two_bits)
{
    check(HEAD "n (float[N,5,7,6] x {INT2}) => (float[N,9,4,3] y, float[N,4,3,2] z)"
               "<float[9,5,3,3] w = @signs(405), float[4,9,2,2] w2 = @ints(144),"
               "float[9,3] t {INT32} = {-9, 0, 7, -9, 0, 7, -1, 2, 3, -9, 0, 7, -4, 4, 5, 6, 7, 8,"
               "-8, -7, -6, 1, 1, 1, 2, 2, 5}> {"
               "c = Conv<pads = [1, 1, 1, 1], strides = [2, 2]>(x, w) y = " MT
               "<out_bias = -2.0>(c, t) m = MaxPool<kernel_shape = [2, 2], pads = [1, 1, 0, 0]>(y)"
               "z = Conv(m, w2) }",
          4, 1, 4, 131, 600);
}

/* Each channel by itself, then all of them at each place, twice; with few bits, with bits, and with
 * sums that need more than 16 bits. */
Test(networks, depthwise_like_mobilenet)
{
    check(HEAD
          "n (float[N,3,9,11] x {UINT8}) => (float[N,9,5,6] y, float[N,70,5,6] z)"
          "<float[35,3,3,3] w = @ints(945), float[35,1,3,3] d = @ints(315), float s = {0.125},"
          "float[1,3] t = {-700, -10, 500}, float[1,1] t1 = {1}, float[70,1,3,3] e = @signs(630),"
          "float[70,35,1,1] p = @ints(2450), float[9,70,1,1] p2 = @ints(630)> {"
          "c = Conv<pads = [1, 1, 1, 1]>(x, w) a = " MT "(c, t)"
          "c2 = Conv<group = 35, pads = [1, 1, 1, 1], strides = [2, 2]>(a, d) a2 = " MT "(c2, t1)"
          "c3 = Conv(a2, p) a3 = " MT "(c3, t1) z = Conv<group = 70, dilations = [2, 2],"
          "pads = [2, 2, 2, 2]>(a3, e) m = Mul(z, s) a4 = " MT "(m, t1) y = Conv(a4, p2) }",
          10, 1, 2, 3, 5, 130, 513);
    check(HEAD
          "n (float[N,6,9,4] x {UINT8}) => (float[N,6,8,2] y) <float[6,1,3,3] w = @ints(54),"
          "float[6,1,1,1] k = {41, 42, -42, 41, 3, 40}, float[1,4] t = {-9000, 0, 8000, 40000}> {"
          "v = Mul(w, k) c = Conv<group = 6, pads = [1, 0, 0, 0]>(x, v) y = " MT "(c, t) }",
          3, 1, 3, 130);
}

Test(networks, convolutions_in_groups)
{
    check(HEAD
          "n (float[N,12,5,6] x {UINT4}) => (float[N,24,3,4] y) <float[18,4,3,3] w = @ints(648),"
          "float[1,2] t = {-40, 40}, float[24,6,1,1] w2 = @signs(144), float[18] b = @ints(18)> {"
          "c = Conv<group = 3>(x, w, b) a = " MT "(c, t) y = Conv<group = 3>(a, w2) }",
          3, 1, 5, 600);
    check(HEAD "n (float[N,128,3,4] x {BIPOLAR}) => (float[N,32,2,2] y, float[N,6,3,4] z)"
               "<float[32,64,2,3] w = @signs(12288), float[6,64,1,1] w2 = @signs(384)> {"
               "y = Conv<group = 2>(x, w) z = Conv<group = 2>(x, w2) }",
          2, 1, 5, 600);
    check(HEAD
          "n (float[N,5,3,4] x {BIPOLAR}) => (float[N,15,2,2] y) <float[15,1,2,3] w = @signs(90)> {"
          "y = Conv<group = 5>(x, w) }",
          1, 1, 5, 600);
}

/* Bits and codes of different levels side by side, and taken apart again. */
Test(networks, channels_side_by_side)
{
    check(HEAD
          "n (float[N,5,6,5] x {INT3}) => (float[N,6,5,4] y, float[N,19,5,4] z)"
          "<float[9,5,2,2] w = @ints(180), float[10,5,2,2] w2 = @ints(200), float[1,1] t = {3},"
          "float[1,3] t3 = {-9, 0, 11}, float[6,19,1,1] w3 = @ints(114)> {"
          "c = Conv(x, w) a = " MT "<out_scale = 2.0, out_bias = -1.0>(c, t)"
          "c2 = Conv(x, w2) b = " MT "<out_bias = -2.0>(c2, t3) z = Concat<axis = 1>(a, b)"
          "y = Conv(z, w3) }",
          6, 1, 3, 130, 600);
    check(HEAD
          "n (float[N,5,6,5] x {INT3}) => (float[N,6,5,4] y)"
          "<float[9,5,2,2] w = @ints(180), float[16,5,2,2] w2 = @ints(320), float[1,1] t = {3},"
          "float[6,41,1,1] w3 = @signs(246)> {"
          "c = Conv(x, w) a = " MT "<out_scale = 2.0, out_bias = -1.0>(c, t)"
          "c2 = Conv(x, w2) b = " MT "<out_scale = 2.0, out_bias = -1.0>(c2, t)"
          "z = Concat<axis = -3>(b, a, b) y = Conv(z, w3) }",
          6, 1, 3, 130, 600);
    check(HEAD
          "n (float[N,6,5,9] x {UINT2, NHWC}) => (float[N,6,5,7] y, float[N,3] q)"
          "<float[9,30] w = @signs(270), float[1,1] t = {1}, int64[1] a = {8}, int64[1] b = {17},"
          "int64[1] axis = {3}, int64[1] from = {-12}, int64[1] most = {100}, float[9,7] w2 ="
          "@signs(63), int64[2] flat = {0, -1}, float[360,3] w3 = @signs(1080)> {"
          "c = MatMul(x, w) h = " MT "<data_layout = \"NHWC\", out_scale = 2.0, out_bias = -1.0>"
          "(c, t) p = Slice(h, a, b, axis) y = MatMul(p, w2) r = Slice(h, from, most, axis)"
          "f = Reshape(r, flat) q = MatMul(f, w3) }",
          7, 1, 3, 130, 600);
}

/* Averages, of any kind, that are compared behind, or come out. */
/* Constants that cannot be computed, where nobody needs them. */
Test(networks, a_node_that_fails_and_is_not_needed)
{
    check(HEAD
          "n (float[N,4] x {UINT4}) => (float[N,2] y) <float[4,2] w = @signs(8),"
          "float[1,1] a = {3}, float[3,3] i = @ints(9), float s = {0.1}, float z = {0},"
          "float n = {8}> { q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(a, s, z, n)"
          "m = MatMul(q, i) y = MatMul(x, w) }",
          1, 1, 3);
}

/* Borders are none where auto_pad says so, whatever pads say; a kernel's shape may be said twice.
 */
Test(networks, attributes_that_say_nothing)
{
    check(HEAD
          "n (float[N,3,7,8] x {UINT4}) => (float[N,6,H,W] y) <float[6,3,3,3] w = @signs(162)> {"
          "p = MaxPool<auto_pad = \"VALID\", kernel_shape = [2, 3], pads = [1, 1, 1, 1]>(x)"
          "y = Conv<auto_pad = \"VALID\", pads = [1, 1, 1, 1]>(p, w) }",
          2, 1, 3);
    check(HEAD "n (float[N,3,17] x {UINT4}) => (float[N,6,W] y) <float[6,3,3] w = @signs(54)>"
               "{ y = Conv<kernel_shape = [3], strides = [2]>(x, w) }",
          1, 1, 3);
    check(HEAD
          "n (float[N,4] x {UINT4}) => (float[N,2] y) <float[4,2] w = @signs(8), float r = {0.5},"
          "bool no = {0}> { c = MatMul(x, w) y = Dropout(c, r, no) }",
          2, 1, 3);
}

/* Borders that follow from the size: of bytes, and of bits, whose zero is a third level. Kernels
 * are odd and even, their odd element of padding is on either side. */
Test(networks, automatic_padding)
{
    static const char *const modes[] = {"SAME_UPPER", "SAME_LOWER"};
    static const char *const types[] = {"UINT4", "INT3", "BIPOLAR"};
    static const struct {
        int kh, kw, sh, sw, dh, dw;
    } windows[] = {{3, 3, 1, 1, 1, 1}, {2, 4, 1, 1, 1, 1}, {3, 2, 2, 1, 1, 1}, {4, 5, 3, 2, 1, 1},
                   {2, 3, 1, 2, 3, 2}, {3, 4, 3, 3, 2, 1}, {1, 1, 2, 3, 1, 1}, {2, 2, 2, 2, 1, 5}};
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
        for (size_t k = 0; k < 2; k++) {
            const int kh = windows[i].kh, kw = windows[i].kw;
            char attrs[160], text[1024];
            snprintf(attrs, sizeof attrs,
                     "auto_pad = \"%s\", pads = [9, 9, 9, 9], kernel_shape = [%d, %d],"
                     "strides = [%d, %d], dilations = [%d, %d]",
                     modes[k], kh, kw, windows[i].sh, windows[i].sw, windows[i].dh, windows[i].dw);
            snprintf(text, sizeof text,
                     HEAD "n (float[N,3,7,10] x {%s}) => (float[N,5,H,W] y, z)"
                          "<float[9,3,%d,%d] w = @signs(%d), float[1,3] t = {-4, 0, 6},"
                          "float[5,9,%d,%d] w2 = @ints(%d)> {"
                          "c = Conv<%s>(x, w) a = " MT "<out_bias = -1.0>(c, t)"
                          "y = Conv<%s>(a, w2) z = MaxPool<%s>(a) }",
                     types[(i + k) % 3], kh, kw, 27 * kh * kw, kh, kw, 45 * kh * kw, attrs, attrs,
                     attrs);
            check(text, 4, 1, 130);
        }
}

Test(networks, automatic_padding_of_rows)
{
    check(HEAD "n (float[N,3,17] x {INT4}) => (float[N,6,W] y, z) <float[6,3,4] w = @signs(72),"
               "float[1,3] t = {-9, 0, 9}, float[6,6,3] w2 = @ints(108)> {"
               "c = Conv<auto_pad = \"SAME_LOWER\", strides = [3]>(x, w) a = " MT "(c, t)"
               "z = MaxPool<auto_pad = \"SAME_UPPER\", kernel_shape = [2]>(a)"
               "y = Conv<auto_pad = \"SAME_UPPER\", dilations = [2]>(z, w2) }",
          4, 1, 3, 130);
}

/* Averages of windows that need no padding; with padding, counts differ from place to place. */
Test(networks, automatic_padding_of_averages)
{
    check(HEAD
          "n (float[N,5,6,8] x {INT4}) => (float[N,6,3,2] y) <float[9,5,1,1] w = @ints(45),"
          "float[1,3] t = {-9, 0, 7}, float[1,3] t2 = {-0.6, 0.1, 0.4}, float[6,9,1,1] w2 ="
          " @ints(54)> { c = Conv<auto_pad = \"SAME_UPPER\">(x, w) a = " MT
          "<out_bias = -1.0>(c, t)"
          "p = AveragePool<auto_pad = \"SAME_LOWER\", kernel_shape = [2, 3], strides = [2, 5]>(a)"
          "q = " MT "(p, t2) y = Conv(q, w2) }",
          5, 1, 3, 130);
}

/* Elements that go elsewhere, in layers of bytes, of bits (70 channels: a word and a bit) and of
 * planes; DepthToSpace in both of its orders. */
Test(networks, elements_that_move)
{
    static const char *const moves[] = {
        "m = Resize<mode = \"nearest\", coordinate_transformation_mode = \"asymmetric\","
        "nearest_mode = \"floor\">(a, , s)",
        "m = Resize(a, , half)",
        "m = DepthToSpace<blocksize = 2>(a)",
        "m = DepthToSpace<blocksize = 2, mode = \"CRD\">(a)",
        "m = SpaceToDepth<blocksize = 2>(a)",
        "m = Slice(a, from, to, axes, steps)",
        "m = Gather<axis = 1>(a, order)",
    };
    static const struct {
        const char *type, *threshold;
    } kinds[] = {{"UINT8", "float[1,3] t = {-20, 0, 30}"}, {"BIPOLAR", "float[1,1] t = {1}"}};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        for (size_t k = 0; k < 2; k++) {
            char text[2048];
            snprintf(text, sizeof text,
                     HEAD "n (float[N,3,4,6] x {%s}) => (float[N,C,H,W] y, z) <%s,"
                          "float[72,3,1,1] w = @signs(216), float[4] s = {1, 1, 2, 3},"
                          "float[4] half = {1, 1, 0.6, 0.6}, int64[2] from = {1, -1},"
                          "int64[2] to = {3, 1}, int64[2] axes = {2, 3}, int64[2] steps = {1, -2},"
                          "int64[4] order = {70, 3, 3, 0}> {"
                          "c = Conv(x, w) a = " MT
                          "<out_bias = 0.5>(c, t) %s y = Relu(m) z = MaxPool<kernel_shape"
                          " = [1, 1]>(m) }",
                     kinds[k].type, kinds[k].threshold, moves[i]);
            check(text, 5, 1, 3, 130, 600);
        }
}

/* One batch is baked in: of others nobody knows. */
Test(networks, a_size_with_a_batch_in_it)
{
    check(HEAD "n (float[N,3,4,4] x {UINT4}) => (float[N,C,H,W] y) <float[8,3,1,1] w = @signs(24),"
               "float[1,3] t = {-9, 0, 9}, int64[4] sizes = {1, 8, 8, 8}> {"
               "c = Conv(x, w) a = " MT "<out_bias = 0.5>(c, t) y = Resize(a, , , sizes) }",
          3, 1);
}

/* 255 thresholds, spaced evenly and otherwise, behind bytes, bits and channels by themselves. */
Test(networks, eight_bits_come_out)
{
    check(HEAD
          "n (float[N,5,6,7] x {UINT8}) => (float[N,5,4,5] d, z)"
          "<float[21,5,3,3] w = @ints(945), float[5,1,3,3] w2 = @ints(45), float s = {7.3},"
          "float s2 = {0.9}, float zero = {0}, float eight = {8}, float[1,255] t = @rising(255),"
          "float[70,21,1,1] w3 = @signs(1470), float[1,1] one = {40}, float[9,70,3,3] w4 ="
          " @signs(5670)> {"
          "c = Conv(x, w) y = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(c, s, zero,"
          " eight) e = Conv<group = 5>(x, w2) f = Mul(e, s2) d = " MT "<out_bias = -127.5>(f, t)"
          "g = Conv(y, w3) b = " MT "(g, one) h = Conv(b, w4)"
          "z = " MT "<out_bias = -127.5>(h, t) }",
          9, 1, 3, 130);
}

Test(networks, averages)
{
    check(HEAD_19
          "n (float[N,5,7,6] x {INT4}) => (float[N,6,3,2] y, float[N,4,1,1] z, float[N,9] r,"
          "float[N,9,3,3] ww)"
          "<float[9,5,2,2] w = @ints(180), float[9,3] t {INT32} = {-9, 0, 7, -9, 0, 7, -1, 2, 3,"
          "-9, 0, 7, -4, 4, 5, 6, 7, 8, -8, -7, -6, 1, 1, 1, 2, 2, 5}, float[1,3] t2 ="
          "{-0.6, 0.1, 0.4}, float[6,9,1,1] w2 = @ints(54), float[4,9,1,1] w3 = @ints(36),"
          "float third = {0.33}, float zero = {0}, float eight = {8}, float four = {4},"
          "float nine = {9}, int64[2] ax = {-1, 2}> {"
          "c = Conv(x, w) a = " MT "<out_bias = -1.0>(c, t)"
          "p = AveragePool<kernel_shape = [2, 3], strides = [2, 1]>(a) q = " MT "(p, t2)"
          "s = AveragePool<kernel_shape = [4, 2], dilations = [1, 2]>(a) u = Mul(s, nine)"
          "v = qonnx.custom_op.general.Trunc<rounding_mode = \"FLOOR\">"
          "(u, third, zero, eight, four) ww = Add(v, zero)"
          "g = GlobalAveragePool(a) h = " MT "(g, t2) z = Conv(h, w3)"
          "r = ReduceMean<keepdims = 0>(a, ax) y = Conv(q, w2) }",
          13, 1, 3, 130, 600);
    check(
        HEAD
        "n (float[N,7,6,5] x {UINT4, NHWC}) => (float[N,3,2,9] y, float[N,1,1,7] m)"
        "<int64[2] pixels = {1, 2}, float[5,7] w = @ints(35), float[1,4] t = {-9, 0, 7, 12}, float[7,9] w2 = @ints(63)> {"
        "c = MatMul(x, w) a = " MT "<data_layout = \"NHWC\">(c, t)"
        "p = qonnx.custom_op.general.QuantAvgPool2d<kernel = 3, stride = 2, ibits = 3,"
        " obits = 3, signed = 0, data_layout = \"NHWC\">(a) y = MatMul(p, w2)"
        "m = ReduceSum<keepdims = 1>(a, pixels) }",
        5, 1, 3, 130);
}

/* A border of zeros, which are none of the codes before. */
Test(networks, borders_around_signs)
{
    check(HEAD "n (float[N,5,6,5] x {BIPOLAR}) => (float[N,7,6,5] y)"
               "<float[9,5,3,3] w = @signs(405), float[1,1] t = {1}, float[9,1,3,3] d = @ints(81),"
               "float[7,9,1,1] w2 = @signs(63), float[1,1] t2 = {-1}, float two = {2}> {"
               "c = Conv<pads = [1, 1, 1, 1]>(x, w) a = " MT
               "<out_scale = 2.0, out_bias = -1.0>(c, t)"
               "c2 = Conv<pads = [1, 1, 1, 1], group = 9>(a, d) b = " MT "(c2, t2) e = Add(b, two)"
               "y = Conv(e, w2) }",
          6, 1, 3, 130, 600);
    check(
        HEAD
        "n (float[N,6,5,3] x {UINT2, NHWC}) => (float[N,6,6,7] y) <float[27,7] w = @signs(189), float k = {2}"
        "> { p = qonnx.custom_op.general.Im2Col<kernel_size = [3, 3], stride = [1, 1],"
        " pad_amount = [1, 2, 1, 1], input_shape = \"(1, 6, 5, 3)\">(x) y = MatMul(p, w) }",
        2, 1, 3, 130);
    check(HEAD "n (float[N,2,6,5] x {UINT2}) => (float[N,7,8,7] y) <float[7,2,3,3] w = @ints(126),"
               "float three = {3}> { a = Add(x, three) y = Conv<pads = [2, 2, 2, 2]>(a, w) }",
          2, 1, 3, 130);
}

/* Rows instead of pictures. */
Test(networks, one_axis)
{
    check(
        HEAD
        "n (float[N,3,30] x {INT4}) => (float[N,6,9] y, float[N,8] z, float[N,12,1] v, float[N,6] u)"
        "<float[12,3,5] w = @ints(180), float[1,3] t = {-9, 0, 11}, float[1,2] t2 = {1, 1.8}, float[12,1,3] d = @ints(36),"
        "float[6,12,1] w2 = @ints(72), float[12,8] w3 = @ints(96), int64[1] two = {2},"
        "float[6,12,1,3] w4 = @ints(216), int64[2] flat = {0, -1}, float[48,6] w5 = @ints(288)> {"
        "c = Conv<pads = [2, 1]>(x, w) a = " MT "<out_bias = -1.0>(c, t)"
        "p = MaxPool<kernel_shape = [3], strides = [3]>(a) c2 = Conv<group = 12, pads = [1, 1]>"
        "(p, d) b = " MT "(c2, t) y = Conv(b, w2) r = ReduceMean<axes = [-1], keepdims = 0>(b)"
        "q = " MT "(r, t2) z = MatMul(q, w3) v = GlobalAveragePool(b) e = Unsqueeze(b, two)"
        "f = Conv<strides = [1, 1], pads = [0, 1, 0, 0]>(e, w4) g = " MT "(f, t)"
        "h = Squeeze(g, two) i = Reshape(h, flat) u = MatMul(i, w5) }",
        16, 1, 3, 130, 600);
}

Test(networks, gemm)
{
    check(HEAD
          "n (float[N,20] x {INT3}) => (float[N,4] y, float[N,7] z) <float[30,20] w = @ints(600),"
          "float[30,4] w2 = @ints(120), float[30] b = @reals(30), float[1,1] c = {0.3},"
          "float[1,3] t = {-9, 0, 11}, float[1,4] b2 = @reals(4), float[7,30] w3 = @ints(210)> {"
          "g = Gemm<transB = 1, beta = 0.5>(x, w, b) a = " MT "(g, t)"
          "y = Gemm<alpha = 0.25>(a, w2, b2) z = Gemm<alpha = 2.0, transB = 1>(a, w3, c) }",
          4, 1, 3, 130, 600);
}

/* As Brevitas exports them: integers times scales, of which the reference multiplies the integers;
 * levels that nothing reaches in between. */
Test(networks, scales_that_are_no_powers_of_two)
{
    check(
        HEAD
        "n (float[N,3,7,6] x {UINT8}) => (float[N,4] y, float[N,9,4,3] z)"
        "<float[9,3,3,3] w = @reals(243), float[9,1,1,1] ws = @positive(9), float zero = {0},"
        "float three = {3}, float four = {4}, float[9] b0 = @reals(9), float a1 = {3.7},"
        "float[9,3,3,3] q1, float[12,9,1,1] q3, float[144,4] q4, float[9,1,3,3] w2 = @reals(81), float s2 = {0.4}, float a2 = {0.29}, float two = {2},"
        "float[12,9,1,1] w3 = @reals(108), float[12,1,1,1] s3 = @positive(12),"
        "float[144,4] w4 = @reals(576), float[1,4] s4 = @positive(4), float[1,3] t ="
        "{-4, 0.1, 3}, float[1,3] t3 = {0.2, 5, 0.3}, float[4] b4 = @reals(4)," BN(
            9) "> {"
               "q1 = qonnx.custom_op.general.Quant<narrow = 1, signed = 1>(w, ws, zero, four)"
               "c = Conv<pads = [1, 1, 1, 1], strides = [2, 2]>(x, q1, b0)"
               "n = BatchNormalization(c, g, b, m, v) r = Relu(n)"
               "a = qonnx.custom_op.general.Quant<signed = 0, narrow = 0>(r, a1, zero, three)"
               "q2 = qonnx.custom_op.general.Quant<narrow = 1, signed = 1>(w2, s2, zero, four)"
               "z = Conv<group = 9, pads = [1, 1, 1, 1]>(a, q2)"
               "a3 = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(z, a2, zero, two)"
               "q3 = qonnx.custom_op.general.BipolarQuant(w3, s3) c3 = Conv(a3, q3)"
               "h = " MT "(c3, t) h2 = Mul(h, a2) f = Flatten(h2)"
               "q4 = qonnx.custom_op.general.Quant<narrow = 1, signed = 1>(w4, s4, zero, three)"
               "y = Gemm(f, q4, b4) }",
        15, 1, 3, 130, 600);
}

/* As FINN lowers them: a product whose weights are zeros but on the diagonal. */
Test(networks, depthwise_as_a_sparse_product)
{
    check(HEAD "n (float[N,7,6,3] x {UINT4, NHWC}) => (float[N,5,4,3] y) <float[27,3] w = {"
               "1,0,0, 0,2,0, 0,0,-1, -3,0,0, 0,1,0, 0,0,3, 2,0,0, 0,-2,0, 0,0,1, 1,0,0, 0,1,0,"
               "0,0,0, 0,0,0, 0,3,0, 0,0,1, 1,0,0, 0,2,0, 0,0,3, 1,0,0, 0,2,0, 0,0,3, 1,0,0,"
               "0,-2,0, 0,0,3, 1,0,0, 0,-3,0, 0,0,2}, float[1,3] t = {-5, 0, 9}> {"
               "p = qonnx.custom_op.general.Im2Col<kernel_size = [3, 3], stride = [1, 1],"
               " depthwise = 1, input_shape = \"(1, 7, 6, 3)\">(x) c = MatMul(p, w)"
               "y = " MT "<data_layout = \"NHWC\">(c, t) }",
          3, 1, 3, 130);
}

/* As after streamlining: channels last, windows gathered for products, XNOR. */
Test(networks, a_network_that_was_lowered_already)
{
    check(HEAD
          "n (float[N,7,6,5] x {UINT4, NHWC}) => (float[N,3,2,9] y) <float[45,6] w = @signs(270),"
          "float[1,7] t = {-9, -5, 0, 1, 4, 9, 20}, float[6,1] t2 = {2, 3, 4, 5, 2, 3},"
          "float[24,9] w2 {BINARY} = @bits(216)> {"
          "p = qonnx.custom_op.general.Im2Col<kernel_size = [3, 3], stride = [1, 1],"
          " pad_amount = [1, 0, 1, 0], input_shape = \"(1, 7, 6, 5)\">(x)"
          "c = MatMul(p, w) a = " MT "<data_layout = \"NHWC\">(c, t)"
          "m = qonnx.custom_op.general.MaxPoolNHWC<kernel_shape = [2, 2], strides = [1, 1]>(a)"
          "b = " MT "<data_layout = \"NHWC\">(m, t2)"
          "q = qonnx.custom_op.general.Im2Col<kernel_size = [2, 2], stride = [2, 1],"
          " input_shape = \"(1, 6, 3, 6)\">(b)"
          "y = qonnx.custom_op.general.XnorPopcountMatMul(q, w2) }",
          7, 1, 3, 150, 600);
}

/* Signs, and signs of sums of signs; a threshold that differs by channel. */
Test(networks, residual_connections)
{
    check(
        HEAD
        "n (float[N,6,5,5] x {BIPOLAR}) => (float[N,6,5,5] y, float[N,4,5,5] z)"
        "<float[6,6,1,1] w = @signs(36), float[6,6,1,1] w2 = @signs(36),"
        "float[4,6,1,1] w3 = @ints(24), float[1,1] t = {0}, float[6,1] t2 = {-2, -1, 0, 1, 2, 3}> {"
        "c = Conv(x, w) a = " MT "<out_scale = 2.0, out_bias = -1.0>(c, t) s = Add(a, x)"
        "b = " MT "<out_scale = 2.0, out_bias = -1.0>(s, t2) c2 = Conv(b, w2)"
        "d = " MT "<out_scale = 2.0, out_bias = -1.0>(c2, t) y = Add(d, s) z = Conv(y, w3) }",
        8, 1, 3, 130, 600);
}

/* Numbers on two scales, sums of which are no evenly spaced numbers, nor in the order of codes. */
Test(networks, residual_connections_on_two_scales)
{
    check(
        HEAD
        "n (float[N,6,5,5] x {INT4}) => (float[N,4,5,5] z, float[N,6,5,5] y)"
        "<float[6,6,1,1] w = @signs(36), float[4,6,1,1] w2 = @ints(24), float s = {0.3},"
        "float s2 = {0.7}, float s3 = {0.4}, float[1,15] t = @rising(15), float zero = {0},"
        "float four = {4}> {"
        "c = Conv(x, w) a = " MT "<out_bias = -8.0>(c, t) d = Mul(a, s) e = Mul(x, s2)"
        "y = Add(d, e) q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(y, s3, zero, four)"
        "z = Conv(q, w2) }",
        7, 1, 3, 130, 600);
}

Test(networks, a_channel_axis_with_one_behind_it)
{
    check(HEAD "n (float[N,20] x {BIPOLAR}) => (float[N,12] y) <float[20,12] w = @signs(240)," BN(
              12) ", int64[1] two = {2}> { c = MatMul(x, w) u = Unsqueeze(c, two)"
                  "n = BatchNormalization(u, g, b, m, v) y = Squeeze(n, two) }",
          4, 1, 3, 600);
}

/* 1.2 million sums a channel: thresholds are found by halving. Some channels fall, one stays. */
Test(networks, more_sums_than_can_be_listed)
{
    check(HEAD
          "n (float[N,800] x {INT8}) => (float[N,12] y, float[N,12] z) <"
          "float[800,24] w = @ints(19200), float[24] s = @reals(24), float[24] o = @reals(24),"
          "float zero = {0}, float[24] m = {1,1,1,1,1,-1,-1,-1,-1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1},"
          "float f = {0.01}, float one = {1}, float three = {3}, float[24,12] w2 = @ints(288),"
          "float[1,3] t = {-1, 0, 1}> {"
          "c = MatMul(x, w) a = Mul(c, m) b = Mul(f, a) d = Add(b, o) e = Div(d, s) "
          "q = qonnx.custom_op.general.Quant<signed = 1, narrow = 0>(e, one, zero, three)"
          "r = " MT "(e, t) y = MatMul(q, w2) z = MatMul(r, w2) }",
          9, 1, 40, 600);
}

/* The same, where nodes both rise and fall, or nobody compares: then the plain kernels do it. */
Test(networks, more_sums_than_can_be_listed_otherwise)
{
    check(HEAD "n (float[N,800] x {INT8}) => (float[N,30] y) <float[800,30] w = @ints(24000),"
               "float[1,3] t = {-50, 100, 3000}> { c = MatMul(x, w) a = Abs(c) y = " MT "(a, t) }",
          0, 1, 40);
    check(HEAD "n (float[N,800] x {INT8}) => (float[N,30] y) <float[800,30] w = @ints(24000),"
               "float two = {2}> { c = MatMul(x, w) y = Mul(c, two) }",
          0, 1, 40);
}

/* 17 thresholds in one channel, and in the other three that all sums reach and 14 that none does.
 * 255 in one, one or two in the other, and sums 3e7 apart. */
Test(networks, thresholds_that_one_channel_has)
{
    check(HEAD "n (float[N,3] x {INT8}) => (float[N,2] y) <float[3,2] w = {1, 1, 1, 1, 1, 1},"
               "float[2,2] o = {1, 0, 0, 1}, float[2,17] t = {-80, -70, -60, -50, -40, -30, -20,"
               "-10, 0, 10, 20, 30, 40, 50, 60, 70, 80, -1e9, -1e9, -1e9, 1e9, 1e9, 1e9, 1e9, 1e9,"
               "1e9, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9}> {"
               "c = MatMul(x, w) d = " MT "(c, t) y = MatMul(d, o) }",
          3, 1, 40);
    float x[3 * 1030];
    for (int i = 0; i < 3 * 1030; i++)
        x[i] = (const float[]){100, 127, -128}[i / 1030];
    for (size_t i = 0; i < 2; i++) {
        char text[1000];
        snprintf(text, sizeof text,
                 HEAD "n (float[N,1030] x {INT8}) => (float[N,2] y) <int64[2] ws = {1030, 2},"
                      "float lowest = {-16000000}, float highest = {16001000}, float by = {125984},"
                      "int64[1] rest = {254}, int64[1] row = {0}, float[1] l = {-16000000},"
                      "float[1] far = {%s3e38}, float[1] h = {16500000}, float[2,2] o = {1, 0, 0, "
                      "1}> { w = ConstantOfShape<value = float[1] {127}>(ws)"
                      "a = Range(lowest, highest, by) a2 = Unsqueeze(a, row)"
                      "r = Expand(far, rest) b = Concat<axis = 0>(%s) b2 = Unsqueeze(b, row)"
                      "t = Concat<axis = 0>(a2, b2) c = MatMul(x, w)"
                      "d = " MT "(c, t) y = MatMul(d, o) }",
                 i ? "-" : "", i ? "r, h" : "l, r");
        check_elements(text, 10, 2, (const int64_t[]){3, 1030}, x);
    }
}

/* 255 thresholds without a bias are no INT8, whatever the annotation says; and a program that never
 * meets what it was compiled for is given up. */
Test(networks, annotations_that_are_wrong)
{
    check(HEAD "n (float[N,6] x {INT3}) => (float[N,3] y) <float[6,3] w = @signs(18),"
               "float[N,6] t {INT8}, float[1,8] th = {0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8}> {"
               "u = Softmax(x) t = " MT "<out_scale = 2.0, out_bias = 190.0>(u, th)"
               "y = MatMul(t, w) }",
          1, 1, 3, 1, 3, 2, 1, 4, 5);
    check(HEAD
          "n (float[N,6] x {INT3}) => (float[N,3] y) <float[6,3] w = @signs(18), float zero = {0},"
          "float[N,6] t {INT4}, float[6] far = {200, 1, 2, 3, 4, 5}> {"
          "u = Softmax(x) z = Mul(u, zero) t = Add(z, far) y = MatMul(t, w) }",
          1, 1, 3, 1, 3, 2, 1, 4, 5);
}

/* As many factors as there are codes, but it is images that they belong to. */
Test(networks, a_factor_for_each_image)
{
    check(HEAD "n (float[N,6] x {BIPOLAR}) => (y) <float[2,1] f = {1, 3},"
               "float[6,3] w = @signs(18)> { u = Mul(x, f) y = MatMul(u, w) }",
          0, 1, 2);
    check(HEAD "n (float[N,6] x {BIPOLAR}) => (y) <float[2,1] f = {1, 3},"
               "float[6,3] w = @signs(18)> { p = MatMul(x, w) y = Add(p, f) }",
          1, 1, 2);
}

/* Halves that add up to integers whatever comes, and such as need not. */
Test(networks, annotations_that_round)
{
    check(HEAD "n (float[N,2] x {BIPOLAR}) => (float[N,2] y {INT4}) <float[2,2] w = {0.5, 0.5,"
               "-0.5, 0.5}> { y = MatMul(x, w) }",
          1, 1, 5);
    check_slow(HEAD "n (float[N,3] x {BIPOLAR}) => (float[N,1] y {INT4}) <float[3,1] w = {0.5, 0.5,"
                    "0.5}> { y = MatMul(x, w) }",
               "its output's annotation forbids");
}

Test(networks, zeros_and_ones_that_agree)
{
    check(HEAD
          "n (float[N,67] x {BINARY}) => (float[N,9] y) <float[67,9] w {BINARY} = @bits(603),"
          "float h = {0.5}> { c = qonnx.custom_op.general.XnorPopcountMatMul(x, w) y = Mul(c, h) }",
          2, 1, 3, 1025);
}

#define Q "qonnx.custom_op.general.Quant<signed = 0, narrow = 0>"

/* A scale of 1 is none. Others make numbers that agree by halves. */
Test(networks, zeros_and_ones_with_scales)
{
    static const char *const scales[] = {"{1}", "{0.5}", "{0.3}", "{1, 2, 1}", "{1, 1, 1}"};
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 3; k++) {
            char text[600];
            snprintf(text, sizeof text,
                     HEAD "n (float[N,7] x {BINARY}) => (float[N,3] y) <float[7,3] w = @bits(21),"
                          "float s = %s, float[%d] t = %s, float z = {0}, float b = {1}> {"
                          "q = " Q "(x, s, z, b) v = " Q "(w, t, z, b)"
                          "y = qonnx.custom_op.general.XnorPopcountMatMul(q, v) }",
                     scales[k], i < 3 ? 1 : 3, scales[i]);
            check(text, k == 0 && i % 4 == 0 ? 3 : 0, 1, 40);
            if (k > 0 || i % 4)
                check_slow(text, "its factors are not zeros and ones");
        }
}

Test(networks, a_plain_kernel_in_between)
{
    check(HEAD "n (float[N,20] x {INT3}) => (float[N,4] y) <float[20,30] w = @ints(600),"
               "float[30,4] w2 = @ints(120), float one = {1}, float[N,30] t {INT4}> {"
               "c = MatMul(x, w) s = Softmax(c) r = Round(s) t = Sub(r, one) y = MatMul(t, w2) }",
          2, 1, 3);
}

/* Between 2^16 images and the next ones a time-out is looked for. */
Test(networks, more_images_than_run_at_once)
{
    check(HEAD "n (float[N,6] x {UINT8}) => (float[N,3] y) <float[6,3] w = @signs(18)> {"
               "y = MatMul(x, w) }",
          1, (1 << 16) + 3);
}

/* What kernels take of a list that is an attribute and an input, too. */
Test(networks, axes_that_are_an_input)
{
    check_elements(HEAD "n (float[1,2] x {INT4}) => (float[A,B,C] y) <float[2,2] w = {1, 0, 0, 1},"
                        "int64[1] a = {1}> {"
                        "b = MatMul(x, w) c = Unsqueeze(b, a) y = Relu(c) }",
                   1, 2, (int64_t[]){1, 2}, (float[]){1, 2});
    check_elements(HEAD "n (float[1,2] x {INT4}) => (float[A,B,C] y) <float[2,2] w = {1, 0, 0, 1},"
                        "int64[1] a = {2}> {"
                        "b = MatMul(x, w) c = Unsqueeze(b, a) y = Relu(c) }",
                   3, 2, (int64_t[]){1, 2}, (float[]){1, 2});
    check_slow(HEAD "n (float[1,2,1] x {INT4}) => (y) <int64[1] a = {0}>"
                    "{ y = Squeeze(x, a) }",
               "other axes than the one behind the channels");
    check_slow(HEAD "n (float[1,2,2,2] x {INT4}) => (y) <int64[1] a = {1}>"
                    "{ y = ReduceSum(x, a) }",
               "something else than the pixels");
}

/* With whatever memory there is, it runs, by whichever kernels, or says that there is none. */
Test(networks, little_memory)
{
    char *whole = expand(small_cnv, 7);
    bool has_run_fast = false;
    int n_failed = 0, n_plain = 0;
    for (uint64_t most = 1 << 15; !has_run_fast && most < UINT64_C(1) << 32; most += most / 8) {
        finnc_ctx *poor = finnc_ctx_create(&(finnc_ctx_options){.max_memory = most});
        const finnc_session_options options = {.engine = FINNC_ENGINE_FAST, .threads = 1};
        finnc_model *model = NULL;
        finnc_session *session = NULL;
        finnc_status status = finnc_model_read_text(poor, whole, &model);
        if (status == FINNC_OK)
            status = finnc_session_create(poor, model, &options, &session);
        if (status == FINNC_OK)
            status = finnc_session_feed_random(session, 1);
        for (int k = 0; k < 2 && status == FINNC_OK; k++)
            status = finnc_session_run(session);
        cr_assert(status == FINNC_OK || status == FINNC_NO_MEMORY, "%s", finnc_ctx_message(poor));
        has_run_fast = status == FINNC_OK && count_fast(session) > 0;
        n_failed += status != FINNC_OK;
        n_plain += status == FINNC_OK && !has_run_fast;
        finnc_session_destroy(session);
        finnc_model_destroy(model);
        cr_assert_eq(finnc_ctx_live_bytes(poor), 0, "a leak");
        finnc_ctx_destroy(poor);
    }
    cr_assert(has_run_fast);
    cr_assert_gt(n_failed, 0);
    cr_assert_gt(n_plain, 0);
    free(whole);
}

/* QONNX's quantisers and thresholds at the places where rounding, clamping and NaN decide. */
#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#define QONNX "<opset_import: [\"\": 13, \"qonnx.custom_op.general\": 1]> "

static void check_quant(const char *attributes, double bits, const double *want)
{
    char text[600];
    snprintf(text, sizeof text,
             QONNX "g () => (float y) <float[8] x = {-9, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 9},"
                   " float s = {1}, float z = {0}, float b = {%g}> {"
                   " y = qonnx.custom_op.general.Quant <%s> (x, s, z, b) }",
             bits, attributes);
    check_output(text, "[8]", 0, want[0], want[1], want[2], want[3], want[4], want[5], want[6],
                 want[7]);
}

Test(quant, rounds_in_every_mode_and_clamps_to_the_bounds)
{
#define WANT(...) (const double[]){__VA_ARGS__}
    check_quant("signed = 1, narrow = 0", 4, WANT(-8, -2, -2, 0, 0, 2, 2, 7));
    check_quant("signed = 1, narrow = 1", 4, WANT(-7, -2, -2, 0, 0, 2, 2, 7));
    check_quant("signed = 0, narrow = 0", 3, WANT(0, 0, 0, 0, 0, 2, 2, 7));
    check_quant("signed = 0, narrow = 1", 3, WANT(0, 0, 0, 0, 0, 2, 2, 6));
    check_quant("signed = 1, narrow = 0, rounding_mode = \"FLOOR\"", 4,
                WANT(-8, -3, -2, -1, 0, 1, 2, 7));
    check_quant("signed = 1, narrow = 0, rounding_mode = \"ceil\"", 4,
                WANT(-8, -2, -1, 0, 1, 2, 3, 7));
    check_quant("signed = 1, narrow = 0, rounding_mode = \"UP\"", 4,
                WANT(-8, -3, -2, -1, 1, 2, 3, 7));
    check_quant("signed = 1, narrow = 0, rounding_mode = \"DOWN\"", 4,
                WANT(-8, -2, -1, 0, 0, 1, 2, 7));
    check_quant("signed = 1, narrow = 0, rounding_mode = \"HALF_UP\"", 4,
                WANT(-8, -3, -2, -1, 1, 2, 3, 7));
    check_quant("signed = 1, narrow = 0, rounding_mode = \"HALF_DOWN\"", 4,
                WANT(-8, -2, -1, 0, 0, 1, 2, 7));
    /* Bounds of a width that is no whole number are no whole numbers; they are rounded after. */
    check_quant("signed = 1, narrow = 0", 3.5, WANT(-6, -2, -2, 0, 0, 2, 2, 5));
    /* One signed bit is the sign. */
    check_quant("signed = 1, narrow = 0", 1, WANT(-1, -1, -1, -1, 1, 1, 1, 1));
}

Test(quant, scale_and_zero_point_are_broadcast_and_every_step_rounds_once)
{
    check_output(QONNX "g () => (float y) <float[2,2] x = {1, 2, 3, 4}, float[2,1] s = {0.5, 0.25},"
                       " float z = {1}, float b = {4}> {"
                       " y = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (x, s, z, b) }",
                 "[2,2]", 0, 1, 2, 1.5, 1.5);
    /* 0.49999997 + 0.5 is 1 in float. */
    check_output(QONNX
                 "g () => (float y) <float[1] x = {0.49999997}, float s = {1}, float z = {0},"
                 " float b = {8}> { y = qonnx.custom_op.general.Quant <signed = 1, narrow = 0,"
                 " rounding_mode = \"HALF_UP\"> (x, s, z, b) }",
                 "[1]", 0, 1);
}

Test(quant, not_a_number_stays_one_but_has_a_sign_in_one_bit)
{
    check_output(QONNX "g () => (float y) <float[1] o = {0}, float s = {1}, float z = {0},"
                       " float b = {4}> { x = Div(o, o)"
                       " y = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> (x, s, z, b) }",
                 "[1]", 0, NAN);
    check_output(QONNX "g () => (float y) <float[1] o = {0}, float s = {2}> { x = Div(o, o)"
                       " y = qonnx.custom_op.general.BipolarQuant (x, s) }",
                 "[1]", 0, -2);
}

Test(float_quant, minifloats_round_clamp_and_keep_subnormals)
{
    /* FLOAT<4,3,7>: largest 480, smallest step 2^-9. */
    check_output(QONNX "g () => (float y) <float[7] x = {500, -500, 17, 0.0019, 0.003, 1.06, 0},"
                       " float s = {1}, float e = {4}, float m = {3}, float b = {7}> {"
                       " y = qonnx.custom_op.general.FloatQuant <has_inf = 0, has_nan = 0,"
                       " has_subnormal = 1, saturation = 1> (x, s, e, m, b) }",
                 "[7]", 0, 480, -480, 16, 0.001953125, 0.00390625, 1, 0);
    check_output(QONNX "g () => (float y) <float[2] x = {500, -500}, float s = {1}, float e = {4},"
                       " float m = {3}, float b = {7}, float top = {448}> {"
                       " y = qonnx.custom_op.general.FloatQuant <has_inf = 1, has_nan = 0,"
                       " has_subnormal = 1, saturation = 0> (x, s, e, m, b, top) }",
                 "[2]", 0, INFINITY, -INFINITY);
    /* bfloat16's grid without infinities: what lies above it is rounded to 2^128. */
    check_output(QONNX "g () => (float y) <float[2] x = {3.4e38, 1}, float s = {1}, float e = {8},"
                       " float m = {7}> {"
                       " y = qonnx.custom_op.general.FloatQuant <has_inf = 0, has_nan = 1,"
                       " has_subnormal = 1, saturation = 0> (x, s, e, m) }",
                 "[2]", 0, NAN, 1);
}

Test(trunc, drops_low_bits)
{
    check_output(QONNX
                 "g () => (float y) <float[4] x = {15, 16, 17, -1}, float s = {1}, float z = {0},"
                 " float i = {8}, float o = {4}> {"
                 " y = qonnx.custom_op.general.Trunc <rounding_mode = \"FLOOR\"> (x, s, z, i, o) }",
                 "[4]", 0, 0, 1, 1, -1);
    check_output(
        "<opset_import: [\"qonnx.custom_op.general\": 2]> "
        "g () => (float y) <float[3] x = {15, 24, 400}, float s = {1}, float z = {0},"
        " float i = {8}, float t = {16}, float o = {4}> {"
        " y = qonnx.custom_op.general.Trunc <rounding_mode = \"FLOOR\", signed = 1, narrow = 0>"
        " (x, s, z, i, t, o) }",
        "[3]", 0, 0, 16, 112);
}

/* ---- thresholds ---- */

#define MT(attributes)                                                                             \
    "y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT8\"" attributes "> (x, t) }"

Test(multi_threshold, counts_the_thresholds_of_the_elements_channel)
{
    check_output(QONNX "g () => (float y) <float[1,2,3] x = {0, 1, 2, 0, 1, 2},"
                       " float[2,2] t = {0.5, 1, 1, 3}> { " MT(""),
                 "[1,2,3]", 0, 0, 2, 2, 0, 1, 1);
    check_output(QONNX "g () => (float y) <float[1,3,2] x = {0, 0, 1, 1, 2, 2},"
                       " float[2,2] t = {0.5, 1, 1, 3}> { " MT(", data_layout = \"NWC\""),
                 "[1,3,2]", 0, 0, 0, 2, 1, 2, 1);
    check_output(QONNX "g () => (float y) <float[1,2] x = {-3, 3}, float[1,1] t = {0}> { " MT(
                     ", out_scale = 2.0, out_bias = -1.0"),
                 "[1,2]", 0, -1, 1);
}

Test(multi_threshold, unsorted_rows_and_not_a_number_count_plainly)
{
    check_output(QONNX "g () => (float y) <float[1,1,3] x = {0, 2, 4}, float[1,3] u = {3, -1, 1}> {"
                       " t = Identity(u) " MT(""), /* constant ones would have to be sorted */
                 "[1,1,3]", 0, 1, 2, 3);
    check_output(QONNX "g () => (float y) <float[1,1] o = {0}, float[1,3] t = {-2, -1, 0}> {"
                       " x = Div(o, o) " MT(""),
                 "[1,1]", 0, 0);
}

/* Long rows are searched: every value around every threshold has to land where counting does. */
Test(multi_threshold, searching_is_counting)
{
    enum { STEPS = 255, VALUES = 3 * STEPS };
    finnc_ctx *cx = finnc_ctx_create(NULL);
    float t[STEPS], x[VALUES];
    for (int i = 0; i < STEPS; i++) {
        t[i] = (float)(i / 2) * 0.1f; /* each threshold twice */
        x[3 * i] = t[i];
        x[3 * i + 1] = nextafterf(t[i], -1000);
        x[3 * i + 2] = nextafterf(t[i], 1000);
    }
    finnc_tensor *in[] = {floats(cx, 3, (int64_t[]){1, 1, VALUES}, x),
                          floats(cx, 2, (int64_t[]){1, STEPS}, t)},
                 *y;
    cr_assert_eq(finnc_op_eval(cx, "qonnx.custom_op.general", "MultiThreshold", 0,
                               (const finnc_tensor *const *)in, 2, &y),
                 FINNC_OK, "%s", finnc_ctx_message(cx));
    for (int i = 0; i < VALUES; i++) {
        int count = 0;
        for (int k = 0; k < STEPS; k++)
            count += x[i] >= t[k];
        cr_assert_eq(finnc_tensor_get(y, i), count, "value %d", i);
    }
    finnc_tensor_release(y);
    finnc_tensor_release(in[0]);
    finnc_tensor_release(in[1]);
    finnc_ctx_destroy(cx);
}

/* ---- the others ---- */

Test(im2_col, every_image_of_a_batch_is_cut_on_its_own)
{
    check_output(QONNX "g () => (float y) <float[2,2,2,1] x {UINT8} = {1, 2, 3, 4, 5, 6, 7, 8}> {"
                       " y = qonnx.custom_op.general.Im2Col <kernel_size = [1, 2], stride = [1, 1],"
                       " input_shape = \"(2, 2, 2, 1)\"> (x) }",
                 "[2,2,1,2]", 0, 1, 2, 3, 4, 5, 6, 7, 8);
    check_output(QONNX "g () => (float y) <float[1,2,1,2] x {UINT8} = {1, 2, 3, 4}> {"
                       " y = qonnx.custom_op.general.Im2Col <kernel_size = [2, 1], stride = [1, 1],"
                       " pad_amount = [1, 0, 0, 0], pad_value = 9,"
                       " input_shape = \"(1, 2, 1, 2)\"> (x) }",
                 "[1,2,1,4]", 0, 9, 9, 1, 2, 1, 2, 3, 4);
}

Test(xnor_popcount_mat_mul, counts_equal_places)
{
    check_output(QONNX "g () => (float y) <float[2,3] a {BINARY} = {1, 0, 1, 0, 0, 0},"
                       " float[3,2] b {BINARY} = {1, 0, 1, 0, 1, 0}> {"
                       " y = qonnx.custom_op.general.XnorPopcountMatMul (a, b) }",
                 "[2,2]", 0, 2, 1, 0, 3);
}

Test(max_pool_nhwc, pools_channels_last)
{
    check_output(QONNX "g () => (float y) <float[1,2,2,2] x = {1, 8, 2, 7, 3, 6, 4, 5}> {"
                       " y = qonnx.custom_op.general.MaxPoolNHWC <kernel_shape = [2, 2],"
                       " strides = [2, 2], pads = [0, 0, 0, 0]> (x) }",
                 "[1,1,1,2]", 0, 4, 8);
}

Test(quant_avg_pool2d, divides_by_shifting)
{
    /* Sums of 4 numbers of 4 bits take 6 bits; 4 are wanted: two go. */
    check_output(QONNX
                 "g () => (float y) <float[1,1,2,2] x {UINT4} = {15, 15, 15, 14}> {"
                 " y = qonnx.custom_op.general.QuantAvgPool2d <kernel = 2, stride = 2, ibits = 4,"
                 " obits = 4, signed = 0> (x) }",
                 "[1,1,1,1]", 0, 14);
    check_output(QONNX
                 "g () => (float y) <float[1,1,2,2] x {INT4} = {-1, 0, 0, 0}> {"
                 " y = qonnx.custom_op.general.QuantAvgPool2d <kernel = 2, stride = 2, ibits = 4,"
                 " obits = 4, signed = 1> (x) }",
                 "[1,1,1,1]", 0, -1);
}

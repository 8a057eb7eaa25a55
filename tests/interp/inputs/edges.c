#include "support/run_text.h"

#include <criterion/criterion.h>

#include <math.h>

enum { BELOW = 2, ON, ABOVE }; /* samples */

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0);
    finnc_ctx_destroy(cx);
}

TestSuite(edges, .init = begin, .fini = end);

/* What the input x is in that sample. */
static finnc_tensor *draw(const char *text, uint64_t sample)
{
    finnc_model *model = read_text(cx, text);
    finnc_bundle *drawn;
    cr_assert_eq(finnc_graph_draw_edges(cx, finnc_model_graph(model), 1, sample, &drawn), FINNC_OK,
                 "%s", finnc_ctx_message(cx));
    finnc_tensor *x = finnc_tensor_retain(finnc_bundle_find(drawn, "x"));
    cr_assert(x);
    finnc_bundle_destroy(drawn);
    finnc_model_destroy(model);
    return x;
}

static void check_all(const char *text, uint64_t sample, double expected)
{
    finnc_tensor *x = draw(text, sample);
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
        cr_assert_eq(finnc_tensor_get(x, i), expected, "sample %d: x[%d] is %.9g, not %.9g",
                     (int)sample, (int)i, finnc_tensor_get(x, i), expected);
    finnc_tensor_release(x);
}

#define MT "<opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]> "

Test(edges, integers_are_one_beside)
{
    const char *text = MT "g (float[1,4] x {UINT8}) => (float[1,4] y) <float s = {0.5}, "
                          "float[1,1] t = {10}> "
                          "{ v = Mul(x, s) y = qonnx.custom_op.general.MultiThreshold(v, t) }";
    check_all(text, BELOW, 19);
    check_all(text, ON, 20);
    check_all(text, ABOVE, 21);
}

Test(edges, floats_are_the_next_number)
{
    const char *text = MT "g (float[1,4] x) => (float[1,4] y) <float[1,1] t = {0.3}> "
                          "{ y = qonnx.custom_op.general.MultiThreshold(x, t) }";
    check_all(text, BELOW, nextafterf(0.3f, -1));
    check_all(text, ON, 0.3f);
    check_all(text, ABOVE, nextafterf(0.3f, 1));
}

/* (9 / 3 - 1) / 0.5 is 4: three roundings, so 4 itself would be unfair. */
Test(edges, where_roundings_may_move_edges_are_kept_clear_of)
{
    const char *text =
        MT "g (float[4] x {INT8}, float[4] z) => (float[4] y, float[4] u) <float a = {0.5}, "
           "float b = {1}, float c = {3}, float[1,1] t = {9}> "
           "{ p = Mul(a, x) q = Add(p, b) r = Mul(q, c) "
           "y = qonnx.custom_op.general.MultiThreshold(r, t) u = Identity(z) }";
    check_all(text, BELOW, 3);
    check_all(text, ON, 5);
    check_all(text, ABOVE, 5);
}

Test(edges, numbers_that_the_type_does_not_hold_are_left_out)
{
    const char *text = MT "g (float[1,4] x {UINT2}) => (float[1,4] y) <float[1,1] t = {4}> "
                          "{ y = qonnx.custom_op.general.MultiThreshold(x, t) }";
    check_all(text, BELOW, 3);
    finnc_tensor *x = draw(text, ABOVE);
    for (int64_t i = 0; i < 4; i++)
        cr_assert_leq(finnc_tensor_get(x, i), 3);
    finnc_tensor_release(x);
}

/* Channels are last behind the Transpose, and each has thresholds of its own. */
Test(edges, the_way_back_leads_through_turned_axes)
{
    const char *text =
        MT "g (float[1,2,1,3] x {INT8}) => (float[1,1,3,2] y) <float[2,2] t = {5,6,50,60}> "
           "{ v = Transpose<perm=[0,2,3,1]>(x) "
           "y = qonnx.custom_op.general.MultiThreshold<data_layout=\"NHWC\">(v, t) }";
    finnc_tensor *x = draw(text, ON);
    bool has_both[2][2] = {{false}};
    for (int64_t i = 0; i < 6; i++) {
        const int channel = i >= 3;
        const double at = finnc_tensor_get(x, i), first = channel ? 50 : 5,
                     second = channel ? 60 : 6;
        cr_assert(at == first || at == second, "x[%d] is %g", (int)i, at);
        has_both[channel][at == second] = true;
    }
    cr_assert(has_both[0][0] || has_both[0][1]);
    finnc_tensor_release(x);
}

Test(edges, a_quantiser_changes_its_level_at_halves)
{
    const char *text =
        MT "g (float[64] x) => (float[64] y) <float s = {0.25}, float z = {0}, float b = {2}> "
           "{ y = qonnx.custom_op.general.Quant<signed=1, narrow=0, rounding_mode=\"ROUND\">"
           "(x, s, z, b) }";
    finnc_tensor *x = draw(text, ON);
    bool has_half = false;
    for (int64_t i = 0; i < 64; i++) {
        const double halves = finnc_tensor_get(x, i) / 0.125;
        cr_assert_eq(halves, nearbyint(halves));
        cr_assert(fabs(halves) <= 6);
        has_half |= fmod(fabs(halves), 2) == 1;
    }
    cr_assert(has_half);
    finnc_tensor_release(x);
}

Test(edges, extremes_are_those_of_the_type)
{
    const char *text = "g (float[1,2,8] x {INT4}) => (float[1,2,8] y) { y = Relu(x) }";
    finnc_tensor *x = draw(text, 1);
    for (int64_t i = 0; i < 16; i++) {
        const double at = finnc_tensor_get(x, i);
        cr_assert(at == -8 || at == 7, "%g", at);
        cr_assert_eq(at, finnc_tensor_get(x, i / 8 * 8)); /* a channel is all one */
    }
    finnc_tensor_release(x);
}

static size_t count(const char *text)
{
    finnc_model *model = read_text(cx, text);
    const size_t n = finnc_graph_nedges(cx, finnc_model_graph(model));
    finnc_model_destroy(model);
    return n;
}

Test(edges, there_are_none_behind_a_product)
{
    cr_assert_eq(count("g (float[2,2] x) => (float[2,2] y) <float[2,2] w = {1,2,3,4}> "
                       "{ v = MatMul(x, w) y = Sign(v) }"),
                 2);
    cr_assert_eq(count("g (float[2,2] x) => (float[2,2] y) <float[2] w = {1,2}> "
                       "{ v = Mul(x, w) y = Sign(v) }"),
                 5);
}

/* Channels are last in hardware, where each has thresholds of its own. */
Test(edges, hardware_layers_have_those_of_their_op)
{
#define LAYER(op)                                                                                  \
    "<opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow\" : 1, "                             \
    "\"finn.custom_op.fpgadataflow.hls\" : 1, \"finn.custom_op.fpgadataflow.rtl\" : 1]> "          \
    "g (float[1,3,3,2] x {INT8}) => (float[1,3,3,2] y) <float[2,1] t = {10, -20}> "                \
    "{ y = finn.custom_op.fpgadataflow" op " <PE = 1, NumChannels = 2, numSteps = 1, "             \
    "inputDataType = \"INT8\", weightDataType = \"INT8\", outputDataType = \"UINT1\"> (x, t) }"
    static const char *const layers[] = {LAYER(".Thresholding"), LAYER(".hls.Thresholding_hls"),
                                         LAYER(".rtl.Thresholding_rtl")};
    for (size_t k = 0; k < sizeof layers / sizeof *layers; k++) {
        finnc_tensor *x = draw(layers[k], ON);
        for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
            cr_assert_eq(finnc_tensor_get(x, i), i % 2 ? -20 : 10, "%zu: x[%d] is %g", k, (int)i,
                         finnc_tensor_get(x, i));
        finnc_tensor_release(x);
    }
}

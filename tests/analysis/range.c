#include <finnc/op.h>
#include <finnc/range.h>
#include <finnc/run.h>

#include <support/poor.h>
#include <support/run_text.h>

#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1,"                   \
    " \"qonnx.custom_op.channels_last\" : 1, \"finn.custom_op.fpgadataflow\" : 1]>\n"

/* ---- samples: no value may leave its range ---- */

typedef struct watching {
    const finnc_graph *graph;
    const finnc_ranges *ranges;
    const char *text;
    size_t nchecked;
} watching;

/* The element's channel along axis 1, or -1. */
static int64_t channel_of(const finnc_tensor *x, const finnc_range *r, int64_t i)
{
    int64_t inner = 1;
    for (int k = 2; k < finnc_tensor_rank(x); k++)
        inner *= finnc_tensor_dim(x, k);
    return r->nchannels ? i / inner % r->nchannels : -1;
}

static void check_scaled(const watching *w, const finnc_range *r, double v, int64_t k)
{
    const finnc_scaled_range *s = r->scaled;
    int64_t j = s->count > 1 ? k : 0;
    double n = (v - s->bias[j]) / s->scale[j];
    double slack = 1e-3 + 1e-5 * fmax(fabs(s->min), fabs(s->max));
    cr_assert(fabs(n - nearbyint(n)) <= slack, "%s: %s holds %.9g, n = %.9g", w->text,
              finnc_value_name(r->value), v, n);
    n = nearbyint(n);
    cr_assert(n >= s->min && n <= s->max, "%s: %s: n = %g leaves %g to %g", w->text,
              finnc_value_name(r->value), n, s->min, s->max);
    cr_assert(k < 0 || (n >= s->channel_min[k] && n <= s->channel_max[k]),
              "%s: %s channel %" PRId64, w->text, finnc_value_name(r->value), k);
}

static void check_tensor(watching *w, const char *name, const finnc_tensor *x)
{
    const finnc_value *value = finnc_graph_find_value(w->graph, name);
    const finnc_range *r = value ? finnc_ranges_find(w->ranges, value) : NULL;
    if (!r || !x || finnc_tensor_kind(x) != FINNC_KIND_TENSOR)
        return;
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++) {
        double v = finnc_tensor_get(x, i);
        int64_t k = channel_of(x, r, i);
        cr_assert(v >= r->min && v <= r->max, "%s: %s: %.9g leaves %.9g to %.9g (%s)", w->text,
                  name, v, r->min, r->max, r->reason);
        cr_assert(k < 0 || (v >= r->channel_min[k] && v <= r->channel_max[k]),
                  "%s: %s: %.9g leaves channel %" PRId64, w->text, name, v, k);
        cr_assert(!r->is_integer || v == nearbyint(v), "%s: %s holds %.9g", w->text, name, v);
        if (r->scaled)
            check_scaled(w, r, v, k);
        w->nchecked++;
    }
}

static finnc_status see(void *user, finnc_ctx *cx, const finnc_trace *trace)
{
    (void)cx;
    for (size_t o = 0; o < trace->noutputs; o++)
        if (finnc_node_output(trace->node, o))
            check_tensor(user, finnc_value_name(finnc_node_output(trace->node, o)),
                         trace->outputs[o]);
    return FINNC_OK;
}

/* Numbers between the ends of the input's range, the ends themselves often. */
static finnc_tensor *draw(finnc_ctx *cx, const finnc_value *value, const finnc_range *r,
                          uint64_t *state)
{
    int64_t dims[FINNC_MAX_RANK];
    finnc_tensor *tensor;
    int rank = finnc_value_rank(value);
    for (int i = 0; i < rank; i++)
        dims[i] = finnc_value_dim(value, i).size < 0 ? 1 : finnc_value_dim(value, i).size;
    cr_assert_eq(finnc_tensor_create(cx, finnc_value_elem(value), rank, dims, &tensor), FINNC_OK);
    double lo = isinf(r->min) ? fmin(-100, r->max) : r->min;
    double hi = isinf(r->max) ? fmax(100, r->min) : r->max;
    for (int64_t i = 0; i < finnc_tensor_nelems(tensor); i++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        unsigned bits = (unsigned)(*state >> 33);
        double share = bits % 4 == 0 ? 0 : bits % 4 == 1 ? 1 : (bits >> 2) / (double)(1u << 29);
        double v = lo + share * (hi - lo);
        double step = r->scaled ? r->scaled->scale[0] : 1; /* inputs have no bias */
        bool is_on_grid = r->is_integer || r->scaled;
        finnc_tensor_set(tensor, i, is_on_grid ? step * nearbyint(v / step) : v);
    }
    return tensor;
}

static void run_sample(finnc_ctx *cx, finnc_session *session, watching *w, uint64_t *state)
{
    const finnc_value *input;
    for (size_t at = 0; (input = finnc_graph_next_free_input(w->graph, &at));) {
        finnc_tensor *x = draw(cx, input, finnc_ranges_find(w->ranges, input), state);
        cr_assert_eq(finnc_session_feed(session, finnc_value_name(input), x), FINNC_OK);
        finnc_tensor_release(x);
    }
    cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s\n%s", finnc_ctx_message(cx), w->text);
}

/* Analyses, with inputs without a type between lo and hi, and runs. Ends the model. */
static void check_model(finnc_ctx *cx, finnc_model *model, const char *text, double lo, double hi,
                        int nsamples)
{
    finnc_input_range any = {.min = &lo, .max = &hi, .count = 1};
    finnc_ranges_options options = {.inputs = &any, .ninputs = lo <= hi, .has_scaled = true};
    finnc_ranges *ranges;
    finnc_session *session;
    cr_assert_eq(finnc_graph_infer_shapes(cx, finnc_model_graph(model)), FINNC_OK, "%s\n%s",
                 finnc_ctx_message(cx), text);
    cr_assert_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_OK, "%s\n%s",
                 finnc_ctx_message(cx), text);
    watching w = {.graph = finnc_model_graph(model), .ranges = ranges, .text = text};
    finnc_session_options watch = {.trace = see, .user = &w};
    uint64_t state = 1;
    cr_assert_eq(finnc_session_create(cx, model, &watch, &session), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    for (int i = 0; i < nsamples; i++)
        run_sample(cx, session, &w, &state);
    cr_assert_gt(w.nchecked, 0);
    finnc_session_destroy(session);
    finnc_ranges_destroy(ranges);
    finnc_model_destroy(model);
}

static void check_samples(const char *text, double lo, double hi)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    check_model(cx, read_text(cx, text), text, lo, hi, 40);
    finnc_ctx_destroy(cx);
}

/* Sessions round what is annotated with integers, and refuse what is off by more than 0.01. */
Test(range, annotated_integers_are_rounded_as_a_session_does)
{
    check_samples(HEAD "g (float[2] x {INT4}) => (float[2] z) <float s = {1.0005}, y {INT8}>"
                       " { y = Mul(x, s) z = Add(y, y) }",
                  1, 0);
    check_samples(HEAD "g (float[2] x {INT4}) => (float[2] z) <float s = {1.0005}, float[2] c ="
                       " {2.9995, 3.0005}, k {INT4}, d {INT8}, t {INT4}, float t = {1.995}>"
                       " { k = Mul(c, s) d = Mul(k, t) z = Sub(x, d) }",
                  1, 0);
}

static void check_range(const char *text, const char *name, double given_min, double given_max,
                        double min, double max, bool is_grid)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_input_range any = {.min = &given_min, .max = &given_max, .count = 1};
    finnc_ranges_options options = {.inputs = &any, .ninputs = 1, .has_scaled = true};
    finnc_ranges *ranges;
    cr_assert_eq(finnc_graph_infer_shapes(cx, finnc_model_graph(model)), FINNC_OK);
    cr_assert_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_OK);
    const finnc_range *r =
        finnc_ranges_find(ranges, finnc_graph_find_value(finnc_model_graph(model), name));
    cr_assert_not_null(r);
    cr_expect_eq(r->min, min, "%s: %.9g", name, r->min);
    cr_expect_eq(r->max, max, "%s: %.9g", name, r->max);
    cr_expect(r->is_integer, "%s", name);
    if (is_grid) /* not that of what was rounded */
        cr_expect(r->scaled && r->scaled->scale[0] == 1 && r->scaled->max == max, "%s", name);
    finnc_ranges_destroy(ranges);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(range, what_is_rounded_is_of_integers)
{
    check_range(HEAD "g (float[2] x) => (float[2] y) <float s = {1.001}, y {INT8}>"
                     " { y = Mul(x, s) }",
                "y", 3, 5, 3, 5, true);
    check_range(HEAD "g (float[2] x = {3, 5}) => (float[2] y) <float s = {1.001}, y {INT8}>"
                     " { y = Mul(x, s) }",
                "y", 0, 1, 3, 5, true);
    check_range(HEAD "g (float[2] x {INT8}) => (float[2] y) { y = Relu(x) }", "x", 0.75, 2.25, 1, 2,
                true);
    check_range(HEAD "g (float[2] x {INT8}) => (float[2] y) <float[2] w = {0.999, 2}, w {INT4}>"
                     " { y = Add(x, w) }",
                "y", 0, 3, 1, 5, false);
    check_range(HEAD "g (double[2] x {INT8}) => (double[2] y) <double s = {1.001}, y {INT8}>"
                     " { y = Mul(x, s) }",
                "y", -3, 5, -3, 5, true);
}

Test(range, no_value_leaves_its_range_in_the_flagship)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model;
    const char *path = FNC_SOURCE_DIR "/examples/cnv-w1a1/cnv-w1a1.onnx";
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    check_model(cx, model, path, 1, 0, 2);
    finnc_ctx_destroy(cx);
}

Test(range, no_value_leaves_its_range_element_by_element)
{
    static const char *const unary[] = {"Abs",         "Neg",
                                        "Exp",         "Floor",
                                        "Ceil",        "Round",
                                        "Relu",        "Sigmoid",
                                        "Tanh",        "Softplus",
                                        "Softsign",    "Erf",
                                        "Sign",        "Sin",
                                        "Cos",         "Atan",
                                        "Elu",         "Selu",
                                        "Celu",        "Identity",
                                        "Softmax",     "Elu <alpha = -2.0>",
                                        "LeakyRelu",   "LeakyRelu <alpha = -0.5>",
                                        "HardSigmoid", "Hardmax",
                                        "Reciprocal",  "Sqrt"};
    char text[1024];
    for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
        snprintf(text, sizeof text, HEAD "g (float[1,3,2] x) => (y) { y = %s(x) }", unary[i]);
        bool is_positive = !strcmp(unary[i], "Reciprocal") || !strcmp(unary[i], "Sqrt");
        check_samples(text, is_positive ? 0.5 : -2.5, 3.7);
    }
    static const char *const binary[] = {"Add", "Sub", "Mul", "Div", "Min", "Max", "Mean", "Sum"};
    for (size_t i = 0; i < sizeof binary / sizeof *binary; i++) {
        snprintf(text, sizeof text,
                 HEAD "g (float[1,3,2] x) => (y, z, w) <float[3,1] c = {-2, 0.3, 7}>"
                      " { y = %s(x, c) n = Sigmoid(x) m = Exp(n) z = %s(y, m) w = %s(c, m) }",
                 binary[i], binary[i], binary[i]);
        check_samples(text, -1.3, 2.9);
    }
}

Test(range, no_value_leaves_its_range_in_sums_of_products)
{
#define KERNEL                                                                                     \
    "<float[4,2,2,2] w = {1,-2,3,-4, 5,6,-7,8, 0,0,0,0, 1,1,1,1, -1,-2,-3,-4, 2,0,2,0,"            \
    " 1,-1,1,-1, 0.5,0.25,-0.125,3}, float[4] b = {0.5, -1, 2, 0}>"
    check_samples(HEAD "g (float[1,2,4,4] x) => (y) " KERNEL
                       " { y = Conv<kernel_shape = [2, 2], pads = [1, 1, 0, 0]>(x, w, b) }",
                  0.25, 2);
    check_samples(HEAD "g (float[1,2,3,3] x {INT4}) => (y) <float[2,3,2,2] w = {1,-2,3,-4,5,6,-7,8,"
                       "1,2,3,4, 1,-2,3,-4,5,6,-7,8,1,2,3,-4}>"
                       " { y = ConvTranspose<kernel_shape = [2, 2], strides = [2, 2]>(x, w) }",
                  1, 0);
    check_samples(HEAD "g (float[1,4,2,2] x {UINT2}) => (y)"
                       " <float[4,1,2,2] w = {1,-2,3,-4,5,6,-7,8,1,2,3,4,-1,-1,-1,-1}>"
                       " { y = Conv<kernel_shape = [2, 2], group = 4>(x, w) }",
                  1, 0);
    check_samples(HEAD "g (float[2,3] x) => (y, z) <float[3,2] w = {0.1,-0.2,0.3,0.4,-0.5,0.6},"
                       " float[2] b = {1, 2}>"
                       " { y = Gemm<alpha = -1.5, beta = 0.5>(x, w, b) z = MatMul(x, w) }",
                  -1, 3);
    check_samples(HEAD "g (float[2,3] x) => (y) { t = Transpose(x) y = MatMul(x, t) }", -1, 3);
    check_samples(HEAD "g (float[2,3] x {INT3}) => (y) <float[4,2] w = {1,-2,3,-4,5,6,-7,8}>"
                       " { y = MatMul(w, x) }",
                  1, 0);
    check_samples(HEAD "g (int32[2,3] x) => (y) <int32[3,1] w = {1000000, -2, 3}>"
                       " { y = MatMul(x, w) }",
                  -100, 100);
    check_samples(HEAD "g (float[1,4,4,2] x) => (float[1,3,3,1] y)"
                       " <float[1,2,2,2] w = {1,-2,3,4,5,-6,7,8}>"
                       " { y = qonnx.custom_op.channels_last.Conv<kernel_shape = [2, 2],"
                       " strides = [1, 1], pads = [0, 0, 0, 0], group = 1>(x, w) }",
                  -1, 2);
}

/* Each of Gemm's factors turns its own summand round. */
Test(range, no_value_leaves_its_range_with_factors_of_either_sign)
{
    static const double factors[] = {1, -1, 0.5, -3, 0};
    char text[1024];
    for (size_t i = 0; i < 25; i++) {
        snprintf(text, sizeof text,
                 HEAD "g (float[2,3] x, float[2] c, float[3,2] v) => (y, z)"
                      " <float[3,2] w = {0.1,-0.2,0.3,0.4,-0.5,0.6}, float[2] b = {1, -2}>"
                      " { y = Gemm<alpha = %#g, beta = %#g>(x, w, c)"
                      "   z = Gemm<alpha = %#g, beta = %#g>(x, v, b) }",
                 factors[i / 5], factors[i % 5], factors[i / 5], factors[i % 5]);
        check_samples(text, 0, 1);
    }
}

/* Below the smallest normal number steps stay as wide as they are, and small products are zero. */
Test(range, no_value_leaves_its_range_where_products_vanish)
{
    check_samples(HEAD "g (float[2,3] x) => (y, z) <float[3,1] w = {1e-30, 2e-30, 1e-30}>"
                       " { y = MatMul(x, w) z = Gemm<alpha = 1e10>(x, w) }",
                  1e-20, 2e-20);
}

/* What is no input is to be looked at, too: attributes of old versions, element types. */
Test(range, no_value_leaves_its_range_as_a_fraction)
{
#define OLD "<ir_version: 8, opset_import: [\"\" : 10]>\n"
    check_samples(OLD "g (float[2] x {INT4}) => (y, z)"
                      " { y = Clip<min = 0.5, max = 2.0>(x) z = Clip<min = 0.0, max = 2.5>(x) }",
                  1, 0);
    check_samples(OLD "g (float[2] x {INT4}) => (y) { y = Pad<pads = [1, 1], value = 0.5>(x) }", 1,
                  0);
    check_samples("<ir_version: 10, opset_import: [\"\" : 23]>\n"
                  "g (float[8] x) => (y, u, w) <float s = {1}, float8e5m2 zero = {0}>"
                  " { q = QuantizeLinear<output_dtype = 17>(x, s) y = Cast<to = 1>(q)"
                  "   r = QuantizeLinear<output_dtype = 23>(x, s) u = Cast<to = 1>(r)"
                  "   t = QuantizeLinear(x, s, zero) w = DequantizeLinear(t, s) }",
                  0.3, 3);
}

/* 16777216 / 16777217 is nearest to 1 in float32, and of its neighbours now 1, now less. */
Test(range, no_value_leaves_its_range_in_a_softsign_of_large_numbers)
{
    check_samples(HEAD "g (float[64] x) => (y) { y = Softsign(x) }", 0, 16777218);
    check_samples(HEAD "g (float[8] x) => (y) <float[8] d = {0, 1, 2, 3, 4, 5, 6, 7}>"
                       " { z = Add(x, d) y = Softsign(z) }",
                  16777210, 16777213);
}

/* Bits are counted; of other numbers, anything comes. */
Test(range, no_value_leaves_its_range_where_agreements_are_counted)
{
#define XNOR "qonnx.custom_op.general.XnorPopcountMatMul(x, w)"
#define COUNTS(input, weight, more)                                                                \
    "finn.custom_op.fpgadataflow.MVAU<MW = 2, MH = 2, SIMD = 1, PE = 1, inputDataType = \"" input  \
    "\", weightDataType = \"" weight "\", outputDataType = \"UINT4\", noActivation = 1" more ">"
    static const struct {
        const char *type;
        double lo, hi; /* 1 to 0: those of the type */
    } bits[] = {{" {INT4}", 1, 0}, {" {BINARY}", 1, 0}, {"", 0, 0.75}},
      signs[] = {{" {INT4}", 1, 0}, {" {INT2}", 1, 0}, {" {BIPOLAR}", -1, -1}, {"", -1, 1}};
    char text[1024];
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        snprintf(text, sizeof text,
                 HEAD "g (float[1,2] x%s) => (y, z) <float[2,2] w {BINARY} = {1, 0, 1, 1}>"
                      " { y = " XNOR
                      " z = " COUNTS("BINARY", "BINARY", ", binaryXnorMode = 1") "(x, w) }",
                 bits[i].type);
        check_samples(text, bits[i].lo, bits[i].hi);
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        snprintf(text, sizeof text,
                 HEAD "g (float[1,2] x%s) => (y, z) <float[2,2] w {BIPOLAR} = {1, -1, 1, 1}>"
                      " { z = " COUNTS("BIPOLAR", "BIPOLAR", "") "(x, w) y = Relu(z) }",
                 signs[i].type);
        check_samples(text, signs[i].lo, signs[i].hi);
    }
}

/* Beyond 2^24 float32 leaves integers out, and sums of them are rounded. */
Test(range, no_value_leaves_its_range_in_sums_of_large_integers)
{
    check_samples(HEAD
                  "g (float[2,3] x {INT16}) => (y) <float[3,2] w {INT16} = {32767,-32768,32765,"
                  "32763,-32761,32767}> { y = MatMul(x, w) }",
                  1, 0);
}

Test(range, no_value_leaves_its_range_where_elements_move)
{
    check_samples(
        HEAD
        "g (float[1,2,4,4] x) => (y, a, m, r, q, s, t, u)"
        " <int64[2] shape = {1, -1}, float[4] scales = {1, 1, 2, 2}, int64[1] k = {3},"
        "  int64[8] pads = {0,0,1,1,0,0,1,1}, int64[4] rep = {1,2,1,1}>"
        " { p = Pad(x, pads) a = AveragePool<kernel_shape = [2, 2]>(p)"
        "   m = MaxPool<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(x) c = Concat<axis = 1>(m, x)"
        "   y = Transpose<perm = [0, 2, 3, 1]>(c) r = Reshape(y, shape)"
        "   q = Resize<mode = \"linear\">(x, , scales) s = ReduceMean<axes = [2, 3]>(x)"
        "   g1, g2 = Split<axis = 1>(c) v = Sub(g1, g2) t, i = TopK<axis = 3>(v, k)"
        "   u = Tile(x, rep) }",
        -2, 5);
    check_samples(HEAD
                  "g (float[1,4,4,2] x {INT4}) => (y, z)"
                  " { y = qonnx.custom_op.general.Im2Col<stride = [1, 1], kernel_size = [2, 2],"
                  " pad_amount = [1, 1, 1, 1], input_shape = \"(1,4,4,2)\">(x)"
                  " z = qonnx.custom_op.general.MaxPoolNHWC<kernel_shape = [2, 2],"
                  " strides = [2, 2]>(x) }",
                  1, 0);
    check_samples(HEAD
                  "g (float[1,3,3,1] x {INT3}) => (y) <float h = {0.5}> { n = Mul(x, h)"
                  " y = qonnx.custom_op.general.Im2Col<stride = [1, 1], kernel_size = [2, 2],"
                  " pad_amount = [1, 1, 1, 1], pad_value = 5, input_shape = \"(1,3,3,1)\">(n) }",
                  1, 0);
    check_samples(HEAD "g (float[2,3] x) => (y, n, b) <float[2,3] c = {1, 2, 3, 4, 5, 6}>"
                       " { b = Greater(x, c) n = Shape(x) m = Cast<to = 1>(b) y = Mul(m, c) }",
                  0, 7);
    check_samples(HEAD "g (int8[2,3] x, int8[2,3] z) => (y, d, s) <int8[3] c = {1, 2, 3}>"
                       " { y = Add(x, c) d = Relu(x) s = Sub(d, z) }",
                  1, 0);
}

#define QUANT "qonnx.custom_op.general.Quant<signed = 1, narrow = 1, rounding_mode = \"ROUND\">"

Test(range, no_value_leaves_its_range_on_grids)
{
    check_samples(
        HEAD
        "g (float[1,2,3,3] x) => (y, d, z)"
        " <float[3,2,2,2] w = {1,-2,3,-4, 5,6,-7,8, 0,0,0,0, 1,1,1,1, -1,-2,-3,-4, 2,0,2,0},"
        "  float s = {0.37}, float[3,1,1,1] sw = {0.1, 0.3, 0.7}, float zero = {0},"
        "  float two = {2}, float eight = {8}, float[3] g1 = {1, 2, -3}, float[3] g2 = {0, 1, 2},"
        "  float[3] g3 = {1, 2, 3},"
        "  float[3,2] th = {-1, 0, -5, 5, 0.5, 1}>"
        " { a = " QUANT "(x, s, two, eight) v = " QUANT "(w, sw, zero, eight)"
        "   c = Conv<kernel_shape = [2, 2]>(a, v) n = BatchNormalization(c, g1, g2, g2, g3)"
        "   m = Relu(c) b = Add(c, c) y = MaxPool<kernel_shape = [2, 2]>(b)"
        "   z = qonnx.custom_op.general.MultiThreshold<out_dtype = \"INT2\", out_scale = 0.5,"
        "       out_bias = -0.25>(c, th)"
        "   d = qonnx.custom_op.general.BipolarQuant(c, s) }",
        -3, 4);
    check_samples(HEAD "g (float[2,3] x {\"FIXED<8,3>\"}) => (y, q)"
                       " <float[3] f = {2, -4, 0.5}, float s = {0.1}, uint8 z = {7}>"
                       " { p = Mul(x, f) y = Sub(f, p) i = QuantizeLinear(x, s, z)"
                       "   q = DequantizeLinear(i, s, z) }",
                  1, 0);
}

#define HW "finn.custom_op.fpgadataflow."

Test(range, no_value_leaves_its_range_in_hardware_layers)
{
#define WEIGHTS "<float[4,2] w {INT3} = {1,-2,3,-4, 0,3,-1,2}, float[2,2] t = {-3, 2, 0, 5}>"
#define MVAU                                                                                       \
    HW "MVAU<MW = 4, MH = 2, SIMD = 1, PE = 1, inputDataType = \"INT4\", weightDataType = "        \
       "\"INT3\", outputDataType = \"INT8\", "
    check_samples(HEAD "g (float[2,4] x {INT4}) => (y, z) " WEIGHTS " { y = " MVAU
                       "noActivation = 1>(x, w) z = " MVAU "ActVal = -1>(x, w, t) }",
                  1, 0);
    check_samples(
        HEAD
        "g (float[1,4,4,2] x {INT4}) => (y, l)"
        " <float[2,2] t = {-3, 2, 0, 5}, float[2] c = {3, -2}>"
        " { p = " HW "FMPadding<ImgDim = [4, 4], Padding = [1, 1, 1, 1], NumChannels = 2,"
        "     inputDataType = \"INT4\">(x)"
        "   s = " HW "ConvolutionInputGenerator<ConvKernelDim = [2, 2], IFMChannels = 2,"
        "     IFMDim = [6, 6], OFMDim = [5, 5], SIMD = 1, Stride = [1, 1], Dilation = [1, 1],"
        "     inputDataType = \"INT4\", outputDataType = \"INT4\">(p)"
        "   q = " HW "Pool<Channels = 2, PE = 1, KernelSize = [2, 2], Function = \"MaxPool\","
        "     OutImgDims = [5, 5], InputDataType = \"INT4\", OutputDataType = \"INT4\">(s)"
        "   a, b = " HW "DuplicateStreams<NumChannels = 2, PE = 1, NumOutputStreams = 2,"
        "     inputDataType = \"INT4\">(q)"
        "   m = " HW "ChannelwiseOp<Func = \"mul\", PE = 1, NumChannels = 2,"
        "     inputDataType = \"INT4\", paramDataType = \"INT4\", outputDataType = \"INT8\">(a, c)"
        "   d = " HW "StreamingEltwise<NumChannels = 2, PE = 1, inputDataType0 = \"INT8\","
        "     inputDataType1 = \"INT4\", eltwiseOp = \"Sub\">(m, b)"
        "   e = " HW "AddStreams<NumChannels = 2, PE = 1, inputDataType = \"INT8\">(d, m)"
        "   h = " HW "Thresholding<PE = 1, NumChannels = 2, numSteps = 2,"
        "     inputDataType = \"INT8\", weightDataType = \"INT8\", outputDataType = \"INT2\","
        "     ActVal = -1>(e, t)"
        "   y = " HW "GlobalAccPool<NumChannels = 2, PE = 1, inputDataType = \"INT2\">(h)"
        "   l = " HW "LabelSelect<Labels = 2, PE = 1, K = 1, inputDataType = \"INT8\">(y) }",
        1, 0);
}

/* ---- how tight ---- */

typedef struct analysis {
    finnc_ctx *cx;
    finnc_model *model;
    finnc_ranges *ranges;
} analysis;

static analysis analyse(const char *text, const finnc_ranges_options *options)
{
    analysis a = {.cx = finnc_ctx_create(NULL)};
    a.model = read_text(a.cx, text);
    cr_assert_eq(finnc_graph_infer_shapes(a.cx, finnc_model_graph(a.model)), FINNC_OK);
    cr_assert_eq(finnc_ranges_create(a.cx, a.model, options, &a.ranges), FINNC_OK, "%s",
                 finnc_ctx_message(a.cx));
    return a;
}

static const finnc_range *find(const analysis *a, const char *name)
{
    return finnc_ranges_find(a->ranges, finnc_graph_find_value(finnc_model_graph(a->model), name));
}

static void end(analysis *a)
{
    finnc_ranges_destroy(a->ranges);
    finnc_model_destroy(a->model);
    finnc_ctx_destroy(a->cx);
}

static void check_is(const finnc_range *r, double min, double max, const char *dtype)
{
    char name[FINNC_DTYPE_NAME_MAX];
    cr_expect_eq(r->min, min, "%s: %g", finnc_value_name(r->value), r->min);
    cr_expect_eq(r->max, max, "%s: %g", finnc_value_name(r->value), r->max);
    cr_expect_str_eq(finnc_dtype_name(r->dtype, name), dtype);
}

Test(range, accumulators_of_integers_are_exact)
{
    analysis a = analyse(HEAD "g (float[1,3] x {UINT4}) => (y) <float[3,2] w {INT3} = {1, -2, 3, 0,"
                              " -3, 1}> { y = MatMul(x, w) }",
                         NULL);
    const finnc_range *y = find(&a, "y");
    check_is(y, -45, 60, "INT7");
    cr_expect(y->is_accumulator);
    cr_expect(y->is_integer);
    cr_expect_str_eq(y->reason, "sums of products");
    cr_expect_eq(y->nchannels, 2);
    cr_expect_eq(y->channel_min[0], -45);
    cr_expect_eq(y->channel_max[0], 60);
    cr_expect_eq(y->channel_min[1], -30);
    cr_expect_eq(y->channel_max[1], 15);
    check_is(find(&a, "x"), 0, 15, "UINT4");
    cr_expect_str_eq(find(&a, "x")->reason, "its data type");
    end(&a);
}

Test(range, hardware_layers_are_as_tight_as_what_they_are_made_of)
{
    analysis a = analyse(HEAD "g (float[2,4] x {INT4}) => (y, z, b)"
                              " <float[4,2] w {INT3} = {1,-2,3,-4, 0,3,-1,2},"
                              "  float[2,2] t = {-3, 2, 0, 5}, float[4,1] u = {9, 0, 0, 0}>"
                              " { y = " MVAU "noActivation = 1>(x, w) z = " MVAU
                              "ActVal = -1>(x, w, t) b = " HW "Thresholding<PE = 1,"
                              " NumChannels = 4, numSteps = 1, inputDataType = \"INT4\","
                              " weightDataType = \"INT5\", outputDataType = \"BIPOLAR\">(x, u) }",
                         NULL);
    const finnc_range *y = find(&a, "y"), *b = find(&a, "b");
    check_is(y, -82, 83, "INT8");
    cr_expect(y->is_accumulator);
    cr_expect_eq(y->channel_min[0], -8 * (1 + 3) - 7 * 1);
    check_is(find(&a, "z"), -1, 1, "INT2");
    cr_expect_eq(b->channel_max[0], -1, "9 is never reached");
    cr_expect_eq(b->channel_max[1], 1);
    end(&a);
}

Test(range, padding_counts)
{
    const double lo = 1, hi = 2;
    finnc_input_range x = {.min = &lo, .max = &hi, .count = 1};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1};
    analysis a = analyse(HEAD "g (float[1,1,3,3] x) => (y) <float[1,1,2,2] w = {1, 1, 1, 1}>"
                              " { y = Conv<kernel_shape = [2, 2], pads = [1, 1, 1, 1]>(x, w) }",
                         &options);
    const finnc_range *y = find(&a, "y");
    cr_expect_float_eq(y->min, 1, 1e-4, "a corner sees one element, not four");
    cr_expect_float_eq(y->max, 8, 1e-4);
    cr_expect_not(y->is_integer);
    end(&a);
}

Test(range, scales_come_off_integers)
{
    const double lo = -1, hi = 1;
    finnc_input_range x = {.min = &lo, .max = &hi, .count = 1};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1, .has_scaled = true};
    analysis a = analyse(
        HEAD "g (float[1,2] x) => (y) <float[2,2] w = {1, 2, -3, 4}, float sx = {0.5},"
             " float[1,2] sw = {0.25, 2}, float zero = {0}, float one = {1}, float four = {4},"
             " float[2] b = {1, -1}>"
             " { q = " QUANT "(x, sx, one, four) v = " QUANT "(w, sw, zero, four)"
             "   m = MatMul(q, v) y = Add(m, b) }",
        &options);
    const finnc_range *q = find(&a, "q"), *m = find(&a, "m"), *y = find(&a, "y");
    cr_assert_not_null(q->scaled);
    cr_expect_eq(q->scaled->min, -1);
    cr_expect_eq(q->scaled->max, 3, "-1 / 0.5 + 1 to 1 / 0.5 + 1");
    cr_expect_eq(q->scaled->scale[0], 0.5);
    cr_expect_eq(q->scaled->bias[0], -0.5);
    cr_assert_not_null(m->scaled);
    cr_expect(m->is_accumulator);
    cr_expect_eq(m->scaled->count, 2);
    cr_expect_float_eq(m->scaled->scale[0], 0.125, 1e-12);
    cr_expect_float_eq(m->scaled->scale[1], 1, 1e-12);
    /* Weights are 4 and -7 (narrow: -12 is cut), 1 and 2 steps. */
    cr_expect_eq(m->scaled->channel_min[0], -4 - 21);
    cr_expect_eq(m->scaled->channel_max[0], 12 + 7);
    cr_expect_eq(m->scaled->channel_min[1], -3);
    cr_expect_eq(m->scaled->channel_max[1], 9);
    cr_expect_float_eq(m->scaled->bias[0], -0.5 * (1 - 1.75), 1e-12);
    cr_assert_not_null(y->scaled);
    cr_expect_eq(y->scaled->channel_min[0], -25);
    cr_expect_float_eq(y->scaled->bias[1], -0.5 * 6 - 1, 1e-12);
    end(&a);
}

/* Constants that are joined are no steps of the others' grid. */
Test(range, no_value_leaves_its_range_on_a_grid_that_is_joined_with_constants)
{
    check_samples(HEAD "g (double[2] x {INT4}) => (y, z, s) <double h = {0.5}, double[1] c = {5},"
                       " double[1] d = {0.3}, double[1] e = {4}, int64[1] i = {1}>"
                       " { a = Mul(x, h) y = Concat<axis = 0>(a, c) z = Concat<axis = 0>(a, d)"
                       "   s = Concat<axis = 0>(e, a) }",
                  1, 0);
    analysis a =
        analyse(HEAD "g (double[2] x {INT4}) => (y, z) <double h = {0.5}, int64[1] i = {1}>"
                     " { a = Mul(x, h) y = Gather<axis = 0>(a, i) z = Concat<axis = 0>(y, y) }",
                &(finnc_ranges_options){.has_scaled = true});
    cr_assert_not_null(find(&a, "y")->scaled, "indices are joined with nothing");
    cr_expect_eq(find(&a, "y")->scaled->max, 7);
    cr_expect_eq(find(&a, "y")->scaled->scale[0], 0.5);
    end(&a);
}

/* 16777218 + 1 is no number of float32, in which layers compute. */
Test(range, no_value_leaves_its_range_on_a_grid_that_rounding_bends)
{
    check_samples(HEAD "g (float[1,2] x {INT8}) => (y, z)"
                       " <float[2] p {INT32} = {16777218, 16777218}, float[2] q = {3, 4}>"
                       " { y = " HW "ChannelwiseOp<Func = \"add\", PE = 1, NumChannels = 2,"
                       "     inputDataType = \"INT8\", paramDataType = \"INT32\","
                       "     outputDataType = \"INT32\">(x, p) z = Mul(y, q) }",
                  1, 0);
}

Test(range, scales_that_are_close_are_not_one_scale)
{
#define CLOSE(scales)                                                                              \
    HEAD "g (float[1,2,3,3] x) => (y) <float[3,2,2,2] w = {1,-2,3,-4, 5,6,-7,8, 0,0,0,0,"          \
         " 1,1,1,1, -1,-2,-3,-4, 2,0,2,0}, float s = {1}, float zero = {0}, float eight = {8},"    \
         " float[3,2,1,1] sw = " scales "> { q = " QUANT "(x, s, zero, eight)"                     \
         " v = " QUANT "(w, sw, zero, eight) y = Conv<kernel_shape = [2, 2]>(q, v) }"
    static const char *const texts[] = {CLOSE("{1,1, 0.1,0.1, 7,7}"),
                                        CLOSE("{1,1.00005, 0.1,0.1, 7,7}"),
                                        CLOSE("{1,1, 0.1,0.1000001, 7,7}")};
    finnc_ranges_options options = {.has_scaled = true};
    for (size_t i = 0; i < 3; i++) {
        analysis a = analyse(texts[i], &options);
        cr_expect(!find(&a, "y")->scaled == (i > 0), "%s", texts[i]);
        end(&a);
    }
}

Test(range, what_nobody_knows_is_unbounded_and_said)
{
    analysis a = analyse(HEAD "g (float[2] x, float[2] z {INT4}) => (y, w, s)"
                              " { f = Frob(x) y = Relu(x) w = Add(y, z) t = Div(x, z)"
                              "   s = Sigmoid(t) r = RandomNormal<shape = [2]>() }",
                         NULL);
    cr_expect_eq(find(&a, "x")->max, INFINITY);
    cr_expect_str_eq(find(&a, "x")->reason, "nobody gave its range");
    cr_expect_str_eq(find(&a, "f")->reason, "there is no rule for the op");
    cr_expect_eq(find(&a, "y")->min, 0);
    cr_expect_eq(find(&a, "y")->max, INFINITY);
    cr_expect_eq(find(&a, "w")->min, -8);
    cr_expect_str_eq(find(&a, "t")->reason, "it may divide by zero");
    cr_expect_eq(find(&a, "s")->min, 0);
    cr_expect_eq(find(&a, "s")->max, 1);
    cr_expect_str_eq(find(&a, "r")->reason, "it draws numbers or runs another graph");
    cr_expect_eq(find(&a, "f")->dtype.kind, FINNC_DTYPE_FLOAT32);
    end(&a);
}

Test(range, factors_that_turn_sums_round_leave_them_tight)
{
    const double lo = 0, hi = 1;
    finnc_input_range x = {.min = &lo, .max = &hi, .count = 1};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1};
    analysis a = analyse(HEAD "g (float[1,1] x, float[1,1] c, float[1,1] v) => (y, z, s, n)"
                              " <float[1,1] w = {1}>"
                              " { y = Gemm<alpha = -1.0>(x, w, c) z = Gemm<beta = -2.0>(x, w, c)"
                              "   s = Gemm<alpha = -1.0>(x, v, w)"
                              "   n = Gemm<alpha = -1.0, beta = -1.0>(x, w, c) }",
                         &options);
    cr_expect_float_eq(find(&a, "y")->min, -1, 1e-5);
    cr_expect_float_eq(find(&a, "y")->max, 1, 1e-5);
    cr_expect_float_eq(find(&a, "z")->min, -2, 1e-5);
    cr_expect_float_eq(find(&a, "z")->max, 1, 1e-5);
    cr_expect_float_eq(find(&a, "s")->max, 2, 1e-5, "the sum of magnitudes");
    cr_expect_float_eq(find(&a, "n")->min, -2, 1e-5);
    cr_expect_float_eq(find(&a, "n")->max, 0, 1e-5);
    end(&a);
}

/* 1 * 1, and half of it is cut off, to 0. */
Test(range, a_fraction_of_integers_is_not_followed)
{
    const double one = 1;
    finnc_input_range x = {.min = &one, .max = &one, .count = 1};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1};
    analysis a = analyse(HEAD "g (int32[1,1] x) => (y, z) <int32[1,1] w = {1}>"
                              " { y = Gemm<alpha = 0.5>(x, w) z = Gemm<alpha = -2.0>(x, w) }",
                         &options);
    cr_expect_str_eq(find(&a, "y")->reason, "it cuts off what a factor makes of integers");
    cr_expect_eq(find(&a, "y")->min, -INFINITY);
    check_is(find(&a, "z"), -2, -2, "INT2");
    end(&a);
}

Test(range, agreements_of_bits_and_signs_are_bounded)
{
    analysis a =
        analyse(HEAD "g (float[1,2] x {BINARY}, float[1,2] s {BIPOLAR},"
                     " float[1,2] t {INT2}) => (y, z, u, v)"
                     " <float[2,2] w = {1, 0, 1, 1}, float[2,2] b = {1, -1, 1, 1}>"
                     " { y = " XNOR
                     " z = " COUNTS("BIPOLAR", "BIPOLAR",
                                    "") "(s, b)"
                                        "   u = " COUNTS("BIPOLAR", "BIPOLAR",
                                                         "") "(t, b)"
                                                             "   v = " COUNTS("BIPOLAR", "BIPOLAR",
                                                                              "") "(s, w) }",
                NULL);
    check_is(find(&a, "y"), 0, 2, "UINT2");
    check_is(find(&a, "z"), 0, 2, "UINT2");
    cr_expect_str_eq(find(&a, "u")->reason, "an input may hold numbers that it does not count");
    cr_expect_str_eq(find(&a, "v")->reason, "an input may hold numbers that it does not count");
    end(&a);
}

/* x / 0 * 0 is 0 at both ends and NaN in between. */
Test(range, a_step_of_zero_is_not_followed)
{
    const double lo = -5.5, hi = 5.5;
    finnc_input_range x = {.min = &lo, .max = &hi, .count = 1};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1, .has_scaled = true};
    analysis a = analyse(HEAD "g (float[3] x) => (y, z, t)"
                              " <float s = {0}, float zero = {0}, float four = {4}, float[3] r ="
                              " {1, 0, 1}, float eight = {8}>"
                              " { y = " QUANT "(x, s, zero, four) z = QuantizeLinear(x, s)"
                              "   t = qonnx.custom_op.general.Trunc(x, r, zero, eight, four) }",
                         &options);
    cr_expect_str_eq(find(&a, "y")->reason, "it may divide by zero");
    cr_expect_eq(find(&a, "y")->max, INFINITY);
    cr_expect_null(find(&a, "y")->scaled);
    cr_expect_str_eq(find(&a, "z")->reason, "it may divide by zero");
    cr_expect_str_eq(find(&a, "t")->reason, "it may divide by zero");
    end(&a);
}

/* In training what comes out depends on the batch, however the version says that it trains. */
Test(range, what_trains_is_not_followed)
{
#define TRAINED(version, node)                                                                     \
    "<ir_version: 8, opset_import: [\"\" : " version "]> g (float[2,1] x) => (y)"                  \
    " <float[1] s = {1}, float[1] b = {0}, float[1] m = {0}, float[1] v = {1}, bool no = {0},"     \
    "  bool yes = {1}, float half = {0.5}> { " node " }"
#define NORM "BatchNormalization"
    static const struct {
        const char *text;
        bool is_followed;
    } cases[] = {
        {TRAINED("6", "y = " NORM "(x, s, b, m, v)"), false},
        {TRAINED("6", "y = " NORM "<is_test = 1>(x, s, b, m, v)"), true},
        {TRAINED("9", "y, p, q, o, r = " NORM "(x, s, b, m, v)"), false},
        {TRAINED("9", "y = " NORM "(x, s, b, m, v)"), true},
        {TRAINED("15", "y, p, q = " NORM "<training_mode = 1>(x, s, b, m, v)"), false},
        {TRAINED("15", "y = " NORM "(x, s, b, m, v)"), true},
        {TRAINED("6", "y = Dropout(x)"), false},
        {TRAINED("10", "y = Dropout(x)"), true},
        {TRAINED("13", "y = Dropout(x, half, yes)"), false},
        {TRAINED("13", "y = Dropout(x, half, no)"), true},
    };
    const double lo = 10, hi = 11;
    finnc_input_range x = {.min = &lo, .max = &hi, .count = 1};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        analysis a = analyse(cases[i].text, &options);
        cr_expect_eq(isfinite(find(&a, "y")->max) != 0, cases[i].is_followed, "%s", cases[i].text);
        end(&a);
    }
#undef TRAINED
#undef NORM
}

/* Zero times what is not bounded is NaN at both ends, and zero in between. */
Test(range, what_is_nan_at_the_ends_is_not_constant)
{
    check_samples(HEAD "g (float[1,2] x) => (y, n, z) <float zero = {0}, float[2] s = {0, 0},"
                       " float[2] b = {3, 4}, float[2] m = {0, 0}, float[2] v = {1, 1}>"
                       " { y = Mul(x, zero) n = BatchNormalization(x, s, b, m, v) z = Relu(y) }",
                  1, 0);
    analysis a = analyse(HEAD "g (float[2] x) => (y, z) <float zero = {0}>"
                              " { y = Mul(x, zero) z = Min(x, zero) }",
                         NULL);
    cr_expect_not(find(&a, "y")->is_constant);
    cr_expect_eq(find(&a, "z")->max, 0);
    end(&a);
}

/* Double leaves integers out beyond 2^53. */
#define TOO_LARGE "integers beyond 2^53 are not followed"
Test(range, integers_of_64_bits_are_followed_to_where_double_is_exact)
{
    static const double lo = 0, large = 0x1p60, small = 0x1p52 - 1, one = 1;
    const struct {
        const char *text;
        double lo, hi;
        const char *reason; /* of y; NULL: it is bounded */
    } cases[] = {
        {"(uint64[2] x) => (y) <uint64 c = {1}> { y = Add(x, c) }", 1, 0, TOO_LARGE},
        {"(int64[1] x) => (y) <int64[1] c = {1}> { y = Add(x, c) }", 1, 0, TOO_LARGE},
        {"(int64[1] x) => (y) <int64[1] c = {1}> { y = Add(x, c) }", lo, large, TOO_LARGE},
        {"(int64[1] x) => (y) <int64[1] c = {1}> { y = Add(x, c) }", lo, small, NULL},
        {"(int64[1] x) => (y) <int64[1] c = {1152921504606846977}> { y = Sub(x, c) }", large, large,
         TOO_LARGE},
        {"(int64[1,1] x) => (y) <int64[1,1] c = {9007199254740993}> { y = MatMul(x, c) }", one, one,
         TOO_LARGE},
        {"(int64[1,2] x) => (y) <int64[2,1] c = {4503599627370497, -4503599627370496}>"
         " { y = MatMul(x, c) }",
         3, 3, TOO_LARGE},
        {"(int64[1,2] x) => (y) <int64[2,1] c = {4503599627370, -4503599627370}>"
         " { y = MatMul(x, c) }",
         3, 5, NULL},
        {"(int64[2] x) => (y) <int64 c = {9007199254740993}> { y = Max(x, c) }", lo, one,
         "whatever the inputs are"},
        {"(uint64[2] x) => (y) <uint64 c = {2}> { y = Sub(x, c) }", lo, one, "it may overflow"},
        {"(int64[2] x) => (y) <int64[1] ax = {0}> { y = ReduceSum(x, ax) }", lo, one, NULL},
        {"(int32[2] x) => (y) <int64[1] ax = {0}> { y = ReduceSum(x, ax) }", lo, one, NULL},
        {"(int64[4] x) => (y) <int64[1] ax = {0}> { y = ReduceMean(x, ax) }", 1, 0, TOO_LARGE},
        {"(int64[4] x) => (y) <int64[1] ax = {0}> { y = ReduceMean(x, ax) }", lo, 0x1p62,
         TOO_LARGE},
        {"(uint64[4] x) => (y) <int64[1] ax = {0}> { y = ReduceMean(x, ax) }", lo, 0x1p62,
         TOO_LARGE},
    };
    char text[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finnc_input_range x = {.min = &cases[i].lo, .max = &cases[i].hi, .count = 1};
        finnc_ranges_options options = {.inputs = &x, .ninputs = x.min[0] <= x.max[0]};
        snprintf(text, sizeof text, HEAD "g %s", cases[i].text);
        analysis a = analyse(text, &options);
        const finnc_range *y = find(&a, "y");
        if (cases[i].reason)
            cr_expect_str_eq(y->reason, cases[i].reason, "%s", text);
        else
            cr_expect(isfinite(y->min) && isfinite(y->max), "%s: %s", text, y->reason);
        if (y->is_constant)
            cr_expect(y->min <= 0x1p53 && y->max > 0x1p53, "%.17g to %.17g", y->min, y->max);
        end(&a);
    }
}

/* 2^31 - 1 four times does not overflow a sum of 64 bits; -1 and 0 have the mean 0, since quotients
 * are cut off. */
Test(range, means_of_integers_are_rounded_as_by_the_node)
{
    const double lo[] = {-1, 0}, hi[] = {5, 10};
    finnc_input_range x = {.name = "x", .min = lo, .max = hi, .count = 2};
    finnc_ranges_options options = {.inputs = &x, .ninputs = 1};
    analysis a = analyse(HEAD "g (int64[1,2] x, int32[4] w) => (y, z)"
                              " { y = ReduceMean<axes = [-1]>(x)"
                              " z = ReduceMean<axes = [-1]>(w) }",
                         &options);
    const finnc_range *y = find(&a, "y"), *z = find(&a, "z");
    cr_expect(y->min == 0 && y->max == 7, "%g to %g: %s", y->min, y->max, y->reason);
    cr_expect(z->min == -0x1p31 && z->max == 0x1p31 - 1, "%g to %g", z->min, z->max);
    end(&a);
}

Test(range, integers_that_may_overflow_have_no_bounds)
{
    analysis a = analyse(HEAD "g (int8[2] x) => (y, z) <int8[1] c = {1}, int8[1] h = {-1}>"
                              " { y = Add(x, c) r = Relu(x) z = Add(r, h) }",
                         NULL);
    cr_expect_str_eq(find(&a, "y")->reason, "it may overflow");
    cr_expect_eq(find(&a, "y")->max, INFINITY);
    check_is(find(&a, "z"), -1, 126, "INT8");
    end(&a);
}

Test(range, complex_numbers_have_no_bounds)
{
    const double lo = 0, hi = 1;
    finnc_input_range given[] = {{.min = &lo, .max = &hi, .count = 1},
                                 {.name = "x", .min = &lo, .max = &hi, .count = 1}};
    finnc_ranges_options options = {.inputs = given, .ninputs = 1};
    const char *text = HEAD "g (complex64[2] x) => (y, z) <complex64[2] c = {0, 1, 0, 2}>"
                            " { y = Identity(x) z = Identity(c) }";
    analysis a = analyse(text, &options);
    cr_expect_eq(find(&a, "x")->max, INFINITY);
    cr_expect_str_eq(find(&a, "y")->reason, "an input holds no real numbers");
    cr_expect_eq(find(&a, "z")->max, INFINITY);
    cr_expect(find(&a, "z")->is_constant && !find(&a, "z")->is_integer);
    end(&a);
    options = (finnc_ranges_options){.inputs = given + 1, .ninputs = 1};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_ranges *ranges;
    cr_expect_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "input x: a range for what holds no real numbers"));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(range, ranges_are_given_by_input_and_channel)
{
    const double lo[] = {0, -1}, hi[] = {1, 3}, all = 7;
    finnc_input_range given[] = {{.min = &all, .max = &all, .count = 1},
                                 {.name = "x", .min = lo, .max = hi, .count = 2}};
    finnc_ranges_options options = {.inputs = given, .ninputs = 2};
    analysis a = analyse(HEAD "g (float[1,2] x, float[1,2] z) => (y) { y = Add(x, z) }", &options);
    const finnc_range *y = find(&a, "y");
    cr_expect_eq(y->channel_min[1], 6);
    cr_expect_eq(y->channel_max[0], 8);
    cr_expect_str_eq(find(&a, "z")->reason, "given");
    end(&a);
    given[1].count = 1;
    given[1].min = &hi[1];
    given[1].max = &lo[1];
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, HEAD "g (float[1,2] x) => (y) { y = Neg(x) }");
    finnc_ranges *ranges;
    cr_expect_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "input x: a range from 3 to -1") ||
                  strstr(finnc_ctx_message(cx), "a range from 3 to 0"),
              "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(range, an_input_with_a_default_is_a_constant_and_takes_no_range)
{
    const double hundred = 100;
    finnc_input_range c = {.name = "c", .min = &hundred, .max = &hundred, .count = 1};
    finnc_ranges_options options = {.inputs = &c, .ninputs = 1};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, HEAD "g (float[2] x {INT4}, float[2] c) => (float[2] y)"
                                            " <float[2] c = {1, 1}> { y = Add(x, c) }");
    finnc_ranges *ranges;
    cr_expect_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "a range for 'c', which has a default"), "%s",
              finnc_ctx_message(cx));
    c.name = NULL; /* all that have none */
    cr_assert_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_OK);
    const finnc_graph *graph = finnc_model_graph(model);
    cr_expect_eq(finnc_ranges_find(ranges, finnc_graph_find_value(graph, "y"))->max, 101);
    finnc_ranges_destroy(ranges);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* Column 0 is 1, 3, 5, 7, whatever the order in the memory. */
Test(range, weights_are_what_arrives_from_a_memory)
{
    analysis a = analyse(
        HEAD "g (float[1,4] x {INT2}) => (float[1,2] y) <"
             " float[4,2] m {INT8} = {3, 1, 7, 5, 4, 2, 8, 6},"
             " float[4,2] w {INT8} = {1, 0, 3, 0, 5, 0, 7, 0}> { w = " HW
             "hls.IODMA_hls <NumChannels = 2, dataType = \"INT8\", numInputVectors = [4],"
             " streamWidth = 16, burstMode = \"wrap\", direction = \"in\"> (m) y = MatMul(x, w) }",
        NULL);
    cr_expect_eq(find(&a, "w")->max, 7);
    cr_expect_eq(find(&a, "y")->min, -32);
    cr_expect_eq(find(&a, "y")->max, 16);
    end(&a);
}

Test(range, sizes_that_are_not_known_are_told_of)
{
    analysis a = analyse(HEAD "g (float[N,2] x {INT4}) => (y) { y = Shape(x) }", NULL);
    cr_expect(finnc_ranges_assume_ones(a.ranges));
    end(&a);
    a = analyse(HEAD "g (float[3,2] x {INT4}) => (float[M] y) { y = Frob(x) }", NULL);
    cr_expect_not(finnc_ranges_assume_ones(a.ranges), "only inputs have to be filled");
    end(&a);
}

/* ---- partitions ---- */

#define PART "qonnx.custom_op.general.GenericPartition <model = \"p.onnx\">"

static const char around[] = HEAD "g (float[1,4] x {UINT4}) => (float[1,4] y) <float c = {0.5}> {"
                                  " a = Mul(x, c) [P] b = " PART " (a) y = Relu(b) }";
static const char inside[] =
    HEAD "g (float[1,4] p) => (float[1,4] q) <float d = {-3}> { m = Mul(p, d) q = Add(m, d) }";

static const finnc_range *named(const finnc_ranges *ranges, const char *name)
{
    const finnc_range *r;
    for (size_t i = 0; (r = finnc_ranges_at(ranges, i)); i++)
        if (!strcmp(r->name, name))
            return r;
    cr_assert_fail("no range of %s", name);
    return NULL;
}

Test(range, partitions_are_gone_through)
{
    static const char *const order[] = {"x", "a", "P/p", "P/m", "P/q", "b", "y"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = put_inside(cx, read_text(cx, around), read_text(cx, inside));
    finnc_ranges *ranges;
    const finnc_ranges_options options = {.has_scaled = true};
    cr_assert_eq(finnc_ranges_create(cx, model, &options, &ranges), FINNC_OK);
    for (size_t i = 0; i < 7; i++)
        cr_expect_str_eq(finnc_ranges_at(ranges, i)->name, order[i]);
    cr_expect_null(finnc_ranges_at(ranges, 7));
    cr_expect_eq(named(ranges, "P/m")->min, -22.5);
    for (int i = 0; i < 2; i++) {
        const finnc_range *r = named(ranges, i ? "b" : "P/q");
        cr_expect_eq(r->min, -25.5);
        cr_expect_eq(r->max, -3);
        cr_assert_not_null(r->scaled);
        cr_expect_eq(r->scaled->scale[0], -1.5);
        cr_expect_eq(r->scaled->bias[0], -3);
    }
    finnc_ranges_destroy(ranges);
    check_model(cx, model, "a partition", 1, 0, 30);
    finnc_ctx_destroy(cx);
}

/* What is annotated in one of the two graphs only is rounded there. */
Test(range, no_value_leaves_its_range_where_a_partition_rounds)
{
    static const char *const parts[] = {
        HEAD "g (float[1,4] p {INT5}) => (float[1,4] q) <float d = {-3}> { q = Mul(p, d) }",
        HEAD "g (float[1,4] p) => (float[1,4] q {INT8}) <float d = {-3}> { q = Mul(p, d) }"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; i < 2; i++)
        check_model(
            cx,
            put_inside(cx,
                       read_text(cx, HEAD "g (float[1,4] x {INT4}) => (float[1,4] y) <"
                                          "float c = {1.00001}> { a = Mul(x, c) [P] b = " PART
                                          " (a) y = Relu(b) }"),
                       read_text(cx, parts[i])),
            parts[i], 1, 0, 30);
    finnc_ctx_destroy(cx);
}

static void check_unknown(finnc_model *part, const char *why)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, around);
    finnc_ranges *ranges;
    if (part)
        put_inside(cx, model, part);
    cr_assert_eq(finnc_ranges_create(cx, model, NULL, &ranges), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    const finnc_range *b = named(ranges, "b");
    cr_expect(isinf(b->min) && isinf(b->max));
    cr_expect(strstr(b->reason, why), "%s", b->reason);
    finnc_ranges_destroy(ranges);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(range, partitions_that_cannot_be_gone_through_are_unknown)
{
    static const struct {
        const char *text, *why;
    } bad[] = {
        {HEAD "g (float[1,5] p) => (float[1,5] q) { q = Neg(p) }", "other types or shapes"},
        {HEAD "g (double[1,4] p) => (double[1,4] q) { q = Neg(p) }", "other types or shapes"},
        {HEAD "g (float[1,4] p, float r) => (float[1,4] q) { q = Add(p, r) }", "more inputs"},
        {HEAD "g () => (float[1,4] q) <float[1,4] r = {1,2,3,4}> { q = Neg(r) }", "fewer inputs"},
        {HEAD "g (float[1,4] p) => (float[1,4] q, float[1,4] r) { q = Neg(p) r = Abs(p) }",
         "another number of outputs"},
        {HEAD "g (float[1,4] p) => (float[1,4] q) <float[3] r = {1,2,3}> { q = Add(p, r) }", "Add"},
    };
    finnc_ctx *cx = finnc_ctx_create(NULL);
    check_unknown(NULL, "folder");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_unknown(read_text(cx, bad[i].text), bad[i].why);
    finnc_model *deep = read_text(cx, inside);
    for (int i = 0; i < 20; i++)
        deep = put_inside(
            cx, read_text(cx, HEAD "g (float[1,4] p) => (float[1,4] q) { q = " PART " (p) }"),
            deep);
    check_unknown(deep, "partitions lie more than 16 deep");
    finnc_ctx_destroy(cx);
}

static finnc_status read_two_and_analyse(finnc_ctx *cx, void *user)
{
    finnc_model *model, *part;
    finnc_ranges *ranges;
    const finnc_ranges_options options = {.has_scaled = true};
    FINNC_TRY(finnc_model_read_text(cx, around, &model));
    finnc_status status = finnc_model_read_text(cx, user, &part);
    if (status == FINNC_OK) {
        finnc_node *node = finnc_node_next(finnc_graph_first_node(finnc_model_graph(model)));
        status = finnc_node_set_partition(cx, node, "p.onnx", part);
        if (status != FINNC_OK)
            finnc_model_destroy(part);
    }
    if (status == FINNC_OK)
        status = finnc_ranges_create(cx, model, &options, &ranges);
    if (status == FINNC_OK)
        finnc_ranges_destroy(ranges);
    finnc_model_destroy(model);
    return status;
}

Test(range, memory_may_run_out_in_partitions)
{
    check_poor(read_two_and_analyse, (void *)inside);
    check_poor(read_two_and_analyse,
               (void *)HEAD "g (float[1,5] p) => (float[1,5] q) { q = Neg(p) }");
}

static finnc_status read_and_analyse(finnc_ctx *cx, void *user)
{
    finnc_model *model;
    finnc_ranges *ranges;
    finnc_ranges_options options = {.has_scaled = true};
    FINNC_TRY(finnc_model_read_text(cx, user, &model));
    finnc_status status = finnc_ranges_create(cx, model, &options, &ranges);
    if (status == FINNC_OK)
        finnc_ranges_destroy(ranges);
    finnc_model_destroy(model);
    return status;
}

Test(range, memory_may_run_out)
{
    check_poor(read_and_analyse,
               HEAD "g (float[1,2] x {INT4}) => (y) <float[2,2] w = {1, -2, 3, 0.5},"
                    " float[2] s = {2, 3}> { a = Mul(x, s) b = MatMul(a, w) y = Relu(b) }");
}

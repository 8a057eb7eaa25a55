/* Networks that begin with quantisers of floats: on both engines the same, at every threshold. */
#include "engines.h"

#include <float.h>
#include <math.h>

TestSuite(entry, .init = setup, .fini = teardown);

/* Has a program run, and found what it was made for? */
static bool has_run_fast(const finnc_session *session)
{
    finnc_stage stage;
    for (size_t i = 0; finnc_session_stage(session, i, &stage); i++)
        if (stage.seconds > 0)
            return true;
    return false;
}

/* Numbers around the quarters where thresholds are, at times one float beside them, and some that
 * are far away. */
static float draw_float(uint64_t *seed)
{
    static const float far[] = {INFINITY, -INFINITY, FLT_MAX,     -FLT_MAX,
                                0,        -0.0f,     FLT_MIN / 2, 1e9f};
    float x = (float)(draw(seed) % 161) / 8 - 10;
    switch (draw(seed) % 5) {
    case 0:
        return nextafterf(x, INFINITY);
    case 1:
        return nextafterf(x, -INFINITY);
    case 2:
        return draw(seed) % 4 ? x + (float)(draw(seed) % 1000) / 4000 : far[draw(seed) % 8];
    }
    return x;
}

static finnc_tensor *draw_images(const finnc_value *input, int64_t n, uint64_t seed)
{
    int64_t dims[4];
    int rank = finnc_value_rank(input);
    finnc_tensor *x = NULL;
    for (int i = 0; i < rank; i++)
        dims[i] = i ? finnc_value_dim(input, i).size : n;
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, rank, dims, &x), FINNC_OK);
    float *to = finnc_tensor_edit(x);
    for (int64_t i = 0; i < finnc_tensor_nelems(x); i++)
        to[i] = draw_float(&seed);
    return x;
}

/* `nfast` nodes are fast, and all batch sizes give what the reference gives; so does one with a
 * NaN.
 */
static void check_batches(const char *text, size_t nfast, const int64_t *batches, size_t nbatches)
{
    char *whole = expand(text, 7);
    finnc_model *model = read_text(cx, whole);
    const finnc_value *input = finnc_graph_input(finnc_model_graph(model), 0);
    finnc_session *plain = open(model, FINNC_ENGINE_REFERENCE, 2);
    for (int threads = 1; threads <= 2; threads++) {
        finnc_session *fast = open(model, FINNC_ENGINE_FAST, threads);
        for (size_t i = 0; i < finnc_session_nnodes(fast); i++)
            if (finnc_session_how(fast, i).why && count_fast(fast) != nfast)
                printf("%s: %s\n", finnc_node_op_type(finnc_session_how(fast, i).node),
                       finnc_session_how(fast, i).why);
        cr_assert_eq(count_fast(fast), nfast, "%zu nodes are fast", count_fast(fast));
        for (size_t i = 0; i < 2 * nbatches; i++) {
            finnc_tensor *x = draw_images(input, batches[i / 2], i);
            if (i % 2)
                ((float *)finnc_tensor_edit(x))[finnc_tensor_nelems(x) / 2] = NAN;
            run_on(fast, input, x);
            run_on(plain, input, x);
            compare(model, fast, plain);
            finnc_tensor_release(x);
        }
        cr_assert_eq(has_run_fast(fast), threads == 1 && nfast > 0);
        finnc_session_destroy(fast);
    }
    finnc_session_destroy(plain);
    finnc_model_destroy(model);
    free(whole);
}

static void check(const char *text, size_t nfast)
{
    check_batches(text, nfast, (const int64_t[]){1, 2, 5, 130, 600}, 5);
}

#define HEAD "<ir_version: 8, opset_import: [\"\": 14, \"qonnx.custom_op.general\": 1]>"
#define MT   "qonnx.custom_op.general.MultiThreshold"
#define Q    "qonnx.custom_op.general.Quant"

/* As keyword spotting: one channel that becomes a vector, and more thresholds than are compared one
 * by one, at distances that make guesses good, or not. */
Test(entry, thresholds_of_a_picture_that_is_flattened)
{
    check(HEAD "n (float[N,1,7,11] x) => (float[N,9] y)"
               "<float[1,40] t = @rising(40), float[77,9] w = @signs(693), int64[2] s = {0, -1}> {"
               "q = " MT "<out_bias = -20.0>(x, t) r = Reshape(q, s) y = MatMul(r, w) }",
          3);
    check(HEAD "n (float[N,1,7,11] x) => (float[N,9] y)"
               "<float[77,9] w = @signs(693), float s = {0.25}, float z = {0}, float b = {6}> {"
               "q = " Q "<signed = 1, narrow = 0>(x, s, z, b) r = Flatten(q) y = MatMul(r, w) }",
          3);
}

/* As TFC: a scale and an offset before one bit, or two. */
Test(entry, nodes_before_the_quantiser)
{
    check(HEAD "n (float[N,70] x) => (float[N,9] y)"
               "<float[70,9] w = @signs(630), float two = {2}, float one = {1}, float s = {1}> {"
               "a = Mul(two, x) b = Sub(a, one)"
               "q = qonnx.custom_op.general.BipolarQuant(b, s) y = MatMul(q, w) }",
          4);
    check(HEAD "n (float[N,70] x) => (float[N,9] y) <float[70,9] w = @signs(630),"
               "float half = {-0.5}, float s = {0.5}, float z = {0}, float bits = {2}> {"
               "a = Mul(half, x) b = Relu(a) q = " Q
               "<signed = 0, narrow = 0>(b, s, z, bits) y = MatMul(q, w) }",
          4);
}

/* As QONNX has TFC: the vector's shape is computed from the input's. */
Test(entry, a_picture_that_is_flattened_first)
{
    static const char *const quantisers[] = {"q = " MT "(b, t)", "q = " MT "(b, u)"};
    for (size_t i = 0; i < 2; i++) {
        char text[1200];
        snprintf(text, sizeof text,
                 HEAD "n (float[3,1,2,3] x) => (float[N,9] y)"
                      "<float[6,9] w = @signs(54), float two = {-2}, float[1,3] t = {-1, 0, 2},"
                      "float[6,3] u = {-1, 0, 2, 0, 1, 2, -4, 0, 4, 1, 2, 3, 0, 0, 0, -1, 1, 1},"
                      "int64 zero = {0}, int64[1] axes = {0}, int64[1] rest = {-1}> {"
                      "s = Shape(x) n0 = Gather(s, zero) n1 = Unsqueeze(n0, axes)"
                      "to = Concat<axis = 0>(n1, rest) r = Reshape(x, to) b = Mul(r, two) %s"
                      "y = MatMul(q, w) }",
                 quantisers[i]);
        check_batches(text, 8, (const int64_t[]){3}, 1);
    }
}

/* A shape is that of another tensor than the one at which a program begins. */
Test(entry, a_shape_that_is_computed_from_the_input)
{
    check_batches(HEAD "n (float[3,1,2,3] x) => (float[N,9] y) <float[6,9] w = @signs(54),"
                       "float[1,3] t = {-1, 0, 2}, int64 zero = {0}, int64[1] axes = {0},"
                       "int64[1] rest = {-1}, float[3,1,2,3] b> {"
                       "s = Shape(x) n0 = Gather(s, zero) n1 = Unsqueeze(n0, axes)"
                       "to = Concat<axis = 0>(n1, rest) b = Identity(x) q = " MT "(b, t)"
                       "r = Reshape(q, to) y = MatMul(r, w) }",
                  7, (const int64_t[]){3}, 1);
}

/* Some channels rise, some fall, one never reaches a threshold; channels first and last. */
Test(entry, channels_of_their_own)
{
    check(HEAD "n (float[N,5,6,7] x) => (float[N,4,4,5] y) <float[4,5,3,3] w = @signs(180),"
               "float[5,1,1] f = {2, -0.5, 1, -4, 0.001}, float[5,3] t = {-2, 0, 2, -3, -1, 0,"
               "-1, -1, 5, -8, 0.25, 4, 100, 200, 300}> {"
               "a = Mul(x, f) q = " MT "(a, t) y = Conv(q, w) }",
          3);
    check(HEAD "n (float[N,7,6,5] x {NHWC}) => (float[N,1,1,4] y) <float[210,4] w = @signs(840),"
               "float[5] f = {2, -0.5, 1, -4, 0.001}, float[5,3] t = {-2, 0, 2, -3, -1, 0,"
               "-1, -1, 5, -8, 0.25, 4, 100, 200, 300}> {"
               "a = Mul(x, f) q = " MT "<data_layout = \"NHWC\">(a, t)"
               "p = qonnx.custom_op.general.Im2Col<kernel_size = [7, 6], stride = [1, 1],"
               " input_shape = \"(1, 7, 6, 5)\">(q) y = MatMul(p, w) }",
          4);
    check(HEAD "n (float[N,3] x) => (float[N,4] y) <float[3,4] w = @signs(12),"
               "float[3,3] t = {-2, 0, 2, -3, -1, 0, -1, -1, 5}> {"
               "q = " MT "(x, t) y = MatMul(q, w) }",
          2);
}

/* Who needs the codes, or what the quantiser reads, besides: it is there, and so is the source. */
Test(entry, others_read_what_lies_before_the_codes)
{
    check(HEAD "n (float[N,20] x) => (float[N,9] y, float[N,20] q) <float[20,9] w = @signs(180),"
               "float[1,2] t = {-1, 1}, float two = {2}> {"
               "a = Mul(x, two) q = " MT "(a, t) y = MatMul(q, w) }",
          1);
    check(HEAD "n (float[N,20] x) => (float[N,9] y, float[N,20] z) <float[20,9] w = @signs(180),"
               "float[1,2] t = {-1, 1}, float two = {2}> {"
               "a = Mul(x, two) q = " MT "(a, t) y = MatMul(q, w) z = Exp(a) }",
          2);
    check(HEAD "n (float[N,20] x) => (float[N,9] y) <float[20,9] w = @signs(180),"
               "float[1,2] t = {-1, 1}, float[1,1] u = {0}, float two = {2}> {"
               "a = Mul(x, two) q = " MT "(a, t) r = " MT "(a, u) y1 = MatMul(q, w)"
               "y2 = MatMul(r, w) y3 = Exp(y1) y = Add(y3, y2) }",
          5);
}

/* What a node makes of infinities may be nothing that has an order. */
Test(entry, is_left_alone_where_infinities_make_no_number)
{
    check(HEAD "n (float[N,3] x) => (float[N,4] y) <float[3,4] w = @signs(12),"
               "float[1,2] t = {-1, 1}, float[3] f = {1, 0, 1}> {"
               "a = Mul(x, f) b = Add(a, f) q = " MT "(b, t) y = MatMul(q, w) }",
          0);
    check(HEAD "n (float[N,3] x) => (float[N,4] y) <float[3,4] w = @signs(12), float zero = {0},"
               "float s = {1}, float b = {2}, float[3] f = {1, 0, 1}> {"
               "a = Mul(x, f) q = " Q "<signed = 1, narrow = 0>(a, s, zero, b) y = MatMul(q, w) }",
          0);
}

/* What looks at the whole batch, or drops numbers by chance, comes before the program. */
Test(entry, begins_behind_a_node_that_trains)
{
    check(HEAD "n (float[N,3] x) => (float[N,4] y) <float[3,4] w = @signs(12), float one = {1},"
               "float[3] s = {2, 1, -1}, float[3] b = {1, 0, -1}, float[3] m = {0, 0, 0},"
               "float[3] v = {1, 1, 1}> {"
               "a = BatchNormalization<training_mode = 1>(x, s, b, m, v)"
               "q = qonnx.custom_op.general.BipolarQuant(a, one) y = MatMul(q, w) }",
          2);
    check(HEAD "n (float[N,3] x) => (float[N,4] y) <float[3,4] w = @signs(12), float one = {1},"
               "float r = {0.5}, bool yes = {1}> { a = Dropout<seed = 1>(x, r, yes)"
               "q = qonnx.custom_op.general.BipolarQuant(a, one) y = MatMul(q, w) }",
          2);
    check(HEAD "n (float[N,3] x) => (float[N,4] y) <float[3,4] w = @signs(12), float one = {1},"
               "float r = {0.5}, bool no = {0}> { a = Dropout<seed = 1>(x, r, no)"
               "q = qonnx.custom_op.general.BipolarQuant(a, one) y = MatMul(q, w) }",
          3);
}

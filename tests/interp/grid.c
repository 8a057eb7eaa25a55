#include "support/run_text.h"

#include <criterion/criterion.h>
#include <finnc/op.h>
#include <math.h>
#include <stdio.h>

#define GENERAL "qonnx.custom_op.general."

/* 0.1 is no float32: each product of rounded multiples is off, and their float32 sum too. Here
 * three times 7 times 5 are 105 of 0.1 * 0.3 each. */
static double thrice(float data, float weights)
{
    return (double)(105.0f * data *
                    weights); /* the sum, then the data's scale, then the weights' */
}

#define QUANTISED                                                                                  \
    "float[1,3] x = {0.7, 0.7, 0.7}, float[3,1] w = {1.5, 1.5, 1.5}, float s = {0.1}, "            \
    "float t = {0.3}, float z = {0}, float n = {8}"
#define QUANT_X "q = " GENERAL "Quant <signed = 1, narrow = 0> (x, s, z, n) "
#define QUANT_W "v = " GENERAL "Quant <signed = 1, narrow = 1> (w, t, z, n) "

Test(grid, scales_apply_to_the_sum_of_integers)
{
    check_output("g () => (float[1,1] y) <" QUANTISED "> { " QUANT_X QUANT_W "y = MatMul(q, v) }",
                 "[1,1]", 0, thrice(0.1f, 0.3f));
    check_output("g () => (float[1,1] y) <" QUANTISED "> { " QUANT_X QUANT_W "y = Gemm(q, v) }",
                 "[1,1]", 0, thrice(0.1f, 0.3f));
}

Test(grid, a_scale_behind_the_sum_is_the_same)
{
    /* As FoldQuantWeights and MoveScalarMulPastMatMul leave it. */
    check_output("g () => (float[1,1] y) <" QUANTISED ", float[3,1] i {INT8} = {5, 5, 5}> "
                 "{ " QUANT_X "m = MatMul(q, i) y = Mul(m, t) }",
                 "[1,1]", 0, thrice(0.1f, 0.3f));
    check_output("g () => (float[1,1] y) <float[1,3] j {INT8} = {7, 7, 7}, float[3,1] i {INT8} = "
                 "{5, 5, 5}, float s = {0.1}, float t = {0.3}> "
                 "{ m = MatMul(j, i) o = Mul(m, s) y = Mul(o, t) }",
                 "[1,1]", 0, thrice(0.1f, 0.3f));
}

Test(grid, channels_have_scales_of_their_own)
{
    static const char text[] =
        "g () => (float[1,2,1,1] y) <float[1,3,1,1] x = {0.7, 0.7, 0.7}, float[2,3,1,1] w = "
        "{1.5, 1.5, 1.5, 3.5, 3.5, 3.5}, float s = {0.1}, float[2,1,1,1] t = {0.3, 0.7}, "
        "float z = {0}, float n = {8}, float[2] b = {0.25, -0.25}> { " QUANT_X QUANT_W
        "y = Conv(q, v, b) }";
    check_output(text, "[1,2,1,1]", 0, (double)((float)thrice(0.1f, 0.3f) + 0.25f),
                 (double)((float)thrice(0.1f, 0.7f) - 0.25f));
    /* ... and take them along through a Transpose, to the columns of a matrix. */
    check_output("g () => (float[1,2] y) <float[1,3] x = {0.7, 0.7, 0.7}, float[2,3] w = "
                 "{1.5, 1.5, 1.5, 3.5, 3.5, 3.5}, float s = {0.1}, float[2,1] t = {0.3, 0.7}, "
                 "float z = {0}, float n = {8}> { " QUANT_X QUANT_W
                 "u = Transpose <perm = [1, 0]> (v) y = MatMul(q, u) }",
                 "[1,2]", 0, thrice(0.1f, 0.3f), thrice(0.1f, 0.7f));
}

/* y of 24 sums of products on scales of their own, once as the file has it and once with shapes. */
Test(grid, what_is_computed_does_not_depend_on_shapes_in_the_file)
{
    char text[8192], *at = text;
    float y[2][4];
#define PUT(...) at += snprintf(at, sizeof text - (size_t)(at - text), __VA_ARGS__)
    PUT("<ir_version: 8, opset_import: [\"\" : 17, \"qonnx.custom_op.general\" : 1]> "
        "g () => (float[1,4] y) <float s = {0.1}, float[4,1] t = {0.3, 0.7, 0.11, 0.23}, "
        "float z = {0}, float n = {4}, float[1,24] x = {0.1");
    for (int i = 1; i < 24; i++)
        PUT(", %g", i * 7 % 16 * 0.1 - 0.8);
    PUT("}, float[4,24] w = {0.3");
    for (int i = 1; i < 96; i++)
        PUT(", %g", i * 11 % 29 * 0.1 - 1.4);
    PUT("}> { " QUANT_X QUANT_W "u = Transpose <perm = [1, 0]> (v) y = MatMul(q, u) }");
#undef PUT
    for (int i = 0; i < 2; i++) {
        finnc_ctx *cx = finnc_ctx_create(NULL);
        finnc_model *model = read_text(cx, text);
        finnc_session *session;
        if (i == 1)
            cr_assert_eq(finnc_graph_infer_shapes(cx, finnc_model_graph(model)), FINNC_OK);
        cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK);
        cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
        for (int k = 0; k < 4; k++)
            y[i][k] = (float)finnc_tensor_get(finnc_session_fetch(session, "y"), k);
        finnc_session_destroy(session);
        finnc_model_destroy(model);
        finnc_ctx_destroy(cx);
    }
    cr_assert_arr_eq(y[0], y[1], sizeof y[0]);
}

Test(grid, transposed_convolutions_too)
{
    check_output("g () => (float[1,2,1,1] y) <float[1,3,1,1] x = {0.7, 0.7, 0.7}, "
                 "float[3,2,1,1] w = {1.5, 3.5, 1.5, 3.5, 1.5, 3.5}, float s = {0.1}, "
                 "float[1,2,1,1] t = {0.3, 0.7}, float z = {0}, float n = {8}, "
                 "float[2] b = {0.25, -0.25}> { " QUANT_X QUANT_W "y = ConvTranspose(q, v, b) }",
                 "[1,2,1,1]", 0, (double)((float)thrice(0.1f, 0.3f) + 0.25f),
                 (double)((float)thrice(0.1f, 0.7f) - 0.25f));
}

/* Scales along the axis that is summed over belong to the terms. */
Test(grid, scales_of_terms_stay_with_them)
{
    check_output("g () => (float[1,1] y) <float[1,2] x = {2, 4}, float[2] s = {2, 4}, "
                 "float[2,1] w {INT8} = {3, 5}, float z = {0}, float n = {8}> "
                 "{ " QUANT_X "y = MatMul(q, w) }",
                 "[1,1]", 0, 26);
}

/* What a graph says of its values is not believed where they are fed, or computed, differently. */
Test(grid, numbers_off_the_grid_are_taken_as_they_are)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, "g (float[1,1] x) => (float[1,1] y) <float[1,1] w = {2}, "
                                       "float s = {1}, float z = {0}, float n = {8}> { " QUANT_X
                                       "y = MatMul(q, w) }");
    finnc_session *session;
    finnc_tensor *x = floats(cx, 2, (const int64_t[]){1, 1}, (const float[]){0});
    finnc_tensor *q = floats(cx, 2, (const int64_t[]){1, 1}, (const float[]){0.3f});
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "x", x), FINNC_OK);
    cr_assert_eq(finnc_session_feed(session, "q", q), FINNC_OK);
    cr_assert_eq(finnc_session_run(session), FINNC_OK);
    cr_expect_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), (double)(0.3f * 2));
    finnc_session_destroy(session);
    finnc_tensor_release(x);
    finnc_tensor_release(q);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* 2^24 + 1 is no float32: sums beyond it are formed in double. */
Test(grid, large_sums_lose_nothing)
{
    check_output("g () => (float[1,1] y) <float[1,3] x = {4096, 1, -4096}, float[3,1] w = "
                 "{4096, 1, 4096}, float s = {0.5}, float z = {0}, float n = {16}> "
                 "{ " QUANT_X "v = " GENERAL "Quant <signed = 1, narrow = 0> (w, s, z, n) "
                 "y = MatMul(q, v) }",
                 "[1,1]", 0, 1);
}

/* ---- run after run ---- */

typedef struct fed {
    const char *name;
    int nrows;
    float element;
    float y; /* after it */
} fed;

/* One session, fed step by step: y is right each time, whatever it kept of the runs before. */
static void check_runs(const char *text, const fed *steps, size_t n)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, text);
    finnc_session *session;
    cr_assert_eq(finnc_session_create(cx, model, NULL, &session), FINNC_OK);
    for (size_t i = 0; i < n; i++) {
        const fed *s = &steps[i];
        const float x[3] = {s->element, s->element, s->element};
        finnc_tensor *t = floats(cx, 2, (int64_t[]){s->nrows, s->nrows == 1 ? 3 : 1}, x);
        cr_assert_eq(finnc_session_feed(session, s->name, t), FINNC_OK, "%s",
                     finnc_ctx_message(cx));
        finnc_tensor_release(t);
        for (int k = 0; k < 2; k++) { /* what the first run found is there for the second */
            cr_assert_eq(finnc_session_run(session), FINNC_OK, "%s", finnc_ctx_message(cx));
            cr_expect_eq(finnc_tensor_get(finnc_session_fetch(session, "y"), 0), (double)s->y,
                         "step %zu, run %d", i, k);
        }
    }
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

Test(grid, weights_that_change_are_counted_anew)
{
    const fed steps[] = {
        {"x", 1, 0.7f, 105 * 0.1f * 0.3f}, {"x", 1, 0.1f, 15 * 0.1f * 0.3f},
        {"w", 3, 3.0f, 30 * 0.1f * 0.3f},  {"v", 3, 0.31f, (float)(3 * (double)0.31f) * 0.1f},
        {"v", 3, 0.9f, 9 * 0.1f * 0.3f},   {"x", 1, 0.2f, 18 * 0.1f * 0.3f},
    };
    check_runs(
        "g (float[1,3] x, float[3,1] w = {1.5, 1.5, 1.5}) => (float[1,1] y) <float s = {0.1}, "
        "float t = {0.3}, float z = {0}, float n = {8}> { " QUANT_X QUANT_W "y = MatMul(q, v) }",
        steps, sizeof steps / sizeof *steps);
}

/* Integers are their own steps, and nothing is kept but that. */
Test(grid, weights_that_are_integers_may_change_too)
{
    const fed steps[] = {
        {"x", 1, 0.7f, 105 * 0.1f},
        {"x", 1, 0.1f, 15 * 0.1f},
        {"w", 3, 4.0f, 12 * 0.1f},
        {"w", 3, 0.31f, (float)(3 * (double)0.31f) * 0.1f},
    };
    check_runs("g (float[1,3] x, float[3,1] w = {5, 5, 5}) => (float[1,1] y) <float s = {0.1}, "
               "float t = {1}, float z = {0}, float n = {8}> { " QUANT_X
               "v = Mul(w, t) y = MatMul(q, v) }",
               steps, sizeof steps / sizeof *steps);
}

/* A constant off its grid stays off it. */
Test(grid, what_is_no_multiple_of_its_scale_stays_so)
{
    const fed steps[] = {
        {"x", 1, 0.7f, (float)(21 * (double)0.31f) * 0.1f},
        {"x", 1, 0.1f, (float)(3 * (double)0.31f) * 0.1f},
    };
    check_runs("g (float[1,3] x) => (float[1,1] y) <float[3,1] w = {0.31, 0.31, 0.31}, "
               "float s = {0.1}, float z = {0}, float n = {8}> { " QUANT_X "y = MatMul(q, w) }",
               steps, sizeof steps / sizeof *steps);
}

/* A product with 256 KB of weights, all `w`, and then 4 MB of what comes out. */
static finnc_status run_under(uint64_t cap, const char *w, size_t *peak)
{
    char text[1024];
    finnc_ctx *cx = finnc_ctx_create(&(finnc_ctx_options){.max_memory = cap, .threads = 1});
    snprintf(text, sizeof text,
             "g (float[1,256] x) => (big) <int64[2] square = {256, 256}, "
             "int64[2] large = {4096, 256}, float s = {0.1}, float t = {%s}, "
             "float z = {0}, float n = {8}> { " QUANT_X
             "w = ConstantOfShape <value = float[1] {%s}> (square) " QUANT_W
             "y = MatMul(q, v) big = Expand(y, large) }",
             w, w);
    finnc_model *model = read_text(cx, text);
    finnc_session *session = NULL;
    finnc_status status = finnc_session_create(cx, model, NULL, &session);
    for (int k = 0; k < 3 && status == FINNC_OK; k++) {
        status = finnc_session_feed_random(session, 1);
        if (status == FINNC_OK)
            status = finnc_session_run(session);
    }
    *peak = finnc_ctx_peak_bytes(cx);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
    return status;
}

/* With how much memory does it run, to within 4 KB? */
static size_t find_least(const char *w)
{
    size_t enough, unused, little = 1024 * 1024;
    cr_assert_eq(run_under(0, w, &enough), FINNC_OK);
    while (enough - little > 4096) {
        const size_t middle = little + (enough - little) / 2;
        *(run_under(middle, w, &unused) == FINNC_OK ? &enough : &little) = middle;
    }
    return enough;
}

/* Weights of 1 are their own steps, and take nothing. */
Test(grid, what_is_kept_goes_when_memory_is_short)
{
    const size_t kept = find_least("0.3"), own = find_least("1");
    cr_expect_gt(own, 4 * 1024 * 1024);
    cr_expect_leq(kept, own + 2 * 4096, "%zu bytes more", kept - own);
}

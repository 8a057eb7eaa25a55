/* Graphs that upstream's streamlining and conversion break, stop at or depend on luck with (the
 * first fifteen of the defects that are known), each through every pass of those rooms and every
 * recipe: whatever a pass does with them, the outputs stay. */
#include "support/check_pass.h"

#include <finnc/compare.h>

#include <criterion/criterion.h>
#include <string.h>

#define GENERAL "qonnx.custom_op.general."
#define MT      GENERAL "MultiThreshold <out_dtype = \"UINT2\">"
#define QUANT   GENERAL "Quant <signed = 1, narrow = 0>"
#define PARAMS  "float s = {0.3}, float z = {0}, float n = {4}"

static const char *const graphs[] = {
    /* 1: others read the scaled value */
    "g (float[1,4] x) => (float[2,2] y, float[1,4] m, float[1,4] v) <float s = {0.5}, int64[2] d = "
    "{2, 2}> { m = Mul(x, s) y = Reshape(m, d) v = Relu(m) }",
    "g (float[1,1,2,2] x) => (float[1,1,1,1] y, float[1,1,2,2] v) <float a = {0.5}> "
    "{ m = Add(x, a) y = GlobalAveragePool(m) v = Neg(m) }",
    /* 2: forks, behind and in front */
    "g (float[1,2] x) => (float[1,2] y, float[1,2] v) <float[2,2] w {BIPOLAR} = {1,-1,-1,1}, "
    "float s {BIPOLAR} = {-1}> { m = MatMul(x, w) y = Mul(m, s) v = Relu(m) }",
    "g (float[1,1,3,3] x) => (float[1,2,2,2] y, float[1,2,2,2] v) <float[2,1,2,2] w {BIPOLAR} = "
    "{1,-1,-1,1,1,1,-1,1}, float[1,2,1,1] s {BIPOLAR} = {-1,1}> "
    "{ m = Conv(x, w) y = Mul(m, s) v = Abs(m) }",
    "g (float[1,4,4,2] x) => (float[1,2,2,2] y, float[1,2,4,4] v) { t = Transpose <perm = "
    "[0,3,1,2]> (x) p = MaxPool <kernel_shape = [2,2], strides = [2,2]> (t) y = Transpose <perm = "
    "[0,2,3,1]> (p) v = Relu(t) }",
    "g (float[1,2] x, float[1,2] z) => (float[1,2] y, float[1,2] v) <float s = {0.5}, float r = "
    "{0.5}> { a = Mul(x, s) b = Mul(z, r) y = Add(a, b) v = Relu(a) }",
    "g (float[2,2] x, float[2,2] z) => (float[2,2] y, float[2,2] v) { a = Transpose <perm = [1,0]> "
    "(x) b = Transpose <perm = [1,0]> (z) y = Add(a, b) v = Neg(b) }",
    "g (float[1,4] x) => (int64[1,1] y, float[1,4] v) <float s = {0.5}, int64[1] k = {1}> "
    "{ m = Mul(x, s) w, y = TopK(m, k) v = Relu(m) }",
    "g (float[1,2] x) => (float[1,2] y, float[1,2] v, float[1,2] u) <float s = {2}, "
    "float[1,2] t = {-1, 1}> { m = Mul(x, s) y = " MT "(m, t) v = Relu(m) u = " MT "(m, t) }",
    /* 3: products of two values */
    "g (float[2,2] x, float[2,2] z) => (float[2,2] y, float[2,2] v) <float c = {-2}, float[1,1] t = "
    "{0.5}> { p = Mul(x, z) q = MatMul(p, z) r = Mul(q, c) y = " MT "(r, t) v = Mul(q, x) }",
    /* 4: vectors along another axis than the channels */
    "g (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2] a = {1, -2}, float[2,1] t = {0, 1}> "
    "{ m = Add(x, a) y = " MT "(m, t) }",
    "g (float[1,2,2,2] x) => (float[1,2,2,2] y) <float[2,1] a = {1, 3}, float[1,1] t = {0.5}> "
    "{ m = Mul(x, a) y = " MT "(m, t) }",
    /* 5: factors of zero, and below */
    "g (float[1,3] x) => (float[1,3] y) <float[3] s = {0, -0.5, 2}, float[1,2] t = {-1, 0.5}> "
    "{ m = Mul(x, s) y = " MT "(m, t) }",
    "g (float[1,2] x) => (float[1,3] y) <float[2,3] w = {1, 2, 3, -1, 1, 2}, float[3] s = {-3, -0.5, "
    "2}, float[1,2] t = {-1, 0.5}> { p = MatMul(x, w) m = Mul(p, s) y = " MT "(m, t) }",
    /* 6: thresholds that are integers already, out of reach, and at the ends of the range */
    "g (float[1,3] x {INT4}) => (float[1,3] y) <float[3,3] t = {-8, 0, 7, -30, 1, 20, -8.5, 7.5, "
    "8}> { y = " MT "(x, t) }",
    /* 7: one step and a bias */
    "g (float[1,2] x) => (float[1,2] y) <float[1,1] t = {0.5}, float a = {-1}> { q = " GENERAL
    "MultiThreshold <out_dtype = \"BINARY\"> (x, t) y = Add(q, a) }",
    "g (float[1,2] x) => (float[1,2] y) <float s = {1}, float z = {0}, float n = {1}> "
    "{ y = " QUANT "(x, s, z, n) }",
    /* 8: auto_pad */
    "g (float[1,1,3,3] x) => (float[1,1,3,3] y) <float[1,1,3,3] w = {1,2,3,4,5,6,7,8,9}, float a = "
    "{2}> { m = Add(x, a) y = Conv <auto_pad = \"SAME_UPPER\"> (m, w) }",
    "g (float[1,1,3,3] x) => (float[1,1,1,1] y) <float[1,1,3,3] w = {1,2,3,4,5,6,7,8,9}, float a = "
    "{2}> { m = Add(x, a) y = Conv <auto_pad = \"VALID\"> (m, w) }",
    /* 9: a pool padded on some sides, signed */
    "g (float[1,1,3,3] x) => (float[1,1,2,2] y) <float[1,3] t = {-1, 0, 1}> { m = MaxPool "
    "<kernel_shape = [2,2], strides = [2,2], pads = [0,0,1,1]> (x) y = " GENERAL
    "MultiThreshold <out_dtype = \"INT2\", out_bias = -2.0> (m, t) }",
    /* 10: transpositions that differ */
    "g (float[2,2,2] x, float[2,2,2] z) => (float[2,2,2] y) { a = Transpose <perm = [1,0,2]> (x) "
    "b = Transpose <perm = [0,2,1]> (z) y = Add(a, b) }",
    /* 11: unsigned quantisers by themselves, and other activations */
    "g (float[1,2] x) => (float[1,2] y, float[1,2] v) <" PARAMS "> { y = " GENERAL
    "Quant <signed = 0, narrow = 0> (x, s, z, n) t = Tanh(x) v = " QUANT "(t, s, z, n) }",
    /* 12: signed quantisers with several readers */
    "g (float[1,2] x) => (float[1,2] y, float[1,2] v) <" PARAMS ", float[2,2] w = {1,2,3,4}> "
    "{ q = " QUANT "(x, s, z, n) y = MatMul(q, w) v = Relu(q) }",
    /* 13: Selu with scales per channel, a bit width of shape (1) */
    "g (float[1,2,1,1] x) => (float[1,2,1,1] y) <float[1,2,1,1] s = {0.3, 0.7}, float z = {0}, "
    "float[1] n = {3}> { a = Selu(x) y = " QUANT "(a, s, z, n) }",
    "g (float[1,2] x) => (float[1,2] y) <float s = {0.3}, float z = {0}, float[1] n = {3}, "
    "float[2,2] w = {0.7, -0.4, 0.1, 1}> { q = " QUANT "(x, s, z, n) v = " QUANT
    "(w, s, z, n) y = MatMul(q, v) }",
    /* 14: nothing but signs */
    "g (float[1,2] x) => (float[1,2] y) <float s = {0.5}, float[2,2] w = {1,-2,3,4}> "
    "{ q = " GENERAL "BipolarQuant(x, s) v = " GENERAL "BipolarQuant(w, s) y = MatMul(q, v) }",
    /* 15: constants in front */
    "g (float[1,2] x) => (float[1,2] y, float[1,2] v, float[1,2] u) <" PARAMS ", float[2] b = {1, "
    "-0.4}> { q = " QUANT "(b, s, z, n) y = Add(q, x) v = Sub(q, x) u = Mul(q, x) }",
    /* constants that others read as well */
    "g (float[1,2] x, float[1,2] o) => (float[1,2] y, float[1,2] v, float[2,2] u) <" PARAMS
    ", float[2,2] w = {1,-2,3,4}> { a = " QUANT "(x, s, z, n) b = Mul(o, s) q = " QUANT
    "(w, s, z, n) y = MatMul(a, q) v = MatMul(b, q) u = Transpose(q) }",
    "g (float[1,1,3,3] x) => (float[1,1,2,2] y, float[1,1,2,2] v) <float[1,1,2,2] w = {1,-2,3,4}, "
    "float s = {-0.5}, float[1,2] t = {-1, 1}> { m = Mul(x, s) c = Conv(m, w) d = Conv(x, w) "
    "e = Mul(c, s) y = " MT "(e, t) v = " MT "(d, t) }",
    /* a residual block: a fork, two branches, an addition */
    "g (float[1,1,3,3] x) => (float[1,1,3,3] y) <" PARAMS ", float[1,1,1,1] w = {1.4}, float t = "
    "{0.7}> { q = " QUANT "(x, s, z, n) v = " QUANT "(w, t, z, n) c = Conv(q, v) d = " QUANT
    "(c, s, z, n) e = Add(q, d) r = Relu(e) y = " GENERAL
    "Quant <signed = 0, narrow = 0> (r, s, z, n) }",
};
enum { NGRAPHS = sizeof graphs / sizeof *graphs };

static bool needs_arguments(const finnc_pass *pass)
{
    for (size_t i = 0; pass->params[i].name; i++)
        if (!pass->params[i].fallback)
            return true;
    return false;
}

static bool is_concerned(const finnc_pass *pass, const char *room)
{
    static const char *const other[] = {"QuantToQCDQ", "QuantizeGraph"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (!strcmp(pass->name, other[i]))
            return false;
    return (!strcmp(room, "streamline") || !strcmp(room, "quant")) && !needs_arguments(pass) &&
           !(pass->flags & (FINNC_PASS_CHANGES_VALUES | FINNC_PASS_CHANGES_IO));
}

static void check_outputs(finnc_ctx *cx, const char *passes, const char *text)
{
    finnc_model *before = test_read_text(cx, text), *after = test_read_text(cx, text);
    finnc_pipeline *tidy = test_pipeline(cx, "InferShapes", NULL);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    const finnc_transform_options options = {.check_each = true};
    cr_assert_eq(finnc_transform(cx, after, tidy, NULL), FINNC_OK, "%s\n%s", finnc_ctx_message(cx), text);
    cr_assert_eq(finnc_transform(cx, after, pipeline, &options), FINNC_OK, "%s: %s\n%s", passes,
                 finnc_ctx_message(cx), text);
    finnc_comparison comparison;
    const finnc_compare_options compare = {.nsamples = 20, .rtol = 1e-5};
    cr_assert_eq(finnc_compare(cx, before, after, &compare, &comparison), FINNC_OK,
                 "%s: %s\n%s\n%s", passes, finnc_ctx_message(cx), text, test_print(cx, after));
    const finnc_difference *d = &comparison.difference;
    cr_expect_null(d->value, "%s: %s was %g and is %g\n%s\n%s", passes, d->value, d->a, d->b, text,
                   test_print(cx, after));
    finnc_pipeline_destroy(tidy);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(before);
    finnc_model_destroy(after);
}

Test(surprises, no_pass_changes_what_they_compute)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    size_t npasses = 0;
    const finnc_pass *pass;
    for (size_t i = 0; (pass = finnc_pass_at(i)); i++) {
        if (!is_concerned(pass, finnc_pass_room(i)))
            continue;
        npasses++;
        for (size_t g = 0; g < NGRAPHS; g++)
            check_outputs(cx, pass->name, graphs[g]);
    }
    cr_expect_gt(npasses, 50);
    finnc_ctx_destroy(cx);
}

Test(surprises, no_recipe_changes_what_they_compute)
{
    static const char *const recipes[] = {"qonnx-to-finn", "streamline-exactly", "streamline-step",
                                          "tfc",           "mobilenet",          "resnet",
                                          "Auto"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++)
        for (size_t g = 0; g < NGRAPHS; g++)
            check_outputs(cx, recipes[i], graphs[g]);
    finnc_ctx_destroy(cx);
}

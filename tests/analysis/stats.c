#include <finnc/stats.h>

#include <support/poor.h>
#include <support/run_text.h>

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define HEAD "<ir_version: 8, opset_import: [\"\" : 13]>\n"
/* Channel 1 of y is stuck at 0, channel 2 at 3. */
#define NET                                                                                        \
    HEAD "g (float[1,3,2] x) => (float[1,3,2] y {UINT2})"                                          \
         " <float[3,1] m = {1, 0, 0}, float[3,1] a {UINT2} = {0, 0, 3}>"                           \
         " { t = Mul(x, m) y = Add(t, a) }"

/* Samples 0 and 1: channel 0 is (0, 1), then (1, 3). */
static finnc_status feed(void *user, finnc_ctx *cx, size_t sample, finnc_bundle **inputs)
{
    const float x[2][6] = {{0, 1, 5, 5, 5, 5}, {1, 3, 5, 5, 5, 5}};
    finnc_tensor *tensor;
    (void)user;
    FINNC_TRY(finnc_bundle_create(cx, inputs));
    finnc_status status =
        finnc_tensor_create_from(cx, FINNC_ELEM_FLOAT, 3, (int64_t[]){1, 3, 2}, x[sample], &tensor);
    if (status == FINNC_OK) {
        status = finnc_bundle_set(*inputs, "x", tensor);
        finnc_tensor_release(tensor);
    }
    if (status != FINNC_OK)
        finnc_bundle_destroy(*inputs);
    return status;
}

static const finnc_tensor_stats *find(const finnc_stats *stats, const char *name)
{
    const finnc_tensor_stats *s;
    for (size_t i = 0; (s = finnc_stats_at(stats, i)); i++)
        if (!strcmp(finnc_value_name(s->value), name))
            return s;
    return NULL;
}

Test(stats, extremes_means_and_use_are_told)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, NET);
    finnc_stats_options options = {
        .nsamples = 2, .axes = {1, -1, 7}, .naxes = 3, .includes_weights = true, .inputs = feed};
    finnc_stats *stats;
    cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    const finnc_tensor_stats *y = find(stats, "y");
    cr_assert_not_null(y);
    cr_expect_eq(y->ntensors, 2);
    cr_expect_eq(y->count, 12);
    cr_expect_eq(y->nzeros, 5);
    cr_expect_eq(y->nfractions + y->noutside + y->nnans, 0);
    cr_expect_eq(y->min, 0);
    cr_expect_eq(y->max, 3);
    cr_expect_float_eq(y->mean, 17.0 / 12, 1e-12);
    cr_expect_float_eq(y->stddev, sqrt((2 * 1 + 5 * 9) / 12.0 - y->mean * y->mean), 1e-12);
    cr_expect_eq(y->nused, 3);
    cr_expect_eq(y->nallowed, 4);
    cr_expect(finnc_dtype_equal(y->needs, finnc_dtype_uint(2)));
    cr_assert_eq(y->naxes, 2, "there is no axis 7");
    cr_expect_eq(y->axes[0].size, 3);
    cr_expect_eq(y->axes[0].min[0], 0);
    cr_expect_eq(y->axes[0].max[0], 3);
    cr_expect_eq(y->axes[0].max[1], 0);
    cr_expect_eq(y->axes[0].min[2], 3);
    cr_expect_eq(y->axes[1].axis, 2);
    cr_expect_eq(find(stats, "a")->ntensors, 1);
    cr_expect_str_eq(finnc_value_name(finnc_stats_at(stats, 0)->value), "x", "inputs come first");
    finnc_stats_destroy(stats);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(stats, what_lies_beyond_thresholds_or_around_weights_is_not_outside)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(
        cx, "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>\n"
            "g (float[1,2] x) => (float[1,2] y) <float[1,4] t {UINT2} = {-1, 1, 4, 5},"
            " float[2,2] w {BIPOLAR, tensor_sparsity: \"{'dw': {'kernel_shape': [1, 1]}}\"}"
            " = {1, 0, 2, -1}> { a = MatMul(x, w)"
            " y = qonnx.custom_op.general.MultiThreshold <out_dtype = \"UINT4\"> (a, t) }");
    finnc_stats_options options = {.nsamples = 1, .includes_weights = true};
    finnc_stats *stats;
    cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    const finnc_tensor_stats *t = find(stats, "t"), *w = find(stats, "w");
    cr_expect_eq(t->noutside, 1);
    cr_expect_eq(t->nused, 1, "numbers beyond the type are none of its own");
    cr_expect_eq(w->noutside, 1);
    cr_expect_eq(w->nused, 2);
    finnc_stats_destroy(stats);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(stats, what_a_type_does_not_allow_and_nans_are_counted)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, HEAD "g () => (float[2] y) <float[3] w {INT2} = {1, 2, 0.5},"
                                            " float[2] z = {0, -1}> { y = Sqrt(z) }");
    finnc_stats_options options = {.nsamples = 1, .includes_weights = true};
    finnc_stats *stats;
    cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    const finnc_tensor_stats *w = find(stats, "w"), *y = find(stats, "y");
    cr_expect_eq(w->noutside, 2);
    cr_expect_eq(w->nused, 1);
    cr_expect_eq(w->needs.kind, FINNC_DTYPE_FLOAT32);
    cr_expect_eq(y->nnans, 1);
    cr_expect_eq(y->count, 1);
    finnc_stats_destroy(stats);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

/* Extremes of no numbers were 0, as if it had been seen. */
Test(stats, of_no_numbers_there_are_none)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model = read_text(cx, HEAD "g () => (float[1,2] y, float[2,0] e, float[1,2] h)"
                                            " <float[1,2] z = {-1, -4}, float[2,0] n = {},"
                                            " float[1,2] k = {1, -1}>"
                                            " { y = Sqrt(z) e = Identity(n) h = Sqrt(k) }");
    finnc_stats_options options = {.nsamples = 2, .axes = {1}, .naxes = 1, .has_axes = true};
    finnc_stats *stats;
    cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    static const char *const names[] = {"y", "e"};
    for (size_t i = 0; i < 2; i++) {
        const finnc_tensor_stats *t = find(stats, names[i]);
        cr_expect_eq(t->count, 0);
        cr_expect(isnan(t->min) && isnan(t->max) && isnan(t->mean) && isnan(t->stddev));
        cr_expect_eq(t->needs.kind, FINNC_DTYPE_FLOAT32);
    }
    const finnc_tensor_stats *h = find(stats, "h");
    cr_expect_eq(h->max, 1);
    cr_expect_eq(h->needs.kind, FINNC_DTYPE_FLOAT32, "no integers hold a NaN");
    cr_expect_eq(h->axes[0].nnans[0], 0);
    cr_expect_eq(h->axes[0].nnans[1], 2);
    finnc_stats_destroy(stats);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(stats, an_axis_that_is_said_is_one_of_a_tensor)
{
    static const char *const models[] = {NET, HEAD "g (x) => (y) { y = Neg(x) }"};
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_stats *stats;
    for (size_t i = 0; i < 2; i++) {
        finnc_model *model = read_text(cx, models[i]);
        finnc_stats_options options = {
            .nsamples = 1, .axes = {2, -4}, .naxes = 1, .has_axes = true, .inputs = feed};
        cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_OK, "%s",
                     finnc_ctx_message(cx));
        finnc_stats_destroy(stats);
        options.naxes = 2;
        cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_BAD_VALUE);
        cr_expect(strstr(finnc_ctx_message(cx), "along axis -4, and the largest rank is 3"), "%s",
                  finnc_ctx_message(cx));
        finnc_model_destroy(model);
    }
    finnc_ctx_destroy(cx);
}

/* Their real parts alone were counted as zeros, and said to need BINARY. */
Test(stats, complex_numbers_are_left_out)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *model =
        read_text(cx, HEAD "g () => (complex64[2] y, float[1] z) <complex64[2] c = {0, 1, 1, 2},"
                           " float[1] d = {1}> { y = Identity(c) z = Identity(d) }");
    finnc_stats_options options = {.nsamples = 1, .includes_weights = true};
    finnc_stats *stats;
    cr_assert_eq(finnc_stats_create(cx, model, &options, &stats), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_expect_null(find(stats, "y"));
    cr_expect_null(find(stats, "c"));
    cr_expect_not_null(find(stats, "z"));
    finnc_stats_destroy(stats);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(stats, drawn_inputs_are_the_same_for_the_same_seed)
{
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_stats_options options = {.nsamples = 3, .seed = 7, .outputs_only = true};
    finnc_stats *a, *b;
    finnc_model *model = read_text(cx, HEAD "g (float[2] x) => (float[2] y) { y = Neg(x) }");
    cr_assert_eq(finnc_stats_create(cx, model, &options, &a), FINNC_OK);
    cr_assert_eq(finnc_stats_create(cx, model, &options, &b), FINNC_OK);
    cr_expect_eq(finnc_stats_at(a, 0)->mean, finnc_stats_at(b, 0)->mean);
    cr_expect_null(finnc_stats_at(a, 1), "outputs alone");
    finnc_stats_destroy(a);
    finnc_stats_destroy(b);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

static finnc_status read_and_collect(finnc_ctx *cx, void *user)
{
    finnc_model *model;
    finnc_stats *stats;
    finnc_stats_options options = {
        .nsamples = 1, .axes = {1}, .naxes = 1, .includes_weights = true, .inputs = feed};
    FINNC_TRY(finnc_model_read_text(cx, user, &model));
    finnc_status status = finnc_stats_create(cx, model, &options, &stats);
    if (status == FINNC_OK)
        finnc_stats_destroy(stats);
    finnc_model_destroy(model);
    return status;
}

Test(stats, memory_may_run_out)
{
    check_poor(read_and_collect, NET);
}

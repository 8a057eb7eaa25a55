/* A pass with one wrong sign, among right ones, has to be named. */
#include "support/check_pass.h"

#include <finnc/bisect.h>
#include <finnc/run.h>

#include <criterion/criterion.h>
#include <string.h>

static finnc_ctx *cx;

static void begin(void)
{
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "%llu bytes are left",
                 (unsigned long long)finnc_ctx_live_bytes(cx));
    finnc_ctx_destroy(cx);
}

TestSuite(bisect, .init = begin, .fini = end);

/* What CNV is made of: pixels scaled and shifted, quantised, convolved, normalised, quantised,
 * pooled, multiplied. */
#define CNV                                                                                                      \
    "<opset_import: [\"\" : 11, \"qonnx.custom_op.general\" : 1]> "                                              \
    "g (float[1,2,6,6] x {UINT8}) => (float[1,3] y) "                                                            \
    "<float by = {255}, float one = {1}, float two = {2}, float[1,1] mid = {0}, float[2,1] mid2 = {0.25,-0.5}, " \
    "float[2,2,3,3] w = {1,-1,1,1,-1,-1,1,1,-1,1,1,1,-1,-1,1,-1,1,1,"                                            \
    "-1,1,-1,1,1,-1,1,-1,1,1,1,-1,-1,1,1,-1,-1,1}, "                                                             \
    "float[2] scale = {0.5,-1.5}, float[2] bias = {0.1,-0.2}, float[2] mean = {1,-2}, "                          \
    "float[2] var = {4,9}, float[8,3] m = {1,-1,1,-1,-1,1,1,1,1,-1,1,-1,1,-1,-1,1,1,1,-1,1,-1,1,"                \
    "-1,1}, float sign = {-0.5}> "                                                                               \
    "{ a = Div(x, by) b = Mul(a, two) c = Sub(b, one) "                                                          \
    "[first] q = qonnx.custom_op.general.MultiThreshold<out_scale=2.0, out_bias=-1.0>(c, mid) "                  \
    "d = Conv(q, w) e = BatchNormalization(d, scale, bias, mean, var) "                                          \
    "[second] f = qonnx.custom_op.general.MultiThreshold<out_scale=2.0, out_bias=-1.0>(e, mid2) "                \
    "h = MaxPool<kernel_shape=[2,2], strides=[2,2]>(f) i = Flatten(h) j = MatMul(i, m) "                         \
    "k = Mul(j, sign) y = Relu(k) }"

static finnc_model *cnv(void)
{
    return test_read_text(cx, CNV);
}

/* x + a reaches t where x reaches t - a: here with the wrong sign. */
static const finnc_pass wrong_sign = {
    .name = "AbsorbAddWithTheWrongSign",
    .summary = "of a test",
    .rules = {{.have = "q:MultiThreshold(Add(x, $a), $t)", .want = "q(x, t@=Add($t, $a))"}},
};

static const finnc_bisect_options three = {.compare = {.nsamples = 3, .rtol = 1e-4}};

Test(bisect, inputs_may_exchange_their_names)
{
    finnc_model *model = test_read_text(cx, "g (float[2] global_in_1, float[2] global_in) => "
                                            "(float[2] y) { [s] y = Sub(global_in_1, global_in) }");
    finnc_pipeline *pipeline = test_pipeline(cx, "GiveReadableTensorNames", NULL);
    finnc_bisection b;
    cr_assert_eq(finnc_bisect(cx, model, pipeline, &three, &b), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_expect_eq(b.rewrite, 0, "%s", b.pass);
    finnc_bisection_clear(&b);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

Test(bisect, names_the_rewrite_with_the_wrong_sign)
{
    finnc_model *model = cnv();
    finnc_pipeline *pipeline =
        test_pipeline(cx, "tidy, ConvertSubToAdd, ConvertDivToMul", &wrong_sign);
    const finnc_pass *behind = finnc_pass_find("Streamline");
    cr_assert_eq(finnc_pipeline_add(cx, pipeline, behind, NULL), FINNC_OK);
    finnc_bisection b;
    cr_assert_eq(finnc_bisect(cx, model, pipeline, &three, &b), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_str_eq(b.pass, "AbsorbAddWithTheWrongSign");
    cr_assert_str_eq(b.rule, wrong_sign.rules[0].have);
    cr_assert_str_eq(b.op_type, "MultiThreshold");
    cr_assert(strstr(b.text, "a is -1, t is 0"), "%s", b.text);
    cr_assert_eq(b.last, b.rewrite);
    cr_assert_gt(b.nrewrites, b.rewrite);
    cr_assert_leq(b.nruns, 12);
    cr_assert_str_empty(b.failure);
    cr_assert_not(b.is_on_purpose);
    cr_assert(b.before && b.after);
    cr_assert_str_eq(b.comparison.parting.value, "MultiThreshold_0_out0");
    /* Its number is what --rewrite-limit takes. */
    finnc_comparison k;
    for (uint64_t limit = b.rewrite - 1; limit <= b.rewrite; limit++) {
        finnc_transform_options options = {.rewrite_limit = limit};
        finnc_model *again = cnv();
        cr_assert_eq(finnc_transform(cx, again, pipeline, &options), FINNC_OK);
        cr_assert_eq(finnc_compare(cx, model, again, &three.compare, &k), FINNC_OK);
        cr_assert_eq(k.difference.value != NULL, limit == b.rewrite);
        finnc_model_destroy(again);
    }
    finnc_bisection_clear(&b);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

Test(bisect, finds_nothing_where_all_is_right)
{
    finnc_model *model = cnv();
    finnc_pipeline *pipeline = test_pipeline(cx, "tidy, Streamline", NULL);
    finnc_bisection b;
    cr_assert_eq(finnc_bisect(cx, model, pipeline, &three, &b), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(b.rewrite, 0);
    cr_assert_gt(b.nrewrites, 5);
    cr_assert_eq(b.nruns, 1);
    finnc_bisection_clear(&b);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

/* ---- other ways to go wrong ---- */

#define RELUS "g (float[8] x) => (float[8] y) { [a] p = Relu(x) [b] q = Relu(p) y = Neg(q) }"

static finnc_bisection bisect(const finnc_pass *pass, const char *text,
                              const finnc_bisect_options *options)
{
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, "GiveUniqueNodeNames", pass);
    finnc_bisection b;
    cr_assert_eq(finnc_bisect(cx, model, pipeline, options, &b), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_bisection_clear(&b);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    return b;
}

static finnc_status all_at_once(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_foreach_node (node, graph)
        if (finnc_node_is(node, "Relu")) {
            FINNC_TRY(finnc_node_set_op(finnc_pass_ctx(run), node, "Abs", ""));
            finnc_pass_applied(run, node, "made positive");
        }
    return FINNC_OK;
}

Test(bisect, what_cannot_be_told_apart_is_said)
{
    const finnc_pass pass = {.name = "AllAtOnce", .summary = "of a test", .run = all_at_once};
    const finnc_bisection b = bisect(&pass, RELUS, &three);
    cr_assert_str_eq(b.pass, "AllAtOnce");
    cr_assert_eq(b.rewrite, 2);
    cr_assert_eq(b.last, 3);
    cr_assert_eq(b.step, 2);
}

static finnc_status breaking(finnc_pass_run *run, finnc_graph *graph)
{
    finnc_pass_applied(run, finnc_graph_last_node(graph), "cuts it off");
    finnc_graph_erase_node(finnc_graph_last_node(graph));
    return FINNC_OK;
}

Test(bisect, a_run_that_fails_is_searched_likewise)
{
    const finnc_pass pass = {.name = "Cutter", .summary = "of a test", .run = breaking};
    const finnc_bisect_options options = {.compare = three.compare, .check_each = true};
    const finnc_bisection b = bisect(&pass, RELUS, &options);
    cr_assert_str_eq(b.pass, "Cutter");
    cr_assert_eq(b.rewrite, 2);
    cr_assert(strstr(b.failure, "pass Cutter: "), "%s", b.failure);
}

static const finnc_pass to_abs = {
    .name = "ToAbs", .summary = "of a test", .rules = {{.have = "Relu(x)", .want = "Abs(x)"}}};

static finnc_status ones(void *user, finnc_ctx *context, size_t sample, finnc_bundle **inputs)
{
    const float *x = user;
    finnc_tensor *tensor;
    FINNC_TRY(finnc_bundle_create(context, inputs));
    FINNC_TRY(finnc_tensor_create_from(context, FINNC_ELEM_FLOAT, 1, (int64_t[]){8}, x + 8 * sample,
                                       &tensor));
    const finnc_status status = finnc_bundle_set(*inputs, "x", tensor);
    finnc_tensor_release(tensor);
    return status;
}

/* Positive numbers do not tell Relu from Abs, one negative does. */
Test(bisect, it_is_the_given_inputs_that_decide)
{
    float x[16] = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, -5, 6, 7, 8};
    for (size_t n = 1; n <= 2; n++) {
        const finnc_bisect_options options = {
            .compare = {.nsamples = n, .inputs = ones, .user = x, .rtol = 1e-4}};
        const finnc_bisection b = bisect(&to_abs, RELUS, &options);
        cr_assert_eq(b.rewrite, n == 1 ? 0 : 2);
        cr_assert_eq(b.comparison.sample, n == 1 ? 0 : 1);
        cr_assert_str_eq(b.node, n == 1 ? "" : "Relu_0");
    }
}

static finnc_verdict refuses(finnc_match *m)
{
    return finnc_refuse(m, "not on a Friday");
}

Test(bisect, a_pass_that_refuses_is_nobody_s_rewrite)
{
    const finnc_pass pass = {.name = "Refuser",
                             .summary = "of a test",
                             .rules = {{.have = "Neg(x)", .want = "x", .when = refuses}}};
    finnc_model *model = test_read_text(cx, RELUS);
    finnc_pipeline *pipeline = test_pipeline(cx, "GiveUniqueNodeNames", &pass);
    finnc_bisection b;
    cr_assert_eq(finnc_bisect(cx, model, pipeline, &three, &b), FINNC_BAD_VALUE);
    cr_assert(strstr(finnc_ctx_message(cx), "no rewrite is wrong, and after the last one: "), "%s",
              finnc_ctx_message(cx));
    cr_assert(strstr(finnc_ctx_message(cx), "not on a Friday"));
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

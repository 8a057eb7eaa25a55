/* Models on data sets: the model answers with what it is shown. */
#include "support/poor.h"
#include "support/program.h"
#include "support/run_text.h"
#include "support/suite.h"

#include <finnc/eval.h>

#include <stdio.h>
#include <string.h>

FNC_SUITE(evaluate);

#define HEAD "<opset_import: [\"\": 13]> "
static const char *const scores = HEAD "g (float[1,3] x) => (float[1,3] y) { y = Identity (x) }";

enum { NSAMPLES = 41 };

/* Sample i has its largest number at i % 3, its second at (i + 1) % 3; every fifth label says
 * something else. */
static finnc_dataset *make_samples(const char *name)
{
    char images[600], labels[600];
    float x[NSAMPLES][3] = {{0}}, y[NSAMPLES];
    finnc_dataset *set;
    snprintf(images, sizeof images, "%s/%s-x.npy", test_folder(), name);
    snprintf(labels, sizeof labels, "%s/%s-y.npy", test_folder(), name);
    for (int i = 0; i < NSAMPLES; i++) {
        x[i][i % 3] = 2;
        x[i][(i + 1) % 3] = 1;
        y[i] = (float)(i % 5 ? i % 3 : (i + 1 + i % 2) % 3);
    }
    finnc_tensor *data = floats(cx, 2, (int64_t[]){NSAMPLES, 3}, x[0]);
    finnc_tensor *truth = floats(cx, 1, (int64_t[]){NSAMPLES}, y);
    cr_assert_eq(finnc_npy_write(cx, images, data), FINNC_OK);
    cr_assert_eq(finnc_npy_write(cx, labels, truth), FINNC_OK);
    finnc_tensor_release(data);
    finnc_tensor_release(truth);
    const finnc_dataset_options options = {.truth = labels};
    cr_assert_eq(finnc_dataset_open(cx, images, &options, &set), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    return set;
}

/* Of every fifth sample the label is the second best if i is even (5 of them: 0, 10, ... 40), else
 * the worst. */
static void check_counts(const char *text, const finnc_eval_options *options, bool is_list)
{
    finnc_evaluation *e;
    finnc_eval_report report;
    finnc_dataset *set = make_samples("counts");
    finnc_model *model = read_text(cx, text);
    cr_assert_eq(finnc_evaluate(cx, model, set, options, &e, &report), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_assert_eq(report.is_list, is_list);
    cr_assert_eq(finnc_evaluation_count(e), NSAMPLES);
    cr_assert_eq(finnc_evaluation_hits(e, 1), NSAMPLES - 9);
    if (finnc_evaluation_top_k(e) > 1)
        cr_assert_eq(finnc_evaluation_hits(e, 2), NSAMPLES - 4);
    for (size_t i = 0; i < NSAMPLES; i++) {
        cr_assert_eq(finnc_evaluation_at(e, i)->sample, i);
        cr_assert_eq(finnc_evaluation_at(e, i)->predicted, (int64_t)i % 3);
    }
    finnc_evaluation_destroy(e);
    finnc_model_destroy(model);
    finnc_dataset_destroy(set);
}

Test(evaluate, answers_do_not_depend_on_the_number_of_threads)
{
    for (int threads = 1; threads <= 5; threads++)
        check_counts(scores, &(finnc_eval_options){.threads = threads, .top_k = 2}, false);
}

Test(evaluate, batches_are_the_models_own_and_the_last_is_filled_up)
{
    check_counts(HEAD "g (float[7,3] x) => (float[7,3] y) { y = Identity (x) }",
                 &(finnc_eval_options){.threads = 2, .top_k = 2}, false);
    check_counts(HEAD "g (float[N,3] x) => (float[N,3] y) { y = Identity (x) }",
                 &(finnc_eval_options){.batch = 4}, false);
    check_counts(HEAD "g (float[N,3] x) => (float[N,3] y) { y = Identity (x) }",
                 &(finnc_eval_options){.batch = 1000}, false);
}

Test(evaluate, class_numbers_are_judged_as_they_stand)
{
    check_counts(HEAD "g (float[2,3] x) => (int64[2,2] i) <int64[1] k = {2}> {"
                      " v, i = TopK (x, k) }",
                 &(finnc_eval_options){.top_k = 2}, true);
    check_counts(HEAD "g (float[1,3] x) => (int64[1,1] i) { i = ArgMax <axis = 1> (x) }", NULL,
                 true);
}

Test(evaluate, another_output_may_be_judged)
{
    check_counts(HEAD "g (float[1,3] x) => (float[1,3] n, float[1,3] y) {"
                      " n = Neg (x) y = Identity (x) }",
                 &(finnc_eval_options){.output = "y"}, false);
}

Test(evaluate, samples_are_fitted_to_the_input)
{
    const double mean = 1, std = 0.5;
    const finnc_eval_options options = {.fit = {.mean = &mean, .std = &std, .nmean = 1, .nstd = 1}};
    check_counts(HEAD "g (double[1,1,3] x) => (double[1,1,3] y) { y = Identity (x) }", NULL, false);
    check_counts(scores, &options, false);
    /* 0, 1, 2 become -2, 0, 2: their squares have two largest, of which the first is taken. */
    finnc_evaluation *e;
    finnc_eval_report report;
    finnc_dataset *set = make_samples("fit");
    finnc_model *model =
        read_text(cx, HEAD "g (float[1,3] x) => (float[1,3] y) { y = Mul (x, x) }");
    cr_assert_eq(finnc_evaluate(cx, model, set, &options, &e, &report), FINNC_OK);
    cr_assert_eq(finnc_evaluation_at(e, 1)->predicted, 0);
    cr_assert_eq(finnc_evaluation_at(e, 2)->predicted, 1);
    cr_assert(strstr(report.fitting, "(x - 1) / 0.5"), "%s", report.fitting);
    finnc_evaluation_destroy(e);
    finnc_model_destroy(model);
    finnc_dataset_destroy(set);
}

Test(evaluate, a_limit_takes_the_first_samples)
{
    finnc_evaluation *e;
    finnc_dataset *set = make_samples("limit");
    finnc_model *model = read_text(cx, scores);
    const finnc_eval_options options = {.limit = 4};
    cr_assert_eq(finnc_evaluate(cx, model, set, &options, &e, NULL), FINNC_OK);
    cr_assert_eq(finnc_evaluation_count(e), 4);
    finnc_evaluation_destroy(e);
    finnc_model_destroy(model);
    finnc_dataset_destroy(set);
}

/* ---- failures ---- */

static void check_fails(const char *text, const finnc_eval_options *options, finnc_status status,
                        const char *words)
{
    finnc_evaluation *e;
    finnc_dataset *set = make_samples("fails");
    finnc_model *model = read_text(cx, text);
    cr_assert_eq(finnc_evaluate(cx, model, set, options, &e, NULL), status, "%s",
                 finnc_ctx_message(cx));
    cr_assert(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_model_destroy(model);
    finnc_dataset_destroy(set);
}

Test(evaluate, what_does_not_fit_is_said_with_both_shapes)
{
    check_fails(HEAD "g (float[1,4] x) => (float[1,4] y) { y = Identity (x) }", NULL,
                FINNC_BAD_VALUE, "sample 0: it is 3, the input x wants 4");
    check_fails(HEAD "g (float[3] x) => (float[3] y) { y = Identity (x) }", NULL, FINNC_BAD_VALUE,
                "it is 3, the input x wants 3, whose first axis is taken for that of the samples");
    check_fails(HEAD "g (float[1,3] x, float[1] z) => (float[1,3] y) { y = Mul (x, z) }", NULL,
                FINNC_BAD_VALUE, "more than one input");
    check_fails(HEAD "g (float[2,3] x) => (float[3] y) <int64[1] a = {0}> {"
                     " y = ReduceSum <keepdims = 0> (x, a) }",
                NULL, FINNC_BAD_VALUE, "tensor y: ");
    check_fails(scores, &(finnc_eval_options){.output = "z"}, FINNC_NOT_FOUND, "no output z");
}

/* Sample 8 is the first whose sum of squares differs; with any number of threads it is named. */
Test(evaluate, the_failure_told_is_that_of_the_earliest_sample)
{
    char words[2][200];
    for (int threads = 1; threads <= 4; threads += 3) {
        finnc_evaluation *e;
        finnc_dataset *set = make_samples("earliest");
        finnc_model *model = read_text(
            cx, HEAD "g (float[1,3] x) => (float[1,3] y {UINT2}) <float[1,3] h = {0, 0, 0.25}> {"
                     " y = Mul (x, h) }");
        const finnc_eval_options options = {.threads = threads};
        cr_assert_eq(finnc_evaluate(cx, model, set, &options, &e, NULL), FINNC_BAD_VALUE);
        snprintf(words[threads > 1], sizeof words[0], "%s", finnc_ctx_message(cx));
        finnc_model_destroy(model);
        finnc_dataset_destroy(set);
    }
    cr_assert_str_eq(words[0], words[1]);
    cr_assert(strstr(words[0], "0.25"), "%s", words[0]);
}

static void cancel_at_five(void *user, const char *what, size_t done, size_t total)
{
    cr_assert_str_eq(what, "evaluating");
    cr_assert_leq(done, total);
    if (done >= 5)
        finnc_ctx_cancel(*(finnc_ctx **)user);
}

Test(evaluate, cancelling_is_heard)
{
    finnc_ctx *impatient;
    const finnc_ctx_options options = {.progress = cancel_at_five, .user = &impatient};
    finnc_evaluation *e;
    finnc_dataset *set = make_samples("cancel");
    impatient = finnc_ctx_create(&options);
    finnc_model *model = read_text(impatient, scores);
    cr_assert_eq(finnc_evaluate(impatient, model, set, NULL, &e, NULL), FINNC_CANCELLED);
    cr_assert_neq(*finnc_ctx_message(impatient), 0);
    finnc_model_destroy(model);
    cr_assert_eq(finnc_ctx_live_bytes(impatient), 0);
    finnc_ctx_destroy(impatient);
    finnc_dataset_destroy(set);
}

static finnc_status evaluate_poorly(finnc_ctx *poor, void *user)
{
    finnc_evaluation *e;
    finnc_model *model;
    const finnc_eval_options options = {.threads = 1, .limit = 3};
    FINNC_TRY(finnc_model_read_text(poor, scores, &model));
    finnc_status status = finnc_evaluate(poor, model, user, &options, &e, NULL);
    if (status == FINNC_OK)
        finnc_evaluation_destroy(e);
    finnc_model_destroy(model);
    return status;
}

Test(evaluate, running_out_of_memory_leaves_nothing)
{
    finnc_dataset *set = make_samples("poor");
    check_poor(evaluate_poorly, set);
    finnc_dataset_destroy(set);
}

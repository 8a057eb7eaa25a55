#include "support/check_pass.h"
#include "support/program.h"

#include <finnc/reproducer.h>
#include <finnc/version.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

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

TestSuite(reproducer, .init = begin, .fini = end);

static finnc_status append(void *user, finnc_ctx *context, const char *text, size_t length)
{
    (void)context;
    strncat(user, text, length);
    return FINNC_OK;
}

static void check_yaml(const char *passes, size_t first, size_t count, const char *expected)
{
    char text[2048] = "";
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL), *again;
    cr_assert_eq(finnc_pipeline_write(cx, pipeline, first, count, append, text), FINNC_OK);
    cr_assert_str_eq(text, expected);
    cr_assert_eq(finnc_pipeline_read_text(cx, text, &again), FINNC_OK, "%s", finnc_ctx_message(cx));
    char twice[2048] = "";
    cr_assert_eq(finnc_pipeline_write(cx, again, 0, 100, append, twice), FINNC_OK);
    cr_assert_str_eq(twice, expected);
    finnc_pipeline_destroy(again);
    finnc_pipeline_destroy(pipeline);
}

Test(reproducer, a_pipeline_is_written_as_it_is_read)
{
    check_yaml("SortGraph, InsertTopK{k=2, axis=-1}", 0, 2,
               "passes:\n  - SortGraph\n  - InsertTopK: {\"k\": 2}\n");
    check_yaml("SortGraph, Streamline", 1, 1, "passes:\n  - Streamline\n");
    check_yaml("front(SortGraph, InferShapes), fixpoint(ConvertSubToAdd, b(ConvertDivToMul)), "
               "InferShapes",
               0, 9,
               "passes:\n"
               "  - group: \"front\"\n    steps:\n      - SortGraph\n      - InferShapes\n"
               "  - fixpoint:\n      - ConvertSubToAdd\n"
               "      - group: \"b\"\n        steps:\n          - ConvertDivToMul\n"
               "  - InferShapes\n");
    check_yaml("GiveUniqueNodeNames{prefix=\"a: \\\"b\\\" #c\"}", 0, 1,
               "passes:\n  - GiveUniqueNodeNames: {\"prefix\": \"a: \\\"b\\\" #c\"}\n");
    check_yaml("", 0, 1, "passes: []\n");
}

/* Says that step 2 of "SortGraph, `passes`" failed, and keeps that. */
static const char *keep(const char *text, const char *passes, finnc_transform_failure *failure)
{
    static char folder[512];
    char all[512];
    snprintf(folder, sizeof folder, "%s/kept", test_folder());
    snprintf(all, sizeof all, "SortGraph, %s", passes);
    finnc_model *model = test_read_text(cx, text);
    finnc_pipeline *pipeline = test_pipeline(cx, all, NULL);
    const finnc_transform_options options = {.verify_each = true,
                                             .verify_seed = 7,
                                             .check_each = true,
                                             .rewrite_limit = 5,
                                             .failure = failure};
    cr_assert_eq(
        finnc_reproducer_write(cx, folder, model, pipeline, &options, "m.onnx: it was Friday"),
        FINNC_OK, "%s", finnc_ctx_message(cx));
    /* Nothing is written over. */
    cr_assert_eq(
        finnc_reproducer_write(cx, folder, model, pipeline, &options, "m.onnx: it was Friday"),
        FINNC_BAD_FILE);
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
    return folder;
}

#define TEXT "g (float[2] x) => (float[2] y) { [a] p = Relu(x) y = Neg(p) }"

Test(reproducer, a_failure_fails_again)
{
    finnc_transform_failure failure = {.cause = FINNC_FAILED_PASS,
                                       .step = 2,
                                       .pass = "FixedPointQuantizeParamsFromDict",
                                       .earlier_rewrites = 3,
                                       .rewrite = 4};
    const char *folder = keep(TEXT, "FixedPointQuantizeParamsFromDict{fixedpt_dict=[1]}", &failure);
    finnc_replayed r;
    cr_assert_eq(finnc_replay(cx, folder, NULL, NULL, &r), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert(r.fails);
    cr_assert(r.is_same);
    cr_assert_eq(r.cause, FINNC_FAILED_PASS);
    cr_assert_str_eq(r.recorded_message, "m.onnx: it was Friday");
    cr_assert(strstr(r.message, "fixedpt_dict"), "%s", r.message);
    cr_assert_eq(r.recorded_rewrite, 1);
    cr_assert_str_eq(r.recorded_version, finnc_version());
}

Test(reproducer, what_was_mended_does_not)
{
    finnc_bundle *inputs;
    finnc_tensor *x;
    cr_assert_eq(finnc_bundle_create(cx, &inputs), FINNC_OK);
    cr_assert_eq(finnc_tensor_create(cx, FINNC_ELEM_FLOAT, 1, (int64_t[]){2}, &x), FINNC_OK);
    cr_assert_eq(finnc_bundle_set(inputs, "x", x), FINNC_OK);
    finnc_transform_failure failure = {.cause = FINNC_FAILED_VERIFICATION,
                                       .step = 2,
                                       .pass = "GiveUniqueNodeNames",
                                       .rewrite = 1,
                                       .inputs = inputs};
    const char *folder = keep(TEXT, "GiveUniqueNodeNames", &failure);
    cr_assert_str_eq(test_list(), "kept");
    finnc_replayed r;
    cr_assert_eq(finnc_replay(cx, folder, NULL, NULL, &r), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_not(r.fails);
    cr_assert_not(r.is_same);
    cr_assert_eq(r.recorded_cause, FINNC_FAILED_VERIFICATION);
    finnc_tensor_release(x);
    finnc_bundle_destroy(inputs);
}

/* A sequence cannot be put into a file, but drawn again. */
Test(reproducer, inputs_that_numpy_does_not_have_are_drawn_again)
{
    finnc_bundle *inputs;
    finnc_tensor *x;
    cr_assert_eq(finnc_bundle_create(cx, &inputs), FINNC_OK);
    cr_assert_eq(finnc_tensor_create_of(cx, FINNC_KIND_SEQUENCE, NULL, 0, &x), FINNC_OK);
    cr_assert_eq(finnc_bundle_set(inputs, "x", x), FINNC_OK);
    finnc_transform_failure failure = {.cause = FINNC_FAILED_VERIFICATION,
                                       .step = 2,
                                       .pass = "GiveUniqueNodeNames",
                                       .rewrite = 1,
                                       .inputs = inputs};
    const char *folder = keep("g (seq(float[2]) x) => (int64 y) { y = SequenceLength(x) }",
                              "GiveUniqueNodeNames", &failure);
    finnc_replayed r;
    cr_assert_eq(finnc_replay(cx, folder, NULL, NULL, &r), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_expect_not(r.fails);
    finnc_tensor_release(x);
    finnc_bundle_destroy(inputs);
}

/* A model that does not run says nothing about what it computes. */
Test(reproducer, what_cannot_be_verified_is_not_mended)
{
    finnc_transform_failure failure = {
        .cause = FINNC_FAILED_VERIFICATION, .step = 2, .pass = "GiveUniqueNodeNames", .rewrite = 1};
    const char *folder =
        keep("g (float[2] x) => (float[2] y) { [a] p = my.own.Op(x) [b] y = Neg(p) }",
             "GiveUniqueNodeNames", &failure);
    finnc_replayed r;
    cr_assert_eq(finnc_replay(cx, folder, NULL, NULL, &r), FINNC_UNSUPPORTED);
    cr_assert(strstr(finnc_ctx_message(cx), "now nothing could be verified"), "%s",
              finnc_ctx_message(cx));
}

Test(reproducer, another_folder_is_none)
{
    finnc_replayed r;
    cr_assert_eq(finnc_replay(cx, test_folder(), NULL, NULL, &r), FINNC_NOT_FOUND);
    test_write("repro.json", "{\"finnc\": {\"kind\": \"remarks\", \"schema\": 1}}");
    cr_assert_eq(finnc_replay(cx, test_folder(), NULL, NULL, &r), FINNC_BAD_FILE);
    test_write("repro.json", "{\"finnc\": {\"kind\": \"reproducer\", \"schema\": 2}}");
    cr_assert_eq(finnc_replay(cx, test_folder(), NULL, NULL, &r), FINNC_BAD_FILE);
    cr_assert(strstr(finnc_ctx_message(cx), "schema 2, this finnc reads 1"));
    test_write("repro.json", "{");
    cr_assert_eq(finnc_replay(cx, test_folder(), NULL, NULL, &r), FINNC_BAD_FILE);
}

/* A tensor of the model may be called anything. */
Test(reproducer, words_that_are_no_utf8_are_mended)
{
    finnc_transform_failure failure = {
        .cause = FINNC_FAILED_PASS, .step = 1, .pass = "SortGraph", .rewrite = 1};
    const finnc_transform_options options = {.failure = &failure};
    char folder[512];
    snprintf(folder, sizeof folder, "%s/kept", test_folder());
    finnc_model *model = test_read_text(cx, TEXT);
    finnc_pipeline *pipeline = test_pipeline(cx, "SortGraph", NULL);
    cr_assert_eq(finnc_reproducer_write(cx, folder, model, pipeline, &options,
                                        "no tensor m\xff\xc3\xa4\xe2\x82 here"),
                 FINNC_OK, "%s", finnc_ctx_message(cx));
    finnc_replayed r;
    cr_assert_eq(finnc_replay(cx, folder, NULL, NULL, &r), FINNC_OK, "%s", finnc_ctx_message(cx));
    cr_assert_str_eq(r.recorded_message,
                     "no tensor m\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd here");
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(model);
}

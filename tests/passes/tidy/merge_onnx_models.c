#include "support/check_pass.h"
#include "support/graph_equal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Puts `pre` before `text`: the graph is `after`, or (after NULL) there are `words` of failure. */
static void check_merge(const char *pre, const char *text, const char *after, const char *words)
{
    char path[] = "/tmp/finnc-merge-XXXXXX", passes[128];
    const int fd = mkstemp(path);
    cr_assert_neq(fd, -1);
    close(fd);
    finnc_ctx *cx = finnc_ctx_create(NULL);
    finnc_model *first = test_read_text(cx, pre), *model = test_read_text(cx, text);
    cr_assert_eq(finnc_model_write(cx, first, path, FINNC_EXTERNAL_KEEP), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    snprintf(passes, sizeof passes, "MergeONNXModels{pre_model=\"%s\"}", path);
    finnc_pipeline *pipeline = test_pipeline(cx, passes, NULL);
    finnc_transform_options options = {.check_each = true};
    const finnc_status status = finnc_transform(cx, model, pipeline, &options);
    unlink(path);
    if (after) {
        char why[512];
        cr_assert_eq(status, FINNC_OK, "%s", finnc_ctx_message(cx));
        finnc_model *want = test_read_text(cx, after);
        cr_expect(graph_equal(finnc_model_graph(model), finnc_model_graph(want), why, sizeof why),
                  "%s in\n%s", why, test_print(cx, model));
        cr_expect_eq(finnc_model_find_opset(model, "qonnx.custom_op.general"),
                     finnc_model_find_opset(want, "qonnx.custom_op.general"));
        cr_expect_eq(finnc_model_find_opset(model, ""), finnc_model_find_opset(want, ""));
        finnc_model_destroy(want);
    } else {
        cr_assert_neq(status, FINNC_OK);
        cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    }
    finnc_pipeline_destroy(pipeline);
    finnc_model_destroy(first);
    finnc_model_destroy(model);
    finnc_ctx_destroy(cx);
}

Test(merge_onnx_models, puts_one_before_the_other)
{
    check_merge(
        "pre (uint8[1,2] x {UINT8}) => (float[1,2] y) <float[1] w = {0.5}> {"
        "    a = Cast <to = 1> (x) y = Mul(a, w) }",
        "g (float[1,2] x) => (float[1,2] y) <float[1] w = {2}> { a = Add(x, w) y = Relu(a) }",
        "g (uint8[1,2] x {UINT8, NC}) => (float[1,2] y {NC}) <float[1] w = {0.5},"
        "    float[1] v = {2}, float[1,2] a {NC}, float[1,2] b {NC}, float[1,2] c {NC}> {"
        "    a = Cast <to = 1> (x) b = Mul(a, w) c = Add(b, v) y = Relu(c) }",
        NULL);
}

Test(merge_onnx_models, keeps_other_inputs_outputs_and_domains)
{
    check_merge("pre (float[1,2] x) => (float[1,2] y, float[1,2] z) <float s = {0.5}> {"
                "    y = qonnx.custom_op.general.BipolarQuant(x, s) z = Neg(x) }",
                "g (float[1,2] x, float[1,2] u) => (float[1,2] y, float[1,2] v) {"
                "    y = Add(x, u) v = Relu(x) }",
                "g (float[1,2] x {NC}, float[1,2] u) => (float[1,2] y {NC}, float[1,2] v {NC},"
                "    float[1,2] z {NC}) <float s = {0.5}, float[1,2] q {NC}> {"
                "    q = qonnx.custom_op.general.BipolarQuant(x, s) z = Neg(x) y = Add(q, u)"
                "    v = Relu(q) }",
                NULL);
}

Test(merge_onnx_models, refuses_what_does_not_fit)
{
    static const char *const text = "g (float[1,2] x) => (float[1,2] y) { y = Relu(x) }";
    check_merge("pre (float[1,3] x) => (float[1,3] y) { y = Relu(x) }", text, NULL,
                "'y' has 3 elements along axis 1, the input 'x' 2");
    check_merge("pre (float[2] x) => (float[2] y) { y = Relu(x) }", text, NULL, "has rank 1");
    check_merge("pre (int8[1,2] x) => (int8[1,2] y) { y = Identity(x) }", text, NULL,
                "is INT8, the input 'x' FLOAT");
    check_merge("pre (float[1,2] x) => (float[1,2] y) { y = "
                "qonnx.custom_op.general.GenericPartition <model = \"part.onnx\"> (x) }",
                text, NULL, "is a partition, whose model lies in its own folder");
    check_refused("MergeONNXModels{pre_model=\"/nowhere/at/all.onnx\"}", text,
                  "/nowhere/at/all.onnx");
}

/* Nodes mean what they meant in the model that they come from. */
#define OPSETS(version, general)                                                                   \
    "<ir_version: 8, opset_import: [\"\" : " version ", \"qonnx.custom_op.general\" : " general    \
    "]> "
#define CLIP "(float[1,2] x) => (float[1,2] y) { y = Clip <min = 0.0, max = 1.0> (x) }"
#define RELU "(float[1,2] x) => (float[1,2] y) { y = Relu(x) }"

Test(merge_onnx_models, the_older_one_is_written_as_the_newer_opset_has_it)
{
    check_merge(OPSETS("10", "1") "pre " CLIP, OPSETS("17", "1") "g " RELU,
                OPSETS("17", "1") "g (float[1,2] x {NC}) => (float[1,2] y {NC})"
                                  "    <float a = {0}, float b = {1}, float[1,2] c {NC}> {"
                                  "    c = Clip(x, a, b) y = Relu(c) }",
                NULL);
    check_merge(OPSETS("17", "1") "pre " RELU, OPSETS("10", "1") "g " CLIP,
                OPSETS("17", "1") "g (float[1,2] x {NC}) => (float[1,2] y {NC})"
                                  "    <float a = {0}, float b = {1}, float[1,2] c {NC}> {"
                                  "    c = Relu(x) y = Clip(c, a, b) }",
                NULL);
}

#define NORM(outs)                                                                                     \
    "(float[2,2] x) => (float[2,2] y) <float[2] s = {1, 1}, float[2] b = {0, 0}, float[2] m = {0, 0}," \
    "    float[2] v = {1, 1}> { " outs " = BatchNormalization(x, s, b, m, v) }"
#define SQUARE "(float[2,2] x) => (float[2,2] y) { y = Relu(x) }"

Test(merge_onnx_models, a_normalisation_that_trains_says_so)
{
    check_merge(OPSETS("9", "1") "pre " NORM("y, m2, v2"), OPSETS("17", "1") "g " SQUARE,
                OPSETS("17", "1") "g (float[2,2] x {NC}) => (float[2,2] y {NC})"
                                  " <float[2] s = {1, 1}, float[2] b = {0, 0}, float[2] m = {0, 0},"
                                  "    float[2] v = {1, 1}, float[2,2] c {NC}> {"
                                  "    c, m2, v2 = BatchNormalization <training_mode = 1>"
                                  "        (x, s, b, m, v) y = Relu(c) }",
                NULL);
    check_merge(
        OPSETS("9", "1") "pre " NORM("y, \"\", \"\""), OPSETS("17", "1") "g " SQUARE,
        OPSETS("17", "1") "g (float[2,2] x {NC}) => (float[2,2] y {NC})"
                          " <float[2] s = {1, 1}, float[2] b = {0, 0}, float[2] m = {0, 0},"
                          "    float[2] v = {1, 1}, float[2,2] c {NC}> {"
                          "    c, \"\", \"\" = BatchNormalization(x, s, b, m, v) y = Relu(c) }",
        NULL);
    check_merge(OPSETS("9", "1") "pre " NORM("y, m2, v2, m3, v3"), OPSETS("17", "1") "g " SQUARE,
                NULL, "makes 1 to 3 outputs in version 15, has 5");
}

Test(merge_onnx_models, what_the_newer_opset_has_no_word_for_is_told)
{
#define SOFTMAX "(float[1,2,2] x) => (float[1,2,2] y) { y = Softmax <axis = 1> (x) }"
#define CUBE    "(float[1,2,2] x) => (float[1,2,2] y) { y = Relu(x) }"
    check_merge(OPSETS("11", "1") "pre " SOFTMAX, OPSETS("17", "1") "g " CUBE, NULL,
                "over the axes from 1 on, which opset 13 has no word for");
    check_merge(OPSETS("17", "1") "pre " CUBE, OPSETS("11", "1") "g " SOFTMAX, NULL,
                "pass MergeONNXModels: Softmax: over the axes from 1 on");
    check_merge(OPSETS("17", "1") "pre (float[1,2] x) => (float[1,2] y) <float s = {1},"
                                  "    float z = {0}, float i = {4}, float o = {2}> {"
                                  "    y = qonnx.custom_op.general.Trunc(x, s, z, i, o) }",
                OPSETS("17", "2") "g " RELU, NULL,
                "version 2 of the op has a second scale, and clips");
}

/* Its names would be others where they are taken here. */
Test(merge_onnx_models, what_gradients_name_is_not_renamed)
{
    check_merge("<ir_version: 8, opset_import: [\"\" : 17, \"ai.onnx.preview.training\" : 1]>\n"
                "pre (float[1,2] x) => (float[1,2] d) {"
                "    y = Mul(x, x)"
                "    d = ai.onnx.preview.training.Gradient <xs = [\"x\"], y = \"y\"> (x) }",
                "g (float[1,2] x) => (float[1,2] y) { y = Relu(x) }", NULL,
                "it has Gradient nodes");
}

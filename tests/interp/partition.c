/* Models that are parts of models: where their files may lie, and what may be in them. */
#include "support/run_text.h"

#include <finnc/model.h>

#include <criterion/criterion.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static finnc_ctx *cx;
static char folder[PATH_MAX];

static void setup(void)
{
    char template[] = "/tmp/finnc-partition-XXXXXX";
    cx = finnc_ctx_create(NULL);
    cr_assert(mkdtemp(template));
    cr_assert(realpath(template, folder));
}

static void teardown(void)
{
    char command[PATH_MAX + 20];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_assert_eq(system(command), 0);
    cr_assert_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
}

TestSuite(partition, .init = setup, .fini = teardown);

#define HEAD                                                                                       \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1,"                   \
    " \"finn.custom_op.fpgadataflow\" : 1]> "
#define PART(name) "qonnx.custom_op.general.GenericPartition <model = \"" name "\">"

/* The model of `text` as file `name` of the folder. */
static void save(const char *name, const char *text)
{
    char path[PATH_MAX + 100];
    finnc_model *model = read_text(cx, text);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_KEEP), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

/* Runs file `name` on x = 1, 2; NULL, or what is said. */
static const char *run(const char *name, float *y)
{
    char path[PATH_MAX + 100];
    finnc_model *model = NULL;
    finnc_session *session = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    finnc_status status = finnc_model_read(cx, path, &model);
    if (status == FINNC_OK)
        status = finnc_session_create(cx, model, NULL, &session);
    for (int k = 0; k < 2 && status == FINNC_OK; k++) { /* twice: nothing is left over */
        finnc_tensor *x = floats(cx, 1, (int64_t[]){2}, (float[]){1, 2});
        status = finnc_session_feed(session, "x", x);
        finnc_tensor_release(x);
        if (status == FINNC_OK)
            status = finnc_session_run(session);
    }
    for (int i = 0; i < 2 && status == FINNC_OK && y; i++)
        y[i] = (float)finnc_tensor_get(finnc_session_fetch(session, "y"), i);
    finnc_session_destroy(session);
    finnc_model_destroy(model);
    return status == FINNC_OK ? NULL : finnc_ctx_message(cx);
}

static void check_runs(const char *name, float first, float second)
{
    float y[2];
    const char *wrong = run(name, y);
    cr_assert_null(wrong, "%s", wrong);
    cr_expect(y[0] == first && y[1] == second, "%g %g", y[0], y[1]);
}

static void check_says(const char *name, const char *words)
{
    const char *said = run(name, NULL);
    cr_assert(said, "%s runs", name);
    cr_expect(strstr(said, words), "'%s' does not say '%s'", said, words);
}

static const char *const twice =
    HEAD "part (float[2] v) => (float[2] w) <float two = {2}> { w = Mul(v, two) }";

Test(partition, runs_by_the_order_of_its_inputs_and_outputs)
{
    save("part.onnx", HEAD "part (float[2] b, float[2] a) => (float[2] s, float[2] d)"
                           " <float[2] unused = {0, 0}> { s = Add(b, a) d = Sub(b, a) }");
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y, float[2] z) <float[2] c = {5, 5}> {"
                           " z, y = " PART("part.onnx") " (x, c) }");
    check_runs("main.onnx", -4, -3);
}

Test(partition, of_finns_kind_runs_too_and_may_hold_others)
{
    save("inner.onnx", twice);
    save("outer.onnx", HEAD "outer (float[2] v) => (float[2] w) { m = " PART(
                           "inner.onnx") " (v) w = " PART("inner.onnx") " (m) }");
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) {"
                           " y = finn.custom_op.fpgadataflow.StreamingDataflowPartition"
                           " <model = \"outer.onnx\"> (x) }");
    check_runs("main.onnx", 4, 8);
}

/* As a session of that model would: its graph may know more than the one around. */
Test(partition, rounds_what_its_models_input_is_annotated_with)
{
    save("part.onnx", HEAD "part (float[2] v {INT8}) => (float[2] w) <float two = {2}>"
                           " { w = Mul(v, two) }");
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) <float c = {1.0001}> {"
                           " a = Mul(x, c) y = " PART("part.onnx") " (a) }");
    check_runs("main.onnx", 2, 4);
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) <float c = {1.1}> {"
                           " a = Mul(x, c) y = " PART("part.onnx") " (a) }");
    check_says("main.onnx", "v is annotated INT8 but has 1.1 among its values");
}

Test(partition, may_lie_in_a_folder_below_with_parts_of_its_own_there)
{
    char path[PATH_MAX + 10];
    snprintf(path, sizeof path, "%s/parts", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    save("parts/inner.onnx", twice);
    save("parts/outer.onnx",
         HEAD "outer (float[2] v) => (float[2] w) { w = " PART("inner.onnx") " (v) }");
    save("main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y = " PART("parts/outer.onnx") " (x) }");
    check_runs("main.onnx", 2, 4);
    save("main.onnx", HEAD
         "main (float[2] x) => (float[2] y) { y = " PART("parts/../parts/outer.onnx") " (x) }");
    check_runs("main.onnx", 2, 4);
}

/* FINN writes the whole path of a folder that is gone by the time. */
Test(partition, is_found_beside_the_model_if_its_path_is_of_elsewhere)
{
    char text[PATH_MAX + 400];
    save("part.onnx", twice);
    save("main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y = " PART("/no/such/place/part.onnx") " (x) }");
    check_runs("main.onnx", 2, 4);
    snprintf(text, sizeof text,
             HEAD "main (float[2] x) => (float[2] y) { y = " PART("%s/part.onnx") " (x) }", folder);
    save("main.onnx", text);
    check_runs("main.onnx", 2, 4);
}

/* As when a parent was made from another folder, or is moved together with its parts. */
Test(partition, is_found_beside_the_model_if_its_path_began_elsewhere)
{
    save("part.onnx", twice);
    save("main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y = " PART("out/of/part.onnx") " (x) }");
    check_runs("main.onnx", 2, 4);
}

Test(partition, is_not_opened_outside_of_the_folder)
{
    char path[PATH_MAX + 40], target[PATH_MAX + 40];
    snprintf(path, sizeof path, "%s/below", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    save("part.onnx", twice);
    save("below/main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { [p] y = " PART("../part.onnx") " (x) }");
    check_says("below/main.onnx",
               "p (GenericPartition): there is no file ../part.onnx below the model's folder");
    snprintf(target, sizeof target, "%s/part.onnx", folder);
    snprintf(path, sizeof path, "%s/below/link.onnx", folder);
    cr_assert_eq(symlink(target, path), 0);
    save("below/main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y = " PART("link.onnx") " (x) }");
    check_says("below/main.onnx", "link.onnx is a link");
    save("below/main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y = " PART("/etc/passwd") " (x) }");
    check_says("below/main.onnx", "there is no file /etc/passwd below the model's folder");
}

Test(partition, that_is_missing_is_an_error_when_the_session_is_made)
{
    save("main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { [p] y = " PART("gone.onnx") " (x) }");
    check_says("main.onnx",
               "p (GenericPartition): there is no file gone.onnx below the model's folder");
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) { y = " PART("") " (x) }");
    check_says("main.onnx", "attribute model is empty");
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) {"
                           " y = qonnx.custom_op.general.GenericPartition (x) }");
    check_says("main.onnx", "attribute model is missing");
}

Test(partition, does_not_contain_itself)
{
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) { a = " PART(
                          "main.onnx") " (x) y = " PART("main.onnx") " (a) }");
    check_says("main.onnx", "main.onnx contains itself");
    save("a.onnx", HEAD "a (float[2] x) => (float[2] y) { y = " PART("b.onnx") " (x) }");
    save("b.onnx", HEAD "b (float[2] x) => (float[2] y) { y = " PART("./a.onnx") " (x) }");
    check_says("a.onnx", "contains itself");
}

/* Six files tell of 4^6 partitions and more. */
Test(partition, fans_have_an_end)
{
    char name[32], text[1024];
    for (int i = 0; i <= 6; i++) {
        snprintf(name, sizeof name, "fan%d.onnx", i);
        snprintf(
            text, sizeof text,
            i == 6 ? HEAD "g (float[2] x) => (float[2] y) { y = Neg(x) }"
                   : HEAD
                "g (float[2] x) => (float[2] y) { a = " PART("fan%d.onnx") " (x) b = " PART(
                    "fan%d.onnx") " (a) c = " PART("fan%d.onnx") " (b) y = " PART("fan%d.onnx") " (c) }",
            i + 1, i + 1, i + 1, i + 1);
        save(name, text);
    }
    check_says("fan0.onnx", "there are more than 4096 partitions");
}

Test(partition, chains_have_an_end)
{
    for (int i = 0; i < 20; i++) {
        char name[40], text[500];
        snprintf(name, sizeof name, "p%d.onnx", i);
        snprintf(text, sizeof text,
                 HEAD "p (float[2] x) => (float[2] y) { y = " PART("p%d.onnx") " (x) }", i + 1);
        save(name, text);
    }
    save("p20.onnx", twice);
    check_says("p0.onnx", "partitions lie more than 16 deep");
    check_runs("p10.onnx", 2, 4);
}

Test(partition, has_as_many_inputs_and_outputs_as_its_node)
{
    save("part.onnx", twice);
    save("main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y = " PART("part.onnx") " (x, x) }");
    check_says("main.onnx", "the model has 1 inputs and 1 outputs, the node 2 and 1");
    save("main.onnx",
         HEAD "main (float[2] x) => (float[2] y) { y, z = " PART("part.onnx") " (x) }");
    check_says("main.onnx", "the model has 1 inputs and 1 outputs, the node 1 and 2");
}

Test(partition, is_given_what_its_inputs_are_declared_to_be)
{
    save("part.onnx", HEAD "part (float[3] v) => (float[3] w) { w = Identity(v) }");
    save("main.onnx", HEAD "main (float[2] x) => (y) { y = " PART("part.onnx") " (x) }");
    check_says("main.onnx", "axis 0 of the model's input v has 3 elements, 2 are given");
    save("part.onnx", HEAD "part (int64[2] v) => (int64[2] w) { w = Identity(v) }");
    check_says("main.onnx", "the model's input v is INT64, FLOAT is given");
}

Test(partition, whose_file_is_no_model_says_so)
{
    char path[PATH_MAX + 40];
    snprintf(path, sizeof path, "%s/part.onnx", folder);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("no model at all", file) >= 0 && fclose(file) == 0);
    save("main.onnx", HEAD "main (float[2] x) => (float[2] y) { y = " PART("part.onnx") " (x) }");
    check_says("main.onnx", "part.onnx");
    save("part.onnx", HEAD "part (float[2] v) => (float[2] w) { w = no.such.Op(v) }");
    check_says("main.onnx", "unsupported op Op");
}

/* ---- what a step knows of those around it ---- */

#define QUANT " = qonnx.custom_op.general.Quant <signed = 1, narrow = 0> "
#define QUANTISES                                                                                  \
    HEAD "part (float[1,3] a, float[3,1] b) => (float[1,3] q, float[3,1] v) <float s = {0.1}, "    \
         "float t = {0.3}, float z = {0}, float n = {8}> "                                         \
         "{ q" QUANT "(a, s, z, n) v" QUANT "(b, t, z, n) }"
#define MULTIPLIES HEAD "part (float[1,3] q, float[3,1] v) => (float[1,1] m) { m = MatMul(q, v) }"
/* `steps` make m of a and b, and y is m, twice. */
#define SEVENS_TIMES_FIVES(steps)                                                                  \
    HEAD "main (float[2] x) => (float[1,2] y) <float[1,3] a = {0.7, 0.7, 0.7}, "                   \
         "float[3,1] b = {1.5, 1.5, 1.5}, float s = {0.1}, float t = {0.3}, float z = {0}, "       \
         "float n = {8}, float[1,2] o = {0, 0}> { " steps " y = Add(m, o) }"

/* As one network: three times 7 * 5, exactly, and then the scales. */
Test(partition, boundaries_hide_no_quantiser)
{
    const float whole = 105.0f * 0.1f * 0.3f;
    save("front.onnx", QUANTISES);
    save("back.onnx", MULTIPLIES);
    save("main.onnx",
         SEVENS_TIMES_FIVES("q" QUANT "(a, s, z, n) v" QUANT "(b, t, z, n) m = MatMul(q, v)"));
    check_runs("main.onnx", whole, whole);
    save("main.onnx", SEVENS_TIMES_FIVES("q" QUANT "(a, s, z, n) v" QUANT
                                         "(b, t, z, n) m = " PART("back.onnx") " (q, v)"));
    check_runs("main.onnx", whole, whole);
    save("main.onnx", SEVENS_TIMES_FIVES("q, v = " PART("front.onnx") " (a, b) m = MatMul(q, v)"));
    check_runs("main.onnx", whole, whole);
    save("main.onnx", SEVENS_TIMES_FIVES(
                          "q, v = " PART("front.onnx") " (a, b) m = " PART("back.onnx") " (q, v)"));
    check_runs("main.onnx", whole, whole);
}

/* A scale may be a constant of the graph around. */
Test(partition, is_given_scales_by_the_graph_around)
{
    const float whole = 105.0f * 0.1f * 0.3f;
    save("part.onnx", HEAD "part (float[1,3] a, float[3,1] b, float s, float t, float z, float n) "
                           "=> (float[1,1] m) { q" QUANT "(a, s, z, n) v" QUANT
                           "(b, t, z, n) m = MatMul(q, v) }");
    save("main.onnx", SEVENS_TIMES_FIVES("m = " PART("part.onnx") " (a, b, s, t, z, n)"));
    check_runs("main.onnx", whole, whole);
}

#define GENERATES                                                                                  \
    " m = qonnx.custom_op.general.Im2Col <kernel_size = [2, 2], stride = [1, 1], "                 \
    "input_shape = \"(1, 2, 2, 2)\"> (a)"
#define FILTERS                                                                                    \
    " y = finn.custom_op.fpgadataflow.VVAU <PE = 1, SIMD = 1, Dim = [1, 1], Channels = 2, "        \
    "Kernel = [2, 2], inputDataType = \"UINT4\", weightDataType = \"INT2\", "                      \
    "outputDataType = \"INT8\", noActivation = 1> (m, w)"
#define FILTERED(steps)                                                                            \
    HEAD "main (float[2] x) => (float[1,1,1,2] y) <float[1,2,2,2] a = {1, 2, 3, 4, 5, 6, 7, 8}, "  \
         "float[2,1,2,2] w = {1, 1, 1, 1, 1, 0, 0, -1}> { " steps " }"

/* It goes by what makes its input how channels lie: 1, 3, 5, 7 are the first one's. */
Test(partition, does_not_part_vvau_from_its_generator)
{
    save("front.onnx", HEAD "part (float[1,2,2,2] a) => (float[1,1,1,8] m) {" GENERATES " }");
    save("back.onnx", HEAD "part (float[1,1,1,8] m) => (float[1,1,1,2] y) <float[2,1,2,2] w = "
                           "{1, 1, 1, 1, 1, 0, 0, -1}> {" FILTERS " }");
    save("main.onnx", FILTERED(GENERATES FILTERS));
    check_runs("main.onnx", 16, -6);
    save("main.onnx", FILTERED(GENERATES " y = " PART("back.onnx") " (m)"));
    check_runs("main.onnx", 16, -6);
    save("main.onnx", FILTERED("m = " PART("front.onnx") " (a)" FILTERS));
    check_runs("main.onnx", 16, -6);
    save("main.onnx", FILTERED("m = " PART("front.onnx") " (a) y = " PART("back.onnx") " (m)"));
    check_runs("main.onnx", 16, -6);
}

#define QUEUES(from, to)                                                                           \
    " " to " = finn.custom_op.fpgadataflow.StreamingFIFO <depth = 2, folded_shape = [1,1,1,8,1], " \
    "normal_shape = [1,1,1,8], dataType = \"UINT4\"> (" from ")"

/* Nor does what only hands the windows on, on either side of the border. */
Test(partition, queues_do_not_part_vvau_from_its_generator)
{
    save("front.onnx",
         HEAD "part (float[1,2,2,2] a) => (float[1,1,1,8] n) {" GENERATES QUEUES("m", "n") " }");
    save("back.onnx", HEAD "part (float[1,1,1,8] k) => (float[1,1,1,2] y) <float[2,1,2,2] w = "
                           "{1, 1, 1, 1, 1, 0, 0, -1}> {" QUEUES("k", "m") FILTERS " }");
    save("main.onnx", FILTERED("n = " PART("front.onnx") " (a)" QUEUES("n", "m") FILTERS));
    check_runs("main.onnx", 16, -6);
    save("main.onnx", FILTERED("n = " PART("front.onnx") " (a)" QUEUES("n", "p")
                                   QUEUES("p", "k") " y = " PART("back.onnx") " (k)"));
    check_runs("main.onnx", 16, -6);
}

#include "models.h"

#include "support/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define SIGNS                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 11]>\n"                                                 \
    "g (float[1,2] x {BIPOLAR}) => (float[1,3] y) <float[2,3] w = {1,-1,1,1,-1,1}>\n"              \
    "{ [Product] y = MatMul(x, w) }\n"

Test(cmd_bench, a_row_for_each_engine_and_batch_size)
{
    test_write("m.onnxtxt", SIGNS);
    /* Planes would not pay for so little. */
    const outcome *o = finnc_run("bench m.onnxtxt --threads 1 --seconds 0.01 --batch-size 1 "
                                 "--batch-size 600 --mode planes --isa portable --json",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_not_null(root, "%s", o->out);
    const json_t *rows = json_object_get(root, "rows");
    cr_assert_eq(json_array_size(rows), 4);
    for (size_t i = 0; i < 4; i++) {
        const json_t *row = json_array_get(rows, i);
        cr_expect_eq(json_integer_value(json_object_get(row, "batch")), i < 2 ? 1 : 600);
        cr_expect_str_eq(json_string_value(json_object_get(row, "engine")),
                         i % 2 ? "fast" : "reference");
        cr_expect_eq(json_integer_value(json_object_get(row, "nodes")), 1);
        cr_expect_eq(json_integer_value(json_object_get(row, "fast_nodes")), i % 2);
        if (i % 2)
            cr_expect_str_eq(json_string_value(json_object_get(row, "mode")),
                             i == 1 ? "images" : "planes");
        else
            cr_expect(json_is_null(json_object_get(row, "mode")));
        double p50 = json_number_value(json_object_get(row, "p50"));
        double p90 = json_number_value(json_object_get(row, "p90"));
        double p99 = json_number_value(json_object_get(row, "p99"));
        cr_expect(0 < p50 && p50 <= p90 && p90 <= p99);
        cr_expect_gt(json_number_value(json_object_get(row, "images_per_second")), 0);
    }
    bool has_product = false, has_planes = false;
    const json_t *stages = json_object_get(root, "stages");
    for (size_t i = 0; i < json_array_size(stages); i++) {
        const json_t *stage = json_array_get(stages, i);
        has_product |= !strcmp(json_string_value(json_object_get(stage, "node")), "Product") &&
                       json_number_value(json_object_get(stage, "macs")) == 6 &&
                       json_number_value(json_object_get(stage, "cycles_per_mac")) > 0;
        has_planes |= !strcmp(json_string_value(json_object_get(stage, "mode")), "planes");
    }
    cr_expect(has_product, "%s", o->out);
    cr_expect(has_planes, "%s", o->out);
    cr_expect_str_eq(json_string_value(json_object_get(root, "isa")), "portable");
    json_decref(root);
}

Test(cmd_bench, a_table_for_people)
{
    test_write("m.onnxtxt", SIGNS);
    const outcome *o = finnc_run("bench m.onnxtxt --threads 1 --seconds 0.01 --batch-size 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "images/s"), "%s", o->out);
    cr_expect(strstr(o->out, "Product"), "%s", o->out);
}

Test(cmd_bench, of_the_engine_that_auto_takes)
{
    test_write("m.onnxtxt", SIGNS);
    const outcome *o = finnc_run("bench m.onnxtxt --engine auto --threads 1 --seconds 0.01 "
                                 "--batch-size 1 --json",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    const json_t *rows = json_object_get(root, "rows");
    cr_assert_eq(json_array_size(rows), 1);
    const json_t *row = json_array_get(rows, 0);
    cr_expect_str_eq(json_string_value(json_object_get(row, "engine")), "reference");
    cr_expect_eq(json_integer_value(json_object_get(row, "nodes")), 1);
    cr_expect_eq(json_integer_value(json_object_get(row, "fast_nodes")), 0);
    json_decref(root);
}

Test(cmd_bench, of_what_has_no_fast_kernel_too)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("bench m.onnxtxt --threads 1 --seconds 0.01 --batch-size 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect_not(strstr(o->out, "stages"), "%s", o->out);
}

Test(cmd_bench, kernels_may_be_asked_for_wherever_a_model_is_run)
{
    test_write("m.onnxtxt", SIGNS);
    const outcome *o = finnc_run("run m.onnxtxt --explain-plan --isa portable", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "1 of 1 nodes are fast (portable)"), "%s", o->out);
    static const char *const commands[] = {"run m.onnxtxt --explain-plan", "run m.onnxtxt",
                                           "bench m.onnxtxt"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char line[128];
        snprintf(line, sizeof line, "%s --isa abacus", commands[i]);
        o = finnc_run(line, NULL);
        cr_expect_eq(o->status, 1);
        cr_expect(strstr(o->err, "portable (takes nothing)"), "%s: %s", line, o->err);
        snprintf(line, sizeof line, "%s --mode abacus", commands[i]);
        cr_expect_eq(finnc_run(line, NULL)->status, 2);
    }
}

Test(cmd_bench, a_model_without_a_batch_runs_as_it_is)
{
    test_write("i.onnxtxt", ITEMS);
    const outcome *o = finnc_run("bench i.onnxtxt --threads 1 --seconds 0.01 --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    const json_t *rows = json_object_get(root, "rows");
    cr_assert_eq(json_array_size(rows), 2, "one for each engine");
    cr_expect_eq(json_integer_value(json_object_get(json_array_get(rows, 0), "batch")), 1);
    json_decref(root);
    o = finnc_run("bench i.onnxtxt --threads 1 --seconds 0.01 --batch-size 2", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "no input whose first axis could be a batch"), "%s", o->err);
}

Test(cmd_bench, nonsense_is_refused)
{
    test_write("m.onnxtxt", TWICE);
    cr_expect_eq(finnc_run("bench m.onnxtxt --batch-size 0", NULL)->status, 2);
    cr_expect_eq(finnc_run("bench m.onnxtxt --seconds 0", NULL)->status, 2);
}

/* A program that begins in the middle needs the shape there, which files need not have. */
Test(bench, shapes_that_the_file_does_not_have_are_inferred)
{
    test_write(
        "s.onnxtxt",
        "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>"
        "g (float[1,4] x) => (float[1,2] y) <float[4,3] v = {0.3, 0.1, 0.7, 0.2, 0.6, 0.1, 1, "
        "2, 3, 4, 5, 6}, float s = {1}, float z = {0}, float n = {4}, float[3,2] w = {1, -1, "
        "1, 1, -1, 1}> { a = MatMul(x, v) r = Relu(a) q = qonnx.custom_op.general.Quant<signed"
        " = 0, narrow = 0, rounding_mode = \"ROUND\">(r, s, z, n) y = MatMul(q, w) }");
    const outcome *o = finnc_run("run s.onnxtxt --explain-plan", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "3 of 4 nodes are fast"), "%s", o->out);
}

Test(cmd_bench, plans_are_explained)
{
    test_write("m.onnxtxt", SIGNS);
    const outcome *o = finnc_run("run m.onnxtxt --explain-plan", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "1 of 1 nodes are fast"), "%s", o->out);
    cr_expect(strstr(o->out, "auto takes the reference engine"), "%s", o->out);
    test_write("n.onnxtxt", TWICE);
    o = finnc_run("run n.onnxtxt --explain-plan --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    const json_t *node = json_array_get(json_object_get(root, "nodes"), 0);
    cr_expect(json_is_false(json_object_get(node, "fast")));
    cr_expect_gt(strlen(json_string_value(json_object_get(node, "why"))), 0);
    const json_t *choice = json_object_get(root, "auto");
    cr_expect_str_eq(json_string_value(json_object_get(choice, "engine")), "reference");
    cr_expect_gt(json_number_value(json_object_get(choice, "reference_us")), 0);
    cr_expect_null(json_object_get(choice, "samples"));
    json_decref(root);
}

/* 1 and 512 at a time are a default, not what somebody asked for. */
Test(cmd_bench, what_the_model_cannot_do_at_512_is_left_out)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,2] x) => (float[2] y) <int64[1] s = {2}>\n"
                            "{ [Flat] y = Reshape(x, s) }\n");
    const outcome *o =
        finnc_run("bench m.onnxtxt --threads 1 --seconds 0.01 --engine reference --json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "note: not measured with 512 at a time: "), "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_expect_eq(json_array_size(json_object_get(root, "rows")), 1, "%s", o->out);
    json_decref(root);
    o = finnc_run("bench m.onnxtxt --threads 1 --seconds 0.01 --batch-size 512", NULL);
    cr_expect_eq(o->status, 1);
}

Test(cmd_bench, why_nothing_is_fast)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,2] x) => (float[1,2] y) { [Wave] y = Sin(x) }\n");
    const outcome *o =
        finnc_run("bench m.onnxtxt --threads 1 --seconds 0.01 --batch-size 1 --batch-size 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *note = strstr(o->err, "note: no node is fast: ");
    cr_expect(note && !strstr(note + 1, "note: "), "%s", o->err);
}

#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The ops' names are in the file as they are. */
#define HAS_MUL "--check 'grep -q Mul'"

Test(reduce, asks_the_command)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run("reduce m.onnxtxt -o small.onnx " HAS_MUL, NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_eq(strncmp(o->out, "3 -> 1 nodes, ", 14), 0, "%s", o->out);
    cr_assert(strstr(finnc_run("dump small.onnx", NULL)->out, "1 node: 1 Mul"));
    cr_assert_str_eq(test_list(), "m.onnxtxt small.onnx");
}

Test(reduce, standard_output_gets_the_last_model_alone)
{
    char line[1024];
    test_write("m.onnxtxt", TWICE_IDENTITY);
    finnc_run("reduce m.onnxtxt -o small.onnx " HAS_MUL, NULL);
    snprintf(line, sizeof line,
             "cd %s && " FNC_BINARY_DIR "/finnc reduce m.onnxtxt -o - " HAS_MUL
             " > piped.onnx && cmp small.onnx piped.onnx",
             test_folder());
    cr_expect_eq(system(line), 0);
    const outcome *o = finnc_run("reduce m.onnxtxt -o - --json " HAS_MUL, NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "either the model or --json"), "%s", o->err);
}

Test(reduce, puts_the_path_where_it_is_wanted)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run(
        "reduce m.onnxtxt -o small.onnx --json --check 'grep -q Relu {} && test -s {}'", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    json_t *root = json_loads(o->out, 0, NULL);
    cr_assert_eq(json_integer_value(json_object_get(root, "nodes_after")), 1, "%s", o->out);
    cr_assert(json_is_true(json_object_get(root, "finished")));
    json_decref(root);
}

Test(reduce, a_model_that_is_not_interesting_is_an_error)
{
    test_write("m.onnxtxt", TWICE);
    test_write("small.onnx", "precious");
    const outcome *o = finnc_run("reduce m.onnxtxt -o small.onnx --check false", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "not interesting"), "%s", o->err);
    cr_assert_str_eq(test_read("small.onnx"), "precious");
    o = finnc_run("reduce m.onnxtxt -o small.onnx --check ./no-such-command", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "cannot run the check"), "%s", o->err);
    cr_assert_eq(finnc_run("reduce m.onnxtxt -o small.onnx", NULL)->status, 2);
    o = finnc_run("reduce m.onnxtxt -o small.onnx --check true --time-limit 0", NULL);
    cr_expect_eq(o->status, 2);
}

/* It went through the shell as it was, and no more than 40 characters of it. */
Test(reduce, candidates_lie_in_any_folder)
{
    char folder[600];
    snprintf(folder, sizeof folder, "%s/somebody's folder of a name that is not short",
             test_folder());
    cr_assert_eq(mkdir(folder, 0777), 0);
    setenv("TMPDIR", folder, 1);
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run("reduce m.onnxtxt -o small.onnx " HAS_MUL, NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    o = finnc_run("reduce m.onnxtxt -o small.onnx --check 'grep -q Mul {}'", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    cr_expect_eq(rmdir(folder), 0, "something is left in it");
    o = finnc_run("reduce m.onnxtxt -o small.onnx " HAS_MUL, NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "not short: cannot make a folder for candidates"), "%s", o->err);
}

/* A candidate with partitions is several files. */
Test(reduce, partitions_of_candidates_go_too)
{
    char folder[600];
    snprintf(folder, sizeof folder, "%s/candidates", test_folder());
    cr_assert_eq(mkdir(folder, 0777), 0);
    test_write("m.onnxtxt", TWICE_IDENTITY);
    const outcome *o = finnc_run("transform m.onnxtxt -o parted.onnx -p 'PartitionFromDict"
                                 "{partitioning={\"0\":[1]},partition_dir=\"a/b\"}'",
                                 NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    setenv("TMPDIR", folder, 1);
    o = finnc_run("reduce parted.onnx -o small.onnx --check 'grep -q GenericPartition {}'", NULL);
    cr_expect_eq(o->status, 0, "%s", o->err);
    cr_expect_eq(rmdir(folder), 0, "something is left in it");
}

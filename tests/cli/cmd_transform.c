#include "support/program.h"

#include "models.h"

#include <finnc/pass.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void setup(void)
{
    test_write("m.onnxtxt", TWICE_IDENTITY);
}

TestSuite(transform, .init = setup);

Test(transform, writes_the_result)
{
    const outcome *o =
        finnc_run("transform m.onnxtxt -o out.onnx --passes RemoveIdentityOps", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_empty(o->out);
    cr_assert_str_empty(o->err); /* no chatter where nobody sits */
    cr_assert(strstr(finnc_run("dump out.onnx", NULL)->out, "2 nodes: 1 Mul, 1 Relu\n"));
    cr_assert_eq(finnc_run("compare m.onnxtxt out.onnx", NULL)->status, 0);
    cr_assert_str_eq(test_list(), "m.onnxtxt out.onnx");
}

Test(transform, writes_text_by_suffix)
{
    finnc_run("transform m.onnxtxt -o out.onnxtxt -p remove-identity_ops", NULL);
    cr_assert(strstr(test_read("out.onnxtxt"), "Relu"));
    cr_assert_null(strstr(test_read("out.onnxtxt"), "Identity"));
}

/* graph { initializer { name: "w" dims: 2 data_type: UINT8 external_data: w.bin } output: w } */
#define EXTERNAL_W                                                                                 \
    "\x08\x08\x3a\x26\x12\x01g\x2a\x1c\x08\x02\x10\x02\x42\x01w\x6a\x11\x0a\x08location"           \
    "\x12\x05w.bin\x70\x01\x62\x03\x0a\x01w\x42\x02\x10\x11"

Test(transform, standard_output_has_all_weights)
{
    test_write("w.bin", "ab");
    test_write("e.onnx", EXTERNAL_W);
    const outcome *o = finnc_run("transform e.onnx -p '' -o -", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    char text[256];
    const size_t n = o->out_length;
    cr_assert_lt(n, sizeof text);
    memcpy(text, o->out, n);
    cr_expect(memmem(text, n, "ab", 2));
    cr_expect_null(memmem(text, n, "w.bin", 5));
    o = finnc_run("transform e.onnx -p '' -o - --external=split", NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "split-off weights lie beside a file"), "%s", o->err);
    o = finnc_run("transform e.onnx -p '' -o t.onnxtxt --external=split", NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "--external split is for FILE.onnx: a text has all weights in it"),
              "%s", o->err);
    cr_expect_not(test_exists("t.onnxtxt"));
    cr_expect_eq(finnc_run("transform e.onnx -p '' -o t.onnxtxt --external=inline", NULL)->status,
                 0);
}

Test(transform, several_lists_are_one)
{
    const outcome *o = finnc_run(
        "transform m.onnxtxt -n -p RemoveIdentityOps -p GiveUniqueNodeNames --time-passes", NULL);
    cr_assert_eq(o->status, 0);
    const char *first = strstr(o->err, "  RemoveIdentityOps"),
               *second = strstr(o->err, "  GiveUniqueNodeNames");
    cr_assert(first && second && first < second, "%s", o->err);
    cr_assert(strstr(o->err, "3 -> 2"), "%s", o->err);
    cr_assert(strstr(o->err, "2 steps, "), "%s", o->err);
    cr_assert_str_eq(test_list(), "m.onnxtxt");
}

Test(transform, reads_a_recipe)
{
    test_write("p.yaml", "passes:\n  - RemoveIdentityOps # they do nothing\n");
    const outcome *o =
        finnc_run("transform m.onnxtxt -o out.onnx --pipeline p.yaml --verify-each", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_eq(o->err, "verified 1 of 1 passes that changed the model\n");
    cr_assert(strstr(finnc_run("dump out.onnx", NULL)->out, "2 nodes"));
}

/* A ModelProto by hand, since ONNX's textual syntax knows no loose ends: y = Add(x, lost),
 * opset 11. */
#define LOOSE_NODE                                                                                 \
    "\x0a\x01"                                                                                     \
    "x"                                                                                            \
    "\x0a\x04"                                                                                     \
    "lost"                                                                                         \
    "\x12\x01"                                                                                     \
    "y"                                                                                            \
    "\x22\x03"                                                                                     \
    "Add"
#define LOOSE_GRAPH                                                                                \
    "\x0a\x11" LOOSE_NODE "\x12\x01"                                                               \
    "g"                                                                                            \
    "\x5a\x03\x0a\x01"                                                                             \
    "x"                                                                                            \
    "\x62\x03\x0a\x01"                                                                             \
    "y"
#define LOOSE "\x08\x08\x3a\x20" LOOSE_GRAPH "\x42\x02\x10\x0b"

Test(transform, a_value_from_nowhere_is_told)
{
    test_write("loose.onnx", LOOSE);
    const outcome *o = finnc_run("transform loose.onnx -o out.onnx -p SortGraph", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->err, "Add: input 1, 'lost', comes from nowhere"), "%s", o->err);
    cr_assert_eq(finnc_run("check out.onnx", NULL)->status, 1);
}

Test(transform, an_unknown_pass_fails_with_words_and_leaves_the_old_file)
{
    test_write("out.onnx", "precious");
    const outcome *o =
        finnc_run("transform m.onnxtxt -o out.onnx --passes RemoveIdentityOpps", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "unknown pass"), "%s", o->err);
    cr_assert(strstr(o->err, "RemoveIdentityOps"), "%s", o->err);
    cr_assert_str_eq(test_read("out.onnx"), "precious");
    cr_assert_str_eq(test_list(), "m.onnxtxt out.onnx");
}

/* Whatever the pass is. */
Test(transform, a_pass_with_a_wrong_parameter_leaves_no_file)
{
    char line[256];
    for (size_t i = 0; finnc_pass_at(i); i++) {
        snprintf(line, sizeof line, "transform m.onnxtxt -o none.onnx --passes %s{wrong=1}",
                 finnc_pass_at(i)->name);
        const outcome *o = finnc_run(line, NULL);
        cr_assert_eq(o->status, 1, "%s", line);
        cr_assert(strstr(o->err, "has no parameter wrong"), "%s: %s", line, o->err);
        cr_assert_not(test_exists("none.onnx"), "%s", line);
    }
}

/* These fail at what the graph is. */
Test(transform, a_pass_that_fails_leaves_no_file)
{
    static const char *const failing[] = {
        "PartitionFromDict{partitioning={\"0\":[0],\"1\":[99]},partition_dir=\"parts\"}",
        "PartitionFromDict{partitioning={\"0\":[0]},partition_dir=\"parts\"},ChangeBatchSize{bsize=0}",
        "InsertTopK{k=99}",
        "ChangeBatchSize{bsize=0}",
        "RebalanceIm2Col{extract_channels=0}",
        "MergeONNXModels{pre_model=\"nowhere.onnx\"}",
        "InsertIdentity{tensor_name=\"nobody\",producer_or_consumer=\"consumer\"}",
        "ApplyMasks{prune_spec={\"nobody\":{\"0\":[0]}}}",
        "ExtendPartition{extend_index=[99]}",
        "QuantizeGraph{quantnode_map={\"name\":{\"nobody\":[]}}}",
    };
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        char command[256], before[256];
        snprintf(before, sizeof before, "%s", test_list());
        snprintf(command, sizeof command, "transform m.onnxtxt -o none.onnx --passes '%s'",
                 failing[i]);
        const outcome *o = finnc_run(command, NULL);
        cr_expect_eq(o->status, 1, "%s", failing[i]);
        cr_expect_neq(o->err[0], 0, "%s", failing[i]);
        cr_expect_str_eq(test_list(), before, "%s", failing[i]);
    }
}

Test(transform, partitions_go_with_the_model)
{
    static const char cut[] = "PartitionFromDict{partitioning={\"0\":[0]}}";
    char line[256];
    snprintf(line, sizeof line, "%s/d", test_folder());
    cr_assert_eq(mkdir(line, 0777), 0);
    snprintf(line, sizeof line, "transform m.onnxtxt -o d/m.onnx --passes '%s'", cut);
    cr_assert_eq(finnc_run(line, NULL)->status, 0);
    cr_expect(test_exists("d/partition_0.onnx"));
    cr_expect_not(test_exists("partition_0.onnx"));
    cr_expect_eq(finnc_run("compare m.onnxtxt d/m.onnx", NULL)->status, 0);
    snprintf(line, sizeof line, "transform m.onnxtxt -o - --passes '%s'", cut);
    const outcome *o = finnc_run(line, NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "-o"), "%s", o->err);
    cr_expect_eq(o->out_length, 0);
    snprintf(line, sizeof line, "transform m.onnxtxt -o /dev/stdout --passes '%s'", cut);
    o = finnc_run(line, NULL);
    cr_expect_eq(o->status, 1, "beside a pipe there is no file");
    cr_expect(strstr(o->err, "its model lies in a file beside"), "%s", o->err);
}

/* Each stage has partitions of its own, which can be run; in a folder of an earlier run, too. */
Test(transform, stages_have_their_own_partitions)
{
    static const char passes[] =
        "PartitionFromDict{partitioning={\"0\":[0]},partition_dir=\"%s\"},"
        "GiveUniqueNodeNames,FoldConstants,ExtendPartition{extend_index=[0]}";
    static const char *const folders[] = {"parts", "/tmp/finnc-no-such/parts", "../parts"};
    static const char *const kept[] = {"parts", "tmp/finnc-no-such/parts", "up/parts"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char list[256], line[512], part[128];
        snprintf(list, sizeof list, passes, folders[i]);
        snprintf(line, sizeof line, "transform m.onnxtxt -n --dump-dir d%zu -p '%s'", i, list);
        for (int again = 0; again < 2; again++) {
            const outcome *o = finnc_run(line, NULL);
            cr_assert_eq(o->status, 0, "%s", o->err);
        }
        snprintf(part, sizeof part, "d%zu/001-PartitionFromDict/%s/partition_0.onnx", i, kept[i]);
        cr_expect(test_exists(part), "%s: %s", part, test_list());
        snprintf(line, sizeof line, "compare m.onnxtxt d%zu/001-PartitionFromDict.onnx", i);
        const outcome *o = finnc_run(line, NULL);
        cr_expect_eq(o->status, 0, "%s", o->err);
    }
    cr_expect_neq(access("/tmp/finnc-no-such", F_OK), 0);
    cr_expect_not(test_exists("parts"));
}

Test(transform, what_to_do_has_to_be_said_once)
{
    static const char *const wrong[][2] = {
        {"transform m.onnxtxt -o o.onnx", "--passes or --pipeline"},
        {"transform m.onnxtxt -p RemoveIdentityOps", "-o, or --dry-run"},
        {"transform m.onnxtxt -n -p RemoveIdentityOps --pipeline p.yaml", "exclude each other"},
        {"transform m.onnxtxt -n -p RemoveIdentityOps --remarks=some",
         "none of missed|applied|analysis|all"},
        {"transform m.onnxtxt -n -p RemoveIdentityOps '--remarks=all:['", "--remarks: '['"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const outcome *o = finnc_run(wrong[i][0], NULL);
        cr_assert_eq(o->status, 2, "%s", wrong[i][0]);
        cr_assert(strstr(o->err, wrong[i][1]), "%s", o->err);
    }
}

Test(transform, a_group_with_nearly_the_name_of_fixpoint_is_warned_of)
{
    const outcome *o = finnc_run("transform m.onnxtxt -n -p fixpiont(RemoveIdentityOps)", NULL);
    cr_assert_eq(o->status, 0);
    cr_assert(strstr(o->err, "did you mean fixpoint?"), "%s", o->err);
    static const char *const fine[] = {"fixpoint(RemoveIdentityOps)",
                                       "Fix-Point(RemoveIdentityOps)", "front(RemoveIdentityOps)"};
    for (size_t i = 0; i < 3; i++) {
        char line[128];
        snprintf(line, sizeof line, "transform m.onnxtxt -n -p %s", fine[i]);
        cr_assert_str_empty(finnc_run(line, NULL)->err, "%s", line);
    }
}

Test(transform, remarks_are_shown_and_kept)
{
    const outcome *o = finnc_run(
        "transform m.onnxtxt -n -p RemoveIdentityOps --remarks=all --remarks-file r.json", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->err, "finnc: applied: RemoveIdentityOps: "), "%s", o->err);
    json_t *root = json_loads(test_read("r.json"), 0, NULL);
    const json_t *head = json_object_get(root, "finnc");
    cr_assert_str_eq(json_string_value(json_object_get(head, "kind")), "remarks");
    cr_assert_eq(json_integer_value(json_object_get(head, "schema")), 1);
    const json_t *list = json_object_get(root, "remarks");
    cr_assert_gt(json_array_size(list), 0);
    const json_t *first = json_array_get(list, 0);
    cr_assert_str_eq(json_string_value(json_object_get(first, "pass")), "RemoveIdentityOps");
    cr_assert_str_eq(json_string_value(json_object_get(first, "kind")), "applied");
    cr_assert_str_eq(json_string_value(json_object_get(first, "rule")), "Identity(x)");
    cr_assert_eq(json_integer_value(json_object_get(first, "rewrite")), 1);
    cr_assert_eq(json_integer_value(json_object_get(first, "step")), 1);
    json_decref(root);
    o = finnc_run("transform m.onnxtxt -n -p RemoveIdentityOps --remarks=all:NoSuchThing", NULL);
    cr_assert_str_empty(o->err);
}

Test(transform, keeps_the_model_after_each_change)
{
    const outcome *o = finnc_run(
        "transform m.onnxtxt -n -p RemoveIdentityOps,RemoveIdentityOps --dump-dir steps", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(test_exists("steps/000-input.onnx"));
    cr_assert(test_exists("steps/001-RemoveIdentityOps.onnx"));
    cr_assert(test_exists("steps/001-RemoveIdentityOps.svg") ||
              test_exists("steps/001-RemoveIdentityOps.dot"));
    cr_assert_not(test_exists("steps/002-RemoveIdentityOps.onnx"));
    cr_assert(strstr(finnc_run("dump steps/000-input.onnx", NULL)->out, "3 nodes"));
    cr_assert(strstr(finnc_run("dump steps/001-RemoveIdentityOps.onnx", NULL)->out, "2 nodes"));
}

Test(transform, prints_what_changed)
{
    const outcome *o =
        finnc_run("transform m.onnxtxt -n -p RemoveIdentityOps --print-changed=nodes", NULL);
    cr_assert(strstr(o->err, "RemoveIdentityOps: 2 nodes, before 3\n"), "%s", o->err);
    cr_assert(strstr(o->err, "2 nodes: 1 Mul, 1 Relu\n"), "%s", o->err);
    o = finnc_run("transform m.onnxtxt -n -p RemoveIdentityOps --print-changed", NULL);
    cr_assert(strstr(o->err, "RemoveIdentityOps: 2 nodes, before 3\n"), "%s", o->err);
    cr_assert(strstr(o->err, "\n-    same = Identity (x)\n-    more = Mul (same, zwei)\n"
                             "+    more = Mul (x, zwei)\n"),
              "%s", o->err);
    cr_assert_null(strstr(o->err, "- ir_version"), "%s", o->err);
    o = finnc_run("transform m.onnxtxt -n -p RemoveIdentityOps --print-changed=all", NULL);
    cr_assert_eq(o->status, 2);
}

/* To the library 0 is no limit, and whoever writes it wants nothing to be run. */
Test(transform, none_is_no_number_to_stop_after)
{
    static const char *const lines[] = {
        "transform m.onnxtxt -n -p RemoveIdentityOps --stop-after 0",
        "transform m.onnxtxt -n -p RemoveIdentityOps --rewrite-limit=0",
        "transform m.onnxtxt -n -p RemoveIdentityOps --verify-each --verify-inputs=0",
        "bisect m.onnxtxt -p RemoveIdentityOps --stop-after=0",
        "explain m.onnxtxt same -p RemoveIdentityOps --stop-after=0",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const outcome *o = finnc_run(lines[i], NULL);
        cr_expect_eq(o->status, 2, "%s", lines[i]);
        cr_expect(strstr(o->err, "is not a whole number above 0"), "%s: %s", lines[i], o->err);
    }
}

Test(transform, stops_where_it_is_told_to)
{
    finnc_run("transform m.onnxtxt -o a.onnx -p GiveUniqueNodeNames,RemoveIdentityOps "
              "--stop-after 1",
              NULL);
    cr_assert(strstr(finnc_run("dump a.onnx", NULL)->out, "3 nodes"));
}

/* Models of partitions: in memory, and in files that go with their parent. */
#include "../../passes/partition/partition.h"

#include <sys/stat.h>

static finnc_ctx *cx;

static void begin(void)
{
    enter_folder();
    cx = finnc_ctx_create(NULL);
}

static void end(void)
{
    cr_expect_eq(finnc_ctx_live_bytes(cx), 0, "a leak");
    finnc_ctx_destroy(cx);
    leave_folder();
}

TestSuite(partition_files, .init = begin, .fini = end);

#define PART(name) "qonnx.custom_op.general.GenericPartition<model = \"" name "\">"
#define PARENT(name)                                                                               \
    "<ir_version: 8, opset_import: [\"\" : 13, \"qonnx.custom_op.general\" : 1]>"                  \
    "g (float[2] x) => (float[2] y) { y = " PART(name) "(x) }"
#define NEG  "g (float[2] x) => (float[2] y) { y = Neg(x) }"
#define ABS  "g (float[2] x) => (float[2] y) { y = Abs(x) }"
#define RELU "g (float[2] x) => (float[2] y) { y = Relu(x) }"

static void put(const char *path, const char *text)
{
    cr_assert_null(write_after(NULL, text, path));
}

static finnc_model *opened(const char *path)
{
    finnc_model *model;
    cr_assert_eq(finnc_model_read(cx, path, &model), FINNC_OK, "%s", finnc_ctx_message(cx));
    return model;
}

static finnc_node *node_of(const finnc_model *model)
{
    return finnc_graph_first_node(finnc_model_graph(model));
}

/* Gives the first node of a model another op. */
static void change(finnc_model *model, const char *op)
{
    cr_assert_eq(finnc_node_set_op(cx, node_of(model), op, ""), FINNC_OK);
}

static void write_to(const finnc_model *model, const char *path)
{
    cr_assert_eq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_KEEP), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
}

Test(partition_files, what_is_changed_in_memory_is_written_with_the_parent)
{
    finnc_model *part, *copy;
    char path[4096];
    put("p.onnx", NEG);
    put("parent.onnx", PARENT("p.onnx"));
    finnc_model *model = opened("parent.onnx");
    cr_expect_null(finnc_node_partition(node_of(model)));
    cr_assert_eq(finnc_node_need_partition(cx, node_of(model), &part), FINNC_OK);
    cr_expect_eq(finnc_node_partition(node_of(model)), part);
    const uint64_t edits = finnc_graph_edits(finnc_model_graph(model));
    change(part, "Abs");
    cr_expect_gt(finnc_graph_edits(finnc_model_graph(model)), edits);
    check_file("p.onnx", NEG);
    cr_assert_eq(finnc_node_open_partition(cx, node_of(model), path, sizeof path, &copy), FINNC_OK);
    cr_expect_str_eq(finnc_node_op_type(node_of(copy)), "Abs");
    cr_expect_str_eq(path, "p.onnx");
    finnc_model_destroy(copy);
    write_to(model, "parent.onnx");
    check_file("p.onnx", ABS);
    finnc_model_destroy(model);
}

Test(partition_files, a_clone_has_its_own)
{
    finnc_model *part, *clone;
    put("p.onnx", NEG);
    put("parent.onnx", PARENT("p.onnx"));
    finnc_model *model = opened("parent.onnx");
    cr_assert_eq(finnc_node_need_partition(cx, node_of(model), &part), FINNC_OK);
    change(part, "Abs");
    cr_assert_eq(finnc_model_clone(cx, model, &clone), FINNC_OK);
    change(finnc_node_partition(node_of(clone)), "Relu");
    cr_expect_str_eq(finnc_node_op_type(node_of(part)), "Abs");
    finnc_model_destroy(model);
    write_to(clone, "parent.onnx");
    check_file("p.onnx", RELU);
    finnc_model_destroy(clone);
}

Test(partition_files, go_along_to_another_folder)
{
    cr_assert_eq(mkdir("from", 0777), 0);
    cr_assert_eq(mkdir("from/deep", 0777), 0);
    cr_assert_eq(mkdir("to", 0777), 0);
    put("from/deep/p.onnx", PARENT("q.onnx"));
    put("from/deep/q.onnx", NEG);
    put("from/parent.onnx", PARENT("deep/p.onnx"));
    finnc_model *model = opened("from/parent.onnx");
    write_to(model, "to/parent.onnxtxt");
    finnc_model_destroy(model);
    check_file("to/deep/q.onnx", NEG);
    check_file("to/deep/p.onnx", PARENT("q.onnx"));
    cr_expect_eq(access("to/parent.onnxtxt", F_OK), 0);
}

/* As FINN writes it; and one that is nowhere is no hindrance. */
Test(partition_files, an_absolute_path_becomes_relative_when_the_model_is_changed)
{
    finnc_model *part;
    char text[512];
    put("p.onnx", NEG);
    snprintf(text, sizeof text, PARENT("%s/p.onnx"), folder);
    put("parent.onnx", text);
    cr_assert_eq(mkdir("to", 0777), 0);
    finnc_model *model = opened("parent.onnx");
    cr_assert_eq(finnc_node_need_partition(cx, node_of(model), &part), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    cr_expect_str_eq(finnc_node_string(node_of(model), "model", ""), "p.onnx");
    change(part, "Abs");
    write_to(model, "to/parent.onnx");
    finnc_model_destroy(model);
    check_file("p.onnx", NEG);
    check_file("to/p.onnx", ABS);

    put("lost.onnx", PARENT("/nowhere/p17.onnx"));
    model = opened("lost.onnx");
    write_to(model, "to/lost.onnx");
    finnc_model_destroy(model);
}

/* Writes a model, which has to fail with these words. */
static void refuse_to(const finnc_model *model, const char *path, const char *words)
{
    cr_assert_neq(finnc_model_write(cx, model, path, FINNC_EXTERNAL_KEEP), FINNC_OK);
    cr_expect(strstr(finnc_ctx_message(cx), words), "%s", finnc_ctx_message(cx));
    finnc_ctx_clear(cx);
}

/* The node says afterwards where it is. */
Test(partition_files, a_path_that_leads_out_becomes_one_that_does_not)
{
    finnc_model *part;
    cr_assert_eq(mkdir("in", 0777), 0);
    cr_assert_eq(mkdir("in/x", 0777), 0);
    put("in/p.onnx", ABS); /* which nobody looks at */
    put("in/x/p.onnx", NEG);
    put("in/x/parent.onnx", PARENT("../p.onnx"));
    finnc_model *model = opened("in/x/parent.onnx");
    cr_assert_eq(finnc_node_need_partition(cx, node_of(model), &part), FINNC_OK, "%s",
                 finnc_ctx_message(cx));
    change(part, "Relu");
    write_to(model, "in/x/parent.onnx");
    finnc_model_destroy(model);
    check_file("in/p.onnx", ABS);
    check_file("in/x/p.onnx", RELU);
    check_file("in/x/parent.onnx", PARENT("p.onnx"));
}

/* A file does not decide what is overwritten. */
Test(partition_files, somebody_elses_file_is_not_replaced)
{
    finnc_model *part;
    cr_assert_eq(mkdir("from", 0777), 0);
    cr_assert_eq(mkdir("to", 0777), 0);
    put("from/p.onnx", NEG);
    put("from/parent.onnx", PARENT("p.onnx"));
    put("to/p.onnx", ABS);
    finnc_model *model = opened("from/parent.onnx");
    refuse_to(model, "to/parent.onnx", "to/p.onnx is there already");
    cr_assert_eq(finnc_node_need_partition(cx, node_of(model), &part), FINNC_OK);
    refuse_to(model, "to/parent.onnx", "to/p.onnx is there already");
    change(part, "Relu");
    refuse_to(model, "to/parent.onnx", "to/p.onnx is there already");
    check_file("to/p.onnx", ABS);
    cr_expect_neq(access("to/parent.onnx", F_OK), 0);

    put("to/p.onnx", NEG); /* as it would be written */
    finnc_model_destroy(model);
    model = opened("from/parent.onnx");
    write_to(model, "to/parent.onnx");
    cr_assert_eq(finnc_node_need_partition(cx, node_of(model), &part), FINNC_OK);
    change(part, "Relu");
    write_to(model, "to/parent.onnx"); /* whose partition it is now */
    check_file("to/p.onnx", RELU);
    finnc_model_destroy(model);
}

Test(partition_files, no_two_files_are_written_to_one_place)
{
    put("p.onnx", NEG);
    put("parent.onnx", PARENT("p.onnx"));
    cr_assert_eq(mkdir("to", 0777), 0);
    finnc_model *model = opened("parent.onnx");
    refuse_to(model, "to/p.onnx", "written twice");
    refuse_to(model, "to/../to//p.onnx", "written twice");
    refuse_to(model, "./p.onnx", "needs it as it is");
    check_file("p.onnx", NEG);
    cr_expect_neq(access("to/p.onnx", F_OK), 0);
    finnc_model_destroy(model);
    put("self.onnx", PARENT("self.onnx"));
    model = opened("self.onnx");
    refuse_to(model, "to/self.onnx", "written twice");
    finnc_model_destroy(model);
}

Test(partition_files, a_damaged_one_is_no_missing_one)
{
    cr_assert_eq(mkdir("to", 0777), 0);
    put("parent.onnx", PARENT("p.onnx"));
    finnc_model *model = opened("parent.onnx");
    write_to(model, "to/parent.onnx"); /* it is nowhere */
    FILE *file = fopen("p.onnx", "w");
    cr_assert_not_null(file);
    fputs("no model", file);
    fclose(file);
    refuse_to(model, "to/parent.onnx", "p.onnx");
    finnc_model_destroy(model);
}

Test(partition_files, who_cancels_gets_no_half_of_it)
{
    cr_assert_eq(mkdir("to", 0777), 0);
    put("p.onnx", NEG);
    put("parent.onnx", PARENT("p.onnx"));
    finnc_model *model = opened("parent.onnx");
    finnc_ctx_cancel(cx);
    cr_expect_eq(finnc_model_write(cx, model, "to/parent.onnx", FINNC_EXTERNAL_KEEP),
                 FINNC_CANCELLED);
    finnc_ctx_resume(cx);
    finnc_ctx_clear(cx);
    cr_expect_neq(access("to/parent.onnx", F_OK), 0);
    cr_expect_neq(access("to/p.onnx", F_OK), 0);
    finnc_model_destroy(model);
}

Test(partition_files, only_partitions_have_a_model)
{
    finnc_model *model = test_read_text(cx, NEG), *part = test_read_text(cx, ABS);
    cr_expect_eq(finnc_node_set_partition(cx, node_of(model), "p.onnx", part), FINNC_BAD_VALUE);
    cr_expect(strstr(finnc_ctx_message(cx), "Neg is no partition"));
    finnc_model_destroy(model);
    model = test_read_text(cx, PARENT("p.onnx"));
    cr_expect_eq(finnc_node_set_partition(cx, node_of(model), "", part), FINNC_BAD_VALUE);
    cr_assert_eq(finnc_node_set_partition(cx, node_of(model), "a.onnx", part), FINNC_OK);
    part = test_read_text(cx, RELU);
    cr_assert_eq(finnc_node_set_partition(cx, node_of(model), "a.onnx", part), FINNC_OK);
    cr_expect_eq(finnc_node_partition(node_of(model)), part);
    finnc_model_destroy(model);
}

/* Where is the partition of file `parent`? */
static finnc_status where(const char *parent, char *path, size_t size)
{
    finnc_model *model = opened(parent);
    const finnc_status status = finnc_node_find_partition(cx, node_of(model), path, size);
    finnc_model_destroy(model);
    return status;
}

/* As FINN's parents do: they say whole paths, or such from the folder that FINN was started in. */
Test(partition_files, the_longest_tail_of_a_path_that_there_is_is_meant)
{
    static const char *const names[] = {"parts/p.onnx",
                                        "build/out/parts/p.onnx",
                                        "/gone/out/parts/p.onnx",
                                        "../out/parts/p.onnx",
                                        "parts/../parts/p.onnx",
                                        ".//parts/./p.onnx",
                                        "../../out/../../parts/p.onnx"};
    char path[4096], whole[4200], here[4096];
    cr_assert_not_null(realpath(".", here));
    cr_assert_eq(mkdir("out", 0777), 0);
    cr_assert_eq(mkdir("out/parts", 0777), 0);
    put("out/parts/p.onnx", NEG);
    put("out/p.onnx", ABS); /* a shorter one */
    put("p.onnx", ABS);     /* the folder that we are in */
    snprintf(whole, sizeof whole, "%s/out/parts/p.onnx", here);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[512];
        snprintf(text, sizeof text, PARENT("%s"), names[i]);
        put("out/parent.onnx", text);
        cr_assert_eq(where("out/parent.onnx", path, sizeof path), FINNC_OK, "%s: %s", names[i],
                     finnc_ctx_message(cx));
        cr_expect_str_eq(path, whole, "%s: %s", names[i], path);
    }
    put("out/parent.onnx", PARENT("elsewhere/p.onnx"));
    cr_assert_eq(where("out/parent.onnx", path, sizeof path), FINNC_OK);
    cr_expect_str_eq(path + strlen(here), "/out/p.onnx");
    cr_expect_eq(where("out/parent.onnx", path, 9), FINNC_BAD_VALUE);
    finnc_ctx_clear(cx);
}

/* Nothing outside of the folder of the model that names it, the one that we are in included; links
 * are not followed, wherever they lead. */
Test(partition_files, nothing_else_is_opened)
{
    char path[4096];
    cr_assert_eq(mkdir("out", 0777), 0);
    cr_assert_eq(mkdir("out/parts", 0777), 0);
    put("p.onnx", NEG);
    put("out/parts/q.onnx", NEG);
    put("out/parent.onnx", PARENT("p.onnx"));
    cr_expect_eq(where("out/parent.onnx", path, sizeof path), FINNC_NOT_FOUND);
    cr_expect(strstr(finnc_ctx_message(cx), "there is no file p.onnx below the model's folder"),
              "%s", finnc_ctx_message(cx));
    put("out/parent.onnx", PARENT("../p.onnx"));
    cr_expect_eq(where("out/parent.onnx", path, sizeof path), FINNC_NOT_FOUND);
    put("out/parent.onnx", PARENT("parts/.."));
    cr_expect_eq(where("out/parent.onnx", path, sizeof path), FINNC_NOT_FOUND);
    cr_assert_eq(symlink("parts/q.onnx", "out/link.onnx"), 0);
    cr_assert_eq(symlink("parts", "out/links"), 0);
    put("out/parent.onnx", PARENT("link.onnx"));
    cr_expect_eq(where("out/parent.onnx", path, sizeof path), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "link.onnx is a link"), "%s", finnc_ctx_message(cx));
    put("out/parent.onnx", PARENT("links/q.onnx"));
    cr_expect_eq(where("out/parent.onnx", path, sizeof path), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "links is a link"), "%s", finnc_ctx_message(cx));
    put("out/q.onnx", NEG);
    cr_expect_eq(where("out/parent.onnx", path, sizeof path), FINNC_OK, "a shorter one is there");
    finnc_ctx_clear(cx);
    finnc_model *model = test_parse_text(cx, PARENT("p.onnx"));
    cr_expect_eq(finnc_node_find_partition(cx, node_of(model), path, sizeof path), FINNC_BAD_FILE);
    cr_expect(strstr(finnc_ctx_message(cx), "a model in memory has no folder"), "%s",
              finnc_ctx_message(cx));
    finnc_model_destroy(model);
}

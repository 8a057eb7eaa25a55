#include "support/program.h"

#include "models.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

Test(dump, shows_nodes_and_what_they_add_up_to)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("dump m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "m.onnxtxt\n"));
    cr_assert(strstr(o->out, "  inputs    x  1x4 float32\n"), "%s", o->out);
    cr_assert(strstr(o->out, "ONNX IR 8, ai.onnx 11\n"));
    cr_assert(strstr(o->out, "2 nodes: 1 Mul, 1 Relu\n"));
    cr_assert(strstr(o->out, "1 parameters: 1 float32; 4 bytes when packed\n"));
    cr_assert_str_empty(o->err);
}

Test(dump, shows_annotations)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,4] x) => (float[1,4] y) <float[1,4] w = {1,-1,1,1}>\n"
                            "{\n  y = Mul(x, w)\n}\n");
    cr_assert_eq(finnc_run("dump m.onnxtxt", NULL)->status, 0);
    cr_assert(strstr(finnc_run("dump m.onnxtxt --weights", NULL)->out, "1x4 float32  1 -1 1 1\n"));
}

Test(dump, shows_each_element_as_what_it_is)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                            "g () => (int64[2] y) <int64[2] i = {123456789, -9007199254740993},\n"
                            " complex64[2] c = {1, -2, 0, 0.5}, string[2] s = {\"a b\", \"\"}>"
                            " { y = Identity(i) }\n");
    const outcome *o = finnc_run("dump m.onnxtxt --weights", NULL);
    cr_expect(strstr(o->out, "i  2 int64  123456789 -9007199254740993\n"), "%s", o->out);
    cr_expect(strstr(o->out, "c  2 complex64  1-2j 0+0.5j\n"), "%s", o->out);
    cr_expect(strstr(o->out, "s  2 string  \"a b\" \"\"\n"), "%s", o->out);
}

Test(dump, json_is_json)
{
    test_write("m.onnxtxt", TWICE);
    const outcome *o = finnc_run("dump m.onnxtxt --json", NULL);
    cr_assert_eq(o->status, 0);
    json_error_t error;
    json_t *root = json_loads(o->out, 0, &error);
    cr_assert(root, "%s", error.text);
    json_decref(root);
}

Test(dump, the_textual_syntax_can_be_read_back)
{
    test_write("m.onnxtxt", TWICE);
    cr_assert_eq(finnc_run("dump m.onnxtxt -f onnx -w -o again.onnxtxt", NULL)->status, 0);
    char text[1 << 12];
    strcpy(text, test_read("again.onnxtxt"));
    const outcome *o = finnc_run("dump -f onnx -w again.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert_str_eq(o->out, text);
    cr_assert_str_eq(finnc_run("dump -f onnx -w -", text)->out, text);
    cr_assert_eq(finnc_run("compare m.onnxtxt again.onnxtxt", NULL)->status, 0);
}

Test(dump, reads_onnx_from_standard_input)
{
    const outcome *o = finnc_run("dump -", "certainly no model");
    cr_assert_eq(o->status, 1);
    cr_assert(!strncmp(o->err, "finnc: error: standard input: ", 30), "%s", o->err);
}

Test(dump, a_text_that_is_none_is_told_with_its_line)
{
    test_write("m.onnxtxt", "<ir_version: 8>\ng (float[1] x => (float[1] y) { }\n");
    const outcome *o = finnc_run("dump m.onnxtxt", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(!strncmp(o->err, "finnc: error: m.onnxtxt: ", 25), "%s", o->err);
    cr_assert(strstr(o->err, "line 2"), "%s", o->err);
}

Test(dump, a_failure_leaves_the_old_file)
{
    test_write("old.txt", "precious");
    cr_assert_eq(finnc_run("dump nowhere.onnx -o old.txt", NULL)->status, 1);
    cr_assert_str_eq(test_read("old.txt"), "precious");
    cr_assert_str_eq(test_list(), "old.txt");
}

/* Everything that a model may have besides nodes. */
Test(dump, shows_defaults_metadata_and_functions)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13, \"mine\" : 1],\n"
                            " metadata_props: [\"author\": \"nobody\", \"licence\": \"none\"]>\n"
                            "g (float[1,4] x, float[1] s = {2}) => (float[1,4] y)\n"
                            "{ a = Mul(x, s) y = mine.Twice(a) }\n"
                            "<domain: \"mine\", opset_import: [\"\" : 13]>\n"
                            "Twice (p) => (q) { r = Add(p, p) q = Identity(r) }\n");
    const outcome *o = finnc_run("dump m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "has a default"), "%s", o->out);
    cr_assert(strstr(o->out, "metadata  author = nobody\n            licence = none\n"), "%s",
              o->out);
    cr_assert(strstr(o->out, "functions Twice  2 nodes\n"), "%s", o->out);
}

Test(dump, bodies_are_shown_below_their_node)
{
    test_write("m.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 13]>\n"
               "g (bool c, float[2] x) => (float[2] y) { y = If(c) <then_branch =\n"
               "a () => (float[2] u) { u = Relu(x) }, else_branch = b () => (float[2] v)\n"
               "{ v = Neg(x) }> }\n");
    const outcome *o = finnc_run("dump m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    const char *node = strstr(o->out, "If"), *then = strstr(o->out, " then_branch:");
    const char *other = strstr(o->out, " else_branch:");
    cr_assert(node && then && other && node < then && then < other, "%s", o->out);
    cr_assert(strstr(then, "Relu") && strstr(other, "Neg"), "%s", o->out);
}

/* As a body's: below their node, and part of the totals. */
Test(dump, partitions_are_shown_and_counted)
{
    test_write("m.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 11]>\n"
                            "g (float[1,2] x) => (float[1,3] y) <float[2,3] w = {1,2,3,4,5,6}>\n"
                            "{ [p] a = MatMul(x, w) y = Relu(a) }");
    const outcome *o = finnc_run(
        "transform m.onnxtxt -o parent.onnx -p 'PartitionFromDict{partitioning={\"0\":[0]}}'",
        NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    o = finnc_run("dump parent.onnx", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect_str_empty(o->err);
    cr_expect(strstr(o->out, "\n      model: "), "%s", o->out);
    cr_expect(strstr(o->out, "partition_0.onnx\n  0    MatMul  "), "%s", o->out);
    cr_expect(strstr(o->out, "\n3 nodes: 1 GenericPartition, 1 MatMul, 1 Relu\n6 parameters: "),
              "%s", o->out);
    cr_expect(strstr(o->out, "\n6 multiply-accumulates\n"), "%s", o->out);
}

#define PART_OF                                                                                    \
    "<ir_version: 8, opset_import: [\"\" : 11, \"qonnx.custom_op.general\" : 1]>\n"                \
    "g (float[1,2] x) => (y) { [p] y = qonnx.custom_op.general.GenericPartition<model = "

Test(dump, a_partition_that_cannot_be_read_is_warned_of)
{
    test_write("m.onnxtxt", PART_OF "\"none.onnx\">(x) }");
    const outcome *o = finnc_run("dump m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->err, "warning: p (GenericPartition): there is no file none.onnx"), "%s",
              o->err);
    cr_expect(strstr(o->out, "\n1 node: 1 GenericPartition\n"), "%s", o->out);
}

/* 16 deep, and no further. */
Test(dump, a_partition_in_itself_comes_to_an_end)
{
    test_write("self.onnxtxt", PART_OF "\"self.onnxtxt\">(x) }");
    const outcome *o = finnc_run("dump self.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "\n17 nodes: 17 GenericPartition\n"), "%s", o->out);
    cr_expect(strstr(o->err, "partitions lie too deep"), "%s", o->err);
}

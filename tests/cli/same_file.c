/* An output is never written over what the command reads, nor two of them into one file. */
#include "support/program.h"

#include "../passes/hw/layers.h"
#include "models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define X_RAW "0123456789abcdef"

static void write_files(void)
{
    test_write("m.onnxtxt", TWICE);
    test_write("x.raw", X_RAW);
    test_write("s", "precious");
}

/* Refused with these words before anything is written: the files are as they were. */
static void check_refused(const char *arguments, const char *words)
{
    write_files();
    const outcome *o = finnc_run(arguments, NULL);
    cr_expect_eq(o->status, 2, "%s: status %d, %s", arguments, o->status, o->err);
    cr_expect(strstr(o->err, words), "%s: %s", arguments, o->err);
    cr_expect_str_empty(o->out);
    cr_expect_str_eq(test_list(), "m.onnxtxt s x.raw", "%s: %s", arguments, test_list());
    cr_expect_str_eq(test_read("m.onnxtxt"), TWICE, "%s", arguments);
    cr_expect_str_eq(test_read("x.raw"), X_RAW, "%s", arguments);
    cr_expect_str_eq(test_read("s"), "precious", "%s", arguments);
}

Test(same_file, a_report_does_not_replace_the_model)
{
    check_refused("dump m.onnxtxt -o m.onnxtxt",
                  "dump: --output and MODEL are one file, m.onnxtxt: what it holds would be lost");
    check_refused("dump -o ./m.onnxtxt m.onnxtxt", "--output and MODEL are one file");
    check_refused("dump m.onnxtxt -o a -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("ranges m.onnxtxt -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("cost m.onnxtxt -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("cost m.onnxtxt --save m.onnxtxt", "--save and MODEL are one file");
    check_refused("dot m.onnxtxt -T dot -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("stats m.onnxtxt -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("run m.onnxtxt -n 1 -o m.onnxtxt", "--outputs and MODEL are one file");
    check_refused("run m.onnxtxt -n 1 --profile m.onnxtxt", "--profile and MODEL are one file");
    check_refused("estimate m.onnxtxt --chart m.onnxtxt", "--chart and MODEL are one file");
    check_refused("fold m.onnxtxt -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("fifo m.onnxtxt -o m.onnxtxt", "--output and MODEL are one file");
    check_refused("bisect m.onnxtxt -p tidy --before m.onnxtxt", "--before and MODEL are one file");
    check_refused("transform m.onnxtxt -n -p tidy --remarks-file m.onnxtxt",
                  "--remarks-file and MODEL are one file");
}

Test(same_file, an_output_does_not_replace_another_file_that_is_read)
{
    check_refused("run m.onnxtxt --input x=x.raw -o x.raw",
                  "run: --outputs and --input are one file, x.raw: what it holds would be lost");
    check_refused("run m.onnxtxt --input x.raw -o x.raw", "--outputs and --input are one file");
    check_refused("run m.onnxtxt s x.raw -o x.raw", "--outputs and FILE are one file");
    check_refused("stats m.onnxtxt -i s -o s", "--output and --inputs are one file");
    check_refused("run m.onnxtxt x.raw -l s --profile s", "--profile and --labels are one file");
    check_refused("eval m.onnxtxt -i x.raw --truth s --wrong s",
                  "--wrong and --truth are one file");
    check_refused("eval m.onnxtxt -i x.raw --wrong x.raw", "--wrong and --images are one file");
    check_refused("prune m.onnxtxt --spec s -o s", "--output and --spec are one file");
    check_refused("transform m.onnxtxt --pipeline s -o s", "--output and --pipeline are one file");
    check_refused("fold m.onnxtxt -f s -o s", "--output and --folding are one file");
    check_refused("fifo m.onnxtxt -f s -o s", "--output and --folding are one file");
}

Test(same_file, two_outputs_are_two_files)
{
    check_refused("cost m.onnxtxt --save c -o c",
                  "cost: --save and --output are one file, c: one of the two would be lost");
    check_refused("cost m.onnxtxt --save c -o ./c", "--save and --output are one file");
    check_refused("cost m.onnxtxt --save d/e -o d//./e", "--save and --output are one file");
    check_refused("transform m.onnxtxt -p tidy -o o --remarks-file o",
                  "--output and --remarks-file are one file");
    check_refused("run m.onnxtxt -n 1 -o p.npz --profile p.npz",
                  "--outputs and --profile are one file");
    check_refused("fold m.onnxtxt -o f --apply f", "--output and --apply are one file");
    check_refused("estimate m.onnxtxt --chart c -o c", "--chart and --output are one file");
    check_refused("bisect m.onnxtxt -p tidy --before b --after b", "--before and --after are one");
    check_refused("cost m.onnxtxt --save s -o s", "--save and --output are one file");
}

Test(same_file, links_lead_to_what_they_name)
{
    write_files();
    test_write("old", "");
    cr_assert_eq(chdir(test_folder()), 0);
    cr_assert_eq(symlink("m.onnxtxt", "soft"), 0);
    cr_assert_eq(symlink("later", "dangling"), 0);
    cr_assert_eq(link("m.onnxtxt", "hard"), 0);
    cr_expect_eq(finnc_run("dump m.onnxtxt -o soft", NULL)->status, 2);
    cr_expect_eq(finnc_run("dump soft -o m.onnxtxt", NULL)->status, 2);
    cr_expect_eq(finnc_run("dump hard -o m.onnxtxt", NULL)->status, 2);
    cr_expect_eq(finnc_run("cost m.onnxtxt --save later -o dangling", NULL)->status, 2);
    cr_expect_str_eq(test_read("m.onnxtxt"), TWICE);
    cr_expect_not(test_exists("later"));
}

/* There is nothing to be lost. */
Test(same_file, devices_and_other_files_take_what_comes)
{
    write_files();
    cr_expect_eq(finnc_run("cost m.onnxtxt --save /dev/null -o /dev/null", NULL)->status, 0);
    cr_expect_eq(finnc_run("cost m.onnxtxt --save c -o d", NULL)->status, 0);
    cr_expect_eq(finnc_run("cost m.onnxtxt --save c -o d", NULL)->status, 0);
    cr_expect_eq(finnc_run("dump m.onnxtxt -o m.onnxtxt -o d", NULL)->status, 0);
    cr_expect_eq(finnc_run("dump m.onnxtxt -o /dev/stdout", NULL)->status, 0);
    const outcome *o = finnc_run("estimate m.onnxtxt --reports n --chart n/c -o n/o", NULL);
    cr_expect_eq(o->status, 1, "no layers, and nothing else: %s", o->err);
    cr_expect_str_eq(test_read("m.onnxtxt"), TWICE);
}

Test(same_file, a_model_may_be_written_onto_the_one_it_was_made_of)
{
    static const char *const lines[] = {
        "transform m.onnxtxt -p tidy -o m.onnxtxt", "cleanup m.onnxtxt -o m.onnxtxt",
        "convert m.onnxtxt --to qcdq -o m.onnxtxt", "channels-last m.onnxtxt -o m.onnxtxt",
        "reduce m.onnxtxt -o m.onnxtxt --check true"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        write_files();
        const outcome *o = finnc_run(lines[i], NULL);
        cr_expect_eq(o->status, 0, "%s: %s", lines[i], o->err);
        cr_expect_eq(finnc_run("check m.onnxtxt", NULL)->status, 0, "%s", lines[i]);
    }
}

/* A model with weights enough for a file of their own. */
static void write_wide(const char *name)
{
    enum { WIDTH = 300 };
    char text[4096];
    int n = snprintf(text, sizeof text,
                     "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                     "g (float[1,%d] x) => (float[1,%d] y) <float[%d] w = {0",
                     WIDTH, WIDTH, WIDTH);
    for (int i = 1; i < WIDTH; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, ",%d", i);
    snprintf(text + n, sizeof text - (size_t)n, "}> { y = Mul(x, w) }\n");
    test_write(name, text);
}

/* Weights in a file of their own are a part of the model. */
Test(same_file, external_data_are_not_replaced)
{
    static const char *const lines[] = {
        "dump m.onnx -o m.onnx.data", "dump m.onnx -o ./m.onnx.data",
        "cost m.onnx --save m.onnx.data", "ranges m.onnx -o m.onnx.data",
        "run m.onnx -n 1 --profile m.onnx.data"};
    write_wide("t.onnxtxt");
    cr_assert_eq(finnc_run("transform t.onnxtxt -p '' -o m.onnx --external split", NULL)->status,
                 0);
    cr_assert(test_exists("m.onnx.data"));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const outcome *o = finnc_run(lines[i], NULL);
        cr_expect_eq(o->status, 2, "%s: %s", lines[i], o->err);
        cr_expect(strstr(o->err, "m.onnx.data, where weights of the model lie: they would be lost"),
                  "%s: %s", lines[i], o->err);
    }
    cr_expect_eq(finnc_run("transform m.onnx -p '' -o m.onnx.data", NULL)->status, 1);
    cr_expect_eq(finnc_run("compare m.onnx t.onnxtxt", NULL)->status, 0);
    cr_expect_eq(finnc_run("transform m.onnx -p '' -o m.onnx", NULL)->status, 0);
    cr_expect_eq(finnc_run("compare m.onnx t.onnxtxt", NULL)->status, 0);
}

#define LAYER                                                                                      \
    "<ir_version: 8, opset_import: [\"\" : 13, \"finn.custom_op.fpgadataflow\" : 1,"               \
    " \"finn.custom_op.fpgadataflow.hls\" : 1]>\n"                                                 \
    "g (float[1,12] x {UINT2}) => (float[1,6] y {UINT2}) <float[12,6] w {INT2}> {"                 \
    "[m] y = " HLS "MVAU_hls<backend=\"fpgadataflow\", MW=12, MH=6, SIMD=1, PE=1,"                 \
    " inputDataType=\"UINT2\", weightDataType=\"INT2\", outputDataType=\"UINT2\","                 \
    " noActivation=1>(x, w) }"

/* A folded partition is not the model that it was taken from. */
Test(same_file, a_partition_does_not_replace_its_parent)
{
    test_write("m.onnxtxt", LAYER);
    const outcome *o = finnc_run("fold m.onnxtxt --target-cycles 6 --apply m.onnxtxt", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    o = finnc_run("transform m.onnxtxt -o p.onnxtxt -p CreateDataflowPartition", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    char *before = strdup(test_read("p.onnxtxt"));
    o = finnc_run("fold p.onnxtxt -o f --apply p.onnxtxt", NULL);
    cr_expect_eq(o->status, 2);
    cr_expect(strstr(o->err, "all but its dataflow partition would be lost"), "%s", o->err);
    cr_expect_str_eq(test_read("p.onnxtxt"), before);
    cr_expect_not(test_exists("f"));
    free(before);
}

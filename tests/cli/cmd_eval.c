#include "support/program.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Answers with the brightness of red, green and blue in the upper left pixel. */
#define COLOURS                                                                                    \
    "<ir_version: 8, opset_import: [\"\" : 13]>\n"                                                 \
    "colours (float[1,3,1,1] x) => (float[1,3,1,1] y) { y = Identity(x) }\n"

static void make_class(const char *name, const char *const *pixels, int count)
{
    char path[600], text[64];
    snprintf(path, sizeof path, "%s/d/%s", test_folder(), name);
    mkdir(path, 0777);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "d/%s/%d.ppm", name, i);
        snprintf(text, sizeof text, "P3 1 1 255 %s\n", pixels[i]);
        test_write(path, text);
    }
}

static void setup(void)
{
    char path[600];
    snprintf(path, sizeof path, "%s/d", test_folder());
    mkdir(path, 0777);
    make_class("blue", (const char *[]){"0 0 255", "9 0 8"}, 2);
    make_class("green", (const char *[]){"0 200 0"}, 1);
    make_class("red", (const char *[]){"99 3 2", "255 0 0", "0 1 2"}, 3);
    test_write("m.onnxtxt", COLOURS);
    test_write("names", "red\ngreen\nblue\n");
}

TestSuite(eval, .init = setup);

static const char ARGUMENTS[] = "eval m.onnxtxt --images d --labels names";

Test(eval, prints_accuracy_and_the_confusion_matrix)
{
    const outcome *o = finnc_run("eval m.onnxtxt --images d --labels names --top-k 2", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "UINT8 1x3x1x1 (NCHW) becomes FLOAT 1x3x1x1 (NCHW)"), "%s", o->out);
    cr_assert(strstr(o->out, "top-1: 66.67 %, 4 of 6\ntop-2: 83.33 %, 5 of 6\n"), "%s", o->out);
    cr_assert(strstr(o->out, "       red  green  blue  all    right\n"
                             "red      2      .     1    3   66.7 %\n"
                             "green    .      1     .    1  100.0 %\n"
                             "blue     1      .     1    2   50.0 %\n"),
              "%s", o->out);
    cr_assert(strstr(o->out, "6 samples in "), "%s", o->out);
}

Test(eval, another_output_than_the_first_is_judged)
{
    test_write("two.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                              "two (float[1,3,1,1] x) => (float[1,3,1,1] dark, float[1,3,1,1] y)"
                              " { dark = Neg(x) y = Identity(x) }\n");
    const outcome *o = finnc_run("eval two.onnxtxt --images d --labels names --judge y", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_expect(strstr(o->out, "top-1: 66.67 %, 4 of 6\n"), "%s", o->out);
    o = finnc_run("eval two.onnxtxt --images d --labels names", NULL);
    cr_expect_null(strstr(o->out, "4 of 6"), "%s", o->out);
    o = finnc_run("eval two.onnxtxt --images d --labels names --judge z", NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "z"), "%s", o->err);
}

/* A model of other classes is no worse than it is: it cannot be judged. */
Test(eval, classes_that_are_not_the_models)
{
    test_write("k.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 13]> k (float[1,3,1,1] x) => (float[1,1] y)"
               "<float[3,1] w = {0, 0, 0}, float[1] seven = {7}>"
               "{ f = Flatten(x) z = MatMul(f, w) y = Add(z, seven) }");
    const outcome *o = finnc_run("eval k.onnxtxt --images d --labels names", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "answers with class 7 and the data set has 3"), "%s", o->err);
}

/* Nor is one that has a score for each of other classes. */
Test(eval, a_list_of_classes_fits_the_scores)
{
    test_write("names", "red\ngreen\nblue\ngrey\n");
    const outcome *o = finnc_run(ARGUMENTS, NULL);
    cr_assert_eq(o->status, 1);
    cr_assert_str_empty(o->out);
    cr_assert(strstr(o->err, "m.onnxtxt: the model has 3 scores a sample, names names 4 classes"),
              "%s", o->err);
    test_write("two.onnxtxt", "<ir_version: 8, opset_import: [\"\" : 13]>\n"
                              "two (float[1,3,1,1] x) => (float[1,2,1,1] y) <int64[1] a = {1},"
                              " int64[1] b = {3}> { y = Slice(x, a, b, a) }\n");
    test_write("names", "red\ngreen\nblue\n");
    o = finnc_run("eval two.onnxtxt --images d --labels names", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "has 2 scores a sample, names names 3 classes"), "%s", o->err);
    /* Three folders are three classes, whatever else there is. */
    o = finnc_run("eval two.onnxtxt --images d", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "has 2 scores a sample, the samples are of 3 classes"), "%s", o->err);
}

/* A data set need not have samples of all classes. */
Test(eval, folders_may_be_of_some_classes)
{
    char path[600];
    snprintf(path, sizeof path, "%s/e", test_folder());
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/e/0-red", test_folder());
    mkdir(path, 0777);
    test_write("e/0-red/a.ppm", "P3 1 1 255 200 0 0\n");
    const outcome *o = finnc_run("eval m.onnxtxt --images e", NULL);
    cr_assert_eq(o->status, 0, "%s", o->err);
    cr_assert(strstr(o->out, "top-1: 100.00 %, 1 of 1\n"), "%s", o->out);
}

Test(eval, says_the_same_as_json)
{
    const outcome *o = finnc_run("eval m.onnxtxt --images d --labels names --json", NULL);
    json_t *root = json_loads(o->out, 0, NULL), *pair, *wrong;
    cr_assert(root, "%s%s", o->out, o->err);
    cr_assert_eq(json_integer_value(json_object_get(root, "samples")), 6);
    cr_assert_float_eq(json_real_value(json_object_get(root, "accuracy")), 4. / 6, 1e-12);
    cr_assert_str_eq(json_string_value(json_array_get(json_object_get(root, "classes"), 1)),
                     "green");
    pair = json_array_get(json_object_get(root, "confusion"), 1);
    cr_assert_eq(json_integer_value(json_object_get(pair, "truth")), 0);
    cr_assert_eq(json_integer_value(json_object_get(pair, "predicted")), 2);
    cr_assert_eq(json_integer_value(json_object_get(pair, "count")), 1);
    wrong = json_object_get(root, "wrong");
    cr_assert_eq(json_array_size(wrong), 2);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(wrong, 0), "name")),
                     "blue/1.ppm");
    json_decref(root);
}

Test(eval, lists_the_mistakes)
{
    char line[200];
    snprintf(line, sizeof line, "%s --wrong wrong.tsv -q", ARGUMENTS);
    cr_assert_eq(finnc_run(line, NULL)->status, 0);
    cr_assert_str_eq(test_read("wrong.tsv"), "sample\ttruth\tpredicted\n"
                                             "blue/1.ppm\tblue\tred\n"
                                             "red/2.ppm\tred\tblue\n");
    snprintf(line, sizeof line, "%s --wrong wrong/ -q", ARGUMENTS);
    cr_assert_eq(finnc_run(line, NULL)->status, 0);
    cr_assert(test_exists("wrong/000001-blue-as-red.npy"));
    cr_assert(test_exists("wrong/000005-red-as-blue.npy"));
    cr_assert(strstr(test_read("wrong/wrong.tsv"), "red/2.ppm\tred\tblue\n"));
}

Test(eval, many_classes_are_summed_up)
{
    char text[2000] = "", *at = text;
    for (int i = 0; i < 30; i++)
        at += sprintf(at, "%s\n", (const char *[]){"red", "green", "blue", "zebra"}[i < 3 ? i : 3]);
    test_write("names", text);
    test_write("m.onnxtxt",
               "<ir_version: 8, opset_import: [\"\" : 13]>\n"
               "colours (float[1,3,1,1] x) => (float[1,30,1,1] y) <int64[8] p ="
               " {0, 0, 0, 0, 0, 27, 0, 0}, float low = {-1}> { y = Pad(x, p, low) }\n");
    const outcome *o = finnc_run(ARGUMENTS, NULL);
    cr_assert(strstr(o->out, "the most frequent mistakes\n1  red   taken for  blue\n"
                             "1  blue  taken for  red\n"),
              "%s", o->out);
}

Test(eval, says_what_is_missing)
{
    const outcome *o = finnc_run("eval m.onnxtxt", NULL);
    cr_assert_eq(o->status, 2);
    cr_assert(strstr(o->err, "--images is missing"), "%s", o->err);
    o = finnc_run("eval m.onnxtxt --images d/red", NULL);
    cr_assert_eq(o->status, 1);
    cr_assert(strstr(o->err, "d/red: nothing says which class each picture is of"), "%s", o->err);
    cr_assert(strstr(o->err, "--truth"), "%s", o->err);
    o = finnc_run("eval m.onnxtxt --images d --scale many", NULL);
    cr_assert_eq(o->status, 2, "%s", o->err);
}

Test(eval, runs_with_the_kernels_that_are_asked_for)
{
    char line[200];
    snprintf(line, sizeof line, "%s --engine fast --isa portable --mode planes", ARGUMENTS);
    const outcome *o = finnc_run(line, NULL);
    cr_expect_eq(o->status, 0);
    cr_expect(strstr(o->out, "\nfast engine, 0 of "), "%s", o->out);
    snprintf(line, sizeof line, "%s --isa abacus", ARGUMENTS);
    o = finnc_run(line, NULL);
    cr_expect_eq(o->status, 1);
    cr_expect(strstr(o->err, "the instruction set is abacus"), "%s", o->err);
}
